"""Commands at random, one after the other, to a decider and to a plain model of its aggregate. The model says which rules a command
breaks, if any, and whether it is already true; what the decider does must be that. Facts are taken back at random: then the model
is told the rest again, as if what was taken back had never been recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from contracts.message import Fact
from contracts.registry import CadreExited, CadreRegistered, RoleGranted, UnitRegistered
from services.kernel.line import Actor
from services.kernel.past import Decide
from services.kernel.refusal import Refused
from tests.dsl import By, day, recorded
from tests.proposals import DAYS, command

HIMSELF = Actor("H1", "branch", "U1")
"""Who is also the cadre C1."""
ACTORS = (Actor("S1", "section"), Actor("S2", "section"), Actor("K1", "committee"), Actor("K2", "committee"), Actor("B1", "branch", "U1"))
PAPER = Actor("S1", "section", on_behalf_of="branch", document="No. 3")
FILLED = {"approver", "approved_by", "countersigned_by"}
"""What the service fills in."""


def _registered(cadre_id: str) -> Fact:
    said = {"cadre_id": cadre_id, "unit_id": "U1", "managed_by": "committee", "category": "professional_technical"}
    return CadreRegistered.model_validate(said)


KNOWN: tuple[Fact, ...] = (
    *(UnitRegistered.model_validate({"unit_id": u, "name": u, "kind": "school"}) for u in ("U1", "U2", "U3")),
    _registered("C1"),
    _registered("C2"),
    CadreExited.model_validate(
        {"cadre_id": "C1", "unit_id": "U2", "post": "P", "reason": "age", "exited_on": day("2023-09-01"), "decision_no": "1"}
    ),
    RoleGranted.model_validate({"principal": "H1", "role": "cadre", "cadre_id": "C1", "from": day("2024-01-01")}),
)
"""What others said before, and every aggregate but those of the registry itself finds."""
CADRES, UNITS = frozenset({"C1", "C2"}), frozenset({"U1", "U2", "U3"})


class Model:
    """A small plain telling of an aggregate. `commands`: what is said to it, and for their fields values to choose from. `before`: what
    is known when it begins."""

    commands: ClassVar[dict[type[Fact], dict[str, st.SearchStrategy[Any]]]]
    decide: Decide
    retraction: ClassVar[type[Fact] | None] = None
    before: ClassVar[tuple[Fact | By, ...]] = KNOWN

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        """The code of every rule that the command breaks."""
        raise NotImplementedError

    def stands(self, c: Any) -> bool:
        """Whether exactly this was said, and still is so."""
        raise NotImplementedError

    def adds_nothing(self, c: Any, actor: Actor) -> bool:
        """Whether it is already so, though other words were used; only asked where nothing is broken."""
        return False

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        raise NotImplementedError


def strangers(c: Any) -> Iterator[str]:
    """Nobody speaks of a cadre or a unit that is not registered."""
    if getattr(c, "cadre_id", None) not in (None, *CADRES):
        yield "unknown-cadre"
    for field in ("unit_id", "host_unit_id"):
        if getattr(c, field, None) not in (None, *UNITS):
            yield "unknown-unit"


def whole(c: Fact) -> dict[str, Any]:
    """What it says, but for what is private."""
    return c.model_dump(exclude={"private"})


def unsaid(c: Any, told: Any) -> bool:
    """It says something in private where nothing was said: that is not the same."""
    return getattr(c, "private", None) is not None and getattr(told, "private", None) is None


def pick(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


CADRE, UNIT, DAY, NONE = pick(*["C1"] * 7, "C2", "C9"), pick(*["U1"] * 4, "U2", "U9"), st.sampled_from(DAYS), st.none()


class Machine(RuleBasedStateMachine):
    model: ClassVar[type[Model]]
    lived: ClassVar[int] = 0
    """How many histories were lived through, and what became of the commands."""
    outcomes: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.history = recorded(*self.model.before)
        self.state, self.said, self.taken_back = self.model(), list[tuple[str, Fact, Actor]](), False
        """What it rested on may be taken back: then saying it again may be refused."""

    def say(self, c: Fact, actor: Actor) -> None:
        broken = set(self.state.broken(c, actor))
        if getattr(c, "cadre_id", None) == "C1" and actor.id == HIMSELF.id and not c.BY.startswith("cadre"):
            expected = {"own-case"}
        elif self.state.stands(c):
            expected = {"nothing"} | (broken if self.taken_back else set())
        else:
            expected = broken or ({"nothing"} if self.state.adds_nothing(c, actor) else {"recorded"})
        try:
            decided = type(self.state).decide(c, self.history, actor)
            found = "recorded" if decided else "nothing"
        except Refused as refusal:
            decided, found = (), refusal.code
        self.outcomes[found] = self.outcomes.get(found, 0) + 1
        assert found in expected, f"{type(c).__name__} by {actor.id}: {found}, not {sorted(expected)}"
        if found != "recorded":
            return
        assert _said(decided[0]) == _said(c), "what was asked for is what is recorded"
        self.history = recorded(*(By(actor, f) for f in decided), after=self.history)
        self.said.append((self.history[-len(decided)].id, c, actor))
        self.state.record(c, actor, self.said[-1][0])
        assert type(self.state).decide(c, self.history, actor) == (), "said twice"

    def take_back(self, which: int) -> None:
        if not self.said or self.model.retraction is None:
            return
        event_id, c, _ = self.said.pop(which % len(self.said))
        about = {f: getattr(c, f) for f in ("cadre_id", "unit_id") if getattr(c, f, None) and f in self.model.retraction.model_fields}
        back = self.model.retraction.model_validate({"retracts": event_id, "retracted_on": DAYS[-1], **about})
        decided = type(self.state).decide(back, self.history, ACTORS[0])
        assert decided == (back,)
        self.history = recorded(*decided, after=self.history)
        self.state, self.taken_back = self.model(), True
        for told_id, told, by in self.said:
            self.state.record(told, by, told_id)

    def teardown(self) -> None:
        type(self).lived += 1


def _said(fact: Fact) -> tuple[str, dict[str, Any]]:
    return fact.event_name(), {k: v for k, v in fact.public().items() if k not in FILLED}


def machine(model: type[Model]) -> type[Machine]:
    """The machine of an aggregate: a rule for each command, one for taking back."""
    members: dict[str, Any] = {"model": model, "outcomes": {}, "lived": 0}
    actors = st.sampled_from((*ACTORS, *ACTORS, PAPER, HIMSELF))
    for kind, fields in model.commands.items():
        members[kind.__name__] = rule(c=command(kind, **fields), actor=actors)(_saying(kind.__name__))
    if model.retraction is not None:
        members["take_back_one"] = rule(which=st.integers(0, 30))(_taking_back)
    return type(model.__name__, (Machine,), members)


def _saying(name: str) -> Any:
    def say(self: Machine, c: Fact, actor: Actor) -> None:
        self.say(c, actor)

    say.__name__ = name
    return say


def _taking_back(self: Machine, which: int) -> None:
    self.take_back(which)
