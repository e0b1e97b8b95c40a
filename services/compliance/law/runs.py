"""Runs of unexcused days and the thresholds that they may cross (rules 2.4 and 6.1).

Non-working days are skipped, every other working day breaks a run. The crossing day is the first day over the threshold;
when the threshold changed during the count, the mildest version that may measure the days decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.compliance.law.days import Day
from services.compliance.law.policy import InForce, Policies, Version, is_open
from services.compliance.law.workdays import Workdays

Counted = Sequence[tuple[int, float]]
"""(day, amount) in ascending order."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where a count went over: the day, the count of all its days, the number that measured it."""

    day: int
    setting: InForce
    days: tuple[int, ...]
    total: float


def runs(full: Sequence[int], by_day: Mapping[int, Day], workdays: Workdays, policies: Policies) -> list[list[int]]:
    """Full days in ascending order, grouped into runs."""
    found: list[list[int]] = []
    for day in full:
        if found and _joined(found[-1][-1], day, by_day, workdays, policies):
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _joined(before: int, after: int, by_day: Mapping[int, Day], workdays: Workdays, policies: Policies) -> bool:
    return all(not _breaks(day, by_day, workdays, policies) for day in range(before + 1, after))


def _breaks(day: int, by_day: Mapping[int, Day], workdays: Workdays, policies: Policies) -> bool:
    """A day that is not itself counted breaks a run when it is a working day, or may be one."""
    known = by_day.get(day)
    if known is None or known.kind in ("worked", "unexcused") or known.missing or known.amount < 1:
        return workdays.worked(day) is not False
    return bool(policies.on("absence.excused_day_breaks_run", date.fromordinal(day)).value)


def crossing(name: str, counted: Counted, policies: Policies, transition: str, until: date) -> Crossing | None:
    """The first day on which the count goes over the threshold `name`, or None."""
    if not counted:
        return None
    versions, total = policies.versions(name, until), sum(amount for _, amount in counted)
    if not any(v.threshold.met(total) for v in versions):
        return None
    if transition == "crossing_day":
        found = _first(counted, lambda day: next(v for v in reversed(versions) if v.first <= day))
    elif len(versions) == 1:
        found = _first(counted, lambda _: versions[0])
    else:
        found = _favourable(counted, versions, policies)
    if found is None:
        return None
    day, version = found
    return Crossing(day, version.setting, tuple(d for d, _ in counted), total)


def _first(counted: Counted, measure: Callable[[int], Version]) -> tuple[int, Version] | None:
    total = 0.0
    for day, amount in counted:
        total += amount
        version = measure(day)
        if amount and version.threshold.met(total):
            return day, version
    return None


def _favourable(counted: Counted, versions: Sequence[Version], policies: Policies) -> tuple[int, Version] | None:
    """Each version that was in force on a counted day measures the days from its own first day on, by the mildest of it and
    its successors that holds by the crossing day or reaches back into a year that was still open. One success suffices."""
    found: list[tuple[int, Version]] = []
    for i, version in enumerate(versions):
        end = versions[i + 1].first if i + 1 < len(versions) else date.max.toordinal()
        own = [(d, a) for d, a in counted if d >= version.first]
        if own and own[0][0] < end and (first := _first(own, _mildest(versions[i:], policies))):
            found.append(first)
    return min(found, key=lambda f: f[0]) if found else None


def _mildest(versions: Sequence[Version], policies: Policies) -> Callable[[int], Version]:
    def measure(day: int) -> Version:
        year = date.fromordinal(day).year
        holding = [v for v in versions if v.first <= day or is_open(policies.closed, year, v.since)]
        return max(holding, key=lambda v: v.threshold.mildness)

    return measure
