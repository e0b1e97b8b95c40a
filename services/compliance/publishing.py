"""News is recorded: the answers that changed, each naming the one that it supersedes, in the transaction of what changed them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from psycopg.rows import tuple_row

from contracts.message import Event
from services.compliance.deriving import Derived
from services.kernel import arrays
from services.kernel.drafts import MANY
from services.kernel.follow import Conn, Fenced
from services.kernel.ledger import Actor, envelope

UPSERT = """insert into answers values (%s, %s, %s, %s, %s, %s, %s) on conflict (cadre, about) do update set event_id = excluded.event_id,
  outcome = excluded.outcome, codes = excluded.codes, gist = excluded.gist, as_of = excluded.as_of"""


class Publishing:
    """`clock` is None where the database's own tells the time."""

    def __init__(self, clock: Callable[[], datetime] | None) -> None:
        self.clock = clock

    async def record(
        self, conn: Conn, found: Mapping[str, Sequence[Derived]], causes: Mapping[str, Event], as_of: date, inputs: Mapping[str, int]
    ) -> int:
        """Marks these cadres as answered and appends what is news; how much of it there was. The append comes last: it holds the
        lock of the log until the commit. Raises Fenced when somebody else derived meanwhile."""
        cadres = sorted(found)
        known_query = "select cadre, about, gist from answers where cadre = any(%s)"
        known = {(c, about): bytes(gist) for c, about, gist in await rows(conn, known_query, cadres)}
        news = [(c, d) for c in cadres for d in found[c] if known.get((c, d.about)) != d.gist]
        next_days = [min((d.next_change_on for d in found[c] if d.next_change_on), default=None) for c in cadres]
        answered = "update cadres set dirty = false, next_change_on = d from unnest(%s::text[], %s::date[]) u(c, d) where cadre = c"
        await conn.execute(answered, (cadres, next_days))
        if news:
            await self._append(conn, news, causes, as_of, inputs)
        return len(news)

    async def _append(
        self, conn: Conn, news: Sequence[tuple[str, Derived]], causes: Mapping[str, Event], as_of: date, inputs: Mapping[str, int]
    ) -> None:
        last = "select s, (select version from log where stream = s order by version desc limit 1) from unnest(%s::text[]) s"
        versions = {s: v or 0 for s, v in await rows(conn, last, [d.stream for _, d in news])}
        lines, kinds, upserts = list[bytes](), list[bytes](), []
        for cadre, d in news:
            event_id, cause = f"compliance/{d.stream}@{versions[d.stream] + 1}", causes[cadre]
            supersedes = f"compliance/{d.stream}@{versions[d.stream]}" if versions[d.stream] else None
            fact = d.fact(cadre, as_of, inputs, supersedes)
            actor = Actor("taizhang", "system", d.unit)
            lines.append(envelope(fact, event_id, cadre, as_of, actor, cause.id, cause.correlationid, None))
            kinds.append(fact.type().encode())
            upserts.append((cadre, d.about, event_id, d.outcome, list(d.codes), d.gist, as_of))
        async with conn.cursor() as cursor:
            await cursor.executemany(UPSERT, upserts)
        arguments = (
            self.clock() if self.clock else None,
            arrays.text([f"derive-{uuid.uuid4().hex}".encode()]),
            arrays.int4([1]),
            arrays.int4([len(news)]),
            arrays.bytea([b""]),
            arrays.text([]),
            arrays.int8([]),
            arrays.int4(list(range(1, len(news) + 1))),
            arrays.int4([versions[d.stream] + 1 for _, d in news]),
            arrays.text([d.stream.encode() for _, d in news]),
            arrays.text([c.encode() for c, _ in news]),
            arrays.text(kinds),
            arrays.text(lines),
            arrays.bytea([None] * len(news)),
        )
        placed = await (await conn.execute(MANY, arguments, prepare=True)).fetchone()
        if placed is None or placed[0] is None:
            raise Fenced("somebody else derived")


async def rows(conn: Conn, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        return await (await cursor.execute(query.encode(), arguments or None)).fetchall()
