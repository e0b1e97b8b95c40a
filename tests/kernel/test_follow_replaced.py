"""A source whose past was replaced is not followed on: its database was restored, and others were recorded in place of what was lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from services.kernel import follow
from services.kernel.arrivals import HttpFeed, OwnLog
from services.kernel.follow import Follower
from services.local.nats import Nats
from tests.kernel.conftest import delete_streams
from tests.kernel.courier import a_log, draft, fill, rows, running, until
from tests.kernel.test_follow import SUM, feed_of, keep, on_the_bus, reader, relay

__all__ = ["reader"]

TOKEN = "secret"


def refuses(follower: Follower) -> bool:
    """In words, in both languages."""
    alarm = follower.alarm
    return alarm is not None and alarm.code == "source-differs" and "恢复" in alarm.zh and "restored" in alarm.en


def test_a_restored_owner_is_noticed_and_followed_again_when_it_is_put_right(
    database: str, reader: str, fresh_databases: Callable[[], str], bus: Nats
) -> None:
    """Ten facts were read; the owner was restored to five, recorded seven others, and its stream was deleted and rebuilt."""
    other = fresh_databases()

    async def story() -> None:
        with a_log(database) as log, feed_of(database, TOKEN, 100) as feed:
            fill(log, 1, 10)
            f = Follower(reader, on_the_bus(bus, HttpFeed(feed, TOKEN)), keep)
            async with running(relay(database, bus).run(), f.run()):
                assert await f.reached(10, 10)
            read = rows(reader, "select position, line from facts order by position")
            await asyncio.to_thread(delete_streams, bus)

            with a_log(other) as log_too, feed_of(other, TOKEN, 100) as feed_too:
                fill(log_too, 1, 5)
                log_too.append([draft(k) for k in range(1006, 1013)])
                f = Follower(reader, on_the_bus(bus, HttpFeed(feed_too, TOKEN)), keep)
                async with running(relay(other, bus).run(), f.run()):
                    await until(lambda: refuses(f))
                    assert f.trouble == "Alarm source-differs"
            assert rows(reader, "select position, line from facts order by position") == read
            await asyncio.to_thread(delete_streams, bus)

            f.source = on_the_bus(bus, HttpFeed(feed, TOKEN))
            fill(log, 11, 12)
            async with running(relay(database, bus).run(), f.run()):
                assert await f.reached(12, 10)
                await until(lambda: f.alarm is None and f.trouble is None)

    asyncio.run(story())


def test_a_log_that_ends_before_is_an_alarm_but_a_stream_that_does_is_none(
    database: str, reader: str, fresh_databases: Callable[[], str], bus: Nats
) -> None:
    """Until its owner answers nobody can tell whether the stream is being rebuilt."""
    other = fresh_databases()

    async def story() -> None:
        with a_log(database) as log, feed_of(database, TOKEN, 100) as feed, a_log(other) as shorter:
            fill(log, 1, 10)
            fill(shorter, 1, 4)
            f = Follower(reader, on_the_bus(bus, HttpFeed(feed, TOKEN)), keep)
            async with running(relay(database, bus).run(), f.run()):
                assert await f.reached(10, 10)
            await asyncio.to_thread(delete_streams, bus)

            f = Follower(reader, on_the_bus(bus, HttpFeed("http://127.0.0.1:9", TOKEN)), keep)
            async with running(relay(other, bus).run(), f.run()):
                await until(lambda: f.trouble == "ConnectError")
                await asyncio.sleep(0.5)
                assert (f.alarm, f.position) == (None, 10)
                f.source = on_the_bus(bus, HttpFeed(feed, TOKEN))
                await until(lambda: f.trouble is None)
                assert f.alarm is None
            with feed_of(other, TOKEN, 100) as ends:
                f = Follower(reader, on_the_bus(bus, HttpFeed(ends, TOKEN)), keep)
                async with running(f.run()):
                    await until(lambda: refuses(f))

    asyncio.run(story())


def test_a_stream_that_differs_from_its_owner_is_not_followed(
    database: str, reader: str, fresh_databases: Callable[[], str], bus: Nats
) -> None:
    other = fresh_databases()

    async def story() -> None:
        with a_log(database) as log, feed_of(database, TOKEN, 100) as feed, a_log(other) as foreign:
            fill(log, 1, 3)
            f = Follower(reader, on_the_bus(bus, HttpFeed(feed, TOKEN)), keep)
            async with running(relay(database, bus).run(), f.run()):
                assert await f.reached(3, 10)
            await asyncio.to_thread(delete_streams, bus)
            fill(foreign, 101, 110)
            r = relay(other, bus)
            async with running(r.run()):
                await until(lambda: r.position == 10)
            f = Follower(reader, on_the_bus(bus, HttpFeed(feed, TOKEN)), keep)
            async with running(f.run()):
                await until(lambda: f.trouble == "Gap")
                assert (f.alarm, f.position) == (None, 3)
            assert rows(reader, "select count(*) from facts") == [(3,)]

    asyncio.run(story())


def test_an_own_log_that_was_replaced_is_noticed(database: str, reader: str, fresh_databases: Callable[[], str]) -> None:
    other, shorter = fresh_databases(), fresh_databases()

    async def story() -> None:
        with a_log(database) as log, a_log(other) as log_too, a_log(shorter):
            fill(log, 1, 5)
            fill(log_too, 101, 110)
            f = Follower(reader, OwnLog(database, "compliance"), keep)
            async with running(f.run()):
                assert await f.reached(5, 5)
            for replaced in (other, shorter):
                f = Follower(reader, OwnLog(replaced, "compliance"), keep)
                async with running(f.run()):
                    await until(lambda follower=f: refuses(follower))
            assert rows(reader, "select position from positions") == [(5,)]

    asyncio.run(story())


def test_a_position_of_before_it_had_a_digest_is_taken_as_it_is(database: str) -> None:
    async def story() -> None:
        with a_log(database) as log:
            rows(database, "drop table positions")
            rows(database, 'create table positions (source text collate "C" primary key, position bigint not null)')
            rows(database, "insert into positions values ('compliance', 2)")
            rows(database, follow.DDL)
            rows(database, SUM)
            fill(log, 1, 4)
            f = Follower(database, OwnLog(database, "compliance"), keep)
            async with running(f.run()):
                assert await f.reached(4, 5)
            assert rows(database, "select position, length(digest) from positions") == [(4, 32)]

    asyncio.run(story())
