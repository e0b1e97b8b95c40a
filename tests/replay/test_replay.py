"""`taizhang replay` on a running instance that was begun with a real-looking log: equal when nothing was touched, and whatever was
touched is found."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from contracts.assignments import AssignDuty, CorrectAbsence, RecordAbsence
from contracts.canonical import canonical
from contracts.message import Fact
from contracts.registry import RegisterCadre, RegisterExit, RegisterUnit
from services.client import Client
from services.local.supervisor import Taizhang
from services.local.up import begun
from services.replay.running import DIFFERENT, EQUAL, UNAVAILABLE, run
from tests.everybody import EVERY_ROLE

FACTS = Path(__file__).parents[1] / "data" / "facts.jsonl"
AFTERWARDS = "2026-05-04T09:00:00+08:00"
"""After everything in the log: the clock of the services."""


def whole() -> list[bytes]:
    """Those facts of the sample that have all before them in their stream, counted anew."""
    found, versions, positions = list[bytes](), dict[str, int](), dict[str, int]()
    for event in map(json.loads, FACTS.read_text(encoding="utf-8").splitlines()):
        (stream, version), source = event["id"].rsplit("@", 1), event["source"]
        if int(version) == versions.get(stream, 0) + 1:
            versions[stream], positions[source] = int(version), positions.get(source, 0) + 1
            found.append(canonical(event | {"sequence": f"{positions[source]:020}"}))
    return found


@pytest.fixture(scope="module")
def taizhang(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taizhang]:
    folder = tmp_path_factory.mktemp("replay")
    (folder / "log.jsonl").write_bytes(b"\n".join(whole()))
    (folder / "clock").write_text(AFTERWARDS)
    with begun(folder / "data", [folder / "log.jsonl"], clock=folder / "clock") as t:
        with Client(t.urls, t.token_for(*EVERY_ROLE)) as client:
            say(client, RegisterUnit, unit_id="U1", name="甲中学", kind="school")
            post = {"managed_by": "committee", "category": "professional_technical", "post_grade": 8, "private": {"name": "王某某"}}
            say(client, RegisterCadre, cadre_id="C1", unit_id="U1", **post)
            left = {"post": "校长", "reason": "age", "exited_on": "2023-09-01", "decision_no": "1号"}
            say(client, RegisterExit, cadre_id="C1", unit_id="U1", **left)
            duty = {"duty_id": "D1", "category": "party_building", "host_unit_id": "U1", "from": "2023-09-15"}
            say(client, AssignDuty, cadre_id="C1", **duty)
        yield t


def say(client: Client, command: type[Fact], **fields: Any) -> None:
    client.command(command.SERVICE, command.model_validate_json(json.dumps(fields)))


@pytest.fixture
def replayed(taizhang: Taizhang, capsys: pytest.CaptureFixture[str]) -> Any:
    def replayed(sample: int | None = None, history: bool = True) -> tuple[int, dict[str, Any]]:
        code = run(history, sample, "json", taizhang.urls, taizhang.token)
        return code, json.loads(capsys.readouterr().out)

    return replayed


@contextmanager
def touched(taizhang: Taizhang, table: str, change: str) -> Iterator[None]:
    """By somebody who has the database itself; as it was again afterwards."""
    with psycopg.connect(taizhang.database("compliance"), autocommit=True) as c:
        c.execute("set session_replication_role = replica")  # no trigger refuses
        c.execute(f"create table untouched as table {table}".encode())
        try:
            assert c.execute(change.encode()).rowcount == 1
            yield
        finally:
            with c.transaction():
                c.execute(f"delete from {table}".encode())
                c.execute(f"insert into {table} table untouched".encode())
            c.execute("drop table untouched")


def test_rebuilt_from_the_log_all_is_equal(taizhang: Taizhang, replayed: Any) -> None:
    code, found = replayed()
    assert (code, found["differences"]) == (EQUAL, [])
    assert found["fact"] == {"equal": len(whole()) + 4, "different": 0}
    with psycopg.connect(taizhang.database("compliance")) as c:
        assert c.execute("select count(*) from answers").fetchone() == (found["answer"]["equal"],)
        derived = "select count(*) from log where type like '%EligibilityDerived.v1'"
        assert c.execute(derived).fetchone() == (found["published"]["equal"],)
        assert c.execute("select count(*) from findings").fetchone() == (found["finding"]["equal"],)
    assert found["published"]["equal"] >= found["answer"]["equal"] > 20
    assert found["finding"]["equal"] > 3
    assert replayed(sample=7)[1]["published"] == {"equal": 7, "different": 0}
    assert replayed(history=False)[1]["published"] == {"equal": 0, "different": 0}


def test_while_facts_are_recorded_nothing_is_told_that_is_not_so(taizhang: Taizhang, replayed: Any) -> None:
    enough = threading.Event()
    with Client(taizhang.urls, taizhang.token_for(*EVERY_ROLE)) as client, ThreadPoolExecutor(1) as other:
        writing = other.submit(_write, client, enough)
        try:
            found = [replayed(history=False) for _ in range(4)]
            while len({report["positions"]["compliance"] for _, report in found}) < 3 and len(found) < 20:
                found.append(replayed(history=False))
        finally:
            enough.set()
        writing.result()
        found.append(replayed())
        published = client.get("compliance", "/cadres/C1/answers")["items"]
    assert [(code, report["differences"]) for code, report in found] == [(EQUAL, [])] * len(found)
    assert len(published) > 4
    assert len({report["positions"]["compliance"] for _, report in found}) > 2


def _write(client: Client, enough: threading.Event) -> None:
    """Absences that bar from promotion, each of them taken back."""
    days = {"from": "2026-03-02", "until": "2026-04-03"}
    for n in count():
        say(client, RecordAbsence, absence_id=f"R{n}", cadre_id="C1", unit_id="U1", **days)
        enough.wait(0.2)
        say(client, CorrectAbsence, absence_id=f"R{n}", cadre_id="C1", removed=[days], private={"reason": "有签到"})
        if enough.wait(0.2):
            return


ANSWER = "cadre = (select min(cadre) from answers) and about = 'promotion'"
FACT = "source = 'assignments' and position = 2"


@pytest.mark.parametrize(
    ("what", "to"),
    [("outcome", "'eligible or so'"), ("codes", "codes || '{retired}'"), ("digest", "gist || ' '"), ("event_id", "event_id || '0'")],
)
def test_a_touched_answer_is_found(taizhang: Taizhang, replayed: Any, what: str, to: str) -> None:
    column = "gist" if what == "digest" else what
    with touched(taizhang, "answers", f"update answers set {column} = {to} where {ANSWER}"):
        code, found = replayed(history=False)
    (difference,) = found["differences"]
    assert (code, difference["kind"], difference["about"]) == (DIFFERENT, "answer", "promotion")
    assert {name for name, value in difference["live"].items() if value != difference["rebuilt"][name]} == {what}


def test_an_answer_that_is_gone_is_found(taizhang: Taizhang, replayed: Any) -> None:
    with touched(taizhang, "answers", f"delete from answers where {ANSWER}"):
        code, found = replayed(history=False)
    (difference,) = found["differences"]
    assert (code, difference["kind"], difference["live"]) == (DIFFERENT, "answer", None)
    assert difference["rebuilt"]["event_id"].startswith("compliance/promotion-")


@pytest.mark.parametrize("change", ["update {} open = not open", "update {} event_id = event_id || '0'", "delete from {}"])
def test_a_touched_finding_is_found(taizhang: Taizhang, replayed: Any, change: str) -> None:
    change = change.replace("update {}", "update findings set").replace("{}", "findings")
    with touched(taizhang, "findings", f"{change} where finding_id = (select min(finding_id) from findings where open)"):
        code, found = replayed(history=False)
    (difference,) = found["differences"]
    assert (code, difference["kind"], difference["rebuilt"]["open"]) == (DIFFERENT, "finding", True)


@pytest.mark.parametrize(
    ("change", "position", "sides"),
    [
        (f"update facts set line = replace(line, '202', '201') where {FACT}", "2", (True, True)),
        (f"update facts set subject = 'C9' where {FACT}", "2", (True, True)),
        (f"delete from facts where {FACT}", "2", (False, True)),
        (f"insert into facts select source, 900, subject, type, time, recordedtime, line from facts where {FACT}", "900", (True, False)),
    ],
)  # fmt: skip
def test_a_touched_fact_is_found(taizhang: Taizhang, replayed: Any, change: str, position: str, sides: tuple[bool, bool]) -> None:
    with touched(taizhang, "facts", change):
        code, found = replayed(history=False)
    (difference,) = found["differences"]
    assert (code, difference["kind"], difference["who"], difference["about"]) == (DIFFERENT, "fact", "assignments", position)
    assert (difference["live"] is not None, difference["rebuilt"] is not None) == sides


def test_a_published_answer_that_does_not_follow_is_found(taizhang: Taizhang, replayed: Any) -> None:
    """Somebody rewrote the log: no later answer shows it, the history does."""
    to = """regexp_replace(line, '"outcome":"[a-z_]+"', '"outcome":"out_of_scope"')"""
    with touched(taizhang, "log", f"update log set line = {to} where stream = 'promotion-C1' and version = 2"):
        assert replayed(history=False)[0] == EQUAL
        code, found = replayed()
    (difference,) = found["differences"]
    assert (code, difference["kind"], difference["live"]["outcome"]) == (DIFFERENT, "published", "out_of_scope")


def test_as_people_type_it(taizhang: Taizhang) -> None:
    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        urls = [word for service, url in taizhang.urls.items() for word in ("--url", f"{service}={url}")]
        program = [sys.executable, "-m", "services.cli", "replay", *urls, "--token", taizhang.token, *words]
        return subprocess.run(program, capture_output=True, text=True, timeout=60)

    good = typed("--history")
    assert (good.returncode, "all is equal" in good.stderr) == (EQUAL, True), good.stderr
    assert "standing answers" in good.stdout
    with touched(taizhang, "answers", f"update answers set outcome = 'x' where {ANSWER}"):
        wrong = typed("-o", "csv")
    assert (wrong.returncode, wrong.stdout.splitlines()[0]) == (DIFFERENT, "kind,who,about,live,rebuilt"), wrong.stderr
    assert len(wrong.stdout.splitlines()) == 2
    away = typed("--url", "compliance=http://127.0.0.1:9")
    assert (away.returncode, away.stdout) == (UNAVAILABLE, "")
    assert "cannot be reached" in away.stderr
