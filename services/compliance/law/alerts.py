"""What superior rules want people to look at: information and advice, never an outcome.

Decree 652, 15 (a unit may end a contract); the 2022 rules on leaders who can no longer serve for reasons of health; the 2023
appraisal rules 13 and 14; Administrative Sanctions Law 52 (no retirement under investigation)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from contracts.assignments import LeaveApproved, LeaveRequested, ReturnConfirmed, TaskOutcomeRecorded
from contracts.compliance import InvestigationClosed, InvestigationOpened, NonCorrectionRecorded
from contracts.registry import RetirementCompleted
from services.compliance.law.case import year_before
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.policy import Threshold, built_in
from services.compliance.law.runs import runs

ONE_DAY = timedelta(days=1)


def dismissal_threshold_alert(inquiry: Inquiry) -> Iterator[Raised]:
    """In the twelve months to the day, days outside the scope of the Measures included."""
    case, begin = inquiry.case, year_before(inquiry.as_of).toordinal()
    days = [(day, d.amount) for day, d in case.days.by_day.items() if day > begin and d.kind == "unexcused" and not d.missing]
    if not days:
        return
    full = [day for day, amount in days if amount == 1]
    longest = max((len(r) for r in runs(full, case.days.by_day, case.dossier.workdays, case.policies)), default=0)
    if _over("consecutive", longest, inquiry.as_of) or _over("cumulative", sum(amount for _, amount in days), inquiry.as_of):
        yield from inquiry.act(
            "dismissal_threshold_alert", "652-15", "unit", date.fromordinal(days[-1][0]), case.evidence([d for d, _ in days])
        )


def _over(kind: str, count: float, on: date) -> bool:
    return Threshold.parse(built_in(f"alert.dismissal.{kind}", on).value).met(count)


def health_inability_alert(inquiry: Inquiry) -> Iterator[Raised]:
    """Approved health leave whose periods adjoin, up to the day; a confirmed return ends it."""
    case, today = inquiry.case, inquiry.case.dossier.today
    most = int(str(built_in("art7.health_inability_alert_days", inquiry.as_of).value))
    periods = sorted(
        (period[0], min(period[1], today), leave.ids(LeaveApproved))
        for leave in case.leaves
        if (request := leave.last(LeaveRequested)) is not None and request.reason_class == "health"
        for period in (leave.special, leave.ordinary)
        if period is not None and period[0] <= today
    )
    stretch: list[tuple[int, int, list[str]]] = []
    for first, last, ids in periods:
        if stretch and case.dossier.workdays.count(stretch[-1][1] + 1, first - 1) == 0:
            stretch[-1] = (stretch[-1][0], max(stretch[-1][1], last), [*stretch[-1][2], *ids])
        else:
            stretch.append((first, last, ids))
    back = [c.returned_on.toordinal() for leave in case.leaves if (c := leave.last(ReturnConfirmed))]
    for first, last, ids in stretch:
        if last - first + 1 >= most and not any(day > first for day in back):
            yield from inquiry.act("health_inability_alert", "up-and-down", "committee", date.fromordinal(first + most - 1), ids)


def superior_rule_advisory(inquiry: Inquiry) -> Iterator[Raised]:
    """The superior appraisal rules may want a low grade where Article 8 does not."""
    case, year = inquiry.case, inquiry.year
    failed = [(t.recorded_on, e.id) for e, t in case.dossier.of(TaskOutcomeRecorded) if t.year == year and t.outcome == "not_completed"]
    missed = [(n.recorded_on, e.id) for e, n in case.dossier.of(NonCorrectionRecorded) if n.recorded_on.year == year]
    for article, acts in (("2023-14", failed), ("2023-13", missed)):
        if acts:
            yield from inquiry.act("superior_rule_advisory", article, "appraisal_body", acts[0][0], [id_ for _, id_ in acts])
    without_technical_post = any(r.code == "no_technical_post" for r in inquiry.appraisal.reasons)
    if not failed and without_technical_post and (long := inquiry.absence(case, year)):
        yield from inquiry.act("superior_rule_advisory", "2023-14", "appraisal_body", date.fromordinal(long.day), case.evidence(long.days))


def retired_while_investigated(inquiry: Inquiry) -> Iterator[Raised]:
    """Cannot be made good. The last day in scope is the day before."""
    dossier = inquiry.case.dossier
    closed = {c.investigation_id: c.closed_on for _, c in dossier.of(InvestigationClosed)}
    for event, retirement in dossier.of(RetirementCompleted):
        on = retirement.completed_on
        running = [e.id for e, i in dossier.of(InvestigationOpened) if i.opened_on <= on < closed.get(i.investigation_id, date.max)]
        if running:
            ids = [event.id, *running]
            for raised in inquiry.act("retired_while_investigated", "sanctions-law-52", "section", on - ONE_DAY, ids):
                yield Raised(raised.code, raised.article, raised.accountable, on, raised.unit, None, raised.evidence)
