"""What an office may do to a workbook without changing what it says: it must be read as before."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl

from tests.workbooks.spoiling import Spoil, edited, is_sheet, parts, text_of


def macros(data: bytes, chance: random.Random) -> bytes:
    """As .xlsm: a macro is there, and is nothing to whoever reads the cells."""

    def change(name: str, part: bytes) -> bytes:
        if name == "[Content_Types].xml":
            plain, able = b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
            return part.replace(b"vnd.openxmlformats-officedocument." + plain, b"vnd." + able)
        return part

    return parts(data, change, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + chance.randbytes(3000)})


def external_links(data: bytes, chance: random.Random) -> bytes:
    """To a file that nobody may open."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        found = re.search(rb"<Relationships[^>]*>", book.read("_rels/.rels"))
        main = re.search(rb'xmlns="[^"]*"', book.read("xl/workbook.xml"))
    assert found and main
    relation = b'<Relationship Id="rId1" Type="x" Target="file:///etc/hostname" TargetMode="External"/></Relationships>'
    more = {
        "xl/externalLinks/externalLink1.xml": b"<externalLink " + main[0] + b"/>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": found[0] + relation,
    }
    return parts(data, lambda _, part: part, more)


def false_dimension(data: bytes, chance: random.Random) -> bytes:
    def change(name: str, part: bytes) -> bytes:
        return re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:XFD1048576"/>', part) if is_sheet(name) else part

    return parts(data, change)


def drawn_forms(data: bytes, chance: random.Random) -> bytes:
    """Empty cells with a style, far beyond the table."""
    row = b'<row r="60000"><c r="XFD60000" s="0"/></row></sheetData>'
    return parts(data, lambda name, part: part.replace(b"</sheetData>", row) if is_sheet(name) else part)


def resaved(data: bytes, chance: random.Random) -> bytes:
    """By another program: inline strings become shared ones, styles are renumbered."""
    return edited(data, lambda _: None)


def notes_beside(data: bytes, chance: random.Random) -> bytes:
    def edit(book: openpyxl.Workbook) -> None:
        page = book.create_sheet("说明" + str(chance.randint(0, 99)), chance.choice((0, None)))
        page["A1"] = "填表说明：请按要求填写"
        for sheet in book.worksheets:
            sheet.append([])
            sheet.append([chance.choice(("备注：以上内容属实", "填表人：某某", "合计"))])

    return edited(data, edit)


def another_encoding(data: bytes, chance: random.Random) -> bytes:
    return text_of(data).encode(chance.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16")))


def other_line_ends(data: bytes, chance: random.Random) -> bytes:
    return text_of(data).replace("\n", chance.choice(("\r\n", "\n", "\r"))).encode("utf-8-sig")


def another_separator(data: bytes, chance: random.Random) -> bytes:
    said = text_of(data)
    return said.encode() if ";" in said or "\t" in said else said.replace(",", chance.choice(";\t")).encode()


XLSX: tuple[Spoil, ...] = (macros, external_links, false_dimension, drawn_forms, resaved, notes_beside)
TEXT: tuple[Spoil, ...] = (another_encoding, other_line_ends, another_separator)
Way = Callable[[bytes, random.Random], Any]
