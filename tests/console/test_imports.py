"""Workbooks handed in over HTTP, by those who may: what is read, asked, sent back and recorded, once, whatever happens in between."""

from __future__ import annotations

import io
import os
import signal
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.client import Client
from services.local.supervisor import Taizhang
from tests.console.conftest import SHORT, Console, People
from tests.workbooks import district
from tests.workbooks.district import bytes_of, person, roster_of, workbook

EXPECTED: dict[str, Any] = district.expected()["files"]
LEAVE = ("姓名", "单位", "请假类别", "起止时间", "申请人", "申请形式", "申请日期", "单位审核意见")


def recorded(taizhang: Taizhang, service: str) -> Counter[str]:
    with Client(taizhang.urls, taizhang.token, in_flight=1) as client:
        return Counter(event.data.event_name() for event in client.feed(service) if not event.data.DERIVED)


def told(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def sent_back(name: str) -> list[tuple[int, str]]:
    return sorted((row["row"], row["reason"]) for row in EXPECTED[name]["rows"] if row["verdict"] == "rejected")


RECORDED = ("roster.xlsx", "attendance/2024-11.xlsx", "attendance/2024-11_更正.xlsx", "talks_and_training.xlsx")


def test_every_workbook_of_the_district_gives_exactly_its_rows(section: Console) -> None:
    """Each is read; some are recorded, too: the roster, on which the others rest, a month with its correction, a register."""
    order = {"roster": 0, "attendance": 1, "leave": 2, "duties": 3, "training": 4}
    names = [n for n in EXPECTED if n != "units.csv"]  # they are there already
    names.sort(key=lambda n: (n != "roster_2022.xls", order[EXPECTED[n]["kind"]], "corrects" in EXPECTED[n], n))
    for name in names:
        expected, data = EXPECTED[name], bytes_of(name)
        found = told(section.hand_in(expected["kind"], data, Path(name).name), 201)
        counts = found["counts"]
        assert found["state"] == "read" and found["file"] == Path(name).name
        wanted = expected["accepted"], expected["rejected"], expected["questions"]
        assert (counts["accepted"], counts["rejected"], counts["questions"]) == wanted, name
        assert sorted((r["row"], r["code"]) for r in found["rejected"]) == sent_back(name), name
        if name in RECORDED:
            done = section.record(found["import_id"])
            assert (done["state"], done["problem"], done["counts"]["accepted"]) == ("recorded", None, expected["accepted"]), name
        section.http.delete(f"/imports/{found['import_id']}")
    again = told(section.hand_in("roster", bytes_of("roster.xlsx")), 201)
    assert again["counts"]["duplicates"] == EXPECTED["roster.xlsx"]["accepted"]


def test_what_was_sent_back_comes_as_a_workbook_to_be_saved(section: Console) -> None:
    data = workbook([("姓名", "单位", "培训日期", "类别", "学时"), ("无此人", "槐荫中学", "2024-05-06", "日常学习", 2)])
    form = {"file": ("2024年.xlsx", data)}
    found = told(section.http.post("/imports", params={"kind": "training"}, files=form), 201)
    assert (found["file"], found["counts"]["rejected"]) == ("2024年.xlsx", 1)
    back = section.get(f"/imports/{found['import_id']}/rejected.xlsx")
    assert back.status_code == 200 and zipfile.is_zipfile(io.BytesIO(back.content))
    assert back.headers["Content-Disposition"].startswith("attachment;") and back.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in back.headers["Cache-Control"]


@pytest.mark.parametrize(
    "said",
    [
        'attachment; filename="2024年.csv"'.encode(),
        "attachment; filename=2024年.csv".encode(),
        b"attachment; filename=\"x\"; filename*=UTF-8''2024%E5%B9%B4.csv",
    ],
)
def test_the_name_of_a_file_as_programs_send_it(section: Console, said: bytes) -> None:
    header: Any = {"Content-Disposition": said}
    found = told(section.http.post("/imports?kind=units", content=bytes_of("units.csv"), headers=header), 201)
    assert found["file"] == "2024年.csv"
    section.http.delete(f"/imports/{found['import_id']}")


def test_an_import_is_its_makers_alone(section: Console, people: People) -> None:
    found = told(section.hand_in("units", bytes_of("units.csv")), 201)
    other = people("p-other")
    for way, path in (("GET", ""), ("POST", "/record"), ("POST", "/answers"), ("GET", "/rejected.xlsx"), ("DELETE", "")):
        said: dict[str, Any] | None = {} if path == "/answers" else None
        theirs = other.http.request(way, f"/imports/{found['import_id']}{path}", json=said)
        missing = other.http.request(way, f"/imports/i-nothing{path}", json=said)
        assert (theirs.status_code, theirs.content) == (missing.status_code, missing.content) == (404, theirs.content)
    assert told(section.get(f"/imports/{found['import_id']}"), 200)["state"] == "read"
    assert section.http.delete(f"/imports/{found['import_id']}").status_code == 200
    assert section.get(f"/imports/{found['import_id']}").status_code == 404


def test_a_question_is_answered_and_what_hung_on_it_recorded(section: Console, taizhang: Taizhang) -> None:
    told_of = told(section.hand_in("roster", roster_of(person("某问", 单位="松塘学校"))), 201)
    assert section.record(told_of["import_id"])["counts"]["accepted"] == 1
    heading = ("员工", *LEAVE[1:])
    data = workbook([heading, ("某问", "松塘学校", "事假", "2024.9.2", "本人", "书面", "2024.9.1", "同意")])
    wrong = told(section.hand_in("leave", data), 422)
    assert wrong["code"] == "unknown-layout"
    form = {"file": ("假.xlsx", data)}
    found = told(section.http.post("/imports", params={"kind": "leave"}, files=form, data={"columns": "员工=姓名"}), 201)
    address, (asked,) = f"/imports/{found['import_id']}", found["questions"]
    assert (asked["answers"], asked["answers_zh"]) == ("a day, as 2025-01-20", "日期，如 2025-01-20")
    assert asked["code"] == "review_without_date" and found["counts"]["accepted"] == 1
    bad = told(section.http.post(f"{address}/answers", json={"answers": {asked["id"]: "昨天", "q-none": "x"}}), 422)
    assert {e["code"] for e in bad["errors"]} == {"bad-answer", "unknown-question"}
    assert section.record(found["import_id"])["counts"]["questions"] == 1, "the rest of the row is recorded"
    before = recorded(taizhang, "assignments")["LeaveUnitReviewed"]
    answered = told(section.http.post(f"{address}/answers", json={"answers": {asked["id"]: "2024年9月1日"}}), 200)
    assert (answered["state"], answered["questions"]) == ("read", [])
    assert section.record(found["import_id"])["state"] == "recorded"
    assert recorded(taizhang, "assignments")["LeaveUnitReviewed"] == before + 1
    assert told(section.http.post(f"{address}/answers", json={}), 409)["code"] == "import-closed", "its file is erased"
    assert told(section.http.post(f"{address}/record"), 200)["state"] == "recorded"
    again = told(section.hand_in("leave", data), 201)
    assert again["counts"]["accepted"] == 1, "what a column means is remembered for the layout"


def test_answers_that_come_together_are_all_kept(section: Console) -> None:
    section.record(told(section.hand_in("roster", roster_of(person("某并", 单位="松塘学校"))), 201)["import_id"])
    rows = [("某并", "松塘学校", "事假", f"2024.9.{day}", "本人", "书面", "2024.9.1", "同意") for day in (3, 4, 5, 6)]
    found = told(section.hand_in("leave", workbook([LEAVE, *rows])), 201)
    address, asked = f"/imports/{found['import_id']}", [q["id"] for q in found["questions"]]
    assert len(asked) == 4

    def answer(question: str) -> int:
        return section.http.post(f"{address}/answers", json={"answers": {question: "2024-09-02"}}).status_code

    with ThreadPoolExecutor(4) as together:
        assert list(together.map(answer, asked)) == [200] * 4
    assert set(told(section.get(address), 200)["answers"]) == set(asked)
    wrong = told(section.http.post(f"{address}/answers", json={"answers": {asked[0]: "昨天"}}), 422)
    assert [e["code"] for e in wrong["errors"]] == ["bad-answer"], "one that was answered may be answered again, with sense"
    assert told(section.http.post(f"{address}/answers", json={"answers": {asked[0]: "2024-09-01"}}), 200)["questions"] == []
    section.http.delete(address)


def test_a_console_that_was_killed_goes_on_and_records_once(section: Console, taizhang: Taizhang) -> None:
    people_ = roster_of(*(person(f"某杀{n}", 单位="南浦桥小学") for n in range(40)))
    section.record(told(section.hand_in("roster", people_), 201)["import_id"])
    lines = [f"某杀{n},南浦桥小学,2023-05-{day:02},日常学习,{n % 7 + 1}" for n in range(40) for day in range(1, 31)]
    data = "\n".join(["姓名,单位,培训日期,类别,学时", *lines]).encode()
    before = recorded(taizhang, "compliance")["TrainingAttended"]
    found = told(section.hand_in("training", data, "培训.csv"), 201)
    address = f"/imports/{found['import_id']}"
    assert section.http.post(f"{address}/record").status_code == 202
    assert told(section.http.post(f"{address}/record"), 202)["state"] == "recording", "said twice it is recorded once"
    while (now := told(section.get(address), 200))["progress"] and not now["progress"]["done"]:
        time.sleep(SHORT / 10)
    pid = taizhang.pid("console")
    assert pid
    os.kill(pid, signal.SIGKILL)
    while taizhang.pid("console") in (None, pid):
        time.sleep(SHORT)
    taizhang.wait_ready("console")
    there = recorded(taizhang, "compliance")["TrainingAttended"] - before
    assert 0 < there < 1200, "it was killed in the middle"
    assert told(section.get(address), 200)["state"] == "interrupted"
    done = section.record(found["import_id"])
    assert (done["state"], done["counts"]["accepted"], done["counts"]["rejected"]) == ("recorded", 1200, 0)
    assert recorded(taizhang, "compliance")["TrainingAttended"] == before + 1200


def test_nothing_of_it_lies_open(section: Console, taizhang: Taizhang) -> None:
    name = "某金丝雀"
    found = told(section.hand_in("roster", roster_of(person(name), person(name)), f"{name}.xlsx"), 201)
    files = [file for file in taizhang.folder.uploads.rglob("*") if file.is_file()]
    assert len(files) >= 3 and all(file.stat().st_mode & 0o077 == 0 for file in files)
    said = b"".join(file.read_bytes() for file in files) + taizhang.folder.log("console").read_bytes()
    assert name.encode() not in said and found["import_id"].encode() not in said and b"PK\x03\x04" not in said
    assert not any(found["import_id"] in file.name or "p-section" in str(file) for file in files)
    section.record(found["import_id"])
    assert {f.suffix for f in taizhang.folder.uploads.rglob("*")} >= {".import", ".returned"}
    assert section.http.post(f"/imports/{found['import_id']}/answers", json={}).json()["code"] in ("import-closed", "unknown-import")


@pytest.mark.parametrize(
    ("kind", "data", "status", "code"),
    [
        ("elephant", b"x", 400, "bad-query"),
        ("training", b"", 422, "nothing-given"),
        ("training", b'{"a": 1}', 422, "unknown-layout"),
        ("training", b"%PDF-1.7\x00\x01", 422, "unreadable-workbook"),
        ("training", b"PK\x03\x04 and no archive", 422, "unreadable-workbook"),
        ("training", b"x" * (20 * 1024 * 1024 + 1), 413, "workbook-too-large"),
    ],
)
def test_what_is_no_workbook_is_told_so(section: Console, kind: str, data: bytes, status: int, code: str) -> None:
    wrong = told(section.hand_in(kind, data), status)
    assert wrong["code"] == code and wrong["title_zh"] and wrong["detail"]


def test_a_bomb_is_told_so(section: Console) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 160_000_000)
    wrong = told(section.hand_in("roster", made.getvalue()), 422)
    assert wrong["code"] == "unreadable-workbook" and "size" in wrong["detail"]
    charset = b'--x\r\nContent-Disposition: form-data; name="columns"\r\nContent-Type: text/plain; charset=klingon\r\n\r\na=b\r\n--x--\r\n'
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert told(section.http.post("/imports?kind=roster", content=charset, headers=form), 422)["code"] == "nothing-given"
    assert told(section.http.post("/imports?kind=roster", content=b"--x\r\nnonsense", headers=form), 400)["code"] == "bad-request"
