"""The ladder, measures, sanctions and investigations (Articles 7, 10)."""

from __future__ import annotations

from datetime import date

from contracts.compliance import (
    ConcernRecorded,
    ConcernReported,
    CorrectionConfirmed,
    CriticismGiven,
    InvestigationClosed,
    InvestigationOpened,
    MeasureDecided,
    NonCorrectionRecorded,
    ReminderTalkHeld,
    SanctionRecorded,
)
from contracts.message import Event
from services.compliance.reads.belonging import unit_of, written
from services.kernel.pages import identity
from services.kernel.past import Past
from services.kernel.resource import Item, Resource
from services.kernel.shapes import DAY, DAYS, ID, TEXT, maybe, of, one_of, said

CONCERN = {
    **of(ConcernRecorded), "reminded_on": DAYS, "criticised_on": DAYS, "not_corrected_on": DAYS, "corrected_on": maybe(DAY),
    "reported_on": maybe(DAY), "document_no": maybe(TEXT),
    "state": one_of("recorded", "reminded", "criticised", "not_corrected", "reported", "corrected"),
}  # fmt: skip
MEASURE = {**of(MeasureDecided), "unit_id": maybe(ID)}
SANCTION = {**of(SanctionRecorded), "unit_id": maybe(ID), "state": one_of("future", "in_force", "ended")}
INVESTIGATION = {**of(InvestigationOpened), "unit_id": maybe(ID), "closed_on": maybe(DAY), "state": one_of("open", "closed")}


def concern(first: Event, past: Past, _: date) -> Item | None:
    found = past.last(ConcernRecorded, concern_id=identity(first, "concern-"))
    if found is None:
        return None
    own = {"concern_id": found.concern_id}
    reminded = [t.held_on.isoformat() for t in past.all(ReminderTalkHeld, **own)]
    criticised = [c.given_on.isoformat() for c in past.all(CriticismGiven, **own)]
    failed = [n.recorded_on.isoformat() for n in past.all(NonCorrectionRecorded, **own)]
    corrected, reported = past.last(CorrectionConfirmed, **own), past.last(ConcernReported, **own)
    steps = ("corrected", corrected), ("reported", reported), ("not_corrected", failed), ("criticised", criticised), ("reminded", reminded)
    return said(found) | {
        "reminded_on": reminded,
        "criticised_on": criticised,
        "not_corrected_on": failed,
        "corrected_on": written(corrected.confirmed_on) if corrected else None,
        "reported_on": written(reported.reported_on) if reported else None,
        "document_no": reported.document_no if reported else None,
        "state": next((state for state, taken in steps if taken), "recorded"),
    }


def measure(first: Event, past: Past, on: date) -> Item | None:
    found = past.last(MeasureDecided, measure_id=identity(first, "measure-"))
    return said(found) | {"unit_id": unit_of(past, found.cadre_id, on)} if found else None


def sanction(first: Event, past: Past, on: date) -> Item | None:
    found = past.last(SanctionRecorded, sanction_id=identity(first, "sanction-"))
    if found is None:
        return None
    state = "future" if on < found.from_ else "in_force" if on <= found.until else "ended"
    return said(found) | {"unit_id": unit_of(past, found.cadre_id, on), "state": state}


def investigation(first: Event, past: Past, on: date) -> Item | None:
    found = past.last(InvestigationOpened, investigation_id=identity(first, "investigation-"))
    if found is None:
        return None
    closed = past.last(InvestigationClosed, investigation_id=found.investigation_id)
    return said(found) | {
        "unit_id": unit_of(past, found.cadre_id, on),
        "closed_on": written(closed.closed_on) if closed else None,
        "state": "closed" if closed else "open",
    }


RESOURCES = (
    Resource("/concerns", "concern_id", "concern", concern, CONCERN, "discipline", "履职问题", "Concerns", "unknown-concern"),
    Resource("/measures", "measure_id", "measure", measure, MEASURE, "discipline", "组织处理", "Measures"),
    Resource("/sanctions", "sanction_id", "sanction", sanction, SANCTION, "discipline", "处分", "Sanctions", dated=True),
    Resource(
        "/investigations", "investigation_id", "investigation", investigation, INVESTIGATION, "investigation", "审查调查", "Investigations",
        "unknown-investigation", openly=False,
    ),
)  # fmt: skip
