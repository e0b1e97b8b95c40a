"""Workbooks as nobody should hand them in: each way takes a workbook and a chance and gives back bytes."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import openpyxl

Spoil = Callable[[bytes, random.Random], bytes]
EVIL = ("=1+1", '=HYPERLINK("http://x.invalid","x")', "+SUM(A1)", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "=cmd|' /C calc'!A0", "\r\n=1")
STRANGE: tuple[Any, ...] = (
    1e300, -1, 0, float(2**53), True, "#REF!", "#DIV/0!", "9999-99-99", "0000-00-00", "某" * 40_000, "\u202e某\u202c", "a\x0bb", "_xD800_",
    "NaN", "１２３", "　", "'", "\u200b", "2024-09-01T25:61", "45000000", 2_958_466, 0.5,
)  # fmt: skip


def parts(data: bytes, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return made.getvalue()


def is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/sheet")


def edited(data: bytes, edit: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cells(page: Any, chance: random.Random, number: int) -> list[Any]:
    return [page.cell(chance.randint(1, max(page.max_row, 1)), chance.randint(1, max(page.max_column, 1))) for _ in range(number)]


def _free(cell: Any) -> bool:
    return type(cell).__name__ == "Cell"


def swapped(data: bytes, chance: random.Random) -> bytes:
    def edit(book: openpyxl.Workbook) -> None:
        for page in book.worksheets:
            for one, other in zip(_cells(page, chance, 25), _cells(page, chance, 25), strict=True):
                if _free(one) and _free(other):
                    one.value, other.value = other.value, one.value

    return edited(data, edit)


def sheets_missing(data: bytes, chance: random.Random) -> bytes:
    def edit(book: openpyxl.Workbook) -> None:
        for page in chance.sample(book.worksheets, chance.randint(0, len(book.worksheets) - 1)):
            book.remove(page)
        for page in book.worksheets:
            page.title = chance.choice(("Sheet", "汇总", "考勤 (2)", "x" * 31))[: 31 - 4] + str(chance.randint(0, 999))

    return edited(data, edit)


def formulas(data: bytes, chance: random.Random) -> bytes:
    def edit(book: openpyxl.Workbook) -> None:
        for page in book.worksheets:
            for cell in _cells(page, chance, 30):
                if _free(cell):
                    cell.value = re.sub("[\x00-\x08\x0b-\x1f]", "", chance.choice(EVIL))

    return edited(data, edit)


def evil_texts(data: bytes, chance: random.Random) -> bytes:
    """Texts, not formulas."""
    said = [e.replace("&", "&amp;").replace("<", "&lt;").encode() for e in EVIL]

    def change(name: str, part: bytes) -> bytes:
        if name != "xl/sharedStrings.xml" and not is_sheet(name):
            return part
        return re.sub(rb"(<t[^>]*>)([^<]*)(</t>)", lambda m: m[1] + (chance.choice(said) if chance.random() < 0.1 else m[2]) + m[3], part)

    return parts(data, change)


def strange_values(data: bytes, chance: random.Random) -> bytes:
    def edit(book: openpyxl.Workbook) -> None:
        for page in book.worksheets:
            for cell in _cells(page, chance, 30):
                value = chance.choice(STRANGE)
                if _free(cell):
                    cell.value = re.sub("[\x00-\x08\x0b-\x1f]", "", value)[:32_000] if isinstance(value, str) else value

    return edited(data, edit)


def merged(data: bytes, chance: random.Random) -> bytes:
    """Overlapping, over headings, absurdly large."""
    areas = "".join(
        f'<mergeCell ref="{chance.choice("ABCDE")}{chance.randint(1, 60)}:{chance.choice(("F", "AZ", "XFD"))}{chance.choice((61, 300, 1048576))}"/>'
        for _ in range(chance.choice((3, 300, 20_000)))
    )
    block = f'<mergeCells count="1">{areas}</mergeCells>'.encode()

    def change(name: str, part: bytes) -> bytes:
        if not is_sheet(name):
            return part
        return re.sub(rb"<mergeCells.*?</mergeCells>|(?=</worksheet>)", block, part, count=1)

    return parts(data, change)


def hidden(data: bytes, chance: random.Random) -> bytes:
    def edit(book: openpyxl.Workbook) -> None:
        for page in book.worksheets[1:]:
            page.sheet_state = chance.choice(("hidden", "veryHidden", "visible"))
        for page in book.worksheets:
            for row in range(1, page.max_row + 1):
                page.row_dimensions[row].hidden = chance.random() < 0.5

    return edited(data, edit)


def many_rows(data: bytes, chance: random.Random) -> bytes:
    """A hundred thousand rows, by repeating those that there are."""
    wanted = 100_000

    def change(name: str, part: bytes) -> bytes | None:
        if not is_sheet(name) or not name.endswith("sheet1.xml"):
            return part
        rows = re.findall(rb"<row .*?</row>", part, flags=re.DOTALL)
        last = len(rows)
        tail = rows[min(6, last - 1) :]
        more = []
        for number in range(last + 1, wanted + 1):
            row = tail[number % len(tail)]
            more.append(re.sub(rb'r="([A-Z]*)\d+"', lambda m, n=number: b'r="' + m[1] + str(n).encode() + b'"', row))  # type: ignore[misc]
        return part.replace(rows[-1], rows[-1] + b"".join(more))

    return parts(data, change)


def bomb(data: bytes, chance: random.Random) -> bytes:
    size = chance.choice((160_000_000, 300_000_000))
    target = chance.choice(("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "docProps/app.xml"))
    return parts(data, lambda name, part: part + b" " * size if name == target else part)


def overlapping(data: bytes, chance: random.Random) -> bytes:
    """Many names for one packed part."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(b" " * 2_000_000) + packed.flush()
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, zlib.crc32(b" " * 2_000_000), len(body), 2_000_000, 1, 0) + b"a" + body
    entry = struct.pack(
        "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, zlib.crc32(b" " * 2_000_000), len(body), 2_000_000, 1, 0, 0, 0, 0, 0, 0
    )
    count = chance.choice((200, 20_000))
    directory = b"".join(entry + bytes([97 + n % 26]) for n in range(count))
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(local), 0)
    return local + directory + end


