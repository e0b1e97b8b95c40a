"""Facts in, answers out: the facts of a page, the position and the answers that changed are committed together.

A page that concerns few cadres is answered at once. One that concerns many (a calendar, a policy, a ledger being read from its
beginning) leaves them marked, in the same transaction, and they are answered a chunk at a time, so that nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool
from pydantic.fields import FieldInfo

from contracts.assignments import AttendanceSheetImported
from contracts.compliance import (
    AppraisalYearClosed,
    CalendarPublished,
    InterpretationIssued,
    PolicyProposed,
    PolicyPublished,
    PolicyRepealed,
    SchoolCalendarPublished,
    SuperiorPolicyRegistered,
)
from contracts.message import Event, end_of_day, facts
from contracts.registry import RoleGranted, RoleRevoked, UnitMerged, UnitRegistered, WorkbookImported
from services.compliance import law
from services.compliance.deriving import Derived, derive
from services.compliance.publishing import Published, Publishing, rows
from services.kernel.clock import Clock, system, today
from services.kernel.facts import store
from services.kernel.follow import Conn, Fenced, Page, Unprocessable

DDL = """
create table if not exists cadres (cadre text collate "C" primary key, dirty boolean not null, next_change_on date);
create index if not exists cadres_dirty on cadres (cadre) where dirty;
create index if not exists cadres_next on cadres (next_change_on) where next_change_on is not null;
create table if not exists answers (cadre text collate "C" not null, about text collate "C" not null, event_id text not null,
  outcome text not null, codes text[] not null, gist bytea not null, as_of date not null, primary key (cadre, about));
