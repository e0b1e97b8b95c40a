"""The relay on a real PostgreSQL and a real JetStream: the stream is the log, byte for byte, whatever happens to either."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from pathlib import Path

import pytest
from nats.errors import Error as NatsError
from nats.js.api import StreamConfig
from nats.js.errors import BadRequestError

from services.kernel import relay as relaying
from services.kernel.broker import Alarm, Broker, connect, provision, stream_config
from services.kernel.relay import Relay
from services.local.nats import Nats
from tests.kernel.conftest import delete_streams
from tests.kernel.courier import Message, a_log, cut_connections, draft, fill, lazy_nats, rows, running, stream_of, until


def relay(dsn: str, server: Nats) -> Relay:
    return Relay(dsn, Broker(server.url("compliance"), "compliance"), "compliance", [server.monitor_url])


def log_of(dsn: str) -> list[tuple[int, str, str, bytes]]:
    found = rows(dsn, "select position, stream, version, subject, type, line from log order by position")
    return [(p, f"compliance/{s}@{v}", f"taizhang.compliance.{t.split('.')[2]}.{u}", line.encode()) for p, s, v, u, t, line in found]


def facts_of(stream: list[Message]) -> list[tuple[int, str, str, bytes]]:
    return [(m.sequence, dict(m.headers)["Nats-Msg-Id"], m.subject, m.body) for m in stream]


def test_the_stream_is_the_log(database: str, bus: Nats) -> None:
    async def story() -> None:
        with a_log(database) as log:
            fill(log, 1, 2300)
            r = relay(database, bus)
            async with running(r.run()):
                await until(lambda: r.position == 2300)
                fill(log, 2301, 2310)
                await until(lambda: r.position == 2310)
            stream = await stream_of(bus.url("compliance"))
            assert facts_of(stream) == log_of(database)
            traces = set[str]()
            for m in stream:
                headers = dict(m.headers)
                assert headers["Content-Type"] == "application/cloudevents+json"
                assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", headers["traceparent"])
                traces.add(headers["traceparent"])
            assert len(traces) == 2310
            assert (r.published, r.alarm, r.fenced) == (2310, None, 0)

    asyncio.run(story())


def test_a_stream_deleted_live_is_made_again(database: str, bus: Nats) -> None:
    async def story() -> None:
        with a_log(database) as log:
            fill(log, 1, 1500)
            r = relay(database, bus)
            async with running(r.run()):
                await until(lambda: r.position == 1500)
                before = await stream_of(bus.url("compliance"))
                await asyncio.to_thread(delete_streams, bus)
                fill(log, 1501, 1700)
                await until(lambda: r.published == 1500 + 1700)
            again = await stream_of(bus.url("compliance"))
            assert [(m.sequence, m.subject, m.body) for m in again[:1500]] == [(m.sequence, m.subject, m.body) for m in before]
            batch = {"Nats-Batch-Id", "Nats-Batch-Sequence", "Nats-Batch-Commit", "Nats-Expected-Last-Sequence"}
            kept = [[{k: v for k, v in m.headers if k not in batch} for m in part] for part in (again[:1500], before)]
            assert kept[0] == kept[1]
            assert facts_of(again) == log_of(database)

    asyncio.run(story())


@pytest.mark.parametrize("lock", [True, False], ids=["with the lock", "without it"])
def test_two_relays_publish_every_fact_once(database: str, bus: Nats, lock: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock the expected sequence alone keeps them apart: one of them is fenced again and again."""

    async def no_lock(_: object, __: object) -> None: ...

    if not lock:
        monkeypatch.setattr(relaying.Relay, "_alone", no_lock)

    async def story() -> None:
        with a_log(database) as log:
            two = [relay(database, bus), relay(database, bus)]
            async with running(*(r.run() for r in two)):
                for n in range(1, 1001, 10):
                    await asyncio.to_thread(fill, log, n, n + 9)
                    if lock and n in (301, 601):
                        await until(lambda: any(r.active for r in two))
                        assert cut_connections(database) > 1
                await until(lambda: max(r.position for r in two) == 1000)
                assert [r.active for r in two].count(True) == (1 if lock else 2)
            assert facts_of(await stream_of(bus.url("compliance"))) == log_of(database)
            assert lock or any(r.fenced for r in two)

    asyncio.run(story())


