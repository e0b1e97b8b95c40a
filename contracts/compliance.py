"""What people did about it, the law in force, and what follows."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from contracts.answers import Reason
from contracts.codes import Grade, Office, Period, ReviewOutcome
from contracts.message import Command, EventId, Fact, Id, KeyClass, Part, Prose, Text, Value


class ExitTalkHeld(Fact):
    """The committee talked with the cadre on leaving the post. Art. 6."""

    SERVICE = "compliance"
    STREAM = "cadre-{cadre_id}"
    TIME = "held_on"
    ARTICLES = (6,)
    BY = "committee"

    cadre_id: Id
    held_on: date


class UnitTalkHeld(Fact):
    """One of the two heads of the unit talked heart to heart with the cadre: owed often, by each of them in person. Art. 6."""

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
    """One of the two heads exchanged thoughts with the cadre: owed regularly, by each of them in person. Art. 6."""

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
    """Study on one day, daily or periodic, in hours. Art. 6."""

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
    """The branch finds the cadre passive at work, lax in discipline, or both: the first step of the ladder. Art. 7."""

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
    """The branch reminded the cadre of the concern. Art. 7."""

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
    """The branch criticised and educated. Art. 7."""

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
    """The branch confirms that the cadre has corrected it: the concern is closed. Art. 7."""

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
    """Not corrected after criticism: the branch now owes a report. Art. 7."""

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
    """The branch's report to the committee, by its document number. Art. 7."""

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
    """What is sealed of MeasureDecided."""

    measure: Prose | None = None


class MeasureDecided(Fact):
    """An organisational measure of the committee, with the provision that it `cites` (`7.2` asks for the whole ladder first)
    and the day of the hearing. Art. 7."""

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
    """A sanction under superior rules, in force from `from` until `until`, both included. Art. 10."""

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
    """Under investigation from `opened_on` on: no promotion and no grade meanwhile. Art. 10."""

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
    """The investigation is over: `closed_on` is the first free day. Art. 10."""

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
    """What is sealed of PerformanceDetermined."""

    reasons: Prose | None = None


class PerformanceDetermined(Fact):
    """A human decision on whether the cadre can perform normally. `can` and `restored` beat every presumption from `from` on;
    `cannot` bars promotion until the next one. Art. 7."""

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


class DeterminationCountersigned(Fact):
    """The section puts its name to what the branch is about to determine; the determination rests on it. Art. 7."""

    SERVICE = "compliance"
    STREAM = "cadre-{cadre_id}"
    TIME = "countersigned_on"
    GRANT = "restricted"
    ARTICLES = (7,)
    BY = "section"

    cadre_id: Id
    result: Literal["can", "cannot", "restored"]
    from_: date = Field(alias="from")
    countersigned_on: date
    countersigned_by: Id | None = None


class GradeConfirmedPrivate(Part):
    """What is sealed of GradeConfirmed."""

    override_reason: Prose | None = None


class GradeConfirmed(Fact):
    """The grade of an appraisal year, decided by the appraisal body: recorded as it is, also above the cap; the reason for that
    is sealed. Art. 8."""

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
    """What is sealed of GradeRevised."""

    reason: Prose | None = None


class GradeRevised(Fact):
    """Another grade for the year, acting from `revised_on` on, never backwards. Art. 8."""

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
    """The year is closed: milder rules no longer reach back into it. Art. 8, 9."""

    SERVICE = "compliance"
    STREAM = "year-{year}"
    TIME = "closed_on"
    ARTICLES = (8, 9)
    BY = "committee"

    year: int
    closed_on: date


class DecisionServed(Fact):
    """A decision reached the person on `served_on`: the time for a review runs from then. Art. 7, 8, 10."""

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
    """The cadre asks for a review of a decision; the answer is under review until it is decided. Art. 10."""

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
    """The outcome of a review. It changes no grade by itself. Art. 10."""

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
    """The cadre appeals to the higher body, after a review or directly. Art. 10."""

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
    """The outcome of an appeal. Art. 10."""

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
    """Somebody complained about the unit. `source_ref` is opaque and serves only to count sources. Art. 9."""

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
    """The complaint was substantiated or dismissed. Art. 9."""

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
    """What is sealed of UnitNeglectDetermined."""

    reasons: Prose | None = None


