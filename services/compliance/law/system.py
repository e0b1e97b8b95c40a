"""What is about no single cadre: units, calendars, rosters, the law, closed years, complaints. `Common` is prepared once
from the facts and shared by all questions; `Common.at` gives the part of it that counts for a day and an instant."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar, cast

from contracts.assignments import RosterPublished
from contracts.compliance import (
    AppraisalYearClosed,
    CalendarPublished,
    InterpretationIssued,
    PolicyPublished,
    PolicyRepealed,
    SchoolCalendarPublished,
    SuperiorPolicyRegistered,
)
from contracts.message import Event, Fact
from contracts.registry import UnitHeadAppointed, UnitHeadVacated, UnitMerged, UnitRegistered
from services.compliance.law.counting import RETRACTIONS, counting, recording, retracted
from services.compliance.law.policy import Policies, rules
from services.compliance.law.workdays import Calendar, Workdays, published

F = TypeVar("F", bound=Fact)
T = TypeVar("T")

LAW = (AppraisalYearClosed, InterpretationIssued, PolicyPublished, PolicyRepealed, SuperiorPolicyRegistered)
HEADS = (UnitHeadAppointed, UnitHeadVacated)
SCHOOLS = ("school", "kindergarten")
REMEMBERED = 512
LONGEST = 366


class Common:
    """Facts about no single cadre; others are ignored. Immutable but for what it remembers, so that threads may share it;
    `extended` makes a new one."""

    def __init__(self, events: Iterable[Event]) -> None:
        own = (e for e in events if getattr(e.data, "cadre_id", None) is None)
        self.events: Sequence[Event] = sorted({e.id: e for e in own}.values(), key=recording)
        self.times = [e.recordedtime for e in self.events]
        self.by_type: dict[type[Fact], list[Event]] = defaultdict(list)
        self.rosters: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            self.by_type[type(event.data)].append(event)
            if isinstance(event.data, RosterPublished):
                for cadre_id in event.data.cadre_ids:
                    self.rosters[cadre_id].append(event)
        self.retractions = [e for kind in RETRACTIONS for e in self.by_type[kind]]
        self._systems: dict[tuple[date, int], System] = {}
        self._memory: dict[object, object] = {}

    @classmethod
    def of(cls, events: Iterable[Event]) -> Common:
        return cls(events)

    def extended(self, events: Iterable[Event]) -> Common:
        return Common([*self.events, *events])

    def at(self, as_of: date, known_at: str) -> System:
        known = bisect_right(self.times, known_at)
        key = (as_of, known)
        system = self._systems.get(key)
        if system is None:
            if len(self._systems) >= REMEMBERED:
                self._systems = {}
            system = self._systems[key] = System(self, as_of, self.times[known - 1] if known else "")
        return system

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What follows from the same facts is made once."""
        found = self._memory.get(key)
        if found is None:
            if len(self._memory) >= REMEMBERED:
                self._memory = {}
            found = self._memory[key] = make()
        return cast(T, found)


