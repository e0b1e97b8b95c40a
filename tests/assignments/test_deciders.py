"""Duties, tasks, attendance, and the whole leave procedure of Article 8 in its order."""

from __future__ import annotations

import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st

from contracts.assignments import (
    COMMANDS,
    ApproveLeave,
    AssignDuty,
    AssignTask,
    CharacteriseAbsence,
    ConfirmReturn,
    CorrectAbsence,
    CountersignAbsence,
    DeclareDutyPreference,
    DeclareReturn,
    DeclineDuty,
    EndDuty,
    ExtendLeave,
    ImportAttendanceSheet,
    ProposeDuty,
    PublishRoster,
    RatifyLeave,
    RecordAbsence,
    RecordDutyActivity,
    RecordPresence,
    RecordTaskOutcome,
    RejectLeave,
    ReportLeave,
    RequestLeave,
    RescindAbsence,
    RescindPresence,
    RetractAssignmentsFact,
    ReturnLeave,
    ReviewLeave,
    RevokeLeave,
    ServeNotice,
    SupplementLeave,
    WithdrawLeave,
)
from contracts.message import Fact
from contracts.registry import CadreExited, CadreRegistered, CadreTransferred, RetirementCompleted, RoleGranted, UnitRegistered
from services.assignments.deciding import TABLE, decide, subjects
from services.assignments.leave import Leave
from services.kernel.line import Actor
from services.kernel.past import Past
from tests.dsl import Asked, By, day, given, recorded
from tests.proposals import lived_through, nothing_is_said_twice, proposals


def cadre(cadre_id: str) -> CadreRegistered:
    said = {"cadre_id": cadre_id, "unit_id": "U1", "managed_by": "committee", "category": "professional_technical"}
    return CadreRegistered.model_validate(said)


KNOWN: tuple[Fact, ...] = (
    UnitRegistered.model_validate({"unit_id": "U1", "name": "First school", "kind": "school"}),
    cadre("C1"),
    cadre("C2"),
)
EVIDENCE = {"evidence_id": "E1", "sha256": "00", "media_type": "application/pdf"}


def about(kind: type[Fact], leave: str = "L1", **said: object) -> Fact:
    """A step of a leave of C1; days as text."""
    days = {k: day(v) if k.endswith(("_on", "from", "from_", "until")) and isinstance(v, str) else v for k, v in said.items()}
    fields = {("from" if k == "from_" else k): v for k, v in days.items()}
    return kind.model_validate({"leave_id": leave, "cadre_id": "C1"} | fields)


def request(leave: str = "L1", **other: object) -> Fact:
    said: dict[str, object] = {
        "applicant": "self", "reason_class": "health", "from_": "2024-03-11", "until": "2024-03-29", "written": True,
        "evidence": (EVIDENCE,), "requested_on": "2024-03-04", "private": {"grounds": "an operation"},
    }  # fmt: skip
    return about(RequestLeave, leave, **(said | other))


REVIEWED = about(ReviewLeave, outcome="passed", reviewed_on="2024-03-05")
UNIT_REFUSED = about(ReviewLeave, outcome="refused", reviewed_on="2024-03-05")
REPORTED = about(ReportLeave, document_no="D1", reported_on="2024-03-06")
SAID = {"level": "committee", "decision_no": "N1", "decided_on": "2024-03-08"}
APPROVED = about(ApproveLeave, from_="2024-03-11", until="2024-03-29", **SAID)
REJECTED = about(RejectLeave, **SAID)
RETURNED = about(ReturnLeave, missing=("medical_certificate",), returned_on="2024-03-05")
SUPPLIED = about(SupplementLeave, evidence=(EVIDENCE,), supplied_on="2024-03-06")
WITHDRAWN = about(WithdrawLeave, withdrawn_on="2024-03-06")
EXTENDED = about(ExtendLeave, until="2024-04-12", decision_no="N2", decided_on="2024-03-25")
REVOKED = about(RevokeLeave, revoked_from="2024-03-18", decision_no="N3", decided_on="2024-03-15")
CONFIRMED = about(ConfirmReturn, returned_on="2024-04-01")
DECLARED = about(DeclareReturn, returned_on="2024-04-01")


def when(command: Fact, *before: Fact) -> Asked:
    return given(*KNOWN, *before).when(command, decide)


