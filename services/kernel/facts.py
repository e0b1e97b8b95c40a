"""The facts that a service has followed, as its rules read them: one row a fact, the line as it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from contracts.message import Event

DDL = """
create table if not exists facts (source text collate "C" not null, position bigint not null,
  subject text collate "C" not null, type text collate "C" not null, time date not null,
  recordedtime text collate "C" not null, line text not null, primary key (source, position));
create index if not exists facts_subject on facts (subject);
"""
COPY = "copy facts (source, position, subject, type, time, recordedtime, line) from stdin (format binary)"
TYPES = ("text", "int8", "text", "text", "date", "text", "text")


async def store(conn: psycopg.AsyncConnection[Any], events: Sequence[Event], lines: Sequence[bytes]) -> None:
    """Adds a page of facts, each new. Belongs into the transaction that moves the position."""
    async with conn.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.set_types(TYPES)
        for e, line in zip(events, lines, strict=True):
            await copy.write_row((e.service, e.sequence, e.subject, e.type, e.time, e.recordedtime, line.decode()))
