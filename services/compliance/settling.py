"""Lists that must not be too early wait a little until what has been read is answered, then they are refused as not yet known."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from nats.errors import Error as NatsError

from services.compliance.marking import WAITING
from services.compliance.notices import DURABLE, KINDS
from services.compliance.publishing import rows
from services.kernel import query
from services.kernel.broker import stream_name
from services.kernel.refusal import refused
from services.kernel.service import Service

PATIENCE = 2.0
LOOK = 0.02
"""Seconds between two looks, doubled each time."""

Asker = Request[Any, Any, Any]


class Settling:
    def __init__(self, service: Service) -> None:
        self.service = service

    async def answered(self, request: Asker, cadre: str | None = None) -> None:
        """Of a request that names positions: they have been read already."""
        if query.after(request):
            await _until(lambda: self._answered(cadre))

    async def told(self, request: Asker) -> None:
        """Every change that follows from the positions named has become a notice."""
        if query.after(request):
            await self.answered(request)
            async with self.service.ledger.pool.connection() as conn:
                last = await rows(conn, "select position from log where type = any(%s) order by position desc limit 1", sorted(KINDS))
            if last:
                await _until(lambda: self._told(last[0][0]))

    async def _answered(self, cadre: str | None) -> bool:
        async with self.service.ledger.pool.connection() as conn:
            return not await rows(conn, f"select {WAITING} and (%s::text is null or cadre = %s) limit 1", cadre, cadre)

    async def _told(self, position: int) -> bool:
        try:
            js = (await self.service.broker.client()).jetstream(timeout=PATIENCE)
            floor = (await js.consumer_info(stream_name("compliance"), DURABLE)).ack_floor
        except (NatsError, TimeoutError, OSError):
            return False
        return bool(floor) and (floor.stream_seq or 0) >= position


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    pause = LOOK
    try:
        async with asyncio.timeout(PATIENCE):
            while not await true():
                await asyncio.sleep(pause)
                pause = min(2 * pause, 0.2)
    except TimeoutError:
        raise refused("not-yet-known") from None
