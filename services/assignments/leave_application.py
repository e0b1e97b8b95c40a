"""The cadre's own steps and the unit's: apply, supplement, ratify, return for materials, review, report, withdraw, return to
duty (Article 8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.assignments import (
    ConfirmReturn,
    DeclareReturn,
    RatifyLeave,
    ReportLeave,
    RequestLeave,
    ReturnLeave,
    ReviewLeave,
    SupplementLeave,
    WithdrawLeave,
)
from contracts.message import Fact
from services.assignments import known
from services.assignments.leave import Leave
from services.kernel.past import Past, final, in_order, period, restated, same
from services.kernel.refusal import refused


def standing(past: Past, leave_id: str, cadre_id: str) -> Leave:
    """Refuses `unknown-cadre`, and `unknown-leave` also when it is another cadre's."""
    known.cadre(past, cadre_id)
    leave = Leave.of(past, leave_id)
    if leave is None:
        raise refused("unknown-leave", "leave_id")
    leave.must_be_of(cadre_id)
    return leave


def must_be_free(past: Past, this: str, cadre_id: str, first: date, last: date) -> None:
    """Refuses `leave-overlaps`: one day belongs to one leave of a cadre."""
    for other in Leave.every(past, cadre_id):
        if other.leave_id != this and other.covers(first, last):
            raise refused("leave-overlaps", "from")


def request(c: RequestLeave, past: Past) -> Sequence[Fact]:
    """An application that was returned may be made anew under its id. One that lacks the written form or evidence is recorded
    as it is: it lays no claim, and says what is owed."""
    period(c.from_, c.until)
    leave = Leave.of(past, c.leave_id)
    if leave and same(c, leave.requested) and not leave.returned:
        return ()
    known.serving(past, c.cadre_id, c.from_)
    if leave:
        if leave.cadre_id != c.cadre_id:
            raise refused("id-in-use", "leave_id")
        leave.must_stand()
        if leave.decision:
            raise refused("leave-already-decided", "leave_id")
        if not leave.returned:
            raise refused("id-in-use", "leave_id")
    must_be_free(past, c.leave_id, c.cadre_id, c.from_, c.until)
    return (c,)


def supplement(c: SupplementLeave, past: Past) -> Sequence[Fact]:
    leave = standing(past, c.leave_id, c.cadre_id)
    if same(c, leave.supplemented):
        return ()
    if leave.requested is None:
        raise refused("leave-not-requested", "leave_id")
    leave.must_stand()
    if not c.evidence:
        raise refused("nothing-given", "evidence")
    in_order(leave.requested.requested_on, c.supplied_on, "supplied_on")
    return (c,)


def ratify(c: RatifyLeave, past: Past) -> Sequence[Fact]:
    leave = standing(past, c.leave_id, c.cadre_id)
    if leave.requested is None or leave.requested.applicant != "proxy":
        raise refused("nothing-to-ratify", "leave_id")
    if leave.ratified is None:
        leave.must_stand()
    in_order(leave.requested.requested_on, c.ratified_on, "ratified_on")
    return final(c, leave.ratified, "leave-already-ratified")


def send_back(c: ReturnLeave, past: Past) -> Sequence[Fact]:
    leave = standing(past, c.leave_id, c.cadre_id)
    if same(c, leave.returned):
        return ()
    if leave.requested is None:
        raise refused("leave-not-requested", "leave_id")
    leave.must_stand()
    if leave.decision:
        raise refused("leave-already-decided", "leave_id")
    if not c.missing:
        raise refused("nothing-given", "missing")
    in_order(leave.requested.requested_on, c.returned_on, "returned_on")
    return (c,)


def review(c: ReviewLeave, past: Past) -> Sequence[Fact]:
    leave = standing(past, c.leave_id, c.cadre_id)
    if leave.reviewed is None:
        if leave.requested is None:
            raise refused("leave-not-requested", "leave_id")
        leave.must_stand()
        if leave.returned:
            raise refused("leave-returned", "leave_id")
        in_order(leave.requested.requested_on, c.reviewed_on, "reviewed_on")
    return final(c, leave.reviewed, "leave-already-reviewed")


def report(c: ReportLeave, past: Past) -> Sequence[Fact]:
    leave = standing(past, c.leave_id, c.cadre_id)
    if leave.reported is None:
        leave.must_stand()
        if leave.returned:
            raise refused("leave-returned", "leave_id")
        if leave.reviewed is None or leave.reviewed.outcome != "passed":
            raise refused("leave-not-reviewed", "leave_id")
        in_order(leave.reviewed.reviewed_on, c.reported_on, "reported_on")
    return final(c, leave.reported, "leave-already-reported")


def withdraw(c: WithdrawLeave, past: Past) -> Sequence[Fact]:
    leave = standing(past, c.leave_id, c.cadre_id)
    if leave.withdrawn is None:
        if leave.state in ("rejected", "refused"):
            raise refused("leave-already-decided", "leave_id")
        if leave.confirmed or leave.revoked:
            raise refused("leave-ended", "leave_id")
        in_order(leave.requested.requested_on if leave.requested else None, c.withdrawn_on, "withdrawn_on")
    return final(c, leave.withdrawn, "leave-withdrawn")


def declare_return(c: DeclareReturn, past: Past) -> Sequence[Fact]:
    leave = standing(past, c.leave_id, c.cadre_id)
    if same(c, leave.declared):
        return ()
    leave.must_stand()
    if leave.confirmed:
        raise refused("return-already-confirmed", "leave_id")
    in_order(leave.first_day, c.returned_on, "returned_on", "outside-leave")
    return restated(c, leave.declared)


def confirm_return(c: ConfirmReturn, past: Past) -> Sequence[Fact]:
    """Needs no declaration: the branch may confirm what it sees."""
    leave = standing(past, c.leave_id, c.cadre_id)
    if leave.confirmed is None:
        leave.must_stand()
        in_order(leave.first_day, c.returned_on, "returned_on", "outside-leave")
    return final(c, leave.confirmed, "return-already-confirmed")
