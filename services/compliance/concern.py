"""The ladder of Article 7 paragraph 2: a concern about passive or lax performance, reminder, criticism, corrected or not,
reported, decided. A talk that was held and a measure that was taken are remembered in whatever order, and what was skipped is a finding;
but that a cadre still does not correct is what the report says, and so it comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from contracts.compliance import (
    ConcernRecorded,
    ConcernReported,
    ConfirmCorrection,
    CorrectionConfirmed,
    CriticismGiven,
    DecideMeasure,
    GiveCriticism,
    GiveReminder,
    MeasureDecided,
    NonCorrectionRecorded,
    RecordConcern,
    RecordNonCorrection,
    ReminderTalkHeld,
    ReportConcern,
)
from contracts.message import Fact
from services.compliance import known
from services.kernel.past import Past, final, in_order, once
from services.kernel.refusal import refused


@dataclass(frozen=True, slots=True)
class Concern:
    recorded: ConcernRecorded
    corrected: CorrectionConfirmed | None
    reported: ConcernReported | None

    @classmethod
    def of(cls, past: Past, concern_id: str, cadre_id: str) -> Self:
        """Refuses `unknown-concern`, also when it is about another cadre."""
        known.cadre(past, cadre_id)
        recorded = past.last(ConcernRecorded, concern_id=concern_id, cadre_id=cadre_id)
        if recorded is None:
            raise refused("unknown-concern", "concern_id")
        return cls(recorded, past.last(CorrectionConfirmed, concern_id=concern_id), past.last(ConcernReported, concern_id=concern_id))

    def must_be_open(self, on: date, field: str) -> None:
        """Not corrected, and the day not before it was recorded."""
        if self.corrected:
            raise refused("concern-closed", "concern_id")
        in_order(self.recorded.recorded_on, on, field)


def record(c: RecordConcern, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    known.unit(past, c.unit_id)
    if not c.kinds:
        raise refused("nothing-given", "kinds")
    return once(c, past.last(ConcernRecorded, concern_id=c.concern_id))


def remind(c: GiveReminder, past: Past) -> Sequence[Fact]:
    concern = Concern.of(past, c.concern_id, c.cadre_id)
    if past.last(ReminderTalkHeld, concern_id=c.concern_id, held_on=c.held_on):
        return ()
    concern.must_be_open(c.held_on, "held_on")
    return (c,)


def criticise(c: GiveCriticism, past: Past) -> Sequence[Fact]:
    concern = Concern.of(past, c.concern_id, c.cadre_id)
    if past.last(CriticismGiven, concern_id=c.concern_id, given_on=c.given_on):
        return ()
    concern.must_be_open(c.given_on, "given_on")
    return (c,)


def confirm_correction(c: ConfirmCorrection, past: Past) -> Sequence[Fact]:
    concern = Concern.of(past, c.concern_id, c.cadre_id)
    in_order(concern.recorded.recorded_on, c.confirmed_on, "confirmed_on")
    return final(c, concern.corrected, "concern-closed")


def record_non_correction(c: RecordNonCorrection, past: Past) -> Sequence[Fact]:
    concern = Concern.of(past, c.concern_id, c.cadre_id)
    if past.last(NonCorrectionRecorded, concern_id=c.concern_id, recorded_on=c.recorded_on):
        return ()
    concern.must_be_open(c.recorded_on, "recorded_on")
    return (c,)


def report(c: ReportConcern, past: Past) -> Sequence[Fact]:
    concern = Concern.of(past, c.concern_id, c.cadre_id)
    in_order(concern.recorded.recorded_on, c.reported_on, "reported_on")
    if concern.reported is None:
        uncorrected = past.all(NonCorrectionRecorded, concern_id=c.concern_id)
        if not uncorrected:
            raise refused("ladder-step-missing", "concern_id")
        in_order(min(n.recorded_on for n in uncorrected), c.reported_on, "reported_on")
    return final(c, concern.reported, "concern-already-reported")


def decide_measure(c: DecideMeasure, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    in_order(c.heard_on, c.decided_on, "heard_on", "heard-after-decision")
    if c.concern_id is not None:
        Concern.of(past, c.concern_id, c.cadre_id)
    return once(c, past.last(MeasureDecided, measure_id=c.measure_id))
