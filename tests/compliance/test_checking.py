"""Logs that contradict themselves or hold what is not ours: refused by `decide` and by `up --from`, with file and line, nothing guessed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from contracts import assignments, compliance, registry
from contracts.canonical import canonical
from contracts.message import facts
from services.assignments import deciding as assignments_deciding
from services.cli import app
from services.compliance import checking
from services.compliance import deciding as compliance_deciding
from services.kernel.refusal import Refused
from services.registry import deciding as registry_deciding
from tests.dsl import SOMEBODY
from tests.law.asking import FIXTURES, absent, approved, events, fact, requested
from tests.scenarios.golden import lines

BACK, FORTH = "2024-10-17", "2024-10-01"
"""A period that ends before it begins."""
RESTS = fact(
    "SchoolCalendarPublished",
    "2024-07-01",
    vacations=[{"from": "2024-07-01", "until": "2024-08-31"}, {"from": BACK, "until": FORTH}],
    source="s",
)
REVERSED = {
    "AbsenceRecorded": absent(BACK, FORTH),
    "PresenceRecorded": fact("PresenceRecorded", BACK, presence_id="p1", from_=BACK, until=FORTH),
    "LeaveRequested": requested("2024-09-30", BACK, FORTH),
    "LeaveApproved": approved("2024-09-30", BACK, FORTH),
    "AbsenceCorrected": fact("AbsenceCorrected", BACK, absence_id="a1", removed=[{"from": BACK, "until": FORTH}]),
    "RosterPublished": fact("RosterPublished", BACK, roster_id="r1", cadre_ids=["C1"], from_=BACK, until=FORTH),
    "DutyAssigned": fact("DutyAssigned", BACK, duty_id="d9", category="party_building", host_unit_id="U1", from_=BACK, until=FORTH),
    "SanctionRecorded": fact("SanctionRecorded", BACK, sanction_id="s1", kind="warning", from_=BACK, until=FORTH),
    "SchoolCalendarPublished": RESTS,
    "RoleGranted": fact("RoleGranted", BACK, principal="p1", role="auditor", from_=BACK, until=FORTH),
}


def written(path: Path, content: list[bytes]) -> Path:
    path.write_bytes(b"\n".join(content) + b"\n")
    return path


def decide(log: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["decide", str(log), "--as-of", "2024-12-01", "-o", "jsonl"])
    return result.exit_code, result.stderr + (f"answered: {result.stdout}" if result.exit_code and result.stdout else "")


def up(log: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["up", "--data", str(log.parent / "data"), "--from", str(log)])
    assert not (log.parent / "data").exists(), "nothing was begun"
    return result.exit_code, result.stderr


Command = Callable[[Path], tuple[int, str]]
BOTH = pytest.mark.parametrize("command", [decide, up])


def refused(command: Command, log: Path, line: int | None, *said: str) -> None:
    code, err = command(log)
    assert code == 2, err
    assert "Traceback" not in err
    if line is not None:
        assert f"{log}, line {line}: " in err
        assert f"{log} 第 {line} 行" in err
    for words in said:
        assert words in err
    assert any("一" <= c <= "鿿" for c in err)


def changed(line: bytes, **attributes: Any) -> bytes:
    return canonical(json.loads(line) | attributes)


SOUND = list(lines([*FIXTURES["F0"], absent("2024-09-23", "2024-10-17"), requested("2024-09-20", "2024-09-23", "2024-09-24")]))


def at(name: str) -> int:
    return next(i for i, line in enumerate(SOUND) if f".{name}.".encode() in line)


def test_the_table_names_every_type_with_a_period() -> None:
    assert set(REVERSED) == {kind.split(".")[2] for kind, (_, periods) in checking._known().items() if periods is not None}
    dated = {f.event_name() for f in facts().values() if {"from_", "until"} <= set(f.model_fields)}
    assert dated <= set(REVERSED)


@BOTH
@pytest.mark.parametrize("name", REVERSED)
def test_a_period_that_ends_before_it_begins(tmp_path: Path, command: Command, name: str) -> None:
    given = list(lines([*FIXTURES["F0"], REVERSED[name]]))
    line = next(i for i, one in enumerate(given, 1) if b"2024-10-17" in one and f".{name}.".encode() in one)
    refused(command, written(tmp_path / "log.jsonl", given), line, "ends before it begins", "截止日早于开始日")


def test_a_day_is_a_period_and_so_is_one_without_end(tmp_path: Path) -> None:
    given = [
        *FIXTURES["F0"],
        absent(BACK, BACK),
        fact("DutyAssigned", BACK, duty_id="d9", category="party_building", host_unit_id="U1", from_=BACK),
    ]
    assert decide(written(tmp_path / "log.jsonl", list(lines(given)))) == (0, "")


@BOTH
@pytest.mark.parametrize("never", ["2024-13-01T00:00:00.000000Z", "2024-02-30T00:00:00.000000Z", "2024-01-01T24:00:00.000000Z"])
@pytest.mark.parametrize("where", ["within", "last"])
def test_what_was_recorded_at_no_instant(tmp_path: Path, command: Command, never: str, where: str) -> None:
    n = 3 if where == "within" else len(SOUND) - 1
    given = [*SOUND[:n], changed(SOUND[n], recordedtime=never), *SOUND[n + 1 :]]
    refused(command, written(tmp_path / "log.jsonl", given), None, *([f"line {n + 1}"] if command is decide else []))


@pytest.mark.parametrize("never", ["9999-12-31T23:00:00Z", "0001-01-01T00:00:00+23:59"])
@pytest.mark.parametrize("name", ["UnitRegistered", "CadreRegistered"])
def test_what_is_true_from_a_day_that_no_calendar_has(tmp_path: Path, never: str, name: str) -> None:
    n = at(name)
    given = [*SOUND[:n], changed(SOUND[n], time=never), *SOUND[n + 1 :]]
    refused(decide, written(tmp_path / "log.jsonl", given), None, f"line {n + 1} is not a fact")


@BOTH
def test_a_position_beyond_all_counting(tmp_path: Path, command: Command) -> None:
    refused(command, written(tmp_path / "log.jsonl", [*SOUND, changed(SOUND[-1], sequence="9" * 20)]), None)


@pytest.mark.parametrize("known_at", ["0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "2024-02-30", "soon"])
def test_an_instant_that_never_was(tmp_path: Path, known_at: str) -> None:
    result = CliRunner().invoke(app, ["decide", str(written(tmp_path / "log.jsonl", SOUND)), "--known-at", known_at])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "neither a day nor an instant" in result.stderr


@BOTH
@pytest.mark.parametrize(
    "foreign",
    [
        {"source": "/taizhang/payroll", "id": "payroll/x-1@1"},
        {"type": "com.example.Payslip"},
        {"type": "taizhang.payroll.Payslip.v9"},
        {"type": "taizhang.assignments.AbsenceRecorded.v1"},
        {"type": "taizhang.registry.CadreExited"},
        {"type": "taizhang.registry..v1"},
        {"type": "taizhang.registry.Cadre.Exited.v1"},
        {"specversion": "0.3"},
        {"source": "//example.com/hr", "type": "com.example.Payslip", "id": "8d1f", "sequence": "1"},
    ],
    ids=str,
)
def test_a_foreign_event(tmp_path: Path, command: Command, foreign: dict[str, str]) -> None:
    given = [*SOUND[:3], changed(SOUND[2], **foreign), *SOUND[3:]]
    log = written(tmp_path / "log.jsonl", given)
    refused(command, log, 4, "foreign", "不属于本台账")


def test_a_newer_type_of_our_own_counts_as_a_position_and_is_read_by_nobody(tmp_path: Path) -> None:
    absence = at("AbsenceRecorded")
    for kind in ("taizhang.assignments.AbsenceRecorded.v2", "taizhang.assignments.NeverHeardOf.v1"):
        newer = changed(SOUND[absence], type=kind, data={"cadre_id": "C1", "from": BACK, "until": FORTH, "of": {"a": "later"}})
        assert decide(written(tmp_path / "log.jsonl", [*SOUND[:absence], newer, *SOUND[absence + 1 :]])) == (0, "")
        gap = written(tmp_path / "gap.jsonl", [*SOUND[:absence], *SOUND[absence + 1 :]])
        refused(decide, gap, None, "assignments lacks position")


def test_attributes_that_nobody_knows_are_passed_over(tmp_path: Path) -> None:
    assert decide(
        written(tmp_path / "log.jsonl", [changed(line, partitionkey="x", data=json.loads(line)["data"] | {"later": 1}) for line in SOUND])
    ) == (0, "")


@BOTH
@pytest.mark.parametrize(
    "garbage", [b"{", b"[]", b"7", b"null", b'"fact"', b"\xff\xfe", b"{}", b'{"type": "x"}', b'{"type": 7, "source": 8}']
)
def test_what_is_no_event(tmp_path: Path, command: Command, garbage: bytes) -> None:
    refused(command, written(tmp_path / "log.jsonl", [*SOUND[:2], garbage, *SOUND[2:]]), None, "line 3", "第 3 行")


@BOTH
def test_a_gap(tmp_path: Path, command: Command) -> None:
    first = next(i for i, line in enumerate(SOUND) if b'"/taizhang/assignments"' in line)
    refused(
        command, written(tmp_path / "log.jsonl", [*SOUND[:first], *SOUND[first + 1 :]]), None, "assignments lacks position 1", "缺少第 1 条"
    )


@BOTH
def test_two_facts_at_one_position(tmp_path: Path, command: Command) -> None:
    other = changed(SOUND[-1], documentno="another")
    refused(command, written(tmp_path / "log.jsonl", [*SOUND, other]), None, "assignments", "twice")


@BOTH
def test_the_very_same_line_again(tmp_path: Path, command: Command) -> None:
    refused(command, written(tmp_path / "log.jsonl", [*SOUND, SOUND[2]]), None, "is there twice: give each line once")


def test_two_facts_with_one_id(tmp_path: Path) -> None:
    position = len([line for line in SOUND if b'"/taizhang/assignments"' in line]) + 1
    after = json.loads(SOUND[-1])["recordedtime"].replace(".0", ".9")
    data = json.loads(SOUND[at("AbsenceRecorded")])["data"]
    double = changed(SOUND[at("AbsenceRecorded")], sequence=f"{position:020d}", recordedtime=after, data=data | {"unit_knew": True})
    refused(decide, written(tmp_path / "log.jsonl", [*SOUND, double]), None, "id")


def test_a_version_that_does_not_rise_in_its_stream(tmp_path: Path) -> None:
    given = list(
        lines([*FIXTURES["F0"], requested("2024-09-20", "2024-09-23", "2024-09-24"), approved("2024-09-21", "2024-09-23", "2024-09-24")])
    )
    asked, granted = (next(i for i, line in enumerate(given) if name in line) for name in (b"LeaveRequested", b"LeaveApproved"))
    ids = [json.loads(given[i])["id"] for i in (asked, granted)]
    assert [i.rsplit("@", 1)[1] for i in ids] == ["1", "2"]
    given[asked], given[granted] = changed(given[asked], id=ids[1]), changed(given[granted], id=ids[0])
    refused(decide, written(tmp_path / "log.jsonl", given), granted + 1, "its id")


@pytest.mark.parametrize("shuffled", [False, True])
def test_recorded_before_a_fact_of_a_lower_position(tmp_path: Path, shuffled: bool) -> None:
    line = at("AbsenceRecorded")
    given = [*SOUND[:line], changed(SOUND[line], recordedtime="2022-05-01T10:00:00.000000Z"), *SOUND[line + 1 :]]
    log = written(tmp_path / "log.jsonl", given[::-1] if shuffled else given)
    refused(decide, log, len(given) - line if shuffled else line + 1, "recorded before", "记录时间")
    code, err = up(log)
    assert (code, "recordedtime does not rise" in err) == (2, True)


def test_an_id_of_another_source(tmp_path: Path) -> None:
    given = [SOUND[0], changed(SOUND[1], id="compliance/x-1@1"), *SOUND[2:]]
    refused(decide, written(tmp_path / "log.jsonl", given), None, "line 2")


COMMANDS = {c.event_name(): c for module in (registry, assignments, compliance) for c in module.COMMANDS}
DECIDE = {"registry": registry_deciding.decide, "assignments": assignments_deciding.decide, "compliance": compliance_deciding.decide}


@pytest.mark.parametrize("name", REVERSED)
def test_the_command_refuses_it_too(name: str) -> None:
    """And takes the same period the right way round."""
    command = COMMANDS[name]
    before = events([absent(FORTH, BACK)] if name == "AbsenceCorrected" else [], "F0")
    said = REVERSED[name][name]
    for field in ("cadre_id", "unit_id"):
        if field in command.model_fields and command.model_fields[field].is_required():
            said = {field: f"{field[0].upper()}1"} | said
    if name == "AbsenceCorrected":
        said |= {"private": {"reason": "x"}}
    backwards = command.model_validate(said, strict=False)
    turned = json.dumps(said).replace(BACK, "x").replace(FORTH, BACK).replace("x", FORTH)
    forwards = command.model_validate(json.loads(turned), strict=False)
    with pytest.raises(Refused, match="until-before-from"):
        DECIDE[command.SERVICE](backwards, before, SOMEBODY)
    assert DECIDE[command.SERVICE](forwards, before, SOMEBODY)