def test_the_cadre_applies() -> None:
    when(request()).accepted()
    when(request(cadre_id="C9")).refused("unknown-cadre")
    when(request(until="2024-03-10")).refused("until-before-from")
    when(request(), RetirementCompleted(cadre_id="C1", completed_on=day("2024-03-01"))).refused("already-retired")


def test_an_application_without_evidence_is_recorded_as_it_is() -> None:
    when(request(evidence=(), written=False)).accepted()


@pytest.mark.parametrize(("first", "last"), [("2024-03-01", "2024-03-11"), ("2024-03-29", "2024-04-05"), ("2024-03-15", "2024-03-15")])
def test_one_day_belongs_to_one_leave(first: str, last: str) -> None:
    when(request("L2", from_=first, until=last), request()).refused("leave-overlaps")
    when(request("L2", from_=first, until=last), request(), APPROVED).refused("leave-overlaps")
    when(about(ApproveLeave, "L2", from_=first, until=last, **SAID), request()).refused("leave-overlaps")
    when(request("L2", from_=first, until=last), request(cadre_id="C2")).accepted()
    for gone in ((WITHDRAWN,), (REJECTED,), (UNIT_REFUSED,), (RETURNED,)):
        when(request("L2", from_=first, until=last), request(), *gone).accepted()


@pytest.mark.parametrize(("first", "last"), [("2024-03-01", "2024-03-10"), ("2024-03-30", "2024-04-05")])
def test_the_days_before_and_after_are_free(first: str, last: str) -> None:
    when(request("L2", from_=first, until=last), request()).accepted()
    extended = (request(), APPROVED, EXTENDED)
    if first > "2024-03-29":
        when(request("L2", from_=first, until=last), *extended).refused("leave-overlaps")


def test_a_cut_leave_frees_its_rest() -> None:
    rest = request("L2", from_="2024-03-18", until="2024-03-29")
    when(rest, request(), APPROVED).refused("leave-overlaps")
    when(rest, request(), APPROVED, REVOKED).accepted()
    when(rest, request(), APPROVED, about(ConfirmReturn, returned_on="2024-03-18")).accepted()


def test_the_same_id_means_the_same_leave() -> None:
    when(request(), request()).nothing()
    when(request(until="2024-04-01"), request()).refused("id-in-use")
    when(request(cadre_id="C2"), request()).refused("id-in-use")
    when(request(until="2024-04-01"), request(), WITHDRAWN).refused("leave-withdrawn")
    when(request(until="2024-04-01"), request(), APPROVED).refused("leave-already-decided")


def test_returned_for_materials_and_supplied() -> None:
    when(RETURNED, request()).accepted()
    when(SUPPLIED, request(), RETURNED).accepted()
    when(REVIEWED, request(), RETURNED).refused("leave-returned")
    when(about(ReviewLeave, outcome="passed", reviewed_on="2024-03-07"), request(), RETURNED, SUPPLIED).accepted()
    when(request(), request(), RETURNED).accepted()
    when(RETURNED, request(), APPROVED).refused("leave-already-decided")
    when(about(SupplementLeave, evidence=(), supplied_on="2024-03-06"), request(), RETURNED).refused("nothing-given")


def test_the_unit_reviews_what_was_applied_for() -> None:
    when(REVIEWED, request()).accepted()
    when(REVIEWED).refused("unknown-leave")
    when(REVIEWED, APPROVED).refused("leave-not-requested")
    when(REVIEWED, request(), WITHDRAWN).refused("leave-withdrawn")
    when(UNIT_REFUSED, request(), REVIEWED).refused("leave-already-reviewed")
    when(about(ReviewLeave, outcome="passed", reviewed_on="2024-03-01"), request()).refused("dates-out-of-order")
    when(about(ReviewLeave, cadre_id="C2", outcome="passed", reviewed_on="2024-03-05"), request()).refused("unknown-leave")


def test_the_unit_reports_what_it_passed() -> None:
    when(REPORTED, request(), REVIEWED).accepted()
    when(REPORTED, request()).refused("leave-not-reviewed")
    when(REPORTED, request(), UNIT_REFUSED).refused("leave-not-reviewed")
    when(about(ReportLeave, document_no="D2", reported_on="2024-03-06"), request(), REVIEWED, REPORTED).refused("leave-already-reported")


