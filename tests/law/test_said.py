"""What keeps somebody from passing, as it is said: the sentence with its numbers, the facts, the numbers in force and who owes what is
missing. Each says what the procedure asks to be said of that code, no more and no less."""

from __future__ import annotations

import pytest

from tests.law.asking import absent, approved, ask, fact, policy, requested

Given = list[dict[str, object]]
LONG, AWAY = absent("2025-09-01", "2025-09-24"), absent("2025-05-12", "2025-06-13")
ASKED = requested("2025-05-09", "2025-05-12", "2025-06-13")
PROXY = requested("2025-05-09", "2025-05-12", "2025-06-13", applicant="proxy", incapacitated=True)
PASSED = fact("LeaveUnitReviewed", "2025-05-12", leave_id="L1", outcome="passed", reviewed_on="2025-05-12")
REFUSED = fact("LeaveUnitReviewed", "2025-05-13", leave_id="L1", outcome="refused", reviewed_on="2025-05-13")
REPORTED = fact("LeaveReported", "2025-05-13", leave_id="L1", document_no="R", reported_on="2025-05-13")
REJECTED = fact("LeaveRejected", "2025-05-26", leave_id="L1", level="committee", decision_no="D", decided_on="2025-05-26")
PRESENT = fact("PresenceRecorded", "2025-05-12", unit_id="U1", from_="2025-05-12", until="2025-06-13")
STRICT = policy("2025-01-01", leave__pending_treatment="strict")
FAILED = fact("TaskOutcomeRecorded", "2025-12-20", task_id="t2025", year=2025, outcome="not_completed", recorded_on="2025-12-20")
AWOL = fact("AbsenceCharacterised", "2025-09-01", "2025-10-10", absence_id="a1", as_="awol", decided_on="2025-10-10")
SUPERIOR = fact(
    "SuperiorPolicyRegistered", "2025-01-01", policy_id="S", effective_from="2025-01-01", parameters={"art8.awol.min_workdays": ">= 3"},
    source="S", favourable=False, document_no="D",
)  # fmt: skip
RUN, SUM, WINDOW = "absence.long.consecutive", "absence.long.cumulative", "absence.long.window"
ATTRIBUTION, READING, CAP, TREATMENT = "absence.run_attribution", "art8.reading", "art8.cap", "leave.pending_treatment"
BAR, PRESUMED, SCOPE = "art7.bar_duration", "art7.impairment_presumption", "scope.requires"
LONG_IN_WORDS = "Absent without leave for 18 working days (2025-09-01 to 2025-09-24); long is more than 15"
DO = "; there was work to do and no record that it was done, so that it is presumed not done"
THIRTY = [
    absent("2025-03-03", "2025-03-14"), absent("2025-04-14", "2025-04-25", "a2"), absent("2025-06-09", "2025-06-20", "a3"),
    absent("2025-10-09", "2025-10-09", "a4", half="morning"),
]  # fmt: skip
SUMMED = "Absent without leave for 30.5 working days (2025-03-03 to 2025-10-09); long is more than 30"
PENDING = "An application for leave is undecided; it concerns 24 working days"
UNSERVED = "A refusal has not been served; it concerns 24 working days"
MISSING = "The working calendar of 2027 is not published, so absence cannot be counted"
L1, L2, L3 = (f"assignments/leave-L1@{n}" for n in (1, 2, 3))
A1 = "assignments/absence-a1@1"

