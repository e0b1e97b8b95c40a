"""Working days as they were announced: the year's holidays and make-up days, school vacations. A calendar is corrected by its next
version, never in place."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compliance import CalendarPublished, PublishCalendar, PublishSchoolCalendar, SchoolCalendarPublished
from contracts.message import Fact
from services.compliance import known
from services.kernel.past import Past, in_order, once, restated
from services.kernel.refusal import refused


def publish(c: PublishCalendar, past: Past) -> Sequence[Fact]:
    for field, days in (("off_days", c.off_days), ("work_days", c.work_days)):
        if any(d.year != c.year for d in days):
            raise refused("day-outside-year", field)
    if set(c.off_days) & set(c.work_days):
        raise refused("day-both-off-and-work", "work_days")
    return once(c, past.last(CalendarPublished, year=c.year, version=c.version))


def publish_school(c: PublishSchoolCalendar, past: Past) -> Sequence[Fact]:
    """For one unit, or for all schools."""
    if c.unit_id is not None:
        known.unit(past, c.unit_id)
    if not c.vacations:
        raise refused("nothing-given", "vacations")
    for vacation in c.vacations:
        in_order(vacation.from_, vacation.until, "vacations", "until-before-from")
    return restated(c, past.last(SchoolCalendarPublished, unit_id=c.unit_id))
