"""The rules on moving leaders up and down (as revised in 2022): who for reasons of health could not serve for a year and more
is looked at anew. Information for the committee, never an outcome. Not computed: whether health allows service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.assignments import LeaveApproved, LeaveRequested, ReturnConfirmed
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.policy import built_in

ARTICLE = "up-and-down"


def health_inability_alert(inquiry: Inquiry) -> Iterator[Raised]:
    """Approved health leave whose periods adjoin, up to the day; a confirmed return ends it."""
    case, today = inquiry.case, inquiry.case.dossier.today
    most = int(str(built_in("art7.health_inability_alert_days", inquiry.as_of).value))
    periods = sorted(
        (period[0], period[1], leave.ids(LeaveApproved) if period[0] <= today else [])
        for leave in case.leaves
        if (request := leave.last(LeaveRequested)) is not None and request.reason_class == "health"
        for period in (leave.special, leave.ordinary)
        if period is not None
    )
    stretch: list[tuple[int, int, list[str]]] = []
    for first, last, ids in periods:
        if stretch and case.dossier.workdays.likely(stretch[-1][1] + 1, first - 1) == 0:
            stretch[-1] = (stretch[-1][0], max(stretch[-1][1], last), [*stretch[-1][2], *ids])
        else:
            stretch.append((first, last, ids))
    back = [c.returned_on.toordinal() for leave in case.leaves if (c := leave.last(ReturnConfirmed))]
    for first, last, ids in stretch:
        reached = first + most - 1
        if last < reached or any(day > first for day in back):
            continue
        if today < reached:
            inquiry.ahead.add(date.fromordinal(reached))
        else:
            yield from inquiry.act("health_inability_alert", ARTICLE, "committee", date.fromordinal(reached), ids)
