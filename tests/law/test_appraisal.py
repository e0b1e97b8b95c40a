"""Article 8.2: the four readings, presumption and rebuttal, years without a grade, what is open."""

from __future__ import annotations

import pytest

from tests.law.asking import absent, approved, ask, codes, fact, policy, requested

RUN = absent("2024-09-23", "2024-10-17")
SHORT = absent("2024-09-23", "2024-09-26")
AWOL = fact("AbsenceCharacterised", "2024-09-23", "2024-12-01", absence_id="a1", as_="awol", decided_on="2024-12-01")


def task(outcome: str) -> dict[str, object]:
    return fact("TaskOutcomeRecorded", "2024-12-20", task_id="t2024", year=2024, outcome=outcome, recorded_on="2024-12-20")


def readings(given: list[dict[str, object]], fixture: str = "F0", as_of: str = "2024-12-31") -> str:
    """e, i, n, u for the outcomes of R1 to R4."""
    return "".join(outcome[0] for _, outcome in sorted(ask(given, as_of, fixture=fixture).appraisal.readings.items()))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], "eeee"),
        ([RUN], "eiii"),
        ([RUN, task("completed")], "eeii"),
        ([RUN, task("not_attributable")], "eeii"),
        ([RUN, task("partly")], "eiii"),
        ([RUN, task("not_completed")], "iiii"),
        ([SHORT, AWOL, task("not_completed")], "eeei"),
        ([task("not_completed")], "eeei"),
        ([SHORT], "eeee"),
    ],
)
def test_the_four_readings(given: list[dict[str, object]], expected: str) -> None:
    assert readings(given) == expected
    answer = ask(given, "2024-12-31", fixture="F0")
    assert answer.appraisal.reading_sensitive == (len(set(expected)) > 1)
    assert answer.appraisal.outcome[0] == expected[1]


def test_without_anything_assigned_nothing_is_presumed() -> None:
    run = absent("2025-06-03", "2025-06-24")
    assert readings([run], "FNEW", "2025-12-31") == "euii"
    declined = fact("DutyDeclined", "2025-03-20", duty_id="d", declined_on="2025-03-20", reason_given=False)
    assert readings([run, declined], "FNEW", "2025-12-31") == "euii"


@pytest.mark.parametrize(("until", "expected"), [("2025-06-02", "undetermined"), ("2025-06-03", "ineligible")])
def test_a_duty_in_force_on_one_of_the_days(until: str, expected: str) -> None:
    duty = fact("DutyAssigned", "2025-04-01", duty_id="d", category="party_building", host_unit_id="U2", from_="2025-04-01", until=until)
    assert ask([absent("2025-06-03", "2025-06-24"), duty], "2025-12-31", fixture="FNEW").appraisal.outcome == expected


def test_truancy_by_itself() -> None:
    alone = policy("2022-04-07", art8__long_modifies_awol=False)
    assert readings([alone, SHORT, AWOL]) == "eeii"
    assert readings([alone, SHORT, AWOL, task("not_completed")]) == "iiii"
    two = absent("2024-09-23", "2024-09-24")
    assert readings([alone, two, AWOL]) == "eeee"
    three = absent("2024-09-23", "2024-09-25")
    assert readings([alone, three, AWOL]) == "eeii"


@pytest.mark.parametrize(("value", "capped"), [(">= 4", True), (">= 5", False), ("> 4", False), (4, True), (5, False)])
def test_a_superior_rule_on_truancy_needs_no_task(value: str | int, capped: bool) -> None:
    rule = fact(
        "SuperiorPolicyRegistered", "2024-01-01", policy_id="S", effective_from="2024-01-01", parameters={"art8.awol.min_workdays": value},
        source="s", favourable=False, document_no="S",
    )  # fmt: skip
    answer = ask([rule, SHORT, AWOL], "2024-12-31", fixture="F0")
    assert codes(answer, "appraisal") == (["superior_rule"] if capped else ["no_ground"])
    assert ask([rule, SHORT], "2024-12-31", fixture="F0").appraisal.outcome == "eligible"


