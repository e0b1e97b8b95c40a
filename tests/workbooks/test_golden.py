"""Every row of the district's files comes out as `expected.yaml` says: verdict, events, questions, warnings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.assignments import CorrectAbsence, ImportAttendanceSheet, RecordAbsence
from contracts.message import Fact
from services.workbooks.known import Known
from services.workbooks.outcome import Understood
from services.workbooks.workdays import workday
from tests.workbooks import district

MONTHS = [name for name, made in district.expected()["files"].items() if made["kind"] == "attendance" and "corrects" not in made]
CORRECTION = "attendance/2024-11_更正.xlsx"


NEW = [name for name, made in district.expected()["files"].items() if made["kind"] in ("leave", "duties", "training")]
IDS = {"cadre_id", "leave_id", "duty_id", "task_id"}
SHORT = {"unit_id": "unit", "host_unit_id": "host_unit"}


def as_expected(fact: Fact) -> dict[str, Any]:
    described = {"description": said} if (said := fact.personal().get("description")) else {}
    said = {k: v for k, v in fact.public().items() if k not in IDS} | described
    return {fact.event_name(): {SHORT.get(k, k): v for k, v in said.items()}}


def test_units() -> None:
    made = district.units()
    registered = [{"id": c["unit_id"], "name": c["name"], "kind": c["kind"]} for c in (p.command.public() for p in made.proposed)]
    assert registered == [{k: u[k] for k in ("id", "name", "kind")} for u in district.expected()["known_units"]]
    assert not made.rejected and not made.questions and len(made.accepted) == 48


@pytest.mark.parametrize("name", ["roster.xlsx", "roster_2022.xls"])
def test_roster(name: str) -> None:
    made = district.roster(district.the_units(), name)
    expected = district.expected()["files"][name]
    assert (len(made.accepted), len(made.rejected), len(made.questions)) == (
        expected["accepted"],
        expected["rejected"],
        expected["questions"],
    )
    rejected = {r.row: r for r in made.rejected}
    for row in expected["rows"]:
        number = row["row"]
        if row["verdict"] == "rejected":
            assert (rejected[number].code, rejected[number].raw) == (row["reason"], row["raw"])
            continue
        assert [as_expected(p.command) for p in made.proposed if p.row == number] == row["events"], number
        assert [{"code": q.code, "raw": q.raw} for q in made.questions if q.row == number] == row.get("questions", []), number
        assert [w.code for w in made.warnings if w.row == number] == row.get("warnings", []), number


@pytest.mark.parametrize("name", [*MONTHS, CORRECTION])
def test_attendance(name: str) -> None:
    known = district.the_people()
    expected = district.expected()["files"][name]
    if "corrects" in expected:
        for command in district.attendance(known, expected["corrects"]).commands:
            known.add(command)
    made = district.attendance(known, name)
    assert (len(made.accepted), len(made.rejected), len(made.questions)) == (
        expected["accepted"],
        expected["rejected"],
        expected["questions"],
    )
    _questions_of_sheets(made, expected)
    for row in expected["rows"]:
        place = (row["sheet"], row["row"])
        if row["verdict"] == "rejected":
            assert [(r.code, r.raw) for r in made.rejected if r.place == place] == [(row["reason"], row["raw"])]
            continue
        assert place in made.accepted
        asked = [(q.code, int(q.detail[-2:])) for q in made.questions if q.place == place]
        assert asked == [(q["code"], q["day"]) for q in row.get("questions", [])], place
        assert {w.code for w in made.warnings if w.place == place} == set(row.get("warnings", [])), place
        if "corrects" not in expected:
            commands = [p.command for p in made.proposed if p.place == place]
            assert _away(commands, known, row["person"]) == _expected_away(row), place


def test_correction() -> None:
    known = district.the_people()
    for command in district.attendance(known, "attendance/2024-11.xlsx").commands:
        known.add(command)
    made = district.attendance(known, CORRECTION)
    effect = district.expected()["files"][CORRECTION]["effect"]["corrections"][0]
    corrections = [p for p in made.proposed if not isinstance(p.command, ImportAttendanceSheet)]
    assert [(p.sheet, p.row) for p in corrections] == [(effect["sheet"], effect["row"])]
    command = corrections[0].command
    assert isinstance(command, CorrectAbsence)
    assert command.public()["removed"] == effect["AbsenceCorrected"]["removed"]
    assert known.cadres[command.cadre_id].name == district.expected()["persons"][effect["person"]]["name"]
    assert len(made.repeated) == len(made.accepted) - 1


@pytest.mark.parametrize("name", NEW)
def test_leave_duties_talks_and_training(name: str) -> None:
    known = district.the_people()
    expected = district.expected()["files"][name]
    reading = district.read(expected["kind"], known, name)
    made = reading.made
    assert (reading.accepted, len(made.rejected), len(made.questions), reading.duplicates) == (
        expected["accepted"],
        expected["rejected"],
        expected["questions"],
        0,
    )
    for row in expected["rows"]:
        place = (row.get("sheet", expected.get("sheet", "")), row["row"])
        if row["verdict"] == "rejected":
            (rejected,) = (r for r in made.rejected if r.place == place)
            assert rejected.code == row["reason"], place
            assert rejected.code == "missing_required" or rejected.raw == row["raw"], place
            continue
        assert place in made.accepted, place
        commands = [p.command for p in made.proposed if p.place == place]
        persons = row.get("persons") or [row["person"]]
        names = [known.cadres[str(c.public()["cadre_id"])].name for c in commands]
        events = [as_expected(c) for c in commands]
        if "persons" in row:
            assert (events, names) == (row["events"] * len(persons), [district.expected()["persons"][p]["name"] for p in persons]), place
        else:
            assert (events, set(names)) == (row["events"], {district.expected()["persons"][persons[0]]["name"]}), place
        asked = [{"code": q.code} | ({"raw": q.raw} if q.raw else {}) for q in made.questions if q.place == place]
        wanted = row.get("questions", [])
        assert [q["code"] for q in asked] == [q["code"] for q in wanted], place
        assert all(q.get("raw", r.get("raw")) == r.get("raw", q.get("raw")) for q, r in zip(wanted, asked, strict=True)), place
        assert [w.code for w in made.warnings if w.place == place] == row.get("warnings", []), place


def _questions_of_sheets(made: Understood, expected: dict[str, Any]) -> None:
    asked = [(q.sheet, q.code, int(q.detail[-2:])) for q in made.questions if q.row == made.header_rows[q.sheet] - 1]
    assert asked == [(name, q["code"], q["day"]) for name, sheet in expected["sheets"].items() for q in sheet.get("questions", [])]


def _away(commands: list[Fact], known: Known, person: str) -> tuple[set[int], set[int]]:
    """Working days of the month, whole and half, of the right person."""
    whole: set[int] = set()
    half: set[int] = set()
    for command in commands:
        assert isinstance(command, RecordAbsence)
        cadre, who = known.cadres[command.cadre_id], district.expected()["persons"][person]
        assert (cadre.name, command.unit_id) == (who["name"], who["unit"])
        days = (command.from_ + timedelta(days=n) for n in range((command.until - command.from_).days + 1))
        (half if command.fraction == 0.5 else whole).update(d.day for d in days if workday(d))
    return whole, half


def _expected_away(row: dict[str, Any]) -> tuple[set[int], set[int]]:
    away = row.get("away", {})
    return {day for kind, days in away.items() if kind != "half_day_away" for day in days}, set(away.get("half_day_away", []))
