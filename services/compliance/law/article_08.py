"""Article 8 - leave and the cap on the yearly technical appraisal.

Who cannot come to work for a special reason asks for leave himself, in writing and with evidence; the unit examines it and
reports in writing; the committee approves. Who has not, is long unable to attend or is truant, and cannot do his tasks, may
not be rated qualified or above in that year. How the parts of that sentence hang together is a reading (`readings.py`).
Not computed: whether a reason is special enough, whether a day was truancy, whether a task failed. People record those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from contracts.answers import Appraisal, AppraisalOutcome, Reading, Reason
from contracts.codes import Grade
from services.compliance.law import article_10
from services.compliance.law.case import NOTHING, OWED_BY, Case
from services.compliance.law.grades import under_review
from services.compliance.law.grounds import Ground
from services.compliance.law.readings import READINGS, Elements
from services.compliance.law.reasons import APPRAISAL_UNDETERMINED, ordered, reason
from services.compliance.law.runs import Crossing
from services.compliance.law.tasks import Tasks, duty_in_force, tasks_of
from services.compliance.law.truancy import AWOL, awol_run
from services.compliance.law.wording import long_absence, open_kind

ARTICLE = "8.2"
AS_LEAVE = ("pending", "ratification")
"""Unsettled kinds that an approval would make leave."""


@dataclass(frozen=True, slots=True)
class Found:
    """An outcome with the reasons that make it."""

    outcome: AppraisalOutcome
    reasons: tuple[Reason, ...] = ()


ELIGIBLE = Found("eligible", (reason("no_ground", ARTICLE),))


@dataclass(eq=False)
class Year:
    """One appraisal year of one cadre."""

    case: Case
    year: int
    _elements: dict[frozenset[str], Elements] = field(default_factory=dict)
    _absence: dict[frozenset[str], tuple[Crossing | None, list[int] | None]] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return date(self.year, 1, 1).toordinal()

    @property
    def last(self) -> int:
        """The last day that counts: 31 December, or the day of the question."""
        return min(date(self.year, 12, 31), self.case.as_of).toordinal()

    @cached_property
    def tasks(self) -> Tasks:
        return tasks_of(self.case, self.year)

    @cached_property
    def truancy(self) -> Ground | None:
        return article_10.stricter_on_truancy(self.case, self.year)

    def elements(self, assumed: frozenset[str]) -> Elements:
        if assumed not in self._elements:
            self._elements[assumed] = elements(self, self.tasks, assumed)
        return self._elements[assumed]

    def absence(self, assumed: frozenset[str] = NOTHING) -> tuple[Crossing | None, list[int] | None]:
        """(B, W): the crossing of a threshold, and where truancy counts by itself, its days."""
        if assumed not in self._absence:
            self._absence[assumed] = (self._long(assumed), self._awol())
        return self._absence[assumed]

    def _long(self, assumed: frozenset[str]) -> Crossing | None:
        case = self.case
        if not case.in_scope:
            return None
        transition, attribution, window = (
            str(case.setting_of_year(name, self.year).value)
            for name in ("policy.transition", "absence.run_attribution", "absence.long.window")
        )
        for run in case.runs(assumed):
            within = [day for day in run if self.first <= day <= self.last]
            counted = within if attribution == "split" else run
            found = case.over("absence.long.consecutive", [(d, 1.0) for d in counted], transition) if within else None
            if found and (attribution != "crossing_year" or self.first <= found.day <= self.last):
                return found
        return case.over_cumulative(case.counted(assumed), self.year, window, transition)

    def _awol(self) -> list[int] | None:
        if self.case.setting_of_year("art8.long_modifies_awol", self.year).value is not False:
            return None
        return awol_run(self.case, self.year, self.case.setting_of_year(AWOL, self.year).threshold)


def long_absence_of(case: Case, year: int) -> Crossing | None:
    """The long absence of the year, whatever follows from it."""
    return Year(case, year).absence()[0]


def elements(year: Year, tasks: Tasks, assumed: frozenset[str]) -> Elements:
    long, awol = year.absence(assumed)
    presumed: bool | None = False
    if long is not None and not tasks.rebutted:
        days = [d for d, amount in year.case.counted(assumed) if amount and year.first <= d <= year.last]
        presumed = True if tasks.any or duty_in_force(year.case, days) else None
    return Elements(long is not None, awol is not None, bool(tasks.failed), presumed)


def appraisal(case: Case, year: int) -> Appraisal:
    of_year = Year(case, year)
    in_force = _reading(case, year)
    by_reading = _not_applicable(of_year) or _no_grade(of_year)
    if by_reading is None:
        found = {r: _decide(of_year, r) for r in READINGS}
    else:
        found = dict.fromkeys(READINGS, by_reading)
    answer = found[in_force]
    return Appraisal(
        outcome=answer.outcome,
        allowed_grades=_allowed(of_year, answer.outcome),
        provisional=case.as_of < date(year, 12, 31),
        reasons=answer.reasons,
        readings={r: f.outcome for r, f in found.items()},
        reading_sensitive=len({f.outcome for f in found.values()}) > 1,
        under_review=under_review(case, year),
    )


def _reading(case: Case, year: int) -> Reading:
    return case.setting_of_year("art8.reading", year).value  # type: ignore[return-value]


def _not_applicable(year: Year) -> Found | None:
    case, reasons = year.case, []
    category, event = case.dossier.category_on(date.fromordinal(max(year.last, year.first)))
    if category == "management" and case.setting_of_year("art8.cap_target", year.year).value != "annual":
        reasons.append(reason("no_technical_post", ARTICLE, [event.id] if event else ()))
    if case.scope.first_within(year.first, year.last) is None:
        reasons.append(reason("out_of_scope", "2", year=year.year))
    return Found("not_applicable", ordered(reasons)) if reasons else None


def _no_grade(year: Year) -> Found | None:
    grounds = article_10.no_grade(year.case, year.year)
    return Found("no_grade", ordered(g.reason() for g in grounds)) if grounds else None


def _decide(year: Year, reading: Reading) -> Found:
    base = _outcome(year, reading, NOTHING)
    if base.outcome == "eligible":
        return _open_matters(year, reading) or base
    if base.outcome == "undetermined" and (missing := _calendar_missing(year)):
        return Found("undetermined", ordered([*base.reasons, missing], APPRAISAL_UNDETERMINED))
    return base


def _outcome(year: Year, reading: Reading, assumed: frozenset[str], as_leave: frozenset[str] = NOTHING) -> Found:
    """With the unsettled kinds in `assumed` taken as unexcused, those in `as_leave` as approved leave, the rest as excused."""
    if as_leave and article_10.no_grade(year.case, year.year, as_leave):
        return Found("no_grade")
    capped = READINGS[reading](year.elements(assumed))
    reasons = list(_cap(year, year.tasks, assumed)) if capped else []
    if year.truancy:
        reasons.append(year.truancy.reason())
    if reasons:
        return Found("ineligible", ordered(reasons))
    if capped is None:
        long = year.absence(assumed)[0]
        evidence, settings = (year.case.evidence(long.days), [long.setting]) if long else ((), [])
        return Found("undetermined", (reason("no_duty_assigned", ARTICLE, evidence, settings, OWED_BY["no_duty_assigned"]),))
    return ELIGIBLE


def _cap(year: Year, tasks: Tasks, assumed: frozenset[str]) -> Sequence[Reason]:
    long, awol = year.absence(assumed)
    case = year.case
    if long is not None:
        return [long_absence(case, long, ARTICLE, [case.setting_of_year("art8.reading", year.year)], tasks.failed)]
    if awol is not None:
        setting = case.setting_of_year(AWOL, year.year)
        return [long_absence(case, Crossing(awol[-1], setting, tuple(awol), len(awol)), ARTICLE, [])]
    return [reason("task_failure", ARTICLE, tasks.failed, [case.setting_of_year("art8.reading", year.year)], year=year.year)]


def _open_matters(year: Year, reading: Reading) -> Found | None:
    """Would anything still open give another outcome? Each kind by itself, and only if none does, all of them together."""
    case = year.case
    changing = [k for k in case.unsettled if _changes(year, reading, frozenset({k}))]
    if not changing and len(case.unsettled) > 1 and _changes(year, reading, frozenset(case.unsettled)):
        changing = list(case.unsettled)
    reasons = [open_kind(case, kind, ARTICLE) for kind in changing]
    if missing := _calendar_missing(year):
        reasons.append(missing)
    return Found("undetermined", ordered(reasons, APPRAISAL_UNDETERMINED)) if reasons else None


def _changes(year: Year, reading: Reading, kinds: frozenset[str]) -> bool:
    if _outcome(year, reading, kinds).outcome != "eligible":
        return True
    as_leave = kinds & frozenset(AS_LEAVE)
    return bool(as_leave) and _outcome(year, reading, kinds - as_leave, as_leave).outcome != "eligible"


def _calendar_missing(year: Year) -> Reason | None:
    if year.case.dossier.system.calendar.year(year.year) is not None:
        return None
    days = [day for day, d in year.case.in_scope.items() if year.first <= day <= year.last and d.kind != "worked"]
    if not days:
        return None
    return reason("calendar_missing", ARTICLE, year.case.evidence(days), owed_by=OWED_BY["calendar_missing"], year=year.year)


def _allowed(year: Year, outcome: AppraisalOutcome) -> tuple[Grade, ...]:
    if outcome == "no_grade":
        return ("no_grade",)
    if outcome not in ("ineligible", "eligible"):
        return ()
    return article_10.grades(year.case, year.year, capped=outcome == "ineligible")
