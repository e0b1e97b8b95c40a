"""Bytes → sheets of cells. Believes nothing about the file: not its name, not its sizes, not that it is a workbook."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from services.workbooks import biff, plain_table
from services.workbooks.appearance import Appearance, Area, Looks, TooMuch, appearances
from services.workbooks.cells import Cell

MOST_BYTES = 20_000_000
MOST_PLAIN = 10_000_000
"""Bytes of a CSV: a hundred thousand long rows."""
MOST_UNPACKED = 150_000_000
MOST_CELLS = 2_000_000
"""Of a workbook: the spans of its sheets, from their first cell to their last that says something."""
MOST_TEXT = 50_000_000
"""Characters that the cells say, each as often as it is said."""
MOST_AREAS = 100_000
"""Merged areas."""
_REACH = 40
"""Columns over which a merged cell is followed: a month."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Unreadable(Exception):
    """The file is refused as a whole; nothing of it is recorded."""

    def __init__(self, zh: str, en: str, code: str = "unreadable-workbook") -> None:
        super().__init__(f"{code}: {en}")
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: list[list[Cell]]
    """From the first row and column of the sheet, so that row 1 of the workbook is `rows[0]`."""
    date1904: bool = False
    appearance: Appearance = field(default_factory=Appearance)
    merged: Sequence[Area] = ()
    hidden: bool = False

    def below(self, first: int) -> list[list[Cell]]:
        """The rows from index `first` on. A cell merged over several of them says the same in each, except where a row says
        nothing of its own."""
        rows = self.rows[first:]
        for top, column, bottom, _ in self.merged:
            if top < first or top >= len(self.rows) or column >= len(self.rows[top]):
                continue
            for index in range(top + 1 - first, min(bottom + 1 - first, len(rows))):
                own = self.rows[index + first]
                if column < len(own) and own[column] == "" and any(cell != "" for cell in own):
                    rows[index] = [*rows[index][:column], self.rows[top][column], *rows[index][column + 1 :]]
        return rows

    def reaches(self) -> dict[int, dict[int, int]]:
        """Index of a row → column → the column that says it, where a merged cell reaches over several."""
        found: dict[int, dict[int, int]] = {}
        for top, left, bottom, right in self.merged:
            for index in range(top, bottom + 1):
                found.setdefault(index, {}).update(dict.fromkeys(range(left + 1, min(right, left + _REACH) + 1), left))
        return found


@dataclass(frozen=True, slots=True)
class Book:
    sheets: list[Sheet]


def open_book(data: bytes) -> Book:
    """Reads .xlsx, .xls or CSV, told apart by content. Raises Unreadable."""
    if not data.strip(b"\x00 \r\n\t"):
        raise Unreadable("文件是空的", "the file is empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("文件过大（超过 20 MB），请拆分后导入", "the file is larger than 20 MB: split it")
    if data.startswith(b"PK"):
        return _xlsx(data)
    if data.startswith(_OLE):
        return _xls(data)
    if len(data) > MOST_PLAIN:
        raise _too_large()
    try:
        return Book([Sheet("", plain_table.rows(data, MOST_CELLS))])
    except TooMuch:
        raise _too_large() from None
    except ValueError:
        raise _broken() from None


def _locked() -> Unreadable:
    return Unreadable("文件设有密码，请取消密码后再导入", "the workbook is protected by a password; save it without one")


def _broken() -> Unreadable:
    return Unreadable(
        "不是可读的工作簿（.xlsx、.xls、.csv），或文件已损坏", "not a readable workbook (.xlsx, .xls, .csv), or the file is damaged"
    )


def _too_large(detail: str = "") -> Unreadable:
    at_zh, at_en = (f"（{detail}）", f" ({detail})") if detail else ("", "")
    return Unreadable(
        f"工作簿过大{at_zh}，请删去空白处多余的内容，或拆分后导入",
        f"the workbook is too large{at_en}: clear what stands far outside the table, or split it",
    )


def _xlsx(data: bytes) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _no_bomb(archive, data)
            looks = appearances(archive)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError, RuntimeError, OSError, EOFError):
        raise _broken() from None
    return Book(_sheets(data, looks))


def _xls(data: bytes) -> Book:
    if _ENCRYPTED in data:
        raise _locked()
    try:
        looks = biff.looks(data)
    except biff.Locked:
        raise _locked() from None
    except ValueError:
        raise _broken() from None
    return Book(_sheets(data, looks))


def _no_bomb(archive: zipfile.ZipFile, data: bytes) -> None:
    """Unpacks everything piece by piece, trusting no stated size, because the library that reads the cells would not stop."""
    left = MOST_UNPACKED
    for part in archive.infolist():
        if part.flag_bits & 1:
            raise _locked()
        head = data[part.header_offset : part.header_offset + 30]
        start = part.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        packed = data[start : start + part.compress_size]
        if part.compress_type == zipfile.ZIP_STORED:
            left -= len(packed)
        elif part.compress_type == zipfile.ZIP_DEFLATED:
            unpack = zlib.decompressobj(-15)
            while packed and not unpack.eof and left >= 0:
                left -= len(unpack.decompress(packed, 1 << 20))
                packed = unpack.unconsumed_tail
        else:
            raise _broken()
        if left < 0:
            raise Unreadable("文件解压后过大", "the file unpacks to an unreasonable size")


def _sheets(data: bytes, looks: Looks) -> list[Sheet]:
    """What the library would take without bound is measured before it is asked."""
    if looks.cells > MOST_CELLS or looks.text > MOST_TEXT or looks.areas > MOST_AREAS:
        raise _too_large(looks.furthest)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        for meta in book.sheets_metadata:
            if meta.typ is SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(meta.name)
                rows: list[list[Cell]] = list(sheet.to_python(skip_empty_area=False))
                look = looks.sheets.get(meta.name, Appearance())
                hidden = meta.visible is not SheetVisibleEnum.Visible
                found.append(Sheet(meta.name, rows, looks.date1904, look, _merged(sheet, len(rows)), hidden))
    except PasswordError:
        raise _locked() from None
    except (CalamineError, OSError, ValueError):
        raise _broken() from None
    except BaseException as panic:  # a panic of the reading library is no subclass of Exception
        if type(panic).__name__ != "PanicException":
            raise
        raise _broken() from None
    if not found:
        raise Unreadable("工作簿里没有工作表", "the workbook has no sheet")
    return found


def _merged(sheet: CalamineSheet, rows: int) -> list[Area]:
    """Areas within the rows that there are. Raises Unreadable when together they cover more than a workbook may hold."""
    areas = [(top, left, min(bottom, rows - 1), right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or () if top < rows]
    if sum((bottom - top + 1) * min(right - left + 1, _REACH) for top, left, bottom, right in areas) > MOST_CELLS:
        raise _too_large()
    return areas
