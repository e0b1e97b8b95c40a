"""A preview works beside the service: it can be given up, others wait for their turn, and nothing of it is left behind."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from datetime import date

import psycopg
from psycopg_pool import AsyncConnectionPool

from contracts.message import Event, end_of_day
from services.compliance import drafts
from services.compliance.asking import Asking
from services.compliance.previewing import Preview, Previewing, Step
from services.compliance.shared import Shared
from tests.compliance.projecting import cadre, left, prepare, unit

DAY = date(2025, 3, 1)
NOW = end_of_day(DAY)
DRAFT = drafts.of({"effective_from": "2025-01-01", "parameters": {"art8.reading": "R4"}})
CADRES = 1200


def fill(dsn: str, *more: tuple[str, str]) -> None:
    """Cadres who left their posts; `more`: (cadre, line) as they are."""
    prepare(dsn)
    lines = [unit(1, "U1")]
    for n in range(CADRES):
        lines += [cadre(2 * n + 2, f"C{n:04d}"), left(2 * n + 3, f"C{n:04d}")]
    with psycopg.connect(dsn, autocommit=True) as c, c.cursor() as cursor:
        put = "insert into facts (source, position, subject, type, time, recordedtime, line) values (%s, %s, %s, %s, %s, %s, %s)"
        read = [(Event.parse(line), line.decode()) for line in lines]
        cursor.executemany(put, [(e.service, e.sequence, e.subject, e.type, e.time, e.recordedtime, line) for e, line in read])
        cursor.executemany(put, [("registry", 10**6 + i, who, "t", DAY, "x", line) for i, (who, line) in enumerate(more)])
        cursor.execute("insert into cadres select distinct subject, false from facts where subject like 'C%'")


async def previewed(previewing: Previewing, step: Step = lambda done, of: None) -> Preview:
    return await previewing.preview(await previewing.judged(DRAFT, NOW), DAY, NOW, None, step)


def test_it_ends_when_it_is_given_up(database: str) -> None:
    async def story() -> None:
        fill(database)
        async with AsyncConnectionPool(database, min_size=1, max_size=2, kwargs={"autocommit": True}) as pool:
            previewing, begun, steps = Previewing(Asking(pool, Shared())), asyncio.Event(), list[int]()

            def step(done: int, of: int) -> None:
                steps.append(done)
                begun.set()
                if done:
                    first.cancel()

            first = asyncio.create_task(previewed(previewing, step))
            await begun.wait()
            second = asyncio.create_task(previewed(previewing))
            await asyncio.wait([first])
            assert not second.done(), "it waits for its turn"
            made = await second
            assert first.cancelled()
            assert 0 < steps[-1] < CADRES, "it was given up on the way"
            assert made.told["totals"]["population"] == CADRES
            assert multiprocessing.active_children() == [] or await _ended()
            async with pool.connection() as conn:
                busy = await (
                    await conn.execute("select count(*) from pg_stat_activity where state like 'idle in transaction%'")
                ).fetchone()
            assert busy == (0,)

    asyncio.run(story())


async def _ended() -> bool:
    deadline = time.monotonic() + 10
    while multiprocessing.active_children():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    return True


def test_facts_that_cannot_be_read_are_counted_not_passed_over(database: str) -> None:
    async def story() -> None:
        fill(database, ("C0003", "{}"), ("C0007", "nothing"))
        async with AsyncConnectionPool(database, min_size=1, kwargs={"autocommit": True}) as pool:
            totals = (await previewed(Previewing(Asking(pool, Shared())))).told["totals"]
        assert (totals["unanswered"], totals["population"]) == (2, CADRES - 2)

    asyncio.run(story())
