"""What is recorded about a unit's management (Article 9). Who complained is not shown."""

from __future__ import annotations

from datetime import date

from contracts.compliance import (
    AppraisalYearClosed,
    ComplaintDecided,
    ComplaintReceived,
    UnitCircularIssued,
    UnitCircularWithdrawn,
    UnitNeglectDetermined,
)
from contracts.message import Event
from services.compliance.reads.belonging import written
from services.kernel.pages import cited, identity
from services.kernel.past import Past
from services.kernel.resource import Item, Resource
from services.kernel.shapes import CITED, DAY, ID, maybe, of, one_of, said

COMPLAINT = {
    "complaint_id": ID, "unit_id": ID, "received_on": DAY, "outcome": maybe(of(ComplaintDecided)["outcome"]), "decided_on": maybe(DAY),
    "state": one_of("received", "decided"),
}  # fmt: skip
CIRCULAR = {"circular": CITED, **of(UnitCircularIssued), "withdrawn_on": maybe(DAY), "state": one_of("issued", "withdrawn")}
NEGLECT = {"determination": CITED, **of(UnitNeglectDetermined)}


def complaint(first: Event, past: Past, _: date) -> Item | None:
    found = past.last(ComplaintReceived, complaint_id=identity(first, "complaint-"))
    if found is None:
        return None
    decided = past.last(ComplaintDecided, complaint_id=found.complaint_id)
    return {
        "complaint_id": found.complaint_id,
        "unit_id": found.unit_id,
        "received_on": written(found.received_on),
        "outcome": decided.outcome if decided else None,
        "decided_on": written(decided.decided_on) if decided else None,
        "state": "decided" if decided else "received",
    }


def circular(first: Event, past: Past, _: date) -> Item | None:
    found = first.data
    if first.id in past.retracted or not isinstance(found, UnitCircularIssued):
        return None
    withdrawn = past.last(UnitCircularWithdrawn, unit_id=found.unit_id, year=found.year, document_no=found.document_no)
    return {
        "circular": cited(first),
        **said(found),
        "withdrawn_on": written(withdrawn.withdrawn_on) if withdrawn else None,
        "state": "withdrawn" if withdrawn else "issued",
    }


def neglect(first: Event, past: Past, _: date) -> Item | None:
    if first.id in past.retracted or not isinstance(first.data, UnitNeglectDetermined):
        return None
    return {"determination": cited(first), **said(first.data)}


def closed_year(first: Event, past: Past, _: date) -> Item | None:
    found = past.last(AppraisalYearClosed, year=int(identity(first, "year-")))
    return said(found) if found else None


RESOURCES = (
    Resource("/complaints", "complaint_id", "complaint", complaint, COMPLAINT, "complainants", "群众反映", "Complaints", "unknown-complaint"),
    Resource("/circulars", "circular", "unit", circular, CIRCULAR, "unit_scorecard", "通报", "Circulars", types=(UnitCircularIssued,)),
    Resource(
        "/neglects", "determination", "unit", neglect, NEGLECT, "unit_scorecard", "疏于管理认定", "Determinations of neglect",
        types=(UnitNeglectDetermined,),
    ),
    Resource(
        "/years", "year", "year", closed_year, of(AppraisalYearClosed), "policy_and_calendar", "已结束的考核年度", "Appraisal years closed",
    ),
)  # fmt: skip
