"""Whether a cadre can perform normally (Article 7): the branch determines it with its reasons, and the section countersigns. The section
signs first, for exactly this; what the branch then determines rests on it and uses it up."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compliance import CountersignDetermination, DeterminationCountersigned, DeterminePerformance, PerformanceDetermined
from contracts.message import Fact
from services.compliance import known
from services.kernel.line import Actor
from services.kernel.past import Past, same
from services.kernel.persons import countersigner, signed
from services.kernel.refusal import refused


def countersign(c: CountersignDetermination, past: Past, actor: Actor) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    signer = signed(past, actor, c.countersigned_by, "countersigned_by", "section", c.countersigned_on)
    if signer in _signatures(past, c):
        return ()
    return (c.model_copy(update={"countersigned_by": signer}),)


def determine(c: DeterminePerformance, past: Past, actor: Actor) -> Sequence[Fact]:
    """A later determination from the same day replaces the earlier."""
    known.cadre(past, c.cadre_id)
    stated = past.last(PerformanceDetermined, cadre_id=c.cadre_id, from_=c.from_)
    if stated and same(c.model_copy(update={"countersigned_by": c.countersigned_by or stated.countersigned_by}), stated):
        return ()
    if not (c.private and c.private.reasons):
        raise refused("reason-missing", "private.reasons")
    signer = countersigner(past, actor, c.countersigned_by, _signatures(past, c), c.from_)
    return (c.model_copy(update={"countersigned_by": signer}),)


def _signatures(past: Past, c: CountersignDetermination | DeterminePerformance) -> list[str]:
    """Who countersigned this result from this day, since anything was last determined from it."""
    said = past.any_of(DeterminationCountersigned, PerformanceDetermined, cadre_id=c.cadre_id, from_=c.from_)
    used = max((n for n, f in enumerate(said) if isinstance(f, PerformanceDetermined)), default=-1)
    since = [f for f in said[used + 1 :] if isinstance(f, DeterminationCountersigned) and f.result == c.result]
    return [f.countersigned_by for f in since if f.countersigned_by]
