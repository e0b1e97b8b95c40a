"""Service of decisions, reviews and appeals (Article 10 and the rules above it). Late is recorded: lateness is a finding. Another person
decides than who decided before."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compliance import (
    AppealDecided,
    AppealFiled,
    DecideAppeal,
    DecideReview,
    DecisionServed,
    FileAppeal,
    RequestReview,
    ReviewDecided,
    ReviewRequested,
    ServeDecision,
)
from contracts.message import Event, Fact
from services.compliance import known
from services.kernel.line import Actor
from services.kernel.past import Past, final, in_order, once
from services.kernel.persons import must_be_another
from services.kernel.refusal import refused


def serve(c: ServeDecision, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    known.fact(past, c.decision, c.cadre_id, "decision")
    return final(c, past.last(DecisionServed, cadre_id=c.cadre_id, decision=c.decision), "decision-already-served")


def request(c: RequestReview, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    stated = past.last(ReviewRequested, review_id=c.review_id)
    if stated is None:
        known.fact(past, c.against, c.cadre_id, "against")
    return once(c, stated)


def decide(c: DecideReview, past: Past, actor: Actor) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    requested = past.last(ReviewRequested, review_id=c.review_id, cadre_id=c.cadre_id)
    if requested is None:
        raise refused("unknown-review", "review_id")
    in_order(requested.requested_on, c.decided_on, "decided_on")
    stated = past.last(ReviewDecided, review_id=c.review_id)
    if stated is None:
        must_be_another(actor, _decided_before(past, requested.against, None), "same-person-decides")
    return final(c, stated, "review-already-decided")


def appeal(c: FileAppeal, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    if c.review_id is not None and past.last(ReviewRequested, review_id=c.review_id, cadre_id=c.cadre_id) is None:
        raise refused("unknown-review", "review_id")
    stated = past.last(AppealFiled, appeal_id=c.appeal_id)
    if stated is None:
        known.fact(past, c.against, c.cadre_id, "against")
    return once(c, stated)


def decide_appeal(c: DecideAppeal, past: Past, actor: Actor) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    filed = past.last(AppealFiled, appeal_id=c.appeal_id, cadre_id=c.cadre_id)
    if filed is None:
        raise refused("unknown-appeal", "appeal_id")
    in_order(filed.filed_on, c.decided_on, "decided_on")
    stated = past.last(AppealDecided, appeal_id=c.appeal_id)
    if stated is None:
        must_be_another(actor, _decided_before(past, filed.against, filed.review_id), "same-person-decides")
    return final(c, stated, "appeal-already-decided")


def _decided_before(past: Past, against: str, review_id: str | None) -> list[Event]:
    """What is contested, and the decision of the review of it, where it was not taken back."""
    reviews = {r.review_id for r in past.all(ReviewRequested, against=against)} | {review_id}
    standing = [e for e in past.events if e.id not in past.retracted]
    return [e for e in standing if e.id == against or (isinstance(e.data, ReviewDecided) and e.data.review_id in reviews)]
