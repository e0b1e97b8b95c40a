"""The moment at which a refusal is given: it must not tell what was found before, which some tenths of a millisecond would."""

from __future__ import annotations

import asyncio
import time

PACE = 0.005
"""Seconds: refusals are given at multiples of it after the request."""
TIMER = 0.0015
"""Seconds that a timer may be late: the last of the wait is counted, since a loop's timers are coarser than what is to be hidden."""


async def evenly(began: float) -> None:
    """Returns when a multiple of PACE has passed since then (of the monotonic clock)."""
    end = began + ((time.monotonic() - began) // PACE + 1) * PACE
    await asyncio.sleep(max(0.0, end - time.monotonic() - TIMER))
    while time.monotonic() < end:  # noqa: ASYNC110 - a moment is nobody's to announce
        await asyncio.sleep(0)
