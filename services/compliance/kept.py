"""What compliance keeps, with digests, for those who derive it anew: the standing answers and findings, and the facts that
they rest on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson
from litestar import Response, get
from litestar.params import FromPath, FromQuery

from services.compliance import circulars
from services.compliance.publishing import rows
from services.compliance.settling import Settling
from services.kernel import query
from services.kernel.caller import Asker, Gate
from services.kernel.refusal import refused
from services.kernel.service import Service

USUAL, MOST = 100, 1000
PLACE = re.compile(r"[A-Za-z0-9_-]{1,64}\.[a-z0-9]{1,16}")
"""Of an answer: whom and what it is about."""
ANSWERS = """select cadre, about, event_id, outcome, codes, gist from answers
  where (%s::text is null or cadre = %s) and (cadre, about) > (%s, %s) order by cadre, about limit %s"""
FINDINGS = """select about, finding_id, event_id, open from findings
  where (%s::text is null or about = %s) and finding_id > %s order by finding_id limit %s"""
FACTS = "select position, subject, type, line from facts where source = %s and position > %s order by position limit %s"


def handlers(service: Service, gate: Gate, settling: Settling) -> Sequence[Any]:
    async def verifying(request: Asker) -> None:
        await gate.may(request, "replay_and_verify", act=True)

    @get("/kept/answers", summary="The answers that stand, promotion and every year, each with the SHA-256 of what makes it the same")
    async def answers(
        request: Asker,
        cadre: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        await verifying(request)
        wanted, most = query.identifier("cadre", cadre), query.whole("limit", limit, USUAL, 1, MOST)
        after, _, about = (query.identifier("cursor", cursor, PLACE) or ".").partition(".")
        await settling.answered(request, wanted)
        async with service.ledger.pool.connection() as conn:
            found = await rows(conn, ANSWERS, wanted, wanted, after, about, most + 1)
        items = [
            {"cadre_id": c, "about": a, "event_id": e, "outcome": o, "codes": codes, "digest": sha256(gist).hexdigest()}
            for c, a, e, o, codes, gist in found[:most]
        ]
        return _page(items, f"{items[-1]['cadre_id']}.{items[-1]['about']}" if len(found) > most else None)

    @get("/kept/findings", summary="The findings about cadres and units that were published, whether they hold, and the last event of each")
    async def findings(
        request: Asker,
        about: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        await verifying(request)
        wanted, most = query.identifier("about", about), query.whole("limit", limit, USUAL, 1, MOST)
        after = query.identifier("cursor", cursor, query.SUBJECT) or ""
        await settling.answered(request)
        async with service.ledger.pool.connection() as conn:
            if query.after(request) and await rows(conn, f"select {circulars.WAITING} limit 1"):
                raise refused("not-yet-known")
            found = await rows(conn, FINDINGS, wanted, wanted, after, most + 1)
        items = [{"about": a, "finding_id": i, "event_id": e, "open": is_open} for a, i, e, is_open in found[:most]]
        return _page(items, items[-1]["finding_id"] if len(found) > most else None)

    @get(
        "/kept/facts/{source:str}",
        summary="The facts of a service as they are kept here to be read by rules, each with the SHA-256 of its line",
    )
    async def facts(
        request: Asker, source: FromPath[str], after: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
    ) -> Response[bytes]:
        await verifying(request)
        if source not in service.followers:
            raise refused("not-found")
        start, most = query.whole("after", after, 0, 0, 2**62), query.whole("limit", limit, USUAL, 1, MOST)
        async with service.ledger.pool.connection() as conn:
            found = await rows(conn, FACTS, source, start, most + 1)
        items = [
            {"position": position, "subject": subject, "type": kind, "digest": sha256(line.encode()).hexdigest()}
            for position, subject, kind, line in found[:most]
        ]
        return _page(items, str(items[-1]["position"]) if len(found) > most else None)

    return [answers, findings, facts]


def _page(items: Sequence[dict[str, Any]], following: str | None) -> Response[bytes]:
    return Response(orjson.dumps({"items": items, "next": following}), media_type="application/json")
