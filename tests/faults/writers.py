"""Sixteen writers in two processes against one log, a reader that follows it by `position > last`, and somebody who cuts connections.

What a reader misses once it misses for ever: it never asks for a smaller number again."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import NamedTuple
from uuid import NAMESPACE_OID, uuid5

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from services.kernel.log import Conflict, Log, Placed
from tests.kernel.drafts import draft, make, table

PROCESSES, THREADS, HOT = 2, 8, 12
WRITER = "writer"
"""The name under which a writer's connections are known, and cut."""


class Said(NamedTuple):
    """An acknowledged command: where its facts must be, and which they are."""

    first: int
    last: int
    facts: tuple[tuple[str, int], ...]


@dataclass
class Written:
    """What one process did. `innocent`: refusals of a command that nobody competed with."""

    said: list[Said] = field(default_factory=list)
    conflicts: int = 0
    innocent: list[str] = field(default_factory=list)


@dataclass
class Seen:
    """What the reader saw and what there is. `missed` of `there`; `gaps`: numbers it saw out of turn."""

    there: int
    missed: int
    gaps: int
    conflicts: int = 0
    innocent: int = 0
    cut: int = 0
    lost: int = 0
    """Facts acknowledged and not there, or not where it was said."""
    doubled: int = 0
    """Facts there that no acknowledged command accounts for."""

    @property
    def whole(self) -> bool:
        return not (self.missed or self.gaps or self.innocent or self.lost or self.doubled)


def ours(dsn: str, events: int, seed: int, cuts: bool = True) -> Seen:
    """On our log. Raises nothing for what it finds: look at the figures."""
    make(dsn)
    with _tailed(dsn, "select position from log where position > %s order by position limit 500") as seen, _cutter(dsn, cuts, seed) as cut:
        written = _written(_write_ours, dsn, events, seed)
    rows = table(dsn)
    at = {(r.stream, r.version): r.position for r in rows}
    said = [s for w in written for s in w.said]
    lost = sum(at.get(f) != p for s in said for p, f in zip(range(s.first, s.last + 1), s.facts, strict=True))
    return Seen(
        there=len(rows),
        missed=len({r.position for r in rows} - set(seen)),
        gaps=sum(a != b for a, b in zip(seen, range(1, len(seen) + 1), strict=True)) + (rows[-1].position != len(rows)),
        conflicts=sum(w.conflicts for w in written),
        innocent=sum(len(w.innocent) for w in written),
        cut=cut[0],
        lost=lost,
        doubled=len(rows) - sum(len(s.facts) for s in said),
    )


def stock(dsn: str, events: int, seed: int, functions: bool = True) -> Seen:
    """The same on the library's own recorder, with its database functions or without."""
    with closing(_datastore(dsn, functions)) as datastore:
        PostgresApplicationRecorder(datastore, events_table_name="stored_events").create_table()
    query = "select notification_id from stored_events where notification_id > %s order by notification_id limit 500"
    with _tailed(dsn, query) as seen:
        written = _written(_write_stock if functions else _write_stock_locked, dsn, events, seed)
    with psycopg.connect(dsn) as c:
        there = {r[0] for r in c.execute("select notification_id from stored_events").fetchall()}
    return Seen(len(there), len(there - set(seen)), 0, sum(w.conflicts for w in written), sum(len(w.innocent) for w in written))


def _write_ours(dsn: str, process: int, quota: int, seed: int) -> Written:
    done = Written()
    with closing(Log("test", dsn, patience=60)) as log:

        def write(thread: int) -> None:
            rng, me, own, left = random.Random(f"{seed}-{process}-{thread}"), f"own-{process}-{thread}", 0, quota
            while left > 0:
                size = min(left, rng.choice([1, 1, 2, 5]))
                command = f"cmd-{process}-{thread}-{left}"
                if rng.random() < 0.5:
                    stream, at = f"hot-{rng.randrange(HOT)}", None
                else:
                    stream, at = me, own
                facts, placed = _until_placed(log, stream, at, size, command, done)
                own += size if stream == me else 0
                left -= size
                done.said.append(Said(placed.first, placed.last, facts))

        _all(write)
    return done


