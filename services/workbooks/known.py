"""What is registered and recorded already, as a reader needs it: a fold over facts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from contracts import assignments as a
from contracts import compliance as c
from contracts import registry as r
from contracts.message import Event, Fact
from services.workbooks.cells import Cell, compact, name_key
from services.workbooks.rehearsing import Rehearsal

_DISTRICT = re.compile(r".+[省市区县州盟旗]")


@dataclass(slots=True)
class Cadre:
    cadre_id: str
    registered: r.CadreRegistered
    name: str = ""
    units: list[tuple[date, str]] = field(default_factory=list)
    """Where they belong, from which day."""
    exits: list[r.CadreExited] = field(default_factory=list)
    retired_on: date | None = None

    def unit_on(self, day: date) -> str:
        return [unit for since, unit in self.units if since <= day or since == date.min][-1]

    def in_unit(self, unit_id: str, first: date, last: date) -> bool:
        """On any day of the period."""
        return self.unit_on(first) == unit_id or any(unit == unit_id and first <= since <= last for since, unit in self.units)


@dataclass(slots=True)
class Absence:
    recorded: a.AbsenceRecorded
    removed: set[date] = field(default_factory=set)
    rescinded: bool = False

    def days(self) -> set[date]:
        if self.rescinded:
            return set()
        return {d for d in _days(self.recorded.from_, self.recorded.until) if d not in self.removed}


@dataclass(slots=True)
class Known:
    units: dict[str, list[str]] = field(default_factory=dict)
    """Id → names, the present one last."""
    kinds: dict[str, str] = field(default_factory=dict)
    cadres: dict[str, Cadre] = field(default_factory=dict)
    absences: dict[str, Absence] = field(default_factory=dict)
    sheets: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Attendance sheets imported: id → unit, month."""
    rehearsal: Rehearsal = field(default_factory=Rehearsal)
    branch: str | None = None
    """The unit whose branch asks; None for whoever knows of everybody."""
    _held: set[str] = field(default_factory=set)
    """Talks and training that were recorded, each in its words."""
    _called: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Known:
        known = cls()
        for fact in facts:
            known.add(fact)
        return known

    def name(self, names: Mapping[str, str]) -> None:
        """Names of cadres by id; facts seldom carry them, because they are private."""
        for cadre_id, said in names.items():
            if said and cadre_id in self.cadres:
                self.cadres[cadre_id].name = said

    def see(self, event: Event, retracted: bool) -> None:
        """A retracted fact is as if never recorded; whoever decides looks at the retraction."""
        if not retracted:
            self._add(event.data)
        self.rehearsal.keep(event)

    def add(self, fact: Fact) -> None:
        self._add(fact)
        self.rehearsal.add(fact)

    def holds(self, command: Fact) -> bool:
        """Is this talk or training recorded already?"""
        return _words(command) in self._held

    def _add(self, fact: Fact) -> None:
        self._called.clear()
        match fact:
            case r.UnitRegistered():
                self.units.setdefault(fact.unit_id, []).append(fact.name)
                self.kinds[fact.unit_id] = fact.kind
            case r.UnitRenamed():
                self.units.setdefault(fact.unit_id, []).append(fact.name)
            case r.CadreRegistered():
                cadre = Cadre(fact.cadre_id, fact, fact.private.name if fact.private else "", [(date.min, fact.unit_id)])
                self.cadres.setdefault(fact.cadre_id, cadre)
            case r.CadreTransferred() if fact.cadre_id in self.cadres:
                self.cadres[fact.cadre_id].units.append((fact.transferred_on, fact.to_unit_id))
                self.cadres[fact.cadre_id].units.sort()
            case r.CadreExited() if fact.cadre_id in self.cadres:
                self.cadres[fact.cadre_id].exits.append(fact)
            case r.RetirementCompleted() if fact.cadre_id in self.cadres:
                self.cadres[fact.cadre_id].retired_on = fact.completed_on
            case _:
                self._add_later(fact)

    def _add_later(self, fact: Fact) -> None:
        """What happened to those who are registered."""
        match fact:
            case a.AbsenceRecorded():
                self.absences.setdefault(fact.absence_id, Absence(fact))
            case a.AbsenceCorrected() if fact.absence_id in self.absences:
                for period in fact.removed:
                    self.absences[fact.absence_id].removed.update(_days(period.from_, period.until))
            case a.AbsenceRescinded() if fact.absence_id in self.absences:
                self.absences[fact.absence_id].rescinded = True
            case r.PostGradeRecorded() if fact.cadre_id in self.cadres and self.cadres[fact.cadre_id].registered.post_grade is None:
                cadre = self.cadres[fact.cadre_id]
                cadre.registered = cadre.registered.model_copy(update={"post_grade": fact.post_grade})
            case c.ExitTalkHeld() | c.UnitTalkHeld() | c.ThoughtExchangeHeld() | c.TrainingAttended():
                self._held.add(_words(fact))
            case a.AttendanceSheetImported():
                self.sheets[fact.sheet_id] = (fact.unit_id, fact.month)
            case _:
                pass

    def unit(self, said: Cell) -> str | None:
        """The one unit that is so called. The district's name in front may be left out, nothing else."""
        wanted = compact(said)
        if not wanted:
            return None
        if wanted not in self._called:
            self._called[wanted] = self._unit(wanted)
        return self._called[wanted]

    def _unit(self, wanted: str) -> str | None:
        found = {unit for unit, names in self.units.items() if unit == wanted or any(_same(compact(n), wanted) for n in names)}
        return found.pop() if len(found) == 1 else None

    def by_name(self) -> dict[str, list[Cadre]]:
        """Cadres by `name_key`."""
        found: dict[str, list[Cadre]] = defaultdict(list)
        for cadre in self.cadres.values():
            found[name_key(cadre.name)].append(cadre)
        return found

    def absences_of(self, unit_id: str) -> dict[str, list[Absence]]:
        """By cadre."""
        found: dict[str, list[Absence]] = defaultdict(list)
        for absence in self.absences.values():
            if absence.recorded.unit_id == unit_id:
                found[absence.recorded.cadre_id].append(absence)
        return found


def _words(fact: Fact) -> str:
    return f"{fact.event_name()} {sorted(fact.public().items())}"


def _same(registered: str, wanted: str) -> bool:
    return registered == wanted or (registered.endswith(wanted) and _DISTRICT.fullmatch(registered.removesuffix(wanted)) is not None)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
