"""What the registry said about cadres and units, as far as it is known here."""

from __future__ import annotations

from contracts.registry import CadreRegistered, UnitRegistered
from services.kernel.past import Past
from services.kernel.refusal import refused


def cadre(past: Past, cadre_id: str, field: str = "cadre_id") -> None:
    if past.last(CadreRegistered, cadre_id=cadre_id) is None:
        raise refused("unknown-cadre", field)


def unit(past: Past, unit_id: str, field: str = "unit_id") -> None:
    if past.last(UnitRegistered, unit_id=unit_id) is None:
        raise refused("unknown-unit", field)


def fact(past: Past, event_id: str, about: str, field: str) -> None:
    """A standing fact about this cadre, of any service."""
    event = past.event(event_id)
    if event is None or event.subject != about or event_id in past.retracted:
        raise refused("unknown-fact", field)
