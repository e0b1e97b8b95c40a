"""The projector loop: facts of one source → this service's database, in order, each exactly once.

The position is moved in the transaction that changes the model, and only from where it was read. A fact that cannot be
processed parks one subject and lets the others go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import structlog
from nats.errors import Error as NatsError

from contracts.message import Event
from services.kernel import facts
from services.kernel.arrivals import Arrived, Gap, Source
from services.kernel.broker import Alarm

DDL = (
    facts.DDL
    + """
create table if not exists positions (source text collate "C" primary key, position bigint not null);
create table if not exists parked (source text collate "C" not null, position bigint not null, subject text collate "C" not null,
  reason text not null, line text, primary key (source, position, subject));
create index if not exists parked_subject on parked (subject);
"""
)
PAUSE = 0.25
AT_MOST = 16
"""Subjects that a page may park. More is no fault of facts."""
PASSING = (psycopg.OperationalError, psycopg.InterfaceError, NatsError, TimeoutError, OSError, httpx.TransportError, Gap, MemoryError)
"""Trouble that is waited out, without limit."""
OURS = (psycopg.DataError, psycopg.IntegrityError)
"""What the database may say about a fact; everything else that it says is about the database."""

log = structlog.get_logger(__name__)

Conn = psycopg.AsyncConnection[Any]


class Fenced(Exception):
    """Somebody else moved the position: nothing was changed here; look again."""


class Unprocessable(Exception):
    """Raised by `apply` when one subject cannot be processed that the page's facts need not be about (a calendar moved, and one
    cadre's answer fails): it is parked, and the page is tried again with it in `parked`."""

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Page:
    """Facts that follow each other. Of the `parked` subjects only the facts are to be kept, nothing is to be derived; of those
    `again` everything is to be derived anew, whether or not they have a fact here."""

    source: str
    events: Sequence[Event]
    lines: Sequence[bytes]
    parked: frozenset[str] = frozenset()
    again: frozenset[str] = frozenset()


Apply = Callable[[Conn, Page], Awaitable[None]]
"""Changes the model through the connection that it is given, inside the transaction that moves the position. It may be called
several times with the same facts (a transaction that failed before), never with facts that it has been given successfully."""


