"""The main Party and administrative heads of a unit, who owe the talks of Article 6. One holder an office; one person may
hold both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.codes import Office
from contracts.message import Fact
from contracts.registry import AppointUnitHead, UnitHeadAppointed, UnitHeadVacated, VacateUnitHead
from services.kernel.past import Past, in_order
from services.kernel.refusal import refused
from services.registry.unit import Unit


def holder(past: Past, unit_id: str, office: Office, on: date) -> UnitHeadAppointed | None:
    """Who holds the office on that day: who was appointed last by then, in whatever order it became known, unless they left."""
    begun = [term for term in past.all(UnitHeadAppointed, unit_id=unit_id, office=office) if term.from_ <= on]
    if not begun:
        return None
    term = max(reversed(begun), key=lambda t: t.from_)  # of two from one day, the one recorded later
    return None if any(term.from_ <= v.vacated_on <= on for v in _vacated(past, term)) else term


def _vacated(past: Past, term: UnitHeadAppointed) -> list[UnitHeadVacated]:
    return past.all(UnitHeadVacated, unit_id=term.unit_id, office=term.office, head_ref=term.head_ref)


def appoint(c: AppointUnitHead, past: Past) -> Sequence[Fact]:
    unit = Unit.of(past, c.unit_id)
    if past.last(UnitHeadAppointed, unit_id=c.unit_id, office=c.office, head_ref=c.head_ref, from_=c.from_):
        return ()
    unit.must_be_open(c.from_)
    now = holder(past, c.unit_id, c.office, c.from_)
    if now is None:
        return (c,)
    if now.head_ref == c.head_ref:
        return ()
    raise refused("office-occupied", "office")


def vacate(c: VacateUnitHead, past: Past) -> Sequence[Fact]:
    Unit.of(past, c.unit_id)
    if past.last(UnitHeadVacated, unit_id=c.unit_id, office=c.office, head_ref=c.head_ref, vacated_on=c.vacated_on):
        return ()
    terms = past.all(UnitHeadAppointed, unit_id=c.unit_id, office=c.office, head_ref=c.head_ref)
    if not terms:
        raise refused("not-in-office", "head_ref")
    in_order(min(t.from_ for t in terms), c.vacated_on, "vacated_on")
    now = holder(past, c.unit_id, c.office, c.vacated_on)
    if now is None or now.head_ref != c.head_ref:
        raise refused("not-in-office", "head_ref")
    return (c,)
