"""Leave, as Article 8.1 lets it come about: who asked, what was decided, which days it covers (rules 5.1 and 5.2).

An approval stands although the application was by another, without evidence or after the event, until it is revoked. An
application that nobody has decided covers its days in suspense when the cadre made it, in writing and with evidence. A
unit's approval of more than it may grant is only an application that it has passed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar, cast

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
from contracts.message import Event, Fact
from services.compliance.law.counting import recording
from services.compliance.law.dossier import Dossier
from services.compliance.law.numbers import numbers

F = TypeVar("F", bound=Fact)

LATE_APPLICATION_WORKDAYS = 5
"""After the day of return; the Measures name no day."""
PROTECTED = tuple(numbers()["art7.protected_leave_types"][-1].value)  # type: ignore[arg-type]
"""Kinds of leave that neither bar nor leave a year without a grade."""
KINDS: tuple[type[Fact], ...] = (
    LeaveRequested, LeaveRatified, LeaveReturned, LeaveUnitReviewed, LeaveReported, LeaveApproved, LeaveRejected, NoticeServed,
    LeaveExtended, LeaveWithdrawn, LeaveRevoked, LeaveSupplemented, ReturnDeclared, ReturnConfirmed,
)  # fmt: skip

Period = tuple[int, int]
"""First and last day, both included."""
Moment = tuple[date, tuple[str, str, int]]
"""A day, and among facts of one day the order of their recording."""


@dataclass(eq=False)
class Leave:
    """Everything recorded about one leave id, and what follows from it on the day of the question."""

    id: str
    facts: dict[type[Fact], list[Event]]
    special: Period | None = None
    """Days approved by the committee."""
    ordinary: Period | None = None
    """Days that the unit could and did grant."""
    own: Period | None = None
    """The days that the approval named, as extended, before cuts."""
    covers: list[Period] = field(default_factory=list)
    """Days of an effective application; none when it has no effect."""
    state: str = ""
    """Of an effective application: pending, ratification, notice, refused (and served), decided."""
    good_faith_until: int = 0
    treatment: str = ""
    passed: bool = False
    unratified: bool = False
    """Made by another and not ratified."""

    def last(self, kind: type[F]) -> F | None:
        found = self.facts.get(kind)
        return found[-1].data if found else None  # type: ignore[return-value]

    def event(self, kind: type[Fact]) -> Event | None:
        found = self.facts.get(kind)
        return found[-1] if found else None

    def ids(self, *kinds: type[Fact]) -> list[str]:
        return [e.id for kind in kinds for e in self.facts.get(kind, ())]

    @property
    def protected(self) -> bool:
        request = self.last(LeaveRequested)
        return request is not None and request.reason_class in PROTECTED

    @property
    def first_day(self) -> date | None:
        """The day whose parameters govern the leave."""
        found = self.last(LeaveApproved) or self.last(LeaveRequested)
        return found.from_ if found else None

    @property
    def asked(self) -> Period | None:
        """The whole period asked for, and passed by the unit though it may not grant so much."""
        request, approval = self.last(LeaveRequested), self.last(LeaveApproved)
        found = [x for x in (request, approval if request is None or self.own is None else None) if x is not None]
        return (min(x.from_ for x in found).toordinal(), max(x.until for x in found).toordinal()) if found else None

    @property
    def undecided(self) -> bool:
        return self.state in ("pending", "ratification")

    def moment(self, kind: type[Fact], on: str) -> Moment | None:
        event = self.event(kind)
        return (getattr(event.data, on), recording(event)) if event else None


def read(dossier: Dossier) -> list[Leave]:
    """Every leave of the cadre, in the order of their ids."""
    if dossier.known.by_type.keys().isdisjoint(KINDS):
        return []
    by_id: dict[str, dict[type[Fact], list[Event]]] = defaultdict(dict)
    for kind in [k for k in KINDS if k in dossier.known.by_type]:
        for event, fact in dossier.of(kind):
            by_id[fact.leave_id].setdefault(kind, []).append(event)  # type: ignore[attr-defined]
    return [_settled(dossier, Leave(id_, facts)) for id_, facts in sorted(by_id.items())]


def _settled(dossier: Dossier, leave: Leave) -> Leave:
    first_day = leave.first_day
    if first_day is None:
        return leave
    leave.treatment = str(dossier.system.policies.on("leave.pending_treatment", first_day).value)
    beyond = _grant(dossier, leave, first_day)
    reviewed = leave.last(LeaveUnitReviewed)
    leave.passed = beyond or (reviewed is not None and reviewed.outcome == "passed")
    if _is_effective(dossier, leave):
        _cover(leave)
        _decide(leave)
    return leave


def _grant(dossier: Dossier, leave: Leave, first_day: date) -> bool:
    """Settles the approved days. True when the unit approved more than it may, which grants nothing."""
    approval = leave.last(LeaveApproved)
    if approval is None:
        return False
    policies = dossier.system.policies
    first, own_last = approval.from_.toordinal(), approval.until.toordinal()
    most = policies.on("leave.ordinary_max_workdays", first_day).number
    if approval.level == "unit" and dossier.workdays.likely(first, own_last) > most:
        return True
    extended = leave.last(LeaveExtended)
    granted = extended.until.toordinal() if extended else own_last
    leave.own = (first, granted)
    if policies.on("leave.retroactive", first_day).value == "forbidden":
        first = max(first, approval.decided_on.toordinal())
    last = min(granted, *_cuts(leave))
    if approval.level == "committee":
        leave.special = (first, last) if first <= last else None
    else:
        leave.ordinary = (first, min(last, own_last)) if first <= min(last, own_last) else None
        added = max(first, own_last + 1)
        leave.special = (added, last) if added <= last else None
    return False


def _cuts(leave: Leave) -> list[int]:
    """Last days left by a revocation, a withdrawal, a return; a decision older than the approval does not touch it, nor does a
    withdrawal of what was asked anew before it was approved."""
    cuts = [date.max.toordinal()]
    approved = cast(Moment, leave.moment(LeaveApproved, "decided_on"))
    revoked = leave.moment(LeaveRevoked, "decided_on")
    if revoked and revoked > approved:
        cuts.append(cast(LeaveRevoked, leave.last(LeaveRevoked)).revoked_from.toordinal() - 1)
    withdrawn = leave.moment(LeaveWithdrawn, "withdrawn_on")
    if withdrawn and (is_withdrawn(leave) or withdrawn > approved):
        cuts.append(withdrawn[0].toordinal() - 1)
    if confirmed := leave.last(ReturnConfirmed):
        cuts.append(confirmed.returned_on.toordinal() - 1)
    return cuts


def is_withdrawn(leave: Leave) -> bool:
    """A new request under the same id takes the place of what was withdrawn."""
    withdrawn = leave.moment(LeaveWithdrawn, "withdrawn_on")
    return withdrawn is not None and ((requested := leave.moment(LeaveRequested, "requested_on")) is None or requested < withdrawn)


def _is_effective(dossier: Dossier, leave: Leave) -> bool:
    request, ratified = leave.last(LeaveRequested), leave.last(LeaveRatified)
    if request is None:
        return leave.passed and leave.last(LeaveApproved) is not None and not is_returned(leave) and not is_withdrawn(leave)
    if request.applicant == "proxy":
        leave.unratified = ratified is None or ratified.outcome == "refused"
        if leave.unratified and (ratified is not None or not request.incapacitated):
            return False
    supplied = any(cast(LeaveSupplemented, e.data).evidence for e in leave.facts.get(LeaveSupplemented, ()))
    if not request.written or not (request.evidence or supplied or leave.passed):
        return False
    return not is_returned(leave) and not is_withdrawn(leave) and not _is_late(dossier, leave, request)


def is_returned(leave: Leave) -> bool:
    """Sent back for materials, and neither completed nor asked anew since."""
    returned = leave.moment(LeaveReturned, "returned_on")
    if returned is None:
        return False
    since = [(cast(LeaveSupplemented, e.data).supplied_on, recording(e)) for e in leave.facts.get(LeaveSupplemented, ())]
    requested = leave.moment(LeaveRequested, "requested_on")
    return all(again < returned for again in (*since, *([requested] if requested else [])))


def _is_late(dossier: Dossier, leave: Leave, request: LeaveRequested) -> bool:
    """Made after its period, and after the fifth working day after the day of return."""
    if request.requested_on <= request.until:
        return False
    calendar, confirmed = dossier.system.calendar, leave.last(ReturnConfirmed)
    back = confirmed.returned_on if confirmed else calendar.deadline(request.until, 1)
    return request.requested_on > calendar.deadline(back, LATE_APPLICATION_WORKDAYS)


def _cover(leave: Leave) -> None:
    confirmed = leave.last(ReturnConfirmed)
    end = confirmed.returned_on.toordinal() - 1 if confirmed else date.max.toordinal()
    periods = [x for x in (leave.last(LeaveRequested), leave.last(LeaveApproved) if leave.own is None else None) if x is not None]
    leave.covers = [(x.from_.toordinal(), min(x.until.toordinal(), end)) for x in periods]


def _decide(leave: Leave) -> None:
    approved = leave.moment(LeaveApproved, "decided_on") if leave.own else None
    refused = refusal(leave)
    if refused is not None and (approved is None or refused > approved):
        served = leave.last(NoticeServed)
        in_time = served is not None and served.served_on >= refused[0]
        leave.state = "refused" if in_time else "notice"
        leave.good_faith_until = served.served_on.toordinal() if served else 0
    elif approved is not None:
        leave.state, leave.good_faith_until = "decided", approved[0].toordinal()
    else:
        leave.state = "ratification" if leave.unratified else "pending"


def refusal(leave: Leave) -> Moment | None:
    """The last refusal of the application as it is now; one of an earlier request under the same id is over."""
    found = [leave.moment(LeaveRejected, "decided_on")]
    reviewed = leave.last(LeaveUnitReviewed)
    if reviewed is not None and reviewed.outcome == "refused":
        found.append(leave.moment(LeaveUnitReviewed, "reviewed_on"))
    requested = leave.moment(LeaveRequested, "requested_on")
    standing = [r for r in found if r is not None and (requested is None or requested < r)]
    return max(standing) if standing else None
