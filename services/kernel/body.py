"""A command as it arrived, read strictly; what is wrong with it is said by field, never by value: a value may be a name."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, StringConstraints, ValidationError

from services.kernel.refusal import refused

M = TypeVar("M", bound=BaseModel)
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
EXACT = 2**53
"""Beyond it a number is not the same to every reader of JSON."""
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}")
"""The names of what a policy says. Its values are not empty, so that nothing in a line looks like a place left open."""
CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""No text has it: PostgreSQL refuses some of it, and a terminal or a sheet obeys the rest."""
CONTROL_BUT_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
PROSE = 1000
"""Characters: a field that may be longer has lines and tabs."""

WORDS: dict[str, tuple[str, str, str]] = {
    "missing": ("missing", "缺少此字段", "This field is missing"),
    "extra_forbidden": ("unknown-field", "没有这个字段", "There is no such field"),
    "literal_error": ("unknown-code", "不是可用的代码", "Not one of the codes"),
    "string_type": ("not-text", "应为文本", "Text is expected"),
    "string_pattern_mismatch": ("wrong-form", "格式不对", "Not of the expected form"),
    "string_too_short": ("too-short", "不能为空", "It must not be empty"),
    "string_too_long": ("too-long", "文本过长", "The text is too long"),
    "bool_type": ("not-true-or-false", "应为 true 或 false", "true or false is expected"),
    "int_type": ("not-a-whole-number", "应为整数", "A whole number is expected"),
    "int_from_float": ("not-a-whole-number", "应为整数", "A whole number is expected"),
    "float_type": ("not-a-number", "应为数字", "A number is expected"),
    "date_type": ("not-a-day", "应为日期 YYYY-MM-DD", "A day YYYY-MM-DD is expected"),
    "date_parsing": ("not-a-day", "应为日期 YYYY-MM-DD，且确有此日", "A day YYYY-MM-DD that exists is expected"),
    "date_from_datetime_parsing": ("not-a-day", "应为日期 YYYY-MM-DD，且确有此日", "A day YYYY-MM-DD that exists is expected"),
    "date_from_datetime_inexact": ("not-a-day", "应为日期 YYYY-MM-DD", "A day YYYY-MM-DD is expected"),
    "tuple_type": ("not-a-list", "应为列表", "A list is expected"),
    "dict_type": ("not-an-object", "应为对象", "An object is expected"),
    "model_type": ("not-an-object", "应为对象", "An object is expected"),
    "model_attributes_type": ("not-an-object", "应为对象", "An object is expected"),
    "control_character": ("control-character", "含有控制字符或无效字符", "It contains a control character or half a character"),
    "out_of_range": ("out-of-range", "超出可用范围", "Out of the usable range"),
}
ANYTHING = ("invalid", "不符合要求", "Not valid")


class FieldError(NamedTuple):
    field: str
    code: str
    zh: str
    en: str


class Invalid(Exception):
    """Some fields are not as the command's schema wants them."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__(", ".join(f"{e.field}: {e.code}" for e in errors))
        self.errors = errors


def read(command: type[M], body: bytes) -> M:
    """Raises Refused `not-json`, or Invalid."""
    try:
        proposed = command.model_validate_json(body, strict=True, extra="forbid")
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=True, include_input=False)
        if any(e["type"] == "json_invalid" for e in found):
            raise _unreadable(body) from None
        raise Invalid(sorted({_said(e["loc"], e["type"], e.get("ctx", {})) for e in found})) from None
    if wrong := sorted({_said(loc, kind, {}) for loc, kind in _unusable(proposed)}):
        raise Invalid(wrong)
    return proposed


def _unreadable(body: bytes) -> Exception:
    """Half of a surrogate pair is no character, yet JSON can write it: then it is said which field has it."""
    try:
        said = json.loads(body)
        halves = sorted({_said(loc, kind, {}) for loc, kind in _unusable(said) if kind == "control_character"})
    except (ValueError, RecursionError):
        halves = []
    return Invalid(halves) if halves else refused("not-json")


def _said(loc: tuple[int | str, ...], kind: str, context: dict[str, Any]) -> FieldError:
    code, zh, en = WORDS.get(kind, ANYTHING)
    if kind == "literal_error":
        zh, en = f"{zh}：{context['expected']}", f"{en}: {context['expected']}"  # of the schema, not of the caller
    return FieldError(".".join(_name(part) for part in loc), code, zh, en)


def _name(part: int | str) -> str:
    """A caller's own field name is repeated only where it looks like one."""
    return str(part) if isinstance(part, int) or NAME.fullmatch(part) else "?"


def _unusable(value: Any, loc: tuple[int | str, ...] = (), lines: bool = True) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Where, and what: days and numbers that the calendar or JSON cannot carry on from here, text that no reader expects.
    `lines`: whether text may have them."""
    for name, part in _parts(value):
        yield from _unusable(part, (*loc, name), name in _prose(type(value)) if isinstance(value, BaseModel) else lines)
    if isinstance(value, str):
        if kind := _wrong_text(value, loc[-1:] == ("month",), lines):
            yield loc, kind
        return
    if isinstance(value, dict):
        for name, part in value.items():
            if not PARAMETER.fullmatch(name):
                yield (*loc, name), "control_character" if CONTROL.search(name) else "string_pattern_mismatch"
            elif part == "":
                yield (*loc, name), "string_too_short"
        return
    if isinstance(value, date):
        usable = EARLIEST <= value <= LATEST
    elif isinstance(value, float):
        usable = math.isfinite(value) and (value == 0 or 1e-6 <= abs(value) <= EXACT)
    elif isinstance(value, int) and not isinstance(value, bool):
        lowest, highest = (EARLIEST.year, LATEST.year) if loc[-1:] == ("year",) else (-EXACT, EXACT)
        usable = lowest <= value <= highest
    else:
        usable = True
    if not usable:
        yield loc, "out_of_range"


def _wrong_text(text: str, is_month: bool, lines: bool) -> str | None:
    if (CONTROL_BUT_LINES if lines else CONTROL).search(text):
        return "control_character"
    return "out_of_range" if is_month and not str(EARLIEST)[:7] <= text <= str(LATEST)[:7] else None


@cache
def _prose(model: type[BaseModel]) -> frozenset[str]:
    """The fields whose text may have lines."""
    found = ((f.alias or name, (*f.metadata, *_inside(f.annotation))) for name, f in model.model_fields.items())
    return frozenset(name for name, said in found if any(isinstance(c, StringConstraints) and (c.max_length or 0) > PROSE for c in said))


def _inside(annotation: Any) -> Iterator[Any]:
    for part in get_args(annotation):
        yield part
        yield from _inside(part)


def _parts(value: Any) -> Iterable[tuple[int | str, Any]]:
    if isinstance(value, BaseModel):
        return [(field.alias or name, getattr(value, name)) for name, field in type(value).model_fields.items()]
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list | tuple) else ()
