"""What would break those who hold on to a schema: everything but an addition that nobody has to know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FREE = {"title", "description", "examples", "$comment"}
"""Keywords for people; so is every `x-…`, except for what a subscriber's grant and copy rest on."""
BINDING = {"x-grant", "x-time", "x-stream", "x-sealed", "x-key-class", "x-derived"}


def breaking(old: dict[str, Any], new: dict[str, Any], path: str = "") -> Iterator[str]:
    """Each change from `old` to `new` that needs a new major version, as `path: what`."""
    here = path or "event"
    for keyword in sorted(set(old) | set(new)):
        before, after = old.get(keyword), new.get(keyword)
        if keyword in FREE or (keyword.startswith("x-") and keyword not in BINDING):
            continue
        if keyword == "properties":
            yield from _fields(before or {}, after or {}, path)
        elif keyword == "required":
            yield from (f"{_at(path, name)}: newly required" for name in sorted(set(after or []) - set(before or [])))
            yield from (f"{_at(path, name)}: no longer certain to be there" for name in sorted(set(before or []) - set(after or [])))
        elif keyword in ("items", "additionalProperties") and isinstance(before, dict) and isinstance(after, dict):
            yield from breaking(before, after, f"{here}[]")
        elif before != after:
            yield f"{here}: {keyword} changed"


def _fields(old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[str]:
    for name, schema in old.items():
        if name in new:
            yield from breaking(schema, new[name], _at(path, name))
        else:
            yield f"{_at(path, name)}: removed"


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