def _until_placed(
    log: Log, stream: str, at: int | None, size: int, command: str, done: Written
) -> tuple[tuple[tuple[str, int], ...], Placed]:
    while True:
        version = _version(log, stream) if at is None else at
        drafts = [draft(stream, version + n) for n in range(1, size + 1)]
        try:
            return tuple((d.stream, d.version) for d in drafts), log.append(drafts, command, stream.encode())
        except Conflict:
            if at is not None or _version(log, stream) <= version:
                done.innocent.append(command)
            done.conflicts += 1
        except Exception as error:
            done.innocent.append(f"{command}: {type(error).__name__}")


_readers = threading.local()


def _version(log: Log, stream: str) -> int:
    if not hasattr(_readers, "conn"):
        _readers.conn = psycopg.connect(log.dsn, autocommit=True, application_name="versions")
    ((version,),) = _readers.conn.execute("select coalesce(max(version), 0) from log where stream = %s", (stream,)).fetchall()
    return int(version)


def _write_stock(dsn: str, process: int, quota: int, seed: int, functions: bool = True) -> Written:
    done = Written()
    with closing(_datastore(dsn, functions)) as datastore:
        recorder = PostgresApplicationRecorder(datastore, events_table_name="stored_events")
        space = uuid5(NAMESPACE_OID, str(seed))

        def write(thread: int) -> None:
            rng, left, own, me = random.Random(f"{seed}-{process}-{thread}"), quota, 0, uuid5(space, f"{process}-{thread}")
            versions = Counter[int]()
            while left > 0:
                size = min(left, rng.choice([1, 1, 2, 5]))
                hot = rng.randrange(HOT) if rng.random() < 0.5 else None
                stream, at = (me, own) if hot is None else (uuid5(space, f"hot-{hot}"), versions[hot])
                try:
                    recorder.insert_events([StoredEvent(stream, at + n, "t", b"{}") for n in range(1, size + 1)])
                except IntegrityError:
                    assert hot is not None
                    versions[hot] += 1
                    done.conflicts += 1
                    continue
                own, left = own + (size if hot is None else 0), left - size
                if hot is not None:
                    versions[hot] += size

        _all(write)
    return done


def _write_stock_locked(dsn: str, process: int, quota: int, seed: int) -> Written:
    return _write_stock(dsn, process, quota, seed, functions=False)


def _datastore(dsn: str, functions: bool) -> PostgresDatastore:
    at = {k: str(v) for k, v in conninfo_to_dict(dsn).items()}
    return PostgresDatastore(
        at["dbname"], at["host"], at["port"], at["user"], at["password"], pool_size=THREADS, enable_db_functions=functions
    )


def _all(write: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(write, n) for n in range(THREADS)]:
            done.result()


def _written(work: Callable[[str, int, int, int], Written], dsn: str, events: int, seed: int) -> list[Written]:
    quota, mine = -(-events // (PROCESSES * THREADS)), make_conninfo(dsn, application_name=WRITER)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        jobs: list[Future[Written]] = [pool.submit(work, mine, n, quota, seed) for n in range(PROCESSES)]
        return [job.result() for job in jobs]


@contextmanager
def _tailed(dsn: str, query: str) -> Iterator[list[int]]:
    """Numbers in the order in which a reader saw them, all the time and for a moment after the last commit."""
    seen, over = list[int](), threading.Event()

    def read() -> None:
        last = 0
        with psycopg.connect(dsn, autocommit=True, application_name="reader") as c:
            while True:
                ending = over.is_set()
                rows = c.execute(query.encode(), (last,), prepare=True).fetchall()
                seen.extend(r[0] for r in rows)
                last = seen[-1] if seen else 0
                if ending and not rows:
                    return

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        try:
            yield seen
        finally:
            over.set()
            reading.result()


@contextmanager
def _cutter(dsn: str, cuts: bool, seed: int) -> Iterator[list[int]]:
    """Ends a writer's connection now and then; how often, in the list."""
    rng, over, cut = random.Random(seed), threading.Event(), [0]
    query = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = %s"

    def run() -> None:
        with psycopg.connect(dsn, autocommit=True, application_name="cutter") as c:
            while not over.wait(rng.uniform(0.005, 0.15)):
                cut[0] += len(c.execute(f"{query} order by random() limit 1".encode(), (WRITER,)).fetchall())

    with ThreadPoolExecutor(1) as pool:
        cutting = pool.submit(run) if cuts else None
        try:
            yield cut
        finally:
            over.set()
            if cutting:
                cutting.result()