@dataclass(eq=False)
class System:
    """The facts of `Common` that count on a day, as known at an instant."""

    common: Common
    as_of: date
    known_at: str
    _standing: dict[tuple[type[Fact], ...], list[Event]] = field(default_factory=dict)

    @cached_property
    def gone(self) -> frozenset[str]:
        return retracted(e for e in self.common.retractions if e.recordedtime <= self.known_at)

    def standing(self, *kinds: type[Fact]) -> list[Event]:
        if kinds not in self._standing:
            events = [e for kind in kinds for e in self.common.by_type.get(kind, ())]
            if len(kinds) > 1:
                events.sort(key=recording)
            self._standing[kinds] = counting([e for e in events if e.recordedtime <= self.known_at], self.as_of, self.gone)
        return self._standing[kinds]

    def of(self, kind: type[F]) -> list[tuple[Event, F]]:
        return [(e, cast(F, e.data)) for e in self.standing(kind)]

    @cached_property
    def policies(self) -> Policies:
        events = self.standing(*LAW)
        return self.common.once((LAW, *(e.id for e in events)), lambda: _policies(events))

    @cached_property
    def calendar(self) -> Calendar:
        events = self.standing(CalendarPublished)
        return self.common.once((CalendarPublished, *(e.id for e in events)), lambda: _calendar(events))

    @cached_property
    def kinds(self) -> dict[str, str]:
        return {u.unit_id: u.kind for _, u in self.of(UnitRegistered)}

    @cached_property
    def scales(self) -> dict[str, str]:
        return {u.unit_id: u.appraisal_scale or "four_grade" for _, u in self.of(UnitRegistered)}

    @cached_property
    def merged(self) -> dict[str, tuple[int, str]]:
        return {m.unit_id: (m.merged_on.toordinal(), m.into_unit_id) for _, m in self.of(UnitMerged)}

    @cached_property
    def _vacations(self) -> dict[str | None, frozenset[int]]:
        events = self.standing(SchoolCalendarPublished)
        return self.common.once((SchoolCalendarPublished, *(e.id for e in events)), lambda: _vacations(events))

    @cached_property
    def _totals(self) -> dict[tuple[int, str], int]:
        events = self.standing(SchoolCalendarPublished, CalendarPublished)
        schools = tuple(sorted(u for u, kind in self.kinds.items() if kind in SCHOOLS))
        return self.common.once(("totals", schools, *(e.id for e in events)), dict)

    def vacation(self, unit: str) -> frozenset[int]:
        """Vacation days of a unit: none but of schools and kindergartens."""
        if self.kinds.get(unit) not in SCHOOLS:
            return frozenset()
        everywhere, here = self._vacations.get(None, frozenset()), self._vacations.get(unit)
        return everywhere | here if here else everywhere

    def rostered(self, cadre_id: str) -> frozenset[int]:
        events = [e for e in self.common.rosters.get(cadre_id, ()) if e.recordedtime <= self.known_at]
        if not events:
            return frozenset()
        later = {cast(RosterPublished, e.data).roster_id: e for e in self.standing(RosterPublished)}
        standing = [cast(RosterPublished, e.data) for e in events if later.get(cast(RosterPublished, e.data).roster_id) is e]
        return frozenset(d for r in standing for d in _days(r.from_, r.until))

    @cached_property
    def _heads(self) -> list[tuple[str, int]]:
        """(unit, day after that of the question on which it gets or loses a head, as far as that is known)"""
        known = [e for kind in HEADS for e in self.common.by_type.get(kind, ()) if e.recordedtime <= self.known_at]
        return [(e.subject, e.time.toordinal()) for e in known if e.time > self.as_of]

    def heads_to_come(self, units: Iterable[str]) -> set[int]:
        return {day for unit, day in self._heads if unit in units} if self._heads else set()

    def successor(self, unit: str, day: int) -> list[tuple[int, str]]:
        """From `day` on, whose unit it is: merged units live on in what they were merged into."""
        found, seen = [(day, unit)], {unit}
        while (merger := self.merged.get(found[-1][1])) and merger[1] not in seen:
            start, into = max(merger[0], found[-1][0]), merger[1]
            found = [*(f for f in found if f[0] < start), (start, into)]
            seen.add(into)
        return found

    def workdays(self, cadre_id: str, units: Sequence[tuple[int, str]]) -> Workdays:
        vacations = {unit: self.vacation(unit) for _, unit in units}
        return Workdays(self.calendar, units, vacations, self.rostered(cadre_id), self._totals)


def _policies(events: Sequence[Event]) -> Policies:
    closed = {e.data.year: e.data.closed_on for e in events if isinstance(e.data, AppraisalYearClosed)}
    return Policies(rules(events), closed)


def _calendar(events: Sequence[Event]) -> Calendar:
    highest: dict[int, CalendarPublished] = {}
    for event in events:
        data = cast(CalendarPublished, event.data)
        if data.year not in highest or highest[data.year].version <= data.version:
            highest[data.year] = data
    return Calendar({y: published(y, c.version, c.off_days, c.work_days) for y, c in highest.items()})


def _vacations(events: Sequence[Event]) -> dict[str | None, frozenset[int]]:
    """By unit, None for all schools. A later calendar of the same addressee replaces the vacations that it overlaps."""
    periods: dict[str | None, list[tuple[int, int]]] = defaultdict(list)
    for event in events:
        data = cast(SchoolCalendarPublished, event.data)
        new = [(days[0], days[-1]) for v in data.vacations if (days := _days(v.from_, v.until))]
        kept = [(f, u) for f, u in periods[data.unit_id] if not any(f <= until and first <= u for first, until in new)]
        periods[data.unit_id] = kept + new
    return {unit: frozenset(d for f, u in known for d in range(f, u + 1)) for unit, known in periods.items()}


def _days(first: date, last: date) -> range:
    """The days of a roster or a vacation; nobody means more than a year by one."""
    return range(first.toordinal(), min(last.toordinal(), first.toordinal() + LONGEST) + 1)
