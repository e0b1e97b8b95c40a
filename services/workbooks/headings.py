"""Finding the heading of a table by what its words mean, wherever it begins and however many rows it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.workbooks.book import Sheet
from services.workbooks.cells import Cell, compact, text
from services.workbooks.columns import AS_NAMED, NOTHING, Column, Columns, described, heading_key

Wording = Mapping[str, Sequence[str]]
"""Field → how offices name it, the usual name first. Compared whole, without spaces, brackets and what they hold."""

_FURTHEST = 30
_TOTAL = re.compile(r"(合计|总计|小计|共计|人数|总人数|平均)[:：]?")
_NOTE = re.compile(
    r"(注|备注|说明|填表说明|填报说明|制表人?|填表人|审核人?|考勤员|负责人|单位负责人|联系人|联系电话|图例|符号说明)([:：])?"
)


@dataclass(frozen=True, slots=True)
class Heading:
    columns: dict[str, int]
    first: int
    """Index of the first row of the heading."""
    last: int
    """Index of its last row; the table begins below."""
    described: tuple[Column, ...] = ()
    """Every column with a heading, also those that mean nothing here."""

    def cell(self, row: Sequence[Cell], field: str) -> Cell:
        """Empty when the table has no such column or the row ends before it."""
        column = self.columns.get(field)
        return "" if column is None or column >= len(row) else row[column]

    def named(self, field: str) -> str:
        """What the heading of the field says."""
        return next((column.heading for column in self.described if column.meaning == field), "")


def find_heading(sheet: Sheet, wording: Wording, needed: Sequence[str], columns: Columns = AS_NAMED) -> Heading | None:
    """The first row, or pair of rows, that names all `needed` fields."""
    for index, row in enumerate(sheet.rows[:_FURTHEST]):
        below = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else []
        said = columns.of(row)
        own = _named(row, wording, said)
        if not own:
            continue
        lower = _named(below, wording, said)
        both = _both(row, below, wording, said) if lower else {}
        two = len(both) > len(own) and _is_heading(below, lower)
        candidates = ((both, 1), (own, 0)) if two else ((own, 0), (both, 1))
        for found, height in candidates:
            if all(field in found for field in needed):
                shown = described(sheet.name, row, below if height else (), found, said)
                return Heading(found, index, index + height, tuple(shown))
    return None


def nearest(sheet: Sheet, wording: Wording) -> tuple[int, dict[str, int]]:
    """The row that looks most like a heading, counted from 1, and what it names; (0, {}) when none does."""
    rows = [(len(found), -index, found) for index, row in enumerate(sheet.rows[:_FURTHEST]) if (found := _named(row, wording, {}))]
    best = max(rows, key=lambda r: r[:2], default=None)
    return (1 - best[1], best[2]) if best else (0, {})


def _named(row: Sequence[Cell], wording: Wording, said: Mapping[str, str]) -> dict[str, int]:
    found = {field: column for column, cell in reversed(list(enumerate(row))) if (field := _field(cell, wording, said))}
    return found | {said[heading_key(cell)]: c for c, cell in enumerate(row) if said.get(heading_key(cell), NOTHING) in wording}


def _both(upper: Sequence[Cell], lower: Sequence[Cell], wording: Wording, said: Mapping[str, str]) -> dict[str, int]:
    """A column is named by its lower cell, else by its upper one; a group's name above does not name its columns."""
    merged = [
        under if text(under) else over
        for column in range(max(len(upper), len(lower)))
        for under, over in [(lower[column] if column < len(lower) else "", upper[column] if column < len(upper) else "")]
    ]
    return _named(merged, wording, said)


def _is_heading(row: Sequence[Cell], named: Mapping[str, int]) -> bool:
    """All that the row says are names of columns: it is no row of data."""
    return len(named) == sum(bool(text(cell)) for cell in row)


def _field(cell: Cell, wording: Wording, said: Mapping[str, str]) -> str | None:
    key = heading_key(cell)
    if not key:
        return None
    if key in said:
        return said[key] if said[key] in wording else None
    return next((field for field, names in wording.items() if key in names), None)


def is_note(row: Sequence[Cell], name_column: int) -> bool:
    """A total, a signature line, an explanation below the table, an empty or a prepared row: nobody's row."""
    filled = [column for column, cell in enumerate(row) if text(cell)]
    if not filled:
        return True
    first = compact(row[filled[0]])
    note = _NOTE.match(first)
    if _TOTAL.fullmatch(first) or (note and (note[2] or filled[0] < name_column)):
        return True
    said_name = compact(row[name_column]) if name_column < len(row) else ""
    if _TOTAL.fullmatch(said_name):
        return True
    return not said_name and len(filled) == 1
