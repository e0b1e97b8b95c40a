"""Names of cadres, for those who match what people write with who is registered. The one read that opens what is sealed: it is for
the section alone, no cache may keep it, and whose key was destroyed has no name any more."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from litestar import Request, Response, get

from contracts.message import Event
from contracts.registry import CadreIdentityCorrected, CadreRegistered
from services.kernel import query
from services.kernel.refusal import refused
from services.kernel.seal import Erased
from services.kernel.service import Service

MOST = 500
TYPES = [CadreRegistered.type(), CadreIdentityCorrected.type()]
NAMED = "select position, line, sealed from log where position > %b and type = any(%b) and sealed is not null order by position limit %b"


def handlers(service: Service) -> list[Any]:
    def name_of(line: str, sealed: bytes) -> dict[str, Any] | None:
        event = Event.parse(line)
        try:
            private = service.ledger.vault.open(event.id, event.subject, event.data.CLASS, sealed)
        except Erased:
            return None
        return {"cadre_id": event.subject, "name": private["name"]} if private.get("name") else None

    @get("/names", summary="Names as they were given, in order: a later one of a cadre replaces an earlier one")
    async def names(request: Request[Any, Any, Any], cursor: str | None = None) -> Response[bytes]:
        if query.actor(request).role != "section":
            raise refused("forbidden")
        at = query.whole("cursor", cursor, 0, 0, 2**62)
        async with service.ledger.pool.connection() as c:
            rows = await (await c.execute(NAMED, (at, TYPES, MOST), binary=True)).fetchall()
        found = await asyncio.to_thread(lambda: [name_of(line, sealed) for _, line, sealed in rows])
        following = str(rows[-1][0]) if len(rows) == MOST else None
        said = orjson.dumps({"items": [item for item in found if item], "next": following})
        return Response(said, media_type="application/json", headers={"Cache-Control": "no-store"})

    return [names]
