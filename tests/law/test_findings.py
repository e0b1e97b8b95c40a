"""Findings: on the due day nothing, the day after it; who answers for it; until it is made good."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.answers import Finding
from tests.law.asking import EVIDENCE, ONE, absent, approved, ask, ask_unit, codes, d, fact, findings, policy, requested

Given = list[dict[str, object]]


def found(given: Given, as_of: str | date, code: str, fixture: str = "F25", year: int | None = None) -> list[Finding]:
    answer = ask(given, as_of if isinstance(as_of, str) else as_of.isoformat(), fixture=fixture, year=year)
    return [f for f in answer.findings if f.code == code]


ASKED = requested("2025-05-09", "2025-05-12", "2025-06-13")
PASSED = fact("LeaveUnitReviewed", "2025-05-12", leave_id="L1", outcome="passed", reviewed_on="2025-05-12")
REPORTED = fact("LeaveReported", "2025-05-13", leave_id="L1", document_no="R", reported_on="2025-05-13")
CONCERN = fact("ConcernRecorded", "2025-03-03", concern_id="k", kinds=["lax"], recorded_on="2025-03-03")
UNCORRECTED = fact("NonCorrectionRecorded", "2025-04-08", concern_id="k", recorded_on="2025-04-08")
DECLARED = fact("ReturnDeclared", "2025-04-01", leave_id="L1", returned_on="2025-04-01")
LEAVE = approved("2025-02-28", "2025-03-03", "2025-03-31")
LONG = absent("2025-09-01", "2025-09-24")
REVIEW = fact("ReviewRequested", "2025-02-10", review_id="v", against="compliance/cadre-C1@3", requested_on="2025-02-10")
TALKED = [
    fact("UnitTalkHeld", "2025-01-10", by_office="party", held_on="2025-01-10"),
    fact("UnitTalkHeld", "2025-03-03", by_office="administrative", held_on="2025-03-03"),
    fact("ThoughtExchangeHeld", "2025-01-10", by_office="party", held_on="2025-01-10"),
    fact("ThoughtExchangeHeld", "2025-03-03", by_office="administrative", held_on="2025-03-03"),
]
DEADLINES = [
    ("exit_talk_overdue", [], "FNOTALK", "2023-09-15", "committee"),
    ("unit_talk_overdue", TALKED, "F25", "2025-04-10", "unit_head"),
    ("thought_exchange_overdue", TALKED, "F25", "2025-07-09", "unit_head"),
    ("training_gap", [], "F0", "2024-12-31", "branch"),
    ("duty_not_assigned_in_time", [], "FNEW", "2025-04-15", "section"),
    ("unit_review_overdue", [ASKED], "F25", "2025-05-14", "branch"),
    ("unit_failed_to_report", [ASKED, PASSED], "F25", "2025-05-15", "branch"),
    ("committee_decision_overdue", [ASKED, PASSED, REPORTED], "F25", "2025-05-27", "committee"),
    ("reminder_overdue", [CONCERN], "F25", "2025-03-10", "branch"),
    ("reminder_overdue", [LONG], "F25", "2025-09-08", "branch"),
    ("report_overdue", [CONCERN, UNCORRECTED], "F25", "2025-04-15", "branch"),
    ("return_not_confirmed", [LEAVE, DECLARED], "F25", "2025-04-07", "branch"),
    ("determination_owed", [LONG], "F25", "2025-10-24", "branch"),
    ("review_decision_overdue", [REVIEW], "F25", "2025-03-12", "committee"),
]


@pytest.mark.parametrize(
    ("code", "given", "fixture", "due", "accountable"), DEADLINES, ids=[f"{c[0]}-{i}" for i, c in enumerate(DEADLINES)]
)
def test_due_days(code: str, given: Given, fixture: str, due: str, accountable: str) -> None:
    assert found(given, d(due), code, fixture) == []
    (finding,) = found(given, d(due) + ONE, code, fixture)
    assert (finding.due_on, finding.accountable, finding.unit_id, finding.about) == (d(due), accountable, "U1", "C1")


@pytest.mark.parametrize(
    ("code", "given", "fixture", "act", "as_of"),
    [
        ("exit_talk_overdue", [], "FNOTALK", fact("ExitTalkHeld", "2024-05-06", held_on="2024-05-06"), "2024-05-06"),
        ("exit_talk_overdue", [], "FNOTALK", fact("ExitTalkHeld", "2023-08-02", held_on="2023-08-02"), "2024-05-06"),
        ("unit_review_overdue", [ASKED], "F25", PASSED | {"day": d("2025-05-12")}, "2025-06-30"),
        ("unit_failed_to_report", [ASKED, PASSED], "F25", fact("LeaveReported", "2025-06-20", leave_id="L1", document_no="R", reported_on="2025-06-20"), "2025-06-20"),
        ("unit_failed_to_report", [ASKED, PASSED], "F25", fact("LeaveWithdrawn", "2025-06-20", leave_id="L1", withdrawn_on="2025-06-20"), "2025-06-20"),
        ("committee_decision_overdue", [ASKED, PASSED, REPORTED], "F25", approved("2025-06-20", "2025-05-12", "2025-06-13"), "2025-06-20"),
        ("reminder_overdue", [CONCERN], "F25", fact("ReminderTalkHeld", "2025-04-14", concern_id="k", held_on="2025-04-14"), "2025-04-14"),
        ("report_overdue", [CONCERN, UNCORRECTED], "F25", fact("ConcernReported", "2025-05-06", concern_id="k", document_no="R", reported_on="2025-05-06"), "2025-05-06"),
        ("report_overdue", [CONCERN, UNCORRECTED], "F25", fact("CorrectionConfirmed", "2025-05-06", concern_id="k", confirmed_on="2025-05-06"), "2025-05-06"),
        ("return_not_confirmed", [LEAVE, DECLARED], "F25", fact("ReturnConfirmed", "2025-04-01", "2025-05-06", leave_id="L1", returned_on="2025-04-01"), "2025-05-06"),
        ("determination_owed", [LONG], "F25", fact("PerformanceDetermined", "2025-12-01", result="restored", from_="2025-12-01"), "2025-12-01"),
        ("review_decision_overdue", [REVIEW], "F25", fact("ReviewDecided", "2025-05-06", review_id="v", outcome="upheld", decided_on="2025-05-06"), "2025-05-06"),
        ("duty_not_assigned_in_time", [], "FNEW", fact("DutyAssigned", "2025-06-03", duty_id="d", category="party_building", host_unit_id="U2", from_="2025-06-03"), "2025-06-03"),
        ("grade_review_required", [], "F25", fact("GradeRevised", "2025-05-06", year=2024, grade="excellent", revised_on="2025-05-06"), "2025-05-06"),
    ],
)  # fmt: skip
def test_until_the_owed_act(code: str, given: Given, fixture: str, act: dict[str, object], as_of: str) -> None:
    assert found([*given, act], as_of, code, fixture) == []
    if not code.startswith("grade"):
        assert len(found(given, as_of, code, fixture)) == 1


def test_late_registration() -> None:
    def exit_known(on: str) -> Given:
        return [fact("CadreExited", "2025-03-03", on, unit_id="U1", post="p", reason="age", exited_on="2025-03-03", decision_no="X")]

    back = [fact("CadreReinstated", "2025-02-03", unit_id="U1", post="p", reinstated_on="2025-02-03")]
    assert found([*back, *exit_known("2025-03-17")], "2025-06-30", "late_registration") == []
    (late,) = found([*back, *exit_known("2025-03-18")], "2025-06-30", "late_registration")
    assert (late.due_on, late.accountable) == (d("2025-03-17"), "section")


def test_each_head_has_his_own_clock() -> None:
    party = fact("UnitHeadAppointed", "2023-01-01", office="party", head_ref="h1", from_="2023-01-01")
    administrative = fact("UnitHeadAppointed", "2025-02-03", office="administrative", head_ref="h2", from_="2025-02-03")
    left = fact("UnitHeadVacated", "2025-04-01", office="party", head_ref="h1", vacated_on="2025-04-01")
    assert [f.due_on for f in found([party], "2025-06-30", "unit_talk_overdue")] == [d("2023-11-30")]
    assert [f.due_on for f in found([party, administrative], "2025-06-30", "unit_talk_overdue")] == [d("2023-11-30"), d("2025-05-04")]
    assert [f.due_on for f in found([party, administrative, left], "2025-06-30", "unit_talk_overdue")] == [d("2025-05-04")]


def test_a_transfer_begins_the_clock_anew() -> None:
    moved = fact("CadreTransferred", "2025-05-12", from_unit_id="U1", to_unit_id="U2", transferred_on="2025-05-12")
    assert {(f.due_on, f.unit_id) for f in found([moved], "2025-12-31", "unit_talk_overdue")} == {(d("2025-08-10"), "U2")}


def test_the_interval_is_that_of_the_day_from_which_it_runs() -> None:
    shorter = policy("2025-02-01", art6__unit_talk__max_interval_days=60)
    assert sorted(f.due_on for f in found([shorter, *TALKED], "2025-12-31", "unit_talk_overdue") if f.due_on) == [
        d("2025-04-10"),
        d("2025-05-02"),
    ]


def test_a_duty_that_was_proposed_or_declined() -> None:
    code = "duty_not_assigned_in_time"
    proposed = fact("DutyProposed", "2025-04-15", duty_id="d", category="party_building", host_unit_id="U2", proposed_on="2025-04-15")
    late = fact("DutyProposed", "2025-04-16", duty_id="d", category="party_building", host_unit_id="U2", proposed_on="2025-04-16")
    assert found([proposed], "2025-06-30", code, "FNEW") == []
    assert len(found([late], "2025-06-30", code, "FNEW")) == 1
    for reason, due in ((False, None), (True, d("2025-06-05"))):
        declined = fact("DutyDeclined", "2025-04-21", duty_id="d", declined_on="2025-04-21", reason_given=reason)
        assert [f.due_on for f in found([proposed, declined], "2025-12-31", code, "FNEW")] == ([due] if due else [])


def test_the_first_duty_without_asking() -> None:
    duty = fact("DutyAssigned", "2025-04-01", duty_id="d", category="party_building", host_unit_id="U2", from_="2025-04-01")
    asked = fact("DutyPreferenceDeclared", "2025-03-20", categories=["party_building"], declared_on="2025-03-20")
    assert len(found([duty], "2025-06-30", "preference_not_invited", "FNEW")) == 1
    assert found([duty, asked], "2025-06-30", "preference_not_invited", "FNEW") == []


def test_training_once_a_year() -> None:
    trained = fact("TrainingAttended", "2025-12-31", kind="daily", hours=2, attended_on="2025-12-31")
    assert [f.due_on for f in found([trained], "2026-06-30", "training_gap")] == [d("2024-12-31")]
    retired = fact("RetirementCompleted", "2026-02-02", completed_on="2026-02-02")
    assert found([retired], "2026-06-30", "training_gap") == []


def test_notice() -> None:
    rejected = fact("LeaveRejected", "2025-05-26", leave_id="L1", level="committee", decision_no="D", decided_on="2025-05-26")
    refused = fact("LeaveUnitReviewed", "2025-05-13", leave_id="L1", outcome="refused", reviewed_on="2025-05-13")
    served = fact("NoticeServed", "2025-06-03", leave_id="L1", served_on="2025-06-03")
    assert found([ASKED, rejected], "2025-05-26", "notice_not_served") == []
    assert [f.accountable for f in found([ASKED, rejected], "2025-05-27", "notice_not_served")] == ["committee"]
    assert [f.accountable for f in found([ASKED, refused], "2025-05-27", "notice_not_served")] == ["branch"]
    assert found([ASKED, rejected, served], "2025-06-03", "notice_not_served") == []


def test_flaws_of_an_application() -> None:
    proxy = requested("2025-05-09", "2025-05-12", "2025-06-13", applicant="proxy")
    bare = requested("2025-05-09", "2025-05-12", "2025-06-13", evidence=[])
    supplied = fact("LeaveSupplemented", "2025-05-15", leave_id="L1", evidence=EVIDENCE, supplied_on="2025-05-15")
    ratified = fact("LeaveRatified", "2025-05-09", "2025-06-01", leave_id="L1", ratified_on="2025-06-01")
    assert [f.accountable for f in found([proxy], "2025-06-30", "applicant_not_the_cadre")] == ["branch"]
    assert found([proxy, ratified], "2025-06-30", "applicant_not_the_cadre") == []
    assert [f.accountable for f in found([bare], "2025-06-30", "evidence_missing")] == ["cadre"]
    assert [f.accountable for f in found([bare, PASSED], "2025-06-30", "evidence_missing")] == ["branch"]
    assert found([bare, supplied], "2025-06-30", "evidence_missing") == []


def test_the_reminder_is_announced_before_it_is_overdue() -> None:
    assert found([LONG], "2025-09-08", "reminder_due")[0].due_on == d("2025-09-08")
    assert found([LONG], "2025-09-09", "reminder_due") == []
    before = fact("ReminderTalkHeld", "2025-08-29", concern_id="k", held_on="2025-08-29")
    same_day = fact("ReminderTalkHeld", "2025-09-01", concern_id="k", held_on="2025-09-01")
    assert len(found([LONG, before], "2025-09-30", "reminder_overdue")) == 1
    assert found([LONG, same_day], "2025-09-30", "reminder_overdue") == []


@pytest.mark.parametrize(("on", "skipped"), [("2025-04-05", True), ("2025-04-06", False)])
def test_thirty_days_to_improve(on: str, skipped: bool) -> None:
    criticised = fact("CriticismGiven", "2025-03-06", concern_id="k", given_on="2025-03-06")
    missed = fact("NonCorrectionRecorded", on, concern_id="k", recorded_on=on)
    assert bool(found([CONCERN, criticised, missed], "2025-06-30", "ladder_step_skipped")) == skipped
    assert len(found([CONCERN, missed], "2025-06-30", "ladder_step_skipped")) == 1


def test_promoted_as_it_was_known_then() -> None:
    promoted = fact("PostGradePromoted", "2025-09-25", from_grade=8, to_grade=7, promoted_on="2025-09-25", decision_no="P")
    assert len(found([LONG, promoted], "2026-06-30", "promoted_despite_bar")) == 1
    late = absent("2025-09-01", "2025-09-24", known="2025-09-26")
    assert found([late, promoted], "2026-06-30", "promoted_despite_bar") == []


def grade(value: str, known: str = "2026-01-20") -> dict[str, object]:
    return fact("GradeConfirmed", known, year=2025, grade=value, confirmed_on=known)


def grade_codes(given: Given) -> set[str]:
    return {c for c in findings(ask(given, "2026-06-30", year=2025)) if c.startswith("grade")}


def test_grades_now_and_as_known_when_they_were_recorded() -> None:
    late = absent("2025-09-01", "2025-09-24", known="2026-03-02")
    gone = fact("AbsenceRescinded", "2025-09-01", "2026-03-02", absence_id="a1")
    connived = absent("2025-09-01", "2025-09-24", unit_knew=True)
    assert grade_codes([LONG, grade("qualified")]) == {"grade_above_cap"}
    assert grade_codes([LONG, grade("basically_qualified")]) == set()
    assert grade_codes([late, grade("qualified")]) == {"grade_review_required"}
    assert grade_codes([late, grade("unqualified")]) == set()
    assert grade_codes([LONG, gone, grade("unqualified")]) == {"grade_review_required"}
    assert grade_codes([LONG, gone, grade("qualified")]) == set()
    assert grade_codes([connived, grade("qualified")]) == {"grade_confirmed_while_pending"}
    assert grade_codes([grade("unqualified")]) == set()
    assert grade_codes([]) == set()


def test_advice_of_superior_rules() -> None:
    failed = fact("TaskOutcomeRecorded", "2025-12-20", task_id="t2025", year=2025, outcome="not_completed", recorded_on="2025-12-20")
    assert [f.article for f in found([failed], "2025-12-31", "superior_rule_advisory")] == ["2023-14"]
    assert [f.article for f in found([CONCERN, UNCORRECTED], "2025-12-31", "superior_rule_advisory")] == ["2023-13"]
    assert found([failed], "2025-12-31", "superior_rule_advisory", year=2024) == []


def test_dismissal_thresholds_count_every_day() -> None:
    transfer = fact("ManagementChanged", "2025-09-17", managed_by="committee", from_="2025-09-17")
    outside = fact("ManagementChanged", "2024-01-01", managed_by="school", from_="2024-01-01")
    given = [LONG, outside, transfer]
    answer = ask(given, "2025-09-24")
    assert (answer.counts.unexcused_workdays, "dismissal_threshold_alert" in findings(answer)) == (6, True)
    assert len(found([LONG], "2026-08-31", "dismissal_threshold_alert")) == 1
    assert found([LONG], "2026-09-03", "dismissal_threshold_alert") == []


def test_a_year_of_health_leave_ends_with_the_return() -> None:
    """A return after its beginning: nobody was away for a year on end."""
    given = [requested("2023-12-18", "2024-01-02", "2025-03-31"), approved("2023-12-28", "2024-01-02", "2025-03-31")]
    back = fact("ReturnConfirmed", "2025-03-03", leave_id="L1", returned_on="2025-03-03")
    assert found(given, "2025-03-03", "health_inability_alert", "F0")
    assert found([*given, back], "2025-03-03", "health_inability_alert", "F0") == []


@pytest.mark.parametrize(("as_of", "raised"), [("2024-12-30", False), ("2024-12-31", True)])
def test_a_year_of_adjoining_health_leave(as_of: str, raised: bool) -> None:
    given = [
        requested("2023-12-18", "2024-01-02", "2024-06-30"), approved("2023-12-28", "2024-01-02", "2024-06-30"),
        requested("2024-06-18", "2024-07-01", "2025-03-31", leave_id="L2"), approved("2024-06-28", "2024-07-01", "2025-03-31", leave_id="L2"),
    ]  # fmt: skip
    assert bool(found(given, as_of, "health_inability_alert", "F0")) == raised


def test_retired_while_investigated() -> None:
    opened = fact("InvestigationOpened", "2025-04-01", investigation_id="i", opened_on="2025-04-01")
    retired = fact("RetirementCompleted", "2025-06-30", completed_on="2025-06-30")
    for closed_on, raised in (("2025-06-30", False), ("2025-07-01", True)):
        closed = fact("InvestigationClosed", closed_on, investigation_id="i", closed_on=closed_on)
        assert bool(found([opened, retired, closed], "2025-12-31", "retired_while_investigated")) == raised


@pytest.mark.parametrize(("on", "late"), [("2025-02-19", False), ("2025-02-20", True), ("2025-01-10", False)])
def test_reviews_filed_late(on: str, late: bool) -> None:
    review = fact("ReviewRequested", on, review_id="v", against="compliance/cadre-C1@3", served_on="2025-01-20", requested_on=on)
    assert bool(found([review], "2025-02-28", "review_filed_late")) == late
    unserved = fact("ReviewRequested", on, review_id="v", against="compliance/cadre-C1@3", requested_on=on)
    served = fact("DecisionServed", "2025-01-20", decision="compliance/cadre-C1@3", served_on="2025-01-20")
    assert found([unserved], "2025-02-28", "review_filed_late") == []
    assert bool(found([unserved, served], "2025-02-28", "review_filed_late")) == late


def complaint(id_: str, source: str, on: str = "2025-04-10", outcome: str = "substantiated") -> Given:
    return [
        fact("ComplaintReceived", on, complaint_id=id_, source_ref=source, received_on=on),
        fact("ComplaintDecided", "2025-11-03", complaint_id=id_, outcome=outcome, decided_on="2025-11-03"),
    ]


NEGLECT = fact("UnitNeglectDetermined", "2025-11-03", year=2025, determined_on="2025-11-03")


@pytest.mark.parametrize(
    ("complaints", "candidate"),
    [
        ([*complaint("1", "p"), *complaint("2", "p"), *complaint("3", "q")], True),
        ([*complaint("1", "p"), *complaint("2", "p"), *complaint("3", "p")], False),
        ([*complaint("1", "p"), *complaint("2", "q")], False),
        ([*complaint("1", "p"), *complaint("2", "q"), *complaint("3", "r", outcome="dismissed")], False),
        ([*complaint("1", "p"), *complaint("2", "q"), *complaint("3", "r", on="2024-12-31")], False),
    ],
)
def test_a_candidate_for_a_circular(complaints: Given, candidate: bool) -> None:
    answer = ask_unit([NEGLECT, *complaints], "U1", "2025-12-31")
    assert ("circular_candidate" in findings(answer)) == candidate
    assert "circular_candidate" not in findings(ask_unit(complaints, "U1", "2025-12-31"))


def test_the_neglect_of_another_unit_or_year_makes_no_candidate() -> None:
    complaints = [*complaint("1", "p"), *complaint("2", "p"), *complaint("3", "q")]
    elsewhere = fact("UnitNeglectDetermined", "2025-11-03", unit_id="U2", year=2025, determined_on="2025-11-03")
    before = fact("UnitNeglectDetermined", "2025-11-03", year=2024, determined_on="2025-11-03")
    assert "circular_candidate" not in findings(ask_unit([elsewhere, before, *complaints], "U1", "2025-12-31"))


def test_the_scorecard() -> None:
    given = [
        *complaint("1", "p"),
        *complaint("2", "q", outcome="dismissed"),
        LONG,
        fact("ReminderTalkHeld", "2025-09-15", concern_id="k", held_on="2025-09-15"),
    ]
    circular = fact("UnitCircularIssued", "2025-11-10", year=2025, document_no="C-1", issued_on="2025-11-10")
    card = ask_unit([*given, circular], "U1", "2025-12-31").scorecard
    assert (card.cadres, card.circular) == (1, "C-1")
    assert (card.complaints.received, card.complaints.substantiated, card.complaints.sources) == (2, 1, 1)
    assert (card.by_code["reminder_overdue"].raised, card.by_code["reminder_overdue"].open) == (1, 0)
    assert (card.by_code["determination_owed"].raised, card.by_code["determination_owed"].open) == (1, 1)
    assert ask_unit(given, "U2", "2025-12-31").scorecard.cadres == 0


def test_no_finding_about_somebody_outside_the_measures() -> None:
    given = [LONG, ASKED, CONCERN, UNCORRECTED, DECLARED]
    assert findings(ask(given, "2025-12-31", fixture="FSCHOOL")) == set()


def test_findings_never_change_the_answer() -> None:
    """The branch breaks every duty that it has; the cadre's answers are those of somebody whose branch keeps them."""
    answer = ask([], "2025-12-31", fixture="FNOTALK")
    assert {"exit_talk_overdue", "unit_talk_overdue", "training_gap"} <= findings(answer)
    assert (codes(answer), codes(answer, "appraisal")) == (["performing_normally"], ["no_ground"])


