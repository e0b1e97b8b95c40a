"""Whether a civil day is a working day by the State Council's yearly notice, make-up days included: the calendar of the law,
so that an absence is read on the days that the law counts."""

from __future__ import annotations

from datetime import date

from services.compliance.law.workdays import Calendar

_STATUTORY = Calendar({})


def workday(day: date) -> bool | None:
    """None for a year whose notice is not known here."""
    return _STATUTORY.worked(day.toordinal())
