"""Answers to questions: the facts that count, read in one snapshot with the positions that they come from."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg_pool import AsyncConnectionPool

from contracts.answers import Answer
from contracts.message import Event
from services.compliance import law
from services.compliance.projector import SHARED
from services.compliance.publishing import rows
from services.kernel.refusal import refused


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What compliance knew at one moment. `parked`: the position since when the cadre's facts could not all be processed."""

    common: law.Common
    events: Sequence[Event]
    inputs: dict[str, int]
    parked: int | None


class Asking:
    def __init__(self, pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]) -> None:
        self.pool = pool
        self._common: tuple[int, law.Common] | None = None

    async def snapshot(self, cadre_id: str) -> Snapshot:
        """Raises Refused unknown-cadre when nothing was ever recorded about the cadre."""
        async with self.pool.connection() as conn:
            await conn.set_isolation_level(IsolationLevel.REPEATABLE_READ)
            try:
                async with conn.transaction():
                    lines = await rows(conn, "select line from facts where subject = %s", cadre_id)
                    inputs = {s: p for s, p in await rows(conn, "select source, position from positions") if p}
                    ((parked,),) = await rows(conn, "select min(position) from parked where subject = %s", cadre_id)
                    common = await self._shared(conn)
            finally:
                await conn.set_isolation_level(None)
        if not lines:
            raise refused("unknown-cadre")
        return Snapshot(common, [Event.parse(line) for (line,) in lines], inputs, parked)

    async def answer(self, cadre_id: str, as_of: date, known_at: str, year: int) -> Answer:
        now = await self.snapshot(cadre_id)
        return await asyncio.to_thread(decided, now, cadre_id, as_of, known_at, year)

    async def _shared(self, conn: psycopg.AsyncConnection[Any]) -> law.Common:
        ((version,),) = await rows(conn, "select version from shared")
        if self._common is None or self._common[0] != version:
            lines = await rows(conn, "select line from facts where type = any(%s)", list(SHARED))
            self._common = version, law.Common.of([Event.parse(line) for (line,) in lines])
        return self._common[1]


def decided(now: Snapshot, cadre_id: str, as_of: date, known_at: str, year: int) -> Answer:
    cadre = law.Cadre.of(cadre_id, now.events)
    answer = law.answers(now.common, cadre, as_of, known_at, (year,))[year]
    return answer.model_copy(update={"inputs": now.inputs, "uncertain_since": now.parked})
