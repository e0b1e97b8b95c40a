"""The numbers of the law as dated data: every parameter with its value, operator, unit, window, first day, source and mark.
A new number is a new line; nothing repealed is deleted. A line that is not in order stops the programme, named.

`mark`: `text` the Measures say so; `superior` a superior rule does; `excerpt` known from an excerpt of one; `provisional` and
`chosen` are policy parameters that are not in the Measures.
`use`: `in_force` rules read what is in force, so that a policy can change it; `built_in` rules read this very line, and no
policy changes it; `documents` the rules are written accordingly; reasons cite it, nothing reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast, get_args

import yaml

from contracts.answers import Mark
from contracts.message import Value

MARKS: tuple[Mark, ...] = ("text", "superior", "excerpt", "provisional", "chosen")
Use = Literal["in_force", "built_in", "documents"]
Operator = Literal["=", ">", ">=", "<="]
Unit = Literal["workdays", "days", "years", "of_a_workday", "visits", "terms", "times", "complaints", "sources"]
Window = Literal[
    "day", "run", "calendar_year", "rolling_12m", "appraisal_year", "term", "leave", "stretch", "from_exit", "from_talk", "from_request",
    "from_review", "from_report", "from_return", "from_concern", "from_criticism", "from_non_correction", "from_absence", "from_service",
    "from_assessment", "appointment",
]  # fmt: skip
THRESHOLD = re.compile(r"^\s*(>=|>)?\s*([0-9]+(?:\.[0-9]+)?)\s*(?:/\s*([1-9][0-9]*))?\s*([a-z_]*)\s*$")
NOT_IN_THE_MEASURES = "政策参数，办法未作规定 · policy parameter, not in the Measures"
"""The source of whatever was chosen."""
KEYS = frozenset({"from", "value", "operator", "unit", "window", "source", "mark", "use", "alternatives"})


@dataclass(frozen=True, slots=True)
class Number:
    """`operator` is part of the value of a threshold. `window`: over what is counted, or from when a deadline runs. What is
    not counted has neither unit nor window."""

    name: str
    value: Value
    in_force_from: date
    source: str
    mark: Mark
    use: Use = "in_force"
    operator: Operator = "="
    unit: Unit | None = None
    window: Window | None = None
    alternatives: tuple[Value, ...] = ()


class Malformed(ValueError):
    """A line of the numbers that is not in order."""


@cache
def numbers() -> dict[str, tuple[Number, ...]]:
    """By name, in the order of their first days."""
    paths = sorted(files(__name__).iterdir(), key=lambda p: p.name)
    return read(p.read_text(encoding="utf-8") for p in paths if p.name.endswith(".yaml"))


def in_force(name: str, day: date) -> Number | None:
    """The line in force on a day; None before the first."""
    return next((n for n in reversed(numbers()[name]) if n.in_force_from <= day), None)


@cache
def first_days() -> tuple[date, ...]:
    """On which a line that a rule reads begins."""
    return tuple(sorted({n.in_force_from for lines in numbers().values() for n in lines if n.use != "documents"}))


def read(texts: Iterable[str]) -> dict[str, tuple[Number, ...]]:
    found: dict[str, tuple[Number, ...]] = {}
    for text in texts:
        named = yaml.load(text, Loader=_NoDoubles)  # noqa: S506
        _demand(isinstance(named, Mapping), str(named), "not names and their lines")
        for name, lines in named.items():
            known = tuple(sorted((_number(name, line) for line in lines or ()), key=lambda n: n.in_force_from))
            _demand(name not in found, name, "said in two places")
            _demand(bool(known), name, "without a line")
            _demand(len({n.in_force_from for n in known}) == len(known), name, "two lines for one first day")
            found[name] = known
    return found


class _NoDoubles(yaml.SafeLoader):
    """Says that a key is there twice, where YAML would take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        doubled = ", ".join(sorted({str(k) for k in keys if keys.count(k) > 1}))
        _demand(not doubled, f"line {node.start_mark.line + 1}", f"{doubled} is there twice")
        return super().construct_mapping(node, deep)


def _demand(held: bool, name: str, what: str) -> None:
    if not held:
        raise Malformed(f"numbers: {name}: {what}")


def _number(name: str, line: Mapping[str, Any]) -> Number:
    _demand(isinstance(line, Mapping), name, "a line is a mapping")
    _demand(not (strange := set(line) - KEYS), name, f"what is {', '.join(sorted(map(str, strange)))}?")
    _demand(not (lacking := {"from", "value", "mark", "use"} - set(line)), name, f"{', '.join(sorted(lacking))} is missing")
    value, mark, use = line["value"], line["mark"], line["use"]
    alternatives = tuple(line.get("alternatives", ()))
    source = line.get("source", NOT_IN_THE_MEASURES if mark == "chosen" else None)
    _demand(type(line["from"]) is date, name, "from is a day")
    _demand(mark in MARKS, name, f"no mark {mark}")
    _demand(use in get_args(Use), name, f"no use {use}")
    _demand(isinstance(source, str) and " · " in source, name, "a source in Chinese · and English")
    _demand(isinstance(value, bool | int | float | str) or _is_list(value), name, "a value is a number, a word, or a list of words")
    _demand(not alternatives or any(same(value, a) for a in alternatives), name, "the value is not among its alternatives")
    counted = isinstance(value, int | float) and not isinstance(value, bool)
    threshold = isinstance(value, str) and value.lstrip().startswith(">")
    operator: Operator = _operator(name, value) if threshold else line.get("operator", "=")
    _demand(not (threshold and "operator" in line), name, "a threshold says its operator in its value")
    _demand(
        operator in get_args(Operator) and (operator != "=") == (counted or threshold), name, "a number, and nothing else, has an operator"
    )
    for key, known in (("unit", Unit), ("window", Window)):
        _demand((key in line) == (counted or threshold), name, f"a number, and nothing else, has a {key}")
        _demand(line.get(key) in (None, *get_args(known)), name, f"no {key} {line.get(key)}")
    return Number(name, value, line["from"], source, mark, use, operator, line.get("unit"), line.get("window"), alternatives)


def _operator(name: str, value: str) -> Operator:
    found = THRESHOLD.match(value)
    if found is None:
        raise Malformed(f"numbers: {name}: {value} is not a threshold")
    return cast(Operator, found[1])


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def same(value: Value, other: Value) -> bool:
    """Equal as they are written: true is not 1."""
    return value == other and isinstance(value, bool) == isinstance(other, bool)
