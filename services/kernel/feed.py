"""The log over HTTP: the stored lines, in order, as a CloudEvents batch; and the schemas of the events."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any

import orjson
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from contracts.access import may_see
from contracts.message import facts
from services.kernel.caller import Asker, Caller, Gate, caller
from services.kernel.query import SUBJECT, TYPE, identifier, whole
from services.kernel.refusal import refused
from services.kernel.service import Service

MOST = 1000
BYTES = 16 * 1024 * 1024
"""A page ends before it, but has one event at least."""


def handlers(service: Service, gate: Gate) -> list[Any]:
    @get("/feed", summary="Facts after a position, in order; the stored lines as they are published")
    async def feed(
        request: Asker,
        after: FromQuery[str | None] = None,
        kinds: Annotated[list[str] | None, QueryParameter(name="type", description="full type names, several by repeating it")] = None,
        subject: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        identifier("subject", subject, SUBJECT), [identifier("type", kind, TYPE) for kind in kinds or ()]
        start, most = whole("after", after, 0, 0, 2**62), whole("limit", limit, MOST, 1, MOST)
        who = caller(request)
        if not who.is_machine and not any(may_see(f.event_name(), f.GRANT == "restricted", who.grants) for f in facts().values()):
            await gate.refuse(request, "events_open")
        query = (
            "select position, type, line from log where position > %b and (%b::text[] is null or type = any(%b)) and (%b::text is null or subject = %b) "
            "order by position limit %b"
        )
        async with service.ledger.pool.connection() as c:
            rows = await (await c.execute(query, (start, kinds, kinds, subject, subject, most), binary=True)).fetchall()
        lines, size, withheld = list[bytes](), 0, list[int]()
        for position, kind, line in rows:
            if not (who.is_machine or _open(kind, who)):
                withheld.append(position)
                continue
            body = line.encode()
            size += len(body)
            if lines and size > BYTES:
                break
            lines.append(body)
        headers = {"Taizhang-Withheld": ",".join(map(str, withheld))} if withheld else {}
        return Response(b"[" + b",".join(lines) + b"]", media_type="application/cloudevents-batch+json", headers=headers)

    @get("/reach", summary="How far the log reaches: every fact with a recordedtime up to `at` lies at or before `position`")
    async def reach(request: Asker) -> Response[bytes]:
        if not caller(request).is_machine:
            await gate.may(request, "proofs_and_checkpoints")
        position, at = await service.reach()
        return Response(orjson.dumps({"position": position, "at": at}), media_type="application/json")

    @get("/schemas/{name:str}", summary="JSON Schema of an event")
    async def schema(name: FromPath[str]) -> Response[bytes]:
        found = schema_of(name.removesuffix(".json")) if name.endswith(".json") else None
        if found is None:
            raise refused("unknown-type")
        return Response(found, media_type="application/schema+json")

    return [feed, reach, schema]


def _open(kind: str, who: Caller) -> bool:
    """An event of a type that this version does not know is nobody's but the services'."""
    fact = facts().get(kind)
    return fact is not None and may_see(fact.event_name(), fact.GRANT == "restricted", who.grants)


def schema_of(kind: str) -> bytes | None:
    """As committed; from the model where it is not."""
    model = facts().get(kind)
    if model is None:
        return None
    committed = files("contracts") / "schemas" / f"{kind}.json"
    return committed.read_bytes() if committed.is_file() else orjson.dumps(model.model_json_schema())