def test_the_committee_decides_once() -> None:
    for decision in (APPROVED, REJECTED):
        when(decision, request(), REVIEWED, REPORTED).accepted()
        when(decision, request(), WITHDRAWN).refused("leave-withdrawn")
    when(REJECTED, request(), APPROVED).refused("leave-already-decided")
    when(about(ApproveLeave, from_="2024-03-11", until="2024-03-22", **SAID), request(), APPROVED).refused("leave-already-decided")
    when(REJECTED).refused("unknown-leave")


def test_a_decision_out_of_order_is_recorded() -> None:
    when(APPROVED).accepted()
    when(APPROVED, request()).accepted()
    when(REJECTED, request(), REVIEWED).accepted()
    when(REVIEWED, request(), APPROVED).accepted()


def test_the_unit_decides_within_its_limit_and_the_committee_after_it() -> None:
    by_unit = about(ApproveLeave, level="unit", from_="2024-03-11", until="2024-03-12", decision_no="N0", decided_on="2024-03-05")
    when(by_unit, request()).accepted()
    when(APPROVED, request(), by_unit).accepted()
    when(by_unit, request(), APPROVED).refused("leave-already-decided")


def test_notice_is_of_a_decision() -> None:
    notice = about(ServeNotice, served_on="2024-03-12")
    for decided in (REJECTED, UNIT_REFUSED, APPROVED):
        when(notice, request(), decided).accepted()
    when(notice, request(), REVIEWED).refused("nothing-to-serve")
    when(about(ServeNotice, served_on="2024-03-07"), request(), REJECTED).refused("dates-out-of-order")
    when(about(ServeNotice, served_on="2024-03-13"), request(), REJECTED, notice).refused("notice-already-served")
    when(about(ServeNotice, served_on="2024-03-15"), request(), UNIT_REFUSED, notice, REJECTED).accepted()


def test_only_an_approval_is_extended_or_revoked() -> None:
    for act in (EXTENDED, REVOKED):
        when(act, request(), APPROVED).accepted()
        when(act, request()).refused("leave-not-approved")
        when(act, request(), REJECTED).refused("leave-not-approved")
    when(EXTENDED, request(), APPROVED, CONFIRMED).refused("leave-ended")
    when(EXTENDED, request(), APPROVED, REVOKED).refused("leave-ended")
    same_end = about(ExtendLeave, until="2024-03-29", decision_no="N2", decided_on="2024-03-25")
    when(same_end, request(), APPROVED).refused("extension-not-later")
    when(EXTENDED, request(), APPROVED, request("L2", from_="2024-04-08", until="2024-04-09")).refused("leave-overlaps")
    late = about(RevokeLeave, revoked_from="2024-03-30", decision_no="N3", decided_on="2024-03-15")
    when(late, request(), APPROVED).refused("outside-leave")
    when(late, request(), APPROVED, REVOKED).refused("leave-already-revoked")


def test_a_return_is_declared_and_confirmed() -> None:
    when(DECLARED, request(), APPROVED).accepted()
    when(CONFIRMED, request(), APPROVED).accepted()
    when(CONFIRMED, request(), APPROVED, DECLARED).accepted()
    when(DECLARED, request(), APPROVED, CONFIRMED).refused("return-already-confirmed")
    when(about(ConfirmReturn, returned_on="2024-03-10"), request(), APPROVED).refused("outside-leave")
    when(about(ConfirmReturn, returned_on="2024-04-02"), request(), APPROVED, CONFIRMED).refused("return-already-confirmed")
    when(CONFIRMED).refused("unknown-leave")


def test_withdrawn_is_withdrawn() -> None:
    when(WITHDRAWN, request()).accepted()
    when(WITHDRAWN, request(), REJECTED).refused("leave-already-decided")
    when(WITHDRAWN, request(), APPROVED, CONFIRMED).refused("leave-ended")
    when(about(WithdrawLeave, withdrawn_on="2024-03-07"), request(), WITHDRAWN).refused("leave-withdrawn")


