"""From a command to its facts, with the real deciders: once, in order, nobody overtaken, nothing personal in the clear."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from typing import Any, NamedTuple

import pytest
from cryptography.exceptions import InvalidTag

from contracts.assignments import ApproveLeave, RetractAssignmentsFact, WithdrawLeave
from contracts.message import Event, Fact
from contracts.registry import CadreRegistered
from services.kernel.ledger import Ledger, Outcome
from services.kernel.line import Actor
from services.kernel.log import CommandReused, Unreachable
from services.kernel.refusal import Refused
from tests.kernel import district, merkle
from tests.kernel.district import LOCAL, cadre, leave, lines, unit
from tests.kernel.drafts import head
from tests.kernel.wire import Wire, between


class Both(NamedTuple):
    registry: Ledger
    assignments: Ledger
    dsn: str
    """Of assignments."""
    keys: str


@pytest.fixture
def databases(fresh_databases: Callable[[], str]) -> tuple[str, str, str]:
    registry, assignments = (district.tables(fresh_databases(), name) for name in ("registry", "assignments"))
    return registry, assignments, district.tables(registry, "keys")


@asynccontextmanager
async def opened(databases: tuple[str, str, str]) -> AsyncIterator[Both]:
    """Unit U1 and the cadres C1 and C2 are registered, and assignments knows it."""
    first, second, keys = databases
    async with district.ledger("registry", first, keys) as registry, district.ledger("assignments", second, keys) as assignments:
        for command in (unit(), cadre(), cadre("C2", "李四")):
            await registry.execute(command, LOCAL)
        await district.know(second, registry)
        yield Both(registry, assignments, second, keys)


def lived(databases: tuple[str, str, str], story: Callable[[Both], Coroutine[Any, Any, None]]) -> None:
    async def live() -> None:
        async with opened(databases) as both:
            await story(both)

    asyncio.run(live())


def about(kind: type[Fact], leave_id: str = "L1", **said: object) -> Fact:
    return kind.model_validate_json(json.dumps({"leave_id": leave_id, "cadre_id": "C1"} | said))


def test_recorded_as_it_was_said(databases: tuple[str, str, str]) -> None:
    async def story(b: Both) -> None:
        actor = Actor("P7", "branch", "U1", on_behalf_of="C1", document="教字〔2024〕1号")
        outcome = await b.assignments.execute(leave("L1"), actor, "key-1", "rq-1")
        assert outcome == Outcome(("assignments/leave-L1@1",), 1)
        (event,) = (json.loads(line) for line, _ in lines(b.dsn))
        sealed = event.pop("sealed")
        assert sealed == sha256(lines(b.dsn)[0][1] or b"").hexdigest()
        assert event.pop("causationid").startswith("cmd-")
        assert event == {
            "specversion": "1.0",
            "id": "assignments/leave-L1@1",
            "source": "/taizhang/assignments",
            "type": "taizhang.assignments.LeaveRequested.v1",
            "subject": "C1",
            "time": "2024-09-02T00:00:00+08:00",
            "recordedtime": "2024-09-02T01:02:03.000000Z",
            "sequence": "00000000000000000001",
            "actor": "P7",
            "role": "branch",
            "unitref": "U1",
            "onbehalfof": "C1",
            "documentno": "教字〔2024〕1号",
            "correlationid": "rq-1",
            "dataschema": "/schemas/taizhang.assignments.LeaveRequested.v1.json",
            "datacontenttype": "application/json",
            "data": {
                "leave_id": "L1",
                "cadre_id": "C1",
                "applicant": "self",
                "reason_class": "health",
                "from": "2024-09-09",
                "until": "2024-09-20",
                "written": True,
                "evidence": [district.EVIDENCE],
                "requested_on": "2024-09-02",
            },
        }
        await b.assignments.execute(about(WithdrawLeave, withdrawn_on="2024-09-03"), LOCAL)
        stored = [line for line, _ in lines(b.dsn)]
        assert json.loads(stored[1])["id"] == "assignments/leave-L1@2"
        assert merkle.folded(head(b.dsn)[2], 2) == merkle.root([merkle.leaf(line) for line in stored])

    lived(databases, story)


def test_private_is_sealed_and_opens_for_its_event_only(databases: tuple[str, str, str]) -> None:
    async def story(b: Both) -> None:
        for n in (1, 2):
            day = f"2024-{9 + n}-01"
            await b.assignments.execute(leave(f"L{n}", day, day, grounds="痔疮手术-plain"), LOCAL)
        (first, first_sealed), (second, second_sealed) = lines(b.dsn)
        for line, sealed in ((first, first_sealed), (second, second_sealed)):
            assert "手术" not in line
            assert "private" not in json.loads(line)["data"]
            assert sealed
            assert "手术".encode() not in sealed
            assert json.loads(line)["sealed"] == sha256(sealed).hexdigest()
        assert first_sealed != second_sealed
        vault = b.assignments.vault
        assert vault.open("assignments/leave-L1@1", "C1", "health", first_sealed or b"") == {"grounds": "痔疮手术-plain"}
        with pytest.raises(InvalidTag):
            vault.open("assignments/leave-L2@1", "C1", "health", first_sealed or b"")

    lived(databases, story)


def test_nothing_private_nothing_sealed(databases: tuple[str, str, str]) -> None:
    async def story(b: Both) -> None:
        await b.assignments.execute(leave("L1"), LOCAL)
        await b.assignments.execute(about(WithdrawLeave, withdrawn_on="2024-09-03"), LOCAL)
        line, sealed = lines(b.dsn)[1]
        assert sealed is None
        assert "sealed" not in json.loads(line)

    lived(databases, story)


def test_once_by_key(databases: tuple[str, str, str]) -> None:
    async def story(b: Both) -> None:
        first = await b.assignments.execute(leave("L1"), LOCAL, "key-1")
        again = await b.assignments.execute(leave("L1"), LOCAL, "key-1")
        assert again == first._replace(repeat=True)
        with pytest.raises(CommandReused):
            await b.assignments.execute(leave("L1", last="2024-09-21"), LOCAL, "key-1")
        with pytest.raises(CommandReused):
            await b.assignments.execute(leave("L1", grounds="other"), LOCAL, "key-1")
        other = await b.assignments.execute(leave("L9", "2024-12-01", "2024-12-02"), Actor("P8", "branch"), "key-1")
        assert other.events == ("assignments/leave-L9@1",), "a key is its sender's own"
        await b.assignments.execute(about(WithdrawLeave, withdrawn_on="2024-09-03"), LOCAL)
        assert await b.assignments.execute(leave("L1"), LOCAL, "key-1") == again, "also when the state has gone on"
        assert len(lines(b.dsn)) == 3

    lived(databases, story)


def test_one_key_many_times_at_once(databases: tuple[str, str, str]) -> None:
    async def story(b: Both) -> None:
        async with district.ledger("assignments", b.dsn, b.keys) as second:
            for n in range(10):
                day = f"2025-01-{n + 1:02}"
                said = [(b.assignments, second)[k % 2].execute(leave(f"L{n}", day, day), LOCAL, f"key-{n}") for k in range(6)]
                outcomes = await asyncio.gather(*said)
                assert {o.events for o in outcomes} == {(f"assignments/leave-L{n}@1",)}
                assert {o.position for o in outcomes} == {n + 1}
                assert sum(not o.repeat for o in outcomes) == 1
        assert len(lines(b.dsn)) == 10

    lived(databases, story)


def test_what_is_already_true_adds_nothing(databases: tuple[str, str, str]) -> None:
    """Without a key, and with another one; private fields are compared too, though they are stored sealed."""

    async def story(b: Both) -> None:
        await b.assignments.execute(leave("L1"), LOCAL)
        assert await b.assignments.execute(leave("L1"), LOCAL) == Outcome((), 1)
        assert await b.assignments.execute(leave("L1"), LOCAL, "other key") == Outcome((), 1)
        with pytest.raises(Refused) as refusal:
            await b.assignments.execute(leave("L1", grounds="别的"), LOCAL)
        assert refusal.value.code == "id-in-use"
        await b.registry.execute(cadre(), LOCAL)
        assert len(lines(b.dsn)) == 1

    lived(databases, story)


def test_of_two_overlapping_leaves_one_wins(databases: tuple[str, str, str]) -> None:
    """Sent at the same moment through two ledgers, as to two processes: whichever is recorded first, the other one is refused."""

    async def story(b: Both) -> None:
        async with district.ledger("assignments", b.dsn, b.keys) as second:
            for n in range(25):
                first, last = f"20{30 + n}-09-09", f"20{30 + n}-09-20"
                one, other = await district.both(b.assignments, second, [leave(f"A{n}", first, last), leave(f"B{n}", last, last)])
                won, lost = (one, other) if isinstance(one, Outcome) else (other, one)
                assert isinstance(won, Outcome), won
                assert isinstance(lost, Refused), lost
                assert lost.code == "leave-overlaps"
        assert len(lines(b.dsn)) == 25

    lived(databases, story)


def test_many_about_one_cadre_all_get_in(databases: tuple[str, str, str]) -> None:
    """They do not contradict each other: whoever is overtaken decides again."""

    async def story(b: Both) -> None:
        async with district.ledger("assignments", b.dsn, b.keys) as second:
            commands = [leave(f"L{n}", f"20{30 + n}-09-09", f"20{30 + n}-09-10") for n in range(5)]
            outcomes = await district.both(b.assignments, second, commands)
            assert [o for o in outcomes if not isinstance(o, Outcome)] == []
            assert sorted(o.position for o in outcomes) == [1, 2, 3, 4, 5]

    lived(databases, story)


def test_history_is_own_and_followed_in_order(databases: tuple[str, str, str]) -> None:
    async def story(b: Both) -> None:
        await b.assignments.execute(leave("L1"), LOCAL)
        await b.assignments.execute(leave("L2", cadre_id="C2"), LOCAL)
        history = await b.assignments.history(["C1", "U1"])
        assert [e.id for e in history] == ["registry/unit-U1@1", "registry/cadre-C1@1", "assignments/leave-L1@1"]
        assert isinstance(history[1].data, CadreRegistered)
        assert history[1].data.private is None
        assert all(isinstance(e, Event) for e in history)
        assert [e.recordedtime for e in history] == sorted(e.recordedtime for e in history)
        assert await b.assignments.history(["nobody"]) == []

    lived(databases, story)


def test_unknown_cadre_until_it_is_followed(databases: tuple[str, str, str]) -> None:
    async def story(b: Both) -> None:
        await b.registry.execute(cadre("C3", "丙"), LOCAL)
        with pytest.raises(Refused) as refusal:
            await b.assignments.execute(leave("L1", cadre_id="C3"), LOCAL)
        assert refusal.value.code == "unknown-cadre"
        assert lines(b.dsn) == []

    lived(databases, story)


def test_a_refusal_writes_nothing_and_keeps_no_key(databases: tuple[str, str, str]) -> None:
    """What was refused may be said again under the same key when it has become possible."""

    async def story(b: Both) -> None:
        approve = about(
            ApproveLeave, "L1", **{"from": "2024-09-09"}, until="2024-09-10", level="committee", decision_no="1", decided_on="2024-09-03"
        )
        bad = leave("L1", "2024-09-20", "2024-09-09")
        with pytest.raises(Refused):
            await b.assignments.execute(bad, LOCAL, "key-1")
        assert lines(b.dsn) == []
        assert (await b.assignments.execute(approve, LOCAL, "key-1")).events == ("assignments/leave-L1@1",)

    lived(databases, story)


def test_a_retraction_is_about_what_it_retracts(databases: tuple[str, str, str]) -> None:
    async def story(b: Both) -> None:
        await b.assignments.execute(leave("L1"), LOCAL)
        retraction = RetractAssignmentsFact(retracts="assignments/leave-L1@1", cadre_id="C1", retracted_on=district.NOW.date())
        outcome = await b.assignments.execute(retraction, LOCAL)
        assert outcome.events == ("assignments/leave-L1@2",)
        assert json.loads(lines(b.dsn)[1][0])["subject"] == "C1"
        assert (await b.assignments.execute(retraction, LOCAL)).events == ()
        assert (await b.assignments.execute(leave("L2"), LOCAL)).events == ("assignments/leave-L2@1",), "its days are free again"

    lived(databases, story)


def test_erased_owner_is_refused(databases: tuple[str, str, str]) -> None:
    async def story(b: Both) -> None:
        b.assignments.vault.erase("C1", "health")
        with pytest.raises(Refused) as refusal:
            await b.assignments.execute(leave("L1"), LOCAL)
        assert refusal.value.code == "personal-data-erased"
        assert lines(b.dsn) == []

    lived(databases, story)


def test_the_answer_is_lost_and_the_sender_asks_again(databases: tuple[str, str, str]) -> None:
    async def story(b: Both) -> None:
        with between(b.dsn) as (wire, through):
            async with district.ledger("assignments", through, b.keys) as distant:
                await distant.execute(leave("L1"), LOCAL, "key-1")
                await _lost(wire, distant)
        assert len(lines(b.dsn)) == 2

    lived(databases, story)


async def _lost(wire: Wire, distant: Ledger) -> None:
    wire.lose("down")
    with pytest.raises(Unreachable):
        await distant.execute(leave("L2", cadre_id="C2"), LOCAL, "key-2")
    wire.mend()
    for _ in range(10):  # a connection of the pool that was cut says so when it is used next
        with suppress(Unreachable):
            outcome = await distant.execute(leave("L2", cadre_id="C2"), LOCAL, "key-2")
            break
    assert outcome.events == ("assignments/leave-L2@1",)
    assert (await distant.execute(leave("L2", cadre_id="C2"), LOCAL, "key-2")).repeat
