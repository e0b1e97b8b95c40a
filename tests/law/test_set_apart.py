"""What only a second of its kind tells apart: a second leave, circular, calendar, retraction, question."""

from __future__ import annotations

from collections import Counter

import pytest

from contracts.answers import Change
from contracts.assignments import RosterPublished
from contracts.compliance import UnitNeglectDetermined
from contracts.message import end_of_day
from services.compliance import law
from services.compliance.facts import Facts
from services.compliance.law.findings import Raised
from tests.law.asking import absent, approved, ask, ask_unit, d, events, fact, policy, requested
from tests.law.test_finer_points import duty, new, outcome
from tests.law.test_only_then import COMPLAINTS, KNOWN, NEGLECT
from tests.law.test_told_apart import Given, found, owed


def changes(given: Given, as_of: str) -> dict[tuple[str, ...], list[Change]]:
    known = events(given)
    common, cadre = law.Common.of(known), law.Cadre.of("C1", known)
    answer = law.answers(common, cadre, d(as_of), KNOWN, (d(as_of).year,))[d(as_of).year]
    by_acts: dict[tuple[str, ...], list[Change]] = {}
    for change in law.would_change(common, cadre, answer).changes:
        by_acts.setdefault(tuple(a.act for a in change.acts), []).append(change)
    return by_acts


def test_of_two_leaves_from_which_somebody_says_he_is_back_the_first_is_cited() -> None:
    first = [requested("2025-02-28", "2025-03-03", "2025-03-28"), approved("2025-02-28", "2025-03-03", "2025-03-28")]
    second = approved("2025-05-06", "2025-05-12", "2025-05-30", leave_id="L2")
    back = fact("ReturnDeclared", "2025-06-03", leave_id="L1", returned_on="2025-06-03")
    (reason,) = ask([*first, second, back], "2025-06-30").promotion.reasons
    assert (reason.code, reason.evidence) == ("return_unconfirmed", tuple(f"assignments/leave-L1@{n}" for n in (1, 2, 3)))


def test_the_first_year_without_calendar_is_named() -> None:
    (reason,) = ask([absent("2027-12-31", "2028-01-31")], "2028-02-28").promotion.reasons
    assert reason.code == "calendar_missing" and "2027" in reason.en and "2028" not in reason.en


def test_leave_for_health_that_adjoins_is_joined_to_the_last_before_it() -> None:
    given = [
        step
        for id_, first, last in (("L1", "2023-10-09", "2023-10-13"), ("L2", "2024-01-02", "2025-03-31"), ("L3", "2024-06-03", "2024-06-07"))
        for step in (requested(first, first, last, leave_id=id_), approved(first, first, last, leave_id=id_))
    ]
    assert "health_inability_alert" not in [code for code, _ in owed(given, "2024-12-30", "F0")]
    (alert,) = found(given, "2024-12-31", "health_inability_alert", "F0")
    assert alert.evidence == ("assignments/leave-L2@2", "assignments/leave-L3@2")


def circular(unit: str, on: str, no: str = "T-1") -> dict[str, object]:
    return fact("UnitCircularIssued", on, unit_id=unit, year=2025, document_no=no, issued_on=on)


def test_a_circular_is_of_the_unit_that_it_names() -> None:
    """One document may name several, and be withdrawn for one of them or for one year."""
    both = [circular("U1", "2025-06-03"), circular("U2", "2025-06-03")]
    withdrawn = [
        fact("UnitCircularWithdrawn", "2025-07-01", unit_id=unit, year=year, document_no="T-1", withdrawn_on="2025-07-01")
        for unit, year in (("U1", 2024), ("U2", 2025))
    ]

    def shown(given: Given, unit: str) -> str | None:
        return ask_unit(given, unit, "2025-12-31").scorecard.circular

    assert [shown(both[:1], unit) for unit in ("U1", "U2")] == ["T-1", None]
    assert [shown([*both, *withdrawn], unit) for unit in ("U1", "U2")] == ["T-1", None]
    assert shown([*both, circular("U1", "2025-09-01", "T-2")], "U1") == "T-2"


def test_what_was_tolerated_in_another_year_makes_no_candidate() -> None:
    for first, last, n in (("2024-04-08", "2024-04-10", 0), ("2025-04-07", "2025-04-09", 1)):
        answer = ask_unit([absent(first, last, unit_knew=True), *COMPLAINTS], "U1", "2025-12-31")
        assert [f.code for f in answer.findings].count("circular_candidate") == n


def test_a_retraction_that_was_retracted_takes_nothing_back() -> None:
    gone = fact("AssignmentsFactRetracted", "2025-09-01", "2025-10-10", retracts="assignments/absence-a1@1", retracted_on="2025-10-10")
    (id_,) = [e.id for e in events([absent("2025-09-01", "2025-09-02"), gone]) if hasattr(e.data, "retracts")]
    again = fact("AssignmentsFactRetracted", "2025-09-01", "2025-10-13", retracts=id_, retracted_on="2025-10-13")
    for given, days in (([], 2), ([gone], 0), ([gone, again], 2)):
        assert ask([absent("2025-09-01", "2025-09-02"), *given], "2025-12-31").counts.unexcused_workdays == days


def test_an_appeal_waits_under_article_10() -> None:
    filed = fact("AppealFiled", "2025-03-03", appeal_id="p", against="compliance/cadre-C1@1", filed_on="2025-03-03")
    known = events([filed])
    waits = law.owed(law.Common.of(known), law.Cadre.of("C1", known), d("2025-06-30"), KNOWN)
    assert [r.article for r in waits if r.code == "appeal_to_decide"] == ["10"]


