"""Findings on the bus: recorded when they begin and when they end, once, in the transaction of what changed them."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest

from contracts.message import CHINA, Event
from services.compliance import law as articles
from services.compliance import marking, raising
from services.compliance.edition import _of, edition
from services.compliance.law.findings import Raised
from services.kernel.follow import Conn
from services.kernel.parking import retry
from tests.compliance.projecting import cadre, connected, every, fact, left, merger, prepare, projecting, retraction, take, unit

LOG = "select line::json ->> 'type', line from log where stream like 'finding-%' order by position"


async def told(conn: Conn, code: str = "") -> list[tuple[str, str]]:
    """(Raised or Cleared with the version, finding id) in the order of the log."""
    events = [orjson.loads(line) for _, line in await every(conn, LOG)]
    return [
        (f"{e['type'].split('.')[2].removeprefix('Finding')} {e['id'].rsplit('@', 1)[1]}", e["data"]["finding_id"])
        for e in events
        if e["data"]["code"].startswith(code)
    ]


async def last(conn: Conn, finding_id: str) -> dict[str, Any]:
    ((line,),) = await every(conn, "select line from log where stream = %s order by version desc limit 1", f"finding-{finding_id}")
    return orjson.loads(line)  # type: ignore[no-any-return]


def talk(position: int, on: str, version: int = 1) -> bytes:
    return fact("compliance", "ExitTalkHeld", f"cadre-C1@{version}", position, "C1", on, cadre_id="C1", held_on=on)


def retract(position: int, of: str, version: int) -> bytes:
    data = {"retracts": of, "cadre_id": "C1", "retracted_on": "2025-02-01"}
    return fact("compliance", "ComplianceFactRetracted", f"cadre-C1@{version}", position, "C1", "2025-02-01", **data)


def absent(position: int, first: str, until: str, id_: str = "a1", **more: Any) -> bytes:
    data = {"absence_id": id_, "cadre_id": "C1", "unit_id": "U1", "from": first, "until": until, "fraction": 1} | more
    return fact("assignments", "AbsenceRecorded", f"absence-{id_}@1", position, "C1", first, **data)


def asked(position: int, leave_id: str, on: str) -> bytes:
    data = {"leave_id": leave_id, "cadre_id": "C1", "applicant": "self", "reason_class": "personal", "from": on, "until": on, "written": True,
            "evidence": [], "requested_on": on}  # fmt: skip
    return fact("assignments", "LeaveRequested", f"leave-{leave_id}@1", position, "C1", on, **data)


def supplied(position: int, leave_id: str, on: str) -> bytes:
    evidence = [{"evidence_id": f"e{leave_id}", "sha256": "a" * 64, "media_type": "application/pdf"}]
    data = {"leave_id": leave_id, "cadre_id": "C1", "evidence": evidence, "supplied_on": on}
    return fact("assignments", "LeaveSupplemented", f"leave-{leave_id}@2", position, "C1", on, **data)


async def settle(conn: Conn, p: Any) -> None:
    while await p.some(conn):
        pass


def test_raised_cleared_and_raised_again(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            finding = "exit_talk_overdue-C1-2023-09-15"
            assert await told(conn, "exit_talk") == [("Raised 1", finding)]
            event = await last(conn, finding)
            assert {k: event[k] for k in ("id", "subject", "actor", "role", "unitref", "time", "causationid")} == {
                "id": f"compliance/finding-{finding}@1", "subject": "C1", "actor": "taizhang", "role": "system", "unitref": "U1",
                "time": "2025-03-01T00:00:00+08:00", "causationid": "registry/cadre-C1@2",
            }  # fmt: skip
            assert event["data"] == {
                "finding_id": finding, "code": "exit_talk_overdue", "about": "C1", "accountable": "committee", "unit_id": "U1",
                "article": "6.1", "due_on": "2023-09-15", "evidence": ["registry/cadre-C1@2"],
            }  # fmt: skip
            await take(conn, p, talk(1, "2024-05-06"), fact("compliance", "TrainingAttended", "cadre-C1@2", 2, "C1", "2024-06-03",
                cadre_id="C1", kind="daily", hours=2, attended_on="2024-06-03"))  # fmt: skip
            assert (await last(conn, finding))["data"]["evidence"] == ["compliance/cadre-C1@1"], "the talk, not what came last"
            await take(conn, p, retract(3, "compliance/cadre-C1@1", 3))
            assert await told(conn, "exit_talk") == [("Raised 1", finding), ("Cleared 2", finding), ("Raised 3", finding)]

    asyncio.run(story())


def test_what_is_about_health_travels_on_no_event() -> None:
    def raised(code: str) -> Raised:
        return Raised(code, "10", "committee", date(2025, 1, 1), "U1", None, ("assignments/leave-L1@3",))

    cause = Event.parse(cadre(1, "C1"))
    found = {f"{code}-C1-2025-01-01": raised(code) for code in ("health_inability_alert", "dismissal_threshold_alert")}
    assert [c.finding_id for c in raising.changes("C1", found, {}, cause)] == ["dismissal_threshold_alert-C1-2025-01-01"]


def test_findings_with_one_id_are_one(database: str) -> None:
    """Raised with the first, cleared with the last of them."""

    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            assert [id_ for _, id_ in await told(conn, "unit_talk")] == ["unit_talk_overdue-C1-2023-11-30"], "two heads, one id"
            finding = "evidence_missing-C1-2025-02-10"
            await take(conn, p, asked(1, "L1", "2025-02-10"), asked(2, "L2", "2025-02-10"))
            assert (await last(conn, finding))["data"]["evidence"] == ["assignments/leave-L1@1", "assignments/leave-L2@1"]
            await take(conn, p, supplied(3, "L1", "2025-02-12"))
            assert await told(conn, "evidence") == [("Raised 1", finding)]
            await take(conn, p, supplied(4, "L2", "2025-02-14"))
            assert await told(conn, "evidence") == [("Raised 1", finding), ("Cleared 2", finding)]
            assert (await last(conn, finding))["data"]["evidence"] == ["assignments/leave-L2@2"], "what cleared it, unnamed: the cause"

    asyncio.run(story())


def test_deriving_again_says_nothing_twice(database: str) -> None:
    """After a restart; where everything is derived anew; where the log is all that is left."""

    async def story() -> None:
        prepare(database)
        async with connected(database) as conn:
            await take(conn, projecting(database), unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            before = await told(conn)
            assert len(before) > 3
            await conn.execute("update cadres set dirty = true")
            await settle(conn, projecting(database))
            await conn.execute("delete from findings")
            await conn.execute("delete from answers")
            await conn.execute("update cadres set dirty = true")
            await settle(conn, projecting(database))
            assert await told(conn) == before
            await take(conn, projecting(database), talk(1, "2024-05-06"))
            assert (await told(conn))[len(before) :] == [("Cleared 2", "exit_talk_overdue-C1-2023-09-15")]

    asyncio.run(story())


def test_what_the_log_does_not_take_is_not_remembered_as_published(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await conn.execute("alter table log add constraint heavy check (stream not like 'finding-exit%')")
            with pytest.raises(psycopg.errors.CheckViolation):
                await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            assert await every(conn, "select from findings") == await every(conn, "select from answers") == []
            await conn.execute("alter table log drop constraint heavy")
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            assert [version for version, _ in await told(conn, "exit_talk")] == ["Raised 1"]

    asyncio.run(story())


def test_those_whom_another_law_answered_are_derived_once_more(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await marking.answered_by(conn, "the law of old")
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            await marking.answered_by(conn, "the law of old")
            assert await every(conn, "select dirty from cadres") == [(False,)]
            await marking.answered_by(conn, edition())
            assert await every(conn, "select dirty from cadres") == [(True,)]
            await settle(conn, p)
            await marking.answered_by(conn, edition())
            assert await every(conn, "select dirty from cadres") == [(False,)]

    asyncio.run(story())


def test_the_edition_is_that_of_the_text() -> None:
    """The same in every process, and made of the law's own files."""
    law = Path(articles.__file__).parent
    names = {path.name for path in _of(files("services.compliance") / "law")}
    assert {"article_08.py", "absence.yaml"} <= names
    assert names == {path.name for path in law.rglob("*") if path.suffix in (".py", ".yaml")}
    assert len(edition()) == 64


