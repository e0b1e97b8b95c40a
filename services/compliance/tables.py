"""Answers for people: a line each, or one in full with its reasons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from services.compliance.in_full import article, both, in_full

COLUMNS = ("id", "as_of", "year", "promotion", "promotion_reasons", "appraisal", "appraisal_reasons", "allowed_grades", "findings")
COMPLAINTS = {"received": "收到", "substantiated": "属实", "sources": "来源"}
TALLY = {"raised": "已产生", "open": "未了结"}


def row(answer: dict[str, Any]) -> dict[str, str]:
    found = {"id": answer.get("cadre_id") or answer["unit_id"], "as_of": answer["as_of"], "year": str(answer["year"])}
    for part in ("promotion", "appraisal"):
        if part in answer:
            found[part] = answer[part]["outcome"]
            found[f"{part}_reasons"] = " ".join(r["code"] for r in answer[part]["reasons"])
    if "appraisal" in answer:
        found["allowed_grades"] = " ".join(answer["appraisal"]["allowed_grades"])
    found["findings"] = " ".join(dict.fromkeys(f["code"] for f in answer["findings"]))
    return found


def written(answers: Iterable[bytes], output: str, *, single: bool) -> Iterator[str]:
    """Answers as JSON text, printed piece by piece. A table is held until its widths are known."""
    if output == "jsonl":
        yield from (answer.decode() + "\n" for answer in answers)
    elif output == "json":
        yield from _as_json(answers, single=single)
    elif output == "csv":
        yield from _as_csv(map(orjson.loads, answers))
    elif single:
        yield from ("\n".join(_in_full(orjson.loads(answer))) + "\n" for answer in answers)
    else:
        yield from _as_table([row(orjson.loads(answer)) for answer in answers])


def _as_json(answers: Iterable[bytes], *, single: bool) -> Iterator[str]:
    indented = (orjson.dumps(orjson.loads(answer), option=orjson.OPT_INDENT_2).decode() for answer in answers)
    if single:
        yield from (answer + "\n" for answer in indented)
        return
    between = "[\n  "
    for answer in indented:
        yield between + answer.replace("\n", "\n  ")
        between = ",\n  "
    yield "[]\n" if between.startswith("[") else "\n]\n"


def _as_csv(answers: Iterable[dict[str, Any]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for answer in answers:
        writer.writerow(row(answer))
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _as_table(rows: Sequence[dict[str, str]]) -> Iterator[str]:
    shown = ("id", "promotion", "promotion_reasons", "appraisal", "appraisal_reasons")
    widths = [max([len(name), *(len(r.get(name, "")) for r in rows)]) for name in shown]
    yield "  ".join(name.ljust(w) for name, w in zip(shown, widths, strict=True)) + "\n"
    for r in rows:
        yield "  ".join(r.get(name, "").ljust(w) for name, w in zip(shown, widths, strict=True)).rstrip() + "\n"


def _in_full(answer: dict[str, Any]) -> Iterator[str]:
    return in_full(answer) if "cadre_id" in answer else _of_unit(answer)


def _of_unit(answer: dict[str, Any]) -> Iterator[str]:
    known = answer["known_at"][:19].replace("T", " ")
    yield f"单位 unit {answer['unit_id']} · 截至 as of {answer['as_of']} · 按此时所知 known at {known} UTC · 年度 year {answer['year']}"
    if scorecard := answer.get("scorecard"):
        yield f"\n干部 cadres {scorecard['cadres']} · 通报 circular {scorecard['circular'] or '—'}"
        yield "举报 complaints：" + "，".join(f"{COMPLAINTS[k]} {k} {v}" for k, v in scorecard["complaints"].items())
        for code, tally in scorecard["by_code"].items():
            yield f"  {both(code, 'finding')}：" + "，".join(f"{TALLY[k]} {k} {v}" for k, v in tally.items())
    yield f"\n事项 findings：{len(answer['findings']) or '无 none'}"
    for finding in answer["findings"]:
        due = f"，到期 due {finding['due_on']}" if finding["due_on"] else ""
        about = f"{finding['about']}  " if finding.get("about") else ""
        one = finding.get("office") in ("party", "administrative")
        owed = both(finding["office"], "office") if one else both(finding["accountable"], "accountable")
        yield f"  ! {about}{article(finding['article'])}  {both(finding['code'], 'finding')}，责任 accountable {owed}{due}"