def said_over_and_over(data: bytes, chance: random.Random) -> bytes:
    """One very long shared text in very many cells."""
    text = b"<si><t>" + b"x" * chance.choice((30_000, 1_000_000)) + b"</t></si>"
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 60_000))

    def change(name: str, part: bytes) -> bytes:
        if name == "xl/sharedStrings.xml":
            return re.sub(rb"(<sst[^>]*>).*", lambda m: m[1] + text + b"</sst>", part, flags=re.DOTALL)
        if is_sheet(name):
            return re.sub(rb"<sheetData>.*</sheetData>", lambda _: b"<sheetData>" + rows + b"</sheetData>", part, flags=re.DOTALL)
        return part

    return parts(data, change)


def absurd(data: bytes, chance: random.Random) -> bytes:
    place = chance.choice((b"XFD1048576", b"A1048576", b"ZZZZZZ1", b"A99999999999999999999", b"A0", b"", b"1A", b"XFD1"))
    way = chance.randrange(4)

    def change(name: str, part: bytes) -> bytes:
        if not is_sheet(name):
            return part
        if way == 0:
            return re.sub(rb"<dimension ref=\"[^\"]*\"", b'<dimension ref="A1:XFD1048576"', part)
        if way == 1:
            return re.sub(rb'<c r="[A-Z]+\d+"', b'<c r="' + place + b'"', part, count=1)
        if way == 2:
            return re.sub(rb'<row r="\d+"', lambda _: b'<row r="%d"' % chance.choice((0, 1, 1048576, 10**18)), part)
        return part.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')

    return parts(data, change)


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(chance.choice((1, 5, 200))):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def damaged_parts(data: bytes, chance: random.Random) -> bytes:
    """A whole archive with parts that are cut, lost, or not XML."""

    def change(name: str, part: bytes) -> bytes | None:
        luck = chance.random()
        if luck < 0.15:
            return None
        if luck < 0.3:
            return part[: chance.randrange(len(part) + 1)]
        return part.replace(b"<", b"<<", 1) if luck < 0.4 else part

    return parts(data, change)


def entities(data: bytes, chance: random.Random) -> bytes:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
    target = chance.choice(("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"))

    def change(name: str, part: bytes) -> bytes:
        return re.sub(rb"^(<\?xml[^>]*\?>)?", lambda m: m[0] + laughs, part, count=1) if name == target else part

    return parts(data, change)


def deep(data: bytes, chance: random.Random) -> bytes:
    levels = chance.choice((1_000, 1_000_000))
    nest = b"<x>" * levels + b"</x>" * levels
    return parts(data, lambda name, part: part.replace(b"<sheetData>", nest + b"<sheetData>", 1) if is_sheet(name) else part)


