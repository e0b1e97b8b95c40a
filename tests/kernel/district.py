"""Two ledgers with the real deciders: registry, and assignments, which knows what the registry said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from contracts.assignments import RequestLeave
from contracts.message import Event, Fact
from contracts.registry import RegisterCadre, RegisterUnit
from services.assignments import deciding as assignments
from services.kernel import facts, follow, log, seal
from services.kernel.ledger import Ledger
from services.kernel.line import Actor
from services.kernel.seal import Vault
from services.registry import deciding as registry

NOW = datetime(2024, 9, 2, 1, 2, 3, tzinfo=UTC)
REGISTERED = NOW - timedelta(days=1)
LOCAL = Actor("local", "section")
DDL = {"registry": log.DDL + follow.DDL, "assignments": log.DDL + follow.DDL, "keys": seal.DDL}
DECIDING = {"registry": (registry.decide, registry.subjects), "assignments": (assignments.decide, assignments.subjects)}
EVIDENCE = {"evidence_id": "E1", "sha256": "00", "media_type": "application/pdf"}


def tables(dsn: str, name: str) -> str:
    with psycopg.connect(dsn, autocommit=True) as c:
        c.execute(DDL[name].encode())
    return dsn


@asynccontextmanager
async def ledger(service: str, dsn: str, keys: str) -> AsyncIterator[Ledger]:
    decide, subjects = DECIDING[service]
    opened = Ledger(service, dsn, Vault(keys, {"k": b"k" * 32}), decide, subjects, lambda: NOW if service == "assignments" else REGISTERED)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()


async def know(dsn: str, of: Ledger) -> None:
    """As if everything that `of` recorded had been followed into this database."""
    async with of.pool.connection() as c:
        lines = [r[0].encode() for r in await (await c.execute("select line from log order by position")).fetchall()]
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        await facts.store(conn, [Event.parse(line) for line in lines], lines)


def lines(dsn: str) -> list[tuple[str, bytes | None]]:
    with psycopg.connect(dsn) as c:
        return c.execute("select line, sealed from log order by position").fetchall()


def unit(unit_id: str = "U1") -> Fact:
    return RegisterUnit.model_validate({"unit_id": unit_id, "name": "第一小学", "kind": "school"})


def cadre(cadre_id: str = "C1", name: str = "王小明") -> Fact:
    said = {"cadre_id": cadre_id, "unit_id": "U1", "managed_by": "committee", "category": "professional_technical"}
    return RegisterCadre.model_validate(said | {"private": {"name": name, "id_number": "11010519491231002X"}})


def leave(leave_id: str, first: str = "2024-09-09", last: str = "2024-09-20", cadre_id: str = "C1", grounds: str = "手术") -> Fact:
    days: dict[str, Any] = {"from": date.fromisoformat(first), "until": date.fromisoformat(last), "requested_on": date(2024, 9, 2)}
    said = {"leave_id": leave_id, "cadre_id": cadre_id, "applicant": "self", "reason_class": "health", "written": True}
    return RequestLeave.model_validate(said | days | {"evidence": (EVIDENCE,), "private": {"grounds": grounds}})


async def both(one: Ledger, other: Ledger, commands: Sequence[Fact]) -> list[Any]:
    """Said at the same moment, to one ledger and the other in turn."""
    return await asyncio.gather(*((one, other)[n % 2].execute(c, LOCAL) for n, c in enumerate(commands)), return_exceptions=True)
