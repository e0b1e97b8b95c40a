"""What is owed, over random histories: what was due and is not done is the finding of the same name the day after, for the same party,
and no finding with a due day comes out of nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from services.compliance import law
from services.compliance.law.findings import NEVER, Raised
from tests.law.asking import ONE
from tests.law.careers import career
from tests.law.histories import history
from tests.law.telling import History

KNOWN = "9999-12-31T23:59:59.999999Z"
MANY = 20
AHEAD = 200
"""Days in which something becomes due."""


def told(ten: int) -> Iterator[tuple[int, History]]:
    for number in range(ten, ten + 10):
        yield number, history(random.Random(f"owed-{number}"), career)


def dates(value: Any) -> Iterator[date]:
    if isinstance(value, date):
        yield value
    elif isinstance(value, BaseModel):
        for inner in value.__dict__.values():
            yield from dates(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from dates(inner)


def party(one: Raised) -> tuple[object, ...]:
    return one.code, one.accountable, one.unit, one.due_on


@pytest.mark.parametrize("ten", range(0, MANY, 10))
def test_what_was_due_and_not_done_is_the_finding_of_the_day_after(ten: int) -> None:
    for number, h in told(ten):
        day = last = max((d for e in h.events for d in (e.time, *dates(e.data)) if d.year < 2100), default=h.as_of)
        common, cadre = law.Common.of(h.events), law.Cadre.of("C1", h.events)
        while day <= last + timedelta(days=AHEAD):
            ahead = [r for r in law.owed(common, cadre, day, KNOWN) if r.due_on and day <= r.due_on < r.since < NEVER]
            if not ahead:
                break
            due = min(r.due_on for r in ahead if r.due_on)
            owed = {party(r) for r in law.owed(common, cadre, due, KNOWN) if r.due_on == due and r.since == due + ONE}
            found = law.outlook(common, cadre, due + ONE, KNOWN).findings.values()
            raised = {party(r) for r in found if r.due_on == due and not r.cleared}
            assert {party(r) for r in ahead if r.due_on == due} <= owed == raised, f"history {number}, due {due}\n{h}"
            day = due + ONE


@pytest.mark.parametrize("ten", range(0, MANY, 10))
def test_nothing_to_be_done_comes_or_goes_before_the_day_of_the_outlook(ten: int) -> None:
    for number, h in told(ten):
        common, cadre = law.Common.of(h.events), law.Cadre.of("C1", h.events)
        now, day = law.outlook(common, cadre, h.as_of, h.known_at), h.as_of
        until = min(now.again_on or date.max, h.as_of + timedelta(days=400))
        waits = {r.todo("C1") for r in now.owed}
        for day in (h.as_of + timedelta(days=n) for n in (1, 3, 11, 37, 89, 200)):
            if day < until:
                then = {r.todo("C1") for r in law.owed(common, cadre, day, h.known_at)}
                assert then == waits, f"history {number}, {day} before {until}\n{h}"


def test_the_histories_meet_what_has_a_day() -> None:
    met = set[str]()
    for ten in range(0, MANY, 10):
        for _, h in told(ten):
            common, cadre = law.Common.of(h.events), law.Cadre.of("C1", h.events)
            met |= {r.code for r in law.owed(common, cadre, h.as_of, h.known_at) if r.since > h.as_of}
    assert met >= {"unit_talk_overdue", "training_gap", "duty_not_assigned_in_time", "committee_decision_overdue", "reminder_overdue"}
