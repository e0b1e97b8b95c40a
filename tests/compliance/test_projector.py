"""What is derived rests on what is recorded: through rollbacks, other processes, midnight, and facts that cannot be processed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from contracts.message import CHINA
from services.compliance import marking
from services.compliance.edition import edition
from services.kernel.parking import Piecewise
from tests.compliance.projecting import (
    cadre,
    connected,
    every,
    fact,
    left,
    merger,
    page,
    prepare,
    projecting,
    retraction,
    take,
    unit,
    year_closed,
)
from tests.kernel.courier import running, until

OUTCOMES = "select about, outcome from answers where cadre = %s order by about"


def roster(position: int, *cadres: str) -> bytes:
    data = {"roster_id": "R1", "unit_id": "U1", "cadre_ids": list(cadres), "from": "2024-07-08", "until": "2024-07-12"}
    return fact("assignments", "RosterPublished", "roster-R1@1", position, "U1", "2024-07-08", **data)


def test_law_prepared_from_facts_that_were_rolled_back_is_forgotten(database: str) -> None:
    async def story() -> None:
        prepare(database)
        ours, theirs = projecting(database), projecting(database)
        async with connected(database) as conn:
            await take(conn, ours, unit(1, "U1"))
            async with conn.transaction(force_rollback=True):
                await ours.apply(conn, page(unit(2, "U2"), cadre(3, "C1"), left(4, "C1")))
            await take(conn, theirs, unit(2, "U3"), cadre(3, "C1"), left(4, "C1"))
            ((version,),) = await every(conn, "select version from shared")
            common = await ours.shared.common(conn, version)
            assert [e.subject for e in common.events] == ["U1", "U3"]

    asyncio.run(story())


@pytest.mark.parametrize("others", [0, 40])
def test_a_roster_names_a_cadre_of_whom_nothing_is_known_yet(database: str, others: int) -> None:
    """At once, and in the chunks of those who wait."""

    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            await take(conn, p, roster(1, "C1", "C9", *(f"X{n}" for n in range(others))))
            while await p.some(conn):
                pass
            assert await every(conn, "select cadre from cadres where dirty") == []
            assert await every(conn, "select subject from parked") == []
            assert await every(conn, OUTCOMES, "C9") == []
            await take(conn, p, cadre(4, "C9"), left(5, "C9"))
            assert ("2024", "eligible") in await every(conn, OUTCOMES, "C9")

    asyncio.run(story())


def test_a_cadre_whose_facts_cannot_be_read_any_more_is_parked_and_the_others_are_answered(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            names = [f"C{n:02d}" for n in range(1, 41)]
            await take(conn, p, unit(1, "U1"), *(cadre(n, name) for n, name in enumerate(names, 2)))
            await conn.execute("update facts set line = '{' where subject = 'C07'")
            for _ in range(5):
                await p.some(conn)
            assert await every(conn, "select cadre from cadres where dirty") == [("C07",)]
            assert await every(conn, "select source, subject, reason from parked") == [("compliance", "C07", "Malformed")]
            assert len(await every(conn, "select from answers where about = 'promotion'")) == 39

    asyncio.run(story())


def test_an_answer_that_the_log_does_not_take_parks_its_cadre_alone(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), *(cadre(n, f"C{n:02d}") for n in range(2, 42)))
            await conn.execute("alter table log add constraint heavy check (subject <> 'C07')")
            for _ in range(5):
                await p.some(conn)
            assert await every(conn, "select subject, reason from parked") == [("C07", "CheckViolation 23514")]
            assert len(await every(conn, "select from answers where about = 'promotion'")) == 39

    asyncio.run(story())


def test_what_no_database_can_read_as_json_stands_in_nobodys_way(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            back = {"cadre_id": "C1", "unit_id": "U1", "post": "a\0b", "reinstated_on": "2024-06-01"}
            await take(conn, p, fact("registry", "CadreReinstated", "cadre-C1@3", 4, "C1", "2024-06-01", **back))
            await take(conn, p, unit(5, "U2"))
            assert ("promotion", "out_of_scope") in await every(conn, OUTCOMES, "C1")

    asyncio.run(story())


@pytest.mark.parametrize("days", [("2024-02-01", "2024-03-01"), ("2024-03-01", "2024-03-01"), ("2024-03-01", "2024-02-01")])
def test_a_second_merger_concerns_the_cadres_of_the_first(database: str, days: tuple[str, str]) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, *(unit(n, f"U{n}") for n in (1, 2, 3)), cadre(4, "C1"), left(5, "C1"))
            await take(conn, p, merger(6, "U1", "U2", days[0]))
            await conn.execute("update positions set position = 6 where source = 'registry'")
            await conn.execute("update answers set gist = 'stale'")
            await take(conn, p, merger(7, "U2", "U3", days[1]))
            assert await every(conn, "select from answers where gist = 'stale'") == []

    asyncio.run(story())


def test_the_new_appraisal_year_is_answered_on_its_first_day(database: str) -> None:
    async def story() -> None:
        prepare(database)
        told = [datetime(2024, 12, 31, 23, 59, 59, tzinfo=CHINA)]
        p = projecting(database, lambda: told[0])
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            years = "select about from answers where about <> 'promotion' order by about"
            assert await every(conn, years) == [("2023",), ("2024",)]

            async def begun() -> bool:
                return await every(conn, years) == [("2023",), ("2024",), ("2025",)]

            async with running(p.run()):
                await asyncio.sleep(0.3)
                assert not await begun()
                told[0] += timedelta(seconds=2)
                await until(begun)
            ((published,),) = await every(conn, "select count(*) from log where stream = 'appraisal-C1-2025'")
            assert published == 1

    asyncio.run(story())


def test_a_year_that_leaves_scope_is_taken_back_once(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            assert dict(await every(conn, OUTCOMES, "C1"))["2024"] == "eligible"
            await take(conn, p, retraction(4, "C1", "registry/cadre-C1@2", 3))
            gone = dict(await every(conn, OUTCOMES, "C1"))
            assert gone == {"promotion": "out_of_scope", "2023": "not_applicable", "2024": "not_applicable", "2025": "not_applicable"}
            recorded = await every(conn, "select count(*) from log")
            await take(conn, p, year_closed(1, 2024))
            assert await every(conn, "select count(*) from log") == recorded

    asyncio.run(story())


def test_a_cadre_who_is_new_in_one_process_misses_nothing_that_another_takes_in(database: str) -> None:
    async def story() -> None:
        prepare(database)
        ours, theirs = projecting(database), projecting(database)
        async with connected(database) as a, connected(database) as b:
            await take(a, ours, unit(1, "U1"))
            async with b.transaction():
                await theirs.apply(b, page(cadre(2, "C1"), left(3, "C1")))
                closing = asyncio.create_task(take(a, ours, year_closed(1, 2024)))
                await asyncio.sleep(0.3)
                ((written,),) = await every(b, "select xmin::text from cadres where cadre = 'C1'")
            await closing
            assert await every(a, "select dirty, xmin::text <> %s from cadres", written) == [(False, True)], "answered again"

    asyncio.run(story())


def test_midnight_waits_for_what_is_being_derived(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await marking.answered_by(conn, edition())
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            await conn.execute("update cadres set next_change_on = '2025-03-01'")
            async with running(p.run()):
                async with p.turn:
                    await asyncio.sleep(0.4)
                    assert await every(conn, "select from cadres where dirty") == []
                    await conn.execute("update cadres set next_change_on = '2025-04-01'")
                await asyncio.sleep(0.2)
            assert await every(conn, "select next_change_on::text from cadres") == [("2025-04-01",)]

    asyncio.run(story())


def test_retrying_a_unit_makes_no_cadre_of_it(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"))
            async with conn.transaction():
                await p.apply(conn, page(unit(2, "U2"), again=frozenset({"U1", "U2"})))
            assert await every(conn, "select cadre from cadres") == []
            assert await every(conn, "select from answers") == []

    asyncio.run(story())


def test_pieces_of_a_page_see_the_law_of_their_own(database: str) -> None:
    """A savepoint that is rolled back takes its version with it."""

    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            twice = unit(1, "U1"), cadre(2, "C1"), left(3, "C1"), unit(3, "U3"), cadre(5, "C2"), left(6, "C2")
            async with conn.transaction():
                await Piecewise(conn, "registry", p.apply, 6).take(page(*twice))
            ((version,),) = await every(conn, "select version from shared")
            common = await p.shared.common(conn, version)
            assert [e.subject for e in common.events] == ["U1"]
            assert await every(conn, "select subject from parked") == [("U3",)]

    asyncio.run(story())


def test_a_database_from_before_units_were_noted_is_completed(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), cadre(3, "C2"))
            noted = "select unit, cadre from cadre_units order by cadre"
            await conn.execute("delete from cadre_units where cadre = 'C1'")

            async def complete() -> bool:
                return await every(conn, noted) == [("U1", "C1"), ("U1", "C2")]

            async with running(p.run()):
                await until(complete)

    asyncio.run(story())
