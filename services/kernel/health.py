"""Whether a service lives, whether it is ready, and its figures."""

from __future__ import annotations

from typing import Any

import orjson
from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST

from services.kernel import problem
from services.kernel.refusal import refused
from services.kernel.relay import LOCK
from services.kernel.service import Service

AGREED_LAG = 10_000
"""Facts that may wait before a service says that it is behind."""
STATE = """
select (select position from head), (select count(distinct subject) from parked), exists (
  select from pg_locks l join pg_database d on d.oid = l.database
  where d.datname = current_database() and l.locktype = 'advisory' and l.objid = %s and l.granted)
"""


async def parts(service: Service) -> dict[str, dict[str, Any]]:
    """Every part with `ok`; each with what an operator wants to know about it."""
    relay = service.relay
    head, parked, published = 0, 0, False
    try:
        async with service.ledger.pool.connection(timeout=1) as c:
            row = await (await c.execute(STATE, (LOCK,))).fetchone()
            head, parked, published = row or (0, 0, False)
        database: dict[str, Any] = {"ok": True, "position": head, "parked": parked}
    except problem.DATABASE as error:
        database = {"ok": False, "trouble": type(error).__name__}
    lag = max(head - relay.position, 0) if relay.active else 0
    found: dict[str, dict[str, Any]] = {
        "database": database,
        "broker": {"ok": service.broker.connected and service.broker.trouble is None, "trouble": service.broker.trouble},
        "relay": {
            "ok": relay.alarm is None and relay.trouble is None and (relay.active or published) and lag <= AGREED_LAG,
            "active": relay.active,
            "position": relay.position,
            "lag": lag,
            "alarm": relay.alarm and {"code": relay.alarm.code, "zh": relay.alarm.zh, "en": relay.alarm.en},
            "trouble": relay.trouble,
        },
    }
    for source, follower in service.followers.items():
        ok = follower.trouble is None and follower.behind <= AGREED_LAG
        found[f"follows {source}"] = {"ok": ok, "position": follower.position, "lag": follower.behind, "trouble": follower.trouble}
    for name, probe in service.probes.items():
        try:
            found[name] = await probe()
        except problem.DATABASE as error:
            found[name] = {"ok": False, "trouble": type(error).__name__}
    return found


def handlers(service: Service) -> list[Any]:
    @get("/health/live", summary="The process lives")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @get("/health/ready", summary="Every part is as it must be; 503 names those that are not")
    async def ready() -> Response[bytes]:
        found = await parts(service)
        if all(part["ok"] for part in found.values()):
            return Response(orjson.dumps({"ready": True, "parts": found}), media_type="application/json")
        body = problem.problem(refused("not-ready")) | {"ready": False, "parts": found}
        return Response(orjson.dumps(body), status_code=503, media_type=problem.MEDIA_TYPE)

    @get("/metrics", summary="Figures for Prometheus", media_type="text/plain")
    async def metrics() -> Response[bytes]:
        m, found = service.metrics, await parts(service)
        for name, part in found.items():
            m.up.labels(name).set(part["ok"])
        m.log_position.set(found["database"].get("position", 0))
        m.parked.set(found["database"].get("parked", 0))
        m.relay_position.set(service.relay.position)
        m.relay_lag.set(found["relay"]["lag"])
        m.relay_active.set(service.relay.active)
        for source, follower in service.followers.items():
            m.follower_position.labels(source).set(follower.position)
            m.follower_lag.labels(source).set(follower.behind)
        return Response(m.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [live, ready, metrics]
