"""Each term has one word, and the word is the one that the contract uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.labels import catalogue
from services.compliance.contents import ROWS as ARTICLES
from services.compliance.law.chosen import CHOSEN
from services.compliance.law.numbers import numbers
from services.compliance.law.reasons import SENTENCES

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")][1:]


def test_one_word_for_each_term() -> None:
    assert len(ROWS) > 50
    terms = [term for zh, *_ in ROWS for term in zh.split("、")]
    words = [word for _, en, *_ in ROWS for word in en.split(", ")]
    assert len(set(terms)) == len(terms)
    assert len(set(words)) == len(words)


def test_the_word_is_that_of_the_contract() -> None:
    known = {code.rpartition(".")[2] for words in catalogue().values() for code in words}
    for zh, _, name, articles in ROWS:
        assert not name or name.strip("`") in known, name
        assert all(1 <= int(a) <= 10 for a in articles.split(",")), zh


def test_a_code_is_labelled_by_its_term() -> None:
    labels = {code: zh for kind in ("category", "kinds", "grade", "as", "reason") for code, (zh, _) in catalogue()[kind].items()}
    shown = {name.strip("`"): zh for zh, _, name, _ in ROWS}
    for code in ("passive", "lax", "awol", "excellent", "qualified", "basically_qualified", "unqualified", "no_grade", "up_down"):
        assert labels[code] == shown[code]


TERMS = {term: en.split(", ") for zh, en, *_ in ROWS for term in zh.split("、")}
KINDS = (
    "event", "command",
    "promotion_reason", "appraisal_reason", "finding", "grade", "as", "kinds", "result", "reading", "mark", "act", "parameter", "value",
    "unit", "window",
)  # fmt: skip
OTHERWISE = {
    ("未经批准缺勤{days}个工作日，{span}，界限为{threshold}", "批准"): "without leave",
    ("不予批准的决定尚未送达本人，涉及{days}个工作日", "批准"): "refusal",
    ("退出后尚未安排工作任务，无从判断履职", "工作任务"): "duty",
    ("尚未退出领导岗位", "退出领导岗位"): "has not left",
    ("{since}已办理退休手续", "退休手续"): "retirement",
}
"""Sentences that say a term in another way, because a sentence needs a verb."""


def said() -> list[tuple[str, str]]:
    """Everything that is said about the law in both languages."""
    pairs = [pair for kind in KINDS for pair in catalogue()[kind].values()]
    pairs += [(a.zh, a.en) for a in ARTICLES.values()]
    pairs += [(zh, en) for _, zh, en in CHOSEN]
    sources = [line.source.split(" · ") for lines in numbers().values() for line in lines]
    return [*pairs, *SENTENCES.values(), *((zh, en) for zh, en in sources)]


def terms_in(zh: str) -> list[str]:
    """The longest first, so that 不合格 is not taken for 合格."""
    found = []
    for term in sorted(TERMS, key=len, reverse=True):
        if term in zh:
            zh = zh.replace(term, "＿")
            found.append(term)
    return found


def is_said(word: str, en: str) -> bool:
    """In any of its forms: appraise for appraisal, served for service."""
    beginnings = [part.strip("()").removesuffix("y")[:4] for part in word.lower().split() if part != "the"]
    return all(beginning in en.lower() for beginning in beginnings)


@pytest.mark.parametrize(("zh", "en"), said())
def test_a_term_is_said_by_its_word(zh: str, en: str) -> None:
    for term in terms_in(zh):
        words = [OTHERWISE[zh, term]] if (zh, term) in OTHERWISE else TERMS[term]
        assert any(is_said(word, en) for word in words), (term, words)


def test_the_exceptions_are_needed() -> None:
    for (zh, term), instead in OTHERWISE.items():
        (en,) = {en for z, en in said() if z == zh}
        assert not any(is_said(word, en) for word in TERMS[term])
        assert instead in en.lower()
