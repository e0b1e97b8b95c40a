"""Words, days and numbers as they stand in a document, in the language of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.labels import Language, label
from services.compliance.law.numbers import NOT_IN_THE_MEASURES, numbers

DIGITS = "〇一二三四五六七八九十"
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
ITEMS = frozenset("3456")
"""Articles that are divided into items; the others into paragraphs."""
MEASURES = ("《办法》", "the Measures")
IN_FULL = "《退出领导岗位干部管理办法（试行）》（以下简称《办法》）"
"""As a document names them first."""


def said(lang: Language, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def day(lang: Language, on: date | str | None, absent: str = "") -> str:
    """2024年9月3日, 3 September 2024."""
    if on is None:
        return absent
    on = date.fromisoformat(on[:10]) if isinstance(on, str) else on
    return said(lang, f"{on.year}年{on.month}月{on.day}日", f"{on.day} {MONTHS[on.month - 1]} {on.year}")


def period(lang: Language, first: date | str | None, last: date | str | None) -> str:
    """Both ends included; one without an end says so."""
    if last is None:
        return f"{day(lang, first)}{said(lang, '起', ' onwards')}"
    return f"{day(lang, first)}{said(lang, '至', ' to ')}{day(lang, last)}"


def number(value: float | None, absent: str = "") -> str:
    return absent if value is None else f"{value:g}"


def several(lang: Language, words: list[str]) -> str:
    return said(lang, "、", ", ").join(words)


def ordinal(n: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(n, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十") + (DIGITS[ones] if ones or not tens else "")


def article(lang: Language, code: str) -> str:
    """`8.2` is 《办法》第八条第二款; a superior rule stands under its name."""
    if (name := label(code, lang, "article")) != code:
        return name
    head, _, part = code.partition(".")
    if not head.isdigit():
        return code
    if lang == "en":
        return f"Art. {code} of {MEASURES[1]}"
    tail = "" if not part else f"第（{ordinal(int(part))}）项" if head in ITEMS else f"第{ordinal(int(part))}款"
    return f"{MEASURES[0]}第{ordinal(int(head))}条{tail}"


def name_of(cadre: Mapping[str, Any]) -> str:
    """The name where the reader may know it, else the number."""
    return str(cadre.get("name") or cadre["cadre_id"])


def value(lang: Language, parameter: Mapping[str, Any]) -> str:
    """What a parameter says: `超过15个工作日（连续）`, or the word for a code."""
    given = parameter["value"]
    if isinstance(given, list):
        return several(lang, [label(str(v), lang, "value") for v in given])
    if isinstance(given, bool):
        return said(lang, "是" if given else "否", "yes" if given else "no")
    known = numbers().get(parameter["name"])
    if known is None or known[-1].unit is None:
        return label(str(given), lang, "value")
    return _counted(lang, str(given), known[-1].operator, known[-1].unit, known[-1].window)


def _counted(lang: Language, given: str, operator: str, unit: str, window: str | None) -> str:
    head, _, rest = given.partition(" ")
    if head in OPERATORS:
        operator, given = head, rest
    words = label(unit, lang, "unit")
    over = (
        f"（{label(window, lang, 'window')}）"
        if window and lang == "zh"
        else f" ({label(window, lang, 'window').lower()})"
        if window
        else ""
    )
    sign = OPERATORS.get(operator, ("", ""))[0 if lang == "zh" else 1]
    if "/" in given:  # a share of what is counted
        return said(lang, f"{sign}{words}的{given}{over}", f"{sign} {given} of the {words.lower()}{over}".strip())
    measure = "个" if unit == "workdays" else ""
    return said(lang, f"{sign}{given}{measure}{words}{over}", f"{sign} {given} {words.lower()}{over}".strip())


OPERATORS = {">": ("超过", "more than"), ">=": ("不少于", "at least"), "<=": ("不超过", "at most")}


def source(lang: Language, parameter: Mapping[str, Any]) -> str:
    """Chinese and English stand beside each other, ` · ` between."""
    zh, _, en = str(parameter["source"]).partition(" · ")
    return zh if lang == "zh" or not en else en


def mark(lang: Language, parameter: Mapping[str, Any]) -> str:
    """What the number rests on; that it is not in the Measures is said even where no mark came along."""
    code = parameter.get("mark") or ("chosen" if parameter["source"] == NOT_IN_THE_MEASURES else "")
    return label(code, lang, "mark") if code else ""


def known(lang: Language, code: str | None, kind: str) -> str:
    """The word for a code that may be absent."""
    return label(code, lang, kind) if code else ""
