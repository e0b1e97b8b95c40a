"""Whose cadres were ever whose, as far as single facts say: a unit's and, through mergers, those of what was merged into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from contracts.message import Event
from contracts.registry import CadreRegistered, CadreReinstated, CadreTransferred, UnitMerged
from services.compliance.publishing import rows

DDL = """
create table if not exists cadre_units (unit text collate "C" not null, cadre text collate "C" not null, primary key (unit, cadre));
"""
UNNOTED = "select line from facts where type = any(%s) and not exists (select from cadre_units where cadre = subject)"
OF_UNITS = "select distinct cadre from cadre_units where unit = any(%s)"

Conn = psycopg.AsyncConnection[Any]


async def complete(conn: Conn) -> None:
    """Notes what a database was told before it had this table."""
    kinds = [kind.type() for kind in (CadreRegistered, CadreReinstated, CadreTransferred)]
    await note(conn, [Event.parse(line) for (line,) in await rows(conn, UNNOTED, kinds)])


async def note(conn: Conn, events: Iterable[Event]) -> None:
    """Keeps the units that these facts give to cadres. A retraction takes none away: the law asks what still counts."""
    pairs = sorted({(unit, e.data.cadre_id) for e in events if (unit := _unit(e)) and hasattr(e.data, "cadre_id")})
    if pairs:
        statement = "insert into cadre_units select * from unnest(%s::text[], %s::text[]) on conflict do nothing"
        await conn.execute(statement, ([u for u, _ in pairs], [c for _, c in pairs]))


def _unit(event: Event) -> str | None:
    if isinstance(event.data, CadreTransferred):
        return event.data.to_unit_id
    return event.data.unit_id if isinstance(event.data, CadreRegistered | CadreReinstated) else None


def with_merged(units: Iterable[str], mergers: Sequence[Event]) -> set[str]:
    """These units and all that were merged into them, through any chain and on whatever days."""
    into: dict[str, set[str]] = {}
    for e in mergers:
        if isinstance(e.data, UnitMerged):
            into.setdefault(e.data.into_unit_id, set()).add(e.data.unit_id)
    found, waiting = set[str](), set(units)
    while waiting:
        found |= waiting
        waiting = {merged for unit in waiting for merged in into.get(unit, ())} - found
    return found


async def cadres_of(conn: Conn, units: Iterable[str]) -> set[str]:
    """Everybody who is or was a cadre of these units or of what was merged into them."""
    mergers = [Event.parse(line) for (line,) in await rows(conn, "select line from facts where type = %s", UnitMerged.type())]
    return {c for (c,) in await rows(conn, OF_UNITS, sorted(with_merged(units, mergers)))}
