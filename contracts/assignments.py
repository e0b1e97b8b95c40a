"""What they do, when they are away, and whether they asked."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from contracts.codes import Category, DayFraction, Evidence, LeaveReason, Level, Period
from contracts.message import Command, EventId, Fact, Id, Month, Part, Prose, Text


class DutyPreferenceDeclaredPrivate(Part):
    """What is sealed of DutyPreferenceDeclared."""

    statement: Prose | None = None


class DutyPreferenceDeclared(Fact):
    """The cadre's own half of the mutual choice: which of the five categories of duty. Art. 5."""

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
    """What is sealed of DutyProposed."""

    description: Prose | None = None


class DutyProposed(Fact):
    """The organisation's half: a duty offered, not yet in force. Art. 5."""

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
    """The cadre does not take the proposed duty. Whether a reason was given decides what follows; the reason itself is not
    kept. Art. 5."""

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
    """What is sealed of DutyAssigned."""

    description: Prose | None = None


class DutyAssigned(Fact):
    """A duty in force from `from` until `until` (included; open when not given), at a host unit, in one of the five categories.
    Art. 4, 5."""

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
    """The duty ends with `ended_on`, which still belongs to it. Art. 5."""

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
    """Something done for a duty on one day, at a unit where there is one. `rectification_urged` belongs to inspections. Art. 5."""

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
    """What is sealed of TaskAssigned."""

    description: Prose | None = None


class TaskAssigned(Fact):
    """A task under a duty, for one appraisal year, due on `due_on`. Art. 5, 8."""

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
    """How a task ended; the last outcome counts. `not_attributable` is a failure that is not the cadre's. Art. 7, 8."""

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
    """What is sealed of RosterPublished."""

    reason: Prose | None = None


class RosterPublished(Fact):
    """Who is on duty in the vacation: for these cadres the days `from` to `until` are working days. Art. 5."""

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
    """What is sealed of LeaveRequested."""

    grounds: Prose | None = None


class LeaveRequested(Fact):
    """An application for leave over a period, both ends included: by whom, whether in writing, with which evidence. The class
    of the reason travels restricted, the grounds sealed. The same `leave_id` again revives a returned application. Art. 8."""

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
    """The cadre makes an application by proxy their own, or refuses to. Art. 8."""

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
    """The branch returned the application for what is missing: it covers nothing until it is supplied or asked anew. Art. 8."""

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
    """The unit's strict review: passed, or refused, which is a refusal. Art. 8."""

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
    """The unit's written report to the committee, by its document number. Art. 8."""

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
    """Leave granted for `from` to `until`, whatever was asked. The unit may grant ordinary leave alone; a longer one needs
    level committee. Stands until revoked, even if the procedure had a defect. Art. 8."""

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
    """Leave refused. Days up to the service of the notice stay in good faith. Art. 8."""

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
    """The refusal reached the cadre on `served_on`, the last day in good faith. Art. 8."""

    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "served_on"
    ARTICLES = (8,)
    BY = "branch"

    leave_id: Id
    cadre_id: Id
    served_on: date


class LeaveExtended(Fact):
    """The end of an approved leave is moved to `until`; the new days begin the day after the old end. Art. 8."""

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
    """The cadre withdraws: an open application covers nothing any more, an approved leave ends the day before `withdrawn_on`.
    Art. 8."""

    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "withdrawn_on"
    ARTICLES = (8,)
    BY = "cadre"

    leave_id: Id
    cadre_id: Id
    withdrawn_on: date


class LeaveRevoked(Fact):
    """The committee takes back a leave from `revoked_from` on; the days before stay. Art. 8."""

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
    """The cadre says to be back since `returned_on`: the bar of the leave becomes open until the branch confirms. Art. 7, 8."""

    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "returned_on"
    ARTICLES = (7, 8)
    BY = "cadre"

    leave_id: Id
    cadre_id: Id
    returned_on: date


class ReturnConfirmed(Fact):
    """The branch confirms that the cadre is back since `returned_on`: this day is worked, and the bar of the leave is over.
    Art. 8."""

    SERVICE = "assignments"
    STREAM = "leave-{leave_id}"
    TIME = "returned_on"
    ARTICLES = (8,)
    BY = "branch"

    leave_id: Id
    cadre_id: Id
    returned_on: date


class AttendanceSheetImported(Fact):
    """The attendance sheet of a unit for a month was read: its SHA-256 and the number of absences that it brought. Art. 8."""

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
    """Was not at work from `from` to `until`, both included; `fraction` applies to each working day and `half` says which half.
    A statement of fact, not yet of fault. `unit_knew`: the unit tolerated it. Art. 4, 8."""

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
    """What an absence was: truancy, official business, excused or other. `awol` after a hearing on `heard_on` and
    with the section's countersignature. Art. 8."""

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


class AbsenceCountersigned(Fact):
    """The section puts its name to what the branch is about to call an absence; the characterisation rests on it. Art. 8."""

    SERVICE = "assignments"
    STREAM = "absence-{absence_id}"
    TIME = "countersigned_on"
    GRANT = "restricted"
    ARTICLES = (8,)
    BY = "section"

    absence_id: Id
    cadre_id: Id
    as_: Literal["awol", "official_business", "excused", "other"] = Field(alias="as")
    countersigned_on: date
    countersigned_by: Id | None = None


