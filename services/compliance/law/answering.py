"""From facts to answers: builds the case and asks each article."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from contracts.answers import Answer, Appraisal, Promotion, Question, UnitAnswer
from contracts.message import Event
from services.compliance.law import article_02, article_09, change, counts, in_force
from services.compliance.law.case import Case
from services.compliance.law.dossier import Cadre
from services.compliance.law.findings import Raised
from services.compliance.law.system import Common
from services.compliance.law.view import View


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
    return of_view(View(common, cadre, known_at), as_of, years, inputs=inputs, findings=findings, next_change=next_change)


def of_view(
    view: View,
    as_of: date,
    years: Iterable[int],
    *,
    inputs: Mapping[str, int] | None = None,
    findings: bool = True,
    next_change: bool = True,
) -> dict[int, Answer]:
    seen, cadre_id = view.on(as_of), view.cadre.id
    case, promotion = seen.case, seen.promotion()
    if next_change:
        on = change.next_change(case, lambda day: of_promotion(view.on(day).promotion()), change.OF_FINDINGS | change.OF_APPRAISAL)
        promotion = promotion.model_copy(update={"next_change_on": on}) if on else promotion
    found: dict[int, Answer] = {}
    for year in years:
        appraisal = seen.appraisal(year)
        if next_change:
            on = change.next_change(case, partial(_appraisal_on, view, year), change.OF_FINDINGS)
            appraisal = appraisal.model_copy(update={"next_change_on": on}) if on else appraisal
        raised = view.findings(as_of, year) if findings else ()
        found[year] = Answer(
            cadre_id=cadre_id,
            as_of=as_of,
            known_at=view.known_at,
            year=year,
            promotion=promotion,
            appraisal=appraisal,
            findings=tuple(r.finding(cadre_id) for r in raised if not r.cleared),
            counts=counts.counts(case, year),
            policy=case.policies.in_force(as_of),
            calendars=_calendars(case, year),
            inputs=dict(inputs or {}),
        )
    return found


def unit_answer(common: Common, cadres: Iterable[Cadre], unit_id: str, as_of: date, known_at: str, year: int) -> UnitAnswer:
    """What the unit has to answer for: the findings about those who are or were its cadres, and its scorecard."""
    system = common.at(as_of, known_at)
    raised: list[tuple[str, Raised]] = []
    in_scope = 0
    for cadre in cadres:
        view = View(common, cadre, known_at)
        case = view.on(as_of).case
        if all(unit != unit_id for _, unit in case.dossier.units):
            continue
        in_scope += case.scope.covers(case.dossier.today) and case.dossier.unit_on(as_of) == unit_id
        raised += [(cadre.id, r) for r in view.findings(as_of, year) if r.unit == unit_id]
    own = [r for _, r in raised]
    findings = [r.finding(about) for about, r in raised if not r.cleared]
    return UnitAnswer(
        unit_id=unit_id,
        as_of=as_of,
        known_at=known_at,
        year=year,
        findings=(*(r.finding(unit_id) for r in in_force.on(as_of).candidate(system, unit_id, year, own)), *findings),
        scorecard=article_09.scorecard(system, unit_id, year, in_scope, own),
    )


def of_promotion(promotion: Promotion) -> Hashable:
    return promotion.outcome, tuple(r.code for r in promotion.reasons)


def _appraisal_on(view: View, year: int, day: date) -> Hashable:
    return of_appraisal(view.on(day).appraisal(year))


def of_appraisal(appraisal: Appraisal) -> Hashable:
    codes = tuple(r.code for r in appraisal.reasons)
    return appraisal.outcome, appraisal.allowed_grades, codes, tuple(appraisal.readings.items()), appraisal.under_review


def _calendars(case: Case, year: int) -> tuple[str, ...]:
    """The calendars of the year asked for and of every year with a day of absence or leave."""
    years = {year, *case.days.years()}
    known = (case.dossier.system.calendar.year(y) for y in sorted(years))
    return tuple(f"{k.year}.{k.version}" for k in known if k is not None)


def years_in_scope(common: Common, cadre: Cadre, as_of: date, known_at: str) -> tuple[int, ...]:
    return article_02.years(in_force.on(as_of).scope(cadre.at(common, as_of, known_at)), as_of)
