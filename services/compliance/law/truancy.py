"""Runs of truancy: consecutive unexcused days that people have characterised as such."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from services.compliance.law.case import Case
from services.compliance.law.policy import Threshold

AWOL = "art8.awol.min_workdays"


def awol_run(case: Case, year: int, threshold: Threshold, since: date | None = None) -> list[int] | None:
    """The days in the year of the first run of truancy that meets the threshold."""
    first = max(date(year, 1, 1), since or date.min).toordinal()
    last = date(year, 12, 31).toordinal()
    for run in case.runs():
        counts = [first <= day <= last and case.in_scope[day].awol for day in run]
        for counting, part in groupby(zip(counts, run, strict=True), key=lambda c: c[0]):
            days = [day for _, day in part]
            if counting and threshold.met(len(days)):
                return days
    return None