def test_who_left_scope_owes_and_is_owed_no_talks_any_more(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            await take(conn, p, retraction(4, "C1", "registry/cadre-C1@2", 3))
            assert await every(conn, "select from findings where open") == []
            assert await every(conn, "select next_change_on from cadres") == [(None,)]

    asyncio.run(story())


def complaint(position: int, n: int, source: str, on: str = "2024-05-06") -> bytes:
    data = {"complaint_id": f"k{n}", "unit_id": "U1", "source_ref": source, "received_on": on}
    return fact("compliance", "ComplaintReceived", f"complaint-k{n}@1", position, "U1", on, **data)


def upheld(position: int, n: int, on: str = "2024-06-03") -> bytes:
    data = {"complaint_id": f"k{n}", "unit_id": "U1", "outcome": "substantiated", "decided_on": on}
    return fact("compliance", "ComplaintDecided", f"complaint-k{n}@2", position, "U1", on, **data)


def of_unit(kind: str, position: int, version: int, on: str, **data: Any) -> bytes:
    return fact("compliance", kind, f"unit-U1@{version}", position, "U1", on, unit_id="U1", year=2024, **data)


COMPLAINTS = [complaint(1, 1, "s1"), complaint(2, 2, "s2"), complaint(3, 3, "s2"), upheld(4, 1), upheld(5, 2), upheld(6, 3)]
CANDIDATE = "circular_candidate-U1-2024-05-06"


def test_a_unit_is_a_candidate_for_a_circular_until_there_is_one(database: str) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), unit(2, "U2"))
            await take(conn, p, *COMPLAINTS)
            await settle(conn, p)
            assert await told(conn) == []
            await take(conn, p, of_unit("UnitNeglectDetermined", 7, 1, "2024-07-01", determined_on="2024-07-01"))
            await settle(conn, p)
            assert await told(conn) == [("Raised 1", CANDIDATE)]
            event = await last(conn, CANDIDATE)
            assert (event["subject"], event["unitref"], event["data"]["accountable"]) == ("U1", "U1", "committee")
            assert len(event["data"]["evidence"]) == 4
            issued = of_unit("UnitCircularIssued", 8, 2, "2024-09-02", document_no="D", issued_on="2024-09-02")
            await take(conn, p, issued)
            await settle(conn, p)
            assert (await last(conn, CANDIDATE))["data"]["evidence"] == ["compliance/unit-U1@2"]
            await take(conn, p, of_unit("UnitCircularWithdrawn", 9, 3, "2024-10-08", document_no="D", withdrawn_on="2024-10-08"))
            await settle(conn, p)
            assert await told(conn) == [("Raised 1", CANDIDATE), ("Cleared 2", CANDIDATE), ("Raised 3", CANDIDATE)]
            assert await every(conn, "select unit from judged_units where dirty") == []
            types = {t for (t,) in await every(conn, "select type from log")}
            assert types == {"taizhang.compliance.FindingRaised.v1", "taizhang.compliance.FindingCleared.v1"}, "never a circular by itself"

    asyncio.run(story())


