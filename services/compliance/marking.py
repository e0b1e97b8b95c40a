"""Whom facts concern: those cadres are marked, in the transaction of the facts, and the mark goes with their answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from contracts.compliance import (
    AppraisalYearClosed,
    CalendarPublished,
    InterpretationIssued,
    PolicyPublished,
    PolicyRepealed,
    SchoolCalendarPublished,
    SuperiorPolicyRegistered,
)
from contracts.message import Event
from contracts.registry import UnitHeadAppointed, UnitHeadVacated, UnitMerged, UnitRegistered
from services.compliance import circulars, units
from services.compliance.publishing import rows
from services.kernel.follow import Conn

DDL = """
create table if not exists cadres (cadre text collate "C" primary key, dirty boolean not null, next_change_on date);
alter table cadres drop column if exists judged;
create table if not exists answered_by (one bool primary key default true check (one), edition text not null);
create index if not exists cadres_dirty on cadres (cadre) where dirty;
create index if not exists cadres_next on cadres (next_change_on) where next_change_on is not null;
"""
EVERYBODY = (
    CalendarPublished, SchoolCalendarPublished, PolicyPublished, InterpretationIssued, SuperiorPolicyRegistered, PolicyRepealed,
    AppraisalYearClosed,
)  # fmt: skip
"""Facts that may change the answer of every cadre."""
MARK = "insert into cadres select c, true from unnest(%s::text[]) c on conflict (cadre) do update set dirty = true"
WAITING = "from cadres where dirty and not exists (select from parked where subject = cadre)"
"""Who is marked and can be answered."""


async def concerned(conn: Conn, events: Iterable[Event], again: frozenset[str]) -> set[str]:
    """The cadres whom these facts, which are kept already, concern, and of `again` those who are cadres."""
    found, moved, everybody = set[str](), set[str](), False
    for e in events:
        if cadre := getattr(e.data, "cadre_id", None):
            found.add(cadre)
        elif isinstance(e.data, EVERYBODY) or hasattr(e.data, "retracts"):
            everybody = True
        elif isinstance(e.data, UnitRegistered | UnitMerged | UnitHeadAppointed | UnitHeadVacated):
            moved.add(e.data.unit_id)
        found.update(getattr(e.data, "cadre_ids", ()))
    if everybody:
        await circulars.mark_all(conn)
        found.update(c for (c,) in await rows(conn, "select cadre from cadres"))
    elif moved:
        found |= await units.cadres_of(conn, moved)
    if again:
        found.update(c for (c,) in await rows(conn, "select cadre from cadres where cadre = any(%s)", sorted(again)))
    return found


async def mark(conn: Conn, cadres: Iterable[str]) -> None:
    await conn.execute(MARK, (sorted(cadres),))


async def mark_due(conn: Conn, day: date) -> None:
    """Those to be looked at again on this day though nothing new is known. Nobody derives meanwhile, here or in another process."""
    async with conn.transaction():
        await alone(conn)
        await conn.execute("update cadres set dirty = true where next_change_on <= %s", (day,))
        await circulars.mark_due(conn, day)


async def answered_by(conn: Conn, edition: str) -> None:
    """Marks everybody, once, when another law than this answered last."""
    async with conn.transaction():
        await alone(conn)
        known = await rows(conn, "select edition from answered_by")
        if known != [(edition,)]:
            await conn.execute("update cadres set dirty = true where not dirty")
            await circulars.mark_all(conn)
            await conn.execute(
                "insert into answered_by values (true, %s) on conflict (one) do update set edition = excluded.edition", (edition,)
            )


async def alone(conn: Conn) -> None:
    """Until the commit no other process takes facts in."""
    await conn.execute("select from positions order by source for update")


async def waiting(conn: Conn, most: int) -> Sequence[str]:
    return sorted(c for (c,) in await rows(conn, f"select cadre {WAITING} limit %s", most))
