"""From facts to answers: builds the case and asks each article."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial

from contracts.answers import Answer, Appraisal, Finding, Promotion, Question
from contracts.message import Event
from services.compliance.law import article_02, article_07, article_08, change, days, leaves
from services.compliance.law.case import Case
from services.compliance.law.dossier import Cadre
from services.compliance.law.policy import MEASURES_FROM
from services.compliance.law.system import Common


def case_of(common: Common, cadre: Cadre, as_of: date, known_at: str) -> Case:
    dossier = cadre.at(common, as_of, known_at)
    read = leaves.read(dossier)
    return Case(dossier, article_02.scope(dossier), read, days.classify(dossier, read))


def answer(
    common: Common,
    cadre: Cadre | Sequence[Event],
    question: Question,
    *,
    inputs: Mapping[str, int] | None = None,
    findings: bool = True,
    next_change: bool = True,
) -> Answer:
    """The answer to one question. `inputs`: positions read from each service, handed through as provenance."""
    own = cadre if isinstance(cadre, Cadre) else Cadre(question.cadre_id, cadre)
    found = answers(
        common, own, question.as_of, question.known_at, [question.year], inputs=inputs, findings=findings, next_change=next_change
    )
    return found[question.year]


def answers(
    common: Common,
    cadre: Cadre,
    as_of: date,
    known_at: str,
    years: Iterable[int],
    *,
    inputs: Mapping[str, int] | None = None,
    findings: bool = True,
    next_change: bool = True,
) -> dict[int, Answer]:
    """The answers for several appraisal years, from one reading of the facts."""
    case = case_of(common, cadre, as_of, known_at)
    promotion = article_07.promotion(case)
    later = cache(lambda day: case_of(common, cadre, day, known_at))
    if next_change:
        on = change.next_change(case, lambda day: _of_promotion(article_07.promotion(later(day))))
        promotion = promotion.model_copy(update={"next_change_on": on})
    found: dict[int, Answer] = {}
    for year in years:
        appraisal = article_08.appraisal(case, year)
        if next_change:
            on = change.next_change(case, partial(_appraisal_on, later, year))
            appraisal = appraisal.model_copy(update={"next_change_on": on})
        raised: tuple[Finding, ...] = ()
        found[year] = Answer(
            cadre_id=cadre.id,
            as_of=as_of,
            known_at=known_at,
            year=year,
            promotion=promotion,
            appraisal=appraisal,
            findings=raised,
            counts=article_08.counts(case, year),
            policy=case.policies.in_force(as_of),
            calendars=_calendars(case, year),
            inputs=dict(inputs or {}),
        )
    return found


def _of_promotion(promotion: Promotion) -> Hashable:
    return promotion.outcome, tuple(r.code for r in promotion.reasons)


def _appraisal_on(later: Callable[[date], Case], year: int, day: date) -> Hashable:
    return _of_appraisal(article_08.appraisal(later(day), year))


def _of_appraisal(appraisal: Appraisal) -> Hashable:
    codes = tuple(r.code for r in appraisal.reasons)
    return appraisal.outcome, appraisal.allowed_grades, codes, tuple(appraisal.readings.items()), appraisal.under_review


def _calendars(case: Case, year: int) -> tuple[str, ...]:
    """The calendars of the year asked for and of every year with a day of absence or leave."""
    years = {year, *(date.fromordinal(day).year for day in case.days.by_day)}
    known = (case.dossier.system.calendar.year(y) for y in sorted(years))
    return tuple(f"{k.year}.{k.version}" for k in known if k is not None)


def years_in_scope(common: Common, cadre: Cadre, as_of: date, known_at: str) -> tuple[int, ...]:
    """The appraisal years, up to that of the day, with a day in scope: for each of them an answer is published."""
    scope = article_02.scope(cadre.at(common, as_of, known_at))
    return tuple(
        year
        for year in range(MEASURES_FROM.year, as_of.year + 1)
        if scope.first_within(date(year, 1, 1).toordinal(), min(date(year, 12, 31), as_of).toordinal()) is not None
    )
