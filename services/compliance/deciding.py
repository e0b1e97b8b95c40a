"""Which decider answers which command, and what it must see to do so."""

from __future__ import annotations

from contracts.compliance import (
    CloseAppraisalYear,
    CloseInvestigation,
    ConfirmCorrection,
    ConfirmGrade,
    CountersignDetermination,
    DecideAppeal,
    DecideComplaint,
    DecideMeasure,
    DecideReview,
    DeterminePerformance,
    DetermineUnitNeglect,
    EraseEvidence,
    ErasePersonalData,
    FileAppeal,
    GiveCriticism,
    GiveReminder,
    HoldExitTalk,
    HoldThoughtExchange,
    HoldUnitTalk,
    IssueUnitCircular,
    LiftRestriction,
    OpenInvestigation,
    PublishCalendar,
    PublishSchoolCalendar,
    RecordComplaint,
    RecordConcern,
    RecordNonCorrection,
    RecordSanction,
    RecordTraining,
    ReportConcern,
    RequestReview,
    RestrictProcessing,
    ReviseGrade,
    ServeDecision,
    WithdrawUnitCircular,
)
from contracts.message import Fact
from services.compliance import adoption, appraisal, calendar, concern, determination, discipline, erasure, review, talks, unit_review
from services.kernel.deciding import Deciders, InPerson, decide_with
from services.kernel.subjects import concerned

TABLE: Deciders = {
    HoldExitTalk: talks.hold_exit_talk,
    HoldUnitTalk: talks.hold_unit_talk,
    HoldThoughtExchange: talks.hold_thought_exchange,
    RecordTraining: talks.record_training,
    RecordConcern: concern.record,
    GiveReminder: concern.remind,
    GiveCriticism: concern.criticise,
    ConfirmCorrection: concern.confirm_correction,
    RecordNonCorrection: concern.record_non_correction,
    ReportConcern: concern.report,
    DecideMeasure: concern.decide_measure,
    RecordSanction: discipline.record_sanction,
    OpenInvestigation: discipline.open_investigation,
    CloseInvestigation: discipline.close_investigation,
    DeterminePerformance: InPerson(determination.determine),
    CountersignDetermination: InPerson(determination.countersign),
    ConfirmGrade: appraisal.confirm_grade,
    ReviseGrade: appraisal.revise_grade,
    CloseAppraisalYear: appraisal.close_year,
    ServeDecision: review.serve,
    RequestReview: review.request,
    DecideReview: InPerson(review.decide),
    FileAppeal: review.appeal,
    DecideAppeal: InPerson(review.decide_appeal),
    RecordComplaint: unit_review.record_complaint,
    DecideComplaint: unit_review.decide_complaint,
    DetermineUnitNeglect: unit_review.determine_neglect,
    IssueUnitCircular: unit_review.issue_circular,
    WithdrawUnitCircular: unit_review.withdraw_circular,
    EraseEvidence: erasure.refuse,
    ErasePersonalData: erasure.refuse,
    RestrictProcessing: erasure.refuse,
    LiftRestriction: erasure.refuse,
    **adoption.DECIDERS,
    PublishCalendar: calendar.publish,
    PublishSchoolCalendar: calendar.publish_school,
}

decide = decide_with(TABLE)


def subjects(command: Fact) -> tuple[str, ...]:
    """The ids whose facts the decision must see; the first is the one that it is guarded by."""
    return concerned(command, "unit_id", "proposal_id", "approver", "countersigned_by")
