"""What a branch hands in of its own unit, and what it is told for that: of nobody else, and nothing that is not its to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from contracts.compliance import OpenInvestigation, RecordTraining, RetractComplianceFact
from contracts.message import Event
from contracts.registry import RetractRegistryFact, RoleGranted, TransferCadre
from services.client import Client
from services.local.init import First
from services.local.supervisor import Taizhang
from services.workbooks.asking import ask
from services.workbooks.importing import import_file
from tests.console.conftest import Console, People, There
from tests.console.test_imports import told
from tests.workbooks.district import month_sheet, person, roster_of, workbook

TRAINING = ("姓名", "单位", "培训日期", "类别", "学时")
DUTIES = ("姓名", "单位", "安排类别", "服务单位", "起始时间", "结束时间")
SERVICES = ("registry", "assignments", "compliance")


@pytest.fixture(scope="module")
def branch(people: People, there: There) -> Console:
    return people("p-branch")


def lately(taizhang: Taizhang, service: str, since: int) -> list[Event]:
    with Client(taizhang.urls, taizhang.token, in_flight=1) as client:
        return [event for event in client.feed(service, since) if not event.data.DERIVED]


def last(taizhang: Taizhang) -> dict[str, int]:
    with Client(taizhang.urls, taizhang.token, in_flight=1) as client:
        return {service: client.get(service, "/reach")["position"] for service in SERVICES}


def test_a_branch_imports_the_training_of_its_unit(branch: Console, there: There, taizhang: Taizhang) -> None:
    before = last(taizhang)
    rows = [("某近", "U01"), ("某远", ""), ("查无此人", ""), ("某远", "U02"), ("查无此人", "U02")]
    data = workbook([TRAINING, *((name, unit, "2024-05-13", "日常学习", 2) for name, unit in rows)])
    found = told(branch.hand_in("training", data), 201)
    assert [(r["row"], r["code"]) for r in found["rejected"]] == [(n, "unknown_person") for n in (3, 4, 5, 6)], "nor that there is somebody"
    assert len({(r["zh"], r["en"]) for r in found["rejected"]}) == 1
    done = branch.record(found["import_id"])
    assert (done["state"], done["problem"], done["counts"]["accepted"], len(done["rejected"])) == ("recorded", None, 1, 4)
    (attended,) = lately(taizhang, "compliance", before["compliance"])
    assert (attended.data.event_name(), attended.subject, attended.role, attended.unitref) == (
        "TrainingAttended",
        there.near,
        "branch",
        "U01",
    )
    (imported,) = lately(taizhang, "registry", before["registry"])
    assert (imported.data.event_name(), imported.subject, imported.role) == ("WorkbookImported", "U01", "branch")
    again = told(branch.hand_in("training", data), 201)
    assert again["counts"]["duplicates"] == 1 and branch.record(again["import_id"])["state"] == "recorded"
    assert not lately(taizhang, "compliance", attended.sequence) and not lately(taizhang, "registry", imported.sequence)


def test_the_branch_of_two_units_imports_for_both(people: People, there: There, taizhang: Taizhang) -> None:
    before = last(taizhang)
    people.grant(First("p-both", "branch", "U01"), First("p-both", "branch", "U02"))
    data = workbook([TRAINING, *((name, "", "2024-05-15", "日常学习", 2) for name in ("某近", "某远", "查无此人"))])
    both = people("p-both")
    done = both.record(told(both.hand_in("training", data), 201)["import_id"])
    assert (done["state"], [r["code"] for r in done["rejected"]]) == ("recorded", ["unknown_person"])
    attended = lately(taizhang, "compliance", before["compliance"])
    assert sorted((e.subject, e.unitref) for e in attended) == sorted([(there.near, "U01"), (there.far, "U02")])


def test_a_branch_imports_the_attendance_of_its_unit(branch: Console, there: There, taizhang: Taizhang) -> None:
    before = last(taizhang)
    marks = "√" * 5 + "×" + "√" * 25  # the 6th, a Wednesday
    found = told(branch.hand_in("attendance", month_sheet({"某近": marks}, "2023年12月"), "2023-12.xlsx"), 201)
    done = branch.record(found["import_id"])
    assert (done["state"], done["problem"], done["counts"]["accepted"]) == ("recorded", None, 1), done
    recorded = [(e.data.event_name(), e.subject, e.role) for e in lately(taizhang, "assignments", before["assignments"])]
    assert recorded == [("AbsenceRecorded", there.near, "branch"), ("AttendanceSheetImported", "U01", "branch")]
    foreign = told(
        branch.hand_in("attendance", month_sheet({"某远": marks, "查无此人": marks}, "2023年12月", "知岭中学"), "2023-12.xlsx"), 201
    )
    assert {r["code"] for r in foreign["rejected"]} == {"unknown_person"} and foreign["counts"]["accepted"] == 0
    sheet = branch.record(foreign["import_id"])
    assert [r["code"] for r in sheet["rejected"]].count("forbidden") == 1, "the sheet itself"
    assert len(lately(taizhang, "assignments", before["assignments"])) == len(recorded)


def test_what_is_the_sections_to_decide_is_sent_back(branch: Console, there: There, taizhang: Taizhang) -> None:
    before = last(taizhang)
    data = workbook([DUTIES, ("某近", "U01", "党建指导", "U02", "2024-03-01", "长期")])
    found = told(branch.hand_in("duties", data), 201)
    assert found["counts"]["accepted"] == 1, found["rejected"]
    done = branch.record(found["import_id"])
    assert (done["state"], [r["code"] for r in done["rejected"]], done["counts"]["accepted"]) == ("recorded", ["forbidden"], 0)
    assert not lately(taizhang, "assignments", before["assignments"])
    for kind in ("units", "roster", "leave"):
        assert told(branch.hand_in(kind, data), 403)["code"] == "forbidden"


def feed(own: Console, service: str, **asked: Any) -> httpx.Response:
    return own.http.get(f"{own.taizhang.urls[service]}/feed", params=asked)


@pytest.mark.parametrize("who", ["p-branch", "p-cadre", "p-subscriber", "p-nobody", "p-committee"])
def test_a_unit_of_others_is_as_one_that_is_not_there(people: People, there: There, taizhang: Taizhang, who: str) -> None:
    own, committee = people(who), people("p-committee").http
    tried = ["U02", "U-none", *(["U01"] if who != "p-branch" else [])]
    for service in SERVICES:
        reads = f"{taizhang.urls[service]}/reads?actor={who}&limit=3"
        answers = [feed(own, service, unit=unit) for unit in tried]
        assert {(a.status_code, a.content) for a in answers} == {(403, answers[0].content)}
        assert answers[0].json()["code"] == "forbidden" and "Taizhang-Withheld" not in answers[0].headers
        noted = [(r["what"], r["cadre"], r["allowed"]) for r in committee.get(reads).json()["items"]][: len(tried)]
        assert noted == [("events_open", unit, False) for unit in reversed(tried)]
    assert feed(people("p-branch"), "registry").status_code == 403, "without a unit as ever"
    assert told(feed(own, "registry", unit="U 1"), 400)["code"] == "bad-query"


def pages(own: Console, service: str, limit: int) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        answer = feed(own, service, unit="U01", after=after, limit=limit)
        assert answer.status_code == 200 and "Taizhang-Withheld" not in answer.headers
        if not (page := answer.json()):
            return
        yield from page
        after = int(page[-1]["sequence"])


def test_the_feed_of_a_unit_holds_what_its_branch_may_read(branch: Console, there: There, people: People, taizhang: Taizhang) -> None:
    people.grant(First("p-passing", "branch", "U01"))
    with Client(taizhang.urls, taizhang.token) as client:
        units = {u["unit_id"]: u["name"] for u in client.items("registry", "/units")}
        import_file(client, "roster", roster_of(person("某移", 单位=units["U01"])))
        (gone,) = [c.cadre_id for c in ask(client, "roster").cadres.values() if c.name == "某移"]
        away = {"cadre_id": gone, "from_unit_id": "U01", "to_unit_id": "U02", "transferred_on": date(2023, 9, 4)}
        client.command("registry", TransferCadre.model_validate(away))
        opened = OpenInvestigation(cadre_id=there.near, investigation_id="I-near", opened_on=date(2024, 5, 1))
        (secret,) = client.command("compliance", opened, "committee", "2024-1").events
        why = {"retracted_on": date(2024, 5, 2), "private": {"reason": "x"}}
        back = RetractComplianceFact.model_validate({"retracts": secret, "cadre_id": there.near} | why)
        client.command("compliance", back, "committee", "2024-1")
        attended = RecordTraining(cadre_id=there.near, kind="daily", hours=1, attended_on=date(2024, 5, 20))
        client.command("compliance", attended, "branch", "2024-2")
        (granted,) = [e.id for e in client.feed("registry", types=[RoleGranted]) if getattr(e.data, "principal", None) == "p-passing"]
        ungranted = RetractRegistryFact.model_validate({"retracts": granted, "unit_id": "U01"} | why)
        client.command("registry", ungranted, "committee", "2024-1")
        every = {service: list(client.feed(service)) for service in SERVICES}
        registry = client.get("registry", "/reach")["position"]
    after = {"Taizhang-After": f"registry={registry}"}
    for service in ("assignments", "compliance"):  # both know of the transfer
        branch.http.get(f"{taizhang.urls[service]}/feed", params={"unit": "U01", "limit": 1}, headers=after)
    listed = branch.http.get(f"{taizhang.urls['registry']}/cadres", params={"limit": 500}).json()["items"]
    members = {item["cadre_id"] for item in listed}
    assert there.near in members and there.far not in members and gone not in members
    hidden = {"InvestigationOpened", "ComplaintReceived", "RoleGranted", "RoleRevoked", "WorkbookImported"}
    for service in SERVICES:
        told_of = [
            e for e in every[service] if e.data.event_name() not in hidden and getattr(e.data, "retracts", "") not in (secret, granted)
        ]
        expected = [e.id for e in told_of if e.subject in {"U01", *members} and not e.data.DERIVED]
        found = [e["id"] for e in pages(branch, service, 1000)]
        assert found == expected and found, service
        assert [e["id"] for e in pages(branch, service, 1)] == found, "pages of what is withheld alone are passed over"
    section = [e["id"] for e in pages(people("p-section"), "compliance", 1000)]
    assert secret not in section, "what is recorded when it is read is not in it, whoever asks"
