"""Lists by cursor: {"items": [...], "next": cursor | null}. A list is read from the log itself: one row an object, in the order in
which they began, each folded from its facts when it is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any

import orjson
from litestar import Response

from contracts.message import Event
from services.kernel.past import Past
from services.kernel.query import whole
from services.kernel.resource import Item, Resource
from services.kernel.scope import Scope, reading
from services.kernel.service import Service

DDL = "create index if not exists log_begun on log (split_part(stream, '-', 1), position) where version = 1;"
MANY = ("cadre", "duty", "served", "unit")
"""First words of streams that hold many things each."""
MANY_DDL = f"""create index if not exists log_many on log (split_part(stream, '-', 1), type, position)
  where split_part(stream, '-', 1) in ({", ".join(f"'{kind}'" for kind in MANY)});"""
MOST, USUAL = 500, 100
ROWS = "select position, subject, line from log where {which} and position > %b and (%b::text is null or subject = %b) order by position limit %b"
ONE = "select subject, line from log where stream = %b and version = %b"

Wanted = Callable[[Item], bool]


async def page(
    service: Service,
    seen: Scope,
    resource: Resource,
    on: date,
    cursor: str | None,
    limit: str | None,
    subject: str | None = None,
    wanted: Wanted = lambda _: True,
    complete: Callable[[Sequence[Item]], Awaitable[None]] | None = None,
    visible: Callable[[Collection[str]], Awaitable[frozenset[str]]] | None = None,
) -> Response[bytes]:
    """`seen` and `visible`: what the asker may see. What is not `wanted` does not count towards `limit`. `complete` adds to the items of a page what no fact says openly."""
    at, most = whole("cursor", cursor, 0, 0, 2**62), whole("limit", limit, USUAL, 1, MOST)
    query = ROWS.format(which=_which(resource)).encode()
    items, following = list[Item](), None
    while True:
        async with reading(service.ledger.pool, service.name, seen) as c:
            rows = await (await c.execute(query, (at, subject, subject, most), binary=True)).fetchall()
        owners = frozenset(row[1] for row in rows)
        let = await visible(owners) if visible else owners
        pasts = await about(service, let)
        for position, owner, line in rows:
            item = None if owner not in let else shown(service, resource, Event.parse(line), pasts[owner], on)
            listed = item is not None and wanted(item)
            if listed and len(items) == most:
                following = str(at)
                break
            at = position
            if item is not None and listed:
                items.append(item)
        if following or len(rows) < most:
            if complete:
                await complete(items)
            return Response(orjson.dumps({"items": items, "next": following}), media_type="application/json")


async def one(service: Service, seen: Scope, resource: Resource, name: str, on: date) -> Item | None:
    """The thing of this id; None where there is none."""
    stream, version = (name.partition("@")[0], int(name.partition("@")[2])) if resource.types else (resource.begins + name, 1)
    async with reading(service.ledger.pool, service.name, seen) as c:
        row = await (await c.execute(ONE, (stream, version), binary=True)).fetchone()
    if row is None:
        return None
    first = Event.parse(row[1])
    if resource.types and not isinstance(first.data, resource.types):
        return None
    return shown(service, resource, first, (await about(service, [row[0]]))[row[0]], on)


def known(service: Service, resource: Resource, name: str, past: Past, on: date) -> Item | None:
    """The thing of this id, where the past of what it is about is at hand."""
    stream = resource.begins + name
    first = next((e for e in past.events if e.service == service.name and e.stream == stream), None)
    return shown(service, resource, first, past, on) if first else None


def shown(service: Service, resource: Resource, first: Event, past: Past, on: date) -> Item | None:
    """With the place where its facts stand."""
    item = resource.fold(first, past, on)
    if item is None:
        return None
    stream = first.stream
    last = max((e for e in past.events if e.service == service.name and e.stream == stream), key=lambda e: e.version, default=first)
    return item | {"stream": stream, "version": last.version, "last_event": last.id}


async def about(service: Service, subjects: Iterable[str]) -> dict[str, Past]:
    """What is known about each subject, from this service and those that it follows."""
    wanted = sorted(set(subjects))
    events: dict[str, list[Event]] = {s: [] for s in wanted}
    for event in await service.ledger.history(wanted):
        if event.subject in events:
            events[event.subject].append(event)
    return {s: Past(found) for s, found in events.items()}


def _which(resource: Resource) -> str:
    """The rows that begin one of them each; names of our own, so that the index with its condition serves them."""
    kind = f"split_part(stream, '-', 1) = '{resource.kind}'"
    if resource.types:
        named = ", ".join(f"'{t.type()}'" for t in resource.types)
        return f"{kind} and type in ({named})"
    return f"{kind} and version = 1"


def identity(first: Event, begins: str) -> str:
    """`L7` of the stream `leave-L7`."""
    return first.stream.removeprefix(begins)


def cited(first: Event) -> Any:
    """`unit-U1@3` of the event `compliance/unit-U1@3`."""
    return first.id.split("/", 1)[1]
