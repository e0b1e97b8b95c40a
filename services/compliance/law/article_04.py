"""Article 4 - the exit is no leave of absence: no unit may let a cadre stay away from post or job without procedure.

Not computed: whether order at work suffered; the tolerated absence is enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.compliance.law.findings import Inquiry, Raised

ARTICLE = "4.1"


def unit_connivance(inquiry: Inquiry) -> Iterator[Raised]:
    """For each recorded absence that the unit knew of, unless it was characterised as excused or official business."""
    case = inquiry.case
    for record in case.days.records:
        if record.fact.unit_knew:
            days = sorted(record.days & case.in_scope.keys())
            tolerated = [d for d in days if case.in_scope[d].kind in ("connived", "unexcused") and not case.in_scope[d].missing]
            if tolerated:
                yield from inquiry.act("unit_connivance", ARTICLE, "branch", date.fromordinal(tolerated[0]), record.evidence())
