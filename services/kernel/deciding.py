"""The decider of a service, from one a command. Most see the command and what was recorded before; some also who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from contracts.message import Event, Fact
from services.kernel.line import Actor
from services.kernel.past import Decide, Past
from services.kernel.persons import not_their_own

Decider = Callable[[Any, Past], Sequence[Fact]]
"""(command, past) -> the facts to record; none when it is already true. Raises Refused."""


class InPerson(NamedTuple):
    """A decider that must know who asks: another than somebody before, or somebody whose act it is."""

    decide: Callable[[Any, Past, Actor], Sequence[Fact]]


Deciders = Mapping[type[Fact], Decider | InPerson]


def decide_with(table: Deciders) -> Decide:
    """Pure: who asks is an argument, as the facts are. Nobody acts in their own case, whatever the command."""

    def decide(command: Fact, history: Sequence[Event], actor: Actor) -> Sequence[Fact]:
        past, decider = Past(history), table[type(command)]
        not_their_own(command, past, actor)
        return decider.decide(command, past, actor) if isinstance(decider, InPerson) else decider(command, past)

    return decide
