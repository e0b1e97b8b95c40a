"""A row that goes back, because something that is needed cannot be read."""

from __future__ import annotations

from datetime import date

from services.workbooks.cells import Cell, text
from services.workbooks.days import NotADay, day


class SentBack(Exception):
    """`code` is one of the reason codes, `raw` what the cell says."""

    def __init__(self, code: str, raw: str) -> None:
        super().__init__(code)
        self.code, self.raw = code, raw


def needed_day(cell: Cell, date1904: bool) -> date:
    """Raises SentBack."""
    try:
        return day(cell, date1904=date1904)
    except NotADay as refusal:
        raise SentBack(refusal.code, text(cell)) from None
