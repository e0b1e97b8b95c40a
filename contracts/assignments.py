"""What they do, when they are away, and whether they asked."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from contracts.codes import Category, DayFraction, Evidence, LeaveReason, Level, Period
from contracts.message import Command, EventId, Fact, Id, Month, Part, Prose, Text


class DutyPreferenceDeclaredPrivate(Part):
    statement: Prose | None = None


class DutyPreferenceDeclared(Fact):
    SERVICE = "assignments"
    STREAM = "cadre-{cadre_id}"
    TIME = "declared_on"
    ARTICLES = (5,)
    BY = "cadre; section on behalf (paper, import)"

    cadre_id: Id
    categories: tuple[Category, ...]
    declared_on: date
    private: DutyPreferenceDeclaredPrivate | None = None


class DutyProposedPrivate(Part):
    description: Prose | None = None


class DutyProposed(Fact):
    SERVICE = "assignments"
    STREAM = "duty-{duty_id}"
    TIME = "proposed_on"
    ARTICLES = (5,)
    BY = "section"

    duty_id: Id
    cadre_id: Id
    category: Category
    host_unit_id: Id
    proposed_on: date
    private: DutyProposedPrivate | None = None


class DutyDeclined(Fact):
    SERVICE = "assignments"
    STREAM = "duty-{duty_id}"
    TIME = "declined_on"
    ARTICLES = (5,)
    BY = "cadre"

    duty_id: Id
    cadre_id: Id
    declined_on: date
    reason_given: bool


class DutyAssignedPrivate(Part):
    description: Prose | None = None


class DutyAssigned(Fact):
    SERVICE = "assignments"
    STREAM = "duty-{duty_id}"
    TIME = "from"
    ARTICLES = (4, 5)
    BY = "section"

    duty_id: Id
    cadre_id: Id
    category: Category
    host_unit_id: Id
    from_: date = Field(alias="from")
    until: date | None = None
    private: DutyAssignedPrivate | None = None


class DutyEnded(Fact):
    SERVICE = "assignments"
    STREAM = "duty-{duty_id}"
    TIME = "ended_on"
    ARTICLES = (5,)
    BY = "section"

    duty_id: Id
    cadre_id: Id
    ended_on: date
    why: Literal["completed", "reassigned", "retired", "other"]


class DutyActivityRecorded(Fact):
    SERVICE = "assignments"
    STREAM = "duty-{duty_id}"
    TIME = "done_on"
    ARTICLES = (5,)
    BY = "branch"

    activity_id: Id
    duty_id: Id
    cadre_id: Id
    done_on: date
    kind: Literal["lecture", "inspection_visit", "party_building_visit", "mediation", "central_work"]
    unit_id: Id | None = None
    rectification_urged: bool | None = None


class TaskAssignedPrivate(Part):
    description: Prose | None = None


class TaskAssigned(Fact):
    SERVICE = "assignments"
    STREAM = "task-{task_id}"
    TIME = "assigned_on, else recorded"
    ARTICLES = (5, 8)
    BY = "branch"

    task_id: Id
    duty_id: Id
    cadre_id: Id
    year: int
    due_on: date
    assigned_on: date | None = None
    private: TaskAssignedPrivate | None = None


class TaskOutcomeRecorded(Fact):
    SERVICE = "assignments"
    STREAM = "task-{task_id}"
    TIME = "recorded_on"
    ARTICLES = (7, 8)
    BY = "branch"

    task_id: Id
    cadre_id: Id
    year: int
    outcome: Literal["completed", "partly", "not_completed", "not_attributable"]
    recorded_on: date


class RosterPublishedPrivate(Part):
    reason: Prose | None = None


class RosterPublished(Fact):
    SERVICE = "assignments"
    STREAM = "roster-{roster_id}"
    TIME = "from"
    ARTICLES = (5,)
    BY = "branch"

    roster_id: Id
    unit_id: Id
    cadre_ids: tuple[Id, ...]
    from_: date = Field(alias="from")
    until: date
    private: RosterPublishedPrivate | None = None


class LeaveRequestedPrivate(Part):
    grounds: Prose | None = None


class LeaveRequested(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "requested_on"
    CLASS = "health"
    GRANT = "restricted"
    ARTICLES = (8,)
    BY = "cadre; branch or section on behalf (paper, import)"

    leave_id: Id
    cadre_id: Id
    applicant: Literal["self", "proxy"]
    incapacitated: bool | None = None
    reason_class: LeaveReason
    from_: date = Field(alias="from")
    until: date
    written: bool
    evidence: tuple[Evidence, ...]
    requested_on: date
    private: LeaveRequestedPrivate | None = None


class LeaveRatified(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "time of the request"
    GRANT = "restricted"
    ARTICLES = (8,)
    BY = "cadre"

    leave_id: Id
    cadre_id: Id
    outcome: Literal["ratified", "refused"] = "ratified"
    ratified_on: date


class LeaveReturned(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "returned_on"
    GRANT = "restricted"
    ARTICLES = (8,)
    BY = "branch"

    leave_id: Id
    cadre_id: Id
    missing: tuple[Literal["written_application", "medical_certificate", "evidence", "dates", "signature", "other"], ...]
    returned_on: date


class LeaveUnitReviewed(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "reviewed_on"
    ARTICLES = (8,)
    BY = "branch"

    leave_id: Id
    cadre_id: Id
    outcome: Literal["passed", "refused"]
    reviewed_on: date


class LeaveReported(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "reported_on"
    ARTICLES = (8,)
    BY = "branch"

    leave_id: Id
    cadre_id: Id
    document_no: Text
    reported_on: date


class LeaveApproved(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "the earlier of from and decided_on"
    ARTICLES = (8,)
    BY = "committee; branch for level unit"

    leave_id: Id
    cadre_id: Id
    level: Level
    from_: date = Field(alias="from")
    until: date
    decision_no: Text
    decided_on: date


class LeaveRejected(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "decided_on"
    ARTICLES = (8,)
    BY = "committee"

    leave_id: Id
    cadre_id: Id
    level: Level
    decision_no: Text
    decided_on: date


class NoticeServed(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "served_on"
    ARTICLES = (8,)
    BY = "branch"

    leave_id: Id
    cadre_id: Id
    served_on: date


class LeaveExtended(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "day after the old end"
    ARTICLES = (8,)
    BY = "committee"

    leave_id: Id
    cadre_id: Id
    until: date
    decision_no: Text
    decided_on: date


class LeaveWithdrawn(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "withdrawn_on"
    ARTICLES = (8,)
    BY = "cadre"

    leave_id: Id
    cadre_id: Id
    withdrawn_on: date


class LeaveRevoked(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "revoked_from"
    ARTICLES = (8,)
    BY = "committee"

    leave_id: Id
    cadre_id: Id
    revoked_from: date
    decision_no: Text
    decided_on: date


class ReturnDeclared(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "returned_on"
    ARTICLES = (7, 8)
    BY = "cadre"

    leave_id: Id
    cadre_id: Id
    returned_on: date


class ReturnConfirmed(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "returned_on"
    ARTICLES = (8,)
    BY = "branch"

    leave_id: Id
    cadre_id: Id
    returned_on: date


class AttendanceSheetImported(Fact):
    SERVICE = "assignments"
    STREAM = "sheet-{sheet_id}"
    TIME = "first of the month"
    ARTICLES = (8,)
    BY = "branch"

    sheet_id: Id
    unit_id: Id
    month: Month
    sha256: Text
    absences: int


class AbsenceRecorded(Fact):
    SERVICE = "assignments"
    STREAM = "absence-{absence_id}"
    TIME = "from"
    ARTICLES = (4, 8)
    BY = "branch"

    absence_id: Id
    cadre_id: Id
    unit_id: Id
    from_: date = Field(alias="from")
    until: date
    fraction: DayFraction = 1
    half: Literal["morning", "afternoon"] | None = None
    sheet_id: Id | None = None
    unit_knew: bool = False


class AbsenceCharacterised(Fact):
    SERVICE = "assignments"
    STREAM = "absence-{absence_id}"
    TIME = "time of the absence"
    GRANT = "restricted"
    ARTICLES = (8,)
    BY = "branch, countersigned by section"

    absence_id: Id
    cadre_id: Id
    as_: Literal["awol", "official_business", "excused", "other"] = Field(alias="as")
    decided_on: date
    heard_on: date | None = None
    countersigned_by: Id | None = None


class AbsenceCorrectedPrivate(Part):
    reason: Prose | None = None


class AbsenceCorrected(Fact):
    SERVICE = "assignments"
    STREAM = "absence-{absence_id}"
    TIME = "time of the absence"
    ARTICLES = (8,)
    BY = "branch"

    absence_id: Id
    cadre_id: Id
    removed: tuple[Period, ...]
    private: AbsenceCorrectedPrivate | None = None


class AbsenceRescindedPrivate(Part):
    reason: Prose | None = None


class AbsenceRescinded(Fact):
    SERVICE = "assignments"
    STREAM = "absence-{absence_id}"
    TIME = "time of the absence"
    ARTICLES = (8,)
    BY = "branch"

    absence_id: Id
    cadre_id: Id
    private: AbsenceRescindedPrivate | None = None


class PresenceRecorded(Fact):
    SERVICE = "assignments"
    STREAM = "cadre-{cadre_id}"
    TIME = "from"
    ARTICLES = (8,)
    BY = "branch"

    presence_id: Id | None = None
    cadre_id: Id
    unit_id: Id
    from_: date = Field(alias="from")
    until: date


class PresenceRescindedPrivate(Part):
    reason: Prose | None = None


class PresenceRescinded(Fact):
    SERVICE = "assignments"
    STREAM = "cadre-{cadre_id}"
    TIME = "time of the presence"
    ARTICLES = (8,)
    BY = "branch"

    presence_id: Id
    cadre_id: Id
    private: PresenceRescindedPrivate | None = None


class LeaveSupplemented(Fact):
    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "supplied_on"
    GRANT = "restricted"
    ARTICLES = (8,)
    BY = "cadre"

    leave_id: Id
    cadre_id: Id
    evidence: tuple[Evidence, ...]
    supplied_on: date


class AssignmentsFactRetractedPrivate(Part):
    reason: Prose | None = None


class AssignmentsFactRetracted(Fact):
    SERVICE = "assignments"
    STREAM = "the stream of the retracted fact"
    TIME = "time of the retracted fact"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "whoever may record the retracted fact"

    retracts: EventId
    cadre_id: Id | None = None
    unit_id: Id | None = None
    retracted_on: date
    private: AssignmentsFactRetractedPrivate | None = None


FACTS: tuple[type[Fact], ...] = (
    DutyPreferenceDeclared,
    DutyProposed,
    DutyDeclined,
    DutyAssigned,
    DutyEnded,
    DutyActivityRecorded,
    TaskAssigned,
    TaskOutcomeRecorded,
    RosterPublished,
    LeaveRequested,
    LeaveRatified,
    LeaveReturned,
    LeaveUnitReviewed,
    LeaveReported,
    LeaveApproved,
    LeaveRejected,
    NoticeServed,
    LeaveExtended,
    LeaveWithdrawn,
    LeaveRevoked,
    ReturnDeclared,
    ReturnConfirmed,
    AttendanceSheetImported,
    AbsenceRecorded,
    AbsenceCharacterised,
    AbsenceCorrected,
    AbsenceRescinded,
    PresenceRecorded,
    PresenceRescinded,
    LeaveSupplemented,
    AssignmentsFactRetracted,
)


class DeclareDutyPreference(DutyPreferenceDeclared, Command):
    pass


class ProposeDuty(DutyProposed, Command):
    pass


class DeclineDuty(DutyDeclined, Command):
    pass


class AssignDuty(DutyAssigned, Command):
    pass


class EndDuty(DutyEnded, Command):
    pass


class RecordDutyActivity(DutyActivityRecorded, Command):
    pass


class AssignTask(TaskAssigned, Command):
    pass


class RecordTaskOutcome(TaskOutcomeRecorded, Command):
    pass


class PublishRoster(RosterPublished, Command):
    pass


class RequestLeave(LeaveRequested, Command):
    pass


class RatifyLeave(LeaveRatified, Command):
    pass


class ReturnLeave(LeaveReturned, Command):
    pass


class ReviewLeave(LeaveUnitReviewed, Command):
    pass


class ReportLeave(LeaveReported, Command):
    pass


class ApproveLeave(LeaveApproved, Command):
    pass


class RejectLeave(LeaveRejected, Command):
    pass


class ServeNotice(NoticeServed, Command):
    pass


class ExtendLeave(LeaveExtended, Command):
    pass


class WithdrawLeave(LeaveWithdrawn, Command):
    pass


class RevokeLeave(LeaveRevoked, Command):
    pass


class DeclareReturn(ReturnDeclared, Command):
    pass


class ConfirmReturn(ReturnConfirmed, Command):
    pass


class ImportAttendanceSheet(AttendanceSheetImported, Command):
    pass


class RecordAbsence(AbsenceRecorded, Command):
    pass


class CharacteriseAbsence(AbsenceCharacterised, Command):
    pass


class CorrectAbsence(AbsenceCorrected, Command):
    pass


class RescindAbsence(AbsenceRescinded, Command):
    pass


class RecordPresence(PresenceRecorded, Command):
    pass


class RescindPresence(PresenceRescinded, Command):
    pass


class SupplementLeave(LeaveSupplemented, Command):
    pass


class RetractAssignmentsFact(AssignmentsFactRetracted, Command):
    pass


COMMANDS: tuple[type[Fact], ...] = (
    DeclareDutyPreference,
    ProposeDuty,
    DeclineDuty,
    AssignDuty,
    EndDuty,
    RecordDutyActivity,
    AssignTask,
    RecordTaskOutcome,
    PublishRoster,
    RequestLeave,
    RatifyLeave,
    ReturnLeave,
    ReviewLeave,
    ReportLeave,
    ApproveLeave,
    RejectLeave,
    ServeNotice,
    ExtendLeave,
    WithdrawLeave,
    RevokeLeave,
    DeclareReturn,
    ConfirmReturn,
    ImportAttendanceSheet,
    RecordAbsence,
    CharacteriseAbsence,
    CorrectAbsence,
    RescindAbsence,
    RecordPresence,
    RescindPresence,
    SupplementLeave,
    RetractAssignmentsFact,
)