def test_a_superior_rule_counts_from_its_first_day() -> None:
    rule = fact(
        "SuperiorPolicyRegistered", "2024-09-24", policy_id="S", effective_from="2024-09-24", parameters={"art8.awol.min_workdays": ">= 4"},
        source="s", favourable=False, document_no="S",
    )  # fmt: skip
    assert ask([rule, SHORT, AWOL], "2024-12-31", fixture="F0").appraisal.outcome == "eligible"


@pytest.mark.parametrize(("last", "days", "outcome"), [("2025-07-04", 124, "eligible"), ("2025-07-07", 125, "no_grade")])
def test_more_than_half_the_working_days_on_leave(last: str, days: int, outcome: str) -> None:
    answer = ask([approved("2024-12-27", "2025-01-02", last)], "2025-12-31")
    assert (answer.counts.leave_workdays, answer.appraisal.outcome) == (days, outcome)
    assert answer.appraisal.allowed_grades == (
        ("no_grade",) if outcome == "no_grade" else ("excellent", "qualified", "basically_qualified", "unqualified")
    )


@pytest.mark.parametrize("other", ["L0", "L9"])
def test_a_day_of_two_leaves_counts_by_the_one_that_is_not_protected(other: str) -> None:
    """Whatever they are called."""
    maternity = requested("2025-05-30", "2025-06-02", "2025-08-29", leave_id=other, reason_class="maternity")
    both = approved("2025-05-30", "2025-06-02", "2025-08-29", leave_id=other)
    ill = requested("2024-12-27", "2025-01-02", "2025-07-07")
    answer = ask([ill, approved("2024-12-27", "2025-01-02", "2025-07-07"), maternity, both], "2025-12-31")
    assert (answer.appraisal.outcome, answer.counts.leave_workdays) == ("no_grade", 125 + 39)
    assert not [i for i in answer.appraisal.reasons[0].evidence if other in i]
    assert ask([approved("2024-12-27", "2025-01-02", "2025-06-30"), maternity, both], "2025-12-31").appraisal.outcome == "eligible"


def test_before_2023_leave_never_takes_the_grade() -> None:
    assert ask([approved("2022-04-07", "2022-04-07", "2022-12-30")], "2022-12-31", fixture="FOLD4").appraisal.outcome == "eligible"


def test_a_bare_share_keeps_its_operator() -> None:
    bare = policy("2022-04-07", appraisal__no_grade__leave_share=0.5)
    assert ask([bare, approved("2024-12-27", "2025-01-02", "2025-07-04")], "2025-12-31").appraisal.outcome == "eligible"
    assert ask([bare, approved("2024-12-27", "2025-01-02", "2025-07-07")], "2025-12-31").appraisal.outcome == "no_grade"


@pytest.mark.parametrize(("kind", "years"), [("demerit", [2024]), ("post_downgrade", [2024, 2025]), ("warning", []), ("dismissal", [])])
def test_years_of_a_sanction(kind: str, years: list[int]) -> None:
    sanction = fact("SanctionRecorded", "2024-05-10", sanction_id="s", kind=kind, from_="2024-05-10", until="2026-05-09")
    found = {y: ask([sanction], "2026-12-31", year=y).appraisal for y in (2023, 2024, 2025, 2026)}
    assert [y for y, a in found.items() if a.outcome == "no_grade"] == years
    assert ("excellent" in found[2024].allowed_grades) == (kind == "dismissal")


def test_an_investigation_takes_the_grades_of_its_year_and_the_next_until_it_is_closed() -> None:
    opened = fact("InvestigationOpened", "2024-11-01", investigation_id="i", opened_on="2024-11-01")
    closed = fact("InvestigationClosed", "2025-03-03", investigation_id="i", closed_on="2025-03-03")
    assert [ask([opened], "2025-03-02", year=y).appraisal.outcome for y in (2023, 2024, 2025)] == ["eligible", "no_grade", "no_grade"]
    assert ask([opened, closed], "2025-03-03", year=2024).appraisal.outcome == "eligible"
    assert ask([opened, closed], "2025-03-02", year=2024).appraisal.outcome == "no_grade"


@pytest.mark.parametrize(("as_of", "provisional"), [("2024-12-30", True), ("2024-12-31", False), ("2025-01-01", False)])
def test_provisional_until_the_last_day(as_of: str, provisional: bool) -> None:
    assert ask([], as_of, year=2024, fixture="F0").appraisal.provisional == provisional


