"""A fact in words: the fields that say something to a reader, each with its name, codes as their labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.labels import SAME, Language, catalogue, label
from services.documents.words import day, number, said, several

SILENT = frozenset({"cadre_id", "about", "evidence", "private", "inputs", "parameters", "sha256", "decision_no", "document_no"})
"""Said elsewhere in the line, or nothing to a reader."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
UNITS = frozenset({"unit_id", "host_unit_id", "from_unit_id", "to_unit_id", "into_unit_id"})


def told(data: Mapping[str, Any], event: str, units: Mapping[str, str], lang: Language) -> str:
    """`类别：政策宣讲；起始日期：2024年9月9日`. `data`: the fields as they were recorded; `units`: id → name."""
    parts = [
        f"{label(f'{event}.{name}', lang, 'field')}{said(lang, '：', ': ')}{_value(name, value, units, lang)}"
        for name, value in data.items()
        if name not in SILENT and value is not None and value != [] and value != ()
    ]
    return said(lang, "；", "; ").join(parts)


def _value(name: str, value: Any, units: Mapping[str, str], lang: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return said(lang, "是" if value else "否", "yes" if value else "no")
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, date):
        return day(lang, value)
    if isinstance(value, list | tuple):
        return several(lang, [_value(name, one, units, lang) for one in value])
    if isinstance(value, Mapping):
        return (
            f"{_value('from', value.get('from'), units, lang)}{said(lang, '至', ' to ')}{_value('until', value.get('until'), units, lang)}"
        )
    if name in UNITS:
        return units.get(value, str(value))
    if DAY.fullmatch(value):
        return day(lang, value)
    kind = SAME.get(name, name)
    return label(str(value), lang, kind) if str(value) in catalogue().get(kind, {}) else str(value)
