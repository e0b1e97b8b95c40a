"""Real servers for the benchmarks, each in a temporary folder, stopped at the end."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from services.kernel.nkeys import Issuer
from services.local.nats import USERS, Nats
from services.local.postgres import Postgres


@contextmanager
def postgres() -> Iterator[str]:
    """DSN of the superuser of a server of its own, which writes to disk as the real one does."""
    with tempfile.TemporaryDirectory(prefix="taizhang-bench-") as folder:
        server = Postgres(Path(folder) / "postgres", secrets.token_hex(16)).start()
        try:
            yield server.dsn()
        finally:
            server.stop()


@contextmanager
def nats() -> Iterator[Nats]:
    """With the users of the real one and `sync_interval: always`."""
    with tempfile.TemporaryDirectory(prefix="taizhang-bench-") as folder:
        passwords, issuer = {user: secrets.token_hex(16) for user in USERS}, Issuer(secrets.token_bytes(32))
        server = Nats(Path(folder) / "nats", passwords, issuer.name).start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def database(admin: str, ddl: str) -> Iterator[str]:
    """A fresh database with these statements run in it."""
    name = f"b{uuid4().hex[:12]}"
    with psycopg.connect(admin, autocommit=True) as c:
        c.execute(f"create database {name}".encode())
        dsn = make_conninfo(admin, dbname=name)
        if ddl:
            with psycopg.connect(dsn) as d:
                d.execute(ddl.encode())
        yield dsn
        c.execute(f"drop database {name} with (force)".encode())