PROMOTION = [
    ([LONG], "long_unexcused_absence", "7.1", LONG_IN_WORDS, [A1], [RUN, BAR, PRESUMED], None),
    (THIRTY, "long_unexcused_absence", "7.1", SUMMED, [A1, *(f"assignments/absence-a{n}@1" for n in (2, 3, 4))],
     [SUM, WINDOW, "absence.day_fraction", BAR, PRESUMED], None),
    ([STRICT, ASKED, AWAY], "long_unexcused_absence", "7.1", "Absent without leave for 24 working days (2025-05-12 to 2025-06-13); long is more than 15",
     [A1], [RUN, TREATMENT, BAR, PRESUMED], None),
    ([ASKED, AWAY], "leave_pending", "7.1", PENDING, [A1, L1], [RUN, TREATMENT], "branch"),
    ([ASKED, PASSED, REPORTED, AWAY], "leave_pending", "7.1", PENDING, [A1, L1, L2, L3], [RUN, TREATMENT], "committee"),
    ([ASKED], "leave_pending", "8.1", PENDING, [L1], ["leave.ordinary_max_workdays", TREATMENT, PRESUMED], "branch"),
    ([PROXY, AWAY], "awaiting_ratification", "7.1", "Leave asked for by another awaits ratification; it concerns 24 working days", [A1, L1],
     [RUN, "leave.applicant_must_be_self", TREATMENT], "cadre"),
    ([PROXY], "awaiting_ratification", "8.1", "Leave asked for by another awaits ratification; it concerns 24 working days", [L1],
     ["leave.ordinary_max_workdays", "leave.applicant_must_be_self", TREATMENT, PRESUMED], "cadre"),
    ([ASKED, REJECTED, AWAY], "notice_not_served", "7.1", UNSERVED, [A1, L1, L2], [RUN, TREATMENT], "committee"),
    ([ASKED, REFUSED, AWAY], "notice_not_served", "7.1", UNSERVED, [A1, L1, L2], [RUN, TREATMENT], "branch"),
    ([AWAY, PRESENT], "attendance_conflict", "7.1", "For 24 working days presence and absence are both recorded", [A1], [RUN], "section"),
    ([fact("InvestigationOpened", "2025-04-01", investigation_id="i", opened_on="2025-04-01")], "under_investigation", "sanctions-law-52",
     "Under investigation since 2025-04-01", ["compliance/investigation-i@1"], ["promotion.investigation"], None),
    ([fact("SanctionRecorded", "2025-03-03", sanction_id="s", kind="demerit", from_="2025-03-03", until="2026-03-02")], "under_sanction",
     "sanctions-6", "A sanction runs until 2026-03-02", ["compliance/sanction-s@1"], ["promotion.sanction_period"], None),
    ([approved("2025-02-28", "2025-03-03", "2025-03-31")], "on_special_leave", "7.1",
     "On approved leave since 2025-03-03; no return has been confirmed", [L1], ["art7.protected_leave_types", BAR, PRESUMED], None),
    ([approved("2025-02-28", "2025-03-03", "2025-03-31"), fact("ReturnDeclared", "2025-04-01", leave_id="L1", returned_on="2025-04-01")],
     "return_unconfirmed", "7.1", "Declared his return on 2025-04-01; the branch has not confirmed it", [L1, L2], [PRESUMED], "branch"),
    ([fact("GradeRevised", "2025-05-06", year=2024, grade="basically_qualified", revised_on="2025-05-06")], "basically_qualified_last_year",
     "2023-29", "The grade of 2024 is basically qualified", ["compliance/cadre-C1@4"], ["promotion.after_basic_qualified"], None),
    ([fact("PerformanceDetermined", "2025-05-06", result="cannot", from_="2025-05-06")], "determined_cannot_perform", "7.1",
     "Determined on 2025-05-06 that the cadre cannot perform normally", ["compliance/cadre-C1@4"], [], None),
    ([fact("ConcernRecorded", "2025-03-03", concern_id="k", kinds=["lax"], recorded_on="2025-03-03")], "concern_open", "7.2",
     "A concern recorded on 2025-03-03 has not been confirmed as corrected", ["compliance/concern-k@1"], [], "branch"),
    ([absent("2025-05-12", "2025-06-13", unit_knew=True)], "connivance_uncharacterised", "7.1",
     "24 working days of absence that the unit knew of have not been characterised", [A1], [RUN, "art4.connivance_treatment"], "branch"),
    ([fact("RetirementCompleted", "2025-06-30", completed_on="2025-06-30")], "retired", "2", "Retirement was completed on 2025-06-30",
     ["registry/cadre-C1@3"], [SCOPE], None),
    ([fact("CadreDeceased", "2025-06-30", died_on="2025-06-30")], "deceased", "2", "Died on 2025-06-30", ["registry/cadre-C1@3"], [SCOPE], None),
    ([fact("CadreReinstated", "2025-06-30", unit_id="U2", post="p", reinstated_on="2025-06-30")], "reinstated", "2",
     "Returned to a leading post on 2025-06-30", ["registry/cadre-C1@3"], [SCOPE], None),
    ([fact("ManagementChanged", "2025-06-30", managed_by="school", from_="2025-06-30")], "not_committee_managed", "2",
     "Not managed by the work committee", ["registry/cadre-C1@3"], [SCOPE], None),
]  # fmt: skip
APPRAISAL = [
    ([LONG], "long_unexcused_absence", "8.2", LONG_IN_WORDS + DO, [A1, "assignments/task-t2025@1", "assignments/duty-d1@1"],
     [RUN, READING, CAP, ATTRIBUTION], None),
    ([LONG, FAILED], "long_unexcused_absence", "8.2", LONG_IN_WORDS + "; and a task was not completed", [A1, "assignments/task-t2025@2"],
     [RUN, READING, CAP, ATTRIBUTION], None),
    (THIRTY, "long_unexcused_absence", "8.2", SUMMED + DO, [A1, *(f"assignments/absence-a{n}@1" for n in (2, 3, 4)), "assignments/task-t2025@1",
     "assignments/duty-d1@1"], [SUM, READING, CAP, WINDOW, "absence.day_fraction"], None),
    ([policy("2025-01-01", art8__reading="R3"), LONG], "long_unexcused_absence", "8.2", LONG_IN_WORDS, [A1], [RUN, READING, CAP, ATTRIBUTION], None),
    ([policy("2025-01-01", art8__reading="R4"), FAILED], "task_failure", "8.2", "A task of 2025 was not completed", ["assignments/task-t2025@2"],
     [READING, CAP], None),
    ([policy("2025-01-01", art8__long_modifies_awol=False), absent("2025-09-01", "2025-09-03"), AWOL, FAILED], "long_unexcused_absence", "8.2",
     "Absent without leave for 3 working days (2025-09-01 to 2025-09-03); long is at least 3", [A1, "assignments/absence-a1@2", "assignments/task-t2025@2"],
     ["art8.awol.min_workdays", READING, CAP, "art8.long_modifies_awol"], None),
    ([SUPERIOR, absent("2025-09-01", "2025-09-03"), AWOL], "superior_rule", "10",
     "Truant for 3 working days in a run; by a superior rule at least 3 of them means a grade below qualified",
     [A1, "assignments/absence-a1@2", "compliance/policy-S@1"], ["art8.awol.min_workdays"], None),
    ([ASKED, AWAY], "leave_pending", "8.2", PENDING, [A1, L1], [RUN, ATTRIBUTION, READING, TREATMENT], "branch"),
    ([PROXY, AWAY], "awaiting_ratification", "8.2", "Leave asked for by another awaits ratification; it concerns 24 working days", [A1, L1],
     [RUN, ATTRIBUTION, READING, "leave.applicant_must_be_self", TREATMENT], "cadre"),
    ([ASKED, REFUSED, AWAY], "notice_not_served", "8.2", UNSERVED, [A1, L1, L2], [RUN, ATTRIBUTION, READING, TREATMENT], "branch"),
    ([AWAY, PRESENT], "attendance_conflict", "8.2", "For 24 working days presence and absence are both recorded", [A1], [RUN, ATTRIBUTION, READING],
     "section"),
    ([fact("InvestigationOpened", "2025-04-01", investigation_id="i", opened_on="2025-04-01")], "under_investigation", "2023-42",
     "Under investigation since 2025-04-01", ["compliance/investigation-i@1"], [], None),
    ([fact("SanctionRecorded", "2025-03-03", sanction_id="s", kind="demerit", from_="2025-03-03", until="2026-03-02")], "demerit_period", "2023-43",
     "Under a sanction of demerit or heavier: no grade for the year", ["compliance/sanction-s@1"], [], None),
    ([requested("2024-12-05", "2025-01-02", "2025-08-29"), approved("2024-12-09", "2025-01-02", "2025-08-29")], "leave_over_half_year", "2023-41",
     "On approved leave for 164 of 248 working days; more than 1/2 means no grade", [L1, L2], ["appraisal.no_grade.leave_share"], None),
    ([fact("ManagementChanged", "2024-06-30", managed_by="school", from_="2024-06-30")], "out_of_scope", "2", "No day of 2025 is within the Measures",
     [], [SCOPE], None),
    ([fact("PostGradeRecorded", "2025-02-03", category="management", post_grade=5, from_="2025-02-03")], "no_technical_post", "8.2",
     "Holds a management post only: there is no technical appraisal", ["registry/cadre-C1@3"], ["art8.cap_target"], None),
]  # fmt: skip
Row = tuple[Given, str, str, str, list[str], list[str], str | None]


