"""What an absence was, 旷工 or not (Article 8): the branch says it after the person was heard, and the section countersigns. The
section signs first, for exactly this; what the branch then says rests on it and uses it up."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.assignments import AbsenceCharacterised, AbsenceCountersigned, CharacteriseAbsence, CountersignAbsence
from contracts.message import Fact
from services.assignments.attendance import Absence
from services.kernel.line import Actor
from services.kernel.past import Past, in_order, same
from services.kernel.persons import countersigner, signed


def countersign(c: CountersignAbsence, past: Past, actor: Actor) -> Sequence[Fact]:
    absence = Absence.of(past, c.absence_id, c.cadre_id)
    absence.must_stand()
    in_order(absence.recorded.from_, c.countersigned_on, "countersigned_on")
    signer = signed(past, actor, c.countersigned_by, "countersigned_by", "section", c.countersigned_on)
    if signer in _signatures(past, c.absence_id, c.as_):
        return ()
    return (c.model_copy(update={"countersigned_by": signer}),)


def characterise(c: CharacteriseAbsence, past: Past, actor: Actor) -> Sequence[Fact]:
    absence = Absence.of(past, c.absence_id, c.cadre_id)
    in_order(c.heard_on, c.decided_on, "heard_on", "heard-after-decision")
    in_order(absence.recorded.from_, c.decided_on, "decided_on")
    stated = past.last(AbsenceCharacterised, absence_id=c.absence_id)
    if stated and same(c.model_copy(update={"countersigned_by": c.countersigned_by or stated.countersigned_by}), stated):
        return ()
    absence.must_stand()
    signer = countersigner(past, actor, c.countersigned_by, _signatures(past, c.absence_id, c.as_), c.decided_on)
    return (c.model_copy(update={"countersigned_by": signer}),)


def _signatures(past: Past, absence_id: str, as_: str) -> list[str]:
    """Who countersigned that it is called so, since it was last called anything."""
    said = past.any_of(AbsenceCountersigned, AbsenceCharacterised, absence_id=absence_id)
    used = max((n for n, f in enumerate(said) if isinstance(f, AbsenceCharacterised)), default=-1)
    return [f.countersigned_by for f in said[used + 1 :] if isinstance(f, AbsenceCountersigned) and f.as_ == as_ and f.countersigned_by]
