"""Imports through the services' own commands, on real servers: recorded once, refused with the service's words, resumed after a
break, and printed as other programs read it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contracts.registry import RecordDeath, WorkbookImported
from services.cli import app
from services.client import Client
from services.local.supervisor import Taizhang
from services.workbooks.asking import ask
from services.workbooks.importing import import_file
from services.workbooks.reading import Kind
from services.workbooks.running import run
from tests.workbooks import district
from tests.workbooks.district import bytes_of, month_sheet, person, roster_of, workbook

HERE = ".√√√√√..√√√√√√...√√√..√√√√√.√√"


@pytest.fixture(scope="module")
def taizhang(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taizhang]:
    with Taizhang(tmp_path_factory.mktemp("imports") / "data") as running:
        yield running


@pytest.fixture
def client(taizhang: Taizhang) -> Iterator[Client]:
    with Client(taizhang.urls, taizhang.token) as c:
        import_file(c, "units", bytes_of("units.csv"), "units.csv")
        yield c


KILLED = """
import json, os, signal, sys
from pathlib import Path
from services.client import Client
from services.workbooks.importing import import_file

done = 0

def step(number):
    global done
    done += number < 0
    if done == 60:
        os.kill(os.getpid(), signal.SIGKILL)

with Client(json.loads(sys.argv[2]), sys.argv[3]) as client:
    import_file(client, "training", Path(sys.argv[1]), step=step)
