"""What is about no single cadre: units, calendars, rosters, the law, closed years, complaints. `Common` is prepared once
from the facts and shared by all questions; `Common.at` gives the part of it that counts for a day and an instant."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar, cast

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
from services.compliance.law.counting import RETRACTIONS, recording, retracted
from services.compliance.law.known import Index, KnownBy
from services.compliance.law.policy import Policies, rules
from services.compliance.law.workdays import NO_DAYS, Calendar, Workdays, published

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
        self.retractions = [e for e in self.events if type(e.data) in RETRACTIONS]
        self._known: dict[int, KnownBy] = {}
        self._index = Index(self.events)
        self._systems: dict[tuple[date, int], System] = {}
        self._memory: dict[object, object] = {}

    @classmethod
    def of(cls, events: Iterable[Event]) -> Common:
        return cls(events)

    def extended(self, events: Iterable[Event]) -> Common:
        return Common([*self.events, *events])

    def gone(self, known_at: str) -> frozenset[str]:
        """The ids of what was retracted by then."""
        return self._known_of(bisect_right(self.times, known_at)).gone

    def at(self, as_of: date, known_at: str) -> System:
        known = bisect_right(self.times, known_at)
        key = (as_of, known)
        system = self._systems.get(key)
        if system is None:
            if len(self._systems) >= REMEMBERED:
                self._systems = {}
            system = self._systems[key] = System(self, as_of, self._known_of(known))
        return system

    def _known_of(self, first: int) -> KnownBy:
        """What the first so many facts say."""
        known = self._known.get(first)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known = {}
            until = self.times[first - 1] if first else ""
            gone = retracted(e for e in self.retractions if e.recordedtime <= until)
            known = self._known[first] = KnownBy(self._index, until, gone)
        return known

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
    known: KnownBy
    _memory: dict[object, object] = field(default_factory=dict)
    _due: dict[tuple[str, date, bool], date] = field(default_factory=dict)

    def of(self, kind: type[F]) -> Sequence[tuple[Event, F]]:
        return self.known.of(kind, self.as_of)

    def about(self, kind: type[F], unit: str) -> Sequence[tuple[Event, F]]:
        return self.known.about(kind, unit, self.as_of)

    def remembered(self, key: object, make: Callable[[], T]) -> T:
        """What is the same for all cadres on the day is made once."""
        found = self._memory.get(key)
        if found is None:
            found = self._memory[key] = make()
        return found  # type: ignore[return-value]

    def _once(self, kinds: tuple[type[Fact], ...], make: Callable[[Sequence[Event]], T], *also: object) -> T:
        """What follows from the counting facts of these types."""
        events = self.known.standing(kinds, self.as_of)
        return self.common.once((make, also, *(e.id for e in events)), lambda: make(events))

    @cached_property
    def policies(self) -> Policies:
        return self._once(LAW, _policies)

    @cached_property
    def calendar(self) -> Calendar:
        return self._once((CalendarPublished,), _calendar)

    def unit(self, unit: str) -> UnitRegistered | None:
        """As registered; there are many units, and a question is about few."""
        registered = self.about(UnitRegistered, unit)
        return registered[-1][1] if registered else None

    @cached_property
    def ahead(self) -> Sequence[int]:
        """Days after that of the question on which law or a merger that is known already begins to hold."""
        return [e.time.toordinal() for e in self.known.all((*LAW, UnitMerged)) if e.time > self.as_of]

    @cached_property
    def merged(self) -> dict[str, tuple[int, str]]:
        return {m.unit_id: (m.merged_on.toordinal(), m.into_unit_id) for _, m in self.of(UnitMerged)}

    @cached_property
    def _vacations(self) -> dict[str | None, frozenset[int]]:
        return self._once((SchoolCalendarPublished,), _vacations)

    def calendar_of(self, unit: str) -> Calendar:
        """Less the vacations of the unit."""
        return self.remembered((Calendar, unit), lambda: self.calendar.less(self.vacation(unit)))

    def vacation(self, unit: str) -> frozenset[int]:
        """Vacation days of a unit: none but of schools and kindergartens."""
        registered = self.unit(unit)
        if registered is None or registered.kind not in SCHOOLS:
            return NO_DAYS
        everywhere, here = self._vacations.get(None, NO_DAYS), self._vacations.get(unit)
        return everywhere | here if here else everywhere

    def due(self, parameter: str, trigger: date, *, workdays: bool) -> date:
        """The due day by a deadline as in force on the triggering day."""
        key = parameter, trigger, workdays
        found = self._due.get(key)
        if found is None:
            number = self.policies.on(parameter, trigger).number
            found = self._due[key] = self.calendar.deadline(trigger, number) if workdays else trigger + timedelta(days=number)
        return found

    def rostered(self, cadre_id: str) -> frozenset[int]:
        return frozenset(d for r in self.known.rosters(cadre_id) for d in _days(r.from_, r.until))

    @cached_property
    def _heads(self) -> list[tuple[str, int]]:
        """(unit, day after that of the question on which it gets or loses a head, as far as that is known)"""
        return [(e.subject, e.time.toordinal()) for e in self.known.all(HEADS) if e.time > self.as_of]

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
        calendars = [self.calendar_of(unit) for _, unit in units]
        return Workdays(self.calendar, units, calendars, self.rostered(cadre_id) if any(c.off for c in calendars) else NO_DAYS)


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
