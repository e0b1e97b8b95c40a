"""Duties of Article 5: proposed, declined, assigned, acted upon, ended. A declined duty may still be assigned: the choice has
two sides, and what follows from a refusal is for the law; so is whether the cadre is in scope, since an exit may be registered late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from contracts.assignments import (
    AssignDuty,
    DeclineDuty,
    DutyActivityRecorded,
    DutyAssigned,
    DutyDeclined,
    DutyEnded,
    DutyProposed,
    EndDuty,
    ProposeDuty,
    RecordDutyActivity,
)
from contracts.message import Fact
from services.assignments import known
from services.kernel.line import Actor
from services.kernel.past import Past, final, in_order, once, period, same
from services.kernel.refusal import refused


@dataclass(frozen=True, slots=True)
class Duty:
    proposed: DutyProposed | None
    declined: DutyDeclined | None
    assigned: DutyAssigned | None
    ended: DutyEnded | None

    @classmethod
    def of(cls, past: Past, duty_id: str) -> Self:
        return cls(
            past.last(DutyProposed, duty_id=duty_id),
            past.last(DutyDeclined, duty_id=duty_id),
            past.last(DutyAssigned, duty_id=duty_id),
            past.last(DutyEnded, duty_id=duty_id),
        )

    @property
    def cadre_id(self) -> str | None:
        first = self.proposed or self.assigned
        return first.cadre_id if first else None

    def must_be_of(self, cadre_id: str) -> None:
        if self.cadre_id != cadre_id:
            raise refused("unknown-duty", "duty_id")

    def must_cover(self, day: date, field: str) -> None:
        """Assigned, and the day between its first and its last."""
        if self.assigned is None:
            raise refused("duty-not-assigned", "duty_id")
        last = min((d for d in (self.assigned.until, self.ended.ended_on if self.ended else None) if d), default=date.max)
        if not self.assigned.from_ <= day <= last:
            raise refused("outside-duty", field)


def propose(c: ProposeDuty, past: Past, actor: Actor) -> Sequence[Fact]:
    duty = Duty.of(past, c.duty_id)
    if duty.proposed is None:
        known.serving(past, c.cadre_id, c.proposed_on)
        known.unit(past, c.host_unit_id, "host_unit_id")
        if duty.assigned is not None:
            raise refused("id-in-use", "duty_id")
        _without_conflict(c, c.proposed_on, past, actor)
    return once(c, duty.proposed)


def decline(c: DeclineDuty, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    duty = Duty.of(past, c.duty_id)
    duty.must_be_of(c.cadre_id)
    if duty.declined is None:
        if duty.ended is not None:
            raise refused("duty-already-ended", "duty_id")
        in_order(duty.proposed.proposed_on if duty.proposed else None, c.declined_on, "declined_on")
    return final(c, duty.declined, "duty-already-declined")


def assign(c: AssignDuty, past: Past, actor: Actor) -> Sequence[Fact]:
    period(c.from_, c.until)
    duty = Duty.of(past, c.duty_id)
    if duty.assigned is None:
        known.serving(past, c.cadre_id, c.from_)
        known.unit(past, c.host_unit_id, "host_unit_id")
        if duty.cadre_id not in (None, c.cadre_id):
            raise refused("id-in-use", "duty_id")
        _without_conflict(c, c.from_, past, actor)
    return once(c, duty.assigned)


def _without_conflict(c: ProposeDuty | AssignDuty, on: date, past: Past, actor: Actor) -> None:
    """What a document assigned already is recorded as it was; what is visited is asked at each visit."""
    if c.category == "responsible_inspector" and actor.document is None:
        known.must_not_inspect(past, c.cadre_id, c.host_unit_id, on, "host_unit_id")


def end(c: EndDuty, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    duty = Duty.of(past, c.duty_id)
    duty.must_be_of(c.cadre_id)
    if duty.assigned is None:
        raise refused("duty-not-assigned", "duty_id")
    in_order(duty.assigned.from_, c.ended_on, "ended_on")
    return final(c, duty.ended, "duty-already-ended")


def record_activity(c: RecordDutyActivity, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    stated = past.last(DutyActivityRecorded, activity_id=c.activity_id)
    if same(c, stated):
        return ()
    duty = Duty.of(past, c.duty_id)
    duty.must_be_of(c.cadre_id)
    duty.must_cover(c.done_on, "done_on")
    if c.unit_id is not None:
        known.unit(past, c.unit_id)
    if c.kind == "inspection_visit" and duty.assigned is not None:
        known.must_not_inspect(past, c.cadre_id, c.unit_id or duty.assigned.host_unit_id, c.done_on, "unit_id")
    return once(c, stated)
