"""How fast the log reaches the bus: read from PostgreSQL, published with ids and traces, on disk at the broker."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench.figures import Figure
from bench.published import delete_stream, fill, publish, publish_bare, run_as_served
from bench.servers import database, nats, postgres
from services.kernel import follow, log
from services.kernel.broker import Broker
from services.kernel.relay import Relay

FIGURES = ("relay",)
LEAST, RUNS = 20_000, 3


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    ours, bare = list[float](), list[float]()
    with postgres() as admin, nats() as server, database(admin, log.DDL + follow.DDL) as dsn:
        fill(dsn)
        for _ in range(RUNS):
            relay = Relay(dsn, Broker(server.url("registry"), "registry"), "registry", [server.monitor_url])
            ours.append(run_as_served(publish(relay)))
            delete_stream(server)
            bare.append(run_as_served(publish_bare(server)))
            delete_stream(server)
    rate, limit = statistics.median(ours), statistics.median(bare)
    yield Figure("relay", rate, "facts/s", limit, rate / limit, promise=f"≥ {LEAST:,} facts/s", kept=rate >= LEAST)
