"""The tables of a workbook: which sheets hold one of a kind, and which rows of them are somebody's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.workbooks.book import Book, Sheet, Unreadable
from services.workbooks.cells import Cell, text
from services.workbooks.headings import Heading, Wording, find_heading, is_note, nearest
from services.workbooks.outcome import Place, Understood


def tables(book: Book, wording: Wording, needed: Sequence[str], made: Understood) -> Iterator[tuple[Sheet, Heading]]:
    """Sheets with a heading that names all `needed` fields. A hidden one is not read before somebody says so."""
    for sheet in book.sheets:
        if sheet.name in made.header_rows:
            continue
        if heading := find_heading(sheet, wording, needed, made.columns):
            made.header_rows[sheet.name] = heading.last + 1
            made.described += heading.described
            if read_it(sheet, heading.first, made):
                yield sheet, heading


def read_it(sheet: Sheet, first: int, made: Understood) -> bool:
    """Is the sheet to be read? What is hidden may be last year's copy."""
    return not sheet.hidden or made.ask(Place(sheet.name, first + 1), "hidden_sheet", detail=sheet.name) == "read"


def rows(sheet: Sheet, heading: Heading, name_field: str) -> Iterator[tuple[Place, list[Cell]]]:
    """The rows that are somebody's, with what merged cells say in each."""
    for number, row in enumerate(sheet.below(heading.last + 1), heading.last + 2):
        if not is_note(row, heading.columns.get(name_field, 0)):
            yield Place(sheet.name, number), row


def remark(sheet: Sheet, place: Place, made: Understood) -> None:
    """What the row looks like, for whoever brought it."""
    for there, code in ((sheet.appearance.hidden, "hidden_row"), (sheet.appearance.coloured, "highlighted_row")):
        if place.row in there:
            made.warn(place, code)


def title_of(sheet: Sheet, heading: Heading) -> list[str]:
    """What stands above the table, cell by cell."""
    return [text(cell) for row in sheet.rows[: heading.first] for cell in row if text(cell)]


def no_table(book: Book, wording: Wording, needed: Sequence[str], what: tuple[str, str]) -> Unreadable:
    """Says what was looked for, and what of it was found where it looks most like a heading."""
    usual = {field: names[0] for field, names in wording.items()}
    wanted = "、".join(usual[field] for field in needed)
    zh, en = f"没有找到{what[0]}的表头（{wanted}）", f"no heading of {what[1]} was found ({wanted})"
    found = [(len(named), sheet.name, row, named) for sheet in book.sheets for row, named in [nearest(sheet, wording)] if row]
    if found:
        _, name, row, named = max(found, key=lambda f: f[0])
        lacking = "、".join(usual[field] for field in needed if field not in named)
        zh += f"；“{name}”第 {row} 行最像表头，缺少：{lacking}。可用 --map '列名={lacking.split('、')[0]}' 指明"
        en += f"; row {row} of '{name}' looks most like one and lacks {lacking}: say which column it is with --map 'HEADING=MEANING'"
    return Unreadable(zh, en, "unknown-layout")
