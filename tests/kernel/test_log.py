"""The log: positions that can be counted, commands that are placed once, groups in which only the loser loses."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.kernel import log as module
from services.kernel.log import Busy, CommandReused, Conflict, Draft, Log, Placed, Unreachable
from tests.kernel.drafts import draft, held, make, table, whole

Said = tuple[Sequence[Draft], str | None, bytes, dict[str, int]]


@pytest.fixture
def log(database: str) -> Iterator[Log]:
    make(database)
    with closing(Log("test", database)) as log:
        yield log


def together(log: Log, *said: Said) -> list[Placed | BaseException]:
    """Says all of it at once: one commit goes first and is held up, the others wait and are one group."""

    async def say() -> list[Placed | BaseException]:
        with held(log.dsn):
            first = asyncio.ensure_future(log.append_async([draft(f"first-{time.monotonic_ns()}")]))
            await asyncio.sleep(0.15)
            others = [asyncio.ensure_future(log.append_async(d, c, h, g)) for d, c, h, g in said]
            await asyncio.sleep(0.05)
        await first
        return await asyncio.gather(*others, return_exceptions=True)

    return asyncio.run(say())


def said(*drafts: Draft, command: str | None = None, digest: bytes = b"", **guards: int) -> Said:
    return drafts, command, digest, guards


def test_positions_follow_each_other(log: Log) -> None:
    assert log.append([draft("a"), draft("a", 2), draft("b")]) == Placed(1, 3)
    assert log.append([draft("a", 3)]) == Placed(4, 4)
    assert log.append([draft("c")]) == Placed(5, 5)
    rows = table(log.dsn)
    whole(rows)
    assert [(r.stream, r.version) for r in rows] == [("a", 1), ("a", 2), ("b", 1), ("a", 3), ("c", 1)]


def test_concurrent_commands_share_a_commit(log: Log) -> None:
    placed = together(log, *(said(draft(f"s{n}", 1, None), draft(f"s{n}", 2)) for n in range(40)))
    assert [p.last - p.first for p in placed if isinstance(p, Placed)] == [1] * 40
    rows = table(log.dsn)
    whole(rows)
    assert len(rows) == 81
    assert len({r.group for r in rows}) == 2, "the one that was held up, and all others together"
    for p in placed:
        assert isinstance(p, Placed)
        assert {r.stream for r in rows[p.first - 1 : p.last]} == {rows[p.first - 1].stream}, "a command's facts stand together"


def test_in_a_group_only_the_loser_is_refused(log: Log) -> None:
    log.append([draft("old"), draft("old", 2)], "known", b"1")
    placed = together(
        log,
        said(draft("a")),
        said(draft("old", 2)),
        said(draft("b")),
        said(draft("old-2", 3)),
        said(draft("c"), subject=0),
        said(draft("d"), old=1),
        said(draft("e"), old=2),
        said(draft("f"), command="known", digest=b"1"),
        said(draft("g"), command="known", digest=b"2"),
        said(draft("h", text="x" * 900_001)),
        said(draft("i")),
    )
    kinds = [type(p).__name__ for p in placed]
    assert kinds == [
        "Placed",
        "Conflict",
        "Placed",
        "Conflict",
        "Placed",
        "Conflict",
        "Placed",
        "Placed",
        "CommandReused",
        "ValueError",
        "Placed",
    ]
    assert placed[7] == Placed(1, 2, repeat=True)
    rows = table(log.dsn)
    whole(rows)
    assert {r.stream for r in rows if r.position > 3} == {"a", "b", "c", "e", "i"}


def test_version_must_follow(log: Log) -> None:
    with pytest.raises(Conflict):
        log.append([draft("a", 2)])
    log.append([draft("a")])
    for version in (1, 3):
        with pytest.raises(Conflict):
            log.append([draft("a", version)])
        with pytest.raises(Conflict):
            log.append([draft("b"), draft("a", version)])
    with pytest.raises(ValueError, match="does not follow"):
        log.append([draft("b"), draft("b", 3)])
    with pytest.raises(ValueError, match="no facts"):
        log.append([])
    assert log.append([draft("a", 2)]) == Placed(2, 2)


@pytest.mark.parametrize("size", [1, 3])
def test_guards_by_subject(log: Log, size: int) -> None:
    """`size` 1 takes the short way, several the long one: both look alike."""
    log.append([draft("talk-1", subject="C1"), draft("talk-2", subject="C2")])
    facts = [draft(f"new-{n}", subject="C1") for n in range(size)]
    with pytest.raises(Conflict, match="C1"):
        log.append(facts, guards={"C1": 0})
    assert len(table(log.dsn)) == 2
    placed = log.append(facts, guards={"C1": 1})
    assert placed == Placed(3, 2 + size)
    with pytest.raises(Conflict):
        log.append([draft("x", subject="C1")], guards={"C1": 1, "C2": 2})
    assert log.append([draft("x", subject="C1")], guards={"C1": placed.last, "C2": 2, "never seen": 0}).first == placed.last + 1


def test_one_subject_in_one_group_once(log: Log) -> None:
    """Two that were decided on the same state about one subject do not both get in, even when they come in one group."""
    placed = together(log, said(draft("leave-1", subject="C1"), C1=0), said(draft("leave-2", subject="C1"), C1=0))
    assert [type(p).__name__ for p in placed] == ["Placed", "Conflict"]


@pytest.mark.parametrize("size", [1, 3])
def test_repeat_of_a_command(log: Log, size: int) -> None:
    log.append([draft("before")])
    facts = [draft("a", n) for n in range(1, size + 1)]
    first = log.append(facts, "cmd-1", b"digest")
    assert first == Placed(2, 1 + size)
    assert log.append(facts, "cmd-1", b"digest") == Placed(2, 1 + size, repeat=True)
    assert log.append([draft("elsewhere")], "cmd-1", b"digest") == Placed(2, 1 + size, repeat=True), "the id decides, not the facts"
    with pytest.raises(CommandReused):
        log.append([draft("elsewhere")], "cmd-1", b"other")
    assert len(table(log.dsn)) == 1 + size


def test_the_same_id_twice_at_once(log: Log) -> None:
    placed = together(log, *(said(draft("a"), command="cmd", digest=b"d") for _ in range(5)))
    assert placed == [Placed(2, 2)] + [Placed(2, 2, repeat=True)] * 4


def test_an_oversized_line_leaves_no_trace(log: Log) -> None:
    with pytest.raises(ValueError, match="23514") as refusal:
        log.append([draft("a"), draft("b", secret="x" * 900_001)])
    assert "xxx" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert log.append([draft("a")]) == Placed(1, 1), "no position was lost by it"


def test_a_draft_leaves_one_place_open() -> None:
    with pytest.raises(ValueError, match="leaves one"):
        draft("a", sequence="")
    with pytest.raises(ValueError, match="leaves one"):
        Draft("a", 1, "a", "t", b'{"sequence":""}')


def test_the_clock_is_told(database: str) -> None:
    make(database)
    now = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    with closing(Log("test", database, clock=lambda: now)) as log:
        log.append([draft("a"), draft("b")])
        log.append([draft("c")])
        now -= timedelta(hours=1)
        log.append([draft("d")])
        now += timedelta(days=1)
        log.append([draft("e"), draft("f")])
    whole(table(database))
    assert [r.recorded[11:] for r in table(database)] == [
        "04:05:06.000000Z",
        "04:05:06.000001Z",
        "04:05:06.000002Z",
        "04:05:06.000003Z",  # set back: order is the log's
        "03:05:06.000000Z",
        "03:05:06.000001Z",
    ]


def test_untold_the_clock_is_the_databases(log: Log) -> None:
    before = datetime.now(UTC)
    log.append([draft("a")])
    at = datetime.fromisoformat(table(log.dsn)[0].recorded)
    assert before - timedelta(seconds=1) <= at <= datetime.now(UTC) + timedelta(seconds=1)


def test_whoever_goes_away_does_not_hurt_others(log: Log) -> None:
    """A cancelled request may leave its facts behind; the commands beside it are answered, and nothing is raised anywhere."""
    heard = list[dict[str, Any]]()

    async def say() -> list[Placed | BaseException]:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))
        with held(log.dsn):
            tasks = [asyncio.ensure_future(log.append_async([draft(f"s{n}")], f"cmd-{n}")) for n in range(10)]
            await asyncio.sleep(0.1)
            for task in tasks[::2]:
                task.cancel()
            await asyncio.sleep(0.05)
        return await asyncio.gather(*tasks, return_exceptions=True)

    placed = asyncio.run(say())
    assert all(isinstance(p, asyncio.CancelledError) for p in placed[::2])
    assert all(isinstance(p, Placed) for p in placed[1::2])
    assert heard == []
    assert log.append([draft("s0")], "cmd-0").repeat, "it was recorded, though nobody waited"
    assert log.append([draft("next")]).first == 11
    whole(table(log.dsn))


def test_an_event_loop_that_is_gone_does_not_hurt_others(log: Log) -> None:
    with held(log.dsn):
        loop = asyncio.new_event_loop()
        task = loop.create_task(log.append_async([draft("a")]))
        loop.run_until_complete(asyncio.sleep(0.1))
        task.cancel()
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.close()
    assert log.append([draft("b")]) == Placed(2, 2)


def test_closing_commits_what_waits(log: Log) -> None:
    async def say() -> list[Placed]:
        with held(log.dsn):
            tasks = [asyncio.ensure_future(log.append_async([draft(f"s{n}")])) for n in range(5)]
            await asyncio.sleep(0.1)
            closed = asyncio.ensure_future(asyncio.to_thread(log.close))
            await asyncio.sleep(0.1)
        await closed
        return list(await asyncio.gather(*tasks))

    assert sorted(p.first for p in asyncio.run(say())) == [1, 2, 3, 4, 5]
    with pytest.raises(Unreachable):
        log.append([draft("late")])
    with pytest.raises(Unreachable):
        asyncio.run(log.append_async([draft("late")]))


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that switch at every step."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def test_nobody_is_left_waiting_by_a_close(database: str, restless: None) -> None:
    """Whoever speaks while it closes is answered: placed, or unreachable."""
    make(database)
    for round_ in range(15):
        log, said = Log("test", database), list[int]()

        def speak(n: int, round_: int = round_, log: Log = log, said: list[int] = said) -> None:
            for k in range(1000):
                try:
                    log.append([draft(f"r{round_}-{n}-{k}")])
                except Unreachable:
                    return
                said.append(k)

        threads = [threading.Thread(target=speak, args=(n,), daemon=True) for n in range(6)]
        for t in threads:
            t.start()
        time.sleep(0.02)
        log.close()
        for t in threads:
            t.join(5)
        assert not [t for t in threads if t.is_alive()], "somebody waits for ever"
    whole(table(database))


def test_too_many_waiting_are_turned_away(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while they are all about one subject and go one by one: those that the committer has taken in still wait."""
    monkeypatch.setattr(module, "WAITING", 20)

    async def say() -> list[Placed | BaseException]:
        tasks = list[asyncio.Task[Placed]]()

        async def many() -> None:
            for n in range(40):
                tasks.append(asyncio.ensure_future(log.append_async([draft(f"s{len(tasks)}", subject="C1")])))
                await asyncio.sleep(0.005 if n == 0 else 0)

        first, second = ExitStack(), ExitStack()
        first.enter_context(held(log.dsn))
        await many()
        behind = asyncio.ensure_future(asyncio.to_thread(second.enter_context, held(log.dsn)))
        await asyncio.sleep(0.1)
        first.close()  # one commit, then it is held up again
        await behind
        await asyncio.sleep(0.1)
        await many()
        second.close()
        return await asyncio.gather(*tasks, return_exceptions=True)

    answers = asyncio.run(say())
    assert {type(a) for a in answers} == {Placed, Busy}
    assert sum(isinstance(a, Placed) for a in answers) in range(20, 26)
    whole(table(log.dsn))


def test_two_logs_on_one_table(database: str) -> None:
    """As two processes: each with its own committer, none knows of the other."""
    make(database)
    with closing(Log("test", database)) as one, closing(Log("test", database)) as two, ThreadPoolExecutor(8) as pool:

        def write(n: int) -> int:
            log, conflicts = (one, two)[n % 2], 0
            for _ in range(25):
                while True:
                    last = max([r.version for r in table(database) if r.stream == f"hot-{n // 4}"], default=0)
                    try:
                        log.append([draft(f"hot-{n // 4}", last + 1), draft(f"own-{n}-{time.monotonic_ns()}")])
                        break
                    except Conflict:
                        conflicts += 1
            return conflicts

        conflicts = sum(pool.map(write, range(8)))
    rows = table(database)
    whole(rows)
    assert len(rows) == 8 * 25 * 2
    assert conflicts > 0, "they never met"
