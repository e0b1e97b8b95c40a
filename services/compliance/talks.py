"""Talks and training that the organisation owes (Article 6). Held late is held: that it was late is a finding."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compliance import (
    ExitTalkHeld,
    HoldExitTalk,
    HoldThoughtExchange,
    HoldUnitTalk,
    RecordTraining,
    ThoughtExchangeHeld,
    TrainingAttended,
    UnitTalkHeld,
)
from contracts.message import Fact
from services.compliance import known
from services.kernel.past import Past, restated
from services.kernel.refusal import refused


def hold_exit_talk(c: HoldExitTalk, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    return restated(c, past.last(ExitTalkHeld, cadre_id=c.cadre_id, held_on=c.held_on))


def hold_unit_talk(c: HoldUnitTalk, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    known.unit(past, c.unit_id)
    stated = past.last(UnitTalkHeld, cadre_id=c.cadre_id, unit_id=c.unit_id, by_office=c.by_office, held_on=c.held_on)
    return restated(c, stated)


def hold_thought_exchange(c: HoldThoughtExchange, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    known.unit(past, c.unit_id)
    stated = past.last(ThoughtExchangeHeld, cadre_id=c.cadre_id, unit_id=c.unit_id, by_office=c.by_office, held_on=c.held_on)
    return restated(c, stated)


def record_training(c: RecordTraining, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    if c.hours <= 0:
        raise refused("hours-not-positive", "hours")
    return restated(c, past.last(TrainingAttended, cadre_id=c.cadre_id, kind=c.kind, hours=c.hours, attended_on=c.attended_on))
