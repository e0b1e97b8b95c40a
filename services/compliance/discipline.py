"""Sanctions and investigations: decided elsewhere, recorded here (Article 10)."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compliance import (
    CloseInvestigation,
    InvestigationClosed,
    InvestigationOpened,
    OpenInvestigation,
    RecordSanction,
    SanctionRecorded,
)
from contracts.message import Fact
from services.compliance import known
from services.kernel.past import Past, final, in_order, once, period
from services.kernel.refusal import refused


def record_sanction(c: RecordSanction, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    period(c.from_, c.until)
    return once(c, past.last(SanctionRecorded, sanction_id=c.sanction_id))


def open_investigation(c: OpenInvestigation, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    return once(c, past.last(InvestigationOpened, investigation_id=c.investigation_id))


def close_investigation(c: CloseInvestigation, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    opened = past.last(InvestigationOpened, investigation_id=c.investigation_id, cadre_id=c.cadre_id)
    if opened is None:
        raise refused("unknown-investigation", "investigation_id")
    in_order(opened.opened_on, c.closed_on, "closed_on")
    return final(c, past.last(InvestigationClosed, investigation_id=c.investigation_id), "investigation-closed")
