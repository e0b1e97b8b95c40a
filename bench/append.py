"""Appending: our log (sealed, encrypted, idempotent) beside the bare ordered SQL function and the library's own recorder, in one run.

A fact has a body of 400 bytes; ours travels in its whole envelope and has one private field of 200 bytes, encrypted in the measured time.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from bench.figures import Figure
from bench.servers import database, postgres
from contracts.canonical import canonical
from services.kernel import log, seal
from services.kernel.log import Draft, Log
from services.kernel.seal import Vault

FIGURES = ("append-1x1", "append-10x1", "append-1x16", "seal-cost")
ROUNDS, SECONDS = 5, 0.6
BODY = {"text": "x" * 386}
PRIVATE = {"grounds": "病" * 60}
Act = Callable[[str, int, int], None]
"""(stream, version so far, how many facts)"""


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        limit, ours, keys, stock = (
            stack.enter_context(database(server, ddl))
            for ddl in (Path(__file__).with_name("ordered_append.sql").read_text(), log.DDL, seal.DDL, "")
        )
        vault = Vault(keys, {"k": os.urandom(32)}, ttl=3600)
        stack.callback(vault.close)
        lines = Log("bench", ours)
        stack.callback(lines.close)
        acts: dict[str, Callable[[], Act]] = {
            "limit": lambda: _limit(limit),
            "ours": lambda: _ours(lines, vault),
            "unsealed": lambda: _ours(lines, None),
            "stock": lambda: recorder_act,
        }
        recorder_act = _stock(stock, stack)
        for name, facts, clients, least in (("append-1x1", 1, 1, 0.5), ("append-10x1", 10, 1, 0.4), ("append-1x16", 1, 16, 3.0)):
            if name in wanted or (name == "append-1x1" and "seal-cost" in wanted):
                rates: dict[str, list[float]] = {k: [] for k in acts}
                for turn in range(ROUNDS):
                    for who in sorted(acts, key=lambda k: sha256(f"{k}{turn}".encode()).digest()):  # no one always goes first
                        if clients > 1 and who in ("ours", "unsealed"):
                            rates[who].append(asyncio.run(_concurrent(lines, vault if who == "ours" else None, facts, clients)))
                        else:
                            rates[who].append(_rate(acts[who], facts, clients))
                best = {k: statistics.median(v) for k, v in rates.items()}
                if name in wanted:
                    yield Figure.against(name, best["ours"], "events/s", best["limit"], peers={"eventsourcing": best["stock"]}, least=least)
                if name == "append-1x1" and "seal-cost" in wanted:
                    yield Figure(
                        "seal-cost", 1e6 / best["ours"] - 1e6 / best["unsealed"], "µs/event", ratio=best["ours"] / best["unsealed"]
                    )


def _rate(make: Callable[[], Act], facts: int, clients: int) -> float:
    counts, stop = [0] * clients, threading.Event()
    acts = [make() for _ in range(clients)]

    def client(n: int) -> None:
        stream, version = f"bench-{uuid4().hex[:12]}", 0
        while not stop.is_set():
            acts[n](stream, version, facts)
            version += facts
            counts[n] += facts

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    begin = time.perf_counter()
    for t in threads:
        t.start()
    time.sleep(SECONDS)
    stop.set()
    for t in threads:
        t.join()
    return sum(counts) / (time.perf_counter() - begin)


def _limit(dsn: str) -> Act:
    conn = psycopg.connect(dsn, autocommit=True)
    body = b"x" * 400

    def act(stream: str, version: int, facts: int) -> None:
        conn.execute("select append(%b,%b,%b,%b)", (stream, version, ["bench"] * facts, [body] * facts), prepare=True)

    return act


def _ours(lines: Log, vault: Vault | None) -> Act:
    return lambda stream, version, facts: (lines.append(_drafts(vault, stream, version, facts)), None)[1]


async def _concurrent(lines: Log, vault: Vault | None, facts: int, clients: int) -> float:
    """Clients as a service has them: tasks of one event loop."""
    count, begin = 0, time.perf_counter()
    end = begin + SECONDS

    async def client() -> None:
        nonlocal count
        stream, version = f"bench-{uuid4().hex[:12]}", 0
        while time.perf_counter() < end:
            await lines.append_async(_drafts(vault, stream, version, facts))
            version += facts
            count += facts

    await asyncio.gather(*(client() for _ in range(clients)))
    return count / (time.perf_counter() - begin)


def _drafts(vault: Vault | None, stream: str, version: int, facts: int) -> list[Draft]:
    drafts = []
    for v in range(version + 1, version + facts + 1):
        event_id = f"bench/{stream}@{v}"
        sealed = vault.seal(event_id, stream, "health", PRIVATE) if vault else None
        event = {
            "specversion": "1.0", "id": event_id, "source": "/taizhang/bench", "type": "taizhang.bench.Tried.v1", "subject": stream,
            "time": "2026-01-01T00:00:00+08:00", "recordedtime": "", "sequence": "", "actor": "p-1", "role": "section", "unitref": "U01",
            "correlationid": "rq-1", "causationid": "cmd-1", "dataschema": "/schemas/taizhang.bench.Tried.v1.json",
            "datacontenttype": "application/json", "data": BODY,
        }  # fmt: skip
        if sealed:
            event["sealed"] = sha256(sealed).hexdigest()
        drafts.append(Draft(stream, v, stream, "taizhang.bench.Tried.v1", canonical(event), sealed))
    return drafts


def _stock(dsn: str, stack: ExitStack) -> Act:
    d = conninfo_to_dict(dsn)
    store = PostgresDatastore(
        dbname=str(d["dbname"]),
        host=str(d["host"]),
        port=str(d["port"]),
        user=str(d["user"]),
        password=str(d.get("password") or ""),
        pool_size=17,
        max_overflow=4,
    )
    stack.callback(store.close)
    recorder = PostgresApplicationRecorder(store, events_table_name="stock_events")
    recorder.create_table()
    state = b"x" * 400
    ids: dict[str, object] = {}

    def act(stream: str, version: int, facts: int) -> None:
        aggregate = ids.setdefault(stream, uuid4())
        recorder.insert_events([StoredEvent(aggregate, v, "bench", state) for v in range(version + 1, version + facts + 1)])  # type: ignore[arg-type]

    return act
