"""Whether a service lives, whether it is ready, and its figures."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from litestar import Response, get
from litestar.params import QueryParameter
from prometheus_client import CONTENT_TYPE_LATEST

from services.kernel import problem, query
from services.kernel.broker import Alarm
from services.kernel.caller import Asker, Gate, caller
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
            "alarm": _said(relay.alarm),
            "trouble": relay.trouble,
        },
    }
    for source, follower in service.followers.items():
        found[f"follows {source}"] = {
            "ok": follower.alarm is None and follower.trouble is None and follower.behind <= AGREED_LAG,
            "position": follower.position,
            "lag": follower.behind,
            "alarm": _said(follower.alarm),
            "trouble": follower.trouble,
        }
    for name, probe in service.probes.items():
        try:
            found[name] = await probe()
        except problem.DATABASE as error:
            found[name] = {"ok": False, "trouble": type(error).__name__}
    return found


def _said(alarm: Alarm | None) -> dict[str, str] | None:
    return None if alarm is None else {"code": alarm.code, "zh": alarm.zh, "en": alarm.en}


def handlers(service: Service, gate: Gate) -> list[Any]:
    @get("/health/live", summary="The process lives")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @get("/health/ready", summary="Every part is as it must be; 503 names those that are not. for=commands: commands can be recorded")
    async def ready(for_what: Annotated[str | None, QueryParameter(name="for")] = None) -> Response[bytes]:
        only_commands = query.one_of("for", for_what, ("commands",)) is not None
        found = await parts(service)
        every, commands = all(part["ok"] for part in found.values()), found["database"]["ok"]
        state = {"ready": every, "commands": commands, "parts": found}
        if every or (only_commands and commands):
            return Response(orjson.dumps(state), media_type="application/json")
        body = problem.problem(refused("not-ready")) | state
        return Response(orjson.dumps(body), status_code=503, media_type=problem.MEDIA_TYPE)

    @get("/metrics", summary="Figures for Prometheus", media_type="text/plain")
    async def metrics(request: Asker) -> Response[bytes]:
        if not caller(request).is_machine:
            await gate.may(request, "health_and_lag")
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
