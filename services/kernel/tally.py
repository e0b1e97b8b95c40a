"""What somebody without a known name tries again and again, recorded without filling the table: the first try of a kind at once, those of
the following minute as one row that says how many."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

SPAN = 60.0
"""Seconds that one row of further tries stands for at most."""
KINDS = 1_000
"""Principals told apart at a time; beyond them a try is counted under `-`."""
NOBODY = "-"
ROW = "insert into reads (actor, role, unit, what, object, allowed, code) values (%s, '-', '-', %s, %s, %s, %s)"

Kind = tuple[str, str, str | None]


class Tally:
    def __init__(self, pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]) -> None:
        self.pool = pool
        self._since: dict[Kind, float] = {}
        self._more: Counter[Kind] = Counter()

    async def note(self, actor: str, what: str, code: str | None) -> None:
        """`actor`: a principal whose token was signed here, else `-`. `code`: None for what was allowed."""
        kind = (actor if len(self._since) < KINDS or (actor, what, code) in self._since else NOBODY, what, code)
        if kind in self._since:
            self._more[kind] += 1
            return
        self._since[kind] = time.monotonic()
        await self._write(kind, None)

    async def run(self) -> None:
        """Background task: writes what was counted."""
        try:
            while True:
                await asyncio.sleep(SPAN / 4)
                await self.settle(time.monotonic() - SPAN)
        finally:
            await self.settle(float("inf"))

    async def settle(self, before: float) -> None:
        """What began before this moment is written and forgotten."""
        for kind in [k for k, began in self._since.items() if began <= before]:
            del self._since[kind]
            if more := self._more.pop(kind, 0):
                await self._write(kind, more)

    async def _write(self, kind: Kind, more: int | None) -> None:
        actor, what, code = kind
        async with self.pool.connection() as c:
            await c.execute(ROW, (actor, what, None if more is None else f"{more} more", code is None, code))
