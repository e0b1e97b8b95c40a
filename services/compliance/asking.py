"""Answers to questions: the facts that count, read in one snapshot with the positions that they come from."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg_pool import AsyncConnectionPool

from contracts.answers import Answer, UnitAnswer
from contracts.message import Event
from contracts.registry import UnitMerged, UnitRegistered
from services.compliance import law, units
from services.compliance.publishing import rows
from services.compliance.shared import Shared
from services.compliance.turns import Turns
from services.compliance.uncertain import uncertain_since
from services.kernel.refusal import refused

OF_UNITS = f"select subject, line from facts where subject in ({units.OF_UNITS})"  # noqa: S608

EXPLANATIONS = 8
"""May wait while one is worked out: hundreds of trials, half a second."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What compliance knew at one moment. `parked`: the position since when the facts that count for the cadre could not all be
    processed."""

    common: law.Common
    events: Sequence[Event]
    inputs: dict[str, int]
    parked: int | None


class Asking:
    def __init__(self, pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]], shared: Shared) -> None:
        self.pool, self.shared = pool, shared
        self._explaining = Turns(EXPLANATIONS, "explanation-busy")

    async def snapshot(self, cadre_id: str) -> Snapshot:
        """Raises Refused unknown-cadre when nothing was ever recorded about the cadre."""
        async with self.still() as conn:
            lines = await rows(conn, "select line from facts where subject = %s", cadre_id)
            inputs = await _inputs(conn)
            parked = await uncertain_since(conn, cadre_id)
            common = await self.common(conn)
        events = [e for e in (Event.parse(line) for (line,) in lines) if getattr(e.data, "cadre_id", None) == cadre_id]
        if not events:
            raise refused("unknown-cadre")
        return Snapshot(common, events, inputs, parked)

    async def unit(self, unit_id: str, as_of: date, known_at: str, year: int) -> UnitAnswer:
        """Findings and scorecard of a unit. Raises Refused unknown-unit when it was never registered."""
        async with self.still() as conn:
            if not await rows(conn, "select from facts where subject = %s and type = %s limit 1", unit_id, UnitRegistered.type()):
                raise refused("unknown-unit")
            common = await self.common(conn)
            named = units.with_merged([unit_id], [e for e in common.events if isinstance(e.data, UnitMerged)])
            lines = await rows(conn, OF_UNITS, sorted(named))
        events: dict[str, list[Event]] = {}
        for subject, line in lines:
            events.setdefault(subject, []).append(Event.parse(line))
        cadres = [law.Cadre.of(cadre, own) for cadre, own in sorted(events.items())]
        return await asyncio.to_thread(law.unit_answer, common, cadres, unit_id, as_of, known_at, year)

    async def workdays(self, unit_id: str, as_of: date, known_at: str, year: int) -> tuple[str | None, list[date]]:
        """The calendar of a year and the days that are worked in a unit; none of either where no calendar is published. Raises Refused
        unknown-unit."""
        async with self.still() as conn:
            system = (await self.common(conn)).at(as_of, known_at)
        if system.unit(unit_id) is None:
            raise refused("unknown-unit")
        calendar = system.calendar_of(unit_id).year(year)
        return (None, []) if calendar is None else (f"{year}.{calendar.version}", [date.fromordinal(day) for day in calendar.worked])

    @asynccontextmanager
    async def still(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """One moment of the database, for several reads."""
        async with self.pool.connection() as conn:
            await conn.set_isolation_level(IsolationLevel.REPEATABLE_READ)
            try:
                async with conn.transaction():
                    yield conn
            finally:
                await conn.set_isolation_level(None)

    async def answer(self, cadre_id: str, as_of: date, known_at: str, year: int, *, explain: bool = False) -> Answer:
        """`explain`: with the acts that would change it. Then raises Refused explanation-busy when too many wait already."""
        async with self._explaining.mine() if explain else nullcontext():
            now = await self.snapshot(cadre_id)
            return await asyncio.to_thread(decided, now, cadre_id, as_of, known_at, year, explain=explain)

    async def inputs(self, conn: psycopg.AsyncConnection[Any]) -> dict[str, int]:
        return await _inputs(conn)

    async def common(self, conn: psycopg.AsyncConnection[Any]) -> law.Common:
        ((version,),) = await rows(conn, "select version from shared")
        return await self.shared.common(conn, version)


async def _inputs(conn: psycopg.AsyncConnection[Any]) -> dict[str, int]:
    return {source: position for source, position in await rows(conn, "select source, position from positions") if position}


def decided(now: Snapshot, cadre_id: str, as_of: date, known_at: str, year: int, *, explain: bool = False) -> Answer:
    cadre = law.Cadre.of(cadre_id, now.events)
    answer = law.answers(now.common, cadre, as_of, known_at, (year,))[year]
    changes = law.would_change(now.common, cadre, answer) if explain else None
    return answer.model_copy(update={"inputs": now.inputs, "uncertain_since": now.parked, "would_change": changes})