class Follower:
    """Several followers of one process share `turn`, so that what one derives rests on all that the others have committed."""

    def __init__(self, dsn: str, source: Source, apply: Apply, turn: asyncio.Lock | None = None) -> None:
        self.dsn, self.source, self.apply, self.turn = dsn, source, apply, turn or asyncio.Lock()
        self.position = 0
        self.fenced = 0
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
                        await self._retry_parked(conn)
                        fresh = False
                    await self._follow(conn)
            except Fenced:
                self.fenced += 1
                log.warning("another follower moved the position", source=self.source.name)
            except PASSING as trouble:
                self._say(trouble)
            except Exception as trouble:
                self._say(trouble)
                await asyncio.sleep(4 * PAUSE)
            await asyncio.sleep(PAUSE)

    def _say(self, trouble: Exception) -> None:
        """Type and code only: the text of a database error holds the row."""
        reason = _reason(trouble)
        if reason != self.trouble:
            log.warning("following stopped for a while", source=self.source.name, trouble=reason)
        self.trouble = reason

    async def _follow(self, conn: Conn) -> None:
        await conn.execute("insert into positions values (%s, 0) on conflict do nothing", (self.source.name,))
        row = await (await conn.execute("select position from positions where source = %s", (self.source.name,))).fetchone()
        assert row
        await self._at(row[0])
        async with aclosing(self.source.pages(self.position)) as pages:
            async for page in pages:
                await self._take(conn, page)
                await self._at(page[-1].position)
                self.trouble = None

    async def _at(self, position: int) -> None:
        async with self._moved:
            self.position = position
            self._moved.notify_all()

    async def _take(self, conn: Conn, page: Sequence[Arrived]) -> None:
        good, bad = list[tuple[Event, bytes]](), list[tuple[Arrived, str]]()
        for fact in page:
            try:
                good.append((Event.of(fact.event), fact.line))
            except Exception as error:
                bad.append((fact, _reason(error)))
        async with self.turn:
            try:
                await self._commit(conn, page[-1].position, good, bad, piecewise=False)
            except (Fenced, *PASSING):
                raise
            except Exception as error:
                if isinstance(error, psycopg.Error) and not isinstance(error, OURS):
                    raise
                log.warning("page failed, tried again in pieces", source=self.source.name, reason=_reason(error), facts=len(page))
                await self._commit(conn, page[-1].position, good, bad, piecewise=True)

    async def _commit(
        self, conn: Conn, upto: int, good: Sequence[tuple[Event, bytes]], bad: Sequence[tuple[Arrived, str]], *, piecewise: bool
    ) -> None:
        async with conn.transaction():
            fence = "update positions set position = %s where source = %s and position = %s"
            if (await conn.execute(fence, (upto, self.source.name, self.position))).rowcount != 1:
                raise Fenced(self.source.name)
            for fact, reason in bad:
                await self._park(conn, fact.position, str(fact.event.get("subject", "-")), reason, fact.line)
            if piecewise:
                await self._pieces(conn, good, [AT_MOST])
            elif good:
                await self._apply(conn, good)

    async def _apply(self, conn: Conn, good: Sequence[tuple[Event, bytes]]) -> None:
        rows = await (await conn.execute("select distinct subject from parked")).fetchall()
        events, lines = zip(*good, strict=True)
        await self.apply(conn, Page(self.source.name, events, lines, frozenset(r[0] for r in rows)))

    async def _pieces(self, conn: Conn, good: Sequence[tuple[Event, bytes]], left: list[int]) -> None:
        """Applies what can be applied, in order, halving down to the facts that cannot; `left` counts what may yet be parked."""
        if not good:
            return
        try:
            async with conn.transaction():
                await self._apply(conn, good)
                return
        except PASSING:
            raise
        except Exception as error:
            if isinstance(error, psycopg.Error) and not isinstance(error, OURS):
                raise
            failed = error
        first, line = good[0]
        if isinstance(failed, Unprocessable) and not await self._is_parked(conn, failed.subject):
            await self._park(conn, first.sequence, failed.subject, _reason(failed), None, left)
            await self._pieces(conn, good, left)
        elif len(good) == 1:
            await self._park(conn, first.sequence, first.subject, _reason(failed), line, left)
        else:
            await self._pieces(conn, good[: len(good) // 2], left)
            await self._pieces(conn, good[len(good) // 2 :], left)

    async def _is_parked(self, conn: Conn, subject: str) -> bool:
        return bool(await (await conn.execute("select from parked where subject = %s limit 1", (subject,))).fetchall())

    async def _park(self, conn: Conn, position: int, subject: str, reason: str, line: bytes | None, left: list[int] | None = None) -> None:
        if left is not None:
            left[0] -= 1
            if left[0] < 0:
                raise Alarm(
                    "nothing-can-be-processed",
                    f"more than {AT_MOST} subjects of one page fail ({reason}): this is not about them.",
                    f"同一批中有超过 {AT_MOST} 个对象无法处理（{reason}）：问题不在这些对象本身。",
                )
        log.error("parked", source=self.source.name, position=position, subject=subject, reason=reason)
        await conn.execute(
            "insert into parked (source, position, subject, reason, line) values (%s, %s, %s, %s, %s) on conflict do nothing",
            (self.source.name, position, subject, reason, line and line.decode()),
        )

    async def _retry_parked(self, conn: Conn) -> None:
        rows = await (await conn.execute("select distinct subject from parked where source = %s", (self.source.name,))).fetchall()
        for (subject,) in rows:
            await self.retry(conn, subject)

    async def retry(self, conn: Conn, subject: str) -> bool:
        """Tries a parked subject's facts of this source again; True when it is no longer parked by it. Nothing changes otherwise."""
        async with self.turn:
            try:
                async with conn.transaction():
                    await conn.execute("select from positions where source = %s for update", (self.source.name,))
                    taken = "delete from parked where source = %s and subject = %s returning position, line"
                    rows = sorted(await (await conn.execute(taken, (self.source.name, subject))).fetchall(), key=lambda r: int(r[0]))
                    lines = [r[1].encode() for r in rows if r[1] is not None]
                    others = await (await conn.execute("select distinct subject from parked")).fetchall()
                    page = Page(
                        self.source.name, [Event.parse(x) for x in lines], lines, frozenset(r[0] for r in others), frozenset({subject})
                    )
                    await self.apply(conn, page)
            except PASSING:
                raise
            except Exception as error:
                log.warning("still parked", source=self.source.name, subject=subject, reason=_reason(error))
                return False
        return True


def _reason(error: Exception) -> str:
    """No text of the error: it may hold what was in the fact."""
    code = getattr(error, "sqlstate", None) or getattr(error, "code", None) or getattr(error, "err_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