def many_sheets(data: bytes, chance: random.Random) -> bytes:
    number = chance.choice((300, 3_000))

    def change(name: str, part: bytes) -> bytes:
        if name == "xl/workbook.xml":
            one = re.search(rb"<sheet [^>]*/>", part)
            assert one
            more = b"".join(re.sub(rb'name="[^"]*"', b'name="s%d"' % n, one[0]) for n in range(number))
            return part.replace(b"</sheets>", more + b"</sheets>")
        return part

    return parts(data, change)


def locked(data: bytes, chance: random.Random) -> bytes:
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return header + chance.randbytes(504) + "EncryptedPackage".encode("utf-16-le") + chance.randbytes(chance.choice((10, 5000)))


def other_ole(data: bytes, chance: random.Random) -> bytes:
    """A compound file that holds something else, or whose chains lead in circles."""
    body = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + chance.randbytes(512 * chance.choice((1, 9, 60)) - 8))
    struct.pack_into("<HH", body, 30, 9, 6)
    struct.pack_into("<7I", body, 48, chance.randrange(3), 0, 4096, chance.randrange(3), 1, chance.choice((0xFFFFFFFE, 0, 1)), 1)
    return bytes(body)


def nothing(data: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"", b"\x00" * 9000, b"\r\n\r\n", b"\xef\xbb\xbf", b" ", b"PK\x05\x06" + bytes(18)))


def emptied(data: bytes, chance: random.Random) -> bytes:
    """Nothing but headings, or not even they."""
    kept = chance.choice((0, 1, 4))

    def edit(book: openpyxl.Workbook) -> None:
        for page in book.worksheets:
            for area in list(page.merged_cells.ranges):
                page.unmerge_cells(str(area))
            page.delete_rows(kept + 1, page.max_row + 5)

    return edited(data, edit)


def twice_headed(data: bytes, chance: random.Random) -> bytes:
    """The heading comes again further down, as in what was copied together."""

    def edit(book: openpyxl.Workbook) -> None:
        for page in book.worksheets:
            heading = [[cell.value for cell in row] for row in page.iter_rows(1, min(5, page.max_row))]
            for row in heading * chance.randint(1, 3):
                page.append(row)

    return edited(data, edit)


def encodings(data: bytes, chance: random.Random) -> bytes:
    said = text_of(data)
    how = chance.choice(("utf-16-le", "utf-16-be", "big5", "latin-1", "shift_jis", "utf-7", "euc_kr", "utf-32", "hz"))
    return said.encode(how, "replace")


def mixed_encodings(data: bytes, chance: random.Random) -> bytes:
    lines = text_of(data).split("\n")
    return b"\n".join(line.encode(chance.choice(("utf-8", "gb18030"))) for line in lines)


def quotes(data: bytes, chance: random.Random) -> bytes:
    said = list(text_of(data))
    for _ in range(chance.randint(1, 20)):
        said.insert(chance.randrange(len(said)), chance.choice('",;\t\r\n\x00\u2028'))
    return "".join(said).encode()


def wide(data: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"," * 9_900_000, b"a,b\n" * 2_400_000, b"x" * 19_000_000, b'"' + b"y" * 9_900_000, b"\n" * 100 + b"," * 20_000))


def long_table(data: bytes, chance: random.Random) -> bytes:
    head, _, body = text_of(data).partition("\n")
    lines = [line for line in body.replace('"第一行\n第二行"', "").splitlines() if line.strip()]
    return ("\n".join([head, *(chance.choice(lines) for _ in range(100_000))])).encode("gb18030")


def text_of(data: bytes) -> str:
    return data.decode("gb18030" if not data.startswith(b"\xef\xbb\xbf") else "utf-8-sig").replace("\r\n", "\n")


XLSX: tuple[Spoil, ...] = (
    swapped, sheets_missing, formulas, evil_texts, strange_values, merged, hidden, many_rows, bomb, overlapping, said_over_and_over, absurd,
    truncated, flipped, damaged_parts, entities, deep, many_sheets, locked, other_ole, nothing, emptied, twice_headed,
)  # fmt: skip
XLS: tuple[Spoil, ...] = (truncated, flipped, locked, other_ole)
TEXT: tuple[Spoil, ...] = (encodings, mixed_encodings, quotes, wide, long_table, truncated, flipped)
