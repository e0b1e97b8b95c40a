"""What was known at an instant, by type; which of it counts follows for each day. Questions about several days of one instant
share it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import TypeVar, cast

from contracts.message import Event, Fact
from services.compliance.law.counting import ALWAYS, counting, recording

F = TypeVar("F", bound=Fact)
NONE: Sequence[tuple[Event, Fact]] = ()


class Known:
    """`events` in the order of their recording, with what was retracted; `by_type` without it."""

    def __init__(self, events: Sequence[Event], gone: frozenset[str]) -> None:
        self.events = events
        self.gone = gone
        self.by_type: dict[type[Fact], list[Event]] = {}
        for event in events:
            if event.id not in gone:
                kind = type(event.data)
                if kind in self.by_type:
                    self.by_type[kind].append(event)
                else:
                    self.by_type[kind] = [event]
        self._settled: dict[type[Fact], tuple[date, Sequence[tuple[Event, Fact]]]] = {}
        """What counts from a day on, whatever day it is."""

    def of(self, kind: type[F], as_of: date) -> Sequence[tuple[Event, F]]:
        """The counting facts of a type, in the order of their recording."""
        known = self.by_type.get(kind)
        if known is None:
            return cast(Sequence[tuple[Event, F]], NONE)
        settled = self._settled.get(kind)
        if settled is not None and settled[0] <= as_of:
            return cast(Sequence[tuple[Event, F]], settled[1])
        found = [(e, e.data) for e in counting(kind, known, as_of)]
        if kind in ALWAYS:
            self._settled[kind] = date.min, found
        elif all(e.time <= as_of for e in known):
            self._settled[kind] = as_of, found
        return cast(Sequence[tuple[Event, F]], found)

    @cached_property
    def times(self) -> dict[str, date]:
        """By event id, the day from which each fact is true."""
        return {e.id: e.time for e in self.events}

    def all(self, kinds: Iterable[type[Fact]]) -> list[Event]:
        """Of these types, also what begins to count only later."""
        return [e for kind in kinds for e in self.by_type.get(kind, ())]

    def standing(self, kinds: Sequence[type[Fact]], as_of: date) -> list[Event]:
        """The counting facts of several types, in the order of their recording."""
        return sorted((e for kind in kinds for e, _ in self.of(kind, as_of)), key=recording)
