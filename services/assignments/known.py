"""What the registry said about cadres and units, as far as it is known here."""

from __future__ import annotations

from datetime import date

from contracts.registry import CadreDeceased, CadreExited, CadreRegistered, CadreTransferred, RetirementCompleted, UnitRegistered
from services.kernel.past import Past
from services.kernel.refusal import refused


def cadre(past: Past, cadre_id: str, field: str = "cadre_id") -> None:
    if past.last(CadreRegistered, cadre_id=cadre_id) is None:
        raise refused("unknown-cadre", field)


def unit(past: Past, unit_id: str, field: str = "unit_id") -> None:
    if past.last(UnitRegistered, unit_id=unit_id) is None:
        raise refused("unknown-unit", field)


def serving(past: Past, cadre_id: str, on: date) -> None:
    """Registered, and on that day neither retired nor dead."""
    cadre(past, cadre_id)
    retired, deceased = past.last(RetirementCompleted, cadre_id=cadre_id), past.last(CadreDeceased, cadre_id=cadre_id)
    if retired and retired.completed_on <= on:
        raise refused("already-retired")
    if deceased and deceased.died_on <= on:
        raise refused("already-deceased")


def must_not_inspect(past: Past, cadre_id: str, unit_id: str, on: date, field: str) -> None:
    """Refuses `conflict-of-interest`: a responsible inspector recuses themselves from a school where they led or belong (教育督导条例 10).
    Other ties are in no fact: people recuse themselves. An office is hosted in, not inspected."""
    unit_facts = past.last(UnitRegistered, unit_id=unit_id)
    if unit_facts and unit_facts.kind == "office":
        return
    left = {e.unit_id for e in past.all(CadreExited, cadre_id=cadre_id)}
    if unit_id in left or unit_id == belongs(past, cadre_id, on):
        raise refused("conflict-of-interest", field)


def belongs(past: Past, cadre_id: str, on: date) -> str | None:
    """The unit of the personnel relation on that day."""
    registered = past.last(CadreRegistered, cadre_id=cadre_id)
    moves = [t for t in past.all(CadreTransferred, cadre_id=cadre_id) if t.transferred_on <= on]
    last = max(moves, key=lambda t: t.transferred_on, default=None)
    return last.to_unit_id if last else registered.unit_id if registered else None
