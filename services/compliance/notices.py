"""A notice to the unit when an answer about one of its cadres changes: one row a change, however often the change is delivered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson
from litestar import Request, Response, get
from litestar.params import FromQuery
from psycopg_pool import AsyncConnectionPool

from contracts.compliance import AppraisalEligibilityDerived, PromotionEligibilityDerived
from contracts.message import Event
from services.kernel import query
from services.kernel.caller import Gate
from services.kernel.reactor import Reaction

DDL = """
create table if not exists notices (number bigint generated always as identity primary key, event_id text collate "C" not null unique,
  unit_id text collate "C" not null, cadre_id text collate "C" not null, kind text not null, year int, outcome text not null,
  codes text[] not null, supersedes text, as_of date not null, at_position bigint not null);
create index if not exists notices_unit on notices (unit_id, number);
"""
LOCK = 0x7A68_0003
READ = """select number, event_id, unit_id, cadre_id, kind, year, outcome, codes, supersedes, as_of::text, at_position from notices
  where number > %b and (%b::text[] is null or unit_id = any(%b)) order by number limit %b"""
WRITE = """with alone as materialized (select pg_advisory_xact_lock(%s))
  insert into notices (event_id, unit_id, cadre_id, kind, year, outcome, codes, supersedes, as_of, at_position)
  select %s, %s, %s, %s, %s::int, %s, %s::text[], %s, %s::date, %s::bigint from alone on conflict (event_id) do nothing"""
"""One at a time, so that numbers appear in their order and a cursor misses none."""
MOST, USUAL = 500, 100
DURABLE = "compliance-notices"
KINDS = (PromotionEligibilityDerived.type(), AppraisalEligibilityDerived.type())
SUBJECTS = ("taizhang.compliance.PromotionEligibilityDerived.*", "taizhang.compliance.AppraisalEligibilityDerived.*")


class Notices:
    """`at_position` is the change's position in the log; `number` counts as notices were written, and is the cursor."""

    def __init__(self, pool: AsyncConnectionPool[Any]) -> None:
        self.pool = pool

    async def write(self, event: Event) -> None:
        d = event.data
        if not isinstance(d, PromotionEligibilityDerived | AppraisalEligibilityDerived):
            raise TypeError(event.type)
        year = d.year if isinstance(d, AppraisalEligibilityDerived) else None
        kind = "promotion" if year is None else "appraisal"
        codes = list(dict.fromkeys(r.code for r in d.reasons))
        row = (event.id, event.unitref, d.cadre_id, kind, year, d.outcome, codes, d.supersedes, d.as_of, event.sequence)
        async with self.pool.connection() as conn:
            await conn.execute(WRITE, (LOCK, *row), prepare=True)

    async def read(self, units: Sequence[str] | None, after: int, most: int) -> list[dict[str, Any]]:
        async with self.pool.connection() as conn:
            cursor = await conn.execute(READ, (after, units, units, most))
            names = [c.name for c in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]


def reaction(notices: Notices) -> Reaction:
    return Reaction("compliance", DURABLE, SUBJECTS, notices.write)


def handlers(notices: Notices, gate: Gate, told: Callable[[Request[Any, Any, Any]], Awaitable[None]] | None = None) -> Sequence[Any]:
    """`told` waits until there is a notice of everything that the request wants to be told of."""

    @get("/notices", summary="Changes of answers as units are told of them; `after` is the `next` of the page before")
    async def page(
        request: Request[Any, Any, Any],
        unit: FromQuery[str | None] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        start, most = query.whole("after", after, 0, 0, 2**62), query.whole("limit", limit, USUAL, 1, MOST)
        of_unit = query.identifier("unit", unit)
        if told:
            await told(request)
        seen = await gate.listing(request, "answers")
        units = None if seen.sees_all else sorted(seen.units)
        if of_unit is not None:
            units = [of_unit] if units is None or of_unit in units else []
        items = await notices.read(units, start, most + 1)
        following = items[most - 1]["number"] if len(items) > most else None
        body = {"items": items[:most], "next": following and str(following)}
        return Response(orjson.dumps(body), media_type="application/json")

    return [page]