class AbsenceCorrectedPrivate(Part):
    """What is sealed of AbsenceCorrected."""

    reason: Prose | None = None


class AbsenceCorrected(Fact):
    """The days in `removed` were no absence: as if never recorded, from when this is known. Art. 8."""

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
    """What is sealed of AbsenceRescinded."""

    reason: Prose | None = None


class AbsenceRescinded(Fact):
    """The whole absence never was, from when this is known. Art. 8."""

    SERVICE = "assignments"
    STREAM = "absence-{absence_id}"
    TIME = "time of the absence"
    ARTICLES = (8,)
    BY = "branch"

    absence_id: Id
    cadre_id: Id
    private: AbsenceRescindedPrivate | None = None


class PresenceRecorded(Fact):
    """Was at work from `from` to `until`: ends nothing, but speaks against leave or absence on these days. Art. 8."""

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
    """What is sealed of PresenceRescinded."""

    reason: Prose | None = None


class PresenceRescinded(Fact):
    """The statement of presence is taken back; only one that has an id can be. Art. 8."""

    SERVICE = "assignments"
    STREAM = "cadre-{cadre_id}"
    TIME = "time of the presence"
    ARTICLES = (8,)
    BY = "branch"

    presence_id: Id
    cadre_id: Id
    private: PresenceRescindedPrivate | None = None


class LeaveSupplemented(Fact):
    """Evidence added to an application; a returned one lives again. Art. 8."""

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
    """What is sealed of AssignmentsFactRetracted."""

    reason: Prose | None = None


class AssignmentsFactRetracted(Fact):
    """An event of this service that should never have been recorded: as if it had not been, from when this is known. It joins
    the stream of what it retracts. Art. 10."""

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
    AbsenceCountersigned,
    AbsenceCorrected,
    AbsenceRescinded,
    PresenceRecorded,
    PresenceRescinded,
    LeaveSupplemented,
    AssignmentsFactRetracted,
)


class DeclareDutyPreference(DutyPreferenceDeclared, Command):
    """Declare which duties one would rather take."""


class ProposeDuty(DutyProposed, Command):
    """Offer a duty."""


class DeclineDuty(DutyDeclined, Command):
    """Decline a proposed duty."""


class AssignDuty(DutyAssigned, Command):
    """Put a duty in force."""


class EndDuty(DutyEnded, Command):
    """End a duty."""


class RecordDutyActivity(DutyActivityRecorded, Command):
    """Record something done for a duty."""


class AssignTask(TaskAssigned, Command):
    """Set a task under a duty."""


class RecordTaskOutcome(TaskOutcomeRecorded, Command):
    """Record how a task ended."""


class PublishRoster(RosterPublished, Command):
    """Publish who is on duty in the vacation."""


class RequestLeave(LeaveRequested, Command):
    """Apply for leave."""


class RatifyLeave(LeaveRatified, Command):
    """Ratify, or refuse, an application by proxy."""


class ReturnLeave(LeaveReturned, Command):
    """Return an application for what is missing."""


class ReviewLeave(LeaveUnitReviewed, Command):
    """Pass or refuse an application after the unit's review."""


class ReportLeave(LeaveReported, Command):
    """Report a passed application to the committee in writing."""


class ApproveLeave(LeaveApproved, Command):
    """Approve leave for a period."""


class RejectLeave(LeaveRejected, Command):
    """Refuse leave."""


class ServeNotice(NoticeServed, Command):
    """Record that the refusal reached the cadre."""


class ExtendLeave(LeaveExtended, Command):
    """Move the end of an approved leave."""


class WithdrawLeave(LeaveWithdrawn, Command):
    """Withdraw an application or an approved leave."""


class RevokeLeave(LeaveRevoked, Command):
    """Take back an approved leave from a day on."""


class DeclareReturn(ReturnDeclared, Command):
    """Say to be back."""


class ConfirmReturn(ReturnConfirmed, Command):
    """Confirm that the cadre is back."""


class ImportAttendanceSheet(AttendanceSheetImported, Command):
    """Record that an attendance sheet was read."""


class RecordAbsence(AbsenceRecorded, Command):
    """State that somebody was not at work."""


class CharacteriseAbsence(AbsenceCharacterised, Command):
    """Decide what an absence was."""


class CountersignAbsence(AbsenceCountersigned, Command):
    """Put the section's name to what the branch calls an absence."""


class CorrectAbsence(AbsenceCorrected, Command):
    """Take days out of an absence."""


class RescindAbsence(AbsenceRescinded, Command):
    """Take back an absence."""


class RecordPresence(PresenceRecorded, Command):
    """State that somebody was at work."""


class RescindPresence(PresenceRescinded, Command):
    """Take back a statement of presence."""


class SupplementLeave(LeaveSupplemented, Command):
    """Add evidence to an application."""


class RetractAssignmentsFact(AssignmentsFactRetracted, Command):
    """Take back an event of this service that should never have been recorded."""


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
    CountersignAbsence,
    CorrectAbsence,
    RescindAbsence,
    RecordPresence,
    RescindPresence,
    SupplementLeave,
    RetractAssignmentsFact,
)
