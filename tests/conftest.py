"""Real servers for those tests that need one: started when first asked for, one of each per pytest process, gone at the end."""

from __future__ import annotations

import gc
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from services.kernel.nkeys import Issuer
from services.local.folder import passing
from services.local.nats import USERS, Nats
from services.local.postgres import Postgres
from services.local.supervisor import Taizhang
from tests import memory

memory.used()
CREATE = "create database {} template template0 strategy file_copy"
"""Half as dear as by way of the log of PostgreSQL: the new database is small."""


SEED = secrets.token_bytes(32)
ISSUER = Issuer(SEED)
WHOLE = {"running", "taizhang"}
"""Fixtures that start every server and service: the longest files."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: whoever works beside is not waited for at the end."""
    long = {item.path for item in items if isinstance(item, pytest.Function) and WHOLE & set(item.fixturenames)}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """The server itself, for those who stop it; whoever does must start it again."""
    with tempfile.TemporaryDirectory(prefix="taizhang-test-") as folder:
        server = Postgres(Path(folder) / "postgres", secrets.token_hex(16)).start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres(postgres_server: Postgres) -> str:
    """DSN of its superuser."""
    return postgres_server.dsn()


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """DSN of an empty database of this test's own, as the superuser."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(CREATE.format(name).encode())
        yield make_conninfo(postgres, dbname=name)
        admin.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def fresh_databases(postgres: str) -> Iterator[Callable[[], str]]:
    """As many empty databases as are asked for."""
    made = list[str]()

    def make() -> str:
        made.append(f"test_{secrets.token_hex(6)}")
        admin.execute(CREATE.format(made[-1]).encode())
        return make_conninfo(postgres, dbname=made[-1])

    with psycopg.connect(postgres, autocommit=True) as admin:
        yield make
        for name in made:
            admin.execute(f"drop database {name} with (force)".encode())


@pytest.fixture(scope="session")
def taizhang() -> Iterator[Taizhang]:
    """Everything, running, of all tests of this process: `urls`, `nats_url`, `admin_dsn`, `pid(part)`, `restart(part)`. Whoever kills a
    part waits until it is ready again (`wait_ready`)."""
    with passing() as folder, Taizhang(folder) as everything:
        yield everything


@pytest.fixture(scope="session")
def nats_server() -> Iterator[Nats]:
    """A server with the users of `services.local.nats.USERS` (`nats_server.url(user)`), one of all tests of this process: a test that
    makes streams deletes them, or takes `fresh_nats`. Subscribers are let in by a registry whose signing key is SEED."""
    yield from _nats()


@pytest.fixture
def fresh_nats() -> Iterator[Nats]:
    """A server of this test's own, to be stopped and killed as it likes."""
    yield from _nats()


def _nats() -> Iterator[Nats]:
    with tempfile.TemporaryDirectory(prefix="taizhang-test-") as folder:
        server = Nats(Path(folder) / "nats", {user: secrets.token_hex(16) for user in USERS}, ISSUER.name).start()
        try:
            yield server
        finally:
            server.stop()
