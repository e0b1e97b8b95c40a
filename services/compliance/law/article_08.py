"""Article 8 - leave and the cap on the yearly technical appraisal.

Who cannot come to work for a special reason asks for leave himself, in writing and with evidence; the unit examines it and
reports in writing; the committee approves. Who has not, is long unable to attend or is truant, and cannot do his tasks, may
not be rated qualified or above in that year. How the parts of that sentence hang together is a reading (`readings.py`).
Not computed: whether a reason is special enough, whether a day was truancy, whether a task failed. People record those."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.answers import Appraisal, AppraisalOutcome, Reading, Reason
from contracts.codes import Grade
from services.compliance.law import article_10
from services.compliance.law.appraisal_year import Year
from services.compliance.law.case import NOTHING, OWED_BY, Case
from services.compliance.law.considered import Considered
from services.compliance.law.grades import under_review
from services.compliance.law.policy import InForce
from services.compliance.law.readings import READINGS
from services.compliance.law.reasons import APPRAISAL_UNDETERMINED, ordered, reason
from services.compliance.law.runs import Crossing
from services.compliance.law.superior_sanctions import warnings
from services.compliance.law.tasks import duties_in_force
from services.compliance.law.truancy import AWOL
from services.compliance.law.wording import counting, long_absence, open_kind

ARTICLE = "8.2"
FAILED = (("有工作任务未完成", "and a task was not completed"),)
PRESUMED = (
    (
        "该年度有工作可做而无完成的记录，推定未完成任务",
        "there was work to do and no record that it was done, so that it is presumed not done",
    ),
)
AS_LEAVE = ("pending", "ratification")
"""Unsettled kinds that an approval would make leave."""


@dataclass(frozen=True, slots=True)
class Found:
    """An outcome and what tells the reasons that make it: asked of the reading in force, the others show their outcome alone."""

    outcome: AppraisalOutcome
    reasons: Callable[[], tuple[Reason, ...]] = tuple


ELIGIBLE = Found("eligible")
"""Its reason is told once, at the end."""


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
        reasons=answer.reasons() if answer.outcome != "eligible" else (_no_ground(of_year),),
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
        reasons.append(reason("no_technical_post", ARTICLE, [event.id] if event else (), [year.setting("art8.cap_target")]))
    if case.scope.first_within(year.first, year.last) is None:
        reasons.append(reason("out_of_scope", "2", (), year.case.documented("scope.requires"), year=year.year))
    return Found("not_applicable", lambda: ordered(reasons)) if reasons else None


def _no_grade(year: Year) -> Found | None:
    grounds = article_10.no_grade(year.case, year.year)
    return Found("no_grade", lambda: ordered(g.reason() for g in grounds)) if grounds else None


def _decide(year: Year, reading: Reading) -> Found:
    base = _outcome(year, reading, NOTHING)
    if base.outcome == "eligible":
        return _open_matters(year, reading) or base
    if base.outcome == "undetermined" and (missing := _calendar_missing(year)):
        return Found("undetermined", lambda: ordered([*base.reasons(), missing], APPRAISAL_UNDETERMINED))
    return base


def _outcome(year: Year, reading: Reading, assumed: frozenset[str], as_leave: frozenset[str] = NOTHING) -> Found:
    """With the unsettled kinds in `assumed` taken as unexcused, those in `as_leave` as approved leave, the rest as excused."""
    if as_leave and article_10.no_grade(year.case, year.year, as_leave):
        return Found("no_grade")
    capped, truancy = READINGS[reading](year.elements(assumed)), year.truancy
    if capped or truancy:
        return Found(
            "ineligible", lambda: ordered([*(_cap(year, reading, assumed) if capped else ()), *([truancy.reason()] if truancy else ())])
        )
    if capped is None:
        return Found("undetermined", lambda: (_no_duty(year, assumed),))
    return ELIGIBLE


def _no_duty(year: Year, assumed: frozenset[str]) -> Reason:
    long = year.absence(assumed)[0]
    evidence, settings = (year.case.evidence(long.days), [long.setting]) if long else ((), [])
    settings.append(year.setting("art8.reading"))
    return reason("no_duty_assigned", ARTICLE, evidence, settings, OWED_BY["no_duty_assigned"])


def _cap(year: Year, reading: Reading, assumed: frozenset[str]) -> Sequence[Reason]:
    (long, awol), tasks = year.absence(assumed), year.tasks
    case, settings = year.case, [year.setting("art8.reading"), *year.case.documented("art8.cap")]
    if long is not None:
        settings += counting(case, long, year.year)
        if tasks.failed or reading != "R2":
            return [long_absence(case, long, ARTICLE, settings, tasks.failed, FAILED if tasks.failed else ())]
        evidence = [*tasks.evidence, *duties_in_force(case, year.unexcused(assumed))]
        return [long_absence(case, long, ARTICLE, settings, evidence, PRESUMED)]
    if awol is not None:
        alone = Crossing(awol[-1], year.setting(AWOL), tuple(awol), len(awol))
        return [long_absence(case, alone, ARTICLE, [*settings, year.setting("art8.long_modifies_awol")], tasks.failed)]
    return [reason("task_failure", ARTICLE, tasks.failed, settings, year=year.year)]


def _no_ground(year: Year) -> Reason:
    """What is on record and caps nothing, and why."""
    considered, tasks = Considered(year.case), year.tasks
    long, _ = year.absence()
    if long is not None and tasks.rebutted:
        considered.done(long, year.year, tasks.evidence)
    elif long is not None:
        considered.long_alone(long, year.year)
    else:
        counted = [(d, amount) for d, amount in year.case.counted() if year.first <= d <= year.last]
        considered.below(counted, [year.setting("absence.long.consecutive"), year.setting("absence.long.cumulative")])
        if tasks.failed:
            considered.failed(tasks.failed)
    considered.open(year.first, year.last)
    considered.on_leave(year.year, year.first, year.last)
    considered.warned(warnings(year.case, year.year))
    return considered.reason("no_ground", ARTICLE, year.setting("art8.reading"))


def _open_matters(year: Year, reading: Reading) -> Found | None:
    """Would anything still open give another outcome? Each kind by itself, and only if none does, all of them together."""
    case = year.case
    changing = [k for k in case.unsettled if _changes(year, reading, frozenset({k}))]
    if not changing and len(case.unsettled) > 1 and _changes(year, reading, frozenset(case.unsettled)):
        changing = list(case.unsettled)
    alone = [k for k in changing if len(changing) == 1 or _changes(year, reading, frozenset({k}))]
    missing = _calendar_missing(year)

    def reasons() -> tuple[Reason, ...]:
        deciding = {k: list(_would_decide(year, frozenset({k} if k in alone else changing))) for k in changing}
        told = [open_kind(case, k, ARTICLE, settings) for k, settings in deciding.items()]
        return ordered([*told, *([missing] if missing else ())], APPRAISAL_UNDETERMINED)

    return Found("undetermined", reasons) if changing or missing else None


def _would_decide(year: Year, kinds: frozenset[str]) -> Iterator[InForce]:
    """The numbers that unsettled days would cross."""
    if long := year.absence(kinds)[0]:
        yield long.setting
        yield from counting(year.case, long, year.year)
        yield year.setting("art8.reading")
    for ground in article_10.no_grade(year.case, year.year, kinds & frozenset(AS_LEAVE)):
        yield from [ground.setting] if ground.setting else []


def _changes(year: Year, reading: Reading, kinds: frozenset[str]) -> bool:
    if _outcome(year, reading, kinds).outcome != "eligible":
        return True
    as_leave = kinds & frozenset(AS_LEAVE)
    return _outcome(year, reading, kinds - as_leave, as_leave).outcome != "eligible"


def _calendar_missing(year: Year) -> Reason | None:
    if year.case.dossier.system.calendar.year(year.year) is not None:
        return None
    days = [day for day, d in year.case.in_scope.items() if year.first <= day <= year.last and d.kind != "worked"]
    if not days:
        return None
    leaves = {leave.id: leave for day in days if (leave := year.case.in_scope[day].leave) is not None}
    evidence = [*year.case.evidence(days), *(i for leave in leaves.values() for i in leave.ids(*leave.facts))]
    rule = year.case.documented("calendar.missing_year")
    return reason("calendar_missing", ARTICLE, evidence, rule, OWED_BY["calendar_missing"], year=year.year)


def _allowed(year: Year, outcome: AppraisalOutcome) -> tuple[Grade, ...]:
    if outcome == "no_grade":
        return ("no_grade",)
    if outcome not in ("ineligible", "eligible"):
        return ()
    return article_10.grades(year.case, year.year, capped=outcome == "ineligible")
