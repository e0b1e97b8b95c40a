"""What stands in the fields of a resource, as JSON Schema: taken from the facts that it is folded from, and a few words of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.message import Fact

Shape = dict[str, Any]
Shapes = Mapping[str, Shape]

ID: Shape = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
TEXT: Shape = {"type": "string"}
WHOLE: Shape = {"type": "integer"}
DAY: Shape = {"type": "string", "format": "date", "pattern": "^(19[0-9]{2}|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}$"}
YEAR: Shape = {"type": "integer", "minimum": 1900, "maximum": 2199}
INSTANT: Shape = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^(19[0-9]{2}|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-4]):00)$",
}
PLACE: Shape = {"type": "string", "pattern": "^[0-9]{1,18}$"}
"""The cursor of most lists."""
DAYS: Shape = {"type": "array", "items": DAY}
EVENT: Shape = {"type": "string", "pattern": "^[a-z]+/[A-Za-z0-9_-]{1,160}@[1-9][0-9]{0,9}$"}
CITED: Shape = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,160}@[1-9][0-9]{0,9}$"}
"""An event within its service: stream and version."""


def maybe(shape: Shape) -> Shape:
    return {"anyOf": [shape, {"type": "null"}]}


def one_of(*codes: str) -> Shape:
    return {"type": "string", "enum": list(codes)}


def of(*facts: type[Fact]) -> dict[str, Shape]:
    """The public fields of these facts; what need not be given may be null."""
    found: dict[str, Shape] = {}
    for fact in facts:
        schema = fact.model_json_schema(by_alias=True)
        parts = schema.get("$defs", {})
        for name, shape in schema["properties"].items():
            if name != "private":
                found.setdefault(name, _whole(shape, parts))
    return found


def _whole(shape: Any, parts: Mapping[str, Shape]) -> Any:
    """Without references, titles and defaults."""
    if isinstance(shape, list):
        return [_whole(s, parts) for s in shape]
    if not isinstance(shape, dict):
        return shape
    if "$ref" in shape:
        return _whole(parts[shape["$ref"].rsplit("/", 1)[1]], parts)
    return {k: _properties(v, parts) if k == "properties" else _whole(v, parts) for k, v in shape.items() if k not in ("title", "default")}


def _properties(shapes: Shapes, parts: Mapping[str, Shape]) -> Shape:
    return {name: _whole(shape, parts) for name, shape in shapes.items()}


def said(fact: Fact) -> dict[str, Any]:
    """The public fields of a fact, each of them, null where nothing was said."""
    return fact.model_dump(mode="json", exclude={"private"})
