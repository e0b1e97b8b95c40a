"""The regulation as a page: each article with its text in our own words, its module, its numbers, what rests on it, and the
scenarios in which an answer cites it. `docs/regulation.md` is made from this (`python -m tests.scenarios.exercised > …`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import get_args

from contracts.labels import catalogue, label
from contracts.message import Value
from services.compliance.law.article_10 import SUPERIOR
from services.compliance.law.chosen import CHOSEN
from services.compliance.law.numbers import MARKS, Number, Use, numbers
from services.compliance.law.regulation import MEASURES
from services.compliance.law.versions import Article, Version

LAW = "services/compliance/law"
Cited = Mapping[tuple[str, str], Sequence[str]]
"""(article, code) → the scenarios in which an answer gives it."""
ROWS = {a.number: a for a in (*MEASURES.articles, *SUPERIOR.articles)}
HEAD = """# The Measures, article by article · 办法逐条

Made from `services/compliance/law/` and the [scenarios](../tests/scenarios/golden.yaml) by
`python -m tests.scenarios.exercised > docs/regulation.md`. Every sentence is in our own words; the text of the Measures is not here.
Scenarios are those in which an answer cites the article with that code. A deadline of `> 10` is
missed after the tenth. Words: [language.md](language.md)."""


def row_of(article: str) -> Article:
    """The article of the table for a citation: 6.2 is in 6, 7.2 stands by itself."""
    return ROWS.get(article) or ROWS[article.partition(".")[0]]


def markdown(cited: Cited) -> str:
    lines = [HEAD, "", *_marks()]
    for a in MEASURES.articles:
        lines += ["", f"## Article {a.number} · {a.en} · {a.zh}", "", *_article(a, cited)]
    lines += ["", "## Superior rules · 上级规定", "", "They prevail over the Measures (Article 10), each a module of its own."]
    for a in SUPERIOR.articles:
        lines += ["", f"### {a.number} · {a.en} · {a.zh}", "", *_article(a, cited)]
    lines += ["", "## Data of people · 个人信息", "", *_parameters([n for n in numbers() if n.startswith("privacy.")])]
    return "\n".join([*lines, "", *_ours()]) + "\n"


def _marks() -> Iterator[str]:
    """What the columns of the parameters mean."""
    yield from ("| mark, use | |", "|---|---|")
    yield from (f"| `{mark}` | {_both(mark, 'mark')} |" for mark in MARKS)
    yield from (f"| `{use}` | {_both(use, 'use')} |" for use in get_args(Use))


def _article(a: Article, cited: Cited) -> Iterator[str]:
    if a.idle is not None:
        yield f"{a.idle[1]}. {a.idle[0]}。"
        return
    yield _said(a)
    yield ""
    yield f"Module · 模块: [`{a.module}`](../{LAW}/{a.module}.py)"
    if a.issued is not None:
        yield f"<br>In force by its own terms · 自身施行日期: {a.issued}"
    for version in a.versions:
        yield f"<br>From · 自 {version.first_day}: {', '.join(f'`{f}`' for f in _functions(version))}"
    if a.parameters:
        yield from ("", *_parameters(a.parameters))
    if codes := [(code, _reason(code)) for code in a.reasons] + [(c, _both(c, "finding")) for c in _codes(a)]:
        yield from ("", "| answer · 结论 | | scenarios · 情景 |", "|---|---|---|")
        for code, words in codes:
            yield f"| `{code}` | {words} | {', '.join(cited.get((a.number, code), ())) or '—'} |"
    if a.uncited is not None:
        yield from ("", f"No scenario cites it · 无情景援引: {a.uncited[1]}. {a.uncited[0]}。")


def _said(a: Article) -> str:
    """What the module says of itself; of one that holds several articles of a rule, what it says of this one."""
    said = (import_module(f"services.compliance.law.{a.module}").__doc__ or "").strip()
    for line in said.splitlines():
        numbered, colon, words = line.partition(": ")
        if colon and a.number.rpartition("-")[2] in numbered.split(", "):
            return f"{words[0].upper()}{words[1:]}"
    _, dash, words = said.partition(" - ")
    return f"{words[0].upper()}{words[1:]}" if dash and said.startswith("Article") else said


def _functions(version: Version) -> Iterator[str]:
    one = (version.scope, version.promotion, version.appraisal, version.absence, version.candidate, version.scale)
    several = (*version.bars, *version.no_grade, *version.excludes, *(d.by for d in version.detectors))
    for function in (*one, *several):
        if function is not None:
            yield f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def _codes(a: Article) -> list[str]:
    found = [code for v in a.versions for d in v.detectors for code in d.codes]
    return list(dict.fromkeys([*found, *(["circular_candidate"] if any(v.candidate for v in a.versions) else [])]))


def _reason(code: str) -> str:
    words = _both(code, "promotion_reason")
    return words if words != f"{code} · {code}" else _both(code, "appraisal_reason")


def _parameters(names: Sequence[str]) -> Iterator[str]:
    yield "| parameter · 参数 | from · 自 | value · 值 | counted · 计算 | source · 依据 | mark | use · 用途 |"
    yield "|---|---|---|---|---|---|---|"
    for name in names:
        for n in numbers()[name]:
            counted = ", ".join(_both(code, kind) for code, kind in ((n.unit, "unit"), (n.window, "window")) if code)
            others = [_value(v) for v in n.alternatives if v != n.value]
            value = _shown(n) + _worded(n.value) + (f" (or · 或 {', '.join(others)})" if others else "")
            words = _both(name, "parameter")
            yield f"| `{name}` {words} | {n.in_force_from} | {value} | {counted} | {n.source} | `{n.mark}` | `{n.use}` |"


def _shown(n: Number) -> str:
    if n.operator in ("=", str(n.value).split(" ", maxsplit=1)[0]):
        return _value(n.value)
    return f"`{n.operator} {n.value}`"


def _value(value: Value) -> str:
    return (
        ", ".join(f"`{v}`" for v in value) if isinstance(value, list) else f"`{str(value).lower() if isinstance(value, bool) else value}`"
    )


def _worded(value: Value) -> str:
    """The words for a value that is a code."""
    words = catalogue()["value"]
    return f" {_both(value, 'value')}" if isinstance(value, str) and value in words else ""


def _both(code: str, kind: str) -> str:
    return f"{label(code, 'en', kind)} · {label(code, 'zh', kind)}"


def _ours() -> Iterator[str]:
    yield from ("## Rules that are ours · 办法与上级规定均未作规定，暂按此执行", "")
    yield "The committee may decide otherwise (Article 10). Rules · 规则:"
    yield ""
    for articles, zh, en in CHOSEN:
        yield f"- {', '.join(articles)}: {en}. {zh}。"
    yield from ("", "Numbers · 参数:", "")
    for name, lines in numbers().items():
        if lines[-1].mark in ("chosen", "provisional"):
            yield f"- `{name}` {_shown(lines[-1])} `{lines[-1].mark}`"