def test_a_vacation_that_shares_one_day_with_a_later_one_is_replaced() -> None:
    def vacation(first: str, last: str, known: str) -> dict[str, object]:
        return fact("SchoolCalendarPublished", "2025-01-01", known, vacations=[{"from": first, "until": last}], source="D")

    old = vacation("2025-07-10", "2025-08-29", "2025-01-02")
    for first, days in (("2025-08-29", 5), ("2025-08-30", 0)):
        given = [old, vacation(first, "2025-09-05", "2025-01-03"), absent("2025-07-14", "2025-07-18")]
        assert ask(given, "2025-12-31").counts.unexcused_workdays == days


def test_a_question_about_an_earlier_day_is_not_answered_by_a_later_one() -> None:
    common = law.Common.of(events([NEGLECT]))
    for day, n in (("2025-12-31", 1), ("2025-05-05", 0), ("2025-05-06", 1)):
        assert len(common.at(d(day), KNOWN).of(UnitNeglectDetermined)) == n


def test_a_roster_that_was_published_later_was_not_known() -> None:
    roster = fact("RosterPublished", "2025-07-14", "2025-07-10", roster_id="r", cadre_ids=["C1"], from_="2025-07-14", until="2025-07-18")
    known = events([roster])
    assert any(isinstance(e.data, RosterPublished) for e in known)
    for at, days in (("2025-07-09", 0), ("2025-07-10", 5)):
        assert len(law.Common.of(known).at(d("2025-12-31"), end_of_day(d(at))).rostered("C1")) == days


def test_a_duty_beyond_the_next_exit_was_held_after_the_first() -> None:
    again = fact("CadreExited", "2025-03-03", unit_id="U1", post="principal", reason="age", exited_on="2025-03-03", decision_no="Y")
    given = [*new("2024-03-04"), again, duty("d", "2024-03-11", "2025-05-30")]
    late = found(given, "2025-12-31", "duty_not_assigned_in_time", None)
    assert [(f.due_on, len(f.evidence)) for f in late] == [(late[0].due_on, 2)] * 2
    assert len({f.evidence for f in late}) == 2


def test_what_is_owed_is_the_same_whatever_else_it_comes_to_rest_on() -> None:
    raised = Raised("c", "5", "section", d("2025-03-03"), "U1", evidence=("a", "b"))
    assert raised.todo("C1") == raised._replace(evidence=("a",)).todo("C1") != raised._replace(evidence=("b",)).todo("C1")


def test_an_act_by_which_one_answer_falls_and_the_other_rises_is_mixed() -> None:
    away = [requested("2025-08-29", "2025-09-01", "2025-09-24"), absent("2025-09-01", "2025-09-24")]
    tried = changes(away, "2025-12-31")
    told = {acts: [(c.effect, c.promotion, c.appraisal) for c in of] for acts, of in tried.items()}
    assert ("mixed", "ineligible", "eligible") in told["decide_leave",]
    assert told["determine_performance",] == [("better", "eligible", "undetermined"), ("worse", "ineligible", "undetermined")]


def test_a_leave_that_was_granted_is_no_evidence_of_one_that_waits() -> None:
    waiting = [requested("2025-08-29", "2025-09-01", "2025-09-24"), absent("2025-09-01", "2025-09-24")]
    granted = approved("2025-05-06", "2025-05-12", "2025-05-13", "unit", "L2")
    (reason,) = ask([*waiting, granted], "2025-12-31").promotion.reasons
    assert (reason.code, reason.evidence) == ("leave_pending", ("assignments/absence-a1@1", "assignments/leave-L1@1"))


@pytest.mark.parametrize(("unit", "outcome_"), [("calendar_days", "undetermined"), ("workdays", "eligible")])
def test_rest_days_of_leave_that_waits_are_leave_by_calendar_days(unit: str, outcome_: str) -> None:
    """Fewer than half of the working days were recorded, more than half of the calendar days asked for."""
    share = policy("2025-01-01", appraisal__no_grade__leave_share=f"> 1/2 {unit}")
    given = [share, requested("2025-01-02", "2025-01-06", "2025-08-29"), outcome("t2025", "completed"), absent("2025-01-06", "2025-02-14")]
    assert ask(given, "2025-12-31").appraisal.outcome == outcome_


def test_a_policy_that_says_what_held_before_is_no_other_version() -> None:
    same = policy("2025-06-02", absence__long__consecutive="> 15")
    (reason,) = ask([same, absent("2025-09-01", "2025-09-24")], "2025-12-31").promotion.reasons
    assert [(p.name, p.policy) for p in reason.parameters if p.name in ("absence.long.consecutive", "policy.transition")] == [
        ("absence.long.consecutive", "P0")
    ]


def test_what_is_owed_of_the_first_year_is_owed_once() -> None:
    known = events([outcome("t2023", "not_completed", 2023, "2023-12-20")])
    facts = Facts.divide(known)
    waits = law.owed(facts.common, facts.cadres["C1"], d("2025-06-30"), KNOWN)
    counted = Counter(r.code for r in waits)
    assert counted["superior_rule_advisory"] == 1, counted


def test_the_calendar_of_a_year_with_one_day_of_absence_is_told() -> None:
    """Where a calendar has the first of January worked."""
    worked = fact("CalendarPublished", "2025-01-01", "2024-12-02", year=2025, version=2, off_days=[], work_days=[], notice="n")
    answer = ask([worked, absent("2024-12-31", "2025-01-01")], "2025-12-31", year=2024)
    assert [c.partition(".")[0] for c in answer.calendars] == ["2024", "2025"]
