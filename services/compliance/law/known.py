"""What was known at an instant, by type; which of it counts follows for each day. Questions about several days of one instant
share it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import TypeVar, cast

from contracts.assignments import RosterPublished
from contracts.message import Event, Fact
from services.compliance.law.counting import ALWAYS, counting, recording, standing

F = TypeVar("F", bound=Fact)
NONE: Sequence[tuple[Event, Fact]] = ()
REMEMBERED = 1024
TIME, ID_AND_TIME = attrgetter("time"), attrgetter("id", "time")


class Known:
    """`events` in the order of their recording, with what was retracted; `by_type` without it."""

    def __init__(self, events: Sequence[Event], gone: frozenset[str]) -> None:
        self.events = events
        self.gone = gone
        by_type: dict[type[Fact], list[Event]] = defaultdict(list)
        self.by_type: Mapping[type[Fact], list[Event]] = by_type
        kept = events if not gone else [e for e in events if e.id not in gone]
        for event in kept:
            by_type[type(event.data)].append(event)
        self.until = max(map(TIME, kept), default=date.min)
        """The last day on which one of them begins to be true."""
        self._settled: dict[type[Fact], tuple[date, Sequence[tuple[Event, Fact]]]] = {}
        """What counts from a day on, whatever day it is."""

    def of(self, kind: type[F], as_of: date) -> Sequence[tuple[Event, F]]:
        """The counting facts of a type, in the order of their recording."""
        known = self.by_type.get(kind)
        if known is None:
            return NONE  # type: ignore[return-value]
        settled = self._settled.get(kind)
        if settled is not None and settled[0] <= as_of:
            return settled[1]  # type: ignore[return-value]
        begun = known if self.until <= as_of or kind in ALWAYS else [e for e in known if e.time <= as_of]
        found = [(e, e.data) for e in standing(kind, begun)]
        if len(begun) == len(known):
            self._settled[kind] = date.min if kind in ALWAYS else as_of, found
        return found  # type: ignore[return-value]

    @cached_property
    def times(self) -> dict[str, date]:
        """By event id, the day from which each fact is true."""
        return dict(map(ID_AND_TIME, self.events))

    def all(self, kinds: Iterable[type[Fact]]) -> list[Event]:
        """Of these types, also what begins to count only later."""
        return [e for kind in kinds for e in self.by_type.get(kind, ())]


class Index:
    """Facts in the order of their recording, by type. Questions about many instants share what they know of a type when no fact of
    it was recorded between them."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._by_type: dict[type[Fact], list[Event]] = defaultdict(list)
        self._about: dict[tuple[type[Fact], str], list[Event]] = defaultdict(list)
        for event in events:
            self._by_type[type(event.data)].append(event)
            self._about[type(event.data), event.subject].append(event)
        self._times = {kind: [e.recordedtime for e in of] for kind, of in self._by_type.items()}
        self._parts: dict[tuple[type[Fact], int, frozenset[str]], Known] = {}

    def part(self, kind: type[Fact], until: str, gone: frozenset[str]) -> Known:
        key = kind, bisect_right(self._times.get(kind, ()), until), gone
        part = self._parts.get(key)
        if part is None:
            if len(self._parts) >= REMEMBERED:
                self._parts = {}
            part = self._parts[key] = Known(self._by_type.get(kind, [])[: key[1]], gone)
        return part

    def about(self, kind: type[Fact], subject: str) -> Sequence[Event]:
        return self._about.get((kind, subject), ())

    def rosters(self, cadre_id: str) -> Sequence[Sequence[Event]]:
        """Each roster that ever named the cadre, as often as it was published."""
        return self._rosters.get(cadre_id, ())

    @cached_property
    def _rosters(self) -> dict[str, list[list[Event]]]:
        by_id: dict[str, list[Event]] = defaultdict(list)
        for event in self._by_type.get(RosterPublished, ()):
            by_id[cast(RosterPublished, event.data).roster_id].append(event)
        found: dict[str, list[list[Event]]] = defaultdict(list)
        for roster in by_id.values():
            for cadre_id in {i for event in roster for i in cast(RosterPublished, event.data).cadre_ids}:
                found[cadre_id].append(roster)
        return found


class KnownBy:
    """What `Known` is, of an index and an instant."""

    def __init__(self, index: Index, until: str, gone: frozenset[str]) -> None:
        self._index, self._until, self.gone = index, until, gone

    def of(self, kind: type[F], as_of: date) -> Sequence[tuple[Event, F]]:
        return self._index.part(kind, self._until, self.gone).of(kind, as_of)

    def about(self, kind: type[F], subject: str, as_of: date) -> Sequence[tuple[Event, F]]:
        """Of the counting facts of a type, those about one unit; for types whose facts never replace another unit's."""
        known = [e for e in self._index.about(kind, subject) if e.recordedtime <= self._until and e.id not in self.gone]
        return [(e, cast(F, e.data)) for e in counting(kind, known, as_of)]

    def rosters(self, cadre_id: str) -> Iterator[RosterPublished]:
        """Those that name the cadre, each as it was published last."""
        for roster in self._index.rosters(cadre_id):
            known = [cast(RosterPublished, e.data) for e in roster if e.recordedtime <= self._until and e.id not in self.gone]
            if known and cadre_id in known[-1].cadre_ids:
                yield known[-1]

    def all(self, kinds: Iterable[type[Fact]]) -> list[Event]:
        return [e for kind in kinds for e in self._index.part(kind, self._until, self.gone).all((kind,))]

    def standing(self, kinds: Sequence[type[Fact]], as_of: date) -> list[Event]:
        return sorted((e for kind in kinds for e, _ in self.of(kind, as_of)), key=recording)
