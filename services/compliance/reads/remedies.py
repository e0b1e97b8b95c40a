"""Decisions served, reviews and appeals (Article 10)."""

from __future__ import annotations

from datetime import date

from contracts.compliance import AppealDecided, AppealFiled, DecisionServed, ReviewDecided, ReviewRequested
from contracts.message import Event
from services.compliance.reads.belonging import unit_of, written
from services.kernel.pages import cited, identity
from services.kernel.past import Past
from services.kernel.resource import Item, Resource
from services.kernel.shapes import CITED, DAY, ID, maybe, of, one_of, said

DECIDED = {"unit_id": maybe(ID), "outcome": maybe(of(ReviewDecided)["outcome"]), "decided_on": maybe(DAY)}
REVIEW = {**of(ReviewRequested), **DECIDED, "state": one_of("requested", "decided")}
APPEAL = {**of(AppealFiled), **DECIDED, "state": one_of("filed", "decided")}
SERVED = {"service": CITED, **of(DecisionServed), "unit_id": maybe(ID)}


def review(first: Event, past: Past, on: date) -> Item | None:
    found = past.last(ReviewRequested, review_id=identity(first, "review-"))
    if found is None:
        return None
    decided = past.last(ReviewDecided, review_id=found.review_id)
    return said(found) | _decided(past, found.cadre_id, on, decided) | {"state": "decided" if decided else "requested"}


def appeal(first: Event, past: Past, on: date) -> Item | None:
    found = past.last(AppealFiled, appeal_id=identity(first, "appeal-"))
    if found is None:
        return None
    decided = past.last(AppealDecided, appeal_id=found.appeal_id)
    return said(found) | _decided(past, found.cadre_id, on, decided) | {"state": "decided" if decided else "filed"}


def served(first: Event, past: Past, on: date) -> Item | None:
    if first.id in past.retracted or not isinstance(first.data, DecisionServed):
        return None
    return {"service": cited(first), **said(first.data), "unit_id": unit_of(past, first.data.cadre_id, on)}


def _decided(past: Past, cadre_id: str, on: date, decided: ReviewDecided | AppealDecided | None) -> Item:
    return {
        "unit_id": unit_of(past, cadre_id, on),
        "outcome": decided.outcome if decided else None,
        "decided_on": written(decided.decided_on) if decided else None,
    }


RESOURCES = (
    Resource("/served-decisions", "service", "served", served, SERVED, "discipline", "送达", "Decisions served", types=(DecisionServed,)),
    Resource("/reviews", "review_id", "review", review, REVIEW, "discipline", "复核", "Reviews", "unknown-review"),
    Resource("/appeals", "appeal_id", "appeal", appeal, APPEAL, "discipline", "申诉", "Appeals", "unknown-appeal"),
)
