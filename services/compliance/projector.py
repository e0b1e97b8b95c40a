"""Facts in, answers out: the facts of a page, the position and the answers that changed are committed together.

A page that concerns few cadres is answered at once. One that concerns many (a calendar, a policy, a ledger being read from its
beginning) leaves them marked, in the same transaction, and they are answered a chunk at a time, so that nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool

from contracts.message import Event
from services.compliance import circulars, law, marking, raising, shared, todo_table, units
from services.compliance.deriving import EVERYTHING, Found, derive
from services.compliance.edition import edition
from services.compliance.publishing import Published, Publishing, rows, said
from services.compliance.shared import Shared, is_shared
from services.compliance.uncertain import parked
from services.kernel.clock import Clock, system, today
from services.kernel.facts import store
from services.kernel.follow import Conn, Fenced, Page, Unprocessable
from services.kernel.parking import about_facts

DDL = (
    shared.DDL
    + units.DDL
    + marking.DDL
    + raising.DDL
    + circulars.DDL
    + todo_table.DDL
    + """
create table if not exists answers (cadre text collate "C" not null, about text collate "C" not null, event_id text not null,
  outcome text not null, codes text[] not null, gist bytea not null, as_of date not null, primary key (cadre, about));
create index if not exists answers_outcome on answers (about, outcome, cadre);
"""
)
AT_ONCE = 24
"""Cadres answered in the transaction of the page that concerns them."""
CHUNK = 32
KNOWN = "select cadre, about, event_id, gist from answers where cadre = any(%s)"
PARK = """insert into parked (source, position, subject, reason) select 'compliance', coalesce(max(position), 0), %s, %s
  from positions where source = 'compliance' on conflict do nothing"""

log = structlog.get_logger(__name__)


class Projector:
    """Shared by the followers of all sources; they take turns, so that an answer rests on everything committed before."""

    def __init__(self, dsn: str, clock: Clock, turn: asyncio.Lock) -> None:
        self.dsn, self.clock, self.turn = dsn, clock, turn
        self.derived = 0
        self.trouble: str | None = None
        self.shared = Shared()
        self._publishing = Publishing(None if clock is system else clock)
        self._waiting = asyncio.Event()

    async def apply(self, conn: Conn, page: Page) -> None:
        pairs = [(e, line) for e, line in zip(page.events, page.lines, strict=True) if not e.data.DERIVED]
        if not pairs and not page.again:
            return
        events = [e for e, _ in pairs]
        if any(is_shared(e) for e in events):
            await shared.changed(conn)
        else:
            await shared.hold(conn)
        await store(conn, events, [line for _, line in pairs])
        await units.note(conn, events)
        concerned = await marking.concerned(conn, events, page.again)
        if about_units := circulars.about(events):
            await circulars.mark(conn, about_units)
            self._waiting.set()
        if not concerned:
            return
        await marking.mark(conn, concerned)
        if len(concerned) > AT_ONCE:
            self._waiting.set()
        else:
            await self._answer(conn, sorted(concerned - page.parked))

    async def _answer(self, conn: Conn, cadres: Sequence[str]) -> None:
        """Derives these cadres and records what is news. The append comes last: it holds the lock of the log until the commit.
        Everything is asked before anything is read, so that a pipeline needs one round trip. A cadre whom a roster names before
        anything was recorded about him has no answer, and is marked again by his first fact."""
        if not cadres:
            return
        as_of, wanted = today(self.clock), list(cadres)
        asked = [
            await conn.execute(query, arguments, prepare=True, binary=True)
            for query, arguments in (
                ("select version from shared for share", None),
                ("select source, position from positions where position > 0", None),
                ("select subject, line from facts where subject = any(%s)", (wanted,)),
                (KNOWN, (wanted,)),
                (raising.KNOWN, (wanted,)),
                (todo_table.KNOWN, (wanted,)),
            )
        ]
        (version,), positions, lines, known, raised, owed = (await asked[0].fetchone() or (0,)), *[await a.fetchall() for a in asked[1:]]
        common = await self.shared.common(conn, version)
        events = _read(cadres, lines)
        before = {(c, about): Published(event_id, gist) for c, about, event_id, gist in known}
        findings = raising.standing(raised)
        if new := sorted(set(cadres) - {c for c, *_ in known}):
            findings |= await raising.recall(conn, new)
        if len(cadres) > 4:
            found = await asyncio.to_thread(_derive_all, common, events, before, as_of)
        else:
            found = _derive_all(common, events, before, as_of)
        causes = {c: self.shared.cause(es, found[c].unit) for c, es in events.items() if es}
        await todo_table.replace(conn, {c: f.todos for c, f in found.items()}, todo_table.known(owed))
        await circulars.mark_tolerating(conn, {c: f.findings.values() for c, f in found.items()}, findings)
        self.derived += await self._publishing.record(conn, found, before, findings, causes, as_of, dict(positions))

    async def _judge(self, conn: Conn, unit: str) -> None:
        """Derives the findings about a unit itself, when nobody of whom they may be waits for an answer."""
        async with conn.transaction():
            await marking.alone(conn)
            as_of = today(self.clock)
            ((version,),) = await rows(conn, "select version from shared for share")
            common = await self.shared.common(conn, version)
            try:
                judged = await circulars.judge(conn, common, unit, as_of)
            except Exception as error:
                if not about_facts(error):
                    raise
                raise Unprocessable(unit) from error
            known = raising.standing(await rows(conn, raising.KNOWN, [unit])) or await raising.recall(conn, [unit])
            await conn.execute(circulars.JUDGED, (judged and judged.again_on, unit))
            owed = todo_table.known(await rows(conn, todo_table.KNOWN, [unit]))
            await todo_table.replace(conn, {unit: judged.todos if judged else ()}, owed)
            if judged:
                news = said(unit, judged.findings, known.get(unit, {}), judged.cause)
                await self._publishing.publish(conn, [], news, {unit: judged.cause}, {unit: unit}, as_of)
                self.derived += len(news)

    async def health(self, pool: AsyncConnectionPool[Conn]) -> dict[str, Any]:
        """How many cadres wait for an answer, and how many subjects are parked; not well while that makes every answer uncertain."""
        async with pool.connection() as conn:
            ((n,),) = await rows(conn, "select count(*) from cadres where dirty")
            found = await parked(conn)
        said = {"waiting": n, "derived": self.derived, "parked": len({p.subject for p in found}), "trouble": self.trouble}
        return {"ok": self.trouble is None and not any(p.of_all for p in found), **said}

    async def run(self) -> None:
        """Answers those who are marked, and those whose answer changes today with no new fact. For ever."""
        seen: date | None = None
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as conn:
                    await units.complete(conn)
                    await circulars.complete(conn)
                    async with self.turn:
                        await marking.answered_by(conn, edition())
                    while True:
                        if (day := today(self.clock)) != seen:
                            async with self.turn:
                                await marking.mark_due(conn, day)
                            seen = day
                        more = await self.some(conn)
                        self.trouble = None
                        if not more:
                            self._waiting.clear()
                            try:
                                await asyncio.wait_for(self._waiting.wait(), 1)
                            except TimeoutError:
                                continue
            except (psycopg.OperationalError, psycopg.InterfaceError, OSError, Fenced) as trouble:
                log.warning("deriving stopped for a while", trouble=type(trouble).__name__)
            except Exception as trouble:
                if self.trouble is None:
                    log.error("deriving stopped", trouble=type(trouble).__name__)  # noqa: TRY400
                self.trouble = type(trouble).__name__
            await asyncio.sleep(0.5)

    async def some(self, conn: Conn) -> bool:
        """Answers some of those who wait, then judges a unit; False when nobody waits. A cadre who cannot be answered is parked: the others go on."""
        async with self.turn:
            cadres = await marking.waiting(conn, CHUNK)
            if cadres:
                try:
                    await self._chunk(conn, cadres)
                except (psycopg.DataError, psycopg.IntegrityError):
                    for cadre in cadres:
                        await self._chunk(conn, [cadre])
            elif unit := await circulars.waiting(conn):
                await self._unit(conn, unit)
                return True
        return bool(cadres)

    async def _unit(self, conn: Conn, unit: str) -> None:
        """What cannot be judged is parked, as a cadre is who cannot be answered."""
        try:
            await self._judge(conn, unit)
        except Unprocessable as failed:
            await _park(conn, unit, type(failed.__cause__).__name__)
        except (psycopg.DataError, psycopg.IntegrityError) as failed:
            await _park(conn, unit, f"{type(failed).__name__} {failed.sqlstate}")

    async def _chunk(self, conn: Conn, cadres: Sequence[str]) -> None:
        try:
            async with conn.pipeline(), conn.transaction():
                await marking.alone(conn)
                await self._answer(conn, cadres)
        except Unprocessable as failed:
            await _park(conn, failed.subject, type(failed.__cause__).__name__)
        except (psycopg.DataError, psycopg.IntegrityError) as failed:
            if len(cadres) > 1:
                raise
            await _park(conn, cadres[0], f"{type(failed).__name__} {failed.sqlstate}")


async def _park(conn: Conn, subject: str, reason: str) -> None:
    """`reason` is no text of an error: that may hold what is in a fact."""
    log.error("parked", subject=subject, reason=reason)
    await conn.execute(PARK, (subject, reason))


def _read(cadres: Sequence[str], lines: Sequence[tuple[str, str]]) -> dict[str, list[Event]]:
    events: dict[str, list[Event]] = {c: [] for c in cadres}
    for subject, line in lines:
        try:
            event = Event.parse(line)
        except ValueError as error:
            raise Unprocessable(subject) from error
        if getattr(event.data, "cadre_id", None) == subject:
            events[subject].append(event)
    return events


def _derive_all(
    common: law.Common, events: Mapping[str, Sequence[Event]], before: Mapping[tuple[str, str], Published], as_of: date
) -> dict[str, Found]:
    published: dict[str, set[int]] = {c: set() for c in events}
    for cadre, about in before:
        if about != "promotion":
            published[cadre].add(int(about))
    found = dict.fromkeys(events, Found())
    for cadre, own in events.items():
        try:
            if own:
                found[cadre] = derive(common, cadre, own, as_of, EVERYTHING, published[cadre])
        except Exception as error:  # one cadre's facts must not stop all others
            raise Unprocessable(cadre) from error
    return found
