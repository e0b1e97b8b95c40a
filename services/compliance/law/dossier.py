"""What counts about one cadre on a day, as known at an instant: his facts by type, his units, his working days."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from contracts.codes import Grade
from contracts.compliance import GradeConfirmed, GradeRevised
from contracts.message import Event, Fact
from contracts.registry import CadreRegistered, CadreTransferred, PostGradeRecorded
from services.compliance.law.counting import RETRACTIONS, recording, retracted
from services.compliance.law.known import Known
from services.compliance.law.system import Common, System
from services.compliance.law.workdays import Workdays

F = TypeVar("F", bound=Fact)
TIMES, DATA = attrgetter("recordedtime"), attrgetter("data")


class Cadre:
    """All facts about one cadre, in the order of their recording. Others are ignored. `in_order`: there are no others, and they are
    in this order already, each once."""

    def __init__(self, cadre_id: str, events: Iterable[Event], *, in_order: bool = False) -> None:
        self.id = cadre_id
        self.events: Sequence[Event] = list(events) if in_order else _own(cadre_id, events)
        self.times = list(map(TIMES, self.events))
        kinds = set(map(type, map(DATA, self.events)))
        self.retractions = [] if kinds.isdisjoint(RETRACTIONS) else [e for e in self.events if type(e.data) in RETRACTIONS]

    @classmethod
    def of(cls, cadre_id: str, events: Iterable[Event]) -> Cadre:
        return cls(cadre_id, events)

    def extended(self, events: Iterable[Event]) -> Cadre:
        return Cadre(self.id, [*self.events, *events])

    def at(self, common: Common, as_of: date, known_at: str) -> Dossier:
        return Dossier(self, common.at(as_of, known_at), as_of, known_at, self.known(common, known_at))

    def known(self, common: Common, known_at: str) -> Known:
        """The same for every day that is asked about."""
        gone = common.gone(known_at)
        if self.retractions:
            gone = retracted(e for e in (*self.retractions, *common.retractions) if e.recordedtime <= known_at)
        return Known(self.events[: bisect_right(self.times, known_at)], gone)


def _own(cadre_id: str, events: Iterable[Event]) -> list[Event]:
    own = sorted((e for e in events if getattr(e.data, "cadre_id", None) == cadre_id and not e.data.DERIVED), key=recording)
    return list({e.id: e for e in own}.values())


@dataclass(eq=False)
class Dossier:
    cadre: Cadre
    system: System
    as_of: date
    known_at: str
    known: Known
    today: int = field(init=False)
    memory: dict[object, object] = field(default_factory=dict)
    _counting: dict[type[Fact], Sequence[tuple[Event, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.today = self.as_of.toordinal()

    def of(self, kind: type[F]) -> Sequence[tuple[Event, F]]:
        """Counting facts of a type, in the order of their recording."""
        found = self._counting.get(kind)
        if found is None:
            found = self._counting[kind] = self.known.of(kind, self.as_of)
        return found

    def last(self, kind: type[F]) -> tuple[Event, F] | None:
        found = self.of(kind)
        return found[-1] if found else None

    @cached_property
    def units(self) -> list[tuple[int, str]]:
        """(first day, unit): the unit registered holds from the beginning of time, then transfers and mergers."""
        registered = self.last(CadreRegistered)
        moves = [(t.transferred_on.toordinal(), t.to_unit_id) for _, t in self.of(CadreTransferred)]
        moves = [(0, registered[1].unit_id if registered else "-"), *sorted(moves, key=lambda m: m[0])]
        segments: list[tuple[int, str]] = []
        for i, (first, unit) in enumerate(moves):
            end = moves[i + 1][0] if i + 1 < len(moves) else self.today + 1_000_000
            segments += [(day, into) for day, into in self.system.successor(unit, first) if day < end]
        return segments

    @cached_property
    def workdays(self) -> Workdays:
        return self.system.workdays(self.cadre.id, self.units)

    def unit_on(self, day: date) -> str:
        return self.workdays.unit(day.toordinal())

    def category_on(self, day: date) -> tuple[str, Event | None]:
        """Kind of post: as registered, until a later record changes it."""
        records = sorted(((p.from_, e, p.category) for e, p in self.of(PostGradeRecorded) if p.from_ <= day), key=lambda r: r[0])
        if records:
            return records[-1][2], records[-1][1]
        registered = self.last(CadreRegistered)
        return (registered[1].category, registered[0]) if registered else ("professional_technical", None)

    def grade(self, year: int) -> tuple[Grade, Event] | None:
        """The grade in force on the day of the question: the last confirmed or revised."""
        confirmed = [(g.confirmed_on, e, g.grade) for e, g in self.of(GradeConfirmed) if g.year == year]
        revised = [(g.revised_on, e, g.grade) for e, g in self.of(GradeRevised) if g.year == year]
        if not confirmed and not revised:
            return None
        _, event, grade = max(confirmed + revised, key=lambda g: (g[0], recording(g[1])))
        return grade, event
