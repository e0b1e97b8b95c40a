"""News is recorded, in the transaction of what brought it about: the answers that changed, each naming the one that it supersedes, and
the findings that began or ended."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from contracts.message import Event, Fact
from services.compliance import raising
from services.compliance.deriving import Derived, Found
from services.compliance.law.findings import Raised
from services.compliance.raising import Change, Known
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


class News(NamedTuple):
    """An event on its way into the log; `version` is the one that its stream will have."""

    subject: str
    stream: str
    version: int
    fact: Fact
    unit: str
    cause: Event


class Publishing:
    """`clock` is None where the database's own tells the time."""

    def __init__(self, clock: Callable[[], datetime] | None) -> None:
        self.clock = clock

    async def record(
        self,
        conn: Conn,
        found: Mapping[str, Found],
        before: Standing,
        findings: Mapping[str, Mapping[str, Known]],
        causes: Mapping[str, Event],
        as_of: date,
        inputs: Mapping[str, int],
    ) -> int:
        """Marks these cadres as answered and appends what is news; how much of it there was. The append comes last: it holds the
        lock of the log until the commit. Raises Fenced when somebody else derived meanwhile, Unprocessable for a cadre whose answer
        cannot be said."""
        cadres = sorted(found)
        await conn.execute(ANSWERED, (cadres, [found[c].again_on for c in cadres]))
        changed = [(c, d) for c in cadres for d in found[c].answers if (c, d.about) not in before or before[c, d.about].gist != d.gist]
        units = {c: found[c].unit for c in cadres}
        raised = [n for c in cadres if c in causes for n in said(c, found[c].findings, findings.get(c, {}), causes[c])]
        news = await self._answers(conn, changed, before, causes, as_of, inputs) if changed else []
        await self.publish(conn, news, raised, causes, units, as_of)
        return len(news) + len(raised)

    async def _answers(
        self,
        conn: Conn,
        changed: Sequence[tuple[str, Derived]],
        before: Standing,
        causes: Mapping[str, Event],
        as_of: date,
        inputs: Mapping[str, int],
    ) -> list[News]:
        """Keeps the answers that changed, as they will be recorded."""
        versions = {d.stream: int(before[c, d.about].event_id.rsplit("@", 1)[1]) for c, d in changed if (c, d.about) in before}
        if first := [d.stream for _, d in changed if d.stream not in versions]:
            versions |= {s: v or 0 for s, v in await rows(conn, LAST, first)}
        news = list[News]()
        for cadre, d in changed:
            version = versions[d.stream]
            try:
                fact = d.fact(cadre, as_of, inputs, f"compliance/{d.stream}@{version}" if version else None)
            except (ValueError, TypeError) as error:
                raise Unprocessable(cadre) from error
            news.append(News(cadre, d.stream, version + 1, fact, d.unit, causes[cadre]))
        upsert = (
            as_of,
            arrays.text([c.encode() for c, _ in changed]),
            arrays.text([d.about.encode() for _, d in changed]),
            arrays.text([f"compliance/{n.stream}@{n.version}".encode() for n in news]),
            arrays.text([d.outcome.encode() for _, d in changed]),
            arrays.text([" ".join(d.codes).encode() for _, d in changed]),
            arrays.bytea([d.gist for _, d in changed]),
        )
        await conn.execute(UPSERT, upsert, prepare=True)
        return news

    async def publish(
        self, conn: Conn, news: list[News], raised: Sequence[Change], causes: Mapping[str, Event], units: Mapping[str, str], as_of: date
    ) -> None:
        """Answers, and findings that begin or end; `units` says whose unit those are whom findings are about."""
        if raised:
            await raising.keep(conn, raised)
            news = news + [News(n.about, raising.stream(n), n.version, n.fact, units[n.about], causes[n.about]) for n in raised]
        if news:
            await self._append(conn, news, as_of)

    async def _append(self, conn: Conn, news: Sequence[News], as_of: date) -> None:
        lines = list[bytes]()
        for n in news:
            try:
                actor = Actor("taizhang", "system", n.unit)
                event_id = f"compliance/{n.stream}@{n.version}"
                lines.append(envelope(n.fact, event_id, n.subject, as_of, actor, n.cause.id, n.cause.correlationid, None))
            except (ValueError, TypeError) as error:
                raise Unprocessable(n.subject) from error
        arguments = (
            self.clock() if self.clock else None,
            arrays.text([f"derive-{uuid.uuid4().hex}".encode()]),
            arrays.int4([1]),
            arrays.int4([len(news)]),
            arrays.bytea([b""]),
            arrays.text([]),
            arrays.int8([]),
            arrays.int4(list(range(1, len(news) + 1))),
            arrays.int4([n.version for n in news]),
            arrays.text([n.stream.encode() for n in news]),
            arrays.text([n.subject.encode() for n in news]),
            arrays.text([n.fact.type().encode() for n in news]),
            arrays.text(lines),
            arrays.bytea([None] * len(news)),
        )
        placed = await (await conn.execute(MANY, arguments, prepare=True)).fetchone()
        if placed is None or placed[0] is None:
            raise Fenced("somebody else derived")


def said(about: str, found: Mapping[str, Raised], known: Mapping[str, Known], cause: Event) -> list[Change]:
    """What is news of findings. Raises Unprocessable for one that cannot be said."""
    try:
        return list(raising.changes(about, found, known, cause))
    except (ValueError, TypeError) as error:
        raise Unprocessable(about) from error


async def rows(conn: Conn, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    return await (await conn.execute(query.encode(), arguments or None)).fetchall()
