"""A command on its way into the log: its facts as drafts, and what is said of it in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any

import psycopg

from services.kernel import arrays

MANY = "select append(%b,%b,%b,%b,%b,%b,%b,%b,%b,%b,%b,%b,%b,%b)"
ONE = "select append_one(%b,%b,%b,%b,%b,%b,%b,%b,%b,%b,%b)"


class Conflict(Exception):
    """Somebody else recorded a fact first: load again, decide again."""


class CommandReused(Exception):
    """The command id is known with another content."""


class Busy(Exception):
    """Too many commands wait: try again later."""


class Unreachable(Exception):
    """No connection within `patience` seconds. The facts may be there: ask again with the same command id."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact on its way: `line` is canonical but for an empty `recordedtime` and `sequence`, `version` the one that its
    stream will have, `sealed` the ciphertext whose hash the line names."""

    stream: str
    version: int
    subject: str
    type: str
    line: bytes
    sealed: bytes | None = None

    def __post_init__(self) -> None:
        if self.line.count(b'"sequence":""') != 1 or self.line.count(b'"recordedtime":""') != 1:
            raise ValueError(f"{self.stream}@{self.version}: a draft leaves one sequence and one recordedtime open")


@dataclass(frozen=True, slots=True)
class Placed:
    """Positions first..last of a command's facts; `repeat`: they were there already under the same command id."""

    first: int
    last: int
    repeat: bool = False


@dataclass(slots=True, eq=False)
class Waiting:
    command: str
    digest: bytes
    drafts: Sequence[Draft]
    guards: Mapping[str, int]
    firsts: list[int]
    until: float
    """How long it is tried, on the monotonic clock; once at least."""
    loop: asyncio.AbstractEventLoop | None = None
    answer: Future[Placed] | asyncio.Future[Placed] = field(default_factory=Future[Placed])
    outcome: Placed | Exception | None = None

    def deliver(self) -> None:
        """In the thread that awaits it, or in any if nobody awaits."""
        if self.answer.done():  # the caller went away; its facts may be recorded all the same
            return
        if isinstance(self.outcome, Placed):
            self.answer.set_result(self.outcome)
        else:
            self.answer.set_exception(self.outcome or Unreachable("no answer"))


def deliver(group: Sequence[Waiting]) -> None:
    """One wake-up for each event loop that awaits, however many commands of it are done."""
    loops: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
    for w in group:
        if w.loop is None:
            w.deliver()
        else:
            loops.setdefault(w.loop, []).append(w)
    for loop, done in loops.items():
        with suppress(RuntimeError):  # the loop was closed: nobody awaits any more
            loop.call_soon_threadsafe(_deliver_here, done)


def _deliver_here(group: Sequence[Waiting]) -> None:
    for w in group:
        w.deliver()


def spoken(error: Exception) -> Exception:
    """A database error without its detail, which holds the row and so what nobody may read in a log."""
    if isinstance(error, psycopg.Error):
        return ValueError(f"the log refused the fact: {error.sqlstate}")
    return error


def firsts(drafts: Sequence[Draft]) -> list[int]:
    """Indices of the facts that begin a stream; its other facts must follow directly."""
    last: dict[str, int] = {}
    found = list[int]()
    for n, draft in enumerate(drafts):
        if draft.stream not in last:
            found.append(n)
        elif draft.version != last[draft.stream] + 1:
            raise ValueError(f"{draft.stream}@{draft.version} does not follow {last[draft.stream]}")
        last[draft.stream] = draft.version
    if not drafts:
        raise ValueError("no facts")
    return found


def call(clock: datetime | None, group: Sequence[Waiting]) -> tuple[str, tuple[Any, ...]]:
    if len(group) == 1 and len(group[0].drafts) == 1 and len(group[0].guards) < 2:
        w = group[0]
        d, guard = w.drafts[0], next(iter(w.guards.items()), (None, None))
        return ONE, (clock, w.command, w.digest, *guard, d.version, d.stream, d.subject, d.type, d.line.decode(), d.sealed)
    ends = list(accumulate(len(w.drafts) for w in group))
    starts = [e - len(w.drafts) + 1 for e, w in zip(ends, group, strict=True)]
    drafts = [d for w in group for d in w.drafts]
    guards = [g for w in group for g in w.guards.items()]
    return MANY, (
        clock,
        arrays.text([w.command.encode() for w in group]),
        arrays.int4(starts),
        arrays.int4(ends),
        arrays.bytea([w.digest for w in group]),
        arrays.text([s.encode() for s, _ in guards]),
        arrays.int8([n for _, n in guards]),
        arrays.int4([s + n for s, w in zip(starts, group, strict=True) for n in w.firsts]),
        arrays.int4([d.version for d in drafts]),
        arrays.text([d.stream.encode() for d in drafts]),
        arrays.text([d.subject.encode() for d in drafts]),
        arrays.text([d.type.encode() for d in drafts]),
        arrays.text([d.line for d in drafts]),
        arrays.bytea([d.sealed for d in drafts]),
    )
