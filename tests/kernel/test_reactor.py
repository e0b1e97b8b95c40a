"""FastStream subscribers: a message whose handler raised comes again; lost consumers are made again; every policy is named."""

from __future__ import annotations

import ast
import asyncio
from collections import Counter
from pathlib import Path

import pytest
from faststream.middlewares import AckPolicy
from nats.js.api import AckPolicy as Acknowledged

import services
from contracts.message import Event
from services.kernel.broker import Broker, connect
from services.kernel.reactor import Handler, Reaction, Reactor
from services.kernel.relay import Relay
from services.local.nats import Nats
from tests.kernel.conftest import delete_streams
from tests.kernel.courier import a_log, fill, running, until


def reactor(server: Nats, handler: Handler) -> Reactor:
    return Reactor(
        Broker(server.url("compliance"), "compliance"), [Reaction("compliance", "test", ("taizhang.compliance.ExitTalkHeld.*",), handler)]
    )


def relay(dsn: str, server: Nats) -> Relay:
    return Relay(dsn, Broker(server.url("compliance"), "compliance"), "compliance", [server.monitor_url])


def test_what_failed_comes_again_and_nothing_is_thrown_away(database: str, bus: Nats) -> None:
    tries, done = Counter[str](), set[str]()

    async def handler(event: Event) -> None:
        tries[event.subject] += 1
        if event.sequence % 10 == 0 and tries[event.subject] < 3:
            raise RuntimeError("张三")
        done.add(event.subject)

    async def story() -> None:
        with a_log(database) as log:
            fill(log, 1, 50)
            async with running(relay(database, bus).run(), reactor(bus, handler).run()):
                await until(lambda: len(done) == 50)
        assert {s for s, n in tries.items() if n > 1} == {f"C{n:04d}" for n in range(10, 51, 10)}

    asyncio.run(story())


def test_a_lost_consumer_and_a_rebuilt_stream_are_noticed(database: str, bus: Nats) -> None:
    done = Counter[str]()

    async def handler(event: Event) -> None:
        done[event.subject] += 1

    async def story() -> None:
        with a_log(database) as log:
            fill(log, 1, 5)
            r = reactor(bus, handler)
            async with running(relay(database, bus).run(), r.run()):
                await until(lambda: len(done) == 5)
                nc = await connect(bus.url("operator"), "operator")
                await nc.jetstream().delete_consumer("TAIZHANG_COMPLIANCE", "test")
                await nc.close()
                await asyncio.to_thread(fill, log, 6, 10)
                await until(lambda: len(done) == 10)
                await asyncio.to_thread(delete_streams, bus)
                await asyncio.to_thread(fill, log, 11, 15)
                await until(lambda: len(done) == 15)

    asyncio.run(story())


def test_the_consumer_is_as_the_code_says(database: str, bus: Nats) -> None:
    async def story() -> None:
        with a_log(database) as log:
            fill(log, 1, 1)
            seen = list[int]()

            async def handler(event: Event) -> None:
                seen.append(event.sequence)

            async with running(relay(database, bus).run(), reactor(bus, handler).run()):
                await until(lambda: seen == [1])
                nc = await connect(bus.url("operator"), "operator")
                config = (await nc.jetstream().consumer_info("TAIZHANG_COMPLIANCE", "test")).config
                await nc.close()
            assert (config.ack_policy, config.max_deliver, config.filter_subjects) == (
                Acknowledged.EXPLICIT,
                -1,
                ["taizhang.compliance.ExitTalkHeld.*"],
            )

    asyncio.run(story())


def test_every_subscriber_names_its_policy_and_declares_nothing(bus: Nats) -> None:
    async def handler(_: Event) -> None: ...

    for subscriber in reactor(bus, handler).faststream().subscribers:
        assert subscriber.ack_policy in (AckPolicy.NACK_ON_ERROR, AckPolicy.MANUAL)
    found = _calls("subscriber")
    assert found, "there is a FastStream subscriber"
    for where, call in found:
        policy = {k.arg: ast.unparse(k.value) for k in call.keywords}.get("ack_policy")
        assert policy in ("AckPolicy.NACK_ON_ERROR", "AckPolicy.MANUAL"), where
    streams = _calls("JStream")
    assert streams
    for where, call in streams:
        assert {k.arg: ast.unparse(k.value) for k in call.keywords}.get("declare") == "False", where


def _calls(name: str) -> list[tuple[str, ast.Call]]:
    """Every call of a function or method of this name in the services."""
    assert services.__file__
    found = list[tuple[str, ast.Call]]()
    for file in Path(services.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (getattr(node.func, "attr", None) == name or getattr(node.func, "id", None) == name):
                found.append((f"{file}:{node.lineno}", node))
    return found


def test_nothing_of_a_message_is_logged_when_its_handler_raises(database: str, bus: Nats, capsys: pytest.CaptureFixture[str]) -> None:
    tries = Counter[str]()

    async def handler(event: Event) -> None:
        tries[event.subject] += 1
        if tries[event.subject] < 2:
            raise ValueError("planted canary")

    async def story() -> None:
        with a_log(database) as log:
            fill(log, 1, 3)
            async with running(relay(database, bus).run(), reactor(bus, handler).run()):
                await until(lambda: min(tries.values(), default=0) == 2)

    asyncio.run(story())
    said = "".join(capsys.readouterr())
    assert "ValueError" in said and "compliance/talk-1@1" in said
    assert "canary" not in said and "cadre_id" not in said
