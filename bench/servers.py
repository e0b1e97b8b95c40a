"""Real servers for the benchmarks, each in a temporary folder, stopped at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo


@contextmanager
def postgres() -> Iterator[str]:
    import os

    yield os.environ["BENCH_DSN"]


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
