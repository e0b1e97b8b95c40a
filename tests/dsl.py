"""given(facts).when(command).then(facts) or .refused(code): one language for the tests of all deciders. Facts of any service
may be given; each is recorded a minute after the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from contracts.effective import effective_on
from contracts.message import Event, Fact, instant
from contracts.message import facts as facts_by_type
from services.kernel.line import Actor
from services.kernel.past import Decide
from services.kernel.refusal import Refused

BEGIN = datetime(2024, 9, 1, tzinfo=UTC)
SOMEBODY = Actor("P1", "section")


class By(NamedTuple):
    """A fact that somebody else entered than SOMEBODY."""

    actor: Actor
    fact: Fact


def entered(said: Fact | By) -> By:
    return said if isinstance(said, By) else By(SOMEBODY, said)


def recorded(*facts: Fact | By, after: Sequence[Event] = ()) -> list[Event]:
    """The facts as events, in this order. As stored: what is private is not there."""
    history = list(after)
    versions = Counter((e.service, e.stream) for e in history)
    for n, said in enumerate(facts, len(history) + 1):
        actor, fact = entered(said)
        at = BEGIN + timedelta(minutes=n)
        versions[fact.SERVICE, fact.stream()] += 1
        event_id = f"{fact.SERVICE}/{fact.stream()}@{versions[fact.SERVICE, fact.stream()]}"
        data = facts_by_type()[fact.type()].model_validate(fact.public())
        day = effective_on(data, at.date(), history)
        seal = "00" if fact.personal() else None
        source, about = f"/taizhang/{fact.SERVICE}", fact.subject()
        who = actor.id, actor.role, actor.unit, "r", "r"
        paper = actor.on_behalf_of, actor.document
        history.append(Event(event_id, source, fact.type(), about, day, instant(at), n, *who, data, *paper, sealed=seal))
    return history


class given:  # noqa: N801 (it begins a sentence)
    def __init__(self, *facts: Fact | By) -> None:
        self.history = recorded(*facts)

    def when(self, command: Fact, decide: Decide, actor: Actor = SOMEBODY) -> Asked:
        return Asked(command, decide, self.history, actor)


class Asked:
    def __init__(self, command: Fact, decide: Decide, history: list[Event], actor: Actor) -> None:
        self.command, self.decide, self.history, self.actor = command, decide, history, actor

    def then(self, *facts: Fact) -> None:
        """These facts are recorded, and asking again adds nothing."""
        decided = self.decide(self.command, self.history, self.actor)
        assert [statement(f) for f in decided] == [statement(f) for f in facts]
        after = recorded(*(By(self.actor, f) for f in decided), after=self.history)
        assert self.decide(self.command, after, self.actor) == ()

    def accepted(self) -> None:
        """What was asked for is recorded as it was asked for."""
        self.then(self.command)

    def nothing(self) -> None:
        assert self.decide(self.command, self.history, self.actor) == ()

    def refused(self, code: str) -> None:
        with pytest.raises(Refused) as refusal:
            self.decide(self.command, self.history, self.actor)
        assert refusal.value.code == code


def statement(fact: Fact) -> tuple[str, dict[str, Any]]:
    return fact.event_name(), fact.model_dump(mode="json")


def day(text: str) -> date:
    return date.fromisoformat(text)
