"""Parts of a Word file for which python-docx has no words."""

from __future__ import annotations

import re
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(words: str) -> str:
    """Without what XML cannot hold."""
    return ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", words)


def field(run: Any, code: str) -> None:
    for kind in ("begin", "separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        if kind == "separate":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = code
            run.append(instruction)
        run.append(mark)
        if kind == "separate":
            shown = OxmlElement("w:t")
            shown.text = "1"
            run.append(shown)


def rule(paragraph: Any, colour: str, below: float) -> None:
    """A line under a paragraph, `below` it in millimetres."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    space = min(31, round(below / 25.4 * 72))
    for name, value in (("val", "single"), ("sz", "12"), ("space", str(space)), ("color", colour)):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = paragraph.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr")


def spacing(properties: Any, points: float) -> None:
    """Between characters."""
    spacing = properties.find(qn("w:spacing"))
    if spacing is None:
        spacing = OxmlElement("w:spacing")
        properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang")
    spacing.set(qn("w:val"), str(round(points * 20)))


def off_grid(paragraph: Any) -> None:
    """Its lines stand as close as they are."""
    off = OxmlElement("w:snapToGrid")
    off.set(qn("w:val"), "0")
    paragraph.get_or_add_pPr().insert_element_before(off, "w:spacing", "w:ind", "w:jc", "w:rPr")


def row_property(row: Any, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))
