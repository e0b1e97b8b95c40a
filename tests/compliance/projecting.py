"""Facts as they come from the services, and a projector on a database of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import psycopg

from contracts.canonical import canonical
from contracts.message import CHINA, Event
from services.compliance import projector
from services.compliance.projector import Projector
from services.kernel import follow, log, pages, scope
from services.kernel.follow import Conn, Page

DDL = log.DDL + follow.DDL + pages.DDL + projector.DDL
NOON = datetime(2025, 3, 1, 12, tzinfo=CHINA)


def fact(service: str, kind: str, stream: str, position: int, subject: str, time: str, /, **data: Any) -> bytes:
    """A line; `stream` with its version, `recordedtime` by the position."""
    name = f"taizhang.{service}.{kind}.v1"
    event = {
        "specversion": "1.0", "id": f"{service}/{stream}", "source": f"/taizhang/{service}", "type": name, "subject": subject,
        "time": f"{time}T00:00:00+08:00", "recordedtime": f"2025-01-01T00:00:00.{position:06d}Z", "sequence": f"{position:020d}",
        "actor": "a", "role": "section", "unitref": "-", "correlationid": "r", "causationid": "c", "dataschema": f"/schemas/{name}.json",
        "datacontenttype": "application/json", "data": {k.rstrip("_"): v for k, v in data.items()},
    }  # fmt: skip
    return canonical(event)


def unit(position: int, unit_id: str, name: str = "甲中学") -> bytes:
    return fact(
        "registry", "UnitRegistered", f"unit-{unit_id}@1", position, unit_id, "2020-01-01", unit_id=unit_id, name=name, kind="school"
    )


def merger(position: int, unit_id: str, into: str, on: str, version: int = 2) -> bytes:
    data = {"unit_id": unit_id, "into_unit_id": into, "merged_on": on}
    return fact("registry", "UnitMerged", f"unit-{unit_id}@{version}", position, unit_id, on, **data)


def cadre(position: int, cadre_id: str, unit_id: str = "U1") -> bytes:
    data = {"cadre_id": cadre_id, "unit_id": unit_id, "managed_by": "committee", "category": "professional_technical"}
    return fact("registry", "CadreRegistered", f"cadre-{cadre_id}@1", position, cadre_id, "2020-01-01", **data)


def left(position: int, cadre_id: str, unit_id: str = "U1", on: str = "2023-09-01", post: str = "校长") -> bytes:
    data = {"cadre_id": cadre_id, "unit_id": unit_id, "post": post, "reason": "age", "decision_no": "1", "exited_on": on}
    return fact("registry", "CadreExited", f"cadre-{cadre_id}@2", position, cadre_id, on, **data)


def retraction(position: int, cadre_id: str, of: str, version: int) -> bytes:
    data = {"retracts": of, "cadre_id": cadre_id, "retracted_on": "2025-02-01"}
    return fact("registry", "RegistryFactRetracted", f"cadre-{cadre_id}@{version}", position, cadre_id, "2025-02-01", **data)


def year_closed(position: int, year: int) -> bytes:
    data = {"year": year, "closed_on": f"{year + 1}-01-05"}
    return fact("compliance", "AppraisalYearClosed", f"year-{year}@1", position, f"year-{year}", f"{year + 1}-01-05", **data)


def page(*lines: bytes, **more: Any) -> Page:
    events = [Event.parse(line) for line in lines]
    return Page(events[0].service, events, list(lines), **more)


def prepare(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as c:
        c.execute(DDL.encode())
        c.execute("insert into positions values ('registry', 0), ('assignments', 0), ('compliance', 0)")


def shut(dsn: str) -> None:
    """With row-level security, as the schema of the service has it."""
    with psycopg.connect(dsn, autocommit=True) as c:
        for role in ("compliance", "compliance_reader"):
            if not c.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone():
                c.execute(f"create role {role}".encode())
        c.execute(scope.DDL.encode())
        scope.guard(c, "compliance")


def projecting(dsn: str, clock: Callable[[], datetime] = lambda: NOON) -> Projector:
    return Projector(dsn, clock, asyncio.Lock())


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Conn]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        yield conn


async def take(conn: Conn, to: Projector, *lines: bytes) -> None:
    """As a follower does it."""
    async with conn.pipeline(), conn.transaction():
        await to.apply(conn, page(*lines))


async def every(conn: Conn, query: str, *arguments: object) -> list[tuple[Any, ...]]:
    return await (await conn.execute(query.encode(), arguments or None)).fetchall()
