"""Units: registered, renamed, merged into another, closed (Article 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from contracts.message import Fact
from contracts.registry import CloseUnit, MergeUnit, RegisterUnit, RenameUnit, UnitClosed, UnitMerged, UnitRegistered, UnitRenamed
from services.kernel.past import Past, final, once, restated
from services.kernel.refusal import refused


@dataclass(frozen=True, slots=True)
class Unit:
    registered: UnitRegistered
    renamed: UnitRenamed | None
    merged: UnitMerged | None
    closed: UnitClosed | None

    @classmethod
    def of(cls, past: Past, unit_id: str, field: str = "unit_id") -> Self:
        """Refuses `unknown-unit`."""
        registered = past.last(UnitRegistered, unit_id=unit_id)
        if registered is None:
            raise refused("unknown-unit", field)
        return cls(
            registered,
            past.last(UnitRenamed, unit_id=unit_id),
            past.last(UnitMerged, unit_id=unit_id),
            past.last(UnitClosed, unit_id=unit_id),
        )

    def must_be_open(self, on: date, field: str = "unit_id") -> None:
        """On that day it is neither merged nor closed."""
        if self.merged and self.merged.merged_on <= on:
            raise refused("unit-merged", field)
        if self.closed and self.closed.closed_on <= on:
            raise refused("unit-closed", field)


def register(c: RegisterUnit, past: Past) -> Sequence[Fact]:
    return once(c, past.last(UnitRegistered, unit_id=c.unit_id))


def rename(c: RenameUnit, past: Past) -> Sequence[Fact]:
    unit = Unit.of(past, c.unit_id)
    stated = past.last(UnitRenamed, unit_id=c.unit_id, renamed_on=c.renamed_on)
    if stated is None:
        unit.must_be_open(c.renamed_on)
    return restated(c, stated)


def merge(c: MergeUnit, past: Past) -> Sequence[Fact]:
    if c.unit_id == c.into_unit_id:
        raise refused("merge-into-itself", "into_unit_id")
    unit = Unit.of(past, c.unit_id)
    if unit.merged is None:
        unit.must_be_open(c.merged_on)
        Unit.of(past, c.into_unit_id, "into_unit_id").must_be_open(c.merged_on, "into_unit_id")
    return final(c, unit.merged, "unit-merged")


def close(c: CloseUnit, past: Past) -> Sequence[Fact]:
    unit = Unit.of(past, c.unit_id)
    if unit.closed is None:
        unit.must_be_open(c.closed_on)
    return final(c, unit.closed, "unit-closed")
