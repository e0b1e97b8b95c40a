"""A service reads its own log in the order of positions, however the rows lie in the table."""

from __future__ import annotations

import asyncio

import psycopg

from services.kernel import log
from services.kernel.arrivals import OwnLog

LINE = '{{"id":"compliance/cadre-C1@{n}","sequence":"{n:020}","subject":"C1","type":"taizhang.compliance.ExitTalkHeld.v1"}}'


def test_pages_are_in_order_although_the_rows_are_not(database: str) -> None:
    with psycopg.connect(database) as c:
        c.execute(log.DDL.encode())
        for n in (3, 1, 5, 2, 4):
            insert = "insert into log values (%s, %s, 'cadre-C1', 'C1', 'taizhang.compliance.ExitTalkHeld.v1', %s, null, '')"
            c.execute(insert, (n, n, LINE.format(n=n)))
        c.execute("update head set position = 5")

    async def first() -> list[int]:
        async for page in OwnLog(database, "compliance").pages(0):
            return [fact.position for fact in page]
        return []

    assert asyncio.run(first()) == [1, 2, 3, 4, 5]
