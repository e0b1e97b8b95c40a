"""What a cell says, whatever keyboard it was typed on."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from services.harmless import starts_formula

Cell = int | float | str | bool | date | datetime | time | timedelta
"""As python-calamine gives it; an empty cell is an empty string."""

_SPACES = re.compile(r"[\s\u200b\u200c\u200d\ufeff]+")
_DOTS = re.compile("[·•・．.‧∙⋅﹒｡。]")


def text(cell: Cell) -> str:
    """What a person reads in the cell, trimmed: 7.0 is `7`. The apostrophe that keeps a text from being a formula is no part."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    said = str(cell).strip().strip("\u200b\ufeff")
    return said[1:].strip() if said[:1] == "'" and starts_formula(said[1:]) else said


def compact(cell: Cell) -> str:
    """For comparing: width and spaces do not count."""
    return _short(cell) if type(cell) is str and len(cell) < 12 else _compact(cell)


@lru_cache(maxsize=10_000)
def _short(cell: str) -> str:
    """Marks and words come again thousands of times."""
    return _compact(cell)


def _compact(cell: Cell) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text(cell)))


def name_key(cell: Cell) -> str:
    """For comparing names of persons: `张　伟` is `张伟`, and the dot of a name has many shapes."""
    return _DOTS.sub("·", _SPACES.sub("", unicodedata.normalize("NFKC", _DOTS.sub("·", text(cell)))))


def name(cell: Cell) -> str:
    """A person's name as it is recorded: spaces typed for looks are gone, those between Latin letters stay."""
    said = " ".join(text(cell).split())
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", said)
