"""Grades, reviews and appeals: what was confirmed stands until it is revised; a review by itself changes nothing. The body
that appraises answers for a grade outside what was allowed; the cadre never does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from contracts.answers import Appraisal
from contracts.compliance import AppealDecided, AppealFiled, DecisionServed, GradeConfirmed, GradeRevised, ReviewDecided, ReviewRequested
from contracts.message import Event, civil_day
from contracts.registry import PostGradePromoted
from services.compliance.law.case import Case
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.policy import is_open
from services.compliance.law.tasks import tasks_of

ARTICLE = "8.2"
YEAR_IN_ID = re.compile(r"-([0-9]{4})@[0-9]+$")
OPEN = ("undetermined", "not_applicable")
BELOW_QUALIFIED = ("basically_qualified", "unqualified", "no_grade")


def under_review(case: Case, year: int) -> bool:
    """A review or an appeal against the grade of the year, or against the answer about it, waits for its decision."""
    dossier = case.dossier
    reviewed = {d.review_id for _, d in dossier.of(ReviewDecided)}
    appealed = {d.appeal_id for _, d in dossier.of(AppealDecided)}
    waiting = [r.against for _, r in dossier.of(ReviewRequested) if r.review_id not in reviewed]
    waiting += [a.against for _, a in dossier.of(AppealFiled) if a.appeal_id not in appealed]
    return any(_year_of(case, against) == year for against in waiting)


def _year_of(case: Case, event_id: str) -> int | None:
    for event in case.dossier.known.events:
        if event.id == event_id:
            return event.data.year if isinstance(event.data, GradeConfirmed | GradeRevised) else None
    found = YEAR_IN_ID.search(event_id)
    return int(found[1]) if found else None


def grade_findings(inquiry: Inquiry) -> Iterator[Raised]:
    """The grade in force against the answer now, and the answer as it was when the grade was recorded."""
    found = inquiry.case.dossier.grade(inquiry.year)
    if found is None:
        return
    grade, event = found
    now, acted = inquiry.appraisal, event.time
    if now.outcome == "undetermined" and _then(inquiry, event).outcome == "undetermined":
        yield from inquiry.act("grade_confirmed_while_pending", ARTICLE, "appraisal_body", acted, [event.id])
    outside = grade not in now.allowed_grades
    needless = grade in BELOW_QUALIFIED and now.outcome == "eligible"
    if now.outcome in OPEN or not (outside or needless):
        return
    then = _then(inquiry, event)
    if outside and then.outcome not in OPEN and grade not in then.allowed_grades:
        yield from inquiry.act("grade_above_cap", ARTICLE, "appraisal_body", acted, [event.id])
    if (now.outcome, now.allowed_grades) != (then.outcome, then.allowed_grades):
        yield from inquiry.act("grade_review_required", ARTICLE, "appraisal_body", acted, [event.id])


def _then(inquiry: Inquiry, event: Event) -> Appraisal:
    return inquiry.appraise(inquiry.earlier(civil_day(event.recordedtime), event.recordedtime), inquiry.year)


def promoted_despite_bar(inquiry: Inquiry) -> Iterator[Raised]:
    """As it was known at the end of the day of the promotion. Cannot be made good."""
    for event, promoted in inquiry.case.dossier.of(PostGradePromoted):
        if inquiry.promote(inquiry.at_the_end_of(promoted.promoted_on)).outcome == "ineligible":
            yield from inquiry.act("promoted_despite_bar", "7.1", "committee", promoted.promoted_on, [event.id])


def review_filed_late(inquiry: Inquiry) -> Iterator[Raised]:
    """Counted from the day on which the decision was served, if it was. The review is heard all the same."""
    served = {s.decision: s.served_on for _, s in inquiry.case.dossier.of(DecisionServed)}
    for event, request in inquiry.case.dossier.of(ReviewRequested):
        on = request.served_on or served.get(request.against)
        if on is not None:
            due = inquiry.due("review.apply_days", on, workdays=False)
            if request.requested_on > due:
                yield from inquiry.overdue("review_filed_late", "10", "cadre", due, [event.id])


def review_decision_overdue(inquiry: Inquiry) -> Iterator[Raised]:
    decided = {d.review_id: (d.decided_on, e.id) for e, d in inquiry.case.dossier.of(ReviewDecided)}
    for event, request in inquiry.case.dossier.of(ReviewRequested):
        due = inquiry.due("review.decide_days", request.requested_on, workdays=False)
        done, since = decided.get(request.review_id), request.requested_on
        yield from inquiry.overdue("review_decision_overdue", "10", "committee", due, [event.id], done=done, owed_since=since)


def reading_disagreement(inquiry: Inquiry) -> Iterator[Raised]:
    if inquiry.appraisal.reading_sensitive:
        long = inquiry.absence(inquiry.case, inquiry.year)
        ids = [i for r in inquiry.appraisal.reasons for i in r.evidence]
        ids += [*(inquiry.case.evidence(long.days) if long else ()), *tasks_of(inquiry.case, inquiry.year).failed]
        evidence = tuple(dict.fromkeys(ids))
        day = min(inquiry.as_of, date(inquiry.year, 12, 31))
        yield Raised(
            "reading_disagreement",
            ARTICLE,
            "committee",
            day,
            inquiry.unit(day),
            None,
            evidence,
            first=inquiry.first(evidence),
        )


def grade_to_confirm(inquiry: Inquiry) -> Iterator[Raised]:
    """Of the year before that of the question, the only one that promotion reads, until the year is closed. While what it rests on is
    open, it is not yet its time."""
    case, year = inquiry.case, inquiry.as_of.year - 1
    if case.dossier.grade(year) is None and is_open(case.policies.closed, year, inquiry.as_of):
        answer = inquiry.appraise(case, year)
        if answer.outcome not in OPEN:
            evidence = tuple(dict.fromkeys(i for r in answer.reasons for i in r.evidence))
            yield from inquiry.waits("grade_to_confirm", ARTICLE, "appraisal_body", date(year + 1, 1, 1), evidence)


def appeal_to_decide(inquiry: Inquiry) -> Iterator[Raised]:
    """How long it may take, the rules say by figures that no policy here changes: no finding follows."""
    decided = {d.appeal_id for _, d in inquiry.case.dossier.of(AppealDecided)}
    for event, appeal in inquiry.case.dossier.of(AppealFiled):
        if appeal.appeal_id not in decided:
            yield from inquiry.waits("appeal_to_decide", "10", "committee", appeal.filed_on, [event.id])