def test_the_post_at_the_end_of_the_year() -> None:
    both = fact("PostGradeRecorded", "2024-12-31", category="both", post_grade=8, from_="2024-12-31")
    later = fact("PostGradeRecorded", "2025-01-01", category="both", post_grade=8, from_="2025-01-01")
    assert codes(ask([both], "2025-06-01", year=2024, fixture="FMGT"), "appraisal") == ["no_ground"]
    assert codes(ask([later], "2025-06-01", year=2024, fixture="FMGT"), "appraisal") == ["no_technical_post"]


@pytest.mark.parametrize(("fixture", "grades"), [
    ("FOLD3", ("excellent", "qualified", "unqualified")), ("FOLD4", ("excellent", "qualified", "basically_qualified", "unqualified")),
])  # fmt: skip
def test_scales_of_2022(fixture: str, grades: tuple[str, ...]) -> None:
    assert ask([], "2022-12-31", fixture=fixture).appraisal.allowed_grades == grades
    assert len(ask([], "2023-12-31", fixture=fixture).appraisal.allowed_grades) == 4


def test_an_application_that_could_take_the_grade() -> None:
    """Six months undecided: refused it would cap, approved it would take the grade; either way another outcome."""
    pending = [absent("2025-01-02", "2025-07-07"), requested("2024-12-20", "2025-01-02", "2025-07-07")]
    answer = ask(pending, "2025-12-31")
    assert (answer.appraisal.outcome, codes(answer, "appraisal")) == ("undetermined", ["leave_pending"])
    assert answer.appraisal.allowed_grades == ()
    done = fact("TaskOutcomeRecorded", "2025-12-20", task_id="t2025", year=2025, outcome="completed", recorded_on="2025-12-20")
    assert ask([*pending, done], "2025-12-31").appraisal.outcome == "undetermined"
    shorter = [absent("2025-01-02", "2025-06-30"), requested("2024-12-20", "2025-01-02", "2025-06-30"), done]
    assert ask(shorter, "2025-12-31").appraisal.outcome == "eligible"


def test_open_kinds_by_themselves_and_only_then_together() -> None:
    connived = absent("2025-03-03", "2025-03-14", "a1", unit_knew=True)
    pending = [absent("2025-03-17", "2025-03-26", "a2"), requested("2025-03-10", "2025-03-17", "2025-03-26")]
    assert codes(ask([connived, *pending], "2025-03-31"), "appraisal") == ["leave_pending", "connivance_uncharacterised"]
    longer = absent("2025-02-19", "2025-03-14", "a1", unit_knew=True)
    assert codes(ask([longer, *pending], "2025-03-31"), "appraisal") == ["connivance_uncharacterised"]
    assert codes(ask([absent("2025-03-03", "2025-03-05", unit_knew=True)], "2025-03-31"), "appraisal") == ["no_ground"]


def test_what_is_established_outranks_what_is_open() -> None:
    given = [absent("2025-09-01", "2025-09-24", "a1"), absent("2025-11-03", "2025-11-28", "a2", unit_knew=True)]
    answer = ask(given, "2025-12-31")
    assert codes(answer, "appraisal") == ["long_unexcused_absence"]


def test_under_review() -> None:
    confirmed = fact("GradeConfirmed", "2025-01-20", year=2024, grade="qualified", confirmed_on="2025-01-20")
    asked = fact("ReviewRequested", "2025-02-10", review_id="v", against="compliance/cadre-C1@3", requested_on="2025-02-10")
    decided = fact("ReviewDecided", "2025-03-10", review_id="v", outcome="upheld", decided_on="2025-03-10")
    appeal = fact("AppealFiled", "2025-03-20", appeal_id="w", against="compliance/cadre-C1@3", filed_on="2025-03-20")
    given = [confirmed, asked, decided, appeal]
    shown = [
        ask(given, day, year=2024, fixture="F0").appraisal.under_review for day in ("2025-02-09", "2025-02-10", "2025-03-10", "2025-03-20")
    ]
    assert shown == [False, True, False, True]
    assert ask(given, "2025-02-10", year=2023, fixture="F0").appraisal.under_review is False
