"""When a fact takes effect: the civil day of the envelope's `time`, by the catalogue's `_time` for its type.

A period has its first day, a decision about past days the first of them, and what corrects, qualifies or takes back another
fact the day of that other: it changes what was true, from when it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from contracts.message import Event, Fact

IN_FORCE = date(2022, 4, 7)
"""The Measures took effect; units and cadres registered without a day were there already."""

Rule = Callable[[Any, date, Sequence[Event]], date]


def effective_on(fact: Fact, recorded_on: date, history: Sequence[Event]) -> date:
    """The civil day from which the fact (or the command that proposes it) is true, recorded on `recorded_on`. `history` holds
    the events that it may refer to, in any order; others do no harm. Raises LookupError when the one it refers to is not
    there, naming the field that refers to it."""
    if rule := RULES.get(fact.TIME):
        return rule(fact, recorded_on, history)
    day = _field(fact, fact.TIME)
    return day if day is not None else min(IN_FORCE, recorded_on)


def _field(fact: Fact, name: str) -> date | None:
    value: date | None = getattr(fact, "from_" if name == "from" else name)
    return value


def _named(history: Sequence[Event], fact: Fact, field: str) -> Event:
    """The event whose id the field gives, retracted or not."""
    wanted = getattr(fact, field)
    for event in history:
        if event.id == wanted:
            return event
    raise LookupError(f"{field}: the event that it names is not known")


def _standing(history: Sequence[Event], fact: Fact, name: str, field: str) -> Event | None:
    """What is stated last about the object that the field names, by an event of this name that was not retracted."""
    wanted = getattr(fact, field)
    if wanted is None:
        return None
    gone = {e.data.retracts for e in history if hasattr(e.data, "retracts")}
    stated = (e for e in history if e.data.event_name() == name and getattr(e.data, field) == wanted and e.id not in gone)
    return max(stated, key=lambda e: (e.recordedtime, e.sequence), default=None)


def _time_of(name: str, field: str) -> Rule:
    def rule(fact: Fact, recorded_on: date, history: Sequence[Event]) -> date:
        if event := _standing(history, fact, name, field):
            return event.time
        raise LookupError(f"{field}: no {name} is known for it")

    return rule


def _after_old_end(fact: Any, recorded_on: date, history: Sequence[Event]) -> date:
    for name in ("LeaveExtended", "LeaveApproved"):
        if event := _standing(history, fact, name, "leave_id"):
            approval: Any = event.data
            until: date = approval.until
            return until + timedelta(days=1)
    raise LookupError("leave_id: no LeaveApproved is known for it")


def _corrected_exit(fact: Any, recorded_on: date, history: Sequence[Event]) -> date:
    corrected = _named(history, fact, "corrects").time
    return min(corrected, fact.exited_on) if fact.exited_on else corrected


def _first_vacation_day(fact: Any, recorded_on: date, history: Sequence[Event]) -> date:
    first: date | None = min((v.from_ for v in fact.vacations), default=None)
    if first is None:
        raise LookupError("vacations: there is none, so there is no first day")
    return first


RULES: dict[str, Rule] = {
    "recorded": lambda f, on, h: on,
    "assigned_on, else recorded": lambda f, on, h: f.assigned_on or on,
    "closed_on, else recorded": lambda f, on, h: f.closed_on or on,
    "applies_from, else issued_on": lambda f, on, h: f.applies_from or f.issued_on,
    "the earlier of from and decided_on": lambda f, on, h: min(f.from_, f.decided_on),
    "1 January of the year": lambda f, on, h: date(f.year, 1, 1),
    "first of the month": lambda f, on, h: date(int(f.month[:4]), int(f.month[5:]), 1),
    "first day of vacation": _first_vacation_day,
    "day after the old end": _after_old_end,
    "time of the request": _time_of("LeaveRequested", "leave_id"),
    "time of the absence": _time_of("AbsenceRecorded", "absence_id"),
    "time of the presence": _time_of("PresenceRecorded", "presence_id"),
    "time of the corrected fact": lambda f, on, h: _named(h, f, "corrects").time,
    "time of the retracted fact": lambda f, on, h: _named(h, f, "retracts").time,
    "the earlier of the corrected time and exited_on": _corrected_exit,
}
"""By the words of the catalogue; every other `_time` is the name of a field."""
