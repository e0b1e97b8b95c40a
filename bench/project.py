"""How fast a follower takes facts in: from the bus, read, stored and counted in its own database."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator, Sequence

import psycopg

from bench.figures import Figure
from bench.published import FACTS, fill, publish, run_as_served
from bench.servers import database, nats, postgres
from services.kernel import follow, log
from services.kernel.arrivals import Arrived, OnTheBus
from services.kernel.broker import Broker
from services.kernel.facts import store
from services.kernel.follow import Conn, Follower, Page
from services.kernel.relay import Relay
from services.local.nats import Nats

FIGURES = ("project",)
LEAST, RUNS = 10_000, 3


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    ours, bare = list[float](), list[float]()
    with postgres() as admin, nats() as server, database(admin, log.DDL + follow.DDL) as dsn:
        fill(dsn)
        relay = Relay(dsn, Broker(server.url("registry"), "registry"), "registry", [server.monitor_url])
        run_as_served(publish(relay))
        for _ in range(RUNS):
            ours.append(run_as_served(_follow(dsn, server)))
            bare.append(run_as_served(_hear(server)))
            with psycopg.connect(dsn, autocommit=True) as c:
                c.execute("truncate facts, positions")
    rate, limit = statistics.median(ours), statistics.median(bare)
    yield Figure("project", rate, "facts/s", limit, rate / limit, promise=f"≥ {LEAST:,} facts/s", kept=rate >= LEAST)


def _source(server: Nats) -> OnTheBus:
    return OnTheBus(Broker(server.url("compliance"), "compliance"), "registry", _no_feed)


async def _no_feed(after: int, upto: int) -> Sequence[Arrived]:
    raise AssertionError(f"no gap was expected after {after}")


async def _keep(conn: Conn, page: Page) -> None:
    await store(conn, page.events, page.lines)


async def _follow(dsn: str, server: Nats) -> float:
    source = _source(server)
    follower = Follower(dsn, source, _keep)
    begun = time.perf_counter()
    task = asyncio.create_task(follower.run())
    assert await follower.reached(FACTS, 120)
    took = time.perf_counter() - begun
    task.cancel()
    await source.broker.close()
    with psycopg.connect(dsn) as c:
        assert c.execute("select count(*), sum(position) from facts").fetchone() == (FACTS, FACTS * (FACTS + 1) // 2)
    return FACTS / took


async def _hear(server: Nats) -> float:
    """The limit: the same messages counted, and neither read nor stored."""
    source = _source(server)
    begun = time.perf_counter()
    async for page in source.pages(0):
        if page and page[-1].position == FACTS:
            break
    took = time.perf_counter() - begun
    await source.broker.close()
    return FACTS / took
