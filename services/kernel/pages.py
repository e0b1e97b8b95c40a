"""Lists by cursor: {"items": [...], "next": cursor | null}. A list is read from the log itself: one row an object, in the order in
which they began, each folded from its facts when it is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import orjson
from litestar import Response

from contracts.message import Event
from services.kernel.past import Past
from services.kernel.query import whole
from services.kernel.service import Service

DDL = "create index if not exists log_begun on log (split_part(stream, '-', 1), position) where version = 1;"
MOST, USUAL = 500, 100
BEGUN = """select position, subject, line from log where split_part(stream, '-', 1) = %b and version = 1 and position > %b
  and (%b::text is null or subject = %b) order by position limit %b"""

Item = dict[str, Any]
Fold = Callable[[Event, Past], Item | None]
"""The first fact of an object, and the past of what it is about -> the object as it is listed; None to leave it out."""


async def page(
    service: Service,
    kind: str,
    fold: Fold,
    cursor: str | None,
    limit: str | None,
    subject: str | None = None,
    complete: Callable[[Sequence[Item]], Awaitable[None]] | None = None,
) -> Response[bytes]:
    """`kind`: the first word of the streams of these objects. What `fold` leaves out does not count towards `limit`. `complete` adds
    to the items of a page what no fact says openly."""
    at, most = whole("cursor", cursor, 0, 0, 2**62), whole("limit", limit, USUAL, 1, MOST)
    items, following = list[Item](), None
    while True:
        async with service.ledger.pool.connection() as c:
            rows = await (await c.execute(BEGUN, (kind, at, subject, subject, most), binary=True)).fetchall()
        pasts = await about(service, {row[1] for row in rows})
        for position, owner, line in rows:
            item = fold(Event.parse(line), pasts[owner])
            if item is not None and len(items) == most:
                following = str(at)
                break
            at = position
            if item is not None:
                items.append(item)
        if following or len(rows) < most:
            if complete:
                await complete(items)
            return Response(orjson.dumps({"items": items, "next": following}), media_type="application/json")


async def about(service: Service, subjects: Iterable[str]) -> dict[str, Past]:
    """What is known about each subject, from this service and those that it follows."""
    wanted = sorted(set(subjects))
    events: dict[str, list[Event]] = {s: [] for s in wanted}
    for event in await service.ledger.history(wanted):
        if event.subject in events:
            events[event.subject].append(event)
    return {s: Past(found) for s, found in events.items()}


def fits(item: Item, **wanted: str | None) -> bool:
    """Has the item these values, where one is wanted?"""
    return all(value is None or item.get(name) == value for name, value in wanted.items())
