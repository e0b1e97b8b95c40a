"""The law in time, sentence by sentence: parameters of a day and of a year, who prevails, what reaches back and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.law.asking import absent, ask, codes, fact, policy
from tests.law.test_policy import interpretation, repealed, superior

AWAY = absent("2024-09-23", "2024-10-17")
"""Sixteen working days in a run."""
LONG = "long_unexcused_absence"


def closed(on: str, year: int = 2024) -> dict[str, Any]:
    return fact("AppraisalYearClosed", on, year=year, closed_on=on)


def long(*given: dict[str, Any], as_of: str = "2025-10-01", year: int = 2024, known_at: str | None = None) -> tuple[bool, bool]:
    """Whether promotion is barred by the absence, and the appraisal of the year capped."""
    answer = ask(given, as_of, year=year, fixture="F0", known_at=known_at)
    return LONG in codes(answer), LONG in codes(answer, "appraisal")


YES, NO = (True, True), (False, False)


def number(value: str, since: str, id_: str = "P1", known: str | None = None) -> dict[str, Any]:
    return policy(since, id_=id_, known=known, absence__long__consecutive=value)


# 2.1: what is named, from its day on, once it is known


def test_a_policy_that_is_not_known_yet_does_not_hold() -> None:
    late = number("> 20", "2022-04-07", known="2025-06-01")
    assert long(AWAY, late, known_at="2025-05-31") == YES
    assert long(AWAY, late, known_at="2025-06-01") == NO


def test_a_parameter_that_nobody_knows_changes_nothing() -> None:
    assert long(AWAY, policy("2022-04-07", no__such__number=1)) == YES
    both = fact(
        "PolicyPublished", "2022-04-07", policy_id="P1", effective_from="2022-04-07", source="s", document_no="D",
        parameters={"no.such.number": 1, "absence.long.consecutive": "> 20"},
    )  # fmt: skip
    assert long(AWAY, both) == NO, "the others in it hold"


# 2.2: which day a parameter is read on, and who prevails


@pytest.mark.parametrize(("first", "second", "expected"), [("> 20", "> 10", YES), ("> 10", "> 20", NO)])
def test_of_two_policies_from_one_day_the_one_recorded_later_wins(first: str, second: str, expected: tuple[bool, bool]) -> None:
    one, other = number(first, "2024-01-01", "A", known="2024-01-01"), number(second, "2024-01-01", "B", known="2024-01-02")
    assert long(AWAY, one, other) == expected
    assert long(AWAY, other, one) == expected, "in whatever order they come"


def test_interpretations_count_by_the_day_they_were_issued() -> None:
    since = interpretation("2023-06-01", "2022-04-07", absence__long__consecutive="> 20")
    assert long(AWAY, since) == NO
    assert long(AWAY, since, number("> 10", "2023-05-31")) == NO, "issued after the policy began"
    assert long(AWAY, since, number("> 10", "2023-06-02")) == YES, "the policy is later"


def test_a_superior_rule_beats_what_comes_after_it() -> None:
    above = superior("2024-01-01", False, absence__long__consecutive="> 20")
    assert long(AWAY, above) == NO
    assert long(AWAY, above, number("> 10", "2024-06-01")) == NO
    assert long(AWAY, above, interpretation("2024-06-01", "2022-04-07", absence__long__consecutive="> 10")) == NO


def test_the_transition_is_a_parameter_of_the_year_and_for_promotion_of_the_day() -> None:
    """A run of fifteen days, five of them after the number became ten."""
    run = absent("2024-06-17", "2024-07-05")
    stricter, by_the_day = number("> 10", "2024-07-01"), policy("2025-01-01", id_="T", policy__transition="crossing_day")
    assert long(run, stricter, by_the_day, as_of="2024-12-31") == NO
    assert long(run, stricter, by_the_day, as_of="2025-01-01") == (True, False)


def test_the_window_is_a_parameter_of_the_year_and_for_promotion_of_the_day() -> None:
    """Sixteen days of autumn 2024 and sixteen of early 2025, interrupted: over thirty in twelve months, not in a year."""
    pieces = [
        absent("2024-10-21", "2024-10-31", "a1"), absent("2024-11-04", "2024-11-14", "a2"),
        absent("2025-02-10", "2025-02-20", "b1"), absent("2025-03-03", "2025-03-11", "b2"),
    ]  # fmt: skip
    for since, expected in (("2025-01-01", (True, True)), ("2025-12-31", (True, True)), ("2026-01-01", (True, False))):
        rolling = policy(since, absence__long__window="rolling_12m")
        answer = ask([*pieces, rolling], "2026-02-01", year=2025, fixture="F0")
        assert (LONG in codes(answer), LONG in codes(answer, "appraisal")) == expected, since
        assert LONG not in codes(ask([*pieces, rolling], "2026-02-01", year=2024, fixture="F0"), "appraisal")
    before = ask([*pieces, policy("2025-12-31", absence__long__window="rolling_12m")], "2025-12-30", fixture="F0")
    assert LONG not in (*codes(before), *codes(before, "appraisal"))


@pytest.mark.parametrize(("since", "granted"), [("2024-09-23", True), ("2024-09-24", False)])
def test_what_a_unit_may_grant_is_read_on_the_first_day_of_the_leave(since: str, granted: bool) -> None:
    leave = fact(
        "LeaveApproved", "2024-09-20", leave_id="L1", level="unit", from_="2024-09-23", until="2024-09-27", decision_no="D", decided_on="2024-09-20"
    )  # fmt: skip
    given = [leave, policy(since, leave__ordinary_max_workdays=5)]
    assert ask(given, "2024-12-01", fixture="F0").counts.leave_workdays == (5 if granted else 0)


# 2.2a: repeal


def test_what_was_in_force_before_holds_again() -> None:
    older, newer = number("> 20", "2022-04-07", "A"), number("> 10", "2023-01-01", "B")
    assert long(AWAY, older, newer) == YES
    assert long(AWAY, older, newer, repealed("B", "2024-01-01")) == NO
    assert long(AWAY, older, repealed("A", "2024-01-01")) == YES, "before it there was the built-in one"


def test_the_day_of_the_repeal_is_the_first_without_it() -> None:
    """Stricter in September, repealed in November: the older number is the milder one and reaches back into the open year."""
    run = absent("2024-09-09", "2024-09-24")
    given = [run, number("> 10", "2024-07-01"), repealed("P1", "2024-11-01")]
    assert long(*given, as_of="2024-10-31") == YES
    assert long(*given, as_of="2024-11-01") == NO
    assert long(*given, closed("2024-10-31")) == YES, "not into a closed year"


def test_interpretations_and_superior_rules_are_repealed_by_their_ids() -> None:
    reading = interpretation("2023-06-01", "2022-04-07", absence__long__consecutive="> 20")
    above = superior("2024-01-01", False, absence__long__consecutive="> 20")
    for given, id_ in ((reading, "I1"), (above, "S1")):
        assert long(AWAY, given) == NO
        assert long(AWAY, given, repealed(id_, "2024-09-01")) == YES
        assert long(AWAY, given, repealed("other", "2024-09-01")) == NO


# 2.3: interpretations


def test_with_a_day_it_governs_closed_years_too_stricter_or_not() -> None:
    milder = interpretation("2025-09-01", "2022-04-07", absence__long__consecutive="> 20")
    assert long(AWAY, milder, closed("2025-02-28")) == NO
    stricter = interpretation("2025-09-01", "2022-04-07", absence__long__consecutive="> 10")
    short = absent("2024-09-23", "2024-10-12")
    assert long(short, closed("2025-02-28")) == NO
    assert long(short, stricter, closed("2025-02-28")) == YES


def test_with_a_day_to_come_it_holds_from_then() -> None:
    later = interpretation("2024-05-01", "2024-10-21", absence__long__consecutive="> 20")
    assert long(AWAY, later, as_of="2024-10-20") == YES
    assert long(AWAY, later, as_of="2024-10-21") == NO, "milder, and the year is open"


def test_without_a_day_a_parameter_of_a_day_holds_from_its_issue_and_never_makes_the_past_stricter() -> None:
    stricter = interpretation("2024-11-01", absence__long__consecutive="> 10")
    assert long(absent("2024-09-23", "2024-10-12"), stricter) == NO
    assert long(absent("2024-11-04", "2024-11-18"), stricter) == YES
    milder = interpretation("2024-11-01", absence__long__consecutive="> 20")
    assert long(AWAY, milder, as_of="2024-10-31") == YES
    assert long(AWAY, milder) == NO
    assert long(AWAY, milder, closed("2024-10-31")) == YES


def test_without_a_day_a_parameter_of_a_year_holds_in_every_year_open_when_it_was_issued() -> None:
    failed = [
        fact("TaskOutcomeRecorded", f"{y}-12-20", task_id=f"t{y}", year=y, outcome="not_completed", recorded_on=f"{y}-12-20")
        for y in (2023, 2024)
    ]
    reading = interpretation("2025-02-01", art8__reading="R4")

    def outcomes(*given: dict[str, Any]) -> list[str]:
        return [ask([*failed, *given, reading], "2025-10-01", year=y, fixture="F0").appraisal.outcome for y in (2023, 2024)]

    assert outcomes() == ["ineligible", "ineligible"]
    assert outcomes(closed("2024-02-28", 2023)) == ["eligible", "ineligible"]
    assert outcomes(closed("2024-02-28", 2023), closed("2025-02-01")) == ["eligible", "eligible"], "closed on the day is closed"
    assert outcomes(closed("2024-02-28", 2023), closed("2025-02-02")) == ["eligible", "ineligible"]


# 2.4: change of a threshold during a count


def test_a_favourable_superior_rule_reaches_into_open_years_only() -> None:
    above = superior("2025-03-01", True, absence__long__consecutive="> 20")
    assert long(AWAY, above, as_of="2025-02-28") == YES, "nothing counts before its day"
    assert long(AWAY, above) == NO
    assert long(AWAY, above, closed("2025-02-28")) == YES
    assert long(AWAY, above, closed("2025-03-02")) == NO


def test_each_version_measures_from_its_own_first_day() -> None:
    """Three numbers in one run of 24 days: the middle one is the strictest, and only the last two count its days."""
    run = absent("2024-06-03", "2024-07-05")
    first, last = number("> 20", "2024-06-01", "A"), number("> 15", "2024-07-01", "C")
    for middle, expected in (("> 12", NO), ("> 9", NO)):
        assert (
            long(run, number("> 30", "2022-04-07", "Z"), number(middle, "2024-06-17", "B"), number("> 25", "2024-07-01", "C")) == expected
        )
    assert long(run, first, last) == YES, "all of them over the milder one"


def test_by_the_crossing_day_the_number_of_that_day_measures_the_whole() -> None:
    by_the_day = policy("2022-04-07", id_="T", policy__transition="crossing_day")
    assert long(AWAY, by_the_day, number("> 20", "2024-10-18")) == YES, "on the sixteenth day it was fifteen"
    assert long(AWAY, by_the_day, number("> 20", "2024-10-17")) == NO
    assert long(AWAY, number("> 20", "2024-10-18")) == NO, "the favourable transition reaches back"
