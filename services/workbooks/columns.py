"""Which column means what: proposed from the headings, corrected by a person, remembered for the layout.

A layout is known by its headings: the same headings in the same order are the same layout, whatever stands below them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.workbooks.appearance import cell_name
from services.workbooks.cells import Cell, compact, text
from services.workbooks.identity import digest_of

NOTHING = "-"
"""The meaning of a column that is not to be read."""
_YEAR = re.compile(r"^\d{4}年?度?")


def heading_key(cell: Cell) -> str:
    """A heading as it is compared: without spaces, marks, a leading year, and brackets with what they hold."""
    said = re.sub(r"[(（【\[].*?[)）】\]]|[*:：]", "", compact(cell))
    return _YEAR.sub("", said) or said


def fingerprint(row: Sequence[Cell]) -> str:
    """Of a layout, by the row of its headings."""
    return digest_of("layout", [compact(cell) for cell in row])[:20]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet that was read: its letter, its heading, and its meaning if it has one. `said` when a person said so."""

    sheet: str
    letter: str
    heading: str
    meaning: str | None
    said: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """What people said about headings. `given` counts now and everywhere, `remembered` for the layouts that it names."""

    given: Mapping[str, str] = field(default_factory=dict)
    """Heading → meaning."""
    remembered: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Fingerprint → heading → meaning."""

    def of(self, row: Sequence[Cell]) -> dict[str, str]:
        """What was said about the headings of this row, by `heading_key`."""
        if not self.given and not self.remembered:
            return {}
        found = {**self.remembered.get(fingerprint(row), {}), **self.given}
        return {heading_key(heading): meaning for heading, meaning in found.items()}


AS_NAMED = Columns()


def letter(column: int) -> str:
    """`A` is column 0."""
    return cell_name(column + 1, 0)


def described(sheet: str, row: Sequence[Cell], below: Sequence[Cell], columns: Mapping[str, int], said: Mapping[str, str]) -> list[Column]:
    """Every column with a heading. A column is named by its lower cell, else by its upper one."""
    meanings = {column: meaning for meaning, column in columns.items()}
    found = []
    for index in range(max(len(row), len(below))):
        under = below[index] if index < len(below) else ""
        over = row[index] if index < len(row) else ""
        heading = under if text(under) else over
        if text(heading):
            found.append(Column(sheet, letter(index), text(heading), meanings.get(index), heading_key(heading) in said))
    return found
