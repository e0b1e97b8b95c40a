"""The numbers of the law as dated data: every parameter with its value, unit, first day, source and mark. The marks:
`text` the Measures say so; `superior` a superior rule does; `excerpt` known from an excerpt of one; `provisional` and
`chosen` are policy parameters that are not in the Measures. A new number is a new line; nothing repealed is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import yaml

from contracts.answers import Mark
from contracts.message import Value


@dataclass(frozen=True, slots=True)
class Number:
    name: str
    value: Value
    in_force_from: date
    source: str
    mark: Mark
    unit: str = ""
    alternatives: tuple[Value, ...] = ()


@cache
def numbers() -> dict[str, tuple[Number, ...]]:
    """By name, in the order of their first days."""
    found: dict[str, tuple[Number, ...]] = {}
    for path in sorted(files(__name__).iterdir(), key=lambda p: p.name):
        if path.name.endswith(".yaml"):
            for name, lines in yaml.safe_load(path.read_text(encoding="utf-8")).items():
                found[name] = tuple(sorted((_number(name, line) for line in lines), key=lambda n: n.in_force_from))
    return found


def _number(name: str, line: dict[str, object]) -> Number:
    return Number(
        name,
        line["value"],  # type: ignore[arg-type]
        line["from"],  # type: ignore[arg-type]
        str(line["source"]),
        line["mark"],  # type: ignore[arg-type]
        str(line.get("unit", "")),
        tuple(line.get("alternatives", ())),  # type: ignore[arg-type]
    )
