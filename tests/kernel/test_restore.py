"""A ledger that begins from the lines of another one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest

from services.kernel.log import Conflict, Log, Placed
from services.kernel.restore import NotEmpty, Unfit, load
from tests.kernel import merkle
from tests.kernel.drafts import draft, head, make, table, whole

Fresh = Callable[[], str]


@pytest.fixture
def fresh(fresh_databases: Fresh) -> Fresh:
    def made() -> str:
        dsn = fresh_databases()
        make(dsn)
        return dsn

    return made


@pytest.fixture
def original(fresh: Fresh) -> str:
    dsn = fresh()
    with closing(Log("test", dsn, clock=lambda: datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC))) as log:
        log.append([draft("a"), draft("a", 2, text='王 " \\ \U0001f600'), draft("b", sealed=b"x")])
        for n in range(50):
            log.append([draft("c", n + 1, subject=f"S{n % 3}")])
    return dsn


def exported(dsn: str) -> list[bytes]:
    return [r.line.encode() for r in table(dsn)]


def test_nothing_of_a_line_changes(original: str, fresh: Fresh) -> None:
    copy, told = fresh(), list[int]()
    assert load(copy, exported(original), told.append) == 53
    assert [r[:5] for r in table(copy)] == [r[:5] for r in table(original)], "positions, streams, versions, lines, leaves"
    assert head(copy) == head(original), "as if each had been appended"
    assert merkle.folded(head(copy)[2], 53) == merkle.root([merkle.leaf(line) for line in exported(original)])
    with psycopg.connect(copy) as c, psycopg.connect(original) as o:
        query = "select position, subject, type from log order by position"
        assert c.execute(query).fetchall() == o.execute(query).fetchall()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 7, 8, 31, 53])
def test_the_edge_at_every_size(original: str, fresh: Fresh, size: int) -> None:
    copy, lines = fresh(), exported(original)[:size]
    assert load(copy, lines) == size
    position, _, frontier = head(copy)
    assert position == size
    assert merkle.folded(frontier, size) == merkle.root([merkle.leaf(line) for line in lines])


def test_it_goes_on_from_there(original: str, fresh: Fresh) -> None:
    copy = fresh()
    load(copy, exported(original))
    with closing(Log("test", copy, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC))) as log:
        with pytest.raises(Conflict):
            log.append([draft("a", 2)])
        with pytest.raises(Conflict):
            log.append([draft("d")], guards={"S1": 0})
        assert log.append([draft("a", 3)]) == Placed(54, 54)
    whole(table(copy))
    assert merkle.folded(head(copy)[2], 54) == merkle.root([merkle.leaf(line) for line in exported(copy)])


def test_only_into_an_empty_log(original: str, fresh: Fresh) -> None:
    before = table(original)
    with pytest.raises(NotEmpty):
        load(original, exported(original))
    assert table(original) == before


def change(lines: list[bytes], at: int, **to: object) -> list[bytes]:
    event = json.loads(lines[at]) | to
    return [*lines[:at], json.dumps(event).encode(), *lines[at + 1 :]]


UNFIT: dict[str, tuple[Callable[[list[bytes]], list[bytes]], int]] = {
    "one is missing": (lambda x: x[:20] + x[21:], 21),
    "the first is missing": (lambda x: x[1:], 1),
    "two are exchanged": (lambda x: [*x[:10], x[11], x[10], *x[12:]], 11),
    "one is there twice": (lambda x: [*x[:10], x[9], *x[10:]], 11),
    "a time does not rise": (lambda x: change(x, 30, recordedtime=json.loads(x[29])["recordedtime"]), 31),
    "a time goes back": (lambda x: change(x, 30, recordedtime="2022-01-01T00:00:00.000000Z"), 31),
    "a time is none": (lambda x: change(x, 52, recordedtime="soon"), 53),
    "a time is of another form": (lambda x: change(x, 52, recordedtime="2024-01-01T00:00:00+08:00"), 53),
    "a version does not follow": (lambda x: change(x, 52, id="test/c@99"), 53),
    "a version is there twice": (lambda x: change(x, 52, id="test/c@1"), 53),
    "a number is none": (lambda x: change(x, 7, sequence="eight"), 8),
    "an attribute is missing": (lambda x: [*x[:7], b'{"sequence":"00000000000000000008"}', *x[8:]], 8),
    "an attribute is no text": (lambda x: change(x, 7, subject=5), 8),
    "it is no JSON": (lambda x: [*x[:7], b"{", *x[8:]], 8),
    "it is no event": (lambda x: [*x[:7], b"[]", *x[8:]], 8),
    "it is another service's than it says": (lambda x: change(x, 7, source="/taizhang/other"), 8),
    "it is of another service": (lambda x: change(x, 7, id="other/c@5", source="/taizhang/other"), 8),
}


@pytest.mark.parametrize("what", UNFIT)
def test_what_is_not_one_whole_log_is_refused(original: str, fresh: Fresh, what: str) -> None:
    spoil, position = UNFIT[what]
    copy = fresh()
    with pytest.raises(Unfit) as refusal:
        load(copy, spoil(exported(original)))
    assert refusal.value.position == position
    assert table(copy) == []
    assert head(copy)[0] == 0
    assert load(copy, exported(original)) == 53, "nothing was left behind"


def test_two_at_once_one_wins(original: str, fresh: Fresh) -> None:
    copy, lines = fresh(), exported(original)
    answers = list[object]()

    def slowly() -> Iterator[bytes]:
        for n, line in enumerate(lines):
            if n == 10:
                with psycopg.connect(copy, autocommit=True) as c:
                    c.execute("set lock_timeout = '100ms'")
                    try:
                        c.execute("select from head for update")
                    except psycopg.errors.LockNotAvailable:
                        answers.append("waits")
            yield line

    assert load(copy, slowly()) == 53
    assert answers == ["waits"], "an append, or another load, comes after it"
