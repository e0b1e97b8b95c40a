"""What the tests of relay and followers share: a log with facts, a stream as a stranger reads it, a server that promises less."""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from nats.js.api import AckPolicy, ConsumerConfig
from psycopg.conninfo import make_conninfo

from contracts.canonical import canonical
from services.kernel import follow
from services.kernel import log as ledger
from services.kernel.broker import connect
from services.kernel.ending import end
from services.kernel.log import Draft, Log
from services.local import nats as local_nats

TYPE = "taizhang.compliance.ExitTalkHeld.v1"


def draft(n: int, subject: str | None = None, data: dict[str, Any] | None = None) -> Draft:
    """The n-th talk, with its own stream; `data` makes it something that cannot be read."""
    cadre = subject or f"C{n:04d}"
    event = {
        "specversion": "1.0", "id": f"compliance/talk-{n}@1", "source": "/taizhang/compliance", "type": TYPE, "subject": cadre,
        "time": "2024-09-02T00:00:00+08:00", "recordedtime": "", "sequence": "", "actor": "p-1", "role": "committee", "unitref": "U01",
        "correlationid": f'rq "{n}"' if n % 7 == 0 else f"rq-{n}", "causationid": f"cmd-{n}",
        "dataschema": f"/schemas/{TYPE}.json", "datacontenttype": "application/json",
        "data": {"cadre_id": cadre, "held_on": "2024-09-02"} if data is None else data,
    }  # fmt: skip
    return Draft(f"talk-{n}", 1, cadre, TYPE, canonical(event))


@contextmanager
def a_log(dsn: str) -> Iterator[Log]:
    with psycopg.connect(dsn, autocommit=True) as c:
        c.execute(ledger.DDL.encode())
        c.execute(follow.DDL.encode())
    log = Log("compliance", dsn)
    try:
        yield log
    finally:
        log.close()


def fill(log: Log, first: int, last: int) -> None:
    for n in range(first, last + 1, 500):
        log.append([draft(k) for k in range(n, min(n + 499, last) + 1)])


def rows(dsn: str, query: str, *arguments: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn, autocommit=True) as c:
        cursor = c.execute(query.encode(), arguments or None)
        return cursor.fetchall() if cursor.description else []


def new_database(postgres: str) -> str:
    """For tests that stop the server, which `database` would not survive."""
    name = f"test_{secrets.token_hex(6)}"
    rows(postgres, f"create database {name} template template0 strategy file_copy")
    return make_conninfo(postgres, dbname=name)


def cut_connections(dsn: str) -> int:
    """Ends every other session of this database."""
    killed = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    return int(rows(dsn, killed)[0][0])


class Message(NamedTuple):
    sequence: int
    subject: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


async def stream_of(url: str, service: str = "compliance") -> list[Message]:
    """Everything in a stream, as a stranger reads it."""
    nc = await connect(url, "reader")
    found = list[Message]()
    try:
        js, stream = nc.jetstream(), f"TAIZHANG_{service.upper()}"
        last = (await js.stream_info(stream)).state.last_seq
        subscription = await js.pull_subscribe(f"taizhang.{service}.>", stream=stream, config=ConsumerConfig(ack_policy=AckPolicy.NONE))
        while not found or found[-1].sequence < last:
            for m in await subscription.fetch(1000, timeout=10):
                found.append(Message(m.metadata.sequence.stream, m.subject, tuple(sorted((m.headers or {}).items())), m.data))
    finally:
        await nc.close()
    return found


@asynccontextmanager
async def running(*jobs: Coroutine[Any, Any, None]) -> Any:
    """The jobs go on meanwhile; one that ends by itself fails the test."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        yield
        assert not [t for t in tasks if t.done()]
    finally:
        await end(*tasks)


async def until(true: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while True:
        found = true()
        if found if isinstance(found, bool) else await found:
            return
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.02)


@contextmanager
def lazy_nats(folder: Path) -> Iterator[tuple[str, str]]:
    """(URL, monitoring URL) of a server without users that acknowledges before the disk has it."""
    folder.mkdir(exist_ok=True)
    program: Sequence[str | Path] = [
        local_nats._program(),
        "-js",
        "-sd",
        folder,
        "-a",
        "127.0.0.1",
        "-p",
        "-1",
        "-m",
        "-1",
        "--ports_file_dir",
        folder,
    ]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            file, end = folder / f"nats-server_{server.pid}.ports", time.monotonic() + 10
            while True:
                with suppress(OSError, ValueError):
                    ports = json.loads(file.read_bytes())
                    break
                assert time.monotonic() < end
                time.sleep(0.02)
            yield ports["nats"][0], ports["monitoring"][0]
        finally:
            server.kill()