class UnitNeglectDetermined(Fact):
    """The committee finds that the unit neglected its management in the year. Art. 9."""

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
    """The unit is named in a circular to the whole system. Art. 9."""

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
    """The circular no longer stands. Art. 9."""

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
    """The file of a piece of evidence was destroyed. What was decided on it stays. Art. 8."""

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
    """The keys of these classes were destroyed: what they sealed cannot be read any more; no event changes. Art. 10."""

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
    """What is sealed in these classes is kept but not used, until lifted. Art. 10."""

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
    """What is sealed in these classes may be used again. Art. 10."""

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
    """A change of the law in force, put forward by one person for two others to approve. Art. 10."""

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
    clause: Text | None = None
    favourable: bool | None = None
    repeals: Id | None = None


class PolicyApproved(Fact):
    """One of the two people of the committee approves the proposal as it stands; neither is the proposer. Art. 10."""

    SERVICE = "compliance"
    STREAM = "proposal-{proposal_id}"
    TIME = "approved_on"
    ARTICLES = (10,)
    BY = "committee"

    proposal_id: Id
    approved_on: date
    approver: Id | None = None


class ProposalClosed(Fact):
    """The proposal was adopted, by being published, or rejected: it can be approved and published no more. Art. 10."""

    SERVICE = "compliance"
    STREAM = "proposal-{proposal_id}"
    TIME = "closed_on, else recorded"
    ARTICLES = (10,)
    BY = "committee"

    proposal_id: Id
    outcome: Literal["adopted", "rejected"]
    closed_on: date | None = None
    document_no: Text | None = None


class PolicyPublished(Fact):
    """Parameters in force from `effective_from` on; those that it does not name stay as they were. Art. 10."""

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
    """How the committee reads a clause. Without `applies_from` it governs the years still open and the days to come. Art. 10."""

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
    """A rule of a superior organ: beats policies and interpretations from `effective_from` on; a `favourable` one also in years
    still open. Art. 10."""

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
    """The policy, interpretation or superior rule ends with the day before `repealed_on`; what was in force before holds again.
    Art. 10."""

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
    """The working days of a year: weekdays off and weekend days worked. The highest version counts, whenever it became known.
    Art. 8."""

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
    """School vacations, each with both ends included, of one unit or of all schools: no working days except for those on a
    roster. Art. 8."""

    SERVICE = "compliance"
    STREAM = "school-calendar-{unit_id, else all}"
    TIME = "first day of vacation"
    ARTICLES = (8,)
    BY = "section"

    unit_id: Id | None = None
    vacations: tuple[Period, ...]
    source: Text


class ComplianceFactRetractedPrivate(Part):
    """What is sealed of ComplianceFactRetracted."""

    reason: Prose | None = None


class ComplianceFactRetracted(Fact):
    """An event of this service that should never have been recorded: as if it had not been, from when this is known. It joins
    the stream of what it retracts. Art. 10."""

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
    """Whether the cadre may be considered for promotion on `as_of`, and why: never a fact for a rule. Recorded when the answer
    changes, with the positions that were read. `next_change_on` is the first day on which it changes by itself. Art. 7."""

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
    """Which grades the year allows as seen on `as_of`, and why: never a fact for a rule. Recorded when the answer changes, with
    the positions that were read. Art. 8."""

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
    """Something is owed or was done wrong, by whom and since when it was due: never a fact for a rule. `about` is a cadre or a
    unit. Art. 3, 4, 5, 6, 7, 8, 9."""

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
    """The finding no longer holds, by this evidence. Art. 3, 4, 5, 6, 7, 8, 9."""

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
    DeterminationCountersigned,
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
    PolicyApproved,
    ProposalClosed,
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
    """Record the committee's talk on leaving the post."""


class HoldUnitTalk(UnitTalkHeld, Command):
    """Record a heart-to-heart talk by a head of the unit."""


class HoldThoughtExchange(ThoughtExchangeHeld, Command):
    """Record an exchange of thoughts with a head of the unit."""


