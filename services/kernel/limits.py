"""What a command's schema says of the limits that `body.read` keeps: days and numbers that can be reckoned with, text without control
characters, no field that nobody knows."""

from __future__ import annotations

from typing import Any

from services.kernel.body import EXACT, PROSE
from services.kernel.shapes import DAY, YEAR

Schema = dict[str, Any]
MONTH = "^(19[0-9]{2}|2[01][0-9]{2})-(0[1-9]|1[0-2])$"
LINE = r"^[^\x00-\x1f\x7f]*$"
LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
WHOLE = {"minimum": -EXACT, "maximum": EXACT}
FRACTION = {"anyOf": [{"const": 0}, {"minimum": 1e-6, "maximum": EXACT}, {"minimum": -EXACT, "maximum": -1e-6}]}
NAMES = {"propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_.]{0,63}$"}}


def usable(shape: Any, name: str = "") -> Any:
    """The schema of a command, or of a part of it, with its limits."""
    if isinstance(shape, list):
        return [usable(s, name) for s in shape]
    if not isinstance(shape, dict):
        return shape
    found = {k: _inside(k, v, name) for k, v in shape.items() if k not in ("title", "default")}
    match found:
        case {"type": "string", "format": "date"}:
            found |= DAY
        case {"type": "string"} if name == "month":
            found["pattern"] = MONTH
        case {"type": "string"} if "pattern" not in found and "enum" not in found:
            found["pattern"] = LINES if found.get("maxLength", 0) > PROSE else LINE
            found["minLength"] = 1 if name == "parameters" else found.get("minLength", 0)
        case {"type": "integer"}:
            found = (YEAR if name == "year" else WHOLE) | found
        case {"type": "number"}:
            found |= FRACTION
        case {"type": "object", "properties": _}:
            found["additionalProperties"] = False
        case {"type": "object", "additionalProperties": _}:
            found |= NAMES
    return found


def _inside(key: str, value: Any, name: str) -> Any:
    if key == "properties":
        return {n: usable(s, n) for n, s in value.items()}
    return usable(value, name)
