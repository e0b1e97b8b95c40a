"""A table as text (CSV): which encoding, which separator, which rows."""

from __future__ import annotations

import csv
import io
import re

from services.workbooks.appearance import TooMuch
from services.workbooks.cells import Cell

MOST_COLUMNS = 16_384


def rows(data: bytes, most_cells: int) -> list[list[Cell]]:
    """Raises ValueError for what is no table, TooMuch for one that is larger than `most_cells`."""
    said = _decoded(data)
    delimiter = max(",\t;", key=said.split("\n", 1)[0].count)
    found: list[list[Cell]] = []
    width = 0
    try:
        for row in csv.reader(io.StringIO(said, newline=""), delimiter=delimiter, strict=True):
            found.append(list(row))
            width = max(width, len(row))
            if width > MOST_COLUMNS or width * len(found) > most_cells:
                raise TooMuch
    except csv.Error:
        raise ValueError("no table") from None
    return found


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
    raise ValueError("no text")


def _plausible(said: str) -> bool:
    """Bytes of another encoding often decode as GB18030, into characters of the private use area or never seen in an office."""
    odd = len(re.findall("[\ue000-\uf8ff\u0080-\u009f]", said))
    return odd * 50 <= len(said)
