"""Article 6 - education and care: the committee talks with the cadre at the exit, both heads of his unit talk with him often
and exchange thoughts regularly, and he takes part in the training of leading cadres. How often is a policy parameter. A
breach is never the cadre's. Not computed: what was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.codes import Office, Offices
from contracts.compliance import ExitTalkHeld, ThoughtExchangeHeld, TrainingAttended, UnitTalkHeld
from contracts.registry import UnitHeadAppointed, UnitHeadVacated
from services.compliance.law.case import Case
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.policy import MEASURES_FROM
from services.compliance.law.system import System

ARTICLE = "6.1"
BEFORE_THE_EXIT = timedelta(days=30)
OFFICES: tuple[Office, ...] = ("party", "administrative")


def exit_talk_overdue(inquiry: Inquiry) -> Iterator[Raised]:
    talks = [(t.held_on, e.id) for e, t in inquiry.case.dossier.of(ExitTalkHeld)]
    for exit_ in inquiry.case.scope.exits:
        if exit_.on >= MEASURES_FROM:
            due = inquiry.due("art6.exit_talk_within_workdays", exit_.on)
            held = min((t for t in talks if t[0] >= exit_.on - BEFORE_THE_EXIT), default=None)
            yield from inquiry.overdue("exit_talk_overdue", ARTICLE, "committee", due, [exit_.event.id], done=held, owed_since=exit_.on)


@dataclass(frozen=True, slots=True)
class Head:
    """Whoever holds one or both offices of a unit, and since when."""

    offices: tuple[Office, ...]
    since: date


def heads(case: Case, unit: str) -> list[Head]:
    """On the day of the question. A unit whose heads were never named has both; a vacant office has none."""
    system = case.dossier.system
    return system.remembered((heads, unit), lambda: _heads(system, unit))


def _heads(system: System, unit: str) -> list[Head]:
    appointed = sorted(system.about(UnitHeadAppointed, unit), key=lambda a: (a[1].from_, a[0].recordedtime))
    if not appointed:
        return [Head((office,), date.min) for office in OFFICES]
    vacated = [v for _, v in system.about(UnitHeadVacated, unit)]
    holders: dict[str, list[tuple[Office, date]]] = defaultdict(list)
    for office in OFFICES:
        last = next((a for _, a in reversed(appointed) if a.office == office), None)
        if last is not None and not any(v.office == office and v.head_ref == last.head_ref and v.vacated_on >= last.from_ for v in vacated):
            holders[last.head_ref].append((office, last.from_))
    return [Head(tuple(o for o, _ in held), max(on for _, on in held)) for held in holders.values()]


def unit_talk_overdue(inquiry: Inquiry) -> Iterator[Raised]:
    return _talks(inquiry, "unit_talk_overdue", "art6.unit_talk.max_interval_days", UnitTalkHeld)


def thought_exchange_overdue(inquiry: Inquiry) -> Iterator[Raised]:
    return _talks(inquiry, "thought_exchange_overdue", "art6.thought_exchange.max_interval_days", ThoughtExchangeHeld)


def _talks(inquiry: Inquiry, code: str, parameter: str, kind: type[UnitTalkHeld | ThoughtExchangeHeld]) -> Iterator[Raised]:
    """Each head has his own clock. Owed only while the cadre is in scope."""
    case = inquiry.case
    span = case.scope.on(case.dossier.today)
    if span.why_out is not None or span.exit is None:
        return
    arrived, unit = next(s for s in reversed(case.dossier.units) if s[0] <= case.dossier.today)
    began = max(span.exit.on, date.fromordinal(max(arrived, 1)), MEASURES_FROM)
    talks = case.dossier.of(kind)
    for head in heads(case, unit):
        own = [(t.held_on, e.id) for e, t in talks if t.unit_id == unit and t.by_office in head.offices]
        last = max(own, default=None)
        start = max(began, head.since, last[0] if last else date.min)
        due = inquiry.due(parameter, start, workdays=False)
        office: Offices = head.offices[0] if len(head.offices) == 1 else "both"
        evidence = [last[1] if last else span.exit.event.id]
        yield from inquiry.overdue(code, ARTICLE, "unit_head", due, evidence, office=office, owed_since=start)


def training_gap(inquiry: Inquiry) -> Iterator[Raised]:
    """For each full year in scope after that of the exit. Cannot be made good; shown while the cadre is in scope."""
    case = inquiry.case
    span = case.scope.on(case.dossier.today)
    if span.why_out is not None or span.exit is None:
        return
    trained = {t.attended_on.year for _, t in case.dossier.of(TrainingAttended)}
    for year in range(span.exit.on.year + 1, case.as_of.year + 1):
        first, last = date(year, 1, 1), date(year, 12, 31)
        if year not in trained and case.scope.covers(first.toordinal()):
            yield from inquiry.overdue("training_gap", "6.2", "branch", last, [span.exit.event.id], owed_since=first)