@pytest.mark.parametrize(
    ("part", "row"),
    [*(("promotion", r) for r in PROMOTION), *(("appraisal", r) for r in APPRAISAL)],
    ids=lambda v: v if isinstance(v, str) else f"{v[1]}-{v[2]}",
)
def test_what_is_said(part: str, row: Row) -> None:
    given, code, article, en, evidence, numbers, owed_by = row
    answer = ask(given, "2025-12-31")
    (reason,) = (answer.promotion if part == "promotion" else answer.appraisal).reasons
    assert (reason.code, reason.article, reason.en, reason.owed_by) == (code, article, f"{en}.", owed_by)
    assert (list(reason.evidence), [p.name for p in reason.parameters]) == (evidence, numbers)


def test_numbers_are_those_of_the_day_from_which_they_are_read() -> None:
    """The treatment of an application: of the first day of the leave; the number that the unit may grant: likewise."""
    later = policy("2025-05-13", leave__pending_treatment="suspend", leave__ordinary_max_workdays=4)
    for given in ([later, ASKED, AWAY], [later, ASKED]):
        (reason,) = ask(given, "2025-12-31").promotion.reasons
        assert {p.policy for p in reason.parameters} == {"P0"}
    before = policy("2025-05-12", leave__pending_treatment="suspend", leave__ordinary_max_workdays=4)
    (reason,) = ask([before, ASKED], "2025-12-31").promotion.reasons
    assert [p.policy for p in reason.parameters] == ["P1", "P1", "P0"]


