"""What the registry said about cadres and units, as far as it is known here."""

from __future__ import annotations

from datetime import date

from contracts.registry import CadreDeceased, CadreRegistered, RetirementCompleted, UnitRegistered
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
