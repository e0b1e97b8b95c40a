"""Who works in a school vacation."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.assignments import PublishRoster, RosterPublished
from contracts.message import Fact
from services.assignments import known
from services.kernel.past import Past, once, period
from services.kernel.refusal import refused


def publish(c: PublishRoster, past: Past) -> Sequence[Fact]:
    period(c.from_, c.until)
    known.unit(past, c.unit_id)
    if not c.cadre_ids:
        raise refused("nothing-given", "cadre_ids")
    for cadre_id in c.cadre_ids:
        known.cadre(past, cadre_id, "cadre_ids")
    return once(c, past.last(RosterPublished, roster_id=c.roster_id))