def test_only_what_a_proxy_applied_for_is_ratified() -> None:
    ratified = about(RatifyLeave, ratified_on="2024-03-06")
    when(ratified, request(applicant="proxy")).accepted()
    when(ratified, request()).refused("nothing-to-ratify")
    refused = about(RatifyLeave, outcome="refused", ratified_on="2024-03-06")
    when(refused, request(applicant="proxy"), ratified).refused("leave-already-ratified")


def test_a_retracted_decision_can_be_made_anew() -> None:
    gone = RetractAssignmentsFact(retracts="assignments/leave-L1@2", cadre_id="C1", retracted_on=day("2024-03-09"))
    when(REJECTED, request(), APPROVED, gone).accepted()


def test_the_state_of_a_leave_is_its_last_step() -> None:
    steps = [request(), REVIEWED, REPORTED, APPROVED, EXTENDED, CONFIRMED]
    states = []
    for n in range(1, len(steps) + 1):
        leave = Leave.of(Past(recorded(*KNOWN, *steps[:n])), "L1")
        assert leave is not None
        states.append(leave.state)
    assert states == ["requested", "reviewed", "reported", "approved", "approved", "ended"]


PROPOSED = ProposeDuty(duty_id="D1", cadre_id="C1", category="party_building", host_unit_id="U1", proposed_on=day("2024-03-01"))
DECLINED = DeclineDuty(duty_id="D1", cadre_id="C1", declined_on=day("2024-03-04"), reason_given=True)
ENDED = EndDuty(duty_id="D1", cadre_id="C1", ended_on=day("2024-12-31"), why="completed")


def duty(**other: object) -> AssignDuty:
    said = {"duty_id": "D1", "cadre_id": "C1", "category": "party_building", "host_unit_id": "U1", "from": day("2024-03-11")}
    return AssignDuty.model_validate(said | other)


def activity(on: str) -> RecordDutyActivity:
    return RecordDutyActivity(activity_id="A1", duty_id="D1", cadre_id="C1", done_on=day(on), kind="lecture")


def task(**other: object) -> AssignTask:
    said = {"task_id": "T1", "duty_id": "D1", "cadre_id": "C1", "year": 2024, "due_on": day("2024-06-28"), "assigned_on": day("2024-03-11")}
    return AssignTask.model_validate(said | other)


def outcome(how: str, year: int = 2024) -> RecordTaskOutcome:
    return RecordTaskOutcome.model_validate(
        {"task_id": "T1", "cadre_id": "C1", "year": year, "outcome": how, "recorded_on": day("2024-07-01")}
    )


def test_a_duty_is_proposed_declined_assigned_ended() -> None:
    when(PROPOSED).accepted()
    when(DECLINED, PROPOSED).accepted()
    when(DECLINED).refused("unknown-duty")
    when(duty(), PROPOSED, DECLINED).accepted()
    when(duty(cadre_id="C2"), PROPOSED).refused("id-in-use")
    when(duty(host_unit_id="U9")).refused("unknown-unit")
    when(duty(until=day("2024-03-10"))).refused("until-before-from")
    when(ENDED, PROPOSED).refused("duty-not-assigned")
    when(ENDED, duty()).accepted()
    when(EndDuty(duty_id="D1", cadre_id="C1", ended_on=day("2024-03-10"), why="other"), duty()).refused("dates-out-of-order")
    when(EndDuty(duty_id="D1", cadre_id="C1", ended_on=day("2025-01-01"), why="other"), duty(), ENDED).refused("duty-already-ended")


def test_an_activity_lies_within_its_duty() -> None:
    when(activity("2024-03-11"), duty()).accepted()
    when(activity("2024-03-10"), duty()).refused("outside-duty")
    when(activity("2024-12-31"), duty(), ENDED).accepted()
    when(activity("2025-01-01"), duty(), ENDED).refused("outside-duty")
    when(activity("2024-03-12"), duty(), activity("2024-03-11")).refused("id-in-use")


def test_the_last_outcome_of_a_task_stands() -> None:
    when(task(), duty()).accepted()
    when(task(), PROPOSED).refused("duty-not-assigned")
    when(task(due_on=day("2024-03-10")), duty()).refused("dates-out-of-order")
    when(outcome("completed"), duty(), task()).accepted()
    when(outcome("not_completed"), duty(), task(), outcome("completed")).accepted()
    when(outcome("completed"), duty()).refused("unknown-task")
    when(outcome("completed", 2025), duty(), task()).refused("wrong-year")


