"""Secondment to a host unit. The unit of the personnel relation stays accountable (Article 3)."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.message import Fact
from contracts.registry import EndSecondment, SecondmentEnded, SecondmentStarted, StartSecondment
from services.kernel.past import Past
from services.kernel.refusal import refused
from services.registry.cadre import Cadre
from services.registry.unit import Unit


def start(c: StartSecondment, past: Past) -> Sequence[Fact]:
    cadre = Cadre.of(past, c.cadre_id)
    Unit.of(past, c.host_unit_id, "host_unit_id")
    if past.last(SecondmentStarted, cadre_id=c.cadre_id, host_unit_id=c.host_unit_id, from_=c.from_):
        return ()
    cadre.must_live(c.from_)
    return (c,)


def end(c: EndSecondment, past: Past) -> Sequence[Fact]:
    Cadre.of(past, c.cadre_id)
    ends = past.all(SecondmentEnded, cadre_id=c.cadre_id, host_unit_id=c.host_unit_id)
    if any(e.ended_on == c.ended_on for e in ends):
        return ()
    begun = [s for s in past.all(SecondmentStarted, cadre_id=c.cadre_id, host_unit_id=c.host_unit_id) if s.from_ <= c.ended_on]
    if len(begun) <= len([e for e in ends if e.ended_on <= c.ended_on]):
        raise refused("not-seconded", "ended_on")
    return (c,)
