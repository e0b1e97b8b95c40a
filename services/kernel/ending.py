"""How tasks that run for ever are ended."""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN = 0.2


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Returns when they are over. A cancellation that arrives together with the result of a `wait_for` is swallowed by Python 3.11,
    and the NATS client waits so everywhere: whoever cancels once may wait for ever."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN)