def inspector(host: str = "U1", **other: object) -> AssignDuty:
    return duty(category="responsible_inspector", host_unit_id=host, **other)


def visit(**other: object) -> RecordDutyActivity:
    said = {"activity_id": "V1", "duty_id": "D1", "cadre_id": "C1", "done_on": day("2024-03-12"), "kind": "inspection_visit"}
    return RecordDutyActivity.model_validate(said | other)


LEFT = CadreExited.model_validate(
    {"cadre_id": "C1", "unit_id": "U2", "post": "principal", "reason": "age", "exited_on": day("2023-09-01"), "decision_no": "1"}
)
U2, U3, OFFICE = (
    UnitRegistered.model_validate({"unit_id": u, "name": u, "kind": k}) for u, k in (("U2", "school"), ("U3", "school"), ("U1", "office"))
)
MOVED = CadreTransferred(cadre_id="C1", from_unit_id="U1", to_unit_id="U3", transferred_on=day("2024-03-12"))


def test_an_inspector_stays_away_from_where_they_led_or_belong() -> None:
    known = (LEFT, U2, U3)
    for host in ("U1", "U2"):
        when(inspector(host), *known).refused("conflict-of-interest")
        put = {
            "duty_id": "D1",
            "cadre_id": "C1",
            "category": "responsible_inspector",
            "host_unit_id": host,
            "proposed_on": day("2024-03-01"),
        }
        when(ProposeDuty.model_validate(put), *known).refused("conflict-of-interest")
        when(duty(host_unit_id=host), *known).accepted()
    when(inspector("U3"), *known).accepted()
    when(inspector("U3"), *known, MOVED).accepted()
    when(inspector("U3", **{"from": day("2024-03-12")}), *known, MOVED).refused("conflict-of-interest")
    when(inspector("U1", **{"from": day("2024-03-12")}), *known, MOVED).accepted()
    when(inspector("U1"), *known, OFFICE).accepted()


def test_what_a_document_assigned_is_recorded_and_each_visit_asked_about() -> None:
    known = (LEFT, U2, U3)
    called(inspector(), *known, by=Actor("S1", "section", document="a table of 2023")).accepted()
    when(visit(unit_id="U3"), *known, inspector()).accepted()
    for inspected in ("U1", "U2", None):
        when(visit(unit_id=inspected), *known, inspector()).refused("conflict-of-interest")
    when(visit(unit_id="U2", kind="lecture"), *known, inspector()).accepted()
    when(visit(), *known, inspector("U3")).accepted()


def absence(**other: object) -> RecordAbsence:
    said = {"absence_id": "A1", "cadre_id": "C1", "unit_id": "U1", "from": day("2024-03-04"), "until": day("2024-03-08")}
    return RecordAbsence.model_validate(said | other)


def correction(first: str, last: str) -> CorrectAbsence:
    removed = ({"from": day(first), "until": day(last)},)
    return CorrectAbsence.model_validate({"absence_id": "A1", "cadre_id": "C1", "removed": removed, "private": {"reason": "on duty"}})


def characterised(**other: object) -> CharacteriseAbsence:
    said = {"absence_id": "A1", "cadre_id": "C1", "as": "awol", "decided_on": day("2024-03-15"), "heard_on": day("2024-03-14")}
    return CharacteriseAbsence.model_validate(said | other)


RESCINDED = RescindAbsence.model_validate({"absence_id": "A1", "cadre_id": "C1", "private": {"reason": "another person"}})


def test_an_absence_is_recorded_as_it_was_seen() -> None:
    when(absence()).accepted()
    when(absence(cadre_id="C9")).refused("unknown-cadre")
    when(absence(unit_id="U9")).refused("unknown-unit")
    when(absence(until=day("2024-03-03"))).refused("until-before-from")
    when(absence(until=day("2024-03-11")), absence()).refused("id-in-use")
    when(absence(), RetirementCompleted(cadre_id="C1", completed_on=day("2024-03-04"))).refused("already-retired")
    when(absence(), RetirementCompleted(cadre_id="C1", completed_on=day("2024-03-05"))).accepted()


