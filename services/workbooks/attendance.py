"""Month sheets of attendance → `RecordAbsence`, `CorrectAbsence`, `RescindAbsence`, `ImportAttendanceSheet`.

A sheet says who was away, never why with any force: a mark for leave is a claim, and × is not yet 旷工. Nothing is inferred
from a blank. A later sheet of the same unit and month replaces what earlier sheets said wherever it can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.assignments import ImportAttendanceSheet, RecordAbsence
from services.workbooks.absences import Away, Said, reconcile
from services.workbooks.book import Book, Sheet
from services.workbooks.cells import Cell, compact, name, name_key, text
from services.workbooks.headings import is_note
from services.workbooks.identity import derived, digest_of
from services.workbooks.known import Cadre, Known
from services.workbooks.legend import AWAY, Legend, Mark, find_legend
from services.workbooks.month_sheet import WORDING, Frame, find_frame
from services.workbooks.outcome import Place, Proposed, Understood
from services.workbooks.tables import no_table, read_it, remark

Workday = Callable[[date], bool | None]
Named = Mapping[str, Sequence[Cadre]]


def read_attendance(book: Book, known: Known, workday: Workday, file_name: str = "", made: Understood | None = None) -> Understood:
    """`known`: the units, the cadres with their names, and what earlier sheets said. Raises Unreadable when no sheet has a
    name column and day columns."""
    made = made or Understood()
    named = known.by_name()
    for sheet in book.sheets:
        if frame := find_frame(sheet, file_name, known, made.columns):
            made.header_rows[sheet.name] = frame.last_heading + 1
            made.described += frame.described
            if read_it(sheet, frame.first_heading, made):
                _SheetReader(sheet, frame, known, named, workday, made).read()
    if not made.header_rows:
        raise no_table(book, WORDING, ("name",), ("考勤表（姓名和1—31日各栏）", "attendance with columns for the days 1 to 31"))
    return made


@dataclass(frozen=True, slots=True)
class _Row:
    place: Place
    cells: list[Cell]
    name: str
    marks: dict[int, Cell]


class _SheetReader:
    def __init__(self, sheet: Sheet, frame: Frame, known: Known, named: Named, workday: Workday, made: Understood) -> None:
        self.sheet, self.frame, self.known, self.named, self.made = sheet, frame, known, named, made
        self.head = Place(sheet.name, frame.first_heading + 1)
        self.legend: Legend = find_legend(sheet.rows)
        self.workdays = {d.day: workday(d) for d in frame.days()}
        reaches = sheet.reaches()
        self.rows = [
            _Row(
                Place(sheet.name, number),
                row,
                name(row[frame.name]) if frame.name < len(row) else "",
                self._reaching(number - 1, row, reaches),
            )
            for number, row in enumerate(sheet.below(frame.last_heading + 1), frame.last_heading + 2)
            if not is_note(row, frame.name)
        ]
        self.for_all: dict[int, Mark] = {}
        """What was answered about days that nobody has a mark on."""

    def _reaching(self, index: int, row: Sequence[Cell], reaches: Mapping[int, Mapping[int, int]]) -> dict[int, Cell]:
        """A mark that is merged over several days stands in each of them."""
        marks = self.frame.marks(row)
        for column, left in reaches.get(index, {}).items():
            if column in self.frame.columns and left in self.frame.columns and left < len(row):
                marks[self.frame.columns[column]] = row[left]
        return marks

    def read(self) -> None:
        if code := self.frame.refused or ("calendar_missing" if None in self.workdays.values() else None):
            for row in self.rows:
                self.made.reject(row.place, code, row.name)
            return
        unmarked = self._unmarked()
        for day in unmarked:
            if answer := self.made.ask(self.head, "working_day_unmarked", detail=self._day(day)):
                self.for_all[day] = Mark(answer)
        self._persons(set(unmarked))

    def _unmarked(self) -> list[int]:
        """Working days that nobody has a mark on. One person's lonely blank is a forgotten make-up day only at a weekend."""

        def empty(row: _Row, day: int) -> bool:
            said = row.marks.get(day, "")
            return not compact(said) or self.legend.read(said) == Mark.rest

        return [
            day
            for day, worked in self.workdays.items()
            if worked
            and self.rows
            and all(empty(row, day) for row in self.rows)
            and any(not compact(row.marks.get(day, "")) for row in self.rows)
            and (len(self.rows) > 1 or date(self.frame.month.year, self.frame.month.month, day).weekday() > 4)
        ]

    def _persons(self, unmarked: set[int]) -> None:
        unit_id = self.frame.unit_id
        working = {self.frame.month.replace(day=d) for d, worked in self.workdays.items() if worked}
        month = f"{self.frame.month:%Y-%m}"
        digest = digest_of(unit_id, month, [[text(cell) for cell in row] for row in self.sheet.rows])
        sheet_id = derived("sheet", unit_id, month, digest)
        again = sheet_id in self.known.sheets
        replaces = (unit_id, month) in self.known.sheets.values()
        recorded = self.known.absences_of(unit_id)
        said: list[RecordAbsence] = []
        seen: set[str] = set()
        for row in self.rows:
            cadre = self._cadre(row, unit_id, seen)
            if cadre is None:
                continue
            seen.add(cadre.cadre_id)
            away, cleared, answered = self._marks(row, cadre, unmarked)
            absences = [absence.command(sheet_id, cadre.cadre_id, unit_id) for absence in self._grouped(away)]
            said += absences
            where = f"{month} {self.sheet.name} {row.place.row}"
            told = Said(absences, cleared, frozenset(answered))
            commands = reconcile(told, recorded.get(cadre.cadre_id, []), working, again=again, where=where)
            self.made.accept(row.place, commands, repeated=replaces and not commands)
            remark(self.sheet, row.place, self.made)
        if not again:
            sheet = ImportAttendanceSheet(sheet_id=sheet_id, unit_id=unit_id, month=month, sha256=digest, absences=len(said))
            self.made.proposed.append(Proposed(sheet, *self.head))

    def _cadre(self, row: _Row, unit_id: str, seen: set[str]) -> Cadre | None:
        if not row.name:
            self.made.reject(row.place, "missing_required")
            return None
        if any(compact(cell) in ("上午", "下午") for cell in row.cells):
            self.made.reject(row.place, "half_day_rows", row.name)
            return None
        first, last = self.frame.month, self.frame.last_day
        fitting = [c for c in self.named.get(name_key(row.name), []) if c.in_unit(unit_id, first, last)]
        if len(fitting) > 1:
            fitting = [c for c in fitting if not (c.retired_on and c.retired_on < first)] or fitting
        if len(fitting) != 1:
            self.made.reject(row.place, "ambiguous_person" if fitting else "unknown_person", row.name)
        elif fitting[0].retired_on and fitting[0].retired_on < first:
            self.made.reject(row.place, "after_retirement", row.name)
        elif fitting[0].cadre_id in seen:
            self.made.reject(row.place, "duplicate_row", row.name)
        else:
            return fitting[0]
        return None

    def _marks(self, row: _Row, cadre: Cadre, unmarked: set[int]) -> tuple[dict[date, Mark], set[date], set[date]]:
        """Working days away with their marks, working days on which the sheet says otherwise, and those of both that a person
        answered."""
        away: dict[date, Mark] = {}
        cleared: set[date] = set()
        answered: set[date] = set()
        warned: set[str] = set()
        for day, cell in sorted(row.marks.items()):
            if day in self.workdays and cadre.retired_on and self.frame.month.replace(day=day) > cadre.retired_on:
                continue
            mark = self.legend.read(cell) if compact(cell) else Mark.rest
            if code := self._question(day, cell, unmarked):
                answer = self.made.ask(row.place, code, text(cell), self._day(day))
                if answer is None or day not in self.workdays:
                    continue
                mark = Mark(answer)
                answered.add(self.frame.month.replace(day=day))
            elif mark is Mark.rest and day in self.for_all:
                mark = self.for_all[day]
                answered.add(self.frame.month.replace(day=day))
            if day not in self.workdays or not isinstance(mark, Mark) or mark is Mark.rest:
                continue
            on = self.frame.month.replace(day=day)
            if mark is Mark.vacation:
                warned.add("vacation_marked")
                cleared.add(on)
            elif not self.workdays[day]:
                warned.add("absence_on_non_working_day" if mark in AWAY else "mark_on_rest_day")
            elif mark in AWAY:
                away[on] = mark
            else:
                cleared.add(on)
        for code in sorted(warned):
            self.made.warn(row.place, code)
        return away, cleared, answered

    def _question(self, day: int, cell: Cell, unmarked: set[int]) -> str | None:
        """Why the day cannot be read without asking a person."""
        if day not in self.workdays:
            return "day_outside_month" if compact(cell) else None
        worked = self.workdays[day] and day not in unmarked
        if not compact(cell):
            return "blank_on_working_day" if worked else None
        mark = self.legend.read(cell)
        if not isinstance(mark, Mark):
            return mark
        return "rest_marked_on_working_day" if mark is Mark.rest and worked else None

    def _grouped(self, away: dict[date, Mark]) -> Iterable[Away]:
        """Periods of one mark over working days without a gap; days that are not worked lie inside a period and count nowhere."""
        working = [self.frame.month.replace(day=d) for d, worked in self.workdays.items() if worked]
        period: list[date] = []
        for on in [*working, self.frame.last_day + timedelta(days=1)]:
            if period and away.get(on) is not away[period[-1]]:
                yield Away(period[0], period[-1], 0.5 if away[period[0]] is Mark.half_day_away else 1)
                period = []
            if on in away:
                period.append(on)

    def _day(self, day: int) -> str:
        return f"{self.frame.month:%Y-%m}-{day:02}"
