"""What is recorded of those who try without being let in. No request waits for it, so that no time tells what was known of them; and
whoever tries again and again does not fill the table."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from contextlib import suppress
from typing import Any, NamedTuple

import psycopg
from psycopg_pool import AsyncConnectionPool

SPAN = 60.0
"""Seconds that one row of further tries stands for, about."""
KINDS = 1_000
"""Principals told apart at a time; beyond them a try is counted under `-`."""
WAITING = 10_000
"""Rows that wait for the database; the oldest are lost beyond."""
NOBODY = "-"
ROW = "insert into reads (actor, role, unit, what, object, allowed, code) values (%s, '-', '-', %s, %s, %s, %s)"


class Kind(NamedTuple):
    """`actor`: a principal who is known here, else `-`: what somebody merely says may be anything. `code`: None for what was allowed."""

    actor: str
    what: str
    code: str | None


class Tally:
    def __init__(self, pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]) -> None:
        self.pool = pool
        self._since: dict[Kind, float] = {}
        self._more: Counter[Kind] = Counter()
        self._rows: deque[tuple[Kind, int]] = deque(maxlen=WAITING)
        self._come = asyncio.Event()

    def note(self, actor: str, what: str, code: str | None) -> None:
        """The first of a kind at once, those of the following minute as one row that says how many."""
        kind = Kind(actor, what, code)
        if kind not in self._since and len(self._since) >= KINDS:
            kind = kind._replace(actor=NOBODY)
        if kind in self._since:
            self._more[kind] += 1
        else:
            self._since[kind] = time.monotonic()
            self.each(*kind)

    def each(self, actor: str, what: str, code: str | None) -> None:
        """A row of its own, for what cannot come in masses."""
        self._rows.append((Kind(actor, what, code), 0))
        self._come.set()

    async def run(self) -> None:
        """Background task; one that is ended writes what there is."""
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._come.wait(), SPAN / 4)
                self.settle(time.monotonic() - SPAN)
                await self._write()
        finally:
            self.settle(float("inf"))
            await self._write()

    def settle(self, before: float) -> None:
        """What began before this moment is counted no further."""
        for kind in [k for k, began in self._since.items() if began <= before]:
            del self._since[kind]
            if more := self._more.pop(kind, 0):
                self._rows.append((kind, more))

    async def _write(self) -> None:
        self._come.clear()
        while self._rows:
            kind, more = self._rows[0]
            async with self.pool.connection() as c:
                await c.execute(ROW, (kind.actor, kind.what, f"{more} more" if more else None, kind.code is None, kind.code))
            with suppress(IndexError):
                self._rows.popleft()
