"""given(facts).when(command).then(facts) or .refused(code): one language for the tests of all deciders. Facts of any service
may be given; each is recorded a minute after the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.effective import effective_on
from contracts.message import Event, Fact, instant
from contracts.message import facts as facts_by_type
from services.kernel.refusal import Refused

Decide = Callable[[Fact, Sequence[Event]], Sequence[Fact]]
BEGIN = datetime(2024, 9, 1, tzinfo=UTC)


def recorded(*facts: Fact, after: Sequence[Event] = ()) -> list[Event]:
    """The facts as events, in this order. As stored: what is private is not there."""
    history = list(after)
    versions = Counter((e.service, e.stream) for e in history)
    for n, fact in enumerate(facts, len(history) + 1):
        at = BEGIN + timedelta(minutes=n)
        versions[fact.SERVICE, fact.stream()] += 1
        event_id = f"{fact.SERVICE}/{fact.stream()}@{versions[fact.SERVICE, fact.stream()]}"
        data = facts_by_type()[fact.type()].model_validate(fact.public())
        day = effective_on(data, at.date(), history)
        seal = "00" if fact.personal() else None
        source, about = f"/taizhang/{fact.SERVICE}", fact.subject()
        history.append(Event(event_id, source, fact.type(), about, day, instant(at), n, "P1", "section", "-", "r", "r", data, sealed=seal))
    return history


class given:  # noqa: N801 (it begins a sentence)
    def __init__(self, *facts: Fact) -> None:
        self.history = recorded(*facts)

    def when(self, command: Fact, decide: Decide) -> Asked:
        return Asked(command, decide, self.history)


class Asked:
    def __init__(self, command: Fact, decide: Decide, history: list[Event]) -> None:
        self.command, self.decide, self.history = command, decide, history

    def then(self, *facts: Fact) -> None:
        """These facts are recorded, and asking again adds nothing."""
        decided = self.decide(self.command, self.history)
        assert [statement(f) for f in decided] == [statement(f) for f in facts]
        assert self.decide(self.command, recorded(*decided, after=self.history)) == ()

    def accepted(self) -> None:
        """What was asked for is recorded as it was asked for."""
        self.then(self.command)

    def nothing(self) -> None:
        assert self.decide(self.command, self.history) == ()

    def refused(self, code: str) -> None:
        with pytest.raises(Refused) as refusal:
            self.decide(self.command, self.history)
        assert refusal.value.code == code


def statement(fact: Fact) -> tuple[str, dict[str, Any]]:
    return fact.event_name(), fact.model_dump(mode="json")


def day(text: str) -> date:
    return date.fromisoformat(text)
