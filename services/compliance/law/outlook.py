"""Everything that holds for a cadre, or for a unit, on a day, and the first later day on which any of it changes although nothing
new is known. Recorded facts begin and end on days of their own, and detectors name the days of what is owed: between them nothing
changes, so that nobody is looked at in vain."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from contracts.answers import Answer
from contracts.compliance import ComplaintDecided, ComplaintReceived, UnitCircularIssued, UnitCircularWithdrawn, UnitNeglectDetermined
from services.compliance.law import article_02, article_09, change, in_force
from services.compliance.law.answering import of_appraisal, of_promotion, of_view
from services.compliance.law.article_09 import CONNIVANCE
from services.compliance.law.dossier import Cadre
from services.compliance.law.findings import Raised
from services.compliance.law.system import LAW, Common, System
from services.compliance.law.view import View

OF_UNITS = (ComplaintDecided, ComplaintReceived, UnitCircularIssued, UnitCircularWithdrawn, UnitNeglectDetermined)
"""Facts about a unit that make it a candidate for a circular, or no longer."""
NOTICE_FROM = 10
"""Month in which the notice on the holidays of the next year may come."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The answers, without findings, by appraisal year; the findings of all these years by their ids, those that were made good
    included; what somebody owes: findings that stand, what becomes one when its day has passed, what only waits; the first later day
    on which any of it changes by itself."""

    answers: Mapping[int, Answer]
    findings: Mapping[str, Raised]
    owed: Sequence[Raised]
    again_on: date | None


def outlook(common: Common, cadre: Cadre, as_of: date, known_at: str, published: Collection[int] = ()) -> Outlook:
    """For the appraisal years in scope and those for which an answer was `published`; for that of the day where there are none."""
    view = View(common, cadre, known_at)
    years = _years(view, as_of, published)
    answers = of_view(view, as_of, years or (as_of.year,), findings=False)
    raised = _raised(view, as_of, years)
    return Outlook(answers, _findings(view, as_of, raised), _owed(view, as_of, raised), _again_on(view, as_of, published))


def owed(common: Common, cadre: Cadre, as_of: date, known_at: str) -> Sequence[Raised]:
    """The same as the outlook has it, alone."""
    view = View(common, cadre, known_at)
    return _owed(view, as_of, _raised(view, as_of, _years(view, as_of, ())))


def _years(view: View, day: date, published: Collection[int]) -> Sequence[int]:
    return sorted({*article_02.years(view.on(day).case.scope, day), *published})


def _raised(view: View, day: date, years: Sequence[int]) -> list[Raised]:
    """Those of all years, and those that are the same whatever the year."""
    found = list(view.raised(day, years[0] if years else day.year))
    for year in years[1:]:
        found += view.raised(day, year, of_year_only=True)
    return found


def _findings(view: View, day: date, raised: Iterable[Raised]) -> dict[str, Raised]:
    return united(view.cadre.id, (r for r in raised if r.since <= day))


def _owed(view: View, day: date, raised: Iterable[Raised]) -> tuple[Raised, ...]:
    return (*(r for r in raised if not r.cleared), *view.awaited(day))


def united(about: str, raised: Iterable[Raised]) -> dict[str, Raised]:
    """By id. What has one id is one finding: it holds until the last of them is made good, on the evidence of all that hold."""
    found: dict[str, Raised] = {}
    for one in raised:
        id_ = one.id(about)
        found[id_] = _united(found[id_], one) if id_ in found else one
    return found


def _united(a: Raised, b: Raised) -> Raised:
    if a.cleared != b.cleared:
        return b if a.cleared else a
    return a._replace(
        since=min(a.since, b.since),
        evidence=tuple(dict.fromkeys((*a.evidence, *b.evidence))),
        good=tuple(dict.fromkeys((*a.good, *b.good))),
        office=a.office if a.office == b.office else "both",
    )


def _again_on(view: View, as_of: date, published: Collection[int]) -> date | None:
    """A day that a detector named is certain unless something recorded begins or ends before it: then it is tried."""

    @cache
    def signature(day: date) -> Hashable:
        seen, years = view.on(day), _years(view, day, published)
        raised = _raised(view, day, years)
        held = frozenset(id_ for id_, r in _findings(view, day, raised).items() if not r.cleared)
        waits = frozenset((r.todo(view.cadre.id), r.due_on, r.unit) for r in _owed(view, day, raised))
        return of_promotion(seen.promotion()), tuple((y, of_appraisal(seen.appraisal(y))) for y in years), held, waits

    case = view.on(as_of).case
    recorded, spans = change.candidates(case)
    points = sorted({*recorded, *case.dossier.system.heads_to_come([unit for _, unit in case.dossier.units])})
    before = case.dossier.today
    while True:
        named = min((d for d in _named(view, before) if d > before), default=change.NEVER)
        point = next((p for p in points if p > before), change.NEVER)
        day = min(named, point)
        if day == change.NEVER:
            return None
        if day < point and not any(first <= day and before < last for first, last in spans):
            return date.fromordinal(day)
        if signature(date.fromordinal(day)) != signature(as_of):
            return change.first_between(signature, signature(as_of), before, day, spans)
        before = day


def _named(view: View, day: int) -> Iterable[int]:
    """What detectors named on a day for which findings were asked, and the beginning of the next appraisal year."""
    seen = view.on(date.fromordinal(day))
    yield from (d.toordinal() for d in seen.ahead)
    if seen.case.scope.covers(day):
        yield date(seen.case.as_of.year + 1, 1, 1).toordinal()


def unit_outlook(
    common: Common, cadres: Sequence[Cadre], unit_id: str, as_of: date, known_at: str
) -> tuple[dict[str, Raised], date | None]:
    """The findings about the unit itself by their ids, for every year, and the first later day on which they change by themselves
    although those about its cadres do not. `cadres`: those whose absence it may have tolerated."""
    views = [View(common, cadre, known_at) for cadre in cadres]

    def held(day: date) -> dict[str, Raised]:
        system = common.at(day, known_at)
        law = in_force.on(day)
        tolerated = [r for view in views for r in law.detector(CONNIVANCE)(view.inquiry(day, day.year)) if r.unit == unit_id]
        years = {n.year for _, n in system.of(UnitNeglectDetermined) if n.unit_id == unit_id} | {r.since.year for r in tolerated}
        return united(unit_id, (r for y in sorted(years) for r in law.candidate(system, unit_id, y, tolerated)))

    now = held(as_of)
    later = (day for day in _to_come(common.at(as_of, known_at), unit_id) if held(day).keys() != now.keys())
    return now, next(later, None)


def unit_owed(common: Common, unit_id: str, as_of: date, known_at: str, findings: Iterable[Raised]) -> Sequence[Raised]:
    """What somebody owes about the unit itself. `findings`: those about it."""
    return [*(r for r in findings if not r.cleared), *article_09.complaint_to_decide(common.at(as_of, known_at), unit_id)]


def calendars_owed(common: Common, as_of: date, known_at: str) -> Sequence[int]:
    """Years without calendar: that of the day, and in its last quarter the next, whose notice comes in these months."""
    calendar = common.at(as_of, known_at).calendar
    years = [as_of.year, *([as_of.year + 1] if as_of.month >= NOTICE_FROM else [])]
    return [year for year in years if calendar.year(year) is None]


def _to_come(system: System, unit_id: str) -> Sequence[date]:
    known = system.known.all((*OF_UNITS, *LAW))
    return sorted({e.time for e in known if e.time > system.as_of and (isinstance(e.data, LAW) or e.subject == unit_id)})
