"""What outlives an erasure, what waits for whom, and what one key means."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable
from hashlib import sha256

import psycopg
import pytest

from contracts.canonical import canonical
from services.kernel.log import CommandReused
from services.kernel.refusal import Refused
from tests.kernel import district
from tests.kernel.district import LOCAL, cadre, leave, unit
from tests.kernel.test_ledger import Both, databases, lived  # noqa: F401


def test_no_hash_of_personal_data_can_be_guessed_after_the_erasure(databases: tuple[str, str, str]) -> None:  # noqa: F811
    """Everything about the command but its name is known to the guesser; the database is theirs."""
    said = cadre("C9", "欧阳某")

    async def story(b: Both) -> None:
        await b.registry.execute(said, LOCAL, "key-9")
        text = b"RegisterCadre|" + canonical(said.model_dump(mode="json", exclude_unset=True))
        guesses = {sha256(text).digest(), sha256(canonical(said.model_dump(mode="json", exclude_unset=True))).digest()}
        guesses |= {hmac.digest(b"C9", text, "sha256"), hmac.digest(b"identity", text, "sha256")}
        with psycopg.connect(databases[0]) as c:
            stored = {row[0] for row in c.execute("select digest from commands")}
        assert len(stored) > 1
        assert not stored & guesses
        assert (await b.registry.execute(said, LOCAL, "key-9")).repeat
        with pytest.raises(CommandReused):
            await b.registry.execute(cadre("C9", "欧阳另"), LOCAL, "key-9")
        b.registry.vault.erase("C9", "identity")
        with pytest.raises(Refused, match="personal-data-erased"):
            await b.registry.execute(said, LOCAL, "key-9")

    lived(databases, story)


def test_a_key_belongs_to_its_command_also_when_that_added_nothing(databases: tuple[str, str, str]) -> None:  # noqa: F811
    async def story(b: Both) -> None:
        nothing = await b.registry.execute(unit(), LOCAL, "key-1")
        assert nothing.events == ()
        assert await b.registry.execute(unit(), LOCAL, "key-1") == (*nothing[:2], True)
        with pytest.raises(CommandReused):
            await b.registry.execute(unit("U2"), LOCAL, "key-1")

    lived(databases, story)


def test_many_at_once_about_one_cadre_lose_no_race(databases: tuple[str, str, str]) -> None:  # noqa: F811
    async def story(b: Both) -> None:
        days = [f"2024-10-{n:02}" for n in range(1, 31)]
        asked = [b.assignments.execute(leave(f"L{d}", d, d), LOCAL) for d in days]
        assert len({o.position for o in await asyncio.gather(*asked)}) == len(days)

    lived(databases, story)


def test_a_slow_key_database_does_not_stop_the_service(databases: tuple[str, str, str], fresh_databases: Callable[[], str]) -> None:  # noqa: F811
    async def story(b: Both) -> None:
        await b.assignments.execute(leave("L1"), LOCAL)
        b.assignments.vault._cache.clear()
        with psycopg.connect(b.keys) as c:
            c.execute("lock table keys in access exclusive mode")
            waiting = asyncio.create_task(b.assignments.execute(leave("L1"), LOCAL))
            longest, begun = 0.0, time.monotonic()
            while time.monotonic() - begun < 1:
                before = time.monotonic()
                await asyncio.sleep(0.01)
                longest = max(longest, time.monotonic() - before)
        assert longest < 0.5
        assert (await waiting).events == ()

    lived(databases, story)


def test_it_is_tried_as_long_as_one_command_may_wait(databases: tuple[str, str, str]) -> None:  # noqa: F811
    """Commands about one subject go one after the other; the last does not wait for the patience of all before it."""
    from services.kernel.log import Log, Unreachable
    from tests.kernel.drafts import draft

    log = Log("registry", district.tables(databases[0], "registry") + " port=1", patience=0.5)
    begun = time.monotonic()

    async def all_of_them() -> list[object]:
        return await asyncio.gather(*(log.append_async([draft("s", n)]) for n in range(1, 7)), return_exceptions=True)

    assert all(isinstance(o, Unreachable) for o in asyncio.run(all_of_them()))
    assert time.monotonic() - begun < 2.5
    log.close()
