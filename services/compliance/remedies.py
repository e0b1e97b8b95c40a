"""What settles that which is owed: by code, the commands; or why there is none. What was recorded by mistake can always be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from contracts.assignments import (
    ApproveLeave,
    AssignDuty,
    CharacteriseAbsence,
    ConfirmReturn,
    CorrectAbsence,
    DeclareDutyPreference,
    DeclareReturn,
    ProposeDuty,
    RatifyLeave,
    RecordTaskOutcome,
    RejectLeave,
    ReportLeave,
    RequestLeave,
    RescindAbsence,
    RescindPresence,
    ReturnLeave,
    ReviewLeave,
    ServeNotice,
    SupplementLeave,
    WithdrawLeave,
)
from contracts.compliance import (
    ApprovePolicy,
    CloseProposal,
    ConfirmCorrection,
    ConfirmGrade,
    DecideAppeal,
    DecideComplaint,
    DecideReview,
    DeterminePerformance,
    GiveCriticism,
    GiveReminder,
    HoldExitTalk,
    HoldThoughtExchange,
    HoldUnitTalk,
    IssueInterpretation,
    IssueUnitCircular,
    PublishCalendar,
    PublishPolicy,
    RecordNonCorrection,
    RecordTraining,
    RegisterSuperiorPolicy,
    RepealPolicy,
    ReportConcern,
    ReviseGrade,
)
from contracts.labels import label
from contracts.message import Fact

Commands = tuple[type[Fact], ...]

REMEDIES: Mapping[str, Commands] = {
    "exit_talk_overdue": (HoldExitTalk,),
    "unit_talk_overdue": (HoldUnitTalk,),
    "thought_exchange_overdue": (HoldThoughtExchange,),
    "training_gap": (RecordTraining,),
    "duty_not_assigned_in_time": (AssignDuty,),
    "preference_not_invited": (DeclareDutyPreference, ProposeDuty),
    "unit_connivance": (CharacteriseAbsence, RescindAbsence),
    "unit_review_overdue": (ReviewLeave, ReturnLeave),
    "unit_failed_to_report": (ReportLeave,),
    "committee_decision_overdue": (ApproveLeave, RejectLeave),
    "notice_not_served": (ServeNotice,),
    "applicant_not_the_cadre": (RatifyLeave, WithdrawLeave),
    "evidence_missing": (SupplementLeave, WithdrawLeave),
    "reminder_overdue": (GiveReminder,),
    "report_overdue": (ReportConcern, ConfirmCorrection),
    "grade_above_cap": (ReviseGrade,),
    "grade_review_required": (ReviseGrade,),
    "attendance_conflict": (CharacteriseAbsence, RescindAbsence, CorrectAbsence, RescindPresence),
    "calendar_missing": (PublishCalendar,),
    "return_not_confirmed": (ConfirmReturn,),
    "determination_owed": (DeterminePerformance,),
    "review_decision_overdue": (DecideReview,),
    "circular_candidate": (IssueUnitCircular,),
    "criticism_to_give": (GiveCriticism, ConfirmCorrection),
    "correction_to_judge": (ConfirmCorrection, RecordNonCorrection),
    "materials_to_supply": (SupplementLeave, RequestLeave, WithdrawLeave),
    "return_to_declare": (ConfirmReturn, DeclareReturn),
    "outcome_to_record": (RecordTaskOutcome,),
    "characterisation_to_make": (CharacteriseAbsence,),
    "determination_to_make": (DeterminePerformance,),
    "grade_to_confirm": (ConfirmGrade,),
    "appeal_to_decide": (DecideAppeal,),
    "complaint_to_decide": (DecideComplaint,),
    "proposal_to_approve": (ApprovePolicy, CloseProposal),
    "proposal_to_publish": (PublishPolicy, IssueInterpretation, RegisterSuperiorPolicy, RepealPolicy, CloseProposal),
}
"""What becomes a finding has its code, also before."""

NONE: Mapping[str, Literal["stays", "information", "same"]] = {
    "late_registration": "stays",
    "ladder_step_skipped": "stays",
    "promoted_despite_bar": "stays",
    "retired_while_investigated": "stays",
    "review_filed_late": "stays",
    "grade_confirmed_while_pending": "information",
    "dismissal_threshold_alert": "information",
    "health_inability_alert": "information",
    "superior_rule_advisory": "information",
    "reading_disagreement": "information",
    "reminder_due": "same",
}
"""Findings that nothing makes good; that inform and oblige nobody, and end with what they rest on; that say of the to-do
`reminder_overdue` that its day has not passed."""

TOO_LATE = frozenset({"training_gap", "preference_not_invited"})
"""To be done before the day, and never after it."""

WHY_NONE = {
    "stays": ("无法补正，保留在案", "cannot be made good and stays on record"),
    "information": ("仅供知悉，随其依据消除", "informs, and ends with what it rests on"),
    "same": ("即尚未到期的 `reminder_overdue`", "the to-do `reminder_overdue` before its day has passed"),
}


def markdown() -> str:
    """The table of `docs/todos.md`: what is to be done, and what settles it."""
    rows = ["| 待办 to do | code | 以此了结 settled by |", "|---|---|---|"]
    for code, commands in REMEDIES.items():
        late = "（逾期不能补正 not after its day）" if code in TOO_LATE else ""
        settles = ", ".join(f"`{c.__name__}`" for c in commands)
        rows.append(f"| {label(code, 'zh', 'todo')} · {label(code, 'en', 'todo')} | `{code}` | {settles}{late} |")
    rows += ["", "| 不成为待办的事项 findings that are no to-dos | code | 原因 why |", "|---|---|---|"]
    for code, why in NONE.items():
        zh, en = WHY_NONE[why]
        rows.append(f"| {label(code, 'zh', 'finding')} · {label(code, 'en', 'finding')} | `{code}` | {zh} · {en} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
