"""What a workbook shows beside its cells: hidden rows, coloured rows. Read for warnings only, never for a verdict."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from dataclasses import dataclass, field

_MAIN = "{*}"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Appearance:
    hidden: frozenset[int] = frozenset()
    """Row numbers, the first is 1."""
    coloured: frozenset[int] = field(default=frozenset())


def appearances(archive: zipfile.ZipFile) -> tuple[dict[str, Appearance], bool, int]:
    """By sheet name; whether the date system is 1904; how many cells the largest sheet spans."""
    book = _tree(archive, "xl/workbook.xml")
    properties = book.find(_MAIN + "workbookPr")
    date1904 = properties is not None and properties.get("date1904") in ("1", "true")
    targets = {r.get("Id"): r.get("Target", "") for r in _tree(archive, "xl/_rels/workbook.xml.rels")}
    fills = _filled(archive)
    looks: dict[str, Appearance] = {}
    largest = 0
    names = set(archive.namelist())
    for sheet in book.iterfind(f"{_MAIN}sheets/{_MAIN}sheet"):
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
        target = targets.get(relation, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if path in names:
            looks[sheet.get("name", "")], cells = _look(archive, path, fills)
            largest = max(largest, cells)
    return looks, date1904, largest


def _tree(archive: zipfile.ZipFile, path: str) -> ET.Element:
    return _parsed(archive.read(path))


def _parsed(xml: bytes) -> ET.Element:
    """Raises ValueError. No workbook needs a document type, and entities can grow without bound."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ValueError("a document type in a workbook")
    try:
        return ET.fromstring(xml)  # noqa: S314 -- no document type, hence no entities
    except ET.ParseError as broken:
        raise ValueError("not XML") from broken


def _filled(archive: zipfile.ZipFile) -> set[str]:
    """Indices of the cell styles with a colour of their own."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = _tree(archive, "xl/styles.xml")
    solid = set()
    for index, fill in enumerate(styles.iterfind(f"{_MAIN}fills/{_MAIN}fill")):
        pattern = fill.find(_MAIN + "patternFill")
        if index > 1 and pattern is not None and pattern.get("patternType", "none") != "none":
            solid.add(str(index))
    return {str(i) for i, xf in enumerate(styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")) if xf.get("fillId") in solid}


def _look(archive: zipfile.ZipFile, path: str, fills: set[str]) -> tuple[Appearance, int]:
    hidden: set[int] = set()
    coloured: set[int] = set()
    number, last_row, last_column = 0, 0, 0
    for row in _parsed(archive.read(path)).iterfind(f"{_MAIN}sheetData/{_MAIN}row"):
        number = int(row.get("r", number + 1))
        styles: Counter[bool] = Counter()
        for cell in row:
            styles[cell.get("s") in fills] += 1
            if found := _CELL.fullmatch(cell.get("r", "")):
                last_row = max(last_row, int(found[2]))
                last_column = max(last_column, _column(found[1]))
        if row.get("hidden") in ("1", "true"):
            hidden.add(number)
        if styles[True] > styles[False]:
            coloured.add(number)
    return Appearance(frozenset(hidden), frozenset(coloured)), max(last_row, number) * max(last_column, 1)


def _column(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value
