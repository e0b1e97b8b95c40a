"""Codes that several facts share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from contracts.message import Id, Part, Text

UnitKind = Literal["school", "kindergarten", "office", "other"]
Scale = Literal["four_grade", "three_grade"]
Office = Literal["party", "administrative"]
Offices = Literal["party", "administrative", "both"]
ManagedBy = Literal["committee", "school", "other"]
PostCategory = Literal["professional_technical", "management", "both"]
ExitReason = Literal["age", "health", "institutional_reform", "up_down", "other"]
Category = Literal["policy_lecturing", "responsible_inspector", "party_building", "petitions_and_stability", "other_central_work"]
LeaveReason = Literal["health", "family_care", "personal", "maternity", "work_injury", "study", "other"]
Level = Literal["unit", "committee"]
Grade = Literal["excellent", "qualified", "basically_qualified", "unqualified", "no_grade"]
ReviewOutcome = Literal["upheld", "changed", "revoked"]


def _half_or_whole(value: float) -> float:
    if value not in (0.5, 1):
        raise ValueError("1 or 0.5")
    return value


DayFraction = Annotated[float, AfterValidator(_half_or_whole), WithJsonSchema({"enum": [1, 0.5]})]


class Period(Part):
    """Civil days, both ends included."""

    from_: date = Field(alias="from")
    until: date


class Evidence(Part):
    """An attachment by reference; the file itself is in the attachment store."""

    evidence_id: Id
    sha256: Text
    media_type: Text


PROMOTION_REASONS: dict[str, tuple[str, ...]] = {
    "out_of_scope": ("not_exited", "retired", "reinstated", "deceased", "not_committee_managed", "measures_not_in_force"),
    "ineligible": (
        "long_unexcused_absence", "on_special_leave", "determined_cannot_perform", "basically_qualified_last_year", "under_sanction",
        "under_investigation",
    ),
    "undetermined": (
        "no_duty_assigned", "duty_declined", "concern_open", "leave_pending", "awaiting_ratification", "notice_not_served",
        "return_unconfirmed", "connivance_uncharacterised", "attendance_conflict", "calendar_missing",
    ),
    "eligible": ("performing_normally",),
}  # fmt: skip
"""Outcome → reason codes. Outcomes stand in their order of precedence, codes in the order in which an answer lists them."""

APPRAISAL_REASONS: dict[str, tuple[str, ...]] = {
    "not_applicable": ("no_technical_post", "out_of_scope"),
    "no_grade": ("leave_over_half_year", "under_investigation", "demerit_period"),
    "ineligible": ("long_unexcused_absence", "task_failure", "superior_rule"),
    "undetermined": (
        "leave_pending", "awaiting_ratification", "notice_not_served", "no_duty_assigned", "connivance_uncharacterised",
        "attendance_conflict", "calendar_missing",
    ),
    "eligible": ("no_ground",),
}  # fmt: skip

FINDINGS = (
    "late_registration", "exit_talk_overdue", "unit_talk_overdue", "thought_exchange_overdue", "training_gap", "duty_not_assigned_in_time",
    "preference_not_invited", "unit_connivance", "unit_review_overdue", "unit_failed_to_report", "committee_decision_overdue",
    "notice_not_served", "applicant_not_the_cadre", "evidence_missing", "reminder_due", "reminder_overdue", "ladder_step_skipped",
    "report_overdue", "promoted_despite_bar", "grade_above_cap", "grade_review_required", "grade_confirmed_while_pending",
    "retired_while_investigated", "dismissal_threshold_alert", "health_inability_alert", "superior_rule_advisory", "attendance_conflict",
    "calendar_missing", "reading_disagreement", "return_not_confirmed", "determination_owed", "review_filed_late",
    "review_decision_overdue", "circular_candidate",
)  # fmt: skip
"""Finding codes. `…_overdue` is raised the day after the due day, `reminder_due` before it."""
