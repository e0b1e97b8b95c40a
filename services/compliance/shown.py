"""The JSON form of an answer: whole numbers without a fraction, nothing that is not there. Written straight from the answer: a bulk of
answers takes longer to copy than to decide otherwise."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

import orjson
from pydantic import BaseModel

OPTIONAL = frozenset({"owed_by", "about", "mark", "uncertain_since", "would_change"})
"""Left out where there is none; everything else is always there, as null."""


def shown(answer: BaseModel) -> dict[str, Any]:
    form: dict[str, Any] = orjson.loads(text(answer))
    return form


def text(answer: BaseModel) -> bytes:
    return orjson.dumps(answer, default=_form)


def _form(part: BaseModel) -> dict[str, Any]:
    given = values = part.__dict__
    optional, numbers = _plan(type(part))
    for name in optional:
        if given[name] is None:
            values = {k: v for k, v in given.items() if v is not None or k not in OPTIONAL}
            break
    for name in numbers:
        if type(given[name]) not in PLAIN:
            values = values | {name: _plain(given[name])}
    return values


PLAIN = (str, int, bool, type(None))


@cache
def _plan(kind: type[BaseModel]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which fields may be left out, and which may hold a number with a fraction."""
    fields = kind.model_fields
    assert all(field.alias is None for field in fields.values()), "an answer is written by the names of its fields"
    return tuple(OPTIONAL & fields.keys()), tuple(name for name, field in fields.items() if _fractional(field.annotation))


def _fractional(annotation: Any) -> bool:
    return annotation in (float, Any) or any(map(_fractional, get_args(annotation)))


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if v is not None or k not in OPTIONAL}
    return [_plain(v) for v in value] if isinstance(value, list) else value
