"""Acts: commands entered on a day, the stuff of which the demo's story is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.message import Fact


@dataclass(frozen=True, slots=True)
class Person:
    """`named`: a workbook that arrives later tells of them, so they play no part of their own."""

    cadre_id: str
    unit_id: str
    exited_on: date
    named: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """A command entered on a day; `whose`: the role whose act it is when the section enters its paper."""

    on: date
    command: Fact
    whose: str | None = None


def act(on: date, command: type[Fact], whose: str | None = None, **given: Any) -> Act:
    return Act(on, command.model_validate(_frozen(given)), whose)


def since(day: date) -> dict[str, Any]:
    return {"from": day}


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _frozen(v) for k, v in value.items()}
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value
