"""What becomes known late about a year that is over: the answer changes and says what it supersedes, somebody is told to look at the
grade, and the grade stays."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import orjson
from psycopg_pool import AsyncConnectionPool

from services.compliance.asking import Asking
from services.kernel.follow import Conn
from tests.compliance.projecting import cadre, connected, every, fact, left, prepare, projecting, take, unit, year_closed
from tests.compliance.test_raising import absent, told

REVIEW = "grade_review_required-C1-2025-01-20"
BEFORE_THE_LATE_FACT = "2025-01-01T00:00:00.000020Z"


def grade(position: int, version: int, kind: str, on: str, grade: str) -> bytes:
    day = "confirmed_on" if kind == "GradeConfirmed" else "revised_on"
    return fact("compliance", kind, f"cadre-C1@{version}", position, "C1", on, cadre_id="C1", year=2024, grade=grade, **{day: on})


async def answer(conn: Conn, version: int) -> dict[str, Any]:
    ((line,),) = await every(conn, "select line from log where stream = 'appraisal-C1-2024' and version = %s", version)
    return orjson.loads(line)["data"]  # type: ignore[no-any-return]


def test_a_late_fact_about_a_closed_year(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        duty = {"duty_id": "d1", "cadre_id": "C1", "category": "responsible_inspector", "host_unit_id": "U1", "from": "2023-09-15"}
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            await take(conn, p, fact("assignments", "DutyAssigned", "duty-d1@1", 4, "C1", "2023-09-15", **duty))
            await take(conn, p, grade(10, 1, "GradeConfirmed", "2025-01-20", "qualified"), year_closed(11, 2024))
            assert await told(conn, "grade") == []
            assert (await answer(conn, 1))["outcome"] == "eligible"

            await take(conn, p, absent(30, "2024-09-23", "2024-10-17"))
            now = await answer(conn, 2)
            assert (now["outcome"], now["supersedes"]) == ("ineligible", "compliance/appraisal-C1-2024@1")
            assert await told(conn, "grade") == [("Raised 1", REVIEW)]
            assert await every(conn, "select from log where type like '%.Grade%'") == [], "people decide about grades"

            async with AsyncConnectionPool[Conn](database, open=False) as pool:
                asking = Asking(pool, p.shared)
                then = await asking.answer("C1", date(2025, 2, 1), BEFORE_THE_LATE_FACT, 2024)
                assert then.appraisal.outcome == "eligible"
                assert not any(f.code.startswith("grade") for f in then.findings)
                late = await asking.answer("C1", date(2025, 2, 1), "2025-12-31T00:00:00.000000Z", 2024)
                assert late.appraisal.outcome == "ineligible"

            await take(conn, p, grade(31, 2, "GradeRevised", "2025-02-20", "basically_qualified"))
            assert await told(conn, "grade") == [("Raised 1", REVIEW), ("Cleared 2", REVIEW)]

    asyncio.run(story())


def test_a_revised_calendar_derives_everybody_anew(database: str) -> None:
    """Sixteen working days with the make-up day of 12 October, fifteen without."""

    async def story() -> None:
        prepare(database)
        p = projecting(database)
        holidays = [f"2024-10-0{n}" for n in (1, 2, 3, 4, 7)]
        revised = {"year": 2024, "version": 2, "off_days": holidays, "work_days": ["2024-09-29"], "notice": "n"}
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), *(line for n in range(1, 41) for line in (cadre(2 * n, f"C{n}"), left(2 * n + 1, f"C{n}"))))
            await take(conn, p, absent(1, "2024-09-23", "2024-10-17"))
            while await p.some(conn):
                pass
            outcome = "select outcome from answers where cadre = 'C1' and about = 'promotion'"
            assert await every(conn, outcome) == [("ineligible",)]
            ((before,),) = await every(conn, "select count(*) from log")
            await take(conn, p, fact("compliance", "CalendarPublished", "calendar-2024@1", 1, "calendar-2024", "2024-01-01", **revised))
            assert await every(conn, "select count(*) from cadres where dirty") == [(40,)]
            while await p.some(conn):
                pass
            assert await every(conn, outcome) == [("undetermined",)]
            changed = {s for (s,) in await every(conn, "select subject from log where position > %s", before)}
            assert changed == {"C1"}, "for all others nothing is news"

    asyncio.run(story())