def characterised(position: int) -> bytes:
    data = {"absence_id": "a1", "cadre_id": "C1", "as": "excused", "decided_on": "2024-10-08"}
    return fact("assignments", "AbsenceCharacterised", "absence-a1@2", position, "C1", "2024-09-02", **data)


@pytest.mark.parametrize("merged", [False, True])
def test_tolerated_absence_counts_as_neglect_and_goes_with_its_unit(database: str, merged: bool) -> None:
    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), unit(2, "U2"), cadre(3, "C1"), left(4, "C1"))
            await take(conn, p, *COMPLAINTS)
            await take(conn, p, absent(1, "2024-09-02", "2024-09-03", unit_knew=True))
            await settle(conn, p)
            assert await told(conn, "circular") == [("Raised 1", CANDIDATE)]
            await take(conn, p, merger(5, "U1", "U2", "2024-03-01") if merged else characterised(2))
            await settle(conn, p)
            assert await told(conn, "circular") == [("Raised 1", CANDIDATE), ("Cleared 2", CANDIDATE)]

    asyncio.run(story())


def test_a_unit_that_cannot_be_judged_is_parked_and_the_others_are_judged(database: str) -> None:
    """Nor does it make every health check fail, or the others wait for ever."""

    async def story() -> None:
        prepare(database)
        p = projecting(database)
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), unit(2, "U2"), cadre(3, "C1"), left(4, "C1"))
            await take(conn, p, *COMPLAINTS)
            await take(conn, p, absent(1, "2024-09-02", "2024-09-03", unit_knew=True))
            await settle(conn, p)
            ((line,),) = await every(conn, "select line from facts where subject = 'C1' and type like '%.AbsenceRecorded.%'")
            await conn.execute("update facts set line = '{' where line = %s", (line,))
            await conn.execute("update judged_units set dirty = true")
            await conn.execute("insert into judged_units values ('U2', true)")
            async with asyncio.timeout(20):
                await settle(conn, p)
            assert await every(conn, "select source, subject, reason from parked") == [("compliance", "U1", "Malformed")]
            assert await every(conn, "select unit from judged_units where dirty") == [("U1",)]
            assert await told(conn, "circular") == [("Raised 1", CANDIDATE)]
            await conn.execute("update facts set line = %s where line = '{'", (line,))
            assert await retry(conn, "compliance", p.apply, "U1")
            await settle(conn, p)
            assert await every(conn, "select unit from judged_units where dirty") == []

    asyncio.run(story())


