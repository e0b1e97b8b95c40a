"""Units that may be candidates for a circular: which of them facts concern, and what is derived about them. A circular itself is
issued by people only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import psycopg

from contracts.compliance import ComplaintDecided, ComplaintReceived, UnitCircularIssued, UnitCircularWithdrawn, UnitNeglectDetermined
from contracts.message import Event
from services.compliance import law, todos, units
from services.compliance.deriving import EVERYTHING
from services.compliance.law.findings import Raised
from services.compliance.publishing import rows
from services.compliance.todos import Owed

DDL = """
create table if not exists judged_units (unit text collate "C" primary key, dirty boolean not null, next_change_on date);
"""
ABOUT_UNITS = (ComplaintReceived, ComplaintDecided, UnitNeglectDetermined, UnitCircularIssued, UnitCircularWithdrawn)
CONNIVANCE = "unit_connivance"
MARK = "insert into judged_units select u, true from unnest(%s::text[]) u on conflict (unit) do update set dirty = true"
JUDGED = "update judged_units set dirty = false, next_change_on = %s where unit = %s"
WAITING = "from judged_units where dirty and not exists (select from parked where subject = unit)"
"""Which are marked and can be judged."""
MARK_OF = """insert into judged_units select distinct unit, true from cadre_units where cadre = any(%s)
  on conflict (unit) do update set dirty = true"""
TOLERATED = "select subject, line from facts where subject in (select about from findings where about = any(%s) and code = %s)"

Conn = psycopg.AsyncConnection[Any]


class Judged(NamedTuple):
    """`todos`: what is to be done about it. `cause`: the last fact that it rests on. `again_on`: the day on which to look again though nothing new is known."""

    findings: Mapping[str, Raised]
    cause: Event
    again_on: date | None
    todos: Sequence[Owed]


def about(events: Iterable[Event]) -> set[str]:
    """The units that these facts are about."""
    return {e.subject for e in events if isinstance(e.data, ABOUT_UNITS)}


async def mark(conn: Conn, named: Iterable[str]) -> None:
    if wanted := sorted(named):
        await conn.execute(MARK, (wanted,))


async def mark_tolerating(conn: Conn, findings: Mapping[str, Collection[Raised]], before: Mapping[str, Collection[str]]) -> None:
    """The units of those whose absence is tolerated, or was: `before` has the ids of the findings published about them."""
    concerned = {c for c, ids in before.items() if any(i.startswith(CONNIVANCE) for i in ids)}
    concerned |= {c for c, of in findings.items() if any(r.code == CONNIVANCE for r in of)}
    if concerned:
        await conn.execute(MARK_OF, (sorted(concerned),))
        await mark(conn, {r.unit for of in findings.values() for r in of if r.code == CONNIVANCE} - {"-"})


async def mark_due(conn: Conn, day: date) -> None:
    await conn.execute("update judged_units set dirty = true where next_change_on <= %s", (day,))


async def mark_all(conn: Conn) -> None:
    await conn.execute("update judged_units set dirty = true where not dirty")


async def complete(conn: Conn) -> None:
    """Marks the units of which a database was told before it had this table."""
    kinds = [kind.type() for kind in ABOUT_UNITS]
    known = "select distinct subject from facts where type = any(%s) and subject not in (select unit from judged_units)"
    await mark(conn, [unit for (unit,) in await rows(conn, known, kinds)])


async def waiting(conn: Conn) -> str | None:
    found = await rows(conn, f"select unit {WAITING} order by unit limit 1")
    return str(found[0][0]) if found else None


async def judge(conn: Conn, common: law.Common, unit: str, as_of: date) -> Judged | None:
    """None when nothing was ever recorded that concerns the unit."""
    cadres = await tolerated(conn, unit)
    facts = [e for e in common.events if e.subject == unit and isinstance(e.data, ABOUT_UNITS)]
    known = [*facts, *common.retractions, *(e for cadre in cadres for e in cadre.events)]
    if not known:
        return None
    cause = last(known)
    found, again_on = law.unit_outlook(common, cadres, unit, as_of, EVERYTHING)
    owed = law.unit_owed(common, unit, as_of, EVERYTHING, found.values())
    return Judged(found, cause, again_on, todos.of(unit, owed, as_of))


async def tolerated(conn: Conn, unit: str) -> list[law.Cadre]:
    """Those whose absence the unit may have tolerated."""
    own: dict[str, list[Event]] = {}
    for subject, line in await rows(conn, TOLERATED, sorted(await units.cadres_of(conn, [unit])), CONNIVANCE):
        own.setdefault(subject, []).append(Event.parse(line))
    return [law.Cadre.of(cadre, events) for cadre, events in sorted(own.items())]


def last(events: Sequence[Event]) -> Event:
    return max(events, key=lambda e: (e.recordedtime, e.source))
