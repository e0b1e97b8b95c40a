"""Long work, one piece at a time: a few wait for their turn, more are refused, so that whoever asks for it again and again keeps
nobody else from an ordinary answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.kernel.refusal import refused


class Turns:
    """`waiting`: how many may wait besides the one whose turn it is. `busy`: the refusal of the others."""

    def __init__(self, waiting: int, busy: str) -> None:
        self._waiting, self._busy = waiting, busy
        self._turn = asyncio.Semaphore(1)
        self._wanted = 0

    @asynccontextmanager
    async def mine(self) -> AsyncIterator[None]:
        """Raises Refused when too many wait already."""
        if self._wanted > self._waiting:
            raise refused(self._busy)
        self._wanted += 1
        try:
            async with self._turn:
                yield
        finally:
            self._wanted -= 1
