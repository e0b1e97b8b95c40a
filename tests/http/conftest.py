"""The services as they run: uvicorn in a thread of their own, real PostgreSQL, real NATS."""

from __future__ import annotations

import base64
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
import uvicorn
from argon2 import PasswordHasher
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from services.assignments import app as assignments
from services.compliance import app as compliance
from services.compliance.adoption import KIND, SAID
from services.kernel.schema import migrate
from services.kernel.serving import IDLE
from services.kernel.settings import Settings
from services.kernel.tokens import Signer
from services.local.nats import Nats
from services.local.process import free_ports
from services.registry import app as registry
from services.registry import hashing
from tests.conftest import SEED, _nats

structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))  # what services say is no command's output
APPS: dict[str, Any] = {"registry": registry, "assignments": assignments, "compliance": compliance}
SERVICE_TOKEN = "a-token"
SIGNER = Signer("test-1", SEED)
EVERY_ROLE = ("section", "committee", "branch:*", "unit_head:*", "cadre:*", "medical_reviewer:*", "auditor", "operator")
TOKEN = SIGNER.sign("local", "instance", None, EVERY_ROLE)[0]
KNOWN = {"Authorization": f"Bearer {TOKEN}", "Taizhang-Purpose": "review"}
"""Of a program that may be anybody: what these tests ask is not who may."""
KINDS = {command.__name__: kind for command, kind in KIND.items()}


class Client(httpx.Client):
    """With the ways of sending a command."""

    def command(self, name: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        return self.post(f"/commands/{name}", json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def record(self, name: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        """What a test rests on and does not ask about: where the service says that it can not just now, once more under the same key."""
        key = {"Idempotency_Key": secrets.token_hex(8)} | headers
        for pause in (0, 1, 2, 4):
            time.sleep(pause)
            told = self.command(name, body, **key)
            if told.status_code != 503:
                break
        assert told.status_code in (200, 201), told.text
        return told


class District:
    """The three services, their settings, and a fresh id whenever one is needed."""

    def __init__(self, settings: dict[str, Settings]) -> None:
        self.settings = settings
        self.registry = _client(settings["registry"])
        self.assignments = _client(settings["assignments"])
        self.compliance = _client(settings["compliance"])

    def fresh(self, prefix: str) -> str:
        return f"{prefix}{secrets.token_hex(5)}"

    def cadre(self) -> str:
        """A cadre in a unit, known to all three services."""
        unit, cadre = self.fresh("U"), self.fresh("C")
        self.registry.record("RegisterUnit", {"unit_id": unit, "name": "First school", "kind": "school"})
        told = self.registry.record("RegisterCadre", cadre_of(cadre, unit))
        after = {"Taizhang-After": told.headers["Taizhang-Position"]}
        assert self.assignments.get("/leaves", headers=after).status_code == self.compliance.get("/talks", headers=after).status_code == 200
        return cadre

    def publish(self, command: str, body: dict[str, Any], after: str = "") -> httpx.Response:
        """As law is made: the section proposes what is to be published, two people of the committee approve, one of them publishes."""
        kind, proposal, headers = KINDS[command], self.fresh("G"), {"Taizhang_After": after} if after else {}
        said = {field: body[published] for field, published in SAID[kind] if published in body}
        put = {"proposal_id": proposal, "kind": kind, "source": "S", "proposed_on": "2022-04-07", **said}
        approve = {"proposal_id": proposal, "approved_on": "2022-04-08"}
        self.compliance.record("ProposePolicy", put, **headers)
        for one in ("K1", "K2"):
            self.compliance.record("ApprovePolicy", approve, **of_committee(one))
        return self.compliance.record(command, body | {"proposal_id": proposal}, **of_committee("K1"))


def of_committee(actor: str) -> dict[str, str]:
    return {"Taizhang_Actor": actor, "Taizhang_Role": "committee"}


def cadre_of(cadre: str, unit: str) -> dict[str, Any]:
    said = {"cadre_id": cadre, "unit_id": unit, "managed_by": "committee", "category": "professional_technical"}
    return said | {"private": {"name": "张三"}}


def _client(settings: Settings) -> Client:
    return Client(base_url=f"http://127.0.0.1:{settings.port}", timeout=20, trust_env=False, headers=KNOWN)


@pytest.fixture(scope="session")
def nats_server() -> Iterator[Nats]:
    """Of these tests alone: the services keep all three streams on it."""
    yield from _nats()


@pytest.fixture(scope="session")
def district(postgres: str, nats_server: Nats, tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    folder = tmp_path_factory.mktemp("http")
    (folder / "kek").write_text(f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}\n")
    (folder / "token-keys").write_text(f"test-1:{base64.b64encode(SIGNER.public).decode()}\n")
    ports = dict(zip(APPS, free_ports(len(APPS)), strict=True))
    settings = {name: _settings(name, postgres, nats_server, folder / "kek", ports) for name in APPS}
    servers = []
    for name, app in APPS.items():
        migrate(postgres, name, PASSWORD, app.DDL)
        server = uvicorn.Server(
            uvicorn.Config(app.create(settings[name]), port=ports[name], log_config=None, lifespan="on", timeout_keep_alive=IDLE)
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        servers.append((server, thread))
    there = District(settings)
    for client in (there.registry, there.assignments, there.compliance):
        _until_ready(client)
    yield there
    for server, thread in servers:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="session")
def signing(district: District, nats_server: Nats, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A second process of the registry, with the private key: it signs people in, and lets subscribers onto the bus. Its hashes are cheap."""
    hashing._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    hashing.nobody.cache_clear()
    key, (port,) = tmp_path_factory.mktemp("signing") / "token-key", free_ports(1)
    key.write_text(f"test-1:{base64.b64encode(SIGNER.seed).decode()}\n")
    told = {"port": port, "token_signing_key_file": key, "nats_warden_url": SecretStr(nats_server.url("warden"))}
    settings = district.settings["registry"].model_copy(update=told)
    server = uvicorn.Server(uvicorn.Config(registry.create(settings), port=port, log_config=None, lifespan="on", timeout_keep_alive=IDLE))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


PASSWORD = secrets.token_hex(16)


def _settings(name: str, postgres: str, nats: Nats, kek: Path, ports: dict[str, int]) -> Settings:
    return Settings(
        dsn=SecretStr(make_conninfo(postgres, dbname=name, user=name, password=PASSWORD)),
        keys_dsn=SecretStr(make_conninfo(postgres, dbname=f"{name}_keys", user=name, password=PASSWORD)),
        kek_file=kek,
        nats_url=SecretStr(nats.url(name)),
        nats_monitor=nats.monitor_url,
        port=ports[name],
        registry_url=f"http://127.0.0.1:{ports['registry']}",
        assignments_url=f"http://127.0.0.1:{ports['assignments']}",
        compliance_url=f"http://127.0.0.1:{ports['compliance']}",
        service_token=SecretStr(SERVICE_TOKEN),
        token_keys_file=kek.with_name("token-keys"),
    )


def _until_ready(client: Client) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            answer = client.get("/health/ready")
            if answer.status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("not ready in 30 s")
