"""What is served is as new as it was asked to be, or it is refused; and it says what could not be processed."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from pydantic import SecretStr

from contracts.compliance import COMMANDS
from contracts.message import instant
from services.compliance import notices, web
from services.compliance.deciding import decide, subjects
from services.compliance.notices import Notices
from services.compliance.projector import Projector
from services.compliance.retrying import Retrying
from services.compliance.settling import Settling
from services.kernel import http as serving
from services.kernel import seal
from services.kernel.broker import provision
from services.kernel.caller import Gate
from services.kernel.parking import Piecewise
from services.kernel.reactor import Reactor
from services.kernel.service import Service
from services.kernel.settings import Settings
from services.kernel.tokens import Signer
from services.local.nats import Nats
from tests.compliance.projecting import cadre, connected, every, fact, left, merger, page, prepare, shut, take, unit
from tests.kernel.courier import rows, running

SIGNER = Signer("k1", secrets.token_bytes(32))
SECTION = {"Authorization": f"Bearer {SIGNER.sign('P1', 'instance', None, ['section'])[0]}"}


@pytest.fixture
def service(database: str, fresh_databases: Callable[[], str], tmp_path: Path) -> Service:
    """With its tables, and nothing running."""
    prepare(database)
    rows(database, notices.DDL)
    shut(database)
    keys = fresh_databases()
    rows(keys, seal.DDL)
    (tmp_path / "kek").write_text(f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}\n")
    (tmp_path / "token-keys").write_text(f"k1:{base64.b64encode(SIGNER.public).decode()}\n")
    settings = Settings(
        dsn=SecretStr(database), keys_dsn=SecretStr(keys), kek_file=tmp_path / "kek", token_keys_file=tmp_path / "token-keys"
    )
    return Service("compliance", settings, decide, subjects)


OWNERS: dict[str, dict[str, Any]] = {}
"""How far the logs of the others reach."""


@pytest.fixture(autouse=True)
def _owners(service: Service) -> Iterator[None]:
    class Reach(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _, name, what = self.path.split("/")
            assert what == "reach"
            said = {"at": instant(datetime.now(UTC))} | OWNERS[name]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: Any) -> None: ...

    OWNERS.update(registry={"position": 3}, assignments={"position": 0})
    server = ThreadingHTTPServer(("127.0.0.1", 0), Reach)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    urls = {f"{name}_url": f"http://127.0.0.1:{server.server_port}/{name}" for name in OWNERS}
    service.settings = service.settings.model_copy(update=urls)
    yield
    server.shutdown()
    server.server_close()


def application(service: Service, projecting: Projector) -> Litestar:
    told, settling, gate = Notices(service.ledger.pool), Settling(service), Gate(service)
    handlers = [*web.handlers(service, gate, projecting.shared, settling), *notices.handlers(told, gate, settling.told)]
    return serving.create(service, gate, COMMANDS, (), handlers)


@asynccontextmanager
async def opened(service: Service) -> AsyncIterator[tuple[Projector, httpx.AsyncClient]]:
    """A projector that has read one cadre, and the way to ask."""
    p = Projector(service.dsn, service.clock, service.turn)
    for source in ("registry", "assignments", "compliance"):
        service.follow(source, p.apply)
    await service.ledger.pool.open()
    async with connected(service.dsn) as conn:
        await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
    service.followers["registry"].position = 3
    transport = httpx.ASGITransport(app=application(service, p))  # type: ignore[arg-type]
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://compliance", timeout=10, headers=SECTION) as http,
        running(service.followers["compliance"].run()),
    ):
        yield p, http
    await service.ledger.pool.close()


async def code(http: httpx.AsyncClient, path: str, after: str | None = None) -> str:
    answer = await http.get(path, headers={"Taizhang-After": after} if after else {})
    return str(answer.json()["code"]) if answer.status_code >= 400 else "ok"


def test_an_instant_up_to_which_not_everything_was_read_is_refused(service: Service) -> None:
    async def story() -> None:
        async with opened(service) as (_, http):
            now = "/cadres/C1/answer?known_at=2025-02-01T00:00:00Z"
            assert await code(http, now) == "ok"
            OWNERS["registry"] = {"position": 4}
            late = f"/cadres/C1/answer?known_at={instant(datetime.now(UTC)).replace('+', '%2B')}"
            began = time.monotonic()
            assert await code(http, late) == "not-yet-known"
            assert await code(http, late.replace("cadres/C1", "units/U1")) == "not-yet-known"
            assert 3.5 < time.monotonic() - began < 6
            assert await code(http, now) == "ok", "read that far already"
            assert await code(http, "/cadres/C1/answer") == "ok", "the last instant that is certain"
            service.followers["registry"].position = 4
            assert await code(http, late) == "ok"

    asyncio.run(story())


def test_a_list_waits_until_what_was_read_is_answered(service: Service) -> None:
    async def story() -> None:
        async with opened(service) as (p, http), connected(service.dsn) as conn:
            await conn.execute("insert into cadres values ('C2', true)")
            await conn.execute("insert into moves values ('C2', '-infinity', 99, 'U1', 'registry/cadre-C2@1')")
            for path in ("/answers", "/answers?cadre=C2", "/cadres/C2/answers", "/notices"):
                assert await code(http, path) == "ok"
            for path in ("/answers", "/cadres/C2/answers"):
                assert await code(http, path, "compliance=0") == "not-yet-known"
            assert await code(http, "/cadres/C1/answers", "compliance=0") == "ok"

            async def answer() -> None:
                await asyncio.sleep(0.5)
                await p.some(conn)

            answering = asyncio.create_task(answer())
            assert await code(http, "/answers", "compliance=0") == "ok"
            await answering
            await conn.execute("update cadres set dirty = true where cadre = 'C2'")
            await conn.execute("insert into parked values ('compliance', 1, 'C2', 'x')")
            assert await code(http, "/answers", "compliance=0") == "ok", "nobody waits for what is parked"

    asyncio.run(story())


def test_notices_hold_what_follows_from_the_positions_named(service: Service, fresh_nats: Nats) -> None:
    async def story() -> None:
        settings = {"nats_url": SecretStr(fresh_nats.url("compliance")), "nats_monitor": fresh_nats.monitor_url}
        there = Service("compliance", service.settings.model_copy(update=settings), decide, subjects)
        async with opened(there) as (_, http):
            assert await code(http, "/notices", "compliance=0") == "not-yet-known"
            telling = Reactor(there.broker, [notices.reaction(Notices(there.ledger.pool))], there.metrics.registry)
            await provision((await there.broker.client()).jetstream(), "compliance")
            async with running(there.relay.run(), telling.run()):
                async with asyncio.timeout(10):
                    while (answer := await http.get("/notices", headers={"Taizhang-After": "compliance=0"})).status_code == 503:
                        pass
            derived = rows(there.dsn, "select 'compliance/' || stream || '@' || version from log where type like '%Derived.v1'")
            assert sorted(n["event_id"] for n in answer.json()["items"]) == sorted(e for (e,) in derived)
            await there.broker.close()

    asyncio.run(story())


def test_a_parked_fact_about_nobody_makes_every_answer_uncertain_until_it_is_processed(service: Service) -> None:
    async def story() -> None:
        async with opened(service) as (p, http), connected(service.dsn) as conn:

            async def said() -> tuple[Any, Any]:
                return (await http.get("/cadres/C1/answer")).json().get("uncertain_since"), (await p.health(service.ledger.pool))["ok"]

            assert await said() == (None, True)
            in_the_way = "insert into facts values ('registry', 9, 'x', 'x', '2024-01-01', 'x', 'x')"
            await conn.execute(in_the_way)
            async with conn.transaction():
                await Piecewise(conn, "registry", p.apply, 1).take(page(unit(9, "U9")))
            assert await every(conn, "select subject from parked") == [("U9",)]
            assert await said() == (9, False)
            retrying = Retrying(service.dsn, service.followers, 0.05)
            async with running(retrying.run()):
                await asyncio.sleep(0.3)
                assert await said() == (9, False)
                await conn.execute("delete from facts where position = 9")
                await asyncio.sleep(0.5)
            assert await said() == (None, True)
            assert await every(conn, "select type from facts where position = 9") == [("taizhang.registry.UnitRegistered.v1",)]

    asyncio.run(story())


def test_a_parked_cadre_makes_only_his_own_answers_uncertain(service: Service) -> None:
    async def story() -> None:
        async with opened(service) as (p, http), connected(service.dsn) as conn:
            async with conn.transaction():
                await Piecewise(conn, "registry", p.apply, 2).take(page(cadre(4, "C2"), left(3, "C2")))
            assert await every(conn, "select subject from parked") == [("C2",)]
            assert (await http.get("/cadres/C2/answer")).json()["uncertain_since"] == 3
            assert "uncertain_since" not in (await http.get("/cadres/C1/answer")).json()
            health = await p.health(service.ledger.pool)
            assert (health["ok"], health["parked"]) == (True, 1)

    asyncio.run(story())


def test_a_unit_is_no_cadre(service: Service) -> None:
    async def story() -> None:
        async with opened(service) as (_, http):
            assert await code(http, "/cadres/U1/answer") == "unknown-cadre"

    asyncio.run(story())


def test_the_answer_of_a_unit_reads_through_mergers_and_whatever_stands_in_the_lines(service: Service) -> None:
    """Merged twice on one day, the later merger recorded first."""

    async def story() -> None:
        async with opened(service) as (p, http), connected(service.dsn) as conn:
            strange = fact("registry", "UnitRegistered", "unit-U2@1", 4, "U2", "2020-01-01", unit_id="U2", name="a\0b", kind="school")
            await take(conn, p, strange, unit(5, "U3"), merger(6, "U2", "U3", "2024-03-01"), merger(7, "U1", "U2", "2024-03-01"))
            answer = await http.get("/units/U3/answer?as_of=2024-06-01")
            assert answer.json()["scorecard"]["cadres"] == 1

    asyncio.run(story())
