"""What a workbook shows beside its cells: hidden rows, coloured rows (read for warnings only, never for a verdict), the date
system; and how much there is of it, before a library is asked for the cells. The parts are read as a stream: a sheet is never
in memory as a tree."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

_MAIN = "{*}"
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_SMALL_PART = 20_000_000

Area = tuple[int, int, int, int]
"""Top, left, bottom, right of merged cells; the first is 0."""


class TooMuch(Exception):
    """More than a workbook of an office holds."""


@dataclass(frozen=True, slots=True)
class Appearance:
    hidden: frozenset[int] = frozenset()
    """Row numbers, the first is 1."""
    coloured: frozenset[int] = field(default=frozenset())


@dataclass(slots=True)
class Looks:
    """`sheets` by name. `cells` is the span of the sheets, `text` the characters of shared strings as often as cells say them,
    `areas` the merged areas, `furthest` the last cell of the largest sheet."""

    sheets: dict[str, Appearance] = field(default_factory=dict)
    date1904: bool = False
    cells: int = 0
    text: int = 0
    areas: int = 0
    furthest: str = ""
    _largest: int = 0

    def span(self, last_row: int, last_column: int, furthest: str) -> None:
        """Adds a sheet of so many rows and columns."""
        self.cells += last_row * last_column
        if last_row * last_column > self._largest:
            self._largest, self.furthest = last_row * last_column, furthest


def appearances(archive: zipfile.ZipFile) -> Looks:
    """Raises ValueError for what is no workbook."""
    book = _tree(archive, "xl/workbook.xml")
    properties = book.find(_MAIN + "workbookPr")
    looks = Looks(date1904=properties is not None and properties.get("date1904") in ("1", "true"))
    targets = {r.get("Id"): r.get("Target", "") for r in _tree(archive, "xl/_rels/workbook.xml.rels")}
    fills = _filled(archive)
    names = set(archive.namelist())
    lengths = _lengths(archive) if "xl/sharedStrings.xml" in names else array("L")
    read: dict[str, _SheetLook] = {}
    for sheet in book.iterfind(f"{_MAIN}sheets/{_MAIN}sheet"):
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
        target = targets.get(relation, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if path in names:
            look = read[path] = read.get(path) or _sheet(archive, path, fills, lengths)
            looks.sheets[sheet.get("name", "")] = Appearance(frozenset(look.hidden), frozenset(look.coloured))
            looks.span(look.last_row, look.last_column, look.furthest)
            looks.text += look.text
            looks.areas += look.areas
    return looks


def _sheet(archive: zipfile.ZipFile, path: str, fills: frozenset[str], lengths: array[int]) -> _SheetLook:
    look = _SheetLook(fills, lengths)
    _stream(archive, path, look.start, look.said)
    look.end_row()
    return look


def _tree(archive: zipfile.ZipFile, path: str) -> ET.Element:
    """Raises ValueError. No workbook needs a document type, and entities can grow without bound."""
    xml = archive.read(path)
    if len(xml) > _SMALL_PART or b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ValueError("a document type in a workbook, or an unreasonable part")
    try:
        return ET.fromstring(xml)  # noqa: S314 -- no document type, hence no entities
    except ET.ParseError as broken:
        raise ValueError("not XML") from broken


def _stream(archive: zipfile.ZipFile, path: str, start: Callable[[str, dict[str, str]], None], said: Callable[[str], None]) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def doctype(*_: object) -> None:
        raise ValueError("a document type in a workbook")

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.CharacterDataHandler = said
    try:
        with archive.open(path) as part:
            while piece := part.read(1 << 20):
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as broken:
        raise ValueError("not XML") from broken


def _filled(archive: zipfile.ZipFile) -> frozenset[str]:
    """Indices of the cell styles with a colour of their own."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    styles = _tree(archive, "xl/styles.xml")
    solid = set()
    for index, fill in enumerate(styles.iterfind(f"{_MAIN}fills/{_MAIN}fill")):
        pattern = fill.find(_MAIN + "patternFill")
        if index > 1 and pattern is not None and pattern.get("patternType", "none") != "none":
            solid.add(str(index))
    return frozenset(str(i) for i, xf in enumerate(styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")) if xf.get("fillId") in solid)


def _lengths(archive: zipfile.ZipFile) -> array[int]:
    """Of each shared string."""
    lengths: array[int] = array("L")

    def start(name: str, _: dict[str, str]) -> None:
        if name == "si" or name.endswith(":si"):
            lengths.append(0)

    def said(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    _stream(archive, "xl/sharedStrings.xml", start, said)
    return lengths


class _SheetLook:
    """Reads one sheet. Only cells that say something count: forms are often drawn far beyond the table."""

    def __init__(self, fills: frozenset[str], lengths: array[int]) -> None:
        self.fills, self.lengths = fills, lengths
        self.hidden: list[int] = []
        self.coloured: list[int] = []
        self.last_row = self.last_column = self.text = self.areas = 0
        self._row = self._column = self._painted = self._plain = 0
        self._shared = self._index = False

    @property
    def furthest(self) -> str:
        return cell_name(self.last_column, self.last_row)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name if ":" not in name else name.rsplit(":", 1)[1]
        self._index = False
        if local == "c":
            self._column, self._at = _place(attributes["r"]) if "r" in attributes else (self._column + 1, self._row)
            self._shared = attributes.get("t") == "s"
            if attributes.get("s") in self.fills:
                self._painted += 1
            else:
                self._plain += 1
        elif local in ("v", "is"):
            self.last_row, self.last_column = max(self.last_row, self._at), max(self.last_column, self._column)
            self._index = local == "v" and self._shared
        elif local == "row":
            self.end_row()
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            self._at = self._row
            if attributes.get("hidden") in ("1", "true"):
                self.hidden.append(self._row)
        elif local == "mergeCell":
            self.areas += 1

    _at = 0

    def said(self, text: str) -> None:
        if self._index and text.isdigit() and int(text) < len(self.lengths):
            self.text += self.lengths[int(text)]

    def end_row(self) -> None:
        if self._painted > self._plain:
            self.coloured.append(self._row)
        self._painted = self._plain = 0


def _place(name: str) -> tuple[int, int]:
    """Column and row. Raises ValueError for a name that no sheet has: what the library makes of it, nobody knows."""
    place = _CELL.fullmatch(name)
    if place is None:
        raise ValueError("no name of a cell")
    return _column(place[1]), int(place[2])


def _column(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value


def cell_name(column: int, row: int) -> str:
    """`C7`; empty for none."""
    said = str(row) if row else ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said