def test_an_absence_is_corrected_within_itself_and_rescinded_for_good() -> None:
    when(correction("2024-03-05", "2024-03-05"), absence()).accepted()
    when(correction("2024-03-05", "2024-03-09"), absence()).refused("outside-absence")
    when(correction("2024-03-03", "2024-03-04"), absence()).refused("outside-absence")
    when(correction("2024-03-06", "2024-03-05"), absence()).refused("until-before-from")
    when(RESCINDED, absence()).accepted()
    when(RESCINDED).refused("unknown-absence")
    when(correction("2024-03-05", "2024-03-05"), absence(), RESCINDED).refused("absence-rescinded")
    when(absence(), absence(), RESCINDED).nothing()
    when(RESCINDED.model_copy(update={"private": None}), absence()).refused("reason-missing")
    when(correction("2024-03-05", "2024-03-05").model_copy(update={"private": None}), absence()).refused("reason-missing")


BRANCH, SIGNER = Actor("B1", "branch", "U1"), Actor("S1", "section")


def countersigned(by: Actor = SIGNER, **other: object) -> By:
    said = {"absence_id": "A1", "cadre_id": "C1", "as": "awol", "countersigned_on": day("2024-03-15"), "countersigned_by": by.id}
    return By(by, CountersignAbsence.model_validate(said | other))


def called(command: Fact, *before: Fact | By, by: Actor = BRANCH) -> Asked:
    return given(*KNOWN, *before).when(command, decide, by)


def test_an_absence_is_characterised_after_the_person_was_heard() -> None:
    signed = characterised(countersigned_by="S1")
    called(characterised(), absence(), countersigned()).then(signed)
    called(characterised(heard_on=day("2024-03-16")), absence(), countersigned()).refused("heard-after-decision")
    called(characterised(), absence(), countersigned(), RESCINDED).refused("absence-rescinded")
    again = By(SIGNER, countersigned().fact.model_copy(update={"as_": "excused"}))
    called(characterised(**{"as": "excused"}), absence(), countersigned(), signed, again).then(signed.model_copy(update={"as_": "excused"}))
    called(characterised(cadre_id="C2"), absence(), countersigned()).refused("unknown-absence")


def test_the_section_countersigns_exactly_this_and_once() -> None:
    called(characterised(), absence()).refused("not-countersigned")
    called(characterised(**{"as": "excused"}), absence(), countersigned()).refused("not-countersigned")
    used = (absence(), countersigned(), By(BRANCH, characterised(countersigned_by="S1")))
    called(characterised(), *used).nothing()
    called(characterised(decided_on=day("2024-03-18")), *used).refused("not-countersigned")
    called(characterised(), absence(), countersigned(), by=SIGNER).refused("countersigner-is-another")
    both = (absence(), countersigned(), countersigned(Actor("S2", "section")))
    called(characterised(), *both, by=SIGNER).then(characterised(countersigned_by="S2"))
    called(characterised(countersigned_by="S1"), *both).accepted()
    called(characterised(countersigned_by="S3"), *both).refused("not-countersigned")


def test_who_countersigns_signs_for_themselves() -> None:
    command = countersigned().fact
    called(command.model_copy(update={"countersigned_by": None}), absence(), by=SIGNER).then(command)
    called(command, absence(), by=Actor("S2", "section")).refused("not-your-signature")
    called(command, absence(), countersigned(), by=SIGNER).nothing()
    called(command, absence(), RESCINDED, by=SIGNER).refused("absence-rescinded")
    called(command.model_copy(update={"countersigned_on": day("2024-03-03")}), absence(), by=SIGNER).refused("dates-out-of-order")
    paper = Actor("B1", "branch", "U1", on_behalf_of="section", document="No. 3")
    granted = RoleGranted.model_validate({"principal": "S1", "role": "section", "from": day("2024-01-01")})
    called(command, absence(), granted, by=paper).accepted()
    called(command, absence(), by=paper).refused("signer-without-role")
    called(command.model_copy(update={"countersigned_by": None}), absence(), by=paper).refused("signer-not-named")


