"""The frame of an attendance sheet: whose it is, which month, which column is which day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.workbooks.book import Sheet
from services.workbooks.cells import Cell, compact, text
from services.workbooks.columns import AS_NAMED, Column, Columns, described, heading_key
from services.workbooks.known import Known
from services.workbooks.people import NAME

WORDING = {"name": NAME}
_WEEKDAYS = "一二三四五六日"
_MONTH = re.compile(r"(\d{4})年(\d{1,2})月(?:份)?(?!\d{1,2}[日号])")
_FILED = re.compile(r"(?<!\d)(\d{4})[-_.年]?(\d{1,2})月?(?!\d)")
_UNIT = re.compile(r"(?:填报|所在|考勤)?单位(?:名称)?(?:\(.*?\))?[:：](.+?)(?:填报日期.*|日期.*)?")
_FEWEST_DAYS = 15


@dataclass(frozen=True, slots=True)
class Frame:
    unit_id: str
    month: date
    """Its first day."""
    refused: str | None
    """The code when unit or month cannot be known for certain; then they mean nothing."""
    name: int
    columns: dict[int, int]
    """Column → day, also days that the month does not have."""
    first_heading: int
    last_heading: int
    described: tuple[Column, ...] = ()
    """The columns that are no days, with their meanings."""

    @property
    def last_day(self) -> date:
        return self.month.replace(day=calendar.monthrange(self.month.year, self.month.month)[1])

    def days(self) -> list[date]:
        return [self.month.replace(day=d) for d in range(1, self.last_day.day + 1)]

    def marks(self, row: Sequence[Cell]) -> dict[int, Cell]:
        """By day; a month that has fewer columns than days leaves the others out."""
        return {day: row[column] for column, day in self.columns.items() if column < len(row)}


def find_frame(sheet: Sheet, file_name: str, known: Known, said: Columns = AS_NAMED) -> Frame | None:
    """None when the sheet is none of attendance."""
    for index, row in enumerate(sheet.rows[:30]):
        named = said.of(row)
        name = next((c for c, cell in enumerate(row) if named.get(heading_key(cell)) == "name"), None)
        if name is None:
            name = next((c for c, cell in enumerate(row) if heading_key(cell) in NAME and heading_key(cell) not in named), None)
        if name is None:
            continue
        for days_at in (index, index + 1):
            if days_at < len(sheet.rows) and len(columns := _columns(sheet.rows[days_at])) >= _FEWEST_DAYS:
                weekdays = _weekdays(sheet.rows[days_at + 1], columns) if days_at + 1 < len(sheet.rows) else {}
                above = [compact(cell) for upper in sheet.rows[:index] for cell in upper if text(cell)]
                month = _month(above, sheet.name, file_name)
                units = _units(above, sheet.name, known)
                refused = "unknown_unit" if not units else "unit_unclear" if len(units) > 1 else None
                if month is None or not _fits(month, weekdays):
                    refused = refused or "month_unclear"
                last = days_at + 1 if weekdays else days_at
                shown = [c for c in described(sheet.name, row, (), {"name": name}, named) if not c.heading.rstrip("日号").isdigit()]
                known_unit = units[0] if units else ""
                return Frame(known_unit, month or date(2000, 1, 1), refused, name, columns, index, last, tuple(shown))
    return None


def _columns(row: Sequence[Cell]) -> dict[int, int]:
    found: dict[int, int] = {}
    for column, cell in enumerate(row):
        said = str(cell.day) if isinstance(cell, date) else compact(cell).rstrip("日号")
        if said.isdigit() and 1 <= int(said) <= 31 and int(said) not in found.values():
            found[column] = int(said)
    return found


def _weekdays(row: Sequence[Cell], columns: dict[int, int]) -> dict[int, int]:
    """Day → weekday (Monday 0), when the row says weekdays."""
    found = {}
    for column, day in columns.items():
        said = re.sub("^(星期|周)", "", compact(row[column]) if column < len(row) else "").replace("天", "日")
        if said and said in _WEEKDAYS:
            found[day] = _WEEKDAYS.index(said)
    return found if len(found) >= _FEWEST_DAYS else {}


def _fits(month: date, weekdays: dict[int, int]) -> bool:
    last = calendar.monthrange(month.year, month.month)[1]
    return all(month.replace(day=day).weekday() == weekday for day, weekday in weekdays.items() if day <= last)


def _month(above: Sequence[str], sheet_name: str, file_name: str) -> date | None:
    """As the title says; else the name of the sheet or of the file. Two different months are none."""
    for found in ([m for said in above for m in _MONTH.findall(said)], _FILED.findall(sheet_name), _FILED.findall(file_name)):
        months = {(int(y), int(m)) for y, m in found if 2000 <= int(y) <= 2100 and 1 <= int(m) <= 12}
        if months:
            return date(*months.pop(), 1) if len(months) == 1 else None
    return None


def _units(above: Sequence[str], sheet_name: str, known: Known) -> list[str]:
    """Every unit that the sheet names. A unit line that names none that is registered is decisive."""
    lines = [found[1] for said in above if (found := _UNIT.fullmatch(said))]
    stated = [known.unit(line) for line in lines]
    if None in stated:
        return []
    titles = [re.split(r"\d{4}年", said)[0] for said in above]
    return sorted({unit for unit in [*stated, *map(known.unit, titles), known.unit(sheet_name)] if unit})
