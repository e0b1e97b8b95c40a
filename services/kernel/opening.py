"""What is sealed, opened for those who may read it; and who has read what, for those who may know that."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
from litestar import Response, get
from litestar.params import FromPath, FromQuery

from contracts.access import NOBODY, About, class_of, may_read
from contracts.message import Event
from services.kernel import query
from services.kernel.caller import Asker, Gate, caller
from services.kernel.clock import today
from services.kernel.seal import Erased
from services.kernel.service import Service

FIELDS = {
    "identity": ("identity", frozenset({"name"})),
    "identity_number": ("identity", frozenset({"id_number", "birth_date"})),
    "leave_grounds": ("health", None),
    "free_text": ("career", None),
}
"""Class of access.yaml → key class, and which of its private fields; None for all."""
USUALLY = {"identity": "identity", "health": "leave_grounds", "career": "free_text"}
"""What is meant where it is not said: of each key class."""
SEALED = "select line, sealed from log where stream = %s and version = %s and sealed is not null"
READS = """select id, at, actor, role, unit, what, cadre, object, purpose, allowed, code from reads
  where id < %s and (%s::text is null or cadre = %s) and (%s::text is null or actor = %s) order by id desc limit %s"""
NAMES = ("id", "at", "actor", "role", "unit", "what", "cadre", "object", "purpose", "allowed", "code")
MOST, USUAL = 500, 100


def handlers(service: Service, gate: Gate) -> Sequence[Any]:
    @get(
        "/sealed/{stream:str}/{version:str}", summary="The private fields of a fact, of one class; the reading is recorded where it must be"
    )
    async def sealed(request: Asker, stream: FromPath[str], version: FromPath[str], what: FromQuery[str | None] = None) -> Response[bytes]:
        asked = query.one_of("what", what, tuple(FIELDS))
        if asked is not None and gate.scope(request, asked).is_empty:
            await gate.refuse(request, asked)
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
        async with service.ledger.pool.connection() as c:
            row = await (await c.execute(SEALED, (stream if query.SUBJECT.fullmatch(stream) else "", number))).fetchone()
        event = Event.parse(row[0]) if row else None
        asked = asked or (USUALLY.get(event.data.CLASS, "free_text") if event else "free_text")
        if row is None or event is None or FIELDS[asked][0] != event.data.CLASS:
            await gate.refuse(request, asked, code="unknown-fact")
            raise AssertionError
        about = await _about(gate, request, asked, event)
        await gate.may(request, asked, about, thing=event.id)
        try:
            private = await asyncio.to_thread(service.ledger.vault.open, event.id, event.subject, event.data.CLASS, bytes(row[1]))
        except Erased:
            private = None
        wanted = FIELDS[asked][1]
        fields = None if private is None else {k: v for k, v in private.items() if wanted is None or k in wanted}
        body = orjson.dumps({"event_id": event.id, "what": asked, "fields": fields, "erased": private is None})
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    @get(
        "/reads", summary="Who read what is recorded as read, and what was refused to whom; of oneself, or of everybody for those who audit"
    )
    async def reads(
        request: Asker,
        cadre: FromQuery[str | None] = None,
        actor: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        whose, by = query.identifier("cadre", cadre), query.identifier("actor", actor)
        before, most = query.whole("cursor", cursor, 2**62, 1, 2**62), query.whole("limit", limit, USUAL, 1, MOST)
        if may_read("read_log", caller(request).grants, NOBODY) == "no" or not gate.scope(request, "read_log").sees_all:
            own = gate.scope(request, "read_log").cadres
            whose = whose or min(own, default=None)
            if whose is None or whose not in own:
                await gate.refuse(request, "read_log", About(whose))
        async with service.ledger.pool.connection() as c:
            found = await (await c.execute(READS, (before, whose, whose, by, by, most + 1))).fetchall()
        items = [dict(zip(NAMES, row, strict=True)) for row in found[:most]]
        following = str(items[-1]["id"]) if len(found) > most else None
        return Response(orjson.dumps({"items": items, "next": following}), media_type="application/json")

    return [sealed, reads]


async def _about(gate: Gate, request: Asker, what: str, event: Event) -> About:
    """Whom the fact is about; a fact of somebody else's is told of as one that is not there."""
    if getattr(event.data, "cadre_id", None) is None:
        found = About(unit_id=getattr(event.data, "unit_id", None))
    else:
        found = await gate.place(event.subject, today(gate.service.clock))
    told = class_of(event.data) if what == "free_text" else what  # whoever may not know of it, reads nothing in it
    if "no" in (may_read(what, caller(request).grants, found), may_read(told, caller(request).grants, found)):
        await gate.refuse(request, what, found, event.id, "unknown-fact")
    return found
