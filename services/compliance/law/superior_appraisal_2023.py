"""The appraisal rules for staff of public institutions (2023, no. 6), in force from 2023-01-12, as far as they are computed:

10: four grades for everybody; until then a unit could have three.
13, 14: tasks not done and indiscipline want a low grade even where Article 8 caps nothing: advice, never an outcome.
29: a grade below qualified bars promotion in the next appraisal year.
41: more leave than half of the year means no grade for it; maternity and work injury do not count.

Articles 42 and 43 refer to investigations and sanctions, which have modules of their own.
Not computed: refusal of the appraisal (44), a transfer or secondment in the year (37, 38)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import cast

from contracts.assignments import TaskOutcomeRecorded
from contracts.codes import Grade
from contracts.compliance import NonCorrectionRecorded
from services.compliance.law.case import NOTHING, Case
from services.compliance.law.days import Day
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.grounds import Ground
from services.compliance.law.leaves import Leave
from services.compliance.law.wording import GRADES

BELOW_QUALIFIED = ("basically_qualified", "unqualified")
FOUR_GRADES: tuple[Grade, ...] = ("excellent", "qualified", "basically_qualified", "unqualified")
ADVICE = "superior_rule_advisory"
LEAVE_SHARE = "appraisal.no_grade.leave_share"


def low_grade_last_year(case: Case) -> Ground | None:
    """The grade in force for the year before, where it bars promotion for this one."""
    year = case.as_of.year - 1
    found = case.dossier.grade(year)
    if found is None or found[0] not in BELOW_QUALIFIED:
        return None
    zh, en = GRADES[found[0]]
    rules = case.documented("promotion.after_basic_qualified")
    return Ground("basically_qualified_last_year", "2023-29", (found[1].id,), {"year": year, "grade": zh, "grade_en": en}, settings=rules)


def leave_over_half_year(case: Case, year: int, assumed: frozenset[str]) -> Ground | None:
    """More approved leave than the share of the year. `assumed`: kinds of unsettled days taken as approved leave."""
    setting = case.setting_of_year(LEAVE_SHARE, year)
    threshold = setting.threshold
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    on_leave = days_on_leave(case, first, last, assumed)
    total: int | None = case.dossier.workdays.total(year)
    count = len(on_leave)
    if threshold.unit == "calendar_days":
        count, total = _calendar_days(case, first, last, on_leave, assumed), last - first + 1
    if not total or not threshold.met(Fraction(count, total)):
        return None
    leaves = {leave.id: leave for leave in on_leave.values()}
    evidence = tuple(i for _, leave in sorted(leaves.items()) for i in leave.ids(*leave.facts))
    return Ground("leave_over_half_year", "2023-41", evidence, {"days": count, "total": total}, setting)


def days_on_leave(case: Case, first: int, last: int, assumed: frozenset[str] = NOTHING) -> dict[int, Leave]:
    """The days that count as approved leave, each with one that covers it and is not protected."""
    kinds = {"special", "ordinary", *assumed}
    within = ((day, d) for day, d in case.in_scope.items() if first <= day <= last and d.kind in kinds and not d.missing)
    return {day: leave for day, d in within if (leave := _leave_that_counts(case, day, d)) is not None}


def _leave_that_counts(case: Case, day: int, d: Day) -> Leave | None:
    if not cast(Leave, d.leave).protected:
        return d.leave
    return next((x for x in case.leaves if not x.protected and _covers(x, day, d.kind)), None)


def _covers(leave: Leave, day: int, kind: str) -> bool:
    periods = leave.covers if leave.state == kind else [p for p in (leave.special, leave.ordinary) if p is not None]
    return any(first <= day <= last for first, last in periods)


def _calendar_days(case: Case, first: int, last: int, on_leave: Iterable[int], assumed: frozenset[str]) -> int:
    """All days of approved leave, rest days included."""
    days = set(on_leave)
    for leave in case.leaves:
        if not leave.protected:
            periods = [leave.special, leave.ordinary, *(leave.covers if leave.state in assumed else ())]
            for period in periods:
                if period is not None:
                    within = range(max(first, period[0]), min(last, period[1], case.dossier.today) + 1)
                    days.update(d for d in within if case.scope.covers(d))
    worked = {d for d in days if (known := case.days.by_day.get(d)) and known.kind == "worked"}
    return len(days - worked)


def advice_on_tasks(inquiry: Inquiry) -> Iterator[Raised]:
    """Tasks of the year not done; for who holds no technical post also a long absence, which Article 8 cannot cap."""
    case, year = inquiry.case, inquiry.year
    failed = [(t.recorded_on, e.id) for e, t in case.dossier.of(TaskOutcomeRecorded) if t.year == year and t.outcome == "not_completed"]
    failed = [x for x in failed if inquiry.case.scope.covers(x[0].toordinal())]
    if failed:
        yield from inquiry.act(ADVICE, "2023-14", "appraisal_body", min(failed)[0], [id_ for _, id_ in failed])
    elif any(r.code == "no_technical_post" for r in inquiry.appraisal.reasons) and (long := inquiry.absence(case, year)):
        yield from inquiry.act(ADVICE, "2023-14", "appraisal_body", date.fromordinal(long.day), case.evidence(long.days))


def advice_on_discipline(inquiry: Inquiry) -> Iterator[Raised]:
    """A want of discipline that was not corrected in the year."""
    missed = [(n.recorded_on, e.id) for e, n in inquiry.case.dossier.of(NonCorrectionRecorded) if n.recorded_on.year == inquiry.year]
    missed = [x for x in missed if inquiry.case.scope.covers(x[0].toordinal())]
    if missed:
        yield from inquiry.act(ADVICE, "2023-13", "appraisal_body", min(missed)[0], [id_ for _, id_ in missed])


def scale_of_the_unit(case: Case, year: int) -> tuple[Grade, ...]:
    """Before these rules: three or four grades, as the unit had it at the end of the year, or has it on the day of the question."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), case.as_of)
    unit = case.dossier.workdays.unit(max(first, last).toordinal())
    registered = case.dossier.system.unit(unit)
    three = registered is not None and registered.appraisal_scale == "three_grade"
    return tuple(g for g in FOUR_GRADES if g != "basically_qualified") if three else FOUR_GRADES


def four_grades(_case: Case, _year: int) -> tuple[Grade, ...]:
    """For everybody."""
    return FOUR_GRADES
