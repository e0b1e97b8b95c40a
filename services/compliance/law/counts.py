"""What is counted for a year: working days in scope, up to the day of the question (rules 9)."""

from __future__ import annotations

from datetime import date

from contracts.answers import Counts
from services.compliance.law.case import Case


def counts(case: Case, year: int) -> Counts:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    within = [d for day, d in case.in_scope.items() if first <= day <= last and not d.missing]
    return Counts(
        unexcused_workdays=sum(d.amount for d in within if d.kind == "unexcused"),
        longest_unexcused_run=case.longest_run(year),
        pending_workdays=sum(d.amount for d in within if d.kind in ("pending", "ratification", "notice")),
        leave_workdays=sum(d.amount for d in within if d.kind in ("special", "ordinary")),
        year_workdays=case.dossier.workdays.total(year),
    )
