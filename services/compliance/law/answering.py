"""From facts to answers: builds the case and asks each article."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial

from contracts.answers import Answer, Appraisal, Promotion, Question, UnitAnswer
from contracts.message import Event
from services.compliance.law import article_02, article_07, article_08, article_09, change, counts, days, leaves, regulation
from services.compliance.law.case import Case
from services.compliance.law.dossier import Cadre
from services.compliance.law.findings import Inquiry, Raised
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
        raised = _findings(common, cadre, case, year, promotion, appraisal) if findings else ()
        found[year] = Answer(
            cadre_id=cadre.id,
            as_of=as_of,
            known_at=known_at,
            year=year,
            promotion=promotion,
            appraisal=appraisal,
            findings=tuple(r.finding(cadre.id) for r in raised if not r.cleared),
            counts=counts.counts(case, year),
            policy=case.policies.in_force(as_of),
            calendars=_calendars(case, year),
            inputs=dict(inputs or {}),
        )
    return found


def _findings(common: Common, cadre: Cadre, case: Case, year: int, promotion: Promotion, appraisal: Appraisal) -> list[Raised]:
    def earlier(as_of: date, known_at: str) -> Case:
        return case_of(common, cadre, as_of, known_at)

    absence = article_08.long_absence_of
    inquiry = Inquiry(case, year, promotion, appraisal, earlier, article_07.promotion, article_08.appraisal, absence)
    return list(regulation.raised(inquiry))


def unit_answer(common: Common, cadres: Iterable[Cadre], unit_id: str, as_of: date, known_at: str, year: int) -> UnitAnswer:
    """What the unit has to answer for: the findings about those who are or were its cadres, and its scorecard."""
    system = common.at(as_of, known_at)
    raised: list[tuple[str, Raised]] = []
    in_scope = 0
    for cadre in cadres:
        case = case_of(common, cadre, as_of, known_at)
        if all(unit != unit_id for _, unit in case.dossier.units):
            continue
        in_scope += case.scope.covers(case.dossier.today) and case.dossier.unit_on(as_of) == unit_id
        promotion, appraisal = article_07.promotion(case), article_08.appraisal(case, year)
        found = _findings(common, cadre, case, year, promotion, appraisal)
        raised += [(cadre.id, r) for r in found if r.unit == unit_id]
    own = [r for _, r in raised]
    findings = [r.finding(about) for about, r in raised if not r.cleared]
    return UnitAnswer(
        unit_id=unit_id,
        as_of=as_of,
        known_at=known_at,
        year=year,
        findings=(*article_09.circular_candidate(system, unit_id, year, own), *findings),
        scorecard=article_09.scorecard(system, unit_id, year, in_scope, own),
    )


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
