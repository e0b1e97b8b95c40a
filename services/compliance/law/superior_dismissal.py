"""State Council Decree 652, 15: a unit may end the contract of who is truant for more than 15 working days in a row or 30 in
a year. Information for the unit, never an outcome; Article 8 borrows the two numbers for its own question.
Not computed: whether the contract should be ended, and the rule for civil servants, who are not staff of a unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from services.compliance.law.case import Case, year_before
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.policy import Threshold, built_in
from services.compliance.law.runs import runs

ARTICLE = "652-15"


Counted = Sequence[tuple[int, float]]
"""(day, amount) of unexcused days, in ascending order."""


def dismissal_threshold_alert(inquiry: Inquiry) -> Iterator[Raised]:
    """In the twelve months to the day, days outside the scope of the Measures included. It ends as the days leave the window, and
    is one finding as long as it holds without a break."""
    case = inquiry.case
    days = [(day, d.amount) for day, d in case.days.by_day.items() if d.kind == "unexcused" and not d.missing]
    counted = _window(days, inquiry.as_of)
    if not counted or not _over(case, counted, inquiry.as_of):
        return
    for n, (day, _) in enumerate(counted, 1):
        if not _over(case, counted[n:], out := _a_year_after(day)):
            inquiry.ahead.add(out)
            break
    first = inquiry.first(case.evidence([d for d, _ in _window(days, _began(case, days, counted[-1][0]))]))
    for raised in inquiry.act(
        "dismissal_threshold_alert", ARTICLE, "unit", date.fromordinal(counted[-1][0]), case.evidence([d for d, _ in counted])
    ):
        yield raised._replace(first=first)


def _began(case: Case, days: Counted, last: int) -> date:
    """The first day on which the alert has held without a break until the day `last`, on which it holds."""
    began = last
    for began in (d for d, _ in reversed(days) if d <= last):
        before = date.fromordinal(began - 1)
        if not _over(case, _window(days, before), before):
            break
    return date.fromordinal(began)


def _window(days: Counted, on: date) -> Counted:
    begin = year_before(on).toordinal()
    return [(day, amount) for day, amount in days if begin < day <= on.toordinal()]


def _a_year_after(day: int) -> date:
    """The first day whose twelve months no longer hold the day."""
    on = date.fromordinal(day)
    try:
        return on.replace(year=on.year + 1)
    except ValueError:
        return date(on.year + 1, 3, 1)


def _over(case: Case, counted: Counted, on: date) -> bool:
    full = [day for day, amount in counted if amount == 1]
    longest = max((len(r) for r in runs(full, case.days.by_day, case.dossier.workdays, case.policies)), default=0)
    return _above("consecutive", longest, on) or _above("cumulative", sum(amount for _, amount in counted), on)


def _above(kind: str, count: float, on: date) -> bool:
    return Threshold.parse(built_in(f"alert.dismissal.{kind}", on).value).met(count)
