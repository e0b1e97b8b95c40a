"""What happens to a fact that cannot be processed: it parks one subject, with a reason that says nothing about anybody, and the
others go on. Nothing is skipped silently, nothing is parked for a fault that is not the fact's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx
import psycopg
import structlog
from nats.errors import Error as NatsError

from contracts.message import Event
from services.kernel.arrivals import Arrived, Gap
from services.kernel.broker import Alarm

DDL = """
create table if not exists parked (source text collate "C" not null, position bigint not null, subject text collate "C" not null,
  reason text not null, line text, primary key (source, position, subject));
create index if not exists parked_subject on parked (subject);
"""
AT_MOST = 16
"""So many subjects a page may park, or a quarter of its facts. More is no fault of facts."""
PASSING = (psycopg.OperationalError, psycopg.InterfaceError, NatsError, TimeoutError, OSError, httpx.TransportError, Gap, MemoryError)
"""Trouble that is waited out, without limit."""

log = structlog.get_logger(__name__)

Conn = psycopg.AsyncConnection[Any]


class Fenced(Exception):
    """Somebody else moved the position or derived meanwhile: nothing was changed here; look again."""


class Unprocessable(Exception):
    """Raised by `apply` when one subject cannot be processed that the page's facts need not be about (a calendar moved, and one
    cadre's answer fails): it is parked, and the page is tried again with it in `parked`."""

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Page:
    """Facts of one source that follow each other. Of the `parked` subjects only the facts are to be kept, nothing is to be derived;
    of those `again` everything is to be derived anew, whether or not they have a fact here."""

    source: str
    events: Sequence[Event]
    lines: Sequence[bytes]
    parked: frozenset[str] = frozenset()
    again: frozenset[str] = frozenset()

    def halves(self) -> tuple[Page, Page]:
        k = len(self.events) // 2
        return replace(self, events=self.events[:k], lines=self.lines[:k]), replace(self, events=self.events[k:], lines=self.lines[k:])


Apply = Callable[[Conn, Page], Awaitable[None]]
"""Changes the model through the connection that it is given, inside the transaction that moves the position. It may be called
several times with the same facts (a transaction that failed before), never with facts that it has been given successfully."""


def about_facts(error: Exception) -> bool:
    """Whether an error can be a fact's fault: trouble with servers is not, nor what the database says of its own state."""
    if isinstance(error, (*PASSING, Alarm, Fenced)):
        return False
    return not isinstance(error, psycopg.Error) or isinstance(error, psycopg.DataError | psycopg.IntegrityError)


def reason(error: Exception) -> str:
    """Type and code. No text of the error: it may hold what was in the fact."""
    code = getattr(error, "sqlstate", None) or getattr(error, "code", None) or getattr(error, "err_code", None)
    rule = error.diag.constraint_name if isinstance(error, psycopg.Error) else None
    return " ".join(str(said) for said in (type(error).__name__, code, rule) if said)


async def parked(conn: Conn) -> frozenset[str]:
    """Parked by facts of whatever source."""
    return frozenset(row[0] for row in await (await conn.execute("select distinct subject from parked")).fetchall())


class Piecewise:
    """Applies of a page what can be applied, in order, halving down to the facts that cannot, inside the caller's transaction."""

    def __init__(self, conn: Conn, source: str, apply: Apply, facts: int) -> None:
        self.conn, self.source, self.apply = conn, source, apply
        self.left = max(AT_MOST, facts // 4)

    async def take(self, page: Page) -> None:
        if not page.events:
            return
        try:
            async with self.conn.transaction():
                await self.apply(self.conn, replace(page, parked=await parked(self.conn)))
                return
        except Exception as error:
            if not about_facts(error):
                raise
            failed = error
        first = page.events[0]
        if isinstance(failed, Unprocessable) and failed.subject not in await parked(self.conn):
            await self.park(first.sequence, failed.subject, reason(failed), None)
            await self.take(page)
        elif len(page.events) == 1:
            await self.park(first.sequence, first.subject, reason(failed), page.lines[0])
        else:
            for half in page.halves():
                await self.take(half)

    async def unreadable(self, fact: Arrived, why: str) -> None:
        await self.park(fact.position, str(fact.event.get("subject", "-")), why, fact.line)

    async def park(self, position: int, subject: str, why: str, line: bytes | None) -> None:
        """`line` is kept when the fact itself was left out."""
        self.left -= 1
        if self.left < 0:
            raise Alarm(
                "nothing-can-be-processed",
                f"too many facts of one page fail ({why}): this is not about them.",
                f"同一批中无法处理的事实过多（{why}）：问题不在这些事实本身。",
            )
        log.error("parked", source=self.source, position=position, subject=subject, reason=why)
        statement = "insert into parked (source, position, subject, reason, line) values (%s, %s, %s, %s, %s) on conflict do nothing"
        await self.conn.execute(statement, (self.source, position, subject, why, line and line.decode()))


async def retry(conn: Conn, source: str, apply: Apply, subject: str) -> bool:
    """Tries again what this source parked of a subject; True when that succeeded. Changes nothing otherwise. The caller holds the
    turn of the followers."""
    try:
        async with conn.transaction():
            await conn.execute("select from positions where source = %s for update", (source,))
            query = "select line from parked where source = %s and subject = %s and line is not null order by position"
            lines = [row[0].encode() for row in await (await conn.execute(query, (source, subject))).fetchall()]
            await conn.execute("delete from parked where source = %s and subject = %s", (source, subject))
            await apply(conn, Page(source, [Event.parse(line) for line in lines], lines, await parked(conn), frozenset({subject})))
    except Exception as error:
        if not about_facts(error):
            raise
        log.warning("still parked", source=source, subject=subject, reason=reason(error))
        return False
    return True
