"""Sanctions, the ladder, years without calendar, and what else each has its own small rule."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.message import end_of_day
from services.compliance import law
from services.compliance.facts import Facts
from services.compliance.law.numbers import numbers
from services.compliance.law.policy import built_in
from tests.law.asking import absent, approved, ask, ask_unit, codes, d, events, fact, findings, policy, requested

KNOWN = end_of_day(d("2030-12-31"))
ASKED = requested("2025-05-09", "2025-05-12", "2025-06-13")
REJECTED = fact("LeaveRejected", "2025-05-26", leave_id="L1", level="committee", decision_no="D", decided_on="2025-05-26")


def sanction(kind: str, first: str, last: str) -> dict[str, Any]:
    return fact("SanctionRecorded", first, sanction_id="s", kind=kind, from_=first, until=last)


@pytest.mark.parametrize(
    ("kind", "first", "outcome"),
    [
        ("demerit", "2025-03-03", "no_grade"),
        ("demerit", "2024-12-30", "eligible"),
        ("post_downgrade", "2025-03-03", "no_grade"),
        ("post_downgrade", "2024-03-04", "no_grade"),
        ("post_downgrade", "2023-12-29", "eligible"),
        ("warning", "2025-03-03", "eligible"),
    ],
)
def test_the_years_of_a_sanction(kind: str, first: str, outcome: str) -> None:
    given = [sanction(kind, first, "2026-03-02")]
    assert ask(given, "2025-12-31").appraisal.outcome == outcome


def test_a_warning_leaves_all_but_excellent_and_says_so() -> None:
    appraisal = ask([sanction("warning", "2025-03-03", "2025-09-02")], "2025-12-31").appraisal
    assert appraisal.allowed_grades == ("qualified", "basically_qualified", "unqualified")
    (reason,) = appraisal.reasons
    assert "excellent" in reason.en and "不得评为优秀" in reason.zh
    assert len(reason.evidence) == 1
    assert ask([sanction("warning", "2024-03-04", "2024-09-03")], "2025-12-31").appraisal.reasons[0].evidence == ()


def test_a_bar_for_good_names_what_makes_it_so() -> None:
    cannot = fact("PerformanceDetermined", "2025-04-01", result="cannot", from_="2025-04-01")
    for given, lasting in (([cannot], False), ([policy("2025-01-01", art7__bar_duration="permanent"), cannot], True)):
        (reason,) = ask(given, "2025-06-30").promotion.reasons
        assert ("art7.bar_duration" in {p.name for p in reason.parameters}) == lasting


def ladder(concern: str) -> list[dict[str, Any]]:
    return [
        fact("ConcernRecorded", "2025-02-10", concern_id=concern, kinds=["lax"], recorded_on="2025-02-10"),
        fact("ReminderTalkHeld", "2025-02-12", concern_id=concern, held_on="2025-02-12"),
        fact("CriticismGiven", "2025-02-17", concern_id=concern, given_on="2025-02-17"),
        fact("NonCorrectionRecorded", "2025-04-07", concern_id=concern, recorded_on="2025-04-07"),
    ]


@pytest.mark.parametrize(("about", "skipped"), [("k", False), ("m", True)])
def test_the_steps_before_a_measure_are_those_of_its_own_matter(about: str, skipped: bool) -> None:
    other = fact("ConcernRecorded", "2025-02-10", concern_id="m", kinds=["lax"], recorded_on="2025-02-10")
    measure = fact("MeasureDecided", "2025-05-06", measure_id="x", concern_id=about, cites="7.2", decided_on="2025-05-06")
    assert ("ladder_step_skipped" in findings(ask([*ladder("k"), other, measure], "2025-06-30"))) == skipped


@pytest.mark.parametrize(("last", "code"), [("2026-12-31", "performing_normally"), ("2027-01-01", "leave_pending")])
def test_an_application_into_a_year_without_calendar(last: str, code: str) -> None:
    """Three days may be granted by the unit; a day of a year that nobody has published may be a working day."""
    answer = ask([requested("2026-12-21", "2026-12-29", last)], "2026-12-30", fixture="F26")
    assert codes(answer) == [code]
    assert code != "leave_pending" or "it concerns 4 working days" in answer.promotion.reasons[0].en


def test_a_missing_calendar_is_missed_from_the_first_day_that_needs_it() -> None:
    facts = Facts.divide(events([absent("2027-03-01", "2027-03-05")], "F26"))
    found = law.outlook(facts.common, facts.cadres["C1"], d("2027-03-31"), KNOWN).findings
    assert "calendar_missing-C1-2027-03-01" in found


def test_a_step_is_done_with_the_first_act_that_ends_it() -> None:
    passed = fact("LeaveUnitReviewed", "2025-05-12", leave_id="L1", outcome="passed", reviewed_on="2025-05-12")
    for given, raised in (([ASKED, passed, REJECTED], 0), ([ASKED, REJECTED], 1)):
        counted = ask_unit(given, "U1", "2025-12-31").scorecard.by_code.get("unit_review_overdue")
        assert (counted.raised if counted else 0) == raised


def test_what_was_decided_is_not_decided_again() -> None:
    def proposed(given: list[dict[str, Any]]) -> set[str]:
        facts = Facts.divide(events([*given, absent("2025-05-12", "2025-06-13")]))
        common, cadre = facts.common, facts.cadres["C1"]
        answer = law.answers(common, cadre, d("2025-06-30"), KNOWN, (2025,))[2025]
        return {act.act for change in law.would_change(common, cadre, answer).changes for act in change.acts}

    assert {"decide_leave", "serve_notice"} & proposed([ASKED]) == {"decide_leave"}
    assert {"decide_leave", "serve_notice"} & proposed([ASKED, REJECTED]) == {"serve_notice"}
    revoked = fact(
        "LeaveRevoked", "2025-05-12", "2025-05-20", leave_id="L1", revoked_from="2025-05-12", decision_no="R", decided_on="2025-05-20"
    )
    assert "decide_leave" not in proposed([ASKED, approved("2025-05-13", "2025-05-12", "2025-06-13"), revoked])


def test_more_facts_about_a_cadre_are_as_if_told_at_once() -> None:
    all_, few = (Facts.divide(events(given)) for given in ([absent("2024-09-23", "2024-10-17")], []))
    whole, part = all_.cadres["C1"], few.cadres["C1"]
    more = part.extended([e for e in whole.events if e.id not in {x.id for x in part.events}])
    answered = [law.answers(all_.common, c, d("2024-12-31"), KNOWN, (2024,))[2024] for c in (whole, more, part)]
    assert answered[0] == answered[1] != answered[2]


def test_before_the_first_line_of_a_number_the_first_stands_in() -> None:
    for name, lines in numbers().items():
        assert built_in(name, date(2000, 1, 1)) is lines[0]
        assert built_in(name, date.max) is lines[-1]


def exited(on: str) -> list[dict[str, Any]]:
    return [
        fact("UnitRegistered", "2020-01-01", unit_id="U1", name="A", kind="school"),
        fact("CadreRegistered", "2020-01-01", unit_id="U1", managed_by="committee", category="professional_technical"),
        fact("CadreExited", on, unit_id="U1", post="principal", reason="age", exited_on=on, decision_no="X"),
    ]


@pytest.mark.parametrize(("on", "owed"), [("2022-04-06", False), ("2022-04-07", True)])
def test_exit_talks_are_owed_from_the_first_day_of_the_measures(on: str, owed: bool) -> None:
    assert ("exit_talk_overdue" in findings(ask(exited(on), "2022-12-30", fixture=None))) == owed


def test_a_duty_from_the_day_of_the_exit_and_a_wish_of_that_day() -> None:
    duty = fact("DutyAssigned", "2025-03-03", duty_id="d", category="party_building", host_unit_id="U1", from_="2025-03-03")
    wish = fact("DutyPreferenceDeclared", "2025-03-03", categories=["party_building"], declared_on="2025-03-03")
    given = [*exited("2025-03-03"), duty]
    assert "preference_not_invited" in findings(ask(given, "2025-06-30", fixture=None))
    assert "preference_not_invited" not in findings(ask([*given, wish], "2025-06-30", fixture=None))


@pytest.mark.parametrize(("on", "code"), [("2025-03-03", "on_special_leave"), ("2025-03-04", "return_unconfirmed")])
def test_a_return_is_declared_after_the_first_day_of_the_leave(on: str, code: str) -> None:
    declared = fact("ReturnDeclared", on, leave_id="L1", returned_on=on)
    assert codes(ask([approved("2025-02-28", "2025-03-03", "2025-03-31"), declared], "2025-05-06")) == [code]


def test_what_the_unit_refused_it_need_not_report() -> None:
    refused = fact("LeaveUnitReviewed", "2025-05-12", leave_id="L1", outcome="refused", reviewed_on="2025-05-12")
    assert "unit_failed_to_report" not in findings(ask([ASKED, refused], "2025-06-30"))


def test_what_is_open_on_the_day_of_the_question_is_said() -> None:
    answer = ask([absent("2025-06-30", "2025-06-30", unit_knew=True)], "2025-06-30")
    assert answer.promotion.reasons[0].evidence == ("assignments/absence-a1@1",)
    at_the_end = ask([absent("2024-12-31", "2024-12-31", unit_knew=True)], "2025-06-30", year=2024)
    assert at_the_end.appraisal.reasons[0].evidence == ("assignments/absence-a1@1",)


def test_a_head_who_comes_back_is_a_head() -> None:
    def head(on: str) -> dict[str, Any]:
        return fact("UnitHeadAppointed", on, office="party", head_ref="h1", from_=on)

    left = fact("UnitHeadVacated", "2024-06-03", office="party", head_ref="h1", vacated_on="2024-06-03")
    due = [f.due_on for f in ask([head("2023-01-01"), left, head("2025-02-03")], "2025-12-31").findings if f.code == "unit_talk_overdue"]
    assert due == [d("2025-05-04")]
    assert "unit_talk_overdue" not in findings(ask([head("2023-01-01"), left], "2025-12-31"))


def test_the_circular_of_another_year_is_not_on_the_card() -> None:
    issued = fact("UnitCircularIssued", "2025-01-13", year=2024, document_no="C-0", issued_on="2025-01-13")
    assert ask_unit([issued], "U1", "2025-12-31", year=2025).scorecard.circular is None
    assert ask_unit([issued], "U1", "2025-12-31", year=2024).scorecard.circular == "C-0"
