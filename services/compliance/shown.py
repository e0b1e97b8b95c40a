"""The JSON form of an answer: whole numbers without a fraction, nothing that is not there."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

OPTIONAL = frozenset({"owed_by", "about", "mark", "uncertain_since", "would_change"})
"""Left out where there is none; everything else is always there, as null."""


def shown(answer: BaseModel) -> dict[str, Any]:
    form = _plain(answer.model_dump(mode="json"))
    assert isinstance(form, dict)
    return form


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if v is not None or k not in OPTIONAL}
    return [_plain(v) for v in value] if isinstance(value, list) else value
