"""Each term has one word, and the word is the one that the contract uses."""

from __future__ import annotations

from pathlib import Path

from contracts.labels import catalogue

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
