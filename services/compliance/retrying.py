"""What was parked is tried again by itself: what was in its way (a fact of another service, a fault that was mended) may be gone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import psycopg
import structlog

from services.compliance.publishing import rows
from services.kernel.follow import Conn, Follower
from services.kernel.parking import PASSING, Fenced

EVERY = 60.0
"""Seconds."""

log = structlog.get_logger(__name__)


class Retrying:
    def __init__(self, dsn: str, followers: Mapping[str, Follower], every: float = EVERY) -> None:
        self.dsn, self.followers, self.every = dsn, followers, every

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(self.every)
            try:
                async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as conn:
                    await self.once(conn)
            except (*PASSING, Fenced) as trouble:
                log.warning("what is parked was not tried again", trouble=type(trouble).__name__)

    async def once(self, conn: Conn) -> None:
        """Each source's subjects in the order in which they were parked."""
        parked = "select source, subject from parked group by source, subject order by min(position)"
        for source, subject in await rows(conn, parked):
            if source in self.followers:
                await self.followers[source].retry(conn, subject)
