"""What may be said of a parameter where somebody says it anew: in a command, a draft, a file. What is recorded already is not judged
here: the law passes over what it does not know."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from datetime import date

from contracts.message import Value
from services.compliance.law.numbers import THRESHOLD, Number, numbers
from services.compliance.law.policy import problem
from services.kernel.refusal import Refused, refused

UNKNOWN, BAD = "unknown-parameter", "bad-parameter-value"
UNITS = {"appraisal.no_grade.leave_share": ("workdays", "calendar_days")}
"""Thresholds that may be counted in more than one unit."""


def check(parameters: Mapping[str, Value], field: str = "parameters") -> None:
    """Raises Refused `unknown-parameter` or `bad-parameter-value`, with an entry for each that is wrong, and `nothing-given` when none
    is named."""
    if not parameters:
        raise refused("nothing-given", field)
    found = [error for name, value in parameters.items() for error in _wrong(name, value, f"{field}.{name}")]
    if found:
        refusal: Refused = refused(min((e["code"] for e in found), key=(UNKNOWN, BAD).index), found[0]["field"])
        refusal.errors = found
        raise refusal


def _wrong(name: str, value: Value, field: str) -> Iterator[dict[str, str]]:
    lines = numbers().get(name)
    if lines is None:
        near = difflib.get_close_matches(name, sorted(numbers()), n=1, cutoff=0.5)
        zh, en = (f"；最接近的是 {near[0]}", f"; the nearest is {near[0]}") if near else ("", "")
        yield {"field": field, "code": UNKNOWN, "zh": f"没有这个参数{zh}", "en": f"There is no such parameter{en}"}
    elif said := _expected(lines[-1], value):
        yield {"field": field, "code": BAD, "zh": f"应为{said[0]}", "en": f"Expected: {said[1]}"}


def _expected(known: Number, value: Value) -> tuple[str, str] | None:
    """What should stand there, or None when the value is right."""
    if known.alternatives:
        right = problem(known.name, value) is None and any(
            value == a and isinstance(value, bool) == isinstance(a, bool) for a in known.alternatives
        )
        said = ", ".join(str(a).lower() if isinstance(a, bool) else str(a) for a in known.alternatives)
        return None if right else (f" {said} 之一", f"one of {said}")
    if isinstance(known.value, bool):
        return None if isinstance(value, bool) else (" true 或 false", "true or false")
    if isinstance(known.value, list):
        return None if isinstance(value, list) else ("列表", "a list")
    form = THRESHOLD.match(str(known.value))
    if form is None:
        return _text(known, value)
    unit = UNITS.get(known.name, (str(known.unit),))
    given = None if isinstance(value, bool | list) else THRESHOLD.match(str(value))
    fits = given is not None and given[4] in ("", *unit) and problem(known.name, value) is None
    if form[1]:
        example = str(known.value)
        return (
            None
            if fits and given is not None and given[1]
            else (f'带比较符的界限，如 "{example}"（须加引号）', f'a threshold with its operator such as "{example}" (in quotes)')
        )
    whole = fits and given is not None and given[1] is None and given[3] is None and float(given[2]).is_integer()
    return None if whole else (f"不带比较符的整数，如 {known.value}", f"a whole number without operator such as {known.value}")


def _text(known: Number, value: Value) -> tuple[str, str] | None:
    """A parameter that documents, in words or as a day."""
    try:
        date.fromisoformat(str(known.value))
    except ValueError:
        return None if isinstance(value, str) and value.strip() else ("文字", "words")
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return "日期 YYYY-MM-DD", "a day YYYY-MM-DD"
    return None
