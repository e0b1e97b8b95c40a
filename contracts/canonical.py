"""The one way in which JSON is written here: hashes, idempotency and seals are of these bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

WHOLE = re.compile(rb"\.0(?:[],}]|$)").search
"""Finds whole floats as orjson writes them, and at worst some text that looks like one."""


def canonical(value: Mapping[str, Any]) -> bytes:
    """RFC 8785 of JSON values whose keys are ASCII: orjson's sorted form is byte-equal and much faster. Numbers follow
    ECMAScript there; here they are integers, or fractions written alike by both (0.5, not 1e-7)."""
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return text if not WHOLE(text) else orjson.dumps(_plain(value), option=orjson.OPT_SORT_KEYS)


def _plain(value: Any) -> Any:
    """Whole floats as integers, as RFC 8785 writes them."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value
