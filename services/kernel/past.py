"""What was recorded before, as a decider sees it: facts that were retracted are as if never recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple, TypeVar

from contracts.message import Event, Fact, Part
from services.kernel.line import Actor
from services.kernel.refusal import refused

Decide = Callable[[Fact, Sequence[Event], Actor], Sequence[Fact]]
"""(command, what is known about its subjects, who asks) -> the facts to record; none when it is already true. Raises Refused."""

F = TypeVar("F", bound=Fact)


class Past:
    """`history` in order of recording, all of it; retractions and what they retract are left out of every question here
    except `event`."""

    def __init__(self, history: Iterable[Event]) -> None:
        self.events = tuple(history)
        self.retracted = frozenset(getattr(e.data, "retracts", "") for e in self.events if _kind(type(e.data)).retracts)
        self._facts = tuple(_said(e) for e in self.events if e.id not in self.retracted and not _kind(type(e.data)).retracts)

    def all(self, kind: type[F], /, **having: object) -> list[F]:
        """Facts of one kind whose fields have these values, oldest recording first."""
        return [f for f in self._facts if isinstance(f, kind) and all(getattr(f, k) == v for k, v in having.items())]

    def last(self, kind: type[F], /, **having: object) -> F | None:
        found = self.all(kind, **having)
        return found[-1] if found else None

    def any_of(self, *kinds: type[Fact], **having: object) -> list[Fact]:
        """Facts of several kinds in their common order."""
        return [f for f in self._facts if isinstance(f, kinds) and all(getattr(f, k, None) == v for k, v in having.items())]

    def event(self, event_id: str) -> Event | None:
        """An event by its id, retracted or not."""
        return next((e for e in self.events if e.id == event_id), None)


class _Kind(NamedTuple):
    """Of facts of one type: whether they take back another, and whether they may say something private. Asked of the type, because a
    model takes its time to say that it has no such field."""

    retracts: bool
    private: bool


@cache
def _kind(type_: type[Fact]) -> _Kind:
    return _Kind("retracts" in type_.model_fields, "private" in type_.model_fields)


def _said(event: Event) -> Fact:
    """Without a seal nothing private was said: that is known, not hidden."""
    if event.sealed is None and _kind(type(event.data)).private and getattr(event.data, "private", None) is None:
        return event.data.model_copy(update={"private": Part()})
    return event.data


def same(one: Fact, other: Fact | None) -> bool:
    """Do they state the same? What is private is compared only where both have it at hand: a stored event shows its hash."""
    if other is None or one.event_name() != other.event_name():
        return False
    if one.model_dump(exclude={"private"}) != other.model_dump(exclude={"private"}):
        return False
    mine, theirs = getattr(one, "private", None), getattr(other, "private", None)
    return mine is None or theirs is None or one.personal() == other.personal()


def once(command: F, stated: Fact | None) -> Sequence[F]:
    """Records a thing that has an id of its own: nothing if it is there already, a refusal if the id names something else."""
    if stated is None:
        return (command,)
    if same(command, stated):
        return ()
    raise refused("id-in-use")


def restated(command: F, stated: Fact | None) -> Sequence[F]:
    """Records a thing that may be stated anew: nothing if it is what was stated last."""
    return () if same(command, stated) else (command,)


def final(command: F, stated: Fact | None, code: str) -> Sequence[F]:
    """Records a step that is taken once: nothing if it was taken so, a refusal with `code` if otherwise."""
    if stated is None:
        return (command,)
    if same(command, stated):
        return ()
    raise refused(code)


def in_order(first: date | None, last: date | None, field: str, code: str = "dates-out-of-order") -> None:
    if first is not None and last is not None and last < first:
        raise refused(code, field)


def period(first: date, last: date | None) -> None:
    in_order(first, last, "until", "until-before-from")


def retract(command: Fact, past: Past) -> Sequence[Fact]:
    """Takes back what should never have been recorded. The retraction names the same cadre or unit as the fact."""
    event = past.event(getattr(command, "retracts", ""))
    if event is None or event.service != command.SERVICE:
        raise refused("unknown-fact", "retracts")
    for field in ("cadre_id", "unit_id"):
        named, owner = getattr(command, field, None), getattr(event.data, field, None)
        if named is not None and named != owner:
            raise refused("unknown-fact", field)
    if hasattr(event.data, "retracts") or event.data.DERIVED:
        raise refused("not-retractable", "retracts")
    return () if event.id in past.retracted else (command,)
