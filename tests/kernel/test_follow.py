"""The projector loop: every fact once, in order, whatever happens to the database, the broker, the stream or a fact."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from psycopg.conninfo import conninfo_to_dict

from services.kernel import follow
from services.kernel.arrivals import Arrived, Feed, HttpFeed, OnTheBus, OwnLog
from services.kernel.broker import Broker, connect, stream_config
from services.kernel.facts import store
from services.kernel.follow import Conn, Follower, Page, Unprocessable
from services.kernel.relay import Relay
from services.local.nats import Nats
from services.local.postgres import Postgres
from tests.kernel.conftest import delete_streams
from tests.kernel.courier import a_log, cut_connections, draft, fill, lazy_nats, new_database, rows, running, until

SUM = "create table sum (one bool primary key default true, total bigint not null, calls int not null); insert into sum values (true, 0, 0)"


@pytest.fixture
def reader(postgres: str) -> Iterator[str]:
    """The database of the service that follows."""
    dsn = new_reader(postgres)
    yield dsn
    rows(postgres, f"drop database {conninfo_to_dict(dsn)['dbname']} with (force)")


def new_reader(postgres: str) -> str:
    dsn = new_database(postgres)
    rows(dsn, follow.DDL)
    rows(dsn, SUM)
    return dsn


async def keep(conn: Conn, page: Page) -> None:
    """Keeps the facts and adds up their positions: applied twice or not at all, the sum tells."""
    await store(conn, page.events, page.lines)
    await conn.execute("update sum set total = total + %s, calls = calls + 1", (sum(e.sequence for e in page.events),))


async def no_feed(after: int, upto: int) -> Sequence[Arrived]:
    raise AssertionError(f"no gap was expected after {after}")


def on_the_bus(server: Nats, feed: Feed = no_feed) -> OnTheBus:
    return OnTheBus(Broker(server.url("compliance"), "compliance"), "compliance", feed)


def relay(dsn: str, server: Nats) -> Relay:
    return Relay(dsn, Broker(server.url("compliance"), "compliance"), "compliance", [server.monitor_url])


def all_of(dsn: str, log: str) -> None:
    """Everything in the log was followed, byte for byte, and counted once."""
    theirs = rows(log, "select position, subject, type, line from log order by position")
    assert rows(dsn, "select position, subject, type, line from facts order by position") == theirs
    assert rows(dsn, "select total from sum") == [(sum(p for p, *_ in theirs),)]
    assert rows(dsn, "select position from positions") == [(len(theirs),)]


def test_every_fact_once_though_everything_is_cut_and_deleted(database: str, reader: str, bus: Nats) -> None:
    async def story() -> None:
        with a_log(database) as log, feed_of(database, "secret", 3) as feed:
            f, r = Follower(reader, on_the_bus(bus, HttpFeed(feed, "secret")), keep), relay(database, bus)
            async with running(r.run(), f.run()):
                for n in range(1, 2001, 100):
                    await asyncio.to_thread(fill, log, n, n + 99)
                    if n % 500 == 201:
                        await until(lambda: f.position > 0)
                        cut_connections(reader)
                    if n == 1001:
                        await until(lambda: f.position == 1100)
                        await asyncio.to_thread(delete_streams, bus)
                assert await f.reached(2000, 20)
                assert not await f.reached(2001, 0.05)
                await until(lambda: f.behind == 0)
            all_of(reader, database)

    asyncio.run(story())


def test_a_killed_broker_and_a_fallen_database_are_waited_out(postgres_server: Postgres, fresh_nats: Nats) -> None:
    async def story() -> None:
        database, reader = new_database(postgres_server.dsn()), new_reader(postgres_server.dsn())
        with a_log(database) as log:
            f, r = Follower(reader, on_the_bus(fresh_nats), keep), relay(database, fresh_nats)
            async with running(r.run(), f.run()):
                await asyncio.to_thread(fill, log, 1, 300)
                assert await f.reached(300, 10)
                assert fresh_nats.process
                fresh_nats.process.kill()
                await asyncio.to_thread(fill, log, 301, 600)
                fresh_nats.stop()
                fresh_nats.start()
                assert await f.reached(600, 15)
                assert postgres_server.process
                postgres_server.process.send_signal(signal.SIGQUIT)
                postgres_server.process.wait(10)
                postgres_server.start()  # in this thread: it ends with the one that started it
                await asyncio.to_thread(fill, log, 601, 700)
                assert await f.reached(700, 15)
            all_of(reader, database)

    asyncio.run(story())


def test_two_followers_of_one_database_are_fenced(database: str, reader: str, bus: Nats) -> None:
    async def story() -> None:
        with a_log(database) as log:
            two = [Follower(reader, on_the_bus(bus), keep) for _ in range(2)]
            async with running(relay(database, bus).run(), *(f.run() for f in two)):
                fill(log, 1, 20)
                await until(lambda: min(f.position for f in two) == 20)
                for n in range(21, 601, 20):
                    await asyncio.to_thread(fill, log, n, n + 19)
                await until(lambda: max(f.position for f in two) == 600)
                assert sum(f.fenced for f in two)
            all_of(reader, database)

    asyncio.run(story())


@contextmanager
def feed_of(dsn: str, token: str, most: int) -> Iterator[str]:
    """The owner's `/feed`, over real HTTP."""

    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            if self.headers["Authorization"] != f"Bearer {token}":
                self.send_error(401)
                return
            query = "select line from log where position > %s order by position limit %s"
            lines = rows(dsn, query, int(asked["after"][0]), min(most, int(asked["limit"][0])))
            body = json.dumps([json.loads(line) for (line,) in lines], ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/cloudevents-batch+json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_hole_in_the_stream_is_filled_by_the_owner(database: str, reader: str, tmp_path: Path) -> None:
    async def story() -> None:
        with a_log(database) as log, lazy_nats(tmp_path / "nats") as (url, _), feed_of(database, "secret", 3) as feed:
            fill(log, 1, 40)
            nc = await connect(url, "broken")
            js = nc.jetstream()
            await js.add_stream(stream_config("compliance").evolve(deny_delete=False))
            for n, (line,) in enumerate(rows(database, "select line from log order by position"), 1):
                await js.publish(f"taizhang.compliance.ExitTalkHeld.C{n:04d}", line.encode())
            for n in (1, 2, *range(11, 21), 39):
                await js.delete_msg("TAIZHANG_COMPLIANCE", n)
            stranger = Follower(reader, OnTheBus(Broker(url, "stranger"), "compliance", HttpFeed(feed, "wrong")), keep)
            async with running(stranger.run()):
                await until(lambda: stranger.trouble == "Gap")
                assert stranger.position == 0
            source = OnTheBus(Broker(url, "compliance"), "compliance", HttpFeed(feed, "secret"))
            f = Follower(reader, source, keep)
            async with running(f.run()):
                assert await f.reached(40, 10)
            assert source.gaps == 6  # three facts an answer
            await nc.close()
            all_of(reader, database)

    asyncio.run(story())


def test_a_service_follows_its_own_log_without_a_broker(database: str) -> None:
    async def story() -> None:
        with a_log(database) as log:
            rows(database, SUM)
            fill(log, 1, 30)
            f = Follower(database, OwnLog(database, "compliance"), keep)
            async with running(f.run()):
                assert await f.reached(30, 5)
                await asyncio.to_thread(fill, log, 31, 35)
                assert await f.reached(35, 5)
            all_of(database, database)

    asyncio.run(story())


def test_one_cadre_is_parked_with_a_reason_that_says_nothing_about_them(database: str, reader: str, bus: Nats) -> None:
    """C0003 cannot be processed, C0005 cannot be read, C0007 fails whenever anything is derived for it."""
    broken, told = True, list[frozenset[str]]()

    async def apply(conn: Conn, page: Page) -> None:
        for e in page.events:
            if broken and e.subject == "C0003":
                raise ValueError("张三 is ill")
        if broken and "C0007" not in page.parked and any(e.sequence >= 7 for e in page.events):
            raise Unprocessable("C0007")
        told.append(page.parked)
        await keep(conn, page)

    async def story() -> None:
        nonlocal broken
        with a_log(database) as log:
            log.append([draft(n, data={"cadre_id": n} if n == 5 else None) for n in range(1, 13)])
            source = OwnLog(database, "compliance")
            f = Follower(reader, source, apply)
            async with running(f.run()):
                assert await f.reached(12, 5)
            parked = rows(reader, "select position, subject, reason, line is null from parked order by position")
            assert [(p, s) for p, s, *_ in parked if s != "C0007"] == [(3, "C0003"), (5, "C0005")]
            assert {s for _, s, *_ in parked} == {"C0003", "C0005", "C0007"}
            assert {why for _, _, why, _ in parked} <= {"ValueError", "Unprocessable", "Malformed"}
            assert [s for _, s, _, without in parked if without] == ["C0007"]  # its facts were kept
            assert [p for (p,) in rows(reader, "select position from facts order by position")] == [1, 2, 4, 6, 7, 8, 9, 10, 11, 12]
            assert told[-1] == {"C0003", "C0005", "C0007"}

            broken, again = False, Follower(reader, source, apply)
            async with running(again.run()):
                await until(lambda: rows(reader, "select subject from parked") == [("C0005",)])
                log.append([draft(13)])
                assert await again.reached(13, 5)
            assert [p for (p,) in rows(reader, "select position from facts order by position")] == [1, 2, 3, 4, *range(6, 14)]

    asyncio.run(story())


@pytest.mark.parametrize("fault", ["every fact fails", "the table is missing"])
def test_what_is_no_fault_of_facts_parks_nobody(database: str, reader: str, fault: str) -> None:
    async def apply(conn: Conn, page: Page) -> None:
        if fault == "every fact fails":
            raise ValueError
        await conn.execute("insert into missing values (1)")

    async def story() -> None:
        with a_log(database) as log:
            fill(log, 1, 40 if fault == "every fact fails" else 1)
            f = Follower(reader, OwnLog(database, "compliance"), apply)
            async with running(f.run()):
                await until(lambda: f.trouble is not None)
                assert f.trouble == ("Alarm nothing-can-be-processed" if fault == "every fact fails" else "UndefinedTable 42P01")
            assert rows(reader, "select position from positions") == [(0,)]
            assert rows(reader, "select count(*) from parked") == [(0,)]

    asyncio.run(story())


def test_followers_of_one_process_take_turns(database: str, reader: str) -> None:
    inside, most = 0, 0

    async def apply(conn: Conn, page: Page) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1

    async def story() -> None:
        turn = asyncio.Lock()
        with a_log(database) as log:
            two = [Follower(reader, OwnLog(database, name), apply, turn) for name in ("one", "two")]
            async with running(*(f.run() for f in two)):
                for n in range(1, 21):
                    await asyncio.to_thread(fill, log, n, n)
                for f in two:
                    assert await f.reached(20, 5)
        assert most == 1

    asyncio.run(story())
