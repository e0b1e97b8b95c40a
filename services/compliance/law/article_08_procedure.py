"""Article 8.1 - the way of an application: the unit examines it and reports in writing, the committee decides, the person is
told; a return is confirmed. Who delays it answers for it, and never the cadre. What was decided late stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.assignments import (
    AbsenceCharacterised,
    AbsenceCountersigned,
    LeaveApproved,
    LeaveRatified,
    LeaveRejected,
    LeaveReported,
    LeaveRequested,
    LeaveReturned,
    LeaveSupplemented,
    LeaveUnitReviewed,
    LeaveWithdrawn,
    NoticeServed,
    ReturnConfirmed,
    ReturnDeclared,
)
from contracts.message import Fact
from services.compliance.law.bars import Present, declared_back, leaves_that_bar
from services.compliance.law.counting import recording
from services.compliance.law.findings import Act, Inquiry, Raised
from services.compliance.law.leaves import Leave, is_returned, is_withdrawn, refusal
from services.compliance.law.wording import refused_by

ARTICLE = "8.1"


def _act(leave: Leave, kind: type[Fact], on: str) -> Act | None:
    event = leave.event(kind)
    return (getattr(event.data, on), event.id) if event else None


def _ended(leave: Leave, *acts: Act | None) -> Act | None:
    """The first act, decision, return for materials or withdrawal that ends a step."""
    found = [
        *acts,
        _act(leave, LeaveApproved, "decided_on") if leave.own else None,
        _act(leave, LeaveRejected, "decided_on"),
        _act(leave, LeaveReturned, "returned_on") if is_returned(leave) else None,
        _act(leave, LeaveWithdrawn, "withdrawn_on") if is_withdrawn(leave) else None,
    ]
    return min((act for act in found if act is not None), default=None)


def unit_review_overdue(inquiry: Inquiry) -> Iterator[Raised]:
    """A unit's approval of more than it may grant shows at least that it has examined the application."""
    for leave in inquiry.case.leaves:
        request = leave.last(LeaveRequested)
        if request is not None:
            returned, supplied = leave.last(LeaveReturned), leave.last(LeaveSupplemented)
            anew = supplied.supplied_on if returned and supplied and not is_returned(leave) else request.requested_on
            since = max(request.requested_on, anew)
            due = inquiry.due("leave.sla.review", since)
            done = _ended(leave, _act(leave, LeaveUnitReviewed, "reviewed_on"), _act(leave, LeaveApproved, "decided_on"))
            evidence = leave.ids(LeaveRequested)
            yield from inquiry.overdue("unit_review_overdue", ARTICLE, "branch", due, evidence, done=done, owed_since=since)


def unit_failed_to_report(inquiry: Inquiry) -> Iterator[Raised]:
    case = inquiry.case
    for leave in case.leaves:
        if not leave.passed or leave.asked is None:
            continue
        reviewed, approval = leave.last(LeaveUnitReviewed), leave.last(LeaveApproved)
        passed_on = reviewed.reviewed_on if reviewed else approval.decided_on if approval else None
        most = case.policies.on("leave.ordinary_max_workdays", date.fromordinal(leave.asked[0])).number
        if passed_on is not None and case.dossier.workdays.count(*leave.asked) > most:
            due = inquiry.due("leave.sla.report", passed_on)
            done = _ended(leave, _act(leave, LeaveReported, "reported_on"))
            evidence = leave.ids(LeaveRequested, LeaveUnitReviewed, LeaveApproved)
            yield from inquiry.overdue("unit_failed_to_report", ARTICLE, "branch", due, evidence, done=done, owed_since=passed_on)


def committee_decision_overdue(inquiry: Inquiry) -> Iterator[Raised]:
    for leave in inquiry.case.leaves:
        if reported := leave.last(LeaveReported):
            due = inquiry.due("leave.sla.committee", reported.reported_on)
            evidence, since = leave.ids(LeaveReported), reported.reported_on
            yield from inquiry.overdue(
                "committee_decision_overdue", ARTICLE, "committee", due, evidence, done=_ended(leave), owed_since=since
            )


def notice_not_served(inquiry: Inquiry) -> Iterator[Raised]:
    """From the day after a refusal until it is served. Also after a withdrawal: it serves nothing."""
    for leave in inquiry.case.leaves:
        refused, served = refusal(leave), _act(leave, NoticeServed, "served_on")
        if refused is not None and not leave.own:
            done = served if served and served[0] >= refused[0] else None
            decided = refused == leave.moment(LeaveRejected, "decided_on")
            evidence = leave.ids(LeaveRejected if decided else LeaveUnitReviewed)
            yield from inquiry.overdue(
                "notice_not_served", ARTICLE, refused_by(leave), refused[0], evidence, done=done, owed_since=refused[0]
            )