def test_a_long_name_leaves_room_for_code_and_day() -> None:
    def id_of(about: str, day: str = "2024-01-10") -> str:
        since = datetime.fromisoformat(day).replace(tzinfo=CHINA).date()
        return Raised("grade_confirmed_while_pending", "8.2", "appraisal_body", since, "U1").id(about)

    assert id_of("C" * 23) == f"grade_confirmed_while_pending-{'C' * 23}-2024-01-10"
    long = {id_of("C" * 24), id_of("C" * 64), id_of("C" * 63 + "D"), id_of("C" * 64, "2024-01-11")}
    assert {len(i) for i in long} == {64}
    assert len(long) == 4


def test_what_changed_for_all_is_named_as_the_cause(database: str) -> None:
    """A calendar that takes a working day away ends the alert: the calendar is what cleared it, not the absence."""

    async def story() -> None:
        prepare(database)
        p = projecting(database)
        alert = "dismissal_threshold_alert-C1-2024-12-02"
        async with connected(database) as conn:
            await take(conn, p, unit(1, "U1"), cadre(2, "C1"), left(3, "C1"))
            await take(conn, p, absent(4, "2024-12-02", "2024-12-23"))
            assert (await last(conn, alert))["causationid"] == "assignments/absence-a1@1"
            calendar = {"year": 2024, "version": 2, "off_days": ["2024-12-05"], "work_days": [], "notice": "n"}
            await take(conn, p, fact("compliance", "CalendarPublished", "calendar-2024@1", 5, "calendar-2024", "2024-01-01", **calendar))
            await settle(conn, p)
            event = await last(conn, alert)
            assert (event["type"], event["causationid"]) == ("taizhang.compliance.FindingCleared.v1", "compliance/calendar-2024@1")
            assert event["data"]["evidence"] == ["compliance/calendar-2024@1"]

    asyncio.run(story())
