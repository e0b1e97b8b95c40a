"""Finding the heading of a table by what its words mean, wherever it begins and however many rows it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.workbooks.book import Sheet
from services.workbooks.cells import Cell, compact, text

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

    def cell(self, row: Sequence[Cell], field: str) -> Cell:
        """Empty when the table has no such column or the row ends before it."""
        column = self.columns.get(field)
        return "" if column is None or column >= len(row) else row[column]


def find_heading(sheet: Sheet, wording: Wording, needed: Sequence[str]) -> Heading | None:
    """The first row, or pair of rows, that names all `needed` fields."""
    for index, row in enumerate(sheet.rows[:_FURTHEST]):
        below = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else []
        own = _named(row, wording)
        if not own:
            continue
        lower = _named(below, wording)
        both = _both(row, below, wording) if lower else {}
        for columns, height in ((own, 0), (both, 1)):
            if all(field in columns for field in needed):
                if height == 0 and len(both) > len(own) and _is_heading(below, lower):
                    return Heading(both, index, index + 1)
                return Heading(columns, index, index + height)
    return None


def _named(row: Sequence[Cell], wording: Wording) -> dict[str, int]:
    return {field: column for column, cell in reversed(list(enumerate(row))) if (field := _field(cell, wording))}


def _both(upper: Sequence[Cell], lower: Sequence[Cell], wording: Wording) -> dict[str, int]:
    """A column is named by its lower cell, else by its upper one; a group's name above does not name its columns."""
    columns: dict[str, int] = {}
    for column in range(max(len(upper), len(lower))):
        under = lower[column] if column < len(lower) else ""
        over = upper[column] if column < len(upper) else ""
        if field := _field(under if text(under) else over, wording):
            columns.setdefault(field, column)
    return columns


def _is_heading(row: Sequence[Cell], named: Mapping[str, int]) -> bool:
    """All that the row says are names of columns: it is no row of data."""
    return len(named) == sum(bool(text(cell)) for cell in row)


def _field(cell: Cell, wording: Wording) -> str | None:
    said = re.sub(r"[(（【\[].*?[)）】\]]|[*:：]", "", compact(cell))
    return next((field for field, names in wording.items() if said in names), None) if said else None


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