def test_a_killed_broker_loses_and_doubles_nothing(database: str, fresh_nats: Nats) -> None:
    async def story() -> None:
        with a_log(database) as log:
            r = relay(database, fresh_nats)
            async with running(r.run()):
                fill(log, 1, 400)
                await until(lambda: r.position >= 400)
                for first in (401, 801):
                    filling = asyncio.to_thread(fill, log, first, first + 399)
                    task = asyncio.ensure_future(filling)
                    assert fresh_nats.process
                    fresh_nats.process.kill()
                    await task
                    fresh_nats.stop()
                    fresh_nats.start()
                    await until(lambda upto=first + 399: r.position == upto)
            assert facts_of(await stream_of(fresh_nats.url("compliance"))) == log_of(database)

    asyncio.run(story())


async def _publish_stranger(server: Nats) -> None:
    nc = await connect(server.url("compliance"), "stranger")
    await nc.jetstream().publish("taizhang.compliance.ExitTalkHeld.C0001", b"{}")
    await nc.close()


def test_a_stranger_on_the_stream_stops_the_relay_until_it_is_repaired(database: str, bus: Nats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "REST", 0.1)

    async def story() -> None:
        with a_log(database) as log:
            fill(log, 1, 5)
            r = relay(database, bus)
            async with running(r.run()):
                await until(lambda: r.position == 5)
                await _publish_stranger(bus)
                await until(lambda: r.alarm is not None and r.alarm.code == "stream-ahead")
                fill(log, 6, 9)
                await until(lambda: r.alarm is not None and r.alarm.code == "stream-differs")
                assert len(await stream_of(bus.url("compliance"))) == 6
                await asyncio.to_thread(delete_streams, bus)
                await until(lambda: r.position == 9 and r.alarm is None)
            assert facts_of(await stream_of(bus.url("compliance"))) == log_of(database)

    asyncio.run(story())


def test_what_cannot_travel_stops_the_relay_after_what_precedes_it(database: str, bus: Nats) -> None:
    async def story() -> None:
        with a_log(database) as log:
            fill(log, 1, 3)
            log.append([draft(4, "not a token")])
            fill(log, 5, 6)
            r = relay(database, bus)
            async with running(r.run()):
                await until(lambda: r.alarm is not None)
                assert r.alarm and r.alarm.code == "cannot-travel" and "token" not in r.alarm.zh
            assert [m.sequence for m in await stream_of(bus.url("compliance"))] == [1, 2, 3]

    asyncio.run(story())


@pytest.mark.parametrize("told", [True, False], ids=["a lazy server", "a server that nobody asks about"])
def test_nothing_is_published_unless_every_acknowledgement_is_on_disk(database: str, tmp_path: Path, told: bool) -> None:
    async def story() -> None:
        with a_log(database) as log, lazy_nats(tmp_path / "nats") as (url, monitor):
            fill(log, 1, 3)
            r = Relay(database, Broker(url, "compliance"), "compliance", [monitor] if told else [])
            async with running(r.run()):
                await until(lambda: r.alarm is not None)
                assert r.alarm and r.alarm.code == ("sync-lazy" if told else "sync-unknown")
                assert ("sync_interval: always" in r.alarm.en) and ("sync_interval: always" in r.alarm.zh)
            nc = await connect(url, "reader")
            with pytest.raises(NatsError):
                await nc.jetstream().stream_info("TAIZHANG_COMPLIANCE")
            await nc.close()

    asyncio.run(story())


def test_the_monitoring_port_of_another_server_does_not_count(database: str, bus: Nats, tmp_path: Path) -> None:
    async def story() -> None:
        with a_log(database), lazy_nats(tmp_path / "nats") as (url, _):
            r = Relay(database, Broker(url, "compliance"), "compliance", [bus.monitor_url])
            async with running(r.run()):
                await until(lambda: r.alarm is not None)
                assert r.alarm and r.alarm.code == "sync-unknown"

    asyncio.run(story())


def test_a_stream_that_promises_less_is_refused_and_left_as_it_is(bus: Nats) -> None:
    async def story() -> None:
        nc = await connect(bus.url("compliance"), "compliance")
        js = nc.jetstream()
        await provision(js, "compliance")
        await provision(js, "compliance")
        with suppress(BadRequestError):
            await js.update_stream(stream_config("compliance").evolve(duplicate_window=60))
        with pytest.raises(Alarm, match="duplicate_window is 60"):
            await provision(js, "compliance")
        await asyncio.to_thread(delete_streams, bus)
        await js.add_stream(StreamConfig(name="TAIZHANG_COMPLIANCE", subjects=["taizhang.compliance.>"], max_age=3600))
        with pytest.raises(Alarm) as alarm:
            await provision(js, "compliance")
        for named in ("deny_delete", "deny_purge", "discard", "allow_atomic", "max_age", "duplicate_window"):
            assert named in alarm.value.en
        assert (await js.stream_info("TAIZHANG_COMPLIANCE")).config.max_age == 3600
        await nc.close()

    asyncio.run(story())
