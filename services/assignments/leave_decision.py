"""What is decided about a leave: approved or rejected (the unit within its own limit, else the committee), notice of it,
extended, revoked (Article 8). A committee's decision is recorded even when a step before it is missing."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.assignments import ApproveLeave, ExtendLeave, RejectLeave, RevokeLeave, ServeNotice
from contracts.message import Fact
from services.assignments import known
from services.assignments.leave import Leave
from services.assignments.leave_application import must_be_free, standing
from services.kernel.past import Past, final, in_order, period, same
from services.kernel.refusal import refused


def approve(c: ApproveLeave, past: Past) -> Sequence[Fact]:
    """By the committee also without an application: the approval is what there is, and the application is what is owed. Its days may be
    others than those applied for, and past."""
    period(c.from_, c.until)
    known.cadre(past, c.cadre_id)
    leave = Leave.of(past, c.leave_id)
    if leave is None:
        if c.level == "unit":
            raise refused("leave-not-requested", "leave_id")
        must_be_free(past, c.leave_id, c.cadre_id, c.from_, c.until)
        return (c,)
    return _decide(c, leave)


def reject(c: RejectLeave, past: Past) -> Sequence[Fact]:
    return _decide(c, standing(past, c.leave_id, c.cadre_id))


def _decide(c: ApproveLeave | RejectLeave, leave: Leave) -> Sequence[Fact]:
    """Each level decides once, and the unit not after the committee."""
    if leave.cadre_id != c.cadre_id:
        raise refused("id-in-use", "leave_id")
    stated = leave.by_unit if c.level == "unit" else leave.by_committee
    if stated is None:
        leave.must_stand()
        if c.level == "unit" and leave.by_committee:
            raise refused("leave-already-decided", "leave_id")
        if c.level == "unit" and leave.requested is None:
            raise refused("leave-not-requested", "leave_id")
        in_order(leave.requested.requested_on if leave.requested else None, c.decided_on, "decided_on")
    return final(c, stated, "leave-already-decided")


def serve_notice(c: ServeNotice, past: Past) -> Sequence[Fact]:
    leave = standing(past, c.leave_id, c.cadre_id)
    if leave.notice is None:
        if leave.decision:
            in_order(leave.decision.decided_on, c.served_on, "served_on")
        elif leave.reviewed and leave.reviewed.outcome == "refused":
            in_order(leave.reviewed.reviewed_on, c.served_on, "served_on")
        else:
            raise refused("nothing-to-serve", "leave_id")
    return final(c, leave.notice, "notice-already-served")


def extend(c: ExtendLeave, past: Past) -> Sequence[Fact]:
    leave = standing(past, c.leave_id, c.cadre_id)
    if same(c, leave.extended):
        return ()
    leave.must_stand()
    if leave.approved is None:
        raise refused("leave-not-approved", "leave_id")
    if leave.revoked or leave.confirmed:
        raise refused("leave-ended", "leave_id")
    if leave.last_day is None or c.until <= leave.last_day:
        raise refused("extension-not-later", "until")
    must_be_free(past, c.leave_id, c.cadre_id, leave.approved.from_, c.until)
    return (c,)


def revoke(c: RevokeLeave, past: Past) -> Sequence[Fact]:
    leave = standing(past, c.leave_id, c.cadre_id)
    if leave.revoked is None:
        leave.must_stand()
        if leave.approved is None:
            raise refused("leave-not-approved", "leave_id")
        if leave.last_day is not None:
            in_order(c.revoked_from, leave.last_day, "revoked_from", "outside-leave")
    return final(c, leave.revoked, "leave-already-revoked")
