"""Facts on their way to a log, and the log as its table shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

import psycopg

from contracts.canonical import canonical
from services.kernel import log
from services.kernel.log import Draft

TYPE = "taizhang.test.Noted.v1"


def draft(stream: str, version: int = 1, subject: str | None = None, sealed: bytes | None = None, **data: Any) -> Draft:
    event = {
        "specversion": "1.0",
        "id": f"test/{stream}@{version}",
        "source": "/taizhang/test",
        "type": TYPE,
        "subject": subject or stream,
        "time": "2024-09-02T00:00:00+08:00",
        "recordedtime": "",
        "sequence": "",
        "actor": "P1",
        "role": "section",
        "unitref": "-",
        "correlationid": "rq-1",
        "causationid": "cmd-1",
        "data": data,
    }
    return Draft(stream, version, subject or stream, TYPE, canonical(event), sealed)


class Row(NamedTuple):
    position: int
    stream: str
    version: int
    line: str
    leaf: bytes
    group: str
    """The transaction that wrote it."""

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.line)
        return event

    @property
    def recorded(self) -> str:
        return str(self.event["recordedtime"])


def make(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as c:
        c.execute(log.DDL.encode())


def table(dsn: str) -> list[Row]:
    with psycopg.connect(dsn) as c:
        query = "select position, stream, version, line, leaf, xmin::text from log order by position"
        return [Row(*r) for r in c.execute(query).fetchall()]


def head(dsn: str) -> tuple[int, str, list[bytes]]:
    """Position, instant as `recordedtime` writes it, frontier."""
    with psycopg.connect(dsn) as c:
        row = c.execute(
            "select position, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), frontier from head"
        ).fetchone()
        assert row
        return row[0], row[1], row[2]


@contextmanager
def held(dsn: str) -> Iterator[None]:
    """Nobody's commit goes on meanwhile: what is said now waits, and is committed together."""
    with psycopg.connect(dsn) as c:
        c.execute("select from head for update")
        yield


def whole(rows: list[Row]) -> None:
    """Positions and versions without a gap, times that rise, lines that say so themselves."""
    assert [r.position for r in rows] == list(range(1, len(rows) + 1))
    assert [int(r.event["sequence"]) for r in rows] == [r.position for r in rows]
    times = [r.recorded for r in rows]
    assert all(a < b for a, b in pairwise(times))
    versions: dict[str, int] = {}
    for r in rows:
        versions[r.stream] = versions.get(r.stream, 0) + 1
        assert r.version == versions[r.stream], f"{r.stream}@{r.version} follows {versions[r.stream] - 1}"
        assert r.event["id"] == f"test/{r.stream}@{r.version}"