def applicant_not_the_cadre(inquiry: Inquiry) -> Iterator[Raised]:
    for leave in inquiry.case.leaves:
        request, ratified = leave.last(LeaveRequested), leave.last(LeaveRatified)
        by_another = request is not None and request.applicant == "proxy" and (ratified is None or ratified.outcome == "refused")
        if request is not None and by_another and not is_withdrawn(leave):
            evidence = leave.ids(LeaveRequested, LeaveRatified)
            yield from inquiry.act("applicant_not_the_cadre", ARTICLE, "branch", request.requested_on, evidence)


def evidence_missing(inquiry: Inquiry) -> Iterator[Raised]:
    """Evidence that was there and has since been erased is not missing."""
    for leave in inquiry.case.leaves:
        request = leave.last(LeaveRequested)
        supplied = any(e.data.evidence for e in leave.facts.get(LeaveSupplemented, ()))  # type: ignore[attr-defined]
        if request is not None and not request.evidence and not supplied and not is_withdrawn(leave):
            accountable = "branch" if leave.passed or leave.last(LeaveApproved) else "cadre"
            evidence = leave.ids(LeaveRequested)
            yield from inquiry.act("evidence_missing", ARTICLE, accountable, request.requested_on, evidence)  # type: ignore[arg-type]


def return_not_confirmed(inquiry: Inquiry) -> Iterator[Raised]:
    for leave in inquiry.case.leaves:
        declared, confirmed = leave.last(ReturnDeclared), leave.event(ReturnConfirmed)
        if declared is not None and confirmed is None:
            due = inquiry.due("leave.return_confirm_within_workdays", declared.returned_on)
            evidence, since = leave.ids(ReturnDeclared), declared.returned_on
            yield from inquiry.overdue("return_not_confirmed", ARTICLE, "branch", due, evidence, owed_since=since)


def attendance_conflict(inquiry: Inquiry) -> Iterator[Raised]:
    """A day of a year without calendar is no conflict yet: it is not classified."""
    days = [day for day, d in inquiry.case.in_scope.items() if d.kind == "conflict" and not d.missing]
    if days:
        first = date.fromordinal(days[0])
        yield from inquiry.act("attendance_conflict", "8.2", "section", first, inquiry.case.evidence(days))


def calendar_missing(inquiry: Inquiry) -> Iterator[Raised]:
    case = inquiry.case
    missing = [day for day, d in case.in_scope.items() if d.missing]
    for year in sorted({date.fromordinal(day).year for day in missing}):
        days = [day for day in missing if date.fromordinal(day).year == year]
        first = date.fromordinal(days[0])
        ids = [i for day in days if (leave := case.in_scope[day].leave) for i in leave.ids(LeaveApproved)]
        yield from inquiry.act("calendar_missing", "8.2", "section", first, dict.fromkeys([*case.evidence(days), *ids]))


def materials_to_supply(inquiry: Inquiry) -> Iterator[Raised]:
    """An application that the unit has sent back."""
    for leave in inquiry.case.leaves:
        returned = leave.last(LeaveReturned)
        if returned is not None and is_returned(leave) and not is_withdrawn(leave) and not leave.own and refusal(leave) is None:
            yield from inquiry.waits(
                "materials_to_supply", ARTICLE, "cadre", returned.returned_on, leave.ids(LeaveRequested, LeaveReturned)
            )


def return_to_declare(inquiry: Inquiry) -> Iterator[Raised]:
    """A leave that is over and still bars, because nobody has said that he is back; while another one runs he is not."""
    case = inquiry.case
    exit_ = case.scope.on(case.dossier.today).exit
    if exit_ is None or any(x.special and x.special[0] <= case.dossier.today <= x.special[1] for x in case.leaves):
        return
    for barring in leaves_that_bar(Present(case, exit_.on)):
        if not declared_back(case, barring):
            since = date.fromordinal(barring.period[1] + 1)
            yield from inquiry.waits("return_to_declare", ARTICLE, "branch", since, barring.leave.ids(LeaveApproved))


def characterisation_to_make(inquiry: Inquiry) -> Iterator[Raised]:
    """The section has signed what a standing absence is to be called, and the branch has not called it so since."""
    dossier = inquiry.case.dossier
    standing = {r.fact.absence_id: r for r in inquiry.case.days.records if not r.days.isdisjoint(inquiry.case.in_scope)}
    said = {c.absence_id: recording(e) for e, c in dossier.of(AbsenceCharacterised)}
    for event, signed in dossier.of(AbsenceCountersigned):
        if signed.absence_id in standing and said.get(signed.absence_id, recording(event)) <= recording(event):
            yield from inquiry.waits("characterisation_to_make", "8.2", "branch", signed.countersigned_on, [event.id])
