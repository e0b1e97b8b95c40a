"""No text that somebody wrote becomes a formula, in a workbook or after a round through CSV."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.harmless import harmless
from services.workbooks.cells import text

BEGINNINGS = "=+-@＝＋－＠﹦﹢﹣﹫−⁼₊"
UNSEEN = st.text(st.sampled_from(" \u3000\u00a0\u200b\ufeff\u2060\u0000\v"), max_size=3)


@given(UNSEEN, st.sampled_from(BEGINNINGS), st.text(max_size=8))
@example("", "=", "cmd|' /C calc'!A0")
def test_whatever_begins_a_formula_is_neutralised(unseen: str, sign: str, rest: str) -> None:
    said = unseen + sign + rest
    assert harmless(said) == "'" + said


@pytest.mark.parametrize("said", ["\t=1", "\r1", "\n", "\tx"])
def test_a_tab_or_a_new_line_at_the_beginning_too(said: str) -> None:
    assert harmless(said) == "'" + said


@given(st.text(max_size=12))
def test_it_adds_an_apostrophe_or_nothing_and_once_is_enough(said: str) -> None:
    safe = harmless(said)
    assert safe in (said, "'" + said)
    assert harmless(safe) == safe
    assert safe.lstrip(" \u3000\u00a0")[:1] not in set("=+-@＝＋－＠")


@given(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12))
def test_plain_words_and_numbers_stay_as_they_are(said: str) -> None:
    assert harmless(said) == said


@pytest.mark.parametrize("said", ["校长", "", "〔2024〕7号", "—", "（副）", "a-b", "2024-10-17"])
def test_what_offices_write_is_left_alone(said: str) -> None:
    assert harmless(said) == said


@given(st.sampled_from("=+-@＝"), st.text(st.characters(categories=("L", "N")), max_size=8))
def test_an_import_reads_back_what_was_written(sign: str, rest: str) -> None:
    assert text(harmless(sign + rest)) == sign + rest
