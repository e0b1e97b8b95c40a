"""What a question means by a day and by an instant."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import NamedTuple

from contracts.message import CHINA, end_of_day, instant
from services.kernel import query
from services.kernel.body import EARLIEST, LATEST
from services.kernel.clock import Clock, today
from services.kernel.knowing import Knowing
from services.kernel.refusal import refused

PATIENCE = timedelta(seconds=2)


class Asked(NamedTuple):
    as_of: date
    known_at: str
    year: int


async def asked(clock: Clock, knowing: Knowing, as_of: str | None, known_at: str | None, year: str | None) -> Asked:
    """Defaults: today, now, the year of `as_of`. A day as `known_at` means its end, today's end now. An instant that has not come,
    or up to which not everything has been read, is waited for a little, then Refused not-yet-known: nobody can say yet what will be
    known then."""
    day = query.day("as_of", as_of or None) or today(clock)
    return Asked(day, await knowing.up_to(await _known(clock, known_at)), _year(year) if year else day.year)


async def _known(clock: Clock, text: str | None) -> str | None:
    """The instant wanted, which has come; None for the present."""
    now = clock()
    if not text:
        return None
    if len(text) == 10:
        day = query.day("known_at", text)
        if day is None or day > today(clock):
            raise refused("not-yet-known", "known_at")
        return end_of_day(day) if day < today(clock) else None
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that was not escaped
    except ValueError:
        raise refused("bad-query", "known_at") from None
    if not EARLIEST.year <= at.year <= LATEST.year:
        raise refused("bad-query", "known_at")
    if at.tzinfo is None:
        at = at.replace(tzinfo=CHINA)
    if at > now + PATIENCE:
        raise refused("not-yet-known", "known_at")
    if at > now:
        await asyncio.sleep((at - now).total_seconds())
    return instant(at)


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4 and EARLIEST.year <= int(text) <= LATEST.year):
        raise refused("bad-query", "year")
    return int(text)
