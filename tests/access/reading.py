"""A second, plain reading of who may do what: from the words of access.yaml and of `_by` in events.yaml, cell by cell, without the code
that decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml

CONTRACTS = Path(__file__).parents[2] / "contracts"
RULES: Mapping[str, Any] = yaml.safe_load((CONTRACTS / "access.yaml").read_text("utf-8"))
EVENTS: Mapping[str, Mapping[str, Any]] = yaml.safe_load((CONTRACTS / "events.yaml").read_text("utf-8"))


class Holding(NamedTuple):
    """One grant, with the days on which it counts."""

    role: str
    unit: str | None
    cadre: str | None
    first: date
    last: date


class Thing(NamedTuple):
    """What is acted on or read: a cadre who belongs to `home` until `moved`, then to `away`; or a unit; or nobody's."""

    cadre: str | None
    home: str | None
    away: str | None
    moved: date

    def unit(self, on: date) -> str | None:
        return self.away if on >= self.moved and self.cadre else self.home


def reads(what: str, holding: Holding, thing: Thing, on: date) -> str:
    """yes, no or logged."""
    if not holding.first <= on <= holding.last:
        return "no"
    words = RULES["reads"][what].get(holding.role)
    if words is None:
        return "no"
    answer = "logged" if words.endswith("+log") else "yes"
    return answer if _within(words.removesuffix("+log"), holding, thing, on) else "no"


def acts(service: str, event: str, level: str | None, holding: Holding, thing: Thing, on: date, paper_of: str | None) -> bool:
    """`paper_of`: whose paper is entered, by somebody who is not that."""
    if not holding.first <= on <= holding.last:
        return False
    words = EVENTS[service][event]["_by"]
    mine = words.replace(";", ",").split(",")[0].strip()
    whose = {mine}
    if "branch for level unit" in words and level == "unit":
        whose.add("branch")
    if paper_of is None:
        doer = holding.role in whose
    else:
        enter = {"section", "branch"}
        if "section on behalf" in words and "branch" not in words:
            enter = {"section"}
        doer = paper_of in whose and holding.role in enter
    reach = {"cadre": "own", "branch": "unit", "unit_head": "unit"}.get(holding.role, "all")
    return doer and _within(reach, holding, thing, on)


def _within(scope: str, holding: Holding, thing: Thing, on: date) -> bool:
    is_self = thing.cadre is not None and holding.cadre == thing.cadre
    is_unit = thing.unit(on) is not None and holding.unit == thing.unit(on)
    nobodys = thing.cadre is None and thing.unit(on) is None
    if scope == "own":
        return is_self
    if scope == "unit":
        return is_unit
    if scope in ("assigned", "granted"):
        return is_self or (is_unit and holding.cadre is None)
    narrowed = holding.unit is not None or holding.cadre is not None
    return nobodys or not narrowed or is_self or (is_unit and holding.cadre is None)


def acted() -> Iterator[tuple[str, str, str | None]]:
    """Every event that people cause, and where the level decides who may, each level."""
    for service, events in EVENTS.items():
        for event, said in events.items():
            words = said.get("_by", "")
            if words and not words.startswith(("whoever", "the principal")):
                for level in ("unit", "committee") if "level unit" in words else (None,):
                    yield service, event, level
