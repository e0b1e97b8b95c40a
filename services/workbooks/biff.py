"""What an .xls shows beside its cells, and how much there is of it, before a library is asked for the cells: the compound file
that holds it, and the records of its workbook."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from services.workbooks.appearance import Appearance, Looks, cell_name

_END = 0xFFFFFFFA
_ROW, _SEVERAL, _SHARED, _CONTINUE = 0x0208, 0x00BD, 0x00FD, 0x003C
_CELLS = frozenset({0x0006, 0x0204, 0x0205, 0x0203, 0x027E, _SHARED, 0x00D6, 0x0206, 0x0406, _SEVERAL})
"""Formula, label, boolean, number, RK, shared label, rich text, several RK."""


class Locked(Exception):
    """Protected by a password."""


def looks(data: bytes) -> Looks:
    """Raises ValueError for what is no workbook, and Locked."""
    try:
        return _looks(_workbook(data))
    except (struct.error, IndexError, UnicodeDecodeError):
        raise ValueError("damaged") from None


def _looks(stream: bytes) -> Looks:
    found, sheets = Looks(), dict[int, str]()
    page = _Page(None)
    lengths: list[int] = []
    records = list(_records(stream))
    for index, (at, kind, body) in enumerate(records):
        match kind:
            case 0x0809:  # a part begins: the workbook's own, or a sheet
                page.close(found)
                page = _Page(sheets.get(at))
            case 0x002F:
                raise Locked
            case 0x0085:
                sheets[struct.unpack_from("<I", body)[0]] = _sheet_name(body[6:])
            case 0x0022:
                found.date1904 = body[:2] == b"\x01\x00"
            case 0x00E5:
                found.areas += struct.unpack_from("<H", body)[0]
            case 0x00FC:
                lengths = _lengths([body, *_continued(records, index + 1)])
            case _:
                page.read(kind, body, lengths)
    page.close(found)
    return found


class _Page:
    """A sheet as far as it was read; without a name, what belongs to the workbook."""

    def __init__(self, name: str | None) -> None:
        self.name, self.rows, self.columns, self.text = name, 0, 0, 0
        self.hidden: list[int] = []

    def read(self, kind: int, body: bytes, lengths: list[int]) -> None:
        if kind == _ROW and len(body) >= 16 and body[12] & 0x20:
            self.hidden.append(struct.unpack_from("<H", body)[0] + 1)
        if kind not in _CELLS:
            return
        row, column = struct.unpack_from("<HH", body)
        last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _SEVERAL else column
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, last + 1)
        if kind == _SHARED and (text := struct.unpack_from("<I", body, 6)[0]) < len(lengths):
            self.text += lengths[text]

    def close(self, found: Looks) -> None:
        if self.name is not None:
            found.sheets[self.name] = Appearance(frozenset(self.hidden))
        found.text += self.text
        found.span(self.rows, self.columns, cell_name(self.columns, self.rows))


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == 0 and size == 0:
            return
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _sheet_name(body: bytes) -> str:
    """A length, the width of its characters, and they."""
    length, wide = body[0], body[1] & 1
    return body[2 : 2 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _continued(records: list[tuple[int, int, bytes]], index: int) -> Iterator[bytes]:
    while index < len(records) and records[index][1] == _CONTINUE:
        yield records[index][2]
        index += 1


def _lengths(pieces: list[bytes]) -> list[int]:
    """Characters of each shared string. One that goes on in the next piece begins there with the width of its characters again."""
    total = struct.unpack_from("<I", pieces[0], 4)[0]
    lengths: list[int] = []
    piece, at = 0, 8
    while len(lengths) < total:
        if at >= len(pieces[piece]):
            piece, at = piece + 1, 0
        body = pieces[piece]
        length, flags = struct.unpack_from("<HB", body, at)
        at += 3
        rich = struct.unpack_from("<H", body, at)[0] if flags & 8 else 0
        at += 2 if flags & 8 else 0
        extra = struct.unpack_from("<I", body, at)[0] if flags & 4 else 0
        at += 4 if flags & 4 else 0
        left, width = length, 1 + (flags & 1)
        while left * width > len(pieces[piece]) - at:
            left -= (len(pieces[piece]) - at) // width
            piece, at = piece + 1, 1
            width = 1 + (pieces[piece][0] & 1)
        at += left * width + 4 * rich + extra
        while at > len(pieces[piece]):
            at -= len(pieces[piece])
            piece += 1
        lengths.append(length)
    return lengths


def _workbook(data: bytes) -> bytes:
    """The stream `Workbook` (or `Book`) of a compound file."""
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    if not 7 <= shift <= 16 or small_shift >= shift:
        raise ValueError("no compound file")
    size = 1 << shift
    directory, _, cutoff, small_first, _, more, _ = struct.unpack_from("<7I", data, 48)

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    tables = [n for n in struct.unpack_from("<109I", data, 76) if n < _END]
    seen = 0
    while more < _END and seen < len(data) // size:
        *numbers, more = struct.unpack(f"<{size // 4}I", sector(more))
        tables += [n for n in numbers if n < _END]
        seen += 1
    next_of = [n for table in tables[: len(data) // size + 1] for n in struct.unpack(f"<{size // 4}I", sector(table))]

    def chain(first: int, after: list[int]) -> Iterator[int]:
        for _ in range(len(after)):
            if first >= _END or first >= len(after):
                return
            yield first
            first = after[first]

    entries = b"".join(map(sector, chain(directory, next_of)))
    streams: dict[str, tuple[int, int]] = {}
    for at in range(0, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        streams.setdefault(name, struct.unpack_from("<II", entries, at + 116))
    first, length = streams.get("Workbook") or streams.get("Book") or (_END, 0)
    if length >= cutoff:
        return b"".join(map(sector, chain(first, next_of)))[:length]
    root = b"".join(map(sector, chain(streams.get("Root Entry", (_END, 0))[0], next_of)))
    small = struct.iter_unpack("<I", b"".join(map(sector, chain(small_first, next_of))))
    width = 1 << small_shift
    pieces = chain(first, [n for (n,) in small])
    return b"".join(root[n * width : (n + 1) * width] for n in pieces)[:length]
