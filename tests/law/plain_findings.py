"""Findings: section 8 of the decision procedure told a second time, for tests. What each holds for, when it was due, who answers
for it and in which unit; on which facts it rests is told by the tests of the law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from contracts.message import Event, civil_day, end_of_day
from tests.law import plain
from tests.law.plain_answers import PlainCase
from tests.law.plain_facts import FIRST_DAY, ONE, PlainFacts, order
from tests.law.plain_law import number
from tests.law.plain_promotion import PlainBars, promotion

OFFICES = ("party", "administrative")
OPEN = ("undetermined", "not_applicable")


@dataclass(frozen=True, slots=True, order=True)
class PlainFinding:
    code: str
    due: str
    accountable: str
    unit: str
    also: str = ""
    """The office of a head, or the superior rule that advises."""


class PlainInquiry:
    """What is asked about: a cadre on D as known at K, and an appraisal year."""

    def __init__(self, events: Iterable[Event], as_of: date, known_at: str, year: int) -> None:
        self.events, self.as_of, self.known_at, self.year = tuple(events), as_of, known_at, year
        self.case = self.earlier(as_of, known_at)
        self.facts: PlainFacts = self.case.facts

    def earlier(self, as_of: date, known_at: str) -> PlainCase:
        return PlainCase(PlainFacts(self.events, "C1", as_of, known_at))

    def workdays(self, name: str, after: date) -> date:
        return self.facts.due(after, int(number(self.case.law.on(name, after))[1]))

    def days(self, name: str, after: date) -> date:
        return after + timedelta(days=int(number(self.case.law.on(name, after))[1]))

    def owed(self, code: str, due: date, accountable: str, also: str = "") -> Iterator[PlainFinding]:
        """From the day after the due day."""
        if self.as_of > due and self.facts.in_scope(due):
            yield PlainFinding(code, str(due), accountable, self.facts.unit(due) or "", also)

    def act(self, code: str, on: date, accountable: str, also: str = "") -> Iterator[PlainFinding]:
        if self.facts.in_scope(on):
            yield PlainFinding(code, "", accountable, self.facts.unit(on) or "", also)

    def exit(self) -> date | None:
        """That of the present scope."""
        return max(x for x in self.facts.exits() if x <= self.as_of) if self.facts.in_scope(self.as_of) else None

    def about(self, name: str, concern: str | None, field: str) -> list[date]:
        return [getattr(x, field) for x in self.facts.all(name) if concern is None or x.concern_id == concern]


def late_registration(q: PlainInquiry) -> Iterator[PlainFinding]:
    """1"""
    for exited, event in q.facts.exit_events():
        due = q.workdays("registry.late_after_workdays", exited)
        if exited <= q.as_of and civil_day(event.recordedtime) > due:
            yield from q.owed("late_registration", due, "section")


def exit_talk_overdue(q: PlainInquiry) -> Iterator[PlainFinding]:
    """2"""
    for exited in q.facts.exits():
        talked = any(t.held_on >= exited - timedelta(days=30) for t in q.facts.all("ExitTalkHeld"))
        if FIRST_DAY <= exited <= q.as_of and not talked:
            yield from q.owed("exit_talk_overdue", q.workdays("art6.exit_talk_within_workdays", exited), "committee")


def heads(q: PlainInquiry, unit: str) -> list[tuple[str, tuple[str, ...], date]]:
    """The office that is named, the offices whose talks count, and since when somebody holds them."""
    appointed: list[Any] = [e for e in q.facts.list.get("UnitHeadAppointed", []) if e.data.unit_id == unit]  # type: ignore[attr-defined]
    if not appointed:
        return [(office, (office,), date.min) for office in OFFICES]
    holding: dict[str, list[tuple[str, date]]] = {}
    for office in OFFICES:
        of_office = sorted((e for e in appointed if e.data.office == office), key=lambda e: (e.data.from_, order(e)))
        if of_office:
            head = of_office[-1].data
            left = [
                v for v in q.facts.all("UnitHeadVacated") if (v.unit_id, v.office, v.head_ref) == (unit, office, head.head_ref)
            ]  # fmt: skip
            if not any(v.vacated_on >= head.from_ for v in left):
                holding.setdefault(head.head_ref, []).append((office, head.from_))
    return [
        ("both" if len(held) == 2 else held[0][0], tuple(office for office, _ in held), max(since for _, since in held))
        for held in holding.values()
    ]


def head_talks(q: PlainInquiry) -> Iterator[PlainFinding]:
    """3 and 4"""
    exited, unit = q.exit(), q.facts.unit(q.as_of)
    if exited is None or unit is None:
        return
    came = max([t.transferred_on for t in q.facts.all("CadreTransferred")], default=exited)
    merged = [m.merged_on for m in q.facts.all("UnitMerged") if q.facts.unit(m.merged_on - ONE) != q.facts.unit(m.merged_on)]
    for code, name, interval in (
        ("unit_talk_overdue", "UnitTalkHeld", "art6.unit_talk.max_interval_days"),
        ("thought_exchange_overdue", "ThoughtExchangeHeld", "art6.thought_exchange.max_interval_days"),
    ):
        for named, offices, since in heads(q, unit):
            talks = [t.held_on for t in q.facts.all(name) if t.unit_id == unit and t.by_office in offices]
            due = q.days(interval, max([*talks, exited, came, *merged, since, FIRST_DAY]))
            yield from q.owed(code, due, "unit_head", named)


def training_gap(q: PlainInquiry) -> Iterator[PlainFinding]:
    """5. A year is full when the cadre was in scope at its beginning and at its end."""
    exited = q.exit()
    for year in range(exited.year + 1, q.as_of.year + 1) if exited else ():
        if q.facts.in_scope(date(year, 1, 1)) and not any(t.attended_on.year == year for t in q.facts.all("TrainingAttended")):
            yield from q.owed("training_gap", date(year, 12, 31), "branch")


def stretches(q: PlainInquiry) -> list[tuple[date, date]]:
    """Each exit with the day of the next."""
    exits = sorted({x for x in q.facts.exits() if x <= q.as_of})
    return list(zip(exits, [*exits, date.max][1:], strict=True))


def duty_not_assigned_in_time(q: PlainInquiry) -> Iterator[PlainFinding]:
    """6"""
    assigned = {d.duty_id for d in q.facts.all("DutyAssigned")}
    declined = {d.duty_id for d in q.facts.all("DutyDeclined")}
    for exited, until in stretches(q):
        duties = [d for d in q.case.duties() if d[1] >= exited]
        if any(first >= until or last == date.max for first, last in duties):
            continue
        refused = [d for d in q.facts.all("DutyDeclined") if exited <= d.declined_on < until]
        since = max([exited, *(last for _, last in duties), *(d.declined_on for d in refused if d.reason_given)])
        due = q.workdays("art5.assign_within_workdays", since)
        waiting = [p for p in q.facts.all("DutyProposed") if p.duty_id not in assigned | declined]
        proposed = any(exited <= p.proposed_on <= due for p in waiting)
        if not proposed and not any(not d.reason_given and d.declined_on >= since for d in refused):
            yield from q.owed("duty_not_assigned_in_time", due, "section")


def preference_not_invited(q: PlainInquiry) -> Iterator[PlainFinding]:
    """7"""
    asked = [d.declared_on for d in q.facts.all("DutyPreferenceDeclared")] + [p.proposed_on for p in q.facts.all("DutyProposed")]
    for exited, _ in stretches(q):
        first = min((first for first, last in q.case.duties() if first >= exited and last >= exited), default=None)
        if first and not any(on <= first for on in asked):
            yield from q.act("preference_not_invited", first, "section")


def unit_connivance(q: PlainInquiry) -> Iterator[PlainFinding]:
    """8"""
    for absence in plain.standing(q.facts, "Absence", "absence_id"):
        if absence.unit_knew:
            tolerated = [
                day
                for day, what in q.case.days.items()
                if what.kind in ("connived", "unexcused") and what.in_scope and absence in q.case.away(day)
            ]
            if tolerated:
                yield from q.act("unit_connivance", min(tolerated), "branch")


def reminder(q: PlainInquiry) -> Iterator[PlainFinding]:
    """15"""
    causes = [c.recorded_on for c in q.facts.all("ConcernRecorded")]
    for run in plain.runs(q.facts, q.case.days):
        causes += [day for n, day in enumerate(run) if n == 0 or q.facts.unit(day) != q.facts.unit(run[n - 1])]
    for first in causes:
        if not any(t.held_on >= first for t in q.facts.all("ReminderTalkHeld")):
            due, code = q.workdays("art7.reminder_within_workdays", first), "reminder_due"
            if q.facts.in_scope(due):
                code = "reminder_overdue" if q.as_of > due else "reminder_due"
                yield PlainFinding(code, str(due), "branch", q.facts.unit(first) or "")


def ladder_step_skipped(q: PlainInquiry) -> Iterator[PlainFinding]:
    """16"""
    steps = (("ReminderTalkHeld", "held_on"), ("CriticismGiven", "given_on"), ("NonCorrectionRecorded", "recorded_on"))
    for measure in q.facts.all("MeasureDecided"):
        taken = [any(on <= measure.decided_on for on in q.about(name, measure.concern_id, field)) for name, field in steps]
        if measure.cites.strip().startswith("7.2") and not all(taken):
            yield from q.act("ladder_step_skipped", measure.decided_on, "committee")
    for missed in q.facts.all("NonCorrectionRecorded"):
        given = [on for on in q.about("CriticismGiven", missed.concern_id, "given_on") if on <= missed.recorded_on]
        if not given or missed.recorded_on <= q.days("art7.correction_observation_days", min(given)):
            yield from q.act("ladder_step_skipped", missed.recorded_on, "branch")


def report_overdue(q: PlainInquiry) -> Iterator[PlainFinding]:
    """17"""
    for missed in q.facts.all("NonCorrectionRecorded"):
        done = q.facts.one("ConcernReported", missed.concern_id) or q.facts.one("CorrectionConfirmed", missed.concern_id)
        if done is None:
            yield from q.owed("report_overdue", q.workdays("art7.report_within_workdays", missed.recorded_on), "branch")


def promoted_despite_bar(q: PlainInquiry) -> Iterator[PlainFinding]:
    """18"""
    for promoted in q.facts.all("PostGradePromoted"):
        then = q.earlier(promoted.promoted_on, min(end_of_day(promoted.promoted_on), q.known_at))
        if promotion(then).outcome == "ineligible":
            yield from q.act("promoted_despite_bar", promoted.promoted_on, "committee")


def determination_owed(q: PlainInquiry) -> Iterator[PlainFinding]:
    """31"""
    exited = q.exit()
    if exited and PlainBars(q.case, exited).long(q.case.days):
        last = max(day for day, what in q.case.days.items() if day >= exited and what.in_scope and what.kind == "unexcused")
        yield from q.owed("determination_owed", q.days("art7.determination_within_days", last), "branch")


Detector = Callable[[PlainInquiry], Iterator[PlainFinding]]
OF_THE_CADRE: tuple[Detector, ...] = (
    late_registration, exit_talk_overdue, head_talks, training_gap, duty_not_assigned_in_time, preference_not_invited, unit_connivance,
    reminder, ladder_step_skipped, report_overdue, promoted_despite_bar, determination_owed,
)  # fmt: skip
