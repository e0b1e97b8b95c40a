"""What each day is, and the counts of a year: sections 5 and 9 of the decision procedure told a second time, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.answers import Counts
from tests.law.plain_facts import PlainFacts, days, order
from tests.law.plain_leaves import PlainApplication, PlainLeave, applications, leaves

LEAVE = ("special", "ordinary")
PENDING = ("pending", "ratification", "notice")


@dataclass(frozen=True, slots=True)
class PlainDay:
    kind: str
    amount: float
    awol: bool
    in_scope: bool


def amount(facts: PlainFacts, day: date, absences: list[Any]) -> float:
    """5.3"""
    total, halves = 0.0, set()
    for absence in absences:
        if absence.half:
            halves.add(absence.half)
        else:
            total += absence.fraction if absence.fraction is not None else 1
    total = min(1.0, total + 0.5 * len(halves))
    return 0.0 if total < 1 and facts.parameter("absence.day_fraction", day) == 1 else total


def classify(facts: PlainFacts, last: date, *, missing: bool = False) -> dict[date, PlainDay]:
    """Every working day up to the last one that any fact may make special; the others are worked. `missing`: with the days of
    years without calendar, each day of absence as if it were a working day (7.3)."""
    granted, asked = leaves(facts), applications(facts)
    absences, presences = standing(facts, "Absence", "absence_id"), standing(facts, "Presence", "presence_id")
    found: dict[date, PlainDay] = {}
    for day in days(min([a.from_ for a in absences] + [g.first for g in granted], default=last), last):
        away = [a for a in absences if a.from_ <= day <= a.until and not removed(facts, a, day)]
        known = facts.calendar_known(day.year)
        if not ((known and facts.working(day)) or (missing and not known and (away or granted_on(granted, day) or facts.statutory(day)))):
            continue
        on_leave = granted_on(granted, day)
        present = any(p.from_ <= day <= p.until for p in presences)
        kind, awol = kind_of(facts, day, away, on_leave, present, asked)
        how_much = 1.0 if kind in (*LEAVE, "worked") else amount(facts, day, away)
        found[day] = PlainDay(kind, how_much, awol, facts.in_scope(day))
    return found


def granted_on(granted: list[PlainLeave], day: date) -> list[str]:
    return [g.kind for g in granted if g.first <= day <= g.last]


def standing(facts: PlainFacts, what: str, id_: str) -> list[Any]:
    """What was recorded and not rescinded since."""
    found = []
    for event in facts.list.get(f"{what}Recorded", []):
        named = getattr(event.data, id_)
        rescinded = facts.event(f"{what}Rescinded", named) if named else None
        if rescinded is None or order(rescinded) < order(event):
            found.append(event.data)
    return found


def removed(facts: PlainFacts, absence: Any, day: date) -> bool:
    correction = facts.one("AbsenceCorrected", absence.absence_id)
    return correction is not None and any(p.from_ <= day <= p.until for p in correction.removed)


def kind_of(
    facts: PlainFacts, day: date, away: list[Any], on_leave: list[str], present: bool, asked: list[PlainApplication]
) -> tuple[str, bool]:  # fmt: skip
    """The lines of section 5, the first that fits; and whether it marks W."""
    if present and (on_leave or not away):
        return "worked", False
    if on_leave:
        return ("special" if "special" in on_leave else "ordinary"), False
    if not away:
        return "worked", False
    said = [c.as_ for a in away if (c := facts.one("AbsenceCharacterised", a.absence_id))]
    if "awol" in said or "other" in said:
        return "unexcused", "awol" in said
    if "official_business" in said:
        return "worked", False
    if "excused" in said:
        return "excused", False
    if present:
        return "conflict", False
    return waiting(day, asked) or ("connived" if any(a.unit_knew for a in away) else "unexcused"), False


def waiting(day: date, asked: list[PlainApplication]) -> str | None:
    """Line 7: the best for the cadre of what the applications make of it."""
    found = set()
    for application in asked:
        if made := application.makes(day):
            found.add({"strict": "unexcused", "lenient": "excused"}.get(application.treatment, made))
    for kind in ("excused", "good_faith", *PENDING, "unexcused"):
        if kind in found:
            return kind
    return None


def runs(facts: PlainFacts, classified: dict[date, PlainDay]) -> list[list[date]]:
    """6.1. Unsettled days are taken as excused (6.6)."""
    found: list[list[date]] = [[]]
    for day, what in sorted(classified.items()):
        if what.in_scope and what.kind == "unexcused" and what.amount == 1:
            found[-1].append(day)
        elif what.kind not in ("worked", "unexcused") and what.amount == 1 and not facts.parameter("absence.excused_day_breaks_run", day):
            continue
        else:
            found.append([])
    return [run for run in found if run]


def counts(facts: PlainFacts, classified: dict[date, PlainDay], year: int) -> Counts:
    of_year = [what for day, what in classified.items() if day.year == year and what.in_scope]
    return Counts(
        unexcused_workdays=sum(w.amount for w in of_year if w.kind == "unexcused"),
        pending_workdays=sum(w.amount for w in of_year if w.kind in PENDING),
        leave_workdays=sum(w.amount for w in of_year if w.kind in LEAVE),
        longest_unexcused_run=max((len(r) for r in runs(facts, classified) if any(d.year == year for d in r)), default=0),
        year_workdays=facts.year_workdays(year) if facts.calendar_known(year) else None,
    )
