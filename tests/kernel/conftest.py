from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest
from nats.js.errors import NotFoundError

from services.kernel.broker import connect
from services.local.nats import Nats


@pytest.fixture
def bus(nats_server: Nats) -> Iterator[Nats]:
    """The common server, without streams before and after."""
    delete_streams(nats_server)
    yield nats_server
    delete_streams(nats_server)


def delete_streams(server: Nats) -> None:
    async def delete() -> None:
        nc = await connect(server.url("operator"), "operator")
        for service in ("registry", "assignments", "compliance"):
            with suppress(NotFoundError):
                await nc.jetstream().delete_stream(f"TAIZHANG_{service.upper()}")
        await nc.close()

    asyncio.run(delete())