create index if not exists answers_outcome on answers (about, outcome, cadre);
create table if not exists shared (one bool primary key default true check (one), version bigint not null);
insert into shared values (true, 0) on conflict do nothing;
create index if not exists facts_type on facts (type, subject);
"""
OPTIONAL = FieldInfo(default=None)
AT_ONCE = 24
"""Cadres answered in the transaction of the page that concerns them."""
CHUNK = 32
EVERYBODY = (
    CalendarPublished, SchoolCalendarPublished, PolicyPublished, InterpretationIssued, SuperiorPolicyRegistered, PolicyRepealed,
    AppraisalYearClosed,
)  # fmt: skip
"""Facts that may change the answer of every cadre."""
UNREAD = (AttendanceSheetImported, WorkbookImported, RoleGranted, RoleRevoked, PolicyProposed)
"""Facts about no cadre that no rule reads: they change no answer."""
SHARED = frozenset(
    name
    for name, fact in facts().items()
    if not fact.DERIVED and fact not in UNREAD and not fact.model_fields.get("cadre_id", OPTIONAL).is_required()
)
"""Types of the facts that are about no single cadre, or may be (a retraction)."""

KNOWN = "select cadre, about, event_id, gist from answers where cadre = any(%s)"

log = structlog.get_logger(__name__)


class Projector:
    """Shared by the followers of all sources; they take turns, so that an answer rests on everything committed before."""

    def __init__(self, dsn: str, clock: Clock, turn: asyncio.Lock) -> None:
        self.dsn, self.clock, self.turn = dsn, clock, turn
        self.derived = 0
        self._publishing = Publishing(None if clock is system else clock)
        self._common: tuple[int, law.Common] | None = None
        self._waiting = asyncio.Event()

    async def apply(self, conn: Conn, page: Page) -> None:
        try:
            await self._apply(conn, page)
        except BaseException:
            self._common = None  # it may hold facts that are not recorded after all
            raise

    async def _apply(self, conn: Conn, page: Page) -> None:
        pairs = [(e, line) for e, line in zip(page.events, page.lines, strict=True) if not e.data.DERIVED]
        if not pairs and not page.again:
            return
        events = [e for e, _ in pairs]
        await store(conn, events, [line for _, line in pairs])
        if any(_is_shared(e) for e in events):
            await conn.execute("update shared set version = version + 1")
        concerned = (await self._concerned(conn, events)) | page.again
        if not concerned:
            return
        mark = "insert into cadres select c, true from unnest(%s::text[]) c on conflict (cadre) do update set dirty = true"
        await conn.execute(mark, (sorted(concerned),))
        if len(concerned) > AT_ONCE:
            self._waiting.set()
        else:
            await self._answer(conn, sorted(concerned - page.parked))

    async def _concerned(self, conn: Conn, events: Iterable[Event]) -> set[str]:
        found, units, everybody = set[str](), set[str](), False
        for e in events:
            if cadre := getattr(e.data, "cadre_id", None):
                found.add(cadre)
            elif isinstance(e.data, EVERYBODY) or hasattr(e.data, "retracts"):
                everybody = True
            elif isinstance(e.data, UnitRegistered | UnitMerged):
                units.add(e.data.unit_id)
            found.update(getattr(e.data, "cadre_ids", ()))
        if everybody:
            found.update(c for (c,) in await rows(conn, "select cadre from cadres"))
        elif units:
            of_units = (
                "select distinct subject from facts where type = any(%s) and line::json -> 'data' ->> 'unit_id' = any(%s) "
                "or type = %s and line::json -> 'data' ->> 'to_unit_id' = any(%s)"
            )
            kinds = [f"taizhang.registry.{n}.v1" for n in ("CadreRegistered", "CadreReinstated")]
            names = sorted(units)
            found.update(c for (c,) in await rows(conn, of_units, kinds, names, "taizhang.registry.CadreTransferred.v1", names))
        return found

    async def _answer(self, conn: Conn, cadres: Sequence[str]) -> None:
        """Derives these cadres and records what is news. The append comes last: it holds the lock of the log until the commit.
        Everything is asked before anything is read, so that a pipeline needs one round trip."""
        if not cadres:
            return
        as_of, wanted = today(self.clock), list(cadres)
        asked = [
            await conn.execute(query, arguments, prepare=True, binary=True)
            for query, arguments in (
                ("select version from shared", None),
                ("select source, position from positions where position > 0", None),
                ("select subject, line from facts where subject = any(%s)", (wanted,)),
                (KNOWN, (wanted,)),
            )
        ]
        (version,), positions, lines, known = (await asked[0].fetchone() or (0,)), *[await a.fetchall() for a in asked[1:]]
        common = await self._shared(conn, version)
        events: dict[str, list[Event]] = {c: [] for c in cadres}
        for subject, line in lines:
            events[subject].append(Event.parse(line))
        known_at = max(end_of_day(as_of), max((e.recordedtime for es in events.values() for e in es), default=""))
        if len(cadres) > 4:
            found = await asyncio.to_thread(_derive_all, common, events, as_of, known_at)
        else:
            found = _derive_all(common, events, as_of, known_at)
        causes = {c: max(es, key=lambda e: (e.recordedtime, e.source)) for c, es in events.items() if es}
        before = {(c, about): Published(event_id, gist) for c, about, event_id, gist in known}
        self.derived += await self._publishing.record(conn, found, before, causes, as_of, dict(positions))

    async def _shared(self, conn: Conn, version: int) -> law.Common:
        """The facts about no single cadre, prepared once for each change of them."""
        if self._common is None or self._common[0] != version:
            lines = await rows(conn, "select line from facts where type = any(%s)", sorted(SHARED))
            self._common = version, law.Common.of([Event.parse(line) for (line,) in lines])
        return self._common[1]

    async def waiting(self, pool: AsyncConnectionPool[Conn]) -> dict[str, Any]:
        """For health: how many cadres wait for an answer."""
        async with pool.connection() as conn:
            ((n,),) = await rows(conn, "select count(*) from cadres where dirty")
        return {"ok": True, "waiting": n, "derived": self.derived}

    async def run(self) -> None:
        """Answers those who are marked, and those whose answer changes today with no new fact. For ever."""
        seen: date | None = None
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as conn:
                    while True:
                        if (day := today(self.clock)) != seen:
                            await conn.execute("update cadres set dirty = true where next_change_on <= %s", (day,))
                            seen = day
                        if not await self._chunk(conn):
                            self._waiting.clear()
                            try:
                                await asyncio.wait_for(self._waiting.wait(), 1)
                            except TimeoutError:
                                continue
            except (psycopg.OperationalError, psycopg.InterfaceError, OSError, Fenced) as trouble:
                log.warning("deriving stopped for a while", trouble=type(trouble).__name__)
            await asyncio.sleep(0.5)

    async def _chunk(self, conn: Conn) -> bool:
        """Answers some of those who wait; False when nobody does."""
        async with self.turn:
            wanted = "select cadre from cadres where dirty and not exists (select from parked where subject = cadre) limit %s"
            cadres = sorted(c for (c,) in await rows(conn, wanted, CHUNK))
            if not cadres:
                return False
            try:
                async with conn.pipeline(), conn.transaction():
                    await conn.execute("select from positions order by source for update")
                    await self._answer(conn, cadres)
            except Unprocessable as failed:
                reason = type(failed.__cause__).__name__  # its text may hold what is in the fact
                log.error("parked", subject=failed.subject, reason=reason)  # noqa: TRY400
                park = (
                    "insert into parked (source, position, subject, reason) select 'compliance', coalesce(max(position), 0), %s, %s "
                    "from positions where source = 'compliance' on conflict do nothing"
                )
                await conn.execute(park, (failed.subject, reason))
        return True


def _is_shared(event: Event) -> bool:
    return event.type in SHARED and getattr(event.data, "cadre_id", None) is None


def _derive_all(common: law.Common, events: dict[str, list[Event]], as_of: date, known_at: str) -> dict[str, list[Derived]]:
    found = {}
    for cadre, facts_ in events.items():
        try:
            found[cadre] = derive(common, cadre, facts_, as_of, known_at)
        except Exception as error:  # one cadre's facts must not stop all others
            raise Unprocessable(cadre) from error
    return found