def test_a_gap_in_a_year_without_calendar_is_a_gap() -> None:
    asked = [requested("2026-02-20", "2026-03-02", "2026-12-31"), requested("2026-12-20", "2027-01-01", "2027-06-30", leave_id="L2")]
    first = approved("2026-02-25", "2026-03-02", "2026-12-31")
    for begins, raised in (("2027-01-01", True), ("2027-03-01", False)):
        known = [*asked, first, approved("2026-12-28", begins, "2027-06-30", leave_id="L2")]
        assert ("health_inability_alert" in findings(ask(known, "2027-04-15"))) is raised


def test_the_duty_that_came_after_the_next_exit_makes_good_the_earlier_one() -> None:
    again = fact("CadreExited", "2025-06-02", unit_id="U1", post="principal", reason="age", exited_on="2025-06-02", decision_no="X")
    first = again | {"day": d("2025-01-06"), "CadreExited": again["CadreExited"] | {"exited_on": "2025-01-06"}}
    registered = fact("CadreRegistered", "2022-04-07", unit_id="U1", managed_by="committee", category="professional_technical")
    duty = fact("DutyAssigned", "2025-06-09", duty_id="D1", category="responsible_inspector", host_unit_id="U2", from_="2025-06-09")
    late = "duty_not_assigned_in_time"
    assert late in findings(ask([registered, first, again], "2025-06-09", fixture=None))
    assert late not in findings(ask([registered, first, again, duty], "2025-06-09", fixture=None))


def test_a_task_that_failed_before_the_exit_hides_none_that_failed_after_it() -> None:
    known = []
    for id_, on in (("T8", "2021-03-03"), ("T9", "2025-03-03")):
        known.append(fact("TaskOutcomeRecorded", on, task_id=id_, year=2025, outcome="not_completed", recorded_on=on))
    assert "superior_rule_advisory" not in findings(ask(known[:1], "2025-12-31"))
    assert "superior_rule_advisory" in findings(ask(known, "2025-12-31"))
