"""One cadre on one day: everything that the articles read, worked out once for all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from contracts.answers import Accountable
from services.compliance.law.days import UNSETTLED, Day, Days, classify
from services.compliance.law.dossier import Dossier
from services.compliance.law.leaves import Leave, read
from services.compliance.law.policy import InForce, Policies
from services.compliance.law.runs import Crossing, crossing, runs
from services.compliance.law.scope import Scope

NOTHING: frozenset[str] = frozenset()
CODES = {
    "pending": "leave_pending",
    "ratification": "awaiting_ratification",
    "notice": "notice_not_served",
    "connived": "connivance_uncharacterised",
    "conflict": "attendance_conflict",
}
"""What an unsettled day is waiting for."""


@dataclass(eq=False)
class Case:
    dossier: Dossier
    scope: Scope
    as_of: date = field(init=False)
    policies: Policies = field(init=False)
    _runs: dict[tuple[frozenset[str], int, bool], list[list[int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.as_of, self.policies = self.dossier.as_of, self.dossier.system.policies

    @cached_property
    def leaves(self) -> Sequence[Leave]:
        return read(self.dossier)

    @cached_property
    def days(self) -> Days:
        return classify(self.dossier, self.leaves)

    @cached_property
    def in_scope(self) -> dict[int, Day]:
        """Days of absence or leave that are in scope."""
        if self.scope.constant(next(iter(self.days.by_day), 0), self.dossier.today):
            return self.days.by_day if self.scope.covers(self.dossier.today) else {}
        return {day: d for day, d in self.days.by_day.items() if self.scope.covers(day)}

    @cached_property
    def unsettled(self) -> tuple[str, ...]:
        """Kinds of unsettled days in scope, in the order of their codes."""
        return tuple(kind for kind in UNSETTLED if any(not d.missing for _, d in self.of_kind.get(kind, ())))

    @cached_property
    def of_kind(self) -> dict[str, list[tuple[int, Day]]]:
        """By kind, the days of absence or leave in scope."""
        found: dict[str, list[tuple[int, Day]]] = {}
        for day, d in self.in_scope.items():
            if d.kind in found:
                found[d.kind].append((day, d))
            else:
                found[d.kind] = [(day, d)]
        return found

    def counted(self, assumed: frozenset[str] = NOTHING, *, since: int = 0, missing: bool = False) -> list[tuple[int, float]]:
        """(day, amount) of the unexcused days, with those of the assumed kinds; `missing` adds what lies in years without
        calendar, as if each day were worked."""
        kinds = [found for kind in {"unexcused", *assumed} if (found := self.of_kind.get(kind))]
        days = [(day, d.amount) for found in kinds for day, d in found if day >= since and (missing or not d.missing)]
        return sorted(days) if len(kinds) > 1 else days

    def runs(self, assumed: frozenset[str] = NOTHING, *, since: int = 0, missing: bool = False) -> list[list[int]]:
        key = (assumed, since, missing)
        if key not in self._runs:
            full = [day for day, amount in self.counted(assumed, since=since, missing=missing) if amount == 1]
            self._runs[key] = runs(full, self.days.by_day, self.dossier.workdays, self.policies)
        return self._runs[key]

    def longest_run(self, year: int) -> int:
        """Full length of the longest run with a day in the year."""
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        return max((len(r) for r in self.runs() if r[0] <= last and any(first <= d <= last for d in r)), default=0)

    def over(self, name: str, counted: Sequence[tuple[int, float]], transition: str) -> Crossing | None:
        return crossing(name, counted, self.policies, transition, self.as_of)

    def over_cumulative(self, counted: Sequence[tuple[int, float]], year: int, window: str, transition: str) -> Crossing | None:
        """Over the cumulative threshold in the year, or in twelve months that end on a day of it."""
        if window == "calendar_year":
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            within = counted[bisect_left(counted, (first,)) : bisect_left(counted, (last + 1,))]
            return self.over("absence.long.cumulative", within, transition)
        for day, _ in counted:
            end = date.fromordinal(day)
            if end.year == year:
                begin = year_before(end).toordinal()
                if found := self.over("absence.long.cumulative", [c for c in counted if begin < c[0] <= day], transition):
                    return found
        return None

    def evidence(self, days: Sequence[int]) -> tuple[str, ...]:
        """The recorded absences and applications that the days rest on."""
        found: dict[str, None] = {}
        for day in days:
            known = self.days.by_day[day]
            for record in known.records:
                found.update(dict.fromkeys(record.evidence()))
        return tuple(found)

    def evidence_of(self, kind: str) -> tuple[str, ...]:
        days = [day for day, d in self.in_scope.items() if d.kind == kind]
        leaves = {d.leave for d in self.in_scope.values() if d.kind == kind and d.leave is not None}
        ids = [i for leave in sorted(leaves, key=lambda x: x.id) for i in leave.ids(*leave.facts)]
        return tuple(dict.fromkeys([*self.evidence(days), *ids]))

    def setting_of_year(self, name: str, year: int) -> InForce:
        return self.policies.of_year(name, year, self.as_of)

    def documented(self, *names: str) -> list[InForce]:
        """Parameters that the rules are written by: reasons cite them, no policy changes them."""
        return [self.policies.on(name, self.as_of) for name in names]

    def setting(self, name: str) -> InForce:
        """A parameter read on the day of the question."""
        return self.policies.on(name, self.as_of)


def year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 2, 28)


OWED_BY: dict[str, Accountable] = {
    "awaiting_ratification": "cadre",
    "connivance_uncharacterised": "branch",
    "attendance_conflict": "section",
    "calendar_missing": "section",
    "no_duty_assigned": "section",
    "duty_declined": "branch",
    "concern_open": "branch",
    "return_unconfirmed": "branch",
}
