"""The workbook that goes back: the rejected rows in the shape in which they came, each with the reason beside it, so that
whoever filled them in can correct them there and hand the same file in again; and a sheet with the questions."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import xlsxwriter

from services.harmless import harmless
from services.workbooks.answering import form_of
from services.workbooks.book import Book, Sheet
from services.workbooks.cells import Cell, text
from services.workbooks.outcome import Question, Rejected, Understood

_BESIDE = ("退回代码 Code", "退回说明 Explanation", "Returned because", "原行号 Row")
QUESTIONS = ("工作表 Sheet", "行号 Row", "代码 Code", "单元格 Cell", "问题", "Question", "可答 Possible answers", "答复 Answer", "编号 Id")
PAGE = "待答问题 Questions"
_LONGEST = 32_000
_MANY = 5_000
"""Rows from which on they are written through a temporary file, each as soon as the next begins."""


def returned(book: Book, made: Understood) -> bytes:
    """An .xlsx file: title, heading, rejected rows, and what stands below the table, for there may be the legend."""
    rows = {*made.accepted, *(r.place for r in made.rejected)}
    file = io.BytesIO()
    small = len(rows) < _MANY
    options = {"in_memory": small, "constant_memory": not small, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as out:
        writer = _Writer(out)
        for sheet in book.sheets:
            heading = made.header_rows.get(sheet.name, 0)
            if own := [r for r in made.rejected if r.sheet == sheet.name]:
                below = [row for number, row in enumerate(sheet.rows, 1) if number > heading and (sheet.name, number) not in rows]
                writer.sheet(sheet, heading, own, below)
        if made.questions:
            writer.questions(made.questions, made.document)
    return file.getvalue()


def answered(book: Book) -> dict[str, str]:
    """What people wrote into the answers of a workbook that came back: by the id of the question."""
    found = {}
    for sheet in book.sheets:
        if sheet.rows and [text(cell) for cell in sheet.rows[0][: len(QUESTIONS)]] == list(QUESTIONS):
            for row in sheet.rows[1:]:
                said, number = row[len(QUESTIONS) - 2], text(row[len(QUESTIONS) - 1])
                if text(said) and number:
                    found[number] = said.strftime("%Y-%m-%d") if isinstance(said, date) else text(said)
    return found


class _Writer:
    def __init__(self, out: xlsxwriter.Workbook) -> None:
        self.out = out
        self.day = out.add_format({"num_format": "yyyy-mm-dd"})
        self.bold = out.add_format({"bold": True})
        self.why = out.add_format({"font_color": "#C00000", "text_wrap": True})

    def sheet(self, sheet: Sheet, heading: int, rejected: Sequence[Rejected], below: Sequence[Sequence[Cell]]) -> None:
        page = self.out.add_worksheet(self._free(sheet.name or "退回"))
        width = max(map(len, sheet.rows), default=0)
        for number, row in enumerate(sheet.rows[:heading]):
            self._row(page, number, row)
        self._row(page, max(heading - 1, 0), _BESIDE, width, self.bold)
        for number, one in enumerate(sorted(rejected, key=lambda r: r.row), heading):
            self._row(page, number, sheet.rows[one.row - 1])
            self._row(page, number, (one.code, one.zh, one.en, one.row), width, self.why)
        for number, note in enumerate(below, heading + len(rejected)):
            self._row(page, number, note)
        page.set_column(width, width + 2, 32)

    def questions(self, questions: Iterable[Question], document: str) -> None:
        page = self.out.add_worksheet(self._free(PAGE))
        self._row(page, 0, QUESTIONS, form=self.bold)
        for number, q in enumerate(questions, 1):
            form = form_of(q.code)
            self._row(page, number, (q.sheet, q.row, q.code, q.raw, q.zh, q.en, f"{form.zh} / {form.en}", "", q.id(document)))
        page.set_column(0, len(QUESTIONS) - 1, 24)

    def _free(self, name: str) -> str:
        """Every reader of workbooks takes more names than Excel does."""
        plain = re.sub(r"[\[\]:*?/\\']", "_", name)[:28]
        taken = {page.get_name().lower() for page in self.out.worksheets()} | {"history"}
        return next(free for n in range(1000) if (free := f"{plain}{n or ''}").lower() not in taken)

    def _row(self, page: object, number: int, cells: Sequence[Cell], first: int = 0, form: object = None) -> None:
        for column, cell in enumerate(cells, first):
            if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
                page.write_number(number, column, cell, form)  # type: ignore[attr-defined]
            elif isinstance(cell, date) and cell.year >= 1900:
                at = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001
                page.write_datetime(number, column, at, self.day)  # type: ignore[attr-defined]
            elif text(cell):
                page.write_string(number, column, harmless(str(cell))[:_LONGEST], form)  # type: ignore[attr-defined]