def test_the_section_countersigns_the_paper_of_the_branch_by_entering_it() -> None:
    paper = Actor("S1", "section", on_behalf_of="branch", document="No. 3")
    called(characterised(), absence(), by=paper).then(characterised(countersigned_by="S1"))
    called(characterised(countersigned_by="S2"), absence(), by=paper).refused("signer-without-role")
    granted = RoleGranted.model_validate({"principal": "S2", "role": "section", "from": day("2024-01-01"), "until": day("2024-03-15")})
    called(characterised(countersigned_by="S2"), absence(), granted, by=paper).accepted()
    called(characterised(countersigned_by="S2", decided_on=day("2024-03-16")), absence(), granted, by=paper).refused("signer-without-role")


def sheet(sheet_id: str = "S1", **other: object) -> ImportAttendanceSheet:
    said = {"sheet_id": sheet_id, "unit_id": "U1", "month": "2024-03", "sha256": "00", "absences": 3}
    return ImportAttendanceSheet.model_validate(said | other)


def presence(**other: object) -> RecordPresence:
    said = {"presence_id": "P1", "cadre_id": "C1", "unit_id": "U1", "from": day("2024-03-05"), "until": day("2024-03-05")}
    return RecordPresence.model_validate(said | other)


ROSTER = PublishRoster.model_validate(
    {"roster_id": "R1", "unit_id": "U1", "cadre_ids": ("C1",), "from": day("2024-07-15"), "until": day("2024-07-19")}
)


def test_a_sheet_is_imported_once() -> None:
    when(sheet()).accepted()
    when(sheet("S2"), sheet()).refused("sheet-already-imported")
    when(sheet("S2", sha256="01"), sheet()).accepted()


def test_presence_and_rosters_name_people_who_are_known() -> None:
    when(presence()).accepted()
    when(presence(presence_id=None), presence(presence_id=None)).nothing()
    when(presence(until=day("2024-03-06")), presence()).refused("id-in-use")
    when(RescindPresence(presence_id="P2", cadre_id="C1"), presence()).refused("unknown-presence")
    when(ROSTER).accepted()
    when(ROSTER.model_copy(update={"cadre_ids": ("C1", "C9")})).refused("unknown-cadre")
    assert subjects(ROSTER) == ("U1", "C1", "roster-R1")


STORY: tuple[Fact | By, ...] = (
    DeclareDutyPreference(cadre_id="C1", categories=("party_building",), declared_on=day("2024-03-01")),
    PROPOSED, DECLINED, duty(), activity("2024-03-11"), task(), outcome("completed"), ENDED, ROSTER,
    request(applicant="proxy"), about(RatifyLeave, ratified_on="2024-03-04"), RETURNED, SUPPLIED,
    about(ReviewLeave, outcome="passed", reviewed_on="2024-03-06"), REPORTED, APPROVED, about(ServeNotice, served_on="2024-03-12"),
    EXTENDED, DECLARED, about(ConfirmReturn, returned_on="2024-04-01"),
    request("L2", from_="2024-05-06", until="2024-05-31"), about(RejectLeave, "L2", **SAID),
    request("L3", from_="2024-06-03", until="2024-06-07"), about(WithdrawLeave, "L3", withdrawn_on="2024-03-07"),
    about(ApproveLeave, "L4", from_="2024-07-01", until="2024-07-31", **SAID),
    about(RevokeLeave, "L4", revoked_from="2024-07-15", decision_no="N9", decided_on="2024-07-12"),
    sheet(), absence(sheet_id="S1"), countersigned(), By(BRANCH, characterised()), correction("2024-03-05", "2024-03-05"), RESCINDED,
    presence(), RescindPresence(presence_id="P1", cadre_id="C1"),
    RetractAssignmentsFact(retracts="assignments/leave-L4@2", cadre_id="C1", retracted_on=day("2024-07-13")),
)  # fmt: skip


def test_every_command_is_answered() -> None:
    assert lived_through(decide, KNOWN, STORY) == set(COMMANDS) == set(TABLE)


REFERENCES = [
    "assignments/leave-leave_id-1@1",
    "assignments/leave-leave_id-1@2",
    "assignments/absence-absence_id-1@1",
    "assignments/cadre-C1@1",
]


@settings(max_examples=80, deadline=None)
@draw(st.lists(proposals(COMMANDS, REFERENCES), min_size=5, max_size=25))
def test_nothing_is_said_twice(commands: list[Fact]) -> None:
    nothing_is_said_twice(decide, KNOWN, commands)
