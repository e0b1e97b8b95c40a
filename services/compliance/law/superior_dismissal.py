"""State Council Decree 652, 15: a unit may end the contract of who is truant for more than 15 working days in a row or 30 in
a year. Information for the unit, never an outcome; Article 8 borrows the two numbers for its own question.
Not computed: whether the contract should be ended, and the rule for civil servants, who are not staff of a unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.compliance.law.case import year_before
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.policy import Threshold, built_in
from services.compliance.law.runs import runs

ARTICLE = "652-15"


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
            "dismissal_threshold_alert", ARTICLE, "unit", date.fromordinal(days[-1][0]), case.evidence([d for d, _ in days])
        )


def _over(kind: str, count: float, on: date) -> bool:
    return Threshold.parse(built_in(f"alert.dismissal.{kind}", on).value).met(count)
