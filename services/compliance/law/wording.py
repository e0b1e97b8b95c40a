"""Reasons that two articles give in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.answers import Accountable, Reason
from contracts.assignments import LeaveReported, LeaveUnitReviewed
from services.compliance.law.case import CODES, OWED_BY, Case
from services.compliance.law.leaves import Leave
from services.compliance.law.policy import InForce
from services.compliance.law.reasons import reason
from services.compliance.law.runs import Crossing

GRADES = {
    "excellent": ("优秀", "excellent"),
    "qualified": ("合格", "qualified"),
    "basically_qualified": ("基本合格", "basically qualified"),
    "unqualified": ("不合格", "unqualified"),
    "no_grade": ("不确定等次", "no grade"),
}


def long_absence(case: Case, long: Crossing, article: str, settings: Sequence[InForce], evidence: Sequence[str] = ()) -> Reason:
    first, last = date.fromordinal(long.days[0]), date.fromordinal(long.days[-1])
    return reason(
        "long_unexcused_absence",
        article,
        [*case.evidence(long.days), *evidence],
        [long.setting, *settings],
        days=long.total,
        threshold=long.setting.threshold,
        span=f"{first}至{last}",
        span_en=f"{first} to {last}",
    )


def open_kind(case: Case, kind: str, article: str) -> Reason:
    """What unsettled days of a kind wait for, and who owes it."""
    days = [d for d in case.in_scope.values() if d.kind == kind]
    leaves = list(dict.fromkeys(d.leave for d in days if d.leave is not None))
    return reason(CODES[kind], article, case.evidence_of(kind), owed_by=owed_by(leaves, kind), days=sum(d.amount for d in days))


def owed_by(leaves: Sequence[Leave], kind: str) -> Accountable:
    if kind == "pending":
        return "committee" if leaves and all(x.event(LeaveReported) for x in leaves) else "branch"
    if kind == "notice":
        by_unit = [x for x in leaves if (r := x.last(LeaveUnitReviewed)) and r.outcome == "refused"]
        return "branch" if leaves and len(by_unit) == len(leaves) else "committee"
    return OWED_BY[CODES[kind]]
