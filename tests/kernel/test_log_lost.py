"""The log when connections are lost: nothing is doubled, nothing that was answered is missing."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from services.kernel.log import Draft, Log, Placed, Unreachable
from tests.kernel.drafts import draft, head, make, table, whole
from tests.kernel.wire import Loss, Wire, between


@pytest.fixture
def wired(database: str) -> Iterator[tuple[Wire, Log]]:
    make(database)
    with between(database) as (wire, through), closing(Log("test", through)) as log:
        yield wire, log


def warm(log: Log) -> int:
    """Connected, both statements prepared."""
    log.append([draft("warm")])
    return log.append([draft("warm", 2), draft("warm", 3)]).last


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("loss", ["answer", "request", "late"])
def test_lost_on_the_way(wired: tuple[Wire, Log], database: str, loss: Loss, size: int) -> None:
    wire, log = wired
    at = warm(log)
    facts = [draft("a", n) for n in range(1, size + 1)]
    wire.lose(loss)
    placed = log.append(facts, "cmd", b"d")
    assert wire.lost == 1, "nothing was lost: the test shows nothing"
    assert placed == Placed(at + 1, at + size, repeat=loss == "answer"), "committed before the answer was lost, or at the second attempt"
    time.sleep(1.1 if loss == "late" else 0)
    assert log.append(facts, "cmd", b"d") == Placed(at + 1, at + size, repeat=True)
    assert log.append([draft("next")]).first == at + size + 1
    rows = table(database)
    whole(rows)
    assert len(rows) == at + size + 1


def test_a_group_whose_answer_is_lost(wired: tuple[Wire, Log], database: str) -> None:
    """A conflict beside them changes nothing: the others are there once, and it is not there."""
    wire, log = wired
    at = warm(log)

    async def say() -> list[Placed | BaseException]:
        wire.lose("answer")
        said: list[list[Draft]] = [[draft(f"s{n}"), draft(f"s{n}", 2)] for n in range(20)]
        said.append([draft("warm", 3)])
        return await asyncio.gather(*(log.append_async(d) for d in said), return_exceptions=True)

    *placed, loser = asyncio.run(say())
    assert wire.lost == 1
    assert type(loser).__name__ == "Conflict"
    rows = table(database)
    whole(rows)
    assert len(rows) == at + 40
    for n, p in enumerate(placed):
        assert isinstance(p, Placed)
        assert [r.stream for r in rows[p.first - 1 : p.last]] == [f"s{n}"] * 2


def test_terminated_backends(database: str) -> None:
    """Every connection of the log is cut again and again, by the server, at random moments: on a slow machine not so often that it
    comes to nothing."""
    make(database)
    rng, done, cut, seen, idle = random.Random(5), threading.Event(), 0, -1, 0
    placed: dict[str, Placed] = {}

    def write(log: Log, n: int) -> None:
        for k in range(120):
            placed[f"s{n}-{k}"] = log.append([draft(f"s{n}-{k}"), draft(f"s{n}-{k}", 2)])

    with closing(Log("test", database)) as log, psycopg.connect(database, autocommit=True) as c:
        threads = [threading.Thread(target=write, args=(log, n)) for n in range(8)]
        for t in threads:
            t.start()
        while any(t.is_alive() for t in threads) and not done.wait(rng.uniform(0.001, 0.05)):
            seen, idle = len(placed), idle + 1 if len(placed) == seen else 0
            if idle > 2:
                continue
            found = c.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            ).fetchall()
            cut += len(found)
        for t in threads:
            t.join()
    assert cut > 3
    rows = table(database)
    whole(rows)
    assert len(placed) == 8 * 120
    assert len(rows) == 2 * len(placed), "some are doubled or missing"
    for stream, p in placed.items():
        assert [(r.stream, r.version) for r in rows[p.first - 1 : p.last]] == [(stream, 1), (stream, 2)]
    assert head(database)[:2] == (len(rows), rows[-1].recorded)


def test_unreachable_is_said_in_time(database: str) -> None:
    make(database)
    with between(database) as (wire, through), closing(Log("test", through, patience=0.5)) as log:
        log.append([draft("a")])
        wire.lose("down")
        began = time.monotonic()
        with pytest.raises(Unreachable) as refusal:
            log.append([draft("a", 2)], "cmd", b"d")
        assert time.monotonic() - began < 4
        assert refusal.value.__cause__ is None
        assert "password" not in str(refusal.value)
        wire.mend()
        assert log.append([draft("a", 2)], "cmd", b"d") == Placed(2, 2), "said again with the same id, it is placed"
