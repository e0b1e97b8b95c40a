"""A log from its lines: the way to begin a ledger from an export, keeping ids, positions and both times."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
import psycopg

from contracts.canonical import canonical
from contracts.envelope import ID, INSTANT, POSITION, given, wrong

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
        position, before, frontier = 0, Before(), list[bytes]()
        with c.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.set_types(TYPES)
            for line in lines:
                row = _row(line, position + 1, before)
                copy.write_row(row)
                grow(frontier, position, row[-1])
                position += 1
                if position % 10_000 == 0:
                    progress(position)
        if position:
            at = datetime.fromisoformat(before.recorded)
            c.execute("update head set position = %s, recorded_at = %s, frontier = %s", (position, at, frontier))
            c.execute("notify log")
    return position


@dataclass(slots=True)
class Before:
    """What the next line must follow."""

    source: str = ""
    recorded: str = ""
    versions: dict[str, int] = field(default_factory=dict)


def _row(line: bytes, position: int, before: Before) -> tuple[Any, ...]:
    try:
        event = orjson.loads(line)
        identity, source, kind, subject, _, recorded, sequence, *_ = given(event)
        if not (ID(identity) and INSTANT(recorded) and POSITION(sequence) and source == "/taizhang/" + identity.partition("/")[0]):
            raise wrong(event)
        "".join((subject, kind))
        datetime.fromisoformat(recorded)
        text = canonical(event)
    except (KeyError, TypeError, ValueError):
        raise Unfit(position, "it is not an event") from None
    if int(sequence) != position:
        raise Unfit(position, f"there is {int(sequence)} instead")
    if recorded <= before.recorded:
        raise Unfit(position, "recordedtime does not rise")
    if before.source not in ("", source):
        raise Unfit(position, "it is of another service")
    stream, _, version = identity.split("/", 1)[1].rpartition("@")
    if int(version) != before.versions.get(stream, 0) + 1:
        raise Unfit(position, "its version does not follow that of its stream")
    before.source, before.recorded, before.versions[stream] = source, recorded, int(version)
    return position, int(version), stream, subject, kind, text.decode(), sha256(b"\0" + text).digest()


def grow(frontier: list[bytes], size: int, leaf: bytes) -> None:
    """Adds a leaf to the right edge of an RFC 6962 tree of `size` leaves: frontier[k] is the root of the last 2**k of them."""
    k, node = 0, leaf
    while size & 1:
        node = sha256(b"\1" + frontier[k] + node).digest()
        size >>= 1
        k += 1
    frontier[k : k + 1] = [node]
