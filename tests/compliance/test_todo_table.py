"""The to-dos of today are kept with the answers: they come and go with facts and with days."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Any

from contracts.message import CHINA
from services.compliance import marking
from services.compliance.projector import Projector
from services.compliance.todo_table import Wanted, listed
from services.kernel.follow import Conn
from tests.compliance.projecting import cadre, connected, fact, left, merger, prepare, projecting, retraction, take, unit


class Day:
    """A clock that is set."""

    def __init__(self, day: str) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime.combine(date.fromisoformat(self.day), datetime.min.time(), CHINA).replace(hour=12)


def requested(position: int, about: str, on: str = "2025-03-03") -> bytes:
    evidence = [{"evidence_id": "e1", "sha256": "a" * 64, "media_type": "application/pdf"}]
    said: dict[str, Any] = {"leave_id": "L1", "cadre_id": about, "applicant": "self", "reason_class": "health", "from": "2025-03-10"}
    said |= {"until": "2025-04-11", "written": True, "evidence": evidence, "requested_on": on}
    return fact("assignments", "LeaveRequested", "leave-L1@1", position, about, on, **said)


def reviewed(position: int, about: str, on: str) -> bytes:
    said = {"leave_id": "L1", "cadre_id": about, "outcome": "passed", "reviewed_on": on}
    return fact("assignments", "LeaveUnitReviewed", "leave-L1@2", position, about, on, **said)


def complaint(position: int, name: str, on: str) -> bytes:
    said = {"complaint_id": "x1", "unit_id": "U1"} | (
        {"source_ref": "s", "received_on": on} if name.endswith("Received") else {"outcome": "dismissed", "decided_on": on}
    )
    return fact("compliance", name, f"complaint-x1@{position}", position, "U1", on, **said)


async def codes(conn: Conn, on: str, **wanted: Any) -> list[tuple[str, str | None, str | None]]:
    found = await listed(conn, Wanted(**wanted), (), date.fromisoformat(on), 100)
    return [(one.code, one.unit, one.due_on.isoformat() if one.due_on else None) for one in found]


async def settle(conn: Conn, p: Projector) -> None:
    while await p.some(conn):
        pass


def test_they_come_and_go_with_facts(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database, Day("2025-03-03"))
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), unit(2, "U2"), cadre(3, "C1"), left(4, "C1"), cadre(5, "C2", "U2"))
            await take(conn, p, requested(1, "C1"))
            review = ("unit_review_overdue", "U1", "2025-03-06")
            assert review in await codes(conn, "2025-03-03")
            assert review in await codes(
                conn, "2025-03-03", role="branch", unit="U1", about="C1", due_before=date(2025, 3, 7), overdue=False
            )
            assert review not in await codes(conn, "2025-03-03", due_before=date(2025, 3, 6))
            for wanted in ({"role": "committee"}, {"unit": "U2"}, {"about": "C2"}, {"overdue": True}):
                assert review not in await codes(conn, "2025-03-03", **wanted), wanted
            assert await codes(conn, "2025-03-03", about="C2") == []
            await take(conn, p, reviewed(2, "C1", "2025-03-03"))
            assert review not in await codes(conn, "2025-03-03")
            assert ("unit_failed_to_report", "U1", "2025-03-06") in await codes(conn, "2025-03-03")
            await take(conn, p, retraction(6, "C1", "registry/cadre-C1@2", 3))
            assert [c for c, *_ in await codes(conn, "2025-03-04", about="C1")] == []

    asyncio.run(story())


def test_they_come_and_go_with_days(database: str) -> None:
    """Training is owed from the first of the year; the day after its last it is too late for it, and it is the next one's turn."""

    async def story() -> None:
        prepare(database)
        clock = Day("2024-12-31")
        p = projecting(database, clock)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            assert ("training_gap", "U1", "2024-12-31") in await codes(conn, "2024-12-31")
            clock.day = "2025-01-01"
            await marking.mark_due(conn, date(2025, 1, 1))
            await settle(conn, p)
            assert [x for x in await codes(conn, "2025-01-01") if x[0] == "training_gap"] == [("training_gap", "U1", "2025-12-31")]

    asyncio.run(story())


def test_what_did_not_change_is_not_written_again(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database, Day("2025-03-03"))
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), unit(2, "U2"), cadre(3, "C1"), left(4, "C1"))
            rows = "select id, xmin::text from todos order by id"
            before = await (await conn.execute(rows)).fetchall()
            await conn.execute("update cadres set dirty = true")
            await settle(conn, p)
            assert await (await conn.execute(rows)).fetchall() == before != []
            await take(conn, p, merger(5, "U1", "U2", "2025-03-03"))
            await settle(conn, p)
            assert ("training_gap", "U2", "2025-12-31") in await codes(conn, "2025-03-03")

    asyncio.run(story())


def test_a_complaint_waits_for_its_decision(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database, Day("2025-03-03"))
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"))
            await take(conn, p, complaint(1, "ComplaintReceived", "2025-03-03"))
            await settle(conn, p)
            assert await codes(conn, "2025-03-03") == [("complaint_to_decide", "U1", None)]
            await take(conn, p, complaint(2, "ComplaintDecided", "2025-03-03"))
            await settle(conn, p)
            assert await codes(conn, "2025-03-03") == []

    asyncio.run(story())


def test_page_after_page_nothing_is_missed_and_nothing_twice(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database, Day("2025-03-03"))
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), *(line for n in range(6) for line in (cadre(2 + 2 * n, f"C{n}"), left(3 + 2 * n, f"C{n}"))))
            every = await listed(conn, Wanted(), (), date(2025, 3, 3), 500)
            seen, after = [], Wanted()
            while found := await listed(conn, after, (), date(2025, 3, 3), 7):
                seen += found
                after = Wanted(after=(found[-1].due_on or "infinity").__str__(), after_id=found[-1].id)
            assert seen == every
            assert len(every) > 20
            assert [one.order for one in every] == sorted(one.order for one in every)

    asyncio.run(story())
