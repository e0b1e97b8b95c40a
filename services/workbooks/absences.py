"""Absences that a sheet states, held against what earlier sheets of the unit and month stated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.assignments import AbsenceCorrectedPrivate, AbsenceRescindedPrivate, CorrectAbsence, RecordAbsence, RescindAbsence
from contracts.codes import Period
from contracts.message import Fact
from services.workbooks.identity import derived
from services.workbooks.known import Absence


@dataclass(frozen=True, slots=True)
class Away:
    first: date
    last: date
    fraction: float

    def command(self, sheet_id: str, cadre_id: str, unit_id: str) -> RecordAbsence:
        """The id names the sheet and its first day there: said by the same sheet it is the same absence, and a day that one
        sheet took back can be stated again by a later one."""
        absence_id = derived("absence", sheet_id, cadre_id, self.first, self.fraction)
        given = {
            "absence_id": absence_id,
            "cadre_id": cadre_id,
            "unit_id": unit_id,
            "from": self.first,
            "until": self.last,
            "sheet_id": sheet_id,
        }
        return RecordAbsence.model_validate(given | ({"fraction": self.fraction} if self.fraction != 1 else {}))


@dataclass(frozen=True, slots=True)
class Said:
    """What a sheet says of one person: absences, and working days on which it says that they were not away."""

    absences: Sequence[RecordAbsence]
    cleared: set[date]
    answered: frozenset[date] = frozenset()
    """Days that the sheet left open and a person answered."""


def reconcile(said: Said, earlier: Iterable[Absence], working: set[date], *, again: bool, where: str) -> list[Fact]:
    """What is left to record of one person in one month. Days that the sheet leaves open stay as they are, and so does what
    was recorded otherwise than from a sheet. A sheet that comes `again` takes nothing back and restores nothing, for a later one
    may have spoken since; it adds what was answered meanwhile."""
    commands: list[Fact] = []
    late = set(said.answered) if again else set()
    stated = {day: float(a.fraction) for a in said.absences for day in days(a.from_, a.until) if day in working}
    standing: set[date] = set()
    ids = set()
    for absence in earlier:
        ids.add(absence.recorded.absence_id)
        now = absence.days() & working
        wrong = {d for d in now if d in said.cleared or stated.get(d, absence.recorded.fraction) != absence.recorded.fraction}
        if again:
            now, wrong = set(days(absence.recorded.from_, absence.recorded.until)), set()
        elif absence.recorded.sheet_id is None:
            wrong = set()
        if wrong:
            commands.append(_taken_back(absence, wrong, working, where))
        standing |= now - wrong
    for one in said.absences:
        if one.absence_id not in ids:
            commands += _missing(one, standing, working)
        elif late:
            commands += _missing(one, standing | (working - late), working)
    return commands


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def periods(of: Iterable[date]) -> list[Period]:
    """Civil days as periods without gaps, in order."""
    found: list[list[date]] = []
    for day in sorted(of):
        if found and day - found[-1][-1] == timedelta(days=1):
            found[-1].append(day)
        else:
            found.append([day])
    return [Period.model_validate({"from": p[0], "until": p[-1]}) for p in found]


def _taken_back(absence: Absence, wrong: set[date], working: set[date], where: str) -> Fact:
    """A correction names all that is out of the absence, earlier corrections included."""
    reason = f"考勤表更正：{where}"
    of = {"absence_id": absence.recorded.absence_id, "cadre_id": absence.recorded.cadre_id}
    if not (absence.days() & working) - wrong:
        return RescindAbsence(**of, private=AbsenceRescindedPrivate(reason=reason))
    removed = tuple(periods(absence.removed | wrong))
    return CorrectAbsence(**of, removed=removed, private=AbsenceCorrectedPrivate(reason=reason))


def _missing(said: RecordAbsence, standing: set[date], working: set[date]) -> list[Fact]:
    wanted = [day for day in days(said.from_, said.until) if day in working]
    runs: list[list[date]] = []
    open_run = False
    for day in wanted:
        if day in standing:
            open_run = False
        elif open_run:
            runs[-1].append(day)
        else:
            runs.append([day])
            open_run = True
    if runs == [wanted]:
        return [said]
    return [Away(run[0], run[-1], said.fraction).command(str(said.sheet_id), said.cadre_id, said.unit_id) for run in runs]
