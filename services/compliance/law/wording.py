"""Reasons that two articles give in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from contracts.answers import Accountable, Reason
from contracts.assignments import LeaveRejected, LeaveReported
from services.compliance.law.case import CODES, OWED_BY, Case
from services.compliance.law.leaves import Leave, refusal
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


def span(days: Sequence[int]) -> tuple[str, str]:
    first, last = date.fromordinal(days[0]), date.fromordinal(days[-1])
    return (f"{first}", f"{first}") if first == last else (f"{first}至{last}", f"{first} to {last}")


def counting(case: Case, long: Crossing, year: int | None = None) -> Iterator[InForce]:
    """The parameters besides the threshold that decided how the days were counted; of a year, or else of the day."""

    def setting(name: str) -> InForce:
        return case.setting(name) if year is None else case.setting_of_year(name, year)

    if long.setting.name == "absence.long.cumulative":
        yield setting("absence.long.window")
    elif year is not None:
        yield setting("absence.run_attribution")
    if len(case.policies.versions(long.setting.name, case.as_of)) > 1:
        yield setting("policy.transition")
    days = [(date.fromordinal(day), case.in_scope[day]) for day in long.days]
    if half := next((day for day, d in days if d.amount < 1), None):
        yield case.policies.on("absence.day_fraction", half)
    skipped = case.policies.on("absence.excused_day_breaks_run", days[0][0])
    if skipped.value is False:
        yield skipped
    if strict := next((d.leave for _, d in days if d.leave is not None and d.kind == "unexcused"), None):
        yield case.policies.on("leave.pending_treatment", strict.first_day or case.as_of)


def long_absence(
    case: Case,
    long: Crossing,
    article: str,
    settings: Sequence[InForce],
    evidence: Sequence[str] = (),
    clauses: Sequence[tuple[str, str]] = (),
) -> Reason:
    zh, en = span(long.days)
    return reason(
        "long_unexcused_absence",
        article,
        [*case.evidence(long.days), *evidence],
        [long.setting, *settings],
        clauses=clauses,
        days=long.total,
        threshold=long.setting.threshold,
        span=zh,
        span_en=en,
    )


def open_kind(case: Case, kind: str, article: str, settings: Sequence[InForce] = ()) -> Reason:
    """What unsettled days of a kind wait for, and who owes it. `settings`: what they would decide."""
    days = [d for d in case.in_scope.values() if d.kind == kind]
    leaves = list(dict.fromkeys(d.leave for d in days if d.leave is not None))
    on = leaves[0].first_day if leaves else None
    named = {s.name: s for s in (*settings, *unsettled_by(case, kind, on or case.as_of))}
    owed = owed_by(leaves, kind)
    return reason(CODES[kind], article, case.evidence_of(kind), tuple(named.values()), owed, days=sum(d.amount for d in days))


def unsettled_by(case: Case, kind: str, on: date) -> list[InForce]:
    """The parameters by which days of a kind are not settled. `on`: the first day of the leave."""
    treatment = [case.policies.on("leave.pending_treatment", on)]
    return {
        "pending": treatment,
        "ratification": [*case.documented("leave.applicant_must_be_self"), *treatment],
        "notice": treatment,
        "connived": case.documented("art4.connivance_treatment"),
    }.get(kind, [])


def owed_by(leaves: Sequence[Leave], kind: str) -> Accountable:
    if kind == "pending":
        return "committee" if leaves and all(x.event(LeaveReported) for x in leaves) else "branch"
    if kind == "notice":
        return "branch" if leaves and all(refused_by(x) == "branch" for x in leaves) else "committee"
    return OWED_BY[CODES[kind]]


def refused_by(leave: Leave) -> Literal["branch", "committee"]:
    """Whoever refused last owes the notice of it; of one day, whoever recorded it last."""
    rejected = leave.last(LeaveRejected)
    last = rejected if rejected and refusal(leave) == leave.moment(LeaveRejected, "decided_on") else None
    return "committee" if last is not None and last.level == "committee" else "branch"
