"""Leaving a leading post, and returning to one (Article 2). Every exit from a post is a fact; which of them opens the scope
is for the law."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.message import Fact
from contracts.registry import CadreExited, CadreReinstated, CorrectExit, ExitCorrected, RegisterExit, ReinstateCadre
from services.kernel.past import Past, restated, same
from services.kernel.refusal import refused
from services.registry.cadre import Cadre
from services.registry.unit import Unit


def exits(past: Past, cadre_id: str) -> list[tuple[date, CadreExited]]:
    """Exits with the day on which they took place, corrections applied, in the order of those days."""
    found = []
    for event in past.events:
        if isinstance(event.data, CadreExited) and event.data.cadre_id == cadre_id and event.id not in past.retracted:
            day = event.data.exited_on
            for correction in past.all(ExitCorrected, cadre_id=cadre_id, corrects=event.id):
                day = correction.exited_on or day
            found.append((day, event.data))
    return sorted(found, key=lambda pair: pair[0])


def register(c: RegisterExit, past: Past) -> Sequence[Fact]:
    """A second exit needs a reinstatement between; an exit from a post outside the bureau's units does not stand in the way."""
    cadre = Cadre.of(past, c.cadre_id)
    stated = exits(past, c.cadre_id)
    if any(same(c, e) for _, e in stated):
        return ()
    Unit.of(past, c.unit_id)
    cadre.must_live(c.exited_on)
    if cadre.retired and cadre.retired.completed_on < c.exited_on:
        raise refused("exit-after-retirement", "exited_on")
    before = [day for day, e in stated if e.subordinate_unit == c.subordinate_unit and day <= c.exited_on]
    if before and not _reinstated(past, c.cadre_id, before[-1], c.exited_on):
        raise refused("already-exited", "exited_on")
    return (c,)


def correct(c: CorrectExit, past: Past) -> Sequence[Fact]:
    Cadre.of(past, c.cadre_id)
    if c.exited_on is None and c.reason is None:
        raise refused("nothing-given", "exited_on")
    corrected = past.event(c.corrects)
    if corrected is None or c.corrects in past.retracted or not isinstance(corrected.data, CadreExited):
        raise refused("unknown-fact", "corrects")
    if corrected.data.cadre_id != c.cadre_id:
        raise refused("unknown-fact", "corrects")
    return restated(c, past.last(ExitCorrected, cadre_id=c.cadre_id, corrects=c.corrects))


def reinstate(c: ReinstateCadre, past: Past) -> Sequence[Fact]:
    cadre = Cadre.of(past, c.cadre_id)
    stated = past.last(CadreReinstated, cadre_id=c.cadre_id, reinstated_on=c.reinstated_on)
    if stated is None:
        Unit.of(past, c.unit_id)
        cadre.must_live(c.reinstated_on)
        before = [day for day, _ in exits(past, c.cadre_id) if day <= c.reinstated_on]
        if not before or _reinstated(past, c.cadre_id, before[-1], c.reinstated_on):
            raise refused("not-exited", "reinstated_on")
    return restated(c, stated)


def _reinstated(past: Past, cadre_id: str, after: date, until: date) -> bool:
    return any(after <= r.reinstated_on <= until for r in past.all(CadreReinstated, cadre_id=cadre_id))
