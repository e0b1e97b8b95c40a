"""Commands at random, from their models alone, about so few cadres, units and days that they get in each other's way; and the
property that every decider keeps: what was said is not said twice."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from contracts.message import Fact
from services.kernel.past import Decide
from services.kernel.refusal import Refused
from tests.dsl import SOMEBODY, By, entered, recorded

DAYS = [date(2024, 3, 1), date(2024, 3, 4), date(2024, 3, 11), date(2024, 9, 2), date(2025, 1, 6)]
POOLS: dict[str, list[Any]] = {"year": [2024, 2025], "version": [1, 2], "month": ["2024-03"], "level": ["unit", "committee"]}


def proposals(commands: Sequence[type[Fact]], references: Sequence[str]) -> st.SearchStrategy[Fact]:
    """`references`: event ids that a command may refer to."""
    return st.one_of([_model(c, tuple(references)) for c in commands])


def command(kind: type[Fact], /, **chosen: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One command at random, some of its fields from values of their own."""
    return _model(kind, (), chosen)


def _model(
    model: type[Any], references: tuple[str, ...], chosen: Mapping[str, st.SearchStrategy[Any]] | None = None
) -> st.SearchStrategy[Any]:
    fields = {}
    for name, field in model.model_fields.items():
        if chosen and name in chosen:
            fields[field.alias or name] = chosen[name]
            continue
        of = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        given = _value(name, of, references)
        fields[field.alias or name] = given if field.is_required() else st.none() | given
    return st.fixed_dictionaries(fields).map(lambda d: model.model_validate({k: v for k, v in d.items() if v is not None}))


def _value(name: str, kind: Any, references: tuple[str, ...]) -> st.SearchStrategy[Any]:
    if name in POOLS:
        return st.sampled_from(POOLS[name])
    if name.endswith("unit_id"):
        return st.sampled_from(["U1", "U2", "U3"])
    if name in ("retracts", "corrects", "decision", "against", "determination_id"):
        return st.sampled_from(references)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _value(name, arguments[0], references)
    if origin in (Union, types.UnionType):
        return st.one_of([_value(name, a, references) for a in arguments if a is not type(None)])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(_value(name.removesuffix("s"), arguments[0], references), min_size=1, max_size=2).map(tuple)
    if origin is dict:
        return st.just({"absence.long.consecutive": "> 15 workdays"})
    if kind is date:
        return st.sampled_from(DAYS)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _model(kind, references)
    plain = {bool: st.booleans(), int: st.integers(1, 3), float: st.sampled_from([1, 0.5])}
    return plain.get(kind, st.sampled_from(["C1", "C2"] if name == "cadre_id" else [f"{name}-1", f"{name}-2"]))


def nothing_is_said_twice(decide: Decide, before: Sequence[Fact], commands: Sequence[Fact]) -> int:
    """Lives through the commands; those that are refused are left out. Returns how many were accepted."""
    history, accepted = recorded(*before), 0
    for command in commands:
        try:
            decided = decide(command, history, SOMEBODY)
        except Refused:
            continue
        history = recorded(*decided, after=history)
        accepted += bool(decided)
        assert decide(command, history, SOMEBODY) == (), command.event_name()
    return accepted


def lived_through(decide: Decide, before: Sequence[Fact], story: Sequence[Fact | By]) -> set[type[Fact]]:
    """Every command of the story is accepted where it stands, and adds nothing when it is repeated at once. Returns their kinds."""
    history, kinds = recorded(*before), set[type[Fact]]()
    for actor, command in map(entered, story):
        decided = decide(command, history, actor)
        assert decided, f"{type(command).__name__} adds nothing"
        history = recorded(*(By(actor, f) for f in decided), after=history)
        assert decide(command, history, actor) == (), type(command).__name__
        kinds.add(type(command))
    return kinds


def strangers(decide: Decide, before: Sequence[Fact], story: Sequence[Fact | By], field: str, code: str) -> list[str]:
    """Commands of the story that do not refuse with `code` when the field names somebody unknown, asked where they stand."""
    history, deaf = recorded(*before), []
    for actor, command in map(entered, story):
        if getattr(command, field, None) is not None:
            try:
                decide(command.model_copy(update={field: "X9"}), history, actor)
                deaf.append(type(command).__name__)
            except Refused as refusal:
                if refusal.code != code:
                    deaf.append(f"{type(command).__name__}: {refusal.code}")
        history = recorded(*(By(actor, f) for f in decide(command, history, actor)), after=history)
    return sorted(set(deaf))