class RecordTraining(TrainingAttended, Command):
    """Record study."""


class RecordConcern(ConcernRecorded, Command):
    """Record that a cadre is passive or lax."""


class GiveReminder(ReminderTalkHeld, Command):
    """Record the reminder talk."""


class GiveCriticism(CriticismGiven, Command):
    """Record criticism and education."""


class ConfirmCorrection(CorrectionConfirmed, Command):
    """Close a concern as corrected."""


class RecordNonCorrection(NonCorrectionRecorded, Command):
    """Record that it was not corrected."""


class ReportConcern(ConcernReported, Command):
    """Report an uncorrected concern to the committee."""


class DecideMeasure(MeasureDecided, Command):
    """Decide an organisational measure."""


class RecordSanction(SanctionRecorded, Command):
    """Record a sanction."""


class OpenInvestigation(InvestigationOpened, Command):
    """Record that an investigation was opened."""


class CloseInvestigation(InvestigationClosed, Command):
    """Record that it was closed."""


class DeterminePerformance(PerformanceDetermined, Command):
    """Determine whether the cadre can perform normally."""


class CountersignDetermination(DeterminationCountersigned, Command):
    """Put the section's name to what the branch determines."""


class ConfirmGrade(GradeConfirmed, Command):
    """Record the grade of a year."""


class ReviseGrade(GradeRevised, Command):
    """Record another grade for a year."""


class CloseAppraisalYear(AppraisalYearClosed, Command):
    """Close an appraisal year."""


class ServeDecision(DecisionServed, Command):
    """Record that a decision reached the person."""


class RequestReview(ReviewRequested, Command):
    """Ask for a review of a decision."""


class DecideReview(ReviewDecided, Command):
    """Decide a review."""


class FileAppeal(AppealFiled, Command):
    """Appeal against a decision."""


class DecideAppeal(AppealDecided, Command):
    """Decide an appeal."""


class RecordComplaint(ComplaintReceived, Command):
    """Record a complaint about a unit."""


class DecideComplaint(ComplaintDecided, Command):
    """Decide a complaint."""


class DetermineUnitNeglect(UnitNeglectDetermined, Command):
    """Determine that a unit neglected its management."""


class IssueUnitCircular(UnitCircularIssued, Command):
    """Name a unit in a circular."""


class WithdrawUnitCircular(UnitCircularWithdrawn, Command):
    """Withdraw a circular."""


class EraseEvidence(EvidenceErased, Command):
    """Record that the file of a piece of evidence was destroyed."""


class ErasePersonalData(PersonalDataErased, Command):
    """Destroy the keys of classes of personal data."""


class RestrictProcessing(ProcessingRestricted, Command):
    """Keep personal data but stop using them."""


class LiftRestriction(RestrictionLifted, Command):
    """Allow the use of personal data again."""


class ProposePolicy(PolicyProposed, Command):
    """Put forward a change of the law in force."""


class ApprovePolicy(PolicyApproved, Command):
    """Approve a proposal, each of the two people for themselves."""


class CloseProposal(ProposalClosed, Command):
    """Reject a proposal; one that is published is closed by that."""


class PublishPolicy(PolicyPublished, Command):
    """Put parameters in force."""


class IssueInterpretation(InterpretationIssued, Command):
    """Fix how a clause is read."""


class RegisterSuperiorPolicy(SuperiorPolicyRegistered, Command):
    """Register a rule of a superior organ."""


class RepealPolicy(PolicyRepealed, Command):
    """End a policy, interpretation or superior rule."""


class PublishCalendar(CalendarPublished, Command):
    """Publish the working days of a year."""


class PublishSchoolCalendar(SchoolCalendarPublished, Command):
    """Publish school vacations."""


class RetractComplianceFact(ComplianceFactRetracted, Command):
    """Take back an event of this service that should never have been recorded."""


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
    CountersignDetermination,
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
    ApprovePolicy,
    CloseProposal,
    PublishPolicy,
    IssueInterpretation,
    RegisterSuperiorPolicy,
    RepealPolicy,
    PublishCalendar,
    PublishSchoolCalendar,
    RetractComplianceFact,
)
