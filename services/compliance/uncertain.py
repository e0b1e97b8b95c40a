"""What could not be processed, and whose answers it makes uncertain: a cadre's own, or everybody's."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
import psycopg

from services.compliance.publishing import rows
from services.compliance.shared import SHARED

Conn = psycopg.AsyncConnection[Any]


class Parked(NamedTuple):
    position: int
    subject: str
    of_all: bool
    """About no single cadre: a unit, a calendar."""


async def parked(conn: Conn) -> list[Parked]:
    found = await rows(conn, "select position, subject, line from parked")
    return [Parked(position, subject, line is not None and _of_all(line)) for position, subject, line in found]


async def uncertain_since(conn: Conn, cadre_id: str) -> int | None:
    """The first position that could not be processed of what counts for this cadre."""
    return min((p.position for p in await parked(conn) if p.of_all or p.subject == cadre_id), default=None)


def _of_all(line: str) -> bool:
    """A parked fact need not be what its type promises."""
    event = orjson.loads(line)
    data = event.get("data")
    return event.get("type") in SHARED and not (isinstance(data, dict) and data.get("cadre_id"))
