"""Special leave, Article 8 paragraph 1, as it stands: the cadre personally applies in writing with evidence to the unit's Party
branch, the unit reviews and reports in writing, the committee decides. Nothing here sets a time limit or fills a gap: a step
that lacks the one before it is refused to those who must keep the order, and recorded for the committee, whose decision is a
fact that the organisation must remember; what was skipped is then a finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Self

from contracts.assignments import (
    LeaveApproved,
    LeaveExtended,
    LeaveRatified,
    LeaveRejected,
    LeaveReported,
    LeaveRequested,
    LeaveReturned,
    LeaveRevoked,
    LeaveSupplemented,
    LeaveUnitReviewed,
    LeaveWithdrawn,
    NoticeServed,
    ReturnConfirmed,
    ReturnDeclared,
)
from contracts.message import Fact
from services.kernel.past import Past
from services.kernel.refusal import refused

STEPS: tuple[type[Fact], ...] = (
    LeaveRequested,
    LeaveSupplemented,
    LeaveRatified,
    LeaveReturned,
    LeaveUnitReviewed,
    LeaveReported,
    LeaveApproved,
    LeaveRejected,
    NoticeServed,
    LeaveExtended,
    LeaveWithdrawn,
    LeaveRevoked,
    ReturnDeclared,
    ReturnConfirmed,
)

PLAIN = {
    "LeaveRatified": "ratified",
    "LeaveReported": "reported",
    "NoticeServed": "notice",
    "LeaveExtended": "extended",
    "LeaveWithdrawn": "withdrawn",
    "LeaveRevoked": "revoked",
    "ReturnDeclared": "declared",
    "ReturnConfirmed": "confirmed",
}
"""Steps that only fill their own place."""


@dataclass(frozen=True, slots=True)
class Leave:
    """One leave. `returned` while the application lies with the cadre again; `by_unit` and `by_committee` are the decisions of
    the two levels; `notice` is that of the last refusal or decision."""

    leave_id: str
    cadre_id: str
    requested: LeaveRequested | None = None
    supplemented: LeaveSupplemented | None = None
    ratified: LeaveRatified | None = None
    returned: LeaveReturned | None = None
    reviewed: LeaveUnitReviewed | None = None
    reported: LeaveReported | None = None
    by_unit: LeaveApproved | LeaveRejected | None = None
    by_committee: LeaveApproved | LeaveRejected | None = None
    notice: NoticeServed | None = None
    extended: LeaveExtended | None = None
    withdrawn: LeaveWithdrawn | None = None
    revoked: LeaveRevoked | None = None
    declared: ReturnDeclared | None = None
    confirmed: ReturnConfirmed | None = None

    @classmethod
    def of(cls, past: Past, leave_id: str) -> Self | None:
        steps = past.any_of(*STEPS, leave_id=leave_id)
        if not steps:
            return None
        leave = cls(leave_id, steps[0].public()["cadre_id"])
        for step in steps:
            leave = leave.evolve(step)
        return leave

    @classmethod
    def every(cls, past: Past, cadre_id: str) -> list[Self]:
        ids = dict.fromkeys(s.public()["leave_id"] for s in past.any_of(*STEPS, cadre_id=cadre_id))
        return [leave for leave_id in ids if (leave := cls.of(past, leave_id))]

    def evolve(self, step: Fact) -> Self:
        match step:
            case LeaveRequested():
                return replace(self, requested=step, supplemented=None, returned=None, reviewed=None, reported=None)
            case LeaveSupplemented():
                return replace(self, supplemented=step, returned=None)
            case LeaveReturned():
                return replace(self, returned=step, supplemented=None, reviewed=None, reported=None)
            case LeaveUnitReviewed():
                return replace(self, reviewed=step, notice=None)
            case LeaveApproved(level="unit") | LeaveRejected(level="unit"):
                return replace(self, by_unit=step, notice=None, extended=None)
            case LeaveApproved() | LeaveRejected():
                return replace(self, by_committee=step, notice=None, extended=None)
            case _:
                place: dict[str, Any] = {PLAIN[step.event_name()]: step}
                return replace(self, **place)

    @property
    def decision(self) -> LeaveApproved | LeaveRejected | None:
        """The committee's, else the unit's."""
        return self.by_committee or self.by_unit

    @property
    def approved(self) -> LeaveApproved | None:
        return self.decision if isinstance(self.decision, LeaveApproved) else None

    @property
    def first_day(self) -> date | None:
        stated = self.approved or self.requested
        return stated.from_ if stated else None

    @property
    def last_day(self) -> date | None:
        """Extended, or cut by revocation, withdrawal or return."""
        stated = self.approved or self.requested
        if stated is None:
            return None
        last = max(stated.until, self.extended.until) if self.extended else stated.until
        cuts = (
            self.revoked.revoked_from if self.revoked else None,
            self.withdrawn.withdrawn_on if self.withdrawn else None,
            self.confirmed.returned_on if self.confirmed else None,
        )
        return min([last, *(cut - timedelta(days=1) for cut in cuts if cut)])

    @property
    def state(self) -> str:
        """The step that it has come to, in one word."""
        if self.withdrawn:
            return "withdrawn"
        if self.confirmed:
            return "ended"
        if self.decision:
            return "revoked" if self.revoked else "approved" if self.approved else "rejected"
        if self.returned:
            return "returned"
        if self.reviewed and self.reviewed.outcome == "refused":
            return "refused"
        return "reported" if self.reported else "reviewed" if self.reviewed else "requested"

    def covers(self, first: date, last: date) -> bool:
        """Does it lay claim to one of these days? What was refused, returned or (without approval) withdrawn does not."""
        if self.state in ("rejected", "refused", "returned") or (self.withdrawn and not self.approved):
            return False
        if self.first_day is None or self.last_day is None:
            return False
        return self.first_day <= last and first <= self.last_day

    def must_be_of(self, cadre_id: str) -> None:
        if self.cadre_id != cadre_id:
            raise refused("unknown-leave", "leave_id")

    def must_stand(self) -> None:
        if self.withdrawn:
            raise refused("leave-withdrawn", "leave_id")
