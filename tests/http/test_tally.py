"""What is tried again and again is one row at once and one a minute, whoever tries."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from services.kernel import tally
from services.kernel.tally import Tally
from tests.http.conftest import District


def test_a_flood_is_two_rows(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    dsn, what = district.settings["registry"].dsn.get_secret_value(), f"t-{secrets.token_hex(4)}"
    monkeypatch.setattr(tally, "KINDS", 3)

    async def story() -> None:
        pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]
        async with AsyncConnectionPool(dsn, min_size=1, open=False) as pool:
            counted = Tally(pool)
            running = asyncio.create_task(counted.run())
            for _ in range(50):
                counted.note("-", what, "unauthenticated")
            for name in ("p-1", "p-2", "p-3", "p-4"):
                counted.note(name, what, "token-revoked")
            counted.each("p-1", what, "sign-in-failed")
            counted.each("p-1", what, "sign-in-failed")
            await asyncio.sleep(0.2)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())
    with psycopg.connect(dsn) as c:
        rows = c.execute("select actor, object, code from reads where what = %s order by id", (what,)).fetchall()
    assert rows == [
        ("-", None, "unauthenticated"),
        ("p-1", None, "token-revoked"),
        ("p-2", None, "token-revoked"),
        ("-", None, "token-revoked"),  # more principals than are told apart
        ("p-1", None, "sign-in-failed"),
        ("p-1", None, "sign-in-failed"),
        ("-", "49 more", "unauthenticated"),
        ("-", "1 more", "token-revoked"),
    ]
