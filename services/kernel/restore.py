"""A log from its lines: the way to begin a ledger from an export, keeping ids, positions and both times."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
import psycopg

from contracts.message import canonical

COPY = "copy log (position, version, stream, subject, type, line, leaf) from stdin (format binary)"
TYPES = ("int8", "int4", "text", "text", "text", "text", "bytea")


class NotEmpty(Exception):
    """The log has facts already."""


class Unfit(Exception):
    """The lines are not one whole log: `position` is where that shows."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(f"{why} (position {position})")
        self.position, self.why = position, why


def load(dsn: str, lines: Iterable[bytes], progress: Callable[[int], None] = lambda n: None) -> int:
    """Fills an empty log with the lines of one service in `sequence` order; returns how many. Whole or not at all. Ciphertexts
    are not in an export: private fields stay unreadable until they are stated anew. Raises NotEmpty or Unfit."""
    with psycopg.connect(dsn) as c:
        if c.execute("select position from head for update").fetchone() != (0,):
            raise NotEmpty
        position, recorded, frontier = 0, "", list[bytes]()
        with c.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.set_types(TYPES)
            for line in lines:
                row, recorded = _row(line, position, recorded)
                copy.write_row(row)
                grow(frontier, position, row[-1])
                position += 1
                if position % 10_000 == 0:
                    progress(position)
        if position:
            at = datetime.fromisoformat(recorded).astimezone(UTC)
            c.execute("update head set position = %s, recorded_at = %s, frontier = %s", (position, at, frontier))
            c.execute("notify log")
    return position


def _row(line: bytes, position: int, recorded: str) -> tuple[tuple[Any, ...], str]:
    event = orjson.loads(line)
    text = canonical(event)
    if int(event["sequence"]) != position + 1:
        raise Unfit(position + 1, f"there is {int(event['sequence'])} instead")
    if event["recordedtime"] <= recorded:
        raise Unfit(position + 1, "recordedtime does not rise")
    stream, _, version = event["id"].split("/", 1)[1].rpartition("@")
    leaf = sha256(b"\0" + text).digest()
    return (position + 1, int(version), stream, event["subject"], event["type"], text.decode(), leaf), event["recordedtime"]


def grow(frontier: list[bytes], size: int, leaf: bytes) -> None:
    """Adds a leaf to the right edge of an RFC 6962 tree of `size` leaves: frontier[k] is the root of the last 2**k of them."""
    k, node = 0, leaf
    while size & 1:
        node = sha256(b"\1" + frontier[k] + node).digest()
        size >>= 1
        k += 1
    frontier[k : k + 1] = [node]
