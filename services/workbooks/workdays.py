"""Whether a civil day is a working day by the State Council's yearly notice, make-up days included."""

from __future__ import annotations

from datetime import date

import chinese_calendar


def workday(day: date) -> bool | None:
    """None for a year whose notice is not known here."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
