"""Every `_time` of the catalogue, on recorded facts and at its edges."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.effective import IN_FORCE, RULES, effective_on
from contracts.message import Event, Fact, civil_day, facts, midnight

LINES = (Path(__file__).parents[1] / "data" / "facts.jsonl").read_bytes().splitlines()
EVENTS = sorted((Event.parse(line) for line in LINES), key=lambda e: (e.recordedtime, e.sequence))
TODAY = date(2024, 9, 30)


def fact(name: str, /, **data: Any) -> Fact:
    return next(f for f in facts().values() if f.__name__ == name).model_validate(data)


def recorded(data: Fact, on: str, n: int, stream: str) -> Event:
    """The fact as event number n, in effect from `on`."""
    day = date.fromisoformat(on)
    return Event(
        f"{data.SERVICE}/{stream}@{n}", f"/taizhang/{data.SERVICE}", data.type(), data.subject(), day,
        f"2024-01-01T00:00:{n:02}.000000Z", n, "p1", "section", "U01", "r", "c", data,
    )  # fmt: skip


def approved(until: str) -> Fact:
    return fact(
        "LeaveApproved",
        leave_id="L1",
        cadre_id="C1",
        level="committee",
        **{"from": "2024-03-01"},
        until=until,
        decision_no="1",
        decided_on="2024-03-05",
    )


def extended(until: str) -> Fact:
    return fact("LeaveExtended", leave_id="L1", cadre_id="C1", until=until, decision_no="2", decided_on="2024-03-20")


def test_recorded_facts_take_effect_when_their_envelopes_say() -> None:
    history = list(EVENTS)
    random.Random(7).shuffle(history)
    for e in EVENTS:
        before = [h for h in history if (h.recordedtime, h.sequence) < (e.recordedtime, e.sequence)]
        assert effective_on(e.data, civil_day(e.recordedtime), before) == e.time, e.id


def test_every_word_of_the_catalogue_is_a_rule_or_a_field() -> None:
    for f in facts().values():
        names = {field.alias or name for name, field in f.model_fields.items()}
        assert (f.TIME in RULES) != (f.TIME in names), f.__name__
    assert set(RULES) == {f.TIME for f in facts().values()} & set(RULES), "a rule that no event uses"


def test_the_day_of_registration() -> None:
    unit = {"unit_id": "U1", "name": "示例小学", "kind": "school"}
    assert effective_on(fact("UnitRegistered", **unit), TODAY, ()) == IN_FORCE
    assert effective_on(fact("UnitRegistered", **unit), date(2022, 4, 6), ()) == date(2022, 4, 6)
    assert effective_on(fact("UnitRegistered", **unit, **{"from": "1999-09-01"}), TODAY, ()) == date(1999, 9, 1)


def test_a_decision_about_past_days_takes_effect_on_the_first_of_them() -> None:
    assert effective_on(approved("2024-04-30"), TODAY, ()) == date(2024, 3, 1)
    late = approved("2024-04-30").model_copy(update={"decided_on": date(2024, 2, 20)})
    assert effective_on(late, TODAY, ()) == date(2024, 2, 20)


def test_an_extension_begins_the_day_after_the_end_as_last_extended() -> None:
    first = recorded(approved("2024-03-31"), "2024-03-01", 1, "leave-L1")
    assert effective_on(extended("2024-05-31"), TODAY, [first]) == date(2024, 4, 1)
    second = recorded(extended("2024-04-30"), "2024-04-01", 2, "leave-L1")
    assert effective_on(extended("2024-05-31"), TODAY, [second, first]) == date(2024, 5, 1)
    taken_back = fact("AssignmentsFactRetracted", retracts="assignments/leave-L1@2", cadre_id="C1", retracted_on="2024-04-02")
    third = recorded(taken_back, "2024-04-01", 3, "leave-L1")
    assert effective_on(extended("2024-05-31"), TODAY, [first, second, third]) == date(2024, 4, 1)
    assert effective_on(taken_back, TODAY, [first, second, third]) == date(2024, 4, 1)


def test_a_correction_of_an_exit_takes_effect_on_the_earlier_day() -> None:
    exited = fact("CadreExited", cadre_id="C1", unit_id="U1", post="校长", reason="age", exited_on="2024-03-01", decision_no="1")
    history = [recorded(exited, "2024-03-01", 1, "cadre-C1")]
    for corrected, day in (({}, "2024-03-01"), ({"exited_on": "2024-02-29"}, "2024-02-29"), ({"exited_on": "2024-03-02"}, "2024-03-01")):
        correction = fact("ExitCorrected", cadre_id="C1", corrects="registry/cadre-C1@1", **corrected)
        assert effective_on(correction, TODAY, history) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("name", "data", "day"),
    [
        ("TaskAssigned", {"task_id": "T1", "duty_id": "D1", "cadre_id": "C1", "year": 2024, "due_on": "2024-12-01"}, "2024-09-30"),
        ("WorkbookImported", {"import_id": "I1", "kind": "units", "sha256": "0", "rows_accepted": 1, "rows_rejected": 0}, "2024-09-30"),
        ("AttendanceSheetImported", {"sheet_id": "S1", "unit_id": "U1", "month": "2024-02", "sha256": "0", "absences": 0}, "2024-02-01"),
        ("CalendarPublished", {"year": 2025, "version": 1, "off_days": [], "work_days": [], "notice": "n"}, "2025-01-01"),
        (
            "SchoolCalendarPublished",
            {"source": "s", "vacations": [{"from": "2024-07-06", "until": "2024-08-31"}, {"from": "2024-01-20", "until": "2024-02-20"}]},
            "2024-01-20",
        ),
    ],
)
def test_days_that_no_field_states(name: str, data: dict[str, Any], day: str) -> None:
    assert midnight(effective_on(fact(name, **data), TODAY, ())) == f"{day}T00:00:00+08:00"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ExitCorrected", {"cadre_id": "CANARY", "corrects": "registry/cadre-CANARY@1"}),
        ("CadreIdentityCorrected", {"cadre_id": "CANARY", "corrects": "registry/cadre-CANARY@1"}),
        ("RegistryFactRetracted", {"cadre_id": "CANARY", "retracts": "registry/cadre-CANARY@1", "retracted_on": "2024-01-01"}),
        ("LeaveRatified", {"leave_id": "CANARY", "cadre_id": "CANARY", "ratified_on": "2024-01-01"}),
        ("LeaveExtended", {"leave_id": "CANARY", "cadre_id": "C1", "until": "2024-05-31", "decision_no": "2", "decided_on": "2024-03-20"}),
        ("AbsenceCharacterised", {"absence_id": "CANARY", "cadre_id": "C1", "as": "awol", "decided_on": "2024-01-01"}),
        ("AbsenceRescinded", {"absence_id": "CANARY", "cadre_id": "C1"}),
        ("PresenceRescinded", {"presence_id": "CANARY", "cadre_id": "C1"}),
        ("SchoolCalendarPublished", {"vacations": [], "source": "CANARY"}),
    ],
)
def test_what_it_refers_to_must_be_known_and_the_refusal_names_no_value(name: str, data: dict[str, Any]) -> None:
    unrelated: Sequence[Event] = EVENTS
    with pytest.raises(LookupError) as refused:
        effective_on(fact(name, **data), TODAY, unrelated)
    assert "CANARY" not in str(refused.value)
