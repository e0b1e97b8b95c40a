"""Imports through the services' own commands, on real servers: recorded once, refused with the service's words, resumed after a
break, and printed as other programs read it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from contracts.registry import RecordDeath
from services.client import Client
from services.local.supervisor import Taizhang
from services.workbooks.asking import ask
from services.workbooks.importing import import_file, run
from tests.workbooks import district
from tests.workbooks.district import bytes_of, month_sheet, person, roster_of

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


def recorded(client: Client, service: str) -> Counter[str]:
    return Counter(event.data.event_name() for event in client.feed(service))


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
