"""The facts that a service has followed, as its rules read them: one row a fact, the line as it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from contracts.message import Event
from services.kernel import arrays

DDL = """
create table if not exists facts (source text collate "C" not null, position bigint not null,
  subject text collate "C" not null, type text collate "C" not null, time date not null,
  recordedtime text collate "C" not null, line text not null, primary key (source, position));
create index if not exists facts_subject on facts (subject);
"""
STORE = """insert into facts (source, position, subject, type, time, recordedtime, line)
  select s, p, b, t, d::date, r, l from unnest(%b, %b, %b, %b, %b, %b, %b) u(s, p, b, t, d, r, l)"""


async def store(conn: psycopg.AsyncConnection[Any], events: Sequence[Event], lines: Sequence[bytes]) -> None:
    """Adds a page of facts, each new. Belongs into the transaction that moves the position; one statement, so that it fits into a
    pipeline."""
    if not events:
        return
    columns = (
        arrays.text([e.service.encode() for e in events]),
        arrays.int8([e.sequence for e in events]),
        arrays.text([e.subject.encode() for e in events]),
        arrays.text([e.type.encode() for e in events]),
        arrays.text([e.time.isoformat().encode() for e in events]),
        arrays.text([e.recordedtime.encode() for e in events]),
        arrays.text(lines),
    )
    await conn.execute(STORE, columns, prepare=True)
