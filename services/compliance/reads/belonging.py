"""Which unit a cadre belongs to on a day, as the registry said: sanctions and reviews name none."""

from __future__ import annotations

from datetime import date

from contracts.registry import CadreRegistered, CadreTransferred
from services.kernel.past import Past


def unit_of(past: Past, cadre_id: str, on: date) -> str | None:
    registered = past.last(CadreRegistered, cadre_id=cadre_id)
    unit = registered.unit_id if registered else None
    for move in sorted(past.all(CadreTransferred, cadre_id=cadre_id), key=lambda m: m.transferred_on):
        unit = move.to_unit_id if move.transferred_on <= on else unit
    return unit


def written(day: date | None) -> str | None:
    return day.isoformat() if day else None
