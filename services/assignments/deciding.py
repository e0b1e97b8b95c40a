"""Which decider answers which command, and what it must see to do so."""

from __future__ import annotations

from contracts.assignments import (
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
from services.assignments import attendance, characterisation, duty, leave_application, leave_decision, preference, roster, task
from services.kernel.deciding import Deciders, InPerson, decide_with
from services.kernel.past import retract
from services.kernel.subjects import concerned

TABLE: Deciders = {
    DeclareDutyPreference: preference.declare,
    ProposeDuty: InPerson(duty.propose),
    DeclineDuty: duty.decline,
    AssignDuty: InPerson(duty.assign),
    EndDuty: duty.end,
    RecordDutyActivity: duty.record_activity,
    AssignTask: task.assign,
    RecordTaskOutcome: task.record_outcome,
    PublishRoster: roster.publish,
    RequestLeave: leave_application.request,
    SupplementLeave: leave_application.supplement,
    RatifyLeave: leave_application.ratify,
    ReturnLeave: leave_application.send_back,
    ReviewLeave: leave_application.review,
    ReportLeave: leave_application.report,
    WithdrawLeave: leave_application.withdraw,
    DeclareReturn: leave_application.declare_return,
    ConfirmReturn: leave_application.confirm_return,
    ApproveLeave: leave_decision.approve,
    RejectLeave: leave_decision.reject,
    ServeNotice: leave_decision.serve_notice,
    ExtendLeave: leave_decision.extend,
    RevokeLeave: leave_decision.revoke,
    ImportAttendanceSheet: attendance.import_sheet,
    RecordAbsence: attendance.record_absence,
    CharacteriseAbsence: InPerson(characterisation.characterise),
    CountersignAbsence: InPerson(characterisation.countersign),
    CorrectAbsence: attendance.correct,
    RescindAbsence: attendance.rescind,
    RecordPresence: attendance.record_presence,
    RescindPresence: attendance.rescind_presence,
    RetractAssignmentsFact: retract,
}

decide = decide_with(TABLE)


def subjects(command: Fact) -> tuple[str, ...]:
    """The ids whose facts the decision must see; the first is the one that it is guarded by."""
    return concerned(command, "unit_id", "host_unit_id", "cadre_ids", "countersigned_by")
