"""What is kept at hand of a history is what the database holds: whoever wrote it, in whatever order followed facts came, and however
little is kept."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import psycopg
import pytest

from contracts.assignments import WithdrawLeave
from contracts.message import Event
from services.kernel import facts, histories
from services.kernel.known import Past
from services.kernel.log import Unreachable
from services.kernel.refusal import Refused
from tests.kernel import district
from tests.kernel.district import LOCAL, cadre, leave, unit

IDS = ("U1", "C1", "C2", "C3", "C4", "leave-L1", "leave-L2", "nobody")
PLAIN = """select line::json ->> 'id' from log where subject = any(%(ids)s) or stream = any(%(ids)s)
  union select line::json ->> 'id' from facts where subject = any(%(ids)s) and source <> 'assignments'"""


def whose(n: int) -> str:
    return f"C{n % 4 + 1}"


async def agrees(past: Past, conn: psycopg.AsyncConnection[Any], ids: Sequence[str]) -> int:
    """What it tells is what is there; how much that is."""
    there = {i for (i,) in await (await conn.execute(PLAIN.encode(), {"ids": list(ids)})).fetchall()}
    last = dict(await (await conn.execute("select subject, max(position) from log group by subject")).fetchall())
    versions = dict(await (await conn.execute("select stream, max(version) from log group by stream")).fetchall())
    told = [e.id for e in past.events]
    assert sorted(told) == sorted(there), ids
    assert all(last[s] == position for s, position in past.last.items() if s in ids)
    assert all(versions[s] == version for s, version in past.versions.items() if s in ids or s.startswith("leave-"))
    assert {s for s in ids if s in last} <= past.last.keys() and {s for s in ids if s in versions} <= past.versions.keys()
    assert told == [e.id for e in sorted(past.events, key=lambda e: (e.recordedtime, e.source, e.sequence))]
    return len(told)


@pytest.mark.parametrize(("seed", "most"), [(1, 20_000), (2, 5), (3, 20_000)])
def test_what_is_kept_is_what_is_there(fresh_databases: Callable[[], str], monkeypatch: pytest.MonkeyPatch, seed: int, most: int) -> None:
    monkeypatch.setattr(histories, "MOST", most)
    chance = random.Random(seed)
    first, second = (district.tables(fresh_databases(), name) for name in ("registry", "assignments"))
    keys = district.tables(first, "keys")

    async def story() -> None:
        async with (
            district.ledger("registry", first, keys) as registry,
            district.ledger("assignments", second, keys) as one,
            district.ledger("assignments", second, keys) as other,
            await psycopg.AsyncConnection.connect(second, autocommit=True) as conn,
        ):
            for command in (unit(), *(cadre(f"C{n}") for n in range(1, 5))):
                await registry.execute(command, LOCAL)
            waiting = [line for line, _ in district.lines(first)]
            await facts.store(conn, [Event.parse(waiting[0])], [waiting.pop(0).encode()])
            chance.shuffle(waiting)  # parked facts come when they can
            told = leaves = 0
            for step in range(1, 60):
                if waiting and step % 5 == 0:
                    line = waiting.pop()
                    await facts.store(conn, [Event.parse(line)], [line.encode()])
                elif chance.random() < 0.6:
                    n, month = chance.randint(1, 8), f"2024-{leaves % 12 + 1:02}"
                    withdrawn = WithdrawLeave(leave_id=f"L{n}", cadre_id=whose(n), withdrawn_on=date(2024, 9, 3))
                    asking = leave(f"L{n}", f"{month}-01", f"{month}-02", whose(n))
                    with suppress(Refused):
                        leaves += len((await chance.choice((one, other)).execute(chance.choice((asking, withdrawn)), LOCAL)).events)
                asked = [chance.sample(IDS, chance.randint(1, 4)) for _ in range(4)]
                pasts = await asyncio.gather(*(one._past(ids) for ids in asked))
                told += sum([await agrees(past, conn, ids) for past, ids in zip(pasts, asked, strict=True)])
            assert told > 300 and leaves > 8 and not waiting
            kept = one.histories._kept
            assert sum(about.size for about in kept.values()) == one.histories._facts <= most

    asyncio.run(story())


def test_trouble_is_told_to_all_who_wait_and_forgets_everything(fresh_databases: Callable[[], str]) -> None:
    first = district.tables(fresh_databases(), "registry")

    async def story() -> None:
        async with district.ledger("registry", first, district.tables(first, "keys")) as registry:
            await registry.execute(unit(), LOCAL)
            assert len(await registry.history(("U1",))) == 1 and registry.histories._kept
            with psycopg.connect(first, autocommit=True) as c:
                c.execute("alter table facts rename to away")
            found = await asyncio.gather(*(registry.histories.of(("U1",)) for _ in range(100)), return_exceptions=True)
            assert all(isinstance(f, psycopg.errors.UndefinedTable) for f in found)
            with psycopg.connect(first, autocommit=True) as c:
                c.execute("alter table away rename to facts")
                c.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
                )
            with suppress(Unreachable):  # unless the server is heard to close it
                await registry.history(("U1",))
            assert len(await registry.history(("U1",))) == 1

    asyncio.run(story())
