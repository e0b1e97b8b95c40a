"""Superior rules that act beside the Measures: the year without a grade (2023 appraisal rules 31, 41 and 42, sanction rules
6), the year after a low grade (2023-29), sanctions and investigations, a stricter rule on truancy.
Not computed: refusal of the appraisal, and what a superior body decides in a single case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

from contracts.compliance import InvestigationClosed, InvestigationOpened, SanctionRecorded, SuperiorPolicyRegistered
from contracts.message import Event
from services.compliance.law.case import Case
from services.compliance.law.policy import InForce, Threshold, problem

BELOW_QUALIFIED = ("basically_qualified", "unqualified")
NO_GRADE_FOR_LEAVE_FROM = 2023
LEAVE_SHARE = "appraisal.no_grade.leave_share"
AWOL = "art8.awol.min_workdays"


@dataclass(frozen=True, slots=True)
class Ground:
    """A code, what it rests on, the counts that its sentence names, the number that decided."""

    code: str
    evidence: tuple[str, ...]
    words: dict[str, Any]
    setting: InForce | None = None


def leave_over_half_year(case: Case, year: int, assumed: frozenset[str]) -> Ground | None:
    """More approved leave than the share of the year; maternity and work injury do not count. `assumed`: kinds of unsettled
    days taken as approved leave."""
    if year < NO_GRADE_FOR_LEAVE_FROM:
        return None
    setting = case.setting_of_year(LEAVE_SHARE, year)
    threshold = setting.threshold
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    on_leave = [
        day
        for day, d in case.in_scope.items()
        if first <= day <= last
        and not d.missing
        and (d.kind in ("special", "ordinary") or d.kind in assumed)
        and not (d.leave is not None and d.leave.protected)
    ]
    total: int | None = case.dossier.workdays.total(year)
    count = len(on_leave)
    if threshold.unit == "calendar_days":
        count, total = _calendar_days(case, first, last, on_leave, assumed), last - first + 1
    if not total or not threshold.met(Fraction(count, total)):
        return None
    leaves = {leave.id: leave for day in on_leave if (leave := case.in_scope[day].leave) is not None}
    evidence = tuple(i for _, leave in sorted(leaves.items()) for i in leave.ids(*leave.facts))
    return Ground("leave_over_half_year", evidence, {"days": count, "total": total}, setting)


def _calendar_days(case: Case, first: int, last: int, on_leave: Sequence[int], assumed: frozenset[str]) -> int:
    """All days of approved leave, rest days included."""
    days = set(on_leave)
    for leave in case.leaves:
        if not leave.protected:
            periods = [leave.special, leave.ordinary, *(leave.covers if leave.state in assumed else ())]
            for period in periods:
                if period is not None:
                    within = range(max(first, period[0]), min(last, period[1], case.dossier.today) + 1)
                    days.update(d for d in within if case.scope.covers(d))
    worked = {d for d in days if (known := case.days.by_day.get(d)) and known.kind == "worked"}
    return len(days - worked)


def no_grade(case: Case, year: int, assumed: frozenset[str] = frozenset()) -> list[Ground]:
    grounds = [leave] if (leave := leave_over_half_year(case, year, assumed)) else []
    end = date(year, 12, 31)
    if opened := [(e, on) for e, on in open_investigations(case) if on <= end]:
        grounds.append(Ground("under_investigation", tuple(e.id for e, _ in opened), {"since": opened[0][1]}))
    demerits = [
        e.id
        for e, s in case.dossier.of(SanctionRecorded)
        if (s.kind == "demerit" and s.from_.year == year) or (s.kind == "post_downgrade" and s.from_.year in (year, year - 1))
    ]
    if demerits:
        grounds.append(Ground("demerit_period", tuple(demerits), {}))
    return grounds


def open_investigations(case: Case) -> list[tuple[Event, date]]:
    closed = {c.investigation_id: c.closed_on for _, c in case.dossier.of(InvestigationClosed)}
    opened = case.dossier.of(InvestigationOpened)
    return [(e, i.opened_on) for e, i in opened if closed.get(i.investigation_id, date.max) > case.as_of]


def warned(case: Case, year: int) -> bool:
    return any(s.kind == "warning" and s.from_.year == year for _, s in case.dossier.of(SanctionRecorded))


def sanctions_running(case: Case) -> list[Event]:
    return [e for e, s in case.dossier.of(SanctionRecorded) if s.from_ <= case.as_of <= s.until]


def low_grade_last_year(case: Case) -> tuple[str, Event] | None:
    """The grade in force for the year before, where it bars promotion for this one."""
    found = case.dossier.grade(case.as_of.year - 1)
    return found if found and found[0] in BELOW_QUALIFIED else None


def truancy_rule(case: Case, year: int) -> Ground | None:
    """A superior rule that caps a run of truancy by itself, for days from its first day on."""
    day = min(date(year, 12, 31), case.as_of)
    for event, rule in reversed(case.dossier.system.of(SuperiorPolicyRegistered)):
        standing = next((r for r in case.policies.naming(AWOL) if r.event_id == event.id), None)
        if standing is None or not standing.of_year(year, day, case.policies.closed) or problem(AWOL, rule.parameters[AWOL]):
            continue
        threshold = Threshold.parse(rule.parameters[AWOL], ">=")
        if found := awol_run(case, year, threshold, since=rule.effective_from):
            setting = InForce(AWOL, rule.parameters[AWOL], rule.policy_id, rule.source, ">=")
            return Ground("superior_rule", (*case.evidence(found), event.id), {"days": len(found)}, setting)
    return None


def awol_run(case: Case, year: int, threshold: Threshold, since: date | None = None) -> list[int] | None:
    """The days in the year of the first run of truancy that meets the threshold."""
    first = max(date(year, 1, 1), since or date.min).toordinal()
    last = date(year, 12, 31).toordinal()
    for run in case.runs():
        counts = [first <= day <= last and case.in_scope[day].awol for day in run]
        for counting, part in groupby(zip(counts, run, strict=True), key=lambda c: c[0]):
            days = [day for _, day in part]
            if counting and threshold.met(len(days)):
                return days
    return None
