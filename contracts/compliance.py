"""What people did about it, the law in force, and what follows."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from contracts.answers import Reason
from contracts.codes import Grade, Office, Period, ReviewOutcome
from contracts.message import Command, EventId, Fact, Id, KeyClass, Part, Prose, Text, Value


class ExitTalkHeld(Fact):
    SERVICE = "compliance"
    STREAM = "cadre-{cadre_id}"
    TIME = "held_on"
    ARTICLES = (6,)
    BY = "committee"

    cadre_id: Id
    held_on: date


class UnitTalkHeld(Fact):
    SERVICE = "compliance"
    STREAM = "cadre-{cadre_id}"
    TIME = "held_on"
    ARTICLES = (6,)
    BY = "unit_head"

    cadre_id: Id
    unit_id: Id
    by_office: Office
    held_on: date


class ThoughtExchangeHeld(Fact):
    SERVICE = "compliance"
    STREAM = "cadre-{cadre_id}"
    TIME = "held_on"
    ARTICLES = (6,)
    BY = "unit_head"

    cadre_id: Id
    unit_id: Id
    by_office: Office
    held_on: date


class TrainingAttended(Fact):
    SERVICE = "compliance"
    STREAM = "cadre-{cadre_id}"
    TIME = "attended_on"
    ARTICLES = (6,)
    BY = "branch"

    cadre_id: Id
    kind: Literal["daily", "periodic"]
    hours: float
    attended_on: date


class ConcernRecorded(Fact):
    SERVICE = "compliance"
    STREAM = "concern-{concern_id}"
    TIME = "recorded_on"
    GRANT = "restricted"
    ARTICLES = (7,)
    BY = "branch"

    concern_id: Id
    cadre_id: Id
    unit_id: Id
    kinds: tuple[Literal["passive", "lax"], ...]
    recorded_on: date


class ReminderTalkHeld(Fact):
    SERVICE = "compliance"
    STREAM = "concern-{concern_id}"
    TIME = "held_on"
    GRANT = "restricted"
    ARTICLES = (7,)
    BY = "branch"

    concern_id: Id
    cadre_id: Id
    held_on: date


class CriticismGiven(Fact):
    SERVICE = "compliance"
    STREAM = "concern-{concern_id}"
    TIME = "given_on"
    GRANT = "restricted"
    ARTICLES = (7,)
    BY = "branch"

    concern_id: Id
    cadre_id: Id
    given_on: date


class CorrectionConfirmed(Fact):
    SERVICE = "compliance"
    STREAM = "concern-{concern_id}"
    TIME = "confirmed_on"
    GRANT = "restricted"
    ARTICLES = (7,)
    BY = "branch"

    concern_id: Id
    cadre_id: Id
    confirmed_on: date


class NonCorrectionRecorded(Fact):
    SERVICE = "compliance"
    STREAM = "concern-{concern_id}"
    TIME = "recorded_on"
    GRANT = "restricted"
    ARTICLES = (7,)
    BY = "branch"

    concern_id: Id
    cadre_id: Id
    recorded_on: date


class ConcernReported(Fact):
    SERVICE = "compliance"
    STREAM = "concern-{concern_id}"
    TIME = "reported_on"
    GRANT = "restricted"
    ARTICLES = (7,)
    BY = "branch"

    concern_id: Id
    cadre_id: Id
    document_no: Text
    reported_on: date


class MeasureDecidedPrivate(Part):
    measure: Prose | None = None


class MeasureDecided(Fact):
    SERVICE = "compliance"
    STREAM = "measure-{measure_id}"
    TIME = "decided_on"
    GRANT = "restricted"
    ARTICLES = (7,)
    BY = "committee"

    measure_id: Id
    cadre_id: Id
    concern_id: Id | None = None
    cites: Text
    decided_on: date
    heard_on: date | None = None
    private: MeasureDecidedPrivate | None = None


class SanctionRecorded(Fact):
    SERVICE = "compliance"
    STREAM = "sanction-{sanction_id}"
    TIME = "from"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "committee"

    sanction_id: Id
    cadre_id: Id
    kind: Literal["warning", "demerit", "post_downgrade", "dismissal"]
    from_: date = Field(alias="from")
    until: date


class InvestigationOpened(Fact):
    SERVICE = "compliance"
    STREAM = "investigation-{investigation_id}"
    TIME = "opened_on"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "committee"

    investigation_id: Id
    cadre_id: Id
    opened_on: date


class InvestigationClosed(Fact):
    SERVICE = "compliance"
    STREAM = "investigation-{investigation_id}"
    TIME = "closed_on"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "committee"

    investigation_id: Id
    cadre_id: Id
    closed_on: date


class PerformanceDeterminedPrivate(Part):
    reasons: Prose | None = None


class PerformanceDetermined(Fact):
    SERVICE = "compliance"
    STREAM = "cadre-{cadre_id}"
    TIME = "from"
    GRANT = "restricted"
    ARTICLES = (7,)
    BY = "branch, countersigned by section"

    cadre_id: Id
    result: Literal["can", "cannot", "restored"]
    from_: date = Field(alias="from")
    countersigned_by: Id | None = None
    private: PerformanceDeterminedPrivate | None = None


class GradeConfirmedPrivate(Part):
    override_reason: Prose | None = None


class GradeConfirmed(Fact):
    SERVICE = "compliance"
    STREAM = "cadre-{cadre_id}"
    TIME = "confirmed_on"
    ARTICLES = (8,)
    BY = "committee"

    cadre_id: Id
    year: int
    grade: Grade
    confirmed_on: date
    private: GradeConfirmedPrivate | None = None


class GradeRevisedPrivate(Part):
    reason: Prose | None = None


class GradeRevised(Fact):
    SERVICE = "compliance"
    STREAM = "cadre-{cadre_id}"
    TIME = "revised_on"
    ARTICLES = (8,)
    BY = "committee"

    cadre_id: Id
    year: int
    grade: Grade
    revised_on: date
    private: GradeRevisedPrivate | None = None


class AppraisalYearClosed(Fact):
    SERVICE = "compliance"
    STREAM = "year-{year}"
    TIME = "closed_on"
    ARTICLES = (8, 9)
    BY = "committee"

    year: int
    closed_on: date


class DecisionServed(Fact):
    SERVICE = "compliance"
    STREAM = "served-{cadre_id}"
    TIME = "served_on"
    GRANT = "restricted"
    ARTICLES = (7, 8, 10)
    BY = "branch"

    decision: EventId
    cadre_id: Id
    served_on: date


class ReviewRequested(Fact):
    SERVICE = "compliance"
    STREAM = "review-{review_id}"
    TIME = "requested_on"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "cadre"

    review_id: Id
    cadre_id: Id
    against: EventId
    served_on: date | None = None
    requested_on: date


class ReviewDecided(Fact):
    SERVICE = "compliance"
    STREAM = "review-{review_id}"
    TIME = "decided_on"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "committee"

    review_id: Id
    cadre_id: Id
    outcome: ReviewOutcome
    decided_on: date


class AppealFiled(Fact):
    SERVICE = "compliance"
    STREAM = "appeal-{appeal_id}"
    TIME = "filed_on"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "cadre"

    appeal_id: Id
    review_id: Id | None = None
    cadre_id: Id
    against: EventId
    filed_on: date


class AppealDecided(Fact):
    SERVICE = "compliance"
    STREAM = "appeal-{appeal_id}"
    TIME = "decided_on"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "committee"

    appeal_id: Id
    cadre_id: Id
    outcome: ReviewOutcome
    decided_on: date


class ComplaintReceived(Fact):
    SERVICE = "compliance"
    STREAM = "complaint-{complaint_id}"
    TIME = "received_on"
    GRANT = "restricted"
    ARTICLES = (9,)
    BY = "section"

    complaint_id: Id
    unit_id: Id
    source_ref: Id
    received_on: date


class ComplaintDecided(Fact):
    SERVICE = "compliance"
    STREAM = "complaint-{complaint_id}"
    TIME = "decided_on"
    GRANT = "restricted"
    ARTICLES = (9,)
    BY = "section"

    complaint_id: Id
    unit_id: Id
    outcome: Literal["substantiated", "dismissed"]
    decided_on: date


class UnitNeglectDeterminedPrivate(Part):
    reasons: Prose | None = None


class UnitNeglectDetermined(Fact):
    SERVICE = "compliance"
    STREAM = "unit-{unit_id}"
    TIME = "determined_on"
    ARTICLES = (9,)
    BY = "committee"

    unit_id: Id
    year: int
    determined_on: date
    private: UnitNeglectDeterminedPrivate | None = None


class UnitCircularIssued(Fact):
    SERVICE = "compliance"
    STREAM = "unit-{unit_id}"
    TIME = "issued_on"
    ARTICLES = (9,)
    BY = "committee"

    unit_id: Id
    year: int
    document_no: Text
    issued_on: date


class UnitCircularWithdrawn(Fact):
    SERVICE = "compliance"
    STREAM = "unit-{unit_id}"
    TIME = "withdrawn_on"
    ARTICLES = (9,)
    BY = "committee"

    unit_id: Id
    year: int
    document_no: Text
    withdrawn_on: date


class EvidenceErased(Fact):
    SERVICE = "compliance"
    STREAM = "evidence-{evidence_id}"
    TIME = "erased_on"
    GRANT = "restricted"
    ARTICLES = (8,)
    BY = "section"

    evidence_id: Id
    cadre_id: Id
    erased_on: date


class PersonalDataErased(Fact):
    SERVICE = "compliance"
    STREAM = "erasure-{cadre_id}"
    TIME = "erased_on"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "committee, two people"

    cadre_id: Id
    classes: tuple[KeyClass, ...]
    erased_on: date


class ProcessingRestricted(Fact):
    SERVICE = "compliance"
    STREAM = "erasure-{cadre_id}"
    TIME = "restricted_on"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "committee, two people"

    cadre_id: Id
    classes: tuple[KeyClass, ...]
    restricted_on: date


class RestrictionLifted(Fact):
    SERVICE = "compliance"
    STREAM = "erasure-{cadre_id}"
    TIME = "lifted_on"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "committee, two people"

    cadre_id: Id
    classes: tuple[KeyClass, ...]
    lifted_on: date


class PolicyProposed(Fact):
    SERVICE = "compliance"
    STREAM = "proposal-{proposal_id}"
    TIME = "proposed_on"
    ARTICLES = (10,)
    BY = "section"

    proposal_id: Id
    kind: Literal["policy", "interpretation", "superior", "repeal"]
    effective_from: date | None = None
    parameters: dict[str, Value] | None = None
    source: Text
    document_no: Text | None = None
    proposed_on: date


class PolicyPublished(Fact):
    SERVICE = "compliance"
    STREAM = "policy-{policy_id}"
    TIME = "effective_from"
    ARTICLES = (10,)
    BY = "committee, two people"

    policy_id: Id
    effective_from: date
    parameters: dict[str, Value]
    source: Text
    document_no: Text
    proposal_id: Id | None = None
    approved_by: tuple[Id, ...] | None = None


class InterpretationIssued(Fact):
    SERVICE = "compliance"
    STREAM = "interpretation-{interpretation_id}"
    TIME = "applies_from, else issued_on"
    ARTICLES = (10,)
    BY = "committee, two people"

    interpretation_id: Id
    clause: Text
    parameters: dict[str, Value]
    issued_on: date
    applies_from: date | None = None
    document_no: Text
    proposal_id: Id | None = None
    approved_by: tuple[Id, ...] | None = None


class SuperiorPolicyRegistered(Fact):
    SERVICE = "compliance"
    STREAM = "policy-{policy_id}"
    TIME = "effective_from"
    ARTICLES = (10,)
    BY = "committee, two people"

    policy_id: Id
    effective_from: date
    parameters: dict[str, Value]
    source: Text
    favourable: bool
    document_no: Text
    proposal_id: Id | None = None
    approved_by: tuple[Id, ...] | None = None


class PolicyRepealed(Fact):
    SERVICE = "compliance"
    STREAM = "policy-{policy_id}"
    TIME = "repealed_on"
    ARTICLES = (10,)
    BY = "committee, two people"

    policy_id: Id
    repealed_on: date
    document_no: Text
    proposal_id: Id | None = None
    approved_by: tuple[Id, ...] | None = None


class CalendarPublished(Fact):
    SERVICE = "compliance"
    STREAM = "calendar-{year}"
    TIME = "1 January of the year"
    ARTICLES = (8,)
    BY = "section"

    year: int
    version: int
    off_days: tuple[date, ...]
    work_days: tuple[date, ...]
    notice: Text


class SchoolCalendarPublished(Fact):
    SERVICE = "compliance"
    STREAM = "school-calendar-{unit_id, else all}"
    TIME = "first day of vacation"
    ARTICLES = (8,)
    BY = "section"

    unit_id: Id | None = None
    vacations: tuple[Period, ...]
    source: Text


class ComplianceFactRetractedPrivate(Part):
    reason: Prose | None = None


class ComplianceFactRetracted(Fact):
    SERVICE = "compliance"
    STREAM = "the stream of the retracted fact"
    TIME = "time of the retracted fact"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "whoever may record the retracted fact"

    retracts: EventId
    cadre_id: Id | None = None
    unit_id: Id | None = None
    retracted_on: date
    private: ComplianceFactRetractedPrivate | None = None


class PromotionEligibilityDerived(Fact):
    SERVICE = "compliance"
    STREAM = "promotion-{cadre_id}"
    TIME = "as_of"
    ARTICLES = (7,)
    DERIVED = True

    cadre_id: Id
    as_of: date
    outcome: Literal["eligible", "ineligible", "undetermined", "out_of_scope"]
    reasons: tuple[Reason, ...]
    policy: Text
    inputs: dict[str, int]
    supersedes: EventId | None = None
    next_change_on: date | None = None


class AppraisalEligibilityDerived(Fact):
    SERVICE = "compliance"
    STREAM = "appraisal-{cadre_id}-{year}"
    TIME = "as_of"
    ARTICLES = (8,)
    DERIVED = True

    cadre_id: Id
    year: int
    as_of: date
    outcome: Literal["eligible", "ineligible", "no_grade", "undetermined", "not_applicable"]
    allowed_grades: tuple[Grade, ...]
    reasons: tuple[Reason, ...]
    policy: Text
    inputs: dict[str, int]
    supersedes: EventId | None = None
    next_change_on: date | None = None


class FindingRaised(Fact):
    SERVICE = "compliance"
    STREAM = "finding-{finding_id}"
    TIME = "recorded"
    GRANT = "restricted"
    ARTICLES = (3, 4, 5, 6, 7, 8, 9)
    DERIVED = True

    finding_id: Id
    code: Text
    about: Id
    accountable: Literal["cadre", "branch", "unit_head", "section", "committee", "appraisal_body", "unit"]
    unit_id: Id | None = None
    article: Text
    due_on: date | None = None
    evidence: tuple[EventId, ...]


class FindingCleared(Fact):
    SERVICE = "compliance"
    STREAM = "finding-{finding_id}"
    TIME = "recorded"
    GRANT = "restricted"
    ARTICLES = (3, 4, 5, 6, 7, 8, 9)
    DERIVED = True

    finding_id: Id
    code: Text
    about: Id
    evidence: tuple[EventId, ...]


FACTS: tuple[type[Fact], ...] = (
    ExitTalkHeld,
    UnitTalkHeld,
    ThoughtExchangeHeld,
    TrainingAttended,
    ConcernRecorded,
    ReminderTalkHeld,
    CriticismGiven,
    CorrectionConfirmed,
    NonCorrectionRecorded,
    ConcernReported,
    MeasureDecided,
    SanctionRecorded,
    InvestigationOpened,
    InvestigationClosed,
    PerformanceDetermined,
    GradeConfirmed,
    GradeRevised,
    AppraisalYearClosed,
    DecisionServed,
    ReviewRequested,
    ReviewDecided,
    AppealFiled,
    AppealDecided,
    ComplaintReceived,
    ComplaintDecided,
    UnitNeglectDetermined,
    UnitCircularIssued,
    UnitCircularWithdrawn,
    EvidenceErased,
    PersonalDataErased,
    ProcessingRestricted,
    RestrictionLifted,
    PolicyProposed,
    PolicyPublished,
    InterpretationIssued,
    SuperiorPolicyRegistered,
    PolicyRepealed,
    CalendarPublished,
    SchoolCalendarPublished,
    ComplianceFactRetracted,
    PromotionEligibilityDerived,
    AppraisalEligibilityDerived,
    FindingRaised,
    FindingCleared,
)


class HoldExitTalk(ExitTalkHeld, Command):
    pass


class HoldUnitTalk(UnitTalkHeld, Command):
    pass


class HoldThoughtExchange(ThoughtExchangeHeld, Command):
    pass


class RecordTraining(TrainingAttended, Command):
    pass


class RecordConcern(ConcernRecorded, Command):
    pass


class GiveReminder(ReminderTalkHeld, Command):
    pass


class GiveCriticism(CriticismGiven, Command):
    pass


class ConfirmCorrection(CorrectionConfirmed, Command):
    pass


class RecordNonCorrection(NonCorrectionRecorded, Command):
    pass


class ReportConcern(ConcernReported, Command):
    pass


class DecideMeasure(MeasureDecided, Command):
    pass


class RecordSanction(SanctionRecorded, Command):
    pass


class OpenInvestigation(InvestigationOpened, Command):
    pass


class CloseInvestigation(InvestigationClosed, Command):
    pass


class DeterminePerformance(PerformanceDetermined, Command):
    pass


class ConfirmGrade(GradeConfirmed, Command):
    pass


class ReviseGrade(GradeRevised, Command):
    pass


class CloseAppraisalYear(AppraisalYearClosed, Command):
    pass


class ServeDecision(DecisionServed, Command):
    pass


class RequestReview(ReviewRequested, Command):
    pass


class DecideReview(ReviewDecided, Command):
    pass


class FileAppeal(AppealFiled, Command):
    pass


class DecideAppeal(AppealDecided, Command):
    pass


class RecordComplaint(ComplaintReceived, Command):
    pass


class DecideComplaint(ComplaintDecided, Command):
    pass


class DetermineUnitNeglect(UnitNeglectDetermined, Command):
    pass


class IssueUnitCircular(UnitCircularIssued, Command):
    pass


class WithdrawUnitCircular(UnitCircularWithdrawn, Command):
    pass


class EraseEvidence(EvidenceErased, Command):
    pass


class ErasePersonalData(PersonalDataErased, Command):
    pass


class RestrictProcessing(ProcessingRestricted, Command):
    pass


class LiftRestriction(RestrictionLifted, Command):
    pass


class ProposePolicy(PolicyProposed, Command):
    pass


class PublishPolicy(PolicyPublished, Command):
    pass


class IssueInterpretation(InterpretationIssued, Command):
    pass


class RegisterSuperiorPolicy(SuperiorPolicyRegistered, Command):
    pass


class RepealPolicy(PolicyRepealed, Command):
    pass


class PublishCalendar(CalendarPublished, Command):
    pass


class PublishSchoolCalendar(SchoolCalendarPublished, Command):
    pass


class RetractComplianceFact(ComplianceFactRetracted, Command):
    pass


COMMANDS: tuple[type[Fact], ...] = (
    HoldExitTalk,
    HoldUnitTalk,
    HoldThoughtExchange,
    RecordTraining,
    RecordConcern,
    GiveReminder,
    GiveCriticism,
    ConfirmCorrection,
    RecordNonCorrection,
    ReportConcern,
    DecideMeasure,
    RecordSanction,
    OpenInvestigation,
    CloseInvestigation,
    DeterminePerformance,
    ConfirmGrade,
    ReviseGrade,
    CloseAppraisalYear,
    ServeDecision,
    RequestReview,
    DecideReview,
    FileAppeal,
    DecideAppeal,
    RecordComplaint,
    DecideComplaint,
    DetermineUnitNeglect,
    IssueUnitCircular,
    WithdrawUnitCircular,
    EraseEvidence,
    ErasePersonalData,
    RestrictProcessing,
    LiftRestriction,
    ProposePolicy,
    PublishPolicy,
    IssueInterpretation,
    RegisterSuperiorPolicy,
    RepealPolicy,
    PublishCalendar,
    PublishSchoolCalendar,
    RetractComplianceFact,
)
