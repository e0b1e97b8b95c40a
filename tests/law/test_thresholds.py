"""When an absence is long: the day before, the day itself, the day after; windows, attribution, changes of the number."""

from __future__ import annotations

import pytest

from tests.law.asking import absent, approved, ask, codes, d, fact, policy

LONG = ["long_unexcused_absence"]


@pytest.mark.parametrize(("until", "days", "barred"), [("2024-10-16", 15, False), ("2024-10-17", 16, True), ("2024-10-18", 17, True)])
def test_more_than_fifteen_in_a_run(until: str, days: int, barred: bool) -> None:
    answer = ask([absent("2024-09-23", until)], until, fixture="F0")
    assert answer.counts.longest_unexcused_run == days
    assert (answer.promotion.outcome, answer.appraisal.outcome) == (("ineligible", "ineligible") if barred else ("eligible", "eligible"))


@pytest.mark.parametrize(("as_of", "barred"), [("2024-10-16", False), ("2024-10-17", True), ("2024-10-18", True)])
def test_from_the_crossing_day_on(as_of: str, barred: bool) -> None:
    answer = ask([absent("2024-09-23", "2024-10-31")], as_of, fixture="F0")
    assert (answer.promotion.outcome == "ineligible") == barred
    assert answer.promotion.next_change_on == (None if barred else d("2024-10-17"))


PIECES = [absent("2025-03-03", "2025-03-14", "a1"), absent("2025-04-14", "2025-04-25", "a2"), absent("2025-06-09", "2025-06-20", "a3")]


@pytest.mark.parametrize(
    ("more", "days", "long"),
    [
        ([], 30, False),
        ([absent("2025-09-28", "2025-09-28", "a4", fraction=0.5)], 30.5, True),
        ([absent("2025-09-28", "2025-09-28", "a4")], 31, True),
    ],
)
def test_more_than_thirty_in_a_year(more: list[dict[str, object]], days: float, long: bool) -> None:
    answer = ask([*PIECES, *more], "2025-09-28")
    assert answer.counts.unexcused_workdays == days
    assert (codes(answer) == LONG, codes(answer, "appraisal") == LONG) == (long, long)
    if long:
        assert answer.promotion.reasons[0].parameters[0].name == "absence.long.cumulative"


TWO_YEARS = [
    absent("2025-11-03", "2025-11-14", "a1"),
    absent("2025-12-01", "2025-12-12", "a2"),
    absent("2026-01-05", "2026-01-16", "a3"),
    absent("2026-03-02", "2026-03-02", "a4"),
]


@pytest.mark.parametrize(("window", "barred"), [("calendar_year", False), ("rolling_12m", True)])
def test_the_window(window: str, barred: bool) -> None:
    given = [policy("2022-04-07", absence__long__window=window), *TWO_YEARS]
    answer = ask(given, "2026-03-02", fixture="F26")
    assert (answer.promotion.outcome == "ineligible", answer.appraisal.outcome == "ineligible") == (barred, barred)
    assert ask(given, "2026-03-01", fixture="F26").promotion.outcome == "eligible"
    assert ask(given, "2026-03-02", year=2025, fixture="F26").appraisal.outcome == "eligible"


def test_twelve_months_ending_on_a_day() -> None:
    """31 days within exactly twelve months; the first drops out a day later."""
    pieces = [absent("2024-03-11", "2024-03-22", "a1"), absent("2024-04-15", "2024-04-26", "a2"), absent("2024-06-03", "2024-06-14", "a3")]
    rolling = policy("2022-04-07", absence__long__window="rolling_12m", absence__long__cumulative=">= 30")
    within = ask([rolling, *pieces[1:], absent("2025-03-03", "2025-03-14", "b", fraction=1)], "2025-03-14")
    assert within.counts.unexcused_workdays == 10
    assert within.promotion.outcome == "eligible"
    full = ask([rolling, *pieces[1:], absent("2025-03-03", "2025-03-17", "b")], "2025-03-17")
    assert full.promotion.outcome == "ineligible"


