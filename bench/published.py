"""A log of facts as the relay finds it, and the bare broker under the same messages."""

from __future__ import annotations

import asyncio
import time
import uuid

import psycopg
import uvloop

from contracts.canonical import canonical
from services.kernel.broker import connect, provision
from services.kernel.relay import PAGE, Relay
from services.local.nats import Nats

FACTS = 60_000
TYPE = "taizhang.registry.CadreExited.v1"


def line(n: int) -> str:
    """Some 700 bytes, as most facts are."""
    event = {
        "specversion": "1.0", "id": f"registry/cadre-C{n:06d}@1", "source": "/taizhang/registry", "type": TYPE, "subject": f"C{n:06d}",
        "time": "2024-09-01T00:00:00+08:00", "recordedtime": f"2024-09-02T01:00:00.{n:06d}Z", "sequence": f"{n:020d}", "actor": "p-s1",
        "role": "section", "unitref": "U0001", "correlationid": f"{uuid.UUID(int=n)}", "causationid": f"{uuid.UUID(int=n << 64)}",
        "dataschema": f"/schemas/{TYPE}.json", "datacontenttype": "application/json", "documentno": "组干〔2024〕12号",
        "data": {
            "cadre_id": f"C{n:06d}", "unit_id": "U0001", "post": "校长", "reason": "age", "exited_on": "2024-09-01", "decision_no": "组干〔2024〕12号",
        },
    }  # fmt: skip
    return canonical(event).decode()


def fill(dsn: str) -> None:
    """Straight into the table: what is measured comes after the append."""
    with psycopg.connect(dsn, autocommit=True) as c:
        with c.cursor() as cursor, cursor.copy("copy log (position, version, stream, subject, type, line, leaf) from stdin") as copy:
            for n in range(1, FACTS + 1):
                copy.write_row((n, 1, f"cadre-C{n:06d}", f"C{n:06d}", TYPE, line(n), b""))
        c.execute("update head set position = %s", (FACTS,))
        c.execute("vacuum analyze log")


def delete_stream(server: Nats) -> None:
    async def delete() -> None:
        nc = await connect(server.url("operator"), "operator")
        await nc.jetstream().delete_stream("TAIZHANG_REGISTRY")
        await nc.close()

    asyncio.run(delete())


async def publish(relay: Relay) -> float:
    """Facts a second of the relay, from its first look at both servers to the last acknowledgement."""
    begun = time.perf_counter()
    task = asyncio.create_task(relay.run())
    while relay.position < FACTS:
        assert relay.alarm is None, relay.alarm
        await asyncio.sleep(0.005)
    took = time.perf_counter() - begun
    task.cancel()
    await relay.broker.close()
    return FACTS / took


async def publish_bare(server: Nats) -> float:
    """The same messages from memory: atomic batches without a database, without an id or a trace of their own."""
    messages = [(f"taizhang.registry.CadreExited.C{n:06d}", line(n).encode()) for n in range(1, FACTS + 1)]
    nc = await connect(server.url("registry"), "bare")
    await provision(nc.jetstream(), "registry")
    begun = time.perf_counter()
    for first in range(0, FACTS, PAGE):
        batch, page = uuid.uuid4().hex, messages[first : first + PAGE]
        for k, (subject, body) in enumerate(page, 1):
            headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(k)}
            if k < len(page):
                await nc.publish(subject, body, headers=headers)
            else:
                await nc.request(subject, body, headers=headers | {"Nats-Batch-Commit": "1"}, timeout=10)
    took = time.perf_counter() - begun
    await nc.close()
    return FACTS / took


def run_as_served(job: object) -> float:
    """On the event loop that the services run on."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return float(runner.run(job))  # type: ignore[arg-type]
