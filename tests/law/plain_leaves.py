"""Leave and applications for it: sections 5.1 and 5.2 of the decision procedure told a second time, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.law.plain_facts import ONE, PlainFacts, days, order


@dataclass(frozen=True, slots=True)
class PlainLeave:
    """Days that an approval grants, and which kind of leave they are."""

    id: str
    kind: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PlainApplication:
    """An application that is effective, and what it makes of the days that it covers."""

    facts: PlainFacts
    id: str
    periods: list[tuple[date, date]]
    treatment: str
    ratified: bool
    asked: list[tuple[date, date]]

    def makes(self, day: date) -> str | None:
        if not any(first <= day <= last for first, last in self.periods):
            return None
        refused, approval = self.decision()
        if refused:
            served = self.facts.one("NoticeServed", self.id)
            if served is None or served.served_on < refused:
                return "notice"
            return "good_faith" if day <= served.served_on else None
        if approval:
            if approval.from_ <= day <= granted_until(self.facts, approval):
                return None
            return "good_faith" if day <= approval.decided_on else None
        return "pending" if self.ratified else "ratification"

    def decision(self) -> tuple[date | None, Any]:
        """The last one: the day of a refusal, or an approval that grants something."""
        made: list[tuple[date, tuple[str, int], Any]] = []
        asked = moment(self.facts, "LeaveRequested", self.id, "requested_on")
        for name, on in (("LeaveRejected", "decided_on"), ("LeaveUnitReviewed", "reviewed_on")):
            refused = moment(self.facts, name, self.id, on)
            if refused and (asked is None or refused > asked) and getattr(self.facts.one(name, self.id), "outcome", "refused") == "refused":
                made.append((*refused, None))
        approval = self.facts.one("LeaveApproved", self.id)
        approved = moment(self.facts, "LeaveApproved", self.id, "decided_on")
        if approved and grants(self.facts, approval):
            made.append((*approved, approval))
        if not made:
            return None, None
        day, _, granted = max(made, key=lambda m: m[:2])
        return (None, granted) if granted else (day, None)


def moment(facts: PlainFacts, name: str, id_: str, on: str) -> tuple[date, tuple[str, int]] | None:
    event = facts.event(name, id_)
    return (getattr(event.data, on), order(event)) if event else None


def grants(facts: PlainFacts, approval: Any) -> bool:
    """5.1: the unit's approval of more than its days grants nothing."""
    limit = facts.parameter("leave.ordinary_max_workdays", approval.from_)
    return bool(approval.level == "committee" or sum(facts.working(day) for day in days(approval.from_, approval.until)) <= limit)


def granted_until(facts: PlainFacts, approval: Any) -> date:
    extended = facts.one("LeaveExtended", approval.leave_id)
    until: date = extended.until if extended else approval.until
    return until


def leaves(facts: PlainFacts) -> list[PlainLeave]:
    """5.1: what the unit grants is ordinary, what the committee grants or adds is special."""
    found = []
    for approval in facts.all("LeaveApproved"):
        if not grants(facts, approval):
            continue
        id_ = approval.leave_id
        first, last = approval.from_, granted_until(facts, approval)
        revoked = moment(facts, "LeaveRevoked", id_, "decided_on")
        approved = moment(facts, "LeaveApproved", id_, "decided_on")
        if revoked and approved and revoked > approved:
            last = min(last, facts.one("LeaveRevoked", id_).revoked_from - ONE)
        gone = moment(facts, "LeaveWithdrawn", id_, "withdrawn_on")
        if gone and (withdrawn(facts, id_) or (approved and gone > approved)):
            last = min(last, gone[0] - ONE)
        if back := facts.one("ReturnConfirmed", id_):
            last = min(last, back.returned_on - ONE)
        if facts.parameter("leave.retroactive", approval.from_) == "forbidden":
            first = max(first, approval.decided_on)
        units = min(last, approval.until) if approval.level == "unit" else approval.from_ - ONE
        found.append(PlainLeave(id_, "ordinary", first, units))
        found.append(PlainLeave(id_, "special", max(first, units + ONE), last))
    return found


def withdrawn(facts: PlainFacts, id_: str) -> bool:
    """A new request under the same id takes the place of what was withdrawn."""
    gone, asked = moment(facts, "LeaveWithdrawn", id_, "withdrawn_on"), moment(facts, "LeaveRequested", id_, "requested_on")
    return gone is not None and (asked is None or asked < gone)


def applications(facts: PlainFacts) -> list[PlainApplication]:
    """5.2: those that are effective."""
    found = []
    for id_ in sorted({e.leave_id for name in ("LeaveRequested", "LeaveApproved") for e in facts.all(name)}):
        request, approval = facts.one("LeaveRequested", id_), facts.one("LeaveApproved", id_)
        exceeding = approval if approval and not grants(facts, approval) else None
        if not (request or exceeding) or not effective(facts, id_, request, exceeding):
            continue
        asked = periods = [(x.from_, x.until) for x in (request, exceeding) if x]
        if back := facts.one("ReturnConfirmed", id_):
            periods = [(first, min(last, back.returned_on - ONE)) for first, last in periods]
        treatment = facts.parameter("leave.pending_treatment", (approval or request).from_)
        ratified = request is None or request.applicant == "self" or facts.one("LeaveRatified", id_) is not None
        found.append(PlainApplication(facts, id_, periods, treatment, ratified, asked))
    return found


def effective(facts: PlainFacts, id_: str, request: Any, exceeding: Any) -> bool:
    if withdrawn(facts, id_) or returned(facts, id_):
        return False
    if request is None:
        return True
    if request.applicant == "proxy":
        ratification = facts.one("LeaveRatified", id_)
        if ratification is None and not request.incapacitated:
            return False
        if ratification is not None and ratification.outcome == "refused":
            return False
    reviewed, supplement = facts.one("LeaveUnitReviewed", id_), facts.one("LeaveSupplemented", id_)
    passed = exceeding is not None or (reviewed is not None and reviewed.outcome == "passed")
    if not request.written or not (request.evidence or supplement or passed):
        return False
    if request.requested_on <= request.until:
        return True
    back = facts.one("ReturnConfirmed", id_)
    day_of_return = back.returned_on if back else facts.due(request.until, 1)
    return bool(request.requested_on <= facts.due(day_of_return, 5))


def returned(facts: PlainFacts, id_: str) -> bool:
    """Returned for materials, and neither supplemented nor requested anew since."""
    back: Any = facts.event("LeaveReturned", id_)
    if back is None:
        return False
    for name, field in (("LeaveRequested", "requested_on"), ("LeaveSupplemented", "supplied_on")):
        event = facts.event(name, id_)
        if event and (getattr(event.data, field), order(event)) > (back.data.returned_on, order(back)):
            return False
    return True
