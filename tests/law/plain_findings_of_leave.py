"""Findings about applications, attendance, grades and what superior rules alert to: section 8 told a second time, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from contracts.message import Event, civil_day
from tests.law import plain
from tests.law.plain_answers import PlainAnswer
from tests.law.plain_facts import ONE, days, order
from tests.law.plain_findings import OF_THE_CADRE, OPEN, Detector, PlainFinding, PlainInquiry
from tests.law.plain_law import twelve_months_to
from tests.law.plain_leaves import grants, leaves, moment, returned, withdrawn

BELOW_QUALIFIED = ("basically_qualified", "unqualified", "no_grade")


def ended(q: PlainInquiry, id_: str) -> bool:
    """9-11: by a decision, a return for materials or a withdrawal."""
    approval = q.facts.one("LeaveApproved", id_)
    decided = (approval is not None and grants(q.facts, approval)) or q.facts.one("LeaveRejected", id_) is not None
    return decided or returned(q.facts, id_) or withdrawn(q.facts, id_)


def unit_review_overdue(q: PlainInquiry) -> Iterator[PlainFinding]:
    """9. What was returned and supplied again is to be reviewed anew."""
    for request in q.facts.all("LeaveRequested"):
        id_ = request.leave_id
        reviewed = q.facts.one("LeaveUnitReviewed", id_) or q.facts.one("LeaveApproved", id_)
        if reviewed is None and not ended(q, id_):
            supplied = q.facts.one("LeaveSupplemented", id_) if q.facts.one("LeaveReturned", id_) else None
            since = max([request.requested_on, *([supplied.supplied_on] if supplied else [])])
            yield from q.owed("unit_review_overdue", q.workdays("leave.sla.review", since), "branch")


def unit_failed_to_report(q: PlainInquiry) -> Iterator[PlainFinding]:
    """10. Passed: by a review, or by an approval of more than the unit may grant."""
    for id_ in sorted({x.leave_id for name in ("LeaveRequested", "LeaveApproved") for x in q.facts.all(name)}):
        request, reviewed, approval = (q.facts.one(n, id_) for n in ("LeaveRequested", "LeaveUnitReviewed", "LeaveApproved"))
        beyond = approval is not None and not grants(q.facts, approval)
        if not beyond and (reviewed is None or reviewed.outcome != "passed"):
            continue
        asked = [x for x in (request, approval if beyond or request is None else None) if x is not None]
        first, last = min(x.from_ for x in asked), max(x.until for x in asked)
        n = sum(not q.facts.calendar_known(day.year) or q.facts.working(day) for day in days(first, last))
        passed_on = reviewed.reviewed_on if reviewed else approval.decided_on
        if n > q.facts.parameter("leave.ordinary_max_workdays", first) and not ended(q, id_) and q.facts.one("LeaveReported", id_) is None:
            yield from q.owed("unit_failed_to_report", q.workdays("leave.sla.report", passed_on), "branch")


def committee_decision_overdue(q: PlainInquiry) -> Iterator[PlainFinding]:
    """11"""
    for reported in q.facts.all("LeaveReported"):
        if not ended(q, reported.leave_id):
            yield from q.owed("committee_decision_overdue", q.workdays("leave.sla.committee", reported.reported_on), "committee")


def notice_not_served(q: PlainInquiry) -> Iterator[PlainFinding]:
    """12. The last refusal of the application as it is now; an approval that grants something leaves nothing to be served."""
    for id_ in sorted({x.leave_id for name in ("LeaveRejected", "LeaveUnitReviewed") for x in q.facts.all(name)}):
        asked = moment(q.facts, "LeaveRequested", id_, "requested_on")
        refusals: list[tuple[date, tuple[str, int], str]] = []
        for name, on in (("LeaveRejected", "decided_on"), ("LeaveUnitReviewed", "reviewed_on")):
            refused, what = moment(q.facts, name, id_, on), q.facts.one(name, id_)
            if refused and (asked is None or refused > asked) and getattr(what, "outcome", "refused") == "refused":
                refusals.append((*refused, "branch" if getattr(what, "level", "unit") == "unit" else "committee"))
        approval, served = q.facts.one("LeaveApproved", id_), q.facts.one("NoticeServed", id_)
        if refusals and not (approval is not None and grants(q.facts, approval)):
            last, _, accountable = max(refusals)
            if served is None or served.served_on < last:
                yield from q.owed("notice_not_served", last, accountable)


def applicant_not_the_cadre(q: PlainInquiry) -> Iterator[PlainFinding]:
    """13. What was withdrawn nobody can ratify any more, or prove (14)."""
    for request in q.facts.all("LeaveRequested"):
        ratified = q.facts.one("LeaveRatified", request.leave_id)
        if (
            request.applicant == "proxy"
            and (ratified is None or ratified.outcome == "refused")
            and not withdrawn(q.facts, request.leave_id)
        ):
            yield from q.act("applicant_not_the_cadre", request.requested_on, "branch")


def evidence_missing(q: PlainInquiry) -> Iterator[PlainFinding]:
    """14"""
    for request in q.facts.all("LeaveRequested"):
        id_ = request.leave_id
        reviewed, approval = q.facts.one("LeaveUnitReviewed", id_), q.facts.one("LeaveApproved", id_)
        if not request.evidence and q.facts.one("LeaveSupplemented", id_) is None and not withdrawn(q.facts, id_):
            passed = approval is not None or (reviewed is not None and reviewed.outcome == "passed")
            yield from q.act("evidence_missing", request.requested_on, "branch" if passed else "cadre")


def grade(q: PlainInquiry) -> tuple[str, Event] | None:
    """The one in force: the last that was confirmed or revised."""
    found: list[tuple[Any, ...]] = []
    for name, field in (("GradeConfirmed", "confirmed_on"), ("GradeRevised", "revised_on")):
        found += [
            (getattr(e.data, field), order(e), e.data.grade, e)  # type: ignore[attr-defined]
            for e in q.facts.list.get(name, [])
            if e.data.year == q.year  # type: ignore[attr-defined]
        ]
    return max(found)[2:] if found else None


def grades(q: PlainInquiry) -> Iterator[PlainFinding]:
    """19, 20, 21"""
    known = grade(q)
    if known is None:
        return
    given, event = known
    now, _, allowed = q.case.appraisal(q.year)
    then, _, then_allowed = q.earlier(civil_day(event.recordedtime), event.recordedtime).appraisal(q.year)
    if now.outcome == then.outcome == "undetermined":
        yield from q.act("grade_confirmed_while_pending", event.time, "appraisal_body")
    if now.outcome in OPEN:
        return
    if given not in allowed and given not in then_allowed and then.outcome not in OPEN:
        yield from q.act("grade_above_cap", event.time, "appraisal_body")
    unfit = given not in allowed or (given in BELOW_QUALIFIED and now.outcome == "eligible")
    if unfit and (now.outcome, allowed) != (then.outcome, then_allowed):
        yield from q.act("grade_review_required", event.time, "appraisal_body")


def superior_rule_advisory(q: PlainInquiry) -> Iterator[PlainFinding]:
    """22"""
    of_year = [t for t in q.facts.all("TaskOutcomeRecorded") if t.year == q.year and t.outcome == "not_completed"]
    failed = [t.recorded_on for t in of_year if q.facts.in_scope(t.recorded_on)]
    answer: PlainAnswer = q.case.appraisal(q.year)[0]
    if failed:
        yield from q.act("superior_rule_advisory", min(failed), "appraisal_body", "2023-14")
    elif "no_technical_post" in answer.codes and (long := q.case.law.long_since(q.year, q.case.days)):
        yield from q.act("superior_rule_advisory", long, "appraisal_body", "2023-14")
    missed = [n.recorded_on for n in q.facts.all("NonCorrectionRecorded") if n.recorded_on.year == q.year]
    missed = [on for on in missed if q.facts.in_scope(on)]
    if missed:
        yield from q.act("superior_rule_advisory", min(missed), "appraisal_body", "2023-13")


def dismissal_threshold_alert(q: PlainInquiry) -> Iterator[PlainFinding]:
    """23. The act is the absence: its last day has to be in scope."""
    since = twelve_months_to(q.as_of)
    within = {day: replace(what, in_scope=True) for day, what in q.case.days.items() if day >= since}
    counted = [day for day, what in within.items() if what.kind == "unexcused"]
    longest = max((len(run) for run in plain.runs(q.facts, within)), default=0)
    if longest > 15 or sum(within[day].amount for day in counted) > 30:
        yield from q.act("dismissal_threshold_alert", max(counted), "unit")


def health_inability_alert(q: PlainInquiry) -> Iterator[PlainFinding]:
    """24. Periods adjoin when no working day lies between them; whoever came back after the first day was not away for a year."""
    of_health = {r.leave_id for r in q.facts.all("LeaveRequested") if r.reason_class == "health"}
    away: set[date] = set()
    for leave in leaves(q.facts):
        if leave.id in of_health:
            away |= set(days(leave.first, leave.last))
    back = [r.returned_on for r in q.facts.all("ReturnConfirmed")]
    first: date | None = None
    for day in days(min(away), max(away)) if away else ():
        if day in away:
            first = first or day
            reached = first + timedelta(days=364)
            if reached <= min(day, q.as_of) and not any(on > first for on in back):
                yield from q.act("health_inability_alert", reached, "committee")
        elif q.facts.working(day):
            first = None


def attendance_conflict(q: PlainInquiry) -> Iterator[PlainFinding]:
    """25"""
    found = [day for day, what in q.case.days.items() if what.kind == "conflict" and what.in_scope]
    if found:
        yield from q.act("attendance_conflict", min(found), "section")


def calendar_missing(q: PlainInquiry) -> Iterator[PlainFinding]:
    """26"""
    granted = leaves(q.facts)
    for year in range(q.as_of.year, 2026, -1):
        if not q.facts.calendar_known(year):
            of_year = days(date(year, 1, 1), min(date(year, 12, 31), q.as_of))
            found = [day for day in of_year if q.facts.in_scope(day) and (q.case.away(day) or plain.granted_on(granted, day))]
            if found:
                yield from q.act("calendar_missing", min(found), "section")


def retired_while_investigated(q: PlainInquiry) -> Iterator[PlainFinding]:
    """27. The day of the retirement is already out of scope."""
    for retired in q.facts.all("RetirementCompleted"):
        for opened in q.facts.all("InvestigationOpened"):
            closed = q.facts.one("InvestigationClosed", opened.investigation_id)
            if opened.opened_on <= retired.completed_on and not (closed and closed.closed_on <= retired.completed_on):
                yield from q.act("retired_while_investigated", retired.completed_on - ONE, "section")


def reading_disagreement(q: PlainInquiry) -> Iterator[PlainFinding]:
    """28"""
    if len(set(q.case.appraisal(q.year)[1].values())) > 1:
        day = min(q.as_of, date(q.year, 12, 31))
        yield PlainFinding("reading_disagreement", "", "committee", q.facts.unit(day) or "")


def return_not_confirmed(q: PlainInquiry) -> Iterator[PlainFinding]:
    """30"""
    for declared in q.facts.all("ReturnDeclared"):
        if q.facts.one("ReturnConfirmed", declared.leave_id) is None:
            yield from q.owed("return_not_confirmed", q.workdays("leave.return_confirm_within_workdays", declared.returned_on), "branch")


def reviews(q: PlainInquiry) -> Iterator[PlainFinding]:
    """32, 33"""
    for request in q.facts.all("ReviewRequested"):
        served = [s.served_on for s in q.facts.all("DecisionServed") if s.decision == request.against]
        if on := request.served_on or (served[-1] if served else None):
            due = q.days("review.apply_days", on)
            if request.requested_on > due:
                yield from q.owed("review_filed_late", due, "cadre")
        if q.facts.one("ReviewDecided", request.review_id) is None:
            yield from q.owed("review_decision_overdue", q.days("review.decide_days", request.requested_on), "committee")


DETECTORS: tuple[Detector, ...] = (
    *OF_THE_CADRE, unit_review_overdue, unit_failed_to_report, committee_decision_overdue, notice_not_served, applicant_not_the_cadre,
    evidence_missing, grades, superior_rule_advisory, dismissal_threshold_alert, health_inability_alert, attendance_conflict,
    calendar_missing, retired_while_investigated, reading_disagreement, return_not_confirmed, reviews,
)  # fmt: skip


def findings(q: PlainInquiry) -> set[PlainFinding]:
    return {found for detector in DETECTORS for found in detector(q)}
