"""`GET /todos`: what is to be done, as the services run, and the command that it names settles it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import httpx

from contracts.message import CHINA
from tests.http.conftest import Client, District
from tests.http.test_commands import problem


def today() -> date:
    return datetime.now(CHINA).date()


def listed(district: District, told: httpx.Response | None = None, **wanted: str | int) -> list[dict[str, Any]]:
    """All pages, from a state that knows what was told."""
    headers = {"Taizhang-After": told.headers["Taizhang-Position"]} if told is not None else {}
    found = list[dict[str, Any]]()
    cursor = dict[str, str]()
    while True:
        page = district.compliance.get("/todos", params={**wanted, **cursor}, headers=headers)
        assert page.status_code == 200, page.text
        found += page.json()["items"]
        if page.json()["next"] is None:
            return found
        cursor = {"cursor": page.json()["next"]}


def exited(district: District, on: date) -> str:
    cadre = district.cadre()
    unit = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    said = {"cadre_id": cadre, "unit_id": unit, "post": "principal", "reason": "age", "exited_on": on.isoformat(), "decision_no": "X"}
    told = district.registry.command("RegisterExit", said)
    assert told.status_code == 201, told.text
    assert district.assignments.get("/leaves", headers={"Taizhang-After": told.headers["Taizhang-Position"]}).status_code == 200
    listed(district, told, cadre=cadre)
    return cadre


def asked(district: District, cadre: str, leave: str) -> httpx.Response:
    first = today() + timedelta(days=7)
    said = {
        "leave_id": leave, "cadre_id": cadre, "applicant": "self", "reason_class": "health", "from": first.isoformat(),
        "until": (first + timedelta(days=30)).isoformat(), "written": True, "requested_on": today().isoformat(), "private": {},
        "evidence": [{"evidence_id": "e1", "sha256": "a" * 64, "media_type": "application/pdf"}],
    }  # fmt: skip
    told = district.assignments.command("RequestLeave", said)
    assert told.status_code == 201, told.text
    return told


def service(district: District, name: str) -> Client:
    return {"registry": district.registry, "assignments": district.assignments, "compliance": district.compliance}[name]


def test_the_command_that_it_names_settles_it(district: District) -> None:
    cadre, leave = exited(district, today() - timedelta(days=40)), district.fresh("L")
    (todo,) = [t for t in listed(district, asked(district, cadre, leave), cadre=cadre) if t["code"] == "unit_review_overdue"]
    assert (todo["accountable"], todo["article"], todo["overdue"], todo["since_on"]) == ("branch", "8.1", False, today().isoformat())
    assert todo["evidence"] == [f"assignments/leave-{leave}@1"]
    assert {(s["service"], s["command"]) for s in todo["settles"]} == {("assignments", "ReviewLeave"), ("assignments", "ReturnLeave")}
    said = {"leave_id": leave, "cadre_id": cadre, "outcome": "passed", "reviewed_on": today().isoformat()}
    told = service(district, todo["settles"][0]["service"]).command(todo["settles"][0]["command"], said)
    codes = [t["code"] for t in listed(district, told, cadre=cadre)]
    assert "unit_review_overdue" not in codes
    assert "unit_failed_to_report" in codes


def test_filters_and_pages_hang_together(district: District) -> None:
    cadre = exited(district, today() - timedelta(days=400))
    unit = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    every = listed(district, unit=unit)
    assert len(every) > 4
    assert every == listed(district, unit=unit, limit=2) == listed(district, cadre=cadre)
    assert [t["due_on"] or "9999" for t in every] == sorted(t["due_on"] or "9999" for t in every)
    late, not_late = listed(district, unit=unit, overdue="true"), listed(district, unit=unit, overdue="false")
    assert sorted(t["id"] for t in late + not_late) == sorted(t["id"] for t in every)
    assert {t["overdue"] for t in late} == {True}
    for role in {t["accountable"] for t in every}:
        assert listed(district, unit=unit, role=role) == [t for t in every if t["accountable"] == role]
    soon = (today() + timedelta(days=30)).isoformat()
    assert listed(district, unit=unit, due_before=soon) == [t for t in every if t["due_on"] and t["due_on"] < soon]


def test_another_day_is_worked_out_from_the_facts(district: District) -> None:
    cadre = exited(district, today() - timedelta(days=400))
    now = {t["id"]: t for t in listed(district, cadre=cadre)}
    tomorrow = {t["id"]: t for t in listed(district, cadre=cadre, as_of=(today() + timedelta(days=1)).isoformat(), limit=2)}
    assert now.keys() == tomorrow.keys()
    assert listed(district, cadre=cadre, as_of=today().isoformat()) == list(now.values())
    assert listed(district, cadre=cadre, as_of=(today() - timedelta(days=500)).isoformat()) == []


def test_what_is_not_a_filter_is_refused(district: District) -> None:
    for name, value in (
        ("role", "king"), ("unit", "a b"), ("cadre", "*"), ("due_before", "soon"), ("overdue", "perhaps"), ("as_of", "2025-02-30"),
        ("cursor", "1"), ("cursor", "2025-02-30.exit_talk_overdue-2025-01-01-0123456789abcdef"), ("limit", "0"), ("limit", "501"), ("colour", "red"),
    ):  # fmt: skip
        problem(district.compliance.get("/todos", params={name: value}), 400, "bad-query")
    cursor = "infinity.exit_talk_overdue-2025-01-01-0123456789abcdef"
    assert district.compliance.get("/todos", params={"cursor": cursor}).status_code == 200


def test_nothing_personal_is_told(district: District) -> None:
    cadre = exited(district, today() - timedelta(days=40))
    assert "张三" not in district.compliance.get("/todos", params={"cadre": cadre}).text
