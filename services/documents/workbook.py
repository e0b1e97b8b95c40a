"""A book as an .xlsx file: headings that stay in view and are repeated in print, A4, real dates, and no cell that a spreadsheet takes
for a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from math import ceil
from typing import Any

import xlsxwriter

from contracts.labels import Language
from services.documents.table import Book, Cell, Sheet
from services.documents.words import said
from services.harmless import harmless

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A4 = 9
LONGEST = 32_767
"""Characters that a cell holds."""
LINE, AIR = 15, 7
"""Points of a line, and what a row has around its lines."""
WIDE, NARROW, FIRST_WIDE = 2.1, 1.1, 0x2E7F
"""How much of a column's width a Chinese character takes, and another; the former come after this one."""
FINE = 1.35
"""So much more of it fits."""
HEADING, GREY = "#DCE6F1", "#D9D9D9"
ALIGNED: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True, "align": "left"},
    "number": {"align": "right"},
    "fine": {"text_wrap": True, "font_size": 8},
}
FONT = "等线"
"""A name only: where it is not there the reader's own Chinese font stands in."""


def workbook(book: Book, lang: Language = "zh") -> bytes:
    """The same book gives the same bytes."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as out:
        out.set_properties({"title": book.title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
        looks = _Looks(out)
        for sheet in book.sheets:
            _Page(out, looks, sheet, lang).draw()
    return file.getvalue()


class _Looks:
    """The formats of a file, each made once."""

    def __init__(self, out: xlsxwriter.Workbook) -> None:
        self._out, self._made = out, dict[tuple[Any, ...], Any]()

    def __call__(self, **wanted: Any) -> Any:
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._out.add_format({"font_name": FONT, "font_size": 11, "valign": "vcenter"} | wanted)
        return self._made[key]


class _Page:
    def __init__(self, out: xlsxwriter.Workbook, looks: _Looks, sheet: Sheet, lang: Language) -> None:
        self.page: Any = out.add_worksheet(sheet.name[:31])
        self.looks, self.sheet, self.lang = looks, sheet, lang
        self.last = len(sheet.columns) - 1
        self.two_lines = any(c.below for c in sheet.columns)

    def draw(self) -> None:
        title = self.looks(bold=True, font_size=16, align="center", text_wrap=True)
        self._across(0, self.sheet.title, title, self._height(self.sheet.title, 1.6) * 1.6)
        row = 1
        for line in self.sheet.about:
            self._across(row, line, self.looks(text_wrap=True), self._height(line))
            row += 1
        heading = row
        row = self._headings(row)
        for number, cells in enumerate(self.sheet.rows):
            self._cells(row + number, cells, bold=self.sheet.total and number == len(self.sheet.rows) - 1)
        row += len(self.sheet.rows)
        if not self.sheet.rows:
            self._across(row, said(self.lang, "（无记录）", "(nothing recorded)"), self.looks(align="center", border=1), LINE + AIR)
            row += 1
        for line in self.sheet.notes:
            self._across(row, line, self.looks(text_wrap=True, font_size=10), self._height(line))
            row += 1
        self._print(heading, row - 1)

    def _headings(self, row: int) -> int:
        """The row after them."""
        last = row + (1 if self.two_lines else 0)
        self.page.set_row(row, LINE * max(_lines(c.heading, c.width - 1) for c in self.sheet.columns) + AIR)
        for at, column in enumerate(self.sheet.columns):
            look = self.looks(bold=True, align="center", border=1, text_wrap=True, bg_color=GREY if column.grey else HEADING)
            self.page.set_column(at, at, column.width)
            if self.two_lines and not column.below:
                self.page.merge_range(row, at, last, at, harmless(column.heading), look)
            else:
                self.page.write_string(row, at, harmless(column.heading), look)
                if self.two_lines:
                    self.page.write_string(last, at, harmless(column.below), look)
        self.page.freeze_panes(last + 1, self.sheet.fixed)
        self.page.repeat_rows(row, last)
        return last + 1

    def _cells(self, row: int, cells: Sequence[Cell], bold: bool) -> None:
        lines = max(
            _lines(cell, column.width * (FINE if column.kind == "fine" else 1))
            for column, cell in zip(self.sheet.columns, cells, strict=True)
        )
        self.page.set_row(row, lines * LINE + AIR)
        for at, (column, cell) in enumerate(zip(self.sheet.columns, cells, strict=True)):
            look: dict[str, Any] = {"border": 1, "bold": bold} | ({"bg_color": GREY} if column.grey else {})
            look |= ALIGNED.get(column.kind, {"align": "center"})
            if isinstance(cell, date):
                at_day = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 -- a civil day
                self.page.write_datetime(row, at, at_day, self.looks(**look | {"num_format": "yyyy-mm-dd"}))
            elif isinstance(cell, int | float):
                self.page.write_number(row, at, cell, self.looks(**look))
            elif cell:
                self.page.write_string(row, at, harmless(cell)[:LONGEST], self.looks(**look))
            else:
                self.page.write_blank(row, at, None, self.looks(**look))

    def _across(self, row: int, line: str, look: Any, height: float) -> None:
        if self.last:
            self.page.merge_range(row, 0, row, self.last, harmless(line), look)
        else:
            self.page.write_string(row, 0, harmless(line), look)
        self.page.set_row(row, height)

    def _height(self, line: str, scale: float = 1.0) -> float:
        return LINE * _lines(line, sum(c.width for c in self.sheet.columns) / scale) + AIR

    def _print(self, heading: int, last: int) -> None:
        self.page.set_paper(A4)
        if self.sheet.landscape:
            self.page.set_landscape()
        self.page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.page.fit_to_pages(1, 0)
        self.page.center_horizontally()
        self.page.print_area(0, 0, last, self.last)
        self.page.set_footer(said(self.lang, "&C第 &P 页，共 &N 页&R&A", "&Cpage &P of &N&R&A"))
        self.page.set_header("", {"margin": 0.3})
        if self.sheet.rows and not self.two_lines:
            self.page.autofilter(heading, 0, heading + len(self.sheet.rows) - (1 if self.sheet.total else 0), self.last)


def _lines(cell: Cell, width: float) -> int:
    """That a text takes: not every program finds out by itself, and none does of merged cells."""
    if not isinstance(cell, str):
        return 1
    return sum(max(1, ceil(sum(WIDE if ord(c) > FIRST_WIDE else NARROW for c in part) / (width - 1))) for part in cell.split("\n"))
