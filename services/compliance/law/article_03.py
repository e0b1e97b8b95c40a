"""Article 3 - the personnel section keeps the register: an exit is registered in time."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.message import civil_day
from services.compliance.law.findings import Inquiry, Raised

ARTICLE = "3"


def late_registration(inquiry: Inquiry) -> Iterator[Raised]:
    """Cannot be made good."""
    for exit_ in inquiry.case.scope.exits:
        due = inquiry.due("registry.late_after_workdays", exit_.on)
        if civil_day(exit_.event.recordedtime) > due:
            yield from inquiry.overdue("late_registration", ARTICLE, "section", due, [exit_.event.id])
