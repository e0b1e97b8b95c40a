"""The projector loop: facts of one source → this service's database, in order, each exactly once.

The position is moved in the transaction that changes the model, and only from where it was read. A fact that cannot be
processed parks one subject and lets the others go on. A source whose past is no longer the one that was read is not followed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from hashlib import sha256

import psycopg
import structlog

from contracts.message import Event
from services.kernel import facts, parking
from services.kernel.arrivals import Arrived, Source
from services.kernel.broker import Alarm
from services.kernel.parking import PASSING, Apply, Conn, Fenced, Page, Piecewise, Unprocessable, about_facts, parked, reason

__all__ = ["DDL", "Apply", "Conn", "Fenced", "Follower", "Page", "Unprocessable"]

DDL = (
    facts.DDL
    + parking.DDL
    + """
create table if not exists positions (source text collate "C" primary key, position bigint not null);
alter table positions add column if not exists digest bytea;   -- SHA-256 of the line at the position
"""
)
PAUSE = 0.25
REST = 2.0
"""Seconds between two looks at what an alarm complained about."""

log = structlog.get_logger(__name__)


class Follower:
    """Several followers of one process share `turn`, so that what one derives rests on all that the others have committed."""

    def __init__(self, dsn: str, source: Source, apply: Apply, turn: asyncio.Lock | None = None) -> None:
        self.dsn, self.source, self.apply, self.turn = dsn, source, apply, turn or asyncio.Lock()
        self.position = 0
        self.fenced = 0
        self.alarm: Alarm | None = None
        self.trouble: str | None = None
        self._moved = asyncio.Condition()

    @property
    def behind(self) -> int:
        """Facts known to wait: the lag."""
        return self.source.behind

    async def reached(self, position: int, patience: float = 2.0) -> bool:
        """Waits until this position has been applied; False when it takes longer."""
        try:
            async with asyncio.timeout(patience), self._moved:
                await self._moved.wait_for(lambda: self.position >= position)
        except TimeoutError:
            return False
        return True

    async def run(self) -> None:
        """For ever. What was parked by an earlier start is tried again first."""
        fresh = True
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as conn:
                    if fresh:
                        await self._retry_all(conn)
                        fresh = False
                    await self._follow(conn)
            except Fenced:
                self.fenced += 1
                log.warning("another follower moved the position", source=self.source.name)
            except Alarm as alarm:
                self._say(alarm)
                self.alarm = alarm
                await asyncio.sleep(REST)
            except PASSING as trouble:
                self._say(trouble)
            except Exception as trouble:
                self._say(trouble)
                await asyncio.sleep(4 * PAUSE)
            await asyncio.sleep(PAUSE)

    def _say(self, trouble: Exception) -> None:
        if (why := reason(trouble)) != self.trouble:
            log.warning("following stopped for a while", source=self.source.name, trouble=why)
        self.trouble = why

    async def _follow(self, conn: Conn) -> None:
        await conn.execute("insert into positions values (%s, 0) on conflict do nothing", (self.source.name,))
        row = await (await conn.execute("select position, digest from positions where source = %s", (self.source.name,))).fetchone()
        assert row
        await self._at(row[0])
        if row[1] and not await self.source.holds(*row):
            raise Alarm(
                "source-differs",
                f"what {self.source.name} holds at {self.position} is not what was read there: was its database restored? See docs/operate.md.",
                f"{self.source.name} 第 {self.position} 条已不是先前读到的内容：其数据库是否被恢复过？见 docs/operate.md。",
            )
        async with aclosing(self.source.pages(self.position)) as pages:
            async for page in pages:
                if page:
                    await self._take(conn, page)
                    await self._at(page[-1].position)
                self.alarm = self.trouble = None

    async def _at(self, position: int) -> None:
        async with self._moved:
            self.position = position
            self._moved.notify_all()

    async def _take(self, conn: Conn, came: Sequence[Arrived]) -> None:
        events, lines, unreadable = list[Event](), list[bytes](), list[tuple[Arrived, str]]()
        for fact in came:
            try:
                events.append(Event.of(fact.event))
                lines.append(fact.line)
            except Exception as error:
                unreadable.append((fact, reason(error)))
        page = Page(self.source.name, events, lines)
        async with self.turn:
            try:
                await self._commit(conn, came[-1], page, unreadable, in_pieces=False)
            except Exception as error:
                if not about_facts(error):
                    raise
                log.warning("page failed, tried again in pieces", source=self.source.name, reason=reason(error), facts=len(came))
                await self._commit(conn, came[-1], page, unreadable, in_pieces=True)

    async def _commit(self, conn: Conn, upto: Arrived, page: Page, unreadable: Sequence[tuple[Arrived, str]], *, in_pieces: bool) -> None:
        """Whole, with few round trips; or in pieces, with what cannot be processed parked."""
        fence = (
            "update positions set position = %s, digest = %s where source = %s and position = %s returning 1",
            (upto.position, sha256(upto.line).digest(), self.source.name, self.position),
        )
        if unreadable or in_pieces:
            async with conn.transaction():
                if not await (await conn.execute(*fence)).fetchone():
                    raise Fenced(self.source.name)
                pieces = Piecewise(conn, self.source.name, self.apply, len(page.events) + len(unreadable))
                for fact, why in unreadable:
                    await pieces.unreadable(fact, why)
                await pieces.take(page)
        else:
            async with conn.pipeline(), conn.transaction():
                moved = await conn.execute(*fence)
                await self.apply(conn, replace(page, parked=await parked(conn)))
                if not await moved.fetchone():
                    raise Fenced(self.source.name)

    async def retry(self, conn: Conn, subject: str) -> bool:
        """Tries a parked subject again; True when this source no longer parks it."""
        async with self.turn:
            return await parking.retry(conn, self.source.name, self.apply, subject)

    async def _retry_all(self, conn: Conn) -> None:
        query = "select distinct subject from parked where source = %s"
        for (subject,) in await (await conn.execute(query, (self.source.name,))).fetchall():
            await self.retry(conn, subject)