def test_a_transition_is_named_where_the_number_changed_during_the_count() -> None:
    given = [policy("2025-09-08", absence__long__consecutive="> 10"), LONG]
    for reason in (ask(given, "2025-12-31").promotion.reasons[0], ask(given, "2025-12-31").appraisal.reasons[0]):
        assert "policy.transition" in {p.name for p in reason.parameters}
    (reason,) = ask([policy("2025-01-01", absence__excused_day_breaks_run=False), LONG], "2025-12-31").promotion.reasons
    assert [p.name for p in reason.parameters] == [RUN, "absence.excused_day_breaks_run", BAR, PRESUMED]


def test_nobody_assigned_anything() -> None:
    declined = fact("DutyDeclined", "2025-03-20", duty_id="d", declined_on="2025-03-20", reason_given=False)
    with_reason = fact("DutyDeclined", "2025-03-24", duty_id="e", declined_on="2025-03-24", reason_given=True)
    for given, code, evidence, owed_by in (
        ([], "no_duty_assigned", ["registry/cadre-C1@2"], "section"),
        ([declined], "duty_declined", ["assignments/duty-d@1"], "branch"),
        ([declined, with_reason], "no_duty_assigned", ["registry/cadre-C1@2", "assignments/duty-d@1", "assignments/duty-e@1"], "section"),
    ):
        (reason,) = ask(given, "2025-06-30", fixture="FNEW").promotion.reasons
        assert (reason.code, reason.article, list(reason.evidence), reason.owed_by) == (code, "5", evidence, owed_by)
    (reason,) = ask([absent("2025-06-03", "2025-06-24")], "2025-12-31", fixture="FNEW").appraisal.reasons
    assert (reason.code, [p.name for p in reason.parameters], list(reason.evidence)) == ("no_duty_assigned", [RUN, READING], [A1])


def test_a_year_without_calendar() -> None:
    answer = ask([absent("2027-03-01", "2027-04-30")], "2027-06-30", fixture="F26")
    assert [(r.en, list(r.evidence), r.owed_by) for r in (*answer.promotion.reasons, *answer.appraisal.reasons)] == [
        (f"{MISSING}.", [A1], "section")
    ] * 2
    assert [p.name for p in answer.promotion.reasons[0].parameters] == ["calendar.missing_year", RUN]