"""


def recorded(client: Client, service: str) -> Counter[str]:
    """What people caused; what follows from it comes in its own time."""
    return Counter(event.data.event_name() for event in client.feed(service) if not event.data.DERIVED)


def test_the_district_is_recorded_once(client: Client) -> None:
    for _ in range(2):
        roster = import_file(client, "roster", bytes_of("roster.xlsx"), "roster.xlsx")
        november = import_file(client, "attendance", bytes_of("attendance/2024-11.xlsx"), "2024-11.xlsx")
        before = recorded(client, "registry"), recorded(client, "assignments")
    assert (roster.accepted, roster.duplicates, len(roster.rejected)) == (146, 146, 15)
    assert (november.accepted, november.duplicates, len(november.rejected)) == (128, 128, 5)
    assert before[0]["CadreRegistered"] == 146 and before[0]["WorkbookImported"] == 3
    correction = import_file(client, "attendance", bytes_of("attendance/2024-11_更正.xlsx"), "2024-11_更正.xlsx")
    assert (correction.accepted, correction.duplicates) == (128, 127)
    assert recorded(client, "assignments") - before[1] == Counter(AbsenceCorrected=1, AttendanceSheetImported=1)
    absence = next(e for e in client.feed("assignments") if e.data.event_name() == "AbsenceRecorded")
    assert (absence.role, absence.onbehalfof) == ("section", "branch") and str(absence.documentno).startswith("import-")


def test_leave_duties_and_training_are_recorded_once(client: Client) -> None:
    import_file(client, "roster", bytes_of("roster.xlsx"), "roster.xlsx")
    kinds: dict[str, Kind] = {"leave_ledger.xlsx": "leave", "duties.xlsx": "duties", "talks_and_training.xlsx": "training"}
    for name, kind in kinds.items():
        first = import_file(client, kind, bytes_of(name), name)
        before = {service: recorded(client, service) for service in ("assignments", "compliance")}
        again = import_file(client, kind, bytes_of(name), name)
        dry = import_file(client, kind, bytes_of(name), name, dry_run=True)
        expected = district.expected()["files"][name]
        assert (first.accepted, first.duplicates, len(first.rejected)) == (expected["accepted"], 0, expected["rejected"]), name
        assert (again.accepted, again.duplicates, dry.duplicates) == (expected["accepted"],) * 3, name
        assert {service: recorded(client, service) for service in before} == before, name
    whose = {(e.data.event_name(), e.onbehalfof) for s in ("assignments", "compliance") for e in client.feed(s)}
    assert {("LeaveRequested", "cadre"), ("LeaveUnitReviewed", "branch"), ("LeaveApproved", "branch"), ("LeaveApproved", "committee"),
            ("DutyPreferenceDeclared", "cadre"), ("DutyAssigned", None), ("UnitTalkHeld", "unit_head"), ("TrainingAttended", "branch")} < whose  # fmt: skip
    imported = [e.data for e in client.feed("registry") if isinstance(e.data, WorkbookImported) and e.data.kind == "leave"]
    assert [(i.rows_accepted, i.rows_rejected) for i in imported] == [(48, 6)]


def test_what_was_killed_is_completed_and_recorded_once(taizhang: Taizhang, client: Client, tmp_path: Path) -> None:
    file = tmp_path / "培训.csv"
    lines = [f"某{n},南浦桥小学,2023-06-{day:02},日常学习,{n % 7 + 1}" for n in range(40) for day in range(1, 31)]
    file.write_text("\n".join(["姓名,单位,培训日期,类别,学时", *lines]), encoding="utf-8")
    import_file(client, "roster", roster_of(*(person(f"某{n}", 单位="南浦桥小学") for n in range(40))))
    before = recorded(client, "compliance")["TrainingAttended"]
    killed = subprocess.run([sys.executable, "-c", KILLED, str(file), json.dumps(taizhang.urls), taizhang.token], check=False)
    there = recorded(client, "compliance")["TrainingAttended"] - before
    assert killed.returncode == -signal.SIGKILL and 60 <= there < 1200
    summary = import_file(client, "training", file)
    assert (summary.accepted, len(summary.rejected)) == (1200, 0) and there <= summary.duplicates < 1200
    assert recorded(client, "compliance")["TrainingAttended"] == before + 1200


def test_a_question_is_listed_and_answered_later(
    taizhang: Taizhang, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    import_file(client, "roster", roster_of(person("某问", 单位="松塘学校")))
    heading = ("员工", "单位", "请假类别", "起止时间", "申请人", "申请形式", "申请日期", "单位审核意见")
    file = tmp_path / "台账.xlsx"
    file.write_bytes(workbook([heading, ("某问", "松塘学校", "事假", "2024.9.2", "本人", "书面", "2024.9.1", "同意")]))
    places = [argument for service, url in taizhang.urls.items() for argument in ("--url", f"{service}={url}")] + [
        "--token",
        taizhang.token,
    ]

    def typed(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["import", *arguments])
        assert result.exit_code == code, result.output
        return result.stdout if code == 0 else result.output

    typed("leave", str(file), *places, code=2)
    assert not (tmp_path / "state").exists(), "nothing is remembered of what failed"
    assert json.loads(typed("leave", str(file), "--map", "员工=姓名", "-o", "json", *places))["accepted"] == 1
    assert json.loads(typed("leave", str(file), "-o", "json", *places))["duplicates"] == 1, "and without saying it again"
    (asked,) = json.loads(typed("questions", "-o", "json"))
    assert (asked["code"], asked["row"], asked["file"]) == ("review_without_date", 2, "台账.xlsx") and "某问" not in json.dumps(asked)
    assert "2025-01-20" in typed("answer", asked["id"], "昨天", *places, code=2)
    typed("answer", "q-0000000000", "2024-09-01", *places, code=3)
    typed("answer", asked["id"], "2024年9月1日", *places)
    assert recorded(client, "assignments")["LeaveUnitReviewed"] >= 1 and json.loads(typed("questions", "-o", "json")) == []
    assert oct((tmp_path / "state" / "taizhang" / "imports").stat().st_mode)[-3:] == "700"


def test_what_was_broken_off_is_completed(client: Client) -> None:
    data = roster_of(*(person(f"某{n}", 单位="知岭中学") for n in range(20)))
    made = district.roster(ask(client, "roster"), data=data)
    for command in made.commands[:15]:
        client.command("registry", command)
    summary = import_file(client, "roster", data)
    assert (summary.accepted, summary.duplicates) == (20, 7)
    names = {c.name for c in ask(client, "roster").cadres.values()}
    assert {f"某{n}" for n in range(20)} <= names


def test_what_a_service_refuses_is_a_rejected_row(client: Client) -> None:
    import_file(client, "roster", roster_of(person("某亡", 单位="石圃学校"), person("某存", 单位="石圃学校")))
    cadre = next(c for c in ask(client, "roster").cadres.values() if c.name == "某亡")
    client.command("registry", RecordDeath(cadre_id=cadre.cadre_id, died_on=date(2024, 6, 1)))
    marks = HERE.replace("√", "×", 1)
    summary = import_file(client, "attendance", month_sheet({"某亡": marks, "某存": marks}, unit="石圃学校"))
    assert [(r.row, r.code) for r in summary.rejected] == [(4, "already-deceased")] and summary.accepted == 1
    assert "已" in summary.rejected[0].zh or "故" in summary.rejected[0].zh


def test_as_it_is_typed(taizhang: Taizhang, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(roster_of(person("某丙", 岗位等级="副高"), person("某丁", 退出时间="2023.2.30")))
    assert run("roster", file, True, "json", taizhang.urls, taizhang.token) == 0
    assert "某丙" not in {c.name for c in ask(client, "roster").cadres.values()}, "a dry run records nothing"
    assert [f.name for f in tmp_path.iterdir()] == ["名册.xlsx"]
    dry = capsys.readouterr().out
    assert run("roster", file, False, "json", taizhang.urls, taizhang.token) == 0
    said = json.loads(capsys.readouterr().out)
    assert json.loads(dry) == said
    assert (said["file"], said["accepted"], said["duplicates"]) == ("名册.xlsx", 1, 0)
    assert [(r["row"], r["code"]) for r in said["rejected"]] == [(4, "impossible_date")] and said["rejected"][0]["zh"]
    assert [(q["row"], q["code"]) for q in said["questions"]] == [(3, "grade_unreadable")]
    assert (tmp_path / "名册_退回.xlsx").is_file()
    assert run("roster", file, False, "table", taizhang.urls, taizhang.token) == 0
    assert "重复 1" in capsys.readouterr().out


def test_what_cannot_be_imported_is_said(taizhang: Taizhang, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"PK\x03\x04 no workbook")
    assert run("roster", file, False, "json", taizhang.urls, taizhang.token) == 2
    said = capsys.readouterr()
    assert said.err.startswith("unreadable-workbook: ") and "工作簿" in said.err and "workbook" in said.err and not said.out
    assert run("roster", tmp_path / "none.xlsx", False, "json", taizhang.urls, taizhang.token) == 3
