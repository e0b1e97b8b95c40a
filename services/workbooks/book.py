"""Bytes → sheets of cells. Believes nothing about the file: not its name, not its sizes, not that it is a workbook."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from services.workbooks.appearance import Appearance, appearances
from services.workbooks.cells import Cell

MOST_BYTES = 30_000_000
MOST_UNPACKED = 200_000_000
MOST_CELLS = 4_000_000
MOST_COLUMNS = 16_384
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


@dataclass(frozen=True, slots=True)
class Book:
    sheets: list[Sheet]


def open_book(data: bytes) -> Book:
    """Reads .xlsx, .xls or CSV, told apart by content. Raises Unreadable."""
    if not data.strip(b"\x00 \r\n\t"):
        raise Unreadable("文件是空的", "the file is empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("文件过大（超过 30 MB）", "the file is larger than 30 MB")
    if data.startswith(b"PK"):
        return _xlsx(data)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _locked()
        return Book(_sheets(data, {}, False))
    return Book([_table(data)])


def _locked() -> Unreadable:
    return Unreadable("文件设有密码，请取消密码后再导入", "the workbook is protected by a password; save it without one")


def _broken() -> Unreadable:
    return Unreadable(
        "不是可读的工作簿（.xlsx、.xls、.csv），或文件已损坏", "not a readable workbook (.xlsx, .xls, .csv), or the file is damaged"
    )


def _xlsx(data: bytes) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _no_bomb(archive, data)
            looks, date1904, cells = appearances(archive)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError, RuntimeError, OSError, EOFError):
        raise _broken() from None
    if cells > MOST_CELLS:
        raise Unreadable("工作表过大", "a sheet of the workbook is too large")
    return Book(_sheets(data, looks, date1904))


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


def _sheets(data: bytes, looks: dict[str, Appearance], date1904: bool) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        for sheet in book.sheets_metadata:
            if sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            rows: list[list[Cell]] = list(book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False))
            found.append(Sheet(sheet.name, rows, date1904, looks.get(sheet.name, Appearance())))
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


def _table(data: bytes) -> Sheet:
    said = _decoded(data)
    try:
        delimiter = max(",\t;", key=said.split("\n", 1)[0].count)
        rows: list[list[Cell]] = [list(row) for row in csv.reader(io.StringIO(said, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error:
        raise _broken() from None
    if len(rows) * max(map(len, rows), default=0) > MOST_CELLS or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise Unreadable("表格过大", "the table is too large")
    return Sheet("", rows)


def _decoded(data: bytes) -> str:
    """UTF-8 with or without mark, UTF-16 with mark, else GB18030; each strictly. Control characters mean that it is no text."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            said = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]", said) is None and _plausible(said):
            return said
    raise _broken()


def _plausible(said: str) -> bool:
    """Bytes of another encoding often decode as GB18030, into characters of the private use area or never seen in an office."""
    odd = sum("\ue000" <= c <= "\uf8ff" or "\u0080" <= c <= "\u009f" for c in said)
    return odd * 50 <= len(said)
