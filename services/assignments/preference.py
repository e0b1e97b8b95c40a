"""What tasks a cadre would take on (Article 5): one leg of the two-sided choice."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.assignments import DeclareDutyPreference, DutyPreferenceDeclared
from contracts.message import Fact
from services.assignments import known
from services.kernel.past import Past, restated
from services.kernel.refusal import refused


def declare(c: DeclareDutyPreference, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    if not c.categories:
        raise refused("nothing-given", "categories")
    return restated(c, past.last(DutyPreferenceDeclared, cadre_id=c.cadre_id, declared_on=c.declared_on))
