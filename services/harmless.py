"""Text that no spreadsheet takes for a formula, whoever wrote it: what workbooks send back and what is exported."""

from __future__ import annotations

import unicodedata

_BEGIN = frozenset("=+-@")
_MINUS = "\N{MINUS SIGN}"
"""No width makes it a hyphen, and spreadsheets take it for one."""
_CONTROL = frozenset("\t\r\n")


def harmless(said: str) -> str:
    """With an apostrophe before it where it would begin a formula, now or after a round through a CSV file."""
    return "'" + said if starts_formula(said) else said


def starts_formula(said: str) -> bool:
    """Does it begin with = + - @, of any width, with a tab or a new line? What nobody sees before it does not count."""
    if said[:1] in _CONTROL:
        return True
    seen = next((c for c in said if not (c.isspace() or unicodedata.category(c) in ("Cf", "Cc"))), "")
    return seen == _MINUS or unicodedata.normalize("NFKC", seen)[:1] in _BEGIN if seen else False
