"""News is recorded: the answers that changed, each naming the one that it supersedes, in the transaction of what changed them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from contracts.message import Event
from services.compliance.deriving import Derived, Found
from services.kernel import arrays
from services.kernel.drafts import MANY
from services.kernel.follow import Conn, Fenced, Unprocessable
from services.kernel.line import Actor, envelope

ANSWERED = "update cadres set dirty = false, next_change_on = d from unnest(%s::text[], %s::date[]) u(c, d) where cadre = c"
UPSERT = """insert into answers select c, a, e, o, string_to_array(k, ' '), g, %s
    from unnest(%b, %b, %b, %b, %b, %b) u(c, a, e, o, k, g)
  on conflict (cadre, about) do update set event_id = excluded.event_id, outcome = excluded.outcome, codes = excluded.codes,
    gist = excluded.gist, as_of = excluded.as_of"""
LAST = "select s, (select version from log where stream = s order by version desc limit 1) from unnest(%s::text[]) s"


class Published(NamedTuple):
    """The answer that stands: its event, and what makes it the same."""

    event_id: str
    gist: bytes


Standing = Mapping[tuple[str, str], Published]
"""By cadre and by what the answer is about."""


class Publishing:
    """`clock` is None where the database's own tells the time."""

    def __init__(self, clock: Callable[[], datetime] | None) -> None:
        self.clock = clock

    async def record(
        self,
        conn: Conn,
        found: Mapping[str, Found],
        before: Standing,
        causes: Mapping[str, Event],
        as_of: date,
        inputs: Mapping[str, int],
    ) -> int:
        """Marks these cadres as answered and appends what is news; how much of it there was. The append comes last: it holds the
        lock of the log until the commit. Raises Fenced when somebody else derived meanwhile, Unprocessable for a cadre whose answer
        cannot be said."""
        cadres = sorted(found)
        news = [(c, d) for c in cadres for d in found[c].answers if (c, d.about) not in before or before[c, d.about].gist != d.gist]
        await conn.execute(ANSWERED, (cadres, [found[c].again_on for c in cadres]))
        if news:
            await self._append(conn, news, before, causes, as_of, inputs)
        return len(news)

    async def _append(
        self,
        conn: Conn,
        news: Sequence[tuple[str, Derived]],
        before: Standing,
        causes: Mapping[str, Event],
        as_of: date,
        inputs: Mapping[str, int],
    ) -> None:
        versions = {d.stream: int(before[c, d.about].event_id.rsplit("@", 1)[1]) for c, d in news if (c, d.about) in before}
        if first := [d.stream for _, d in news if d.stream not in versions]:
            versions |= {s: v or 0 for s, v in await rows(conn, LAST, first)}
        lines, kinds, ids = list[bytes](), list[bytes](), list[bytes]()
        for cadre, d in news:
            version, cause = versions[d.stream], causes[cadre]
            event_id = f"compliance/{d.stream}@{version + 1}"
            actor = Actor("taizhang", "system", d.unit)
            try:
                fact = d.fact(cadre, as_of, inputs, f"compliance/{d.stream}@{version}" if version else None)
                lines.append(envelope(fact, event_id, cadre, as_of, actor, cause.id, cause.correlationid, None))
            except (ValueError, TypeError) as error:
                raise Unprocessable(cadre) from error
            kinds.append(fact.type().encode())
            ids.append(event_id.encode())
        upsert = (
            as_of,
            arrays.text([c.encode() for c, _ in news]),
            arrays.text([d.about.encode() for _, d in news]),
            arrays.text(ids),
            arrays.text([d.outcome.encode() for _, d in news]),
            arrays.text([" ".join(d.codes).encode() for _, d in news]),
            arrays.bytea([d.gist for _, d in news]),
        )
        await conn.execute(UPSERT, upsert, prepare=True)
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
    return await (await conn.execute(query.encode(), arguments or None)).fetchall()
