"""A workbook as it is meant: sheets with a title, headings and rows of plain values. Nothing of how it looks in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Cell = str | int | float | date | None
Kind = Literal["text", "day", "number", "short", "fine"]
"""`short` is centred: marks, states, numbers of a line. `fine`: ids that are there to be looked up, in small type."""


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in characters of Latin script; a Chinese one takes two."""

    heading: str
    width: float
    kind: Kind = "text"
    below: str = ""
    """A second heading under the first."""
    grey: bool = False
    """Its cells stand back: a day that is not worked."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`about` stands under the title, `notes` under the rows; both are lines of text. A sheet without rows says so."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    about: Sequence[str] = ()
    notes: Sequence[str] = ()
    landscape: bool = True
    fixed: int = 0
    """So many columns stay in view beside the headings."""
    total: bool = False
    """The last row is a sum."""


@dataclass(frozen=True, slots=True)
class Book:
    """`stem`: what its file is called, ids and days only; a name of a person belongs in no file name."""

    stem: str
    sheets: Sequence[Sheet]
    title: str = field(default="")