@pytest.mark.parametrize(
    ("attribution", "of_2025", "of_2026"),
    [("crossing_year", "eligible", "ineligible"), ("split", "eligible", "eligible"), ("all_years", "ineligible", "ineligible")],
)
def test_a_run_across_new_year(attribution: str, of_2025: str, of_2026: str) -> None:
    given = [policy("2022-04-07", absence__run_attribution=attribution), absent("2025-12-22", "2026-01-15")]
    assert ask(given, "2026-01-15", year=2025).appraisal.outcome == of_2025
    assert ask(given, "2026-01-15", year=2026).appraisal.outcome == of_2026


@pytest.mark.parametrize(("breaks", "run"), [(True, 8), (False, 16)])
def test_does_an_excused_day_break_a_run(breaks: bool, run: int) -> None:
    given = [
        policy("2022-04-07", absence__excused_day_breaks_run=breaks),
        absent("2025-05-06", "2025-05-28"),
        approved("2025-05-15", "2025-05-16", "2025-05-16", "unit"),
    ]
    answer = ask(given, "2025-05-28")
    assert answer.counts.longest_unexcused_run == run
    assert (answer.promotion.outcome == "ineligible") == (run > 15)


def test_a_half_day_makes_no_run_and_breaks_one() -> None:
    given = [
        absent("2025-05-06", "2025-05-15"),
        absent("2025-05-16", "2025-05-16", "h", half="morning"),
        absent("2025-05-19", "2025-05-28", "b"),
    ]
    answer = ask(given, "2025-05-28")
    assert (answer.counts.unexcused_workdays, answer.counts.longest_unexcused_run) == (16.5, 8)


RUN = absent("2024-06-17", "2024-07-05")
"""Fifteen days: ten before 2024-07-01 and five from then on."""


@pytest.mark.parametrize(
    ("first", "then", "long"),
    [
        ("> 15", "> 10", False),
        ("> 15", "> 4", True),
        ("> 9", "> 15", False),
        ("> 9", "> 14", True),
        ("> 14", "> 10", True),
        (">= 15", "> 15", False),
        ("> 15", ">= 5", True),
        ("> 15", "> 5", False),
    ],
)
def test_the_mildest_version_that_may_measure(first: str, then: str, long: bool) -> None:
    """A stricter version measures its own days only; a milder one reaches back into an open year."""
    given = [
        policy("2022-04-07", id_="A", absence__long__consecutive=first),
        policy("2024-07-01", id_="B", absence__long__consecutive=then),
    ]
    answer = ask([*given, RUN], "2024-07-05", fixture="F0")
    assert (codes(answer) == LONG, codes(answer, "appraisal") == LONG) == (long, long)


def test_a_milder_number_does_not_reach_into_a_closed_year() -> None:
    run = absent("2024-06-03", "2024-06-25")
    milder = policy("2025-03-01", absence__long__consecutive="> 20")
    closed = fact("AppraisalYearClosed", "2025-02-28", year=2024, closed_on="2025-02-28")
    late = fact("AppraisalYearClosed", "2025-03-02", year=2024, closed_on="2025-03-02")
    for given, long in (([run], True), ([run, milder], False), ([run, milder, closed], True), ([run, milder, late], False)):
        answer = ask(given, "2025-04-01", year=2024, fixture="F0")
        assert (codes(answer) == LONG, codes(answer, "appraisal") == LONG) == (long, long)


@pytest.mark.parametrize(("as_of", "long"), [("2024-06-28", False), ("2024-07-01", True)])
def test_by_the_number_of_the_day(as_of: str, long: bool) -> None:
    given = [policy("2022-04-07", id_="T", policy__transition="crossing_day"), policy("2024-07-01", absence__long__consecutive="> 10")]
    assert (codes(ask([*given, RUN], as_of, fixture="F0")) == LONG) == long


def test_the_reason_says_by_what_number_whose_it_is_and_on_what_it_rests() -> None:
    answer = ask([policy("2024-01-01", absence__long__consecutive="> 12"), absent("2024-09-23", "2024-10-17")], "2024-10-17", fixture="F0")
    reason = answer.promotion.reasons[0]
    assert (reason.parameters[0].value, reason.parameters[0].policy, reason.parameters[0].source) == ("> 12", "P1", "test")
    assert reason.evidence == ("assignments/absence-a1@1",)
    assert "16" in reason.zh
    assert "16 working days" in reason.en
    assert "more than 12" in reason.en
    assert answer.policy == ("P0", "P1")
