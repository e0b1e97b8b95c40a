from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo


@pytest.fixture
def fresh_databases(postgres: str) -> Iterator[Callable[[], str]]:
    """As many empty databases as are asked for."""
    made = list[str]()

    def make() -> str:
        made.append(f"test_{secrets.token_hex(6)}")
        admin.execute(f"create database {made[-1]} template template0".encode())
        return make_conninfo(postgres, dbname=made[-1])

    with psycopg.connect(postgres, autocommit=True) as admin:
        yield make
        for name in made:
            admin.execute(f"drop database {name} with (force)".encode())
