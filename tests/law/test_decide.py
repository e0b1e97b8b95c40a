"""`taizhang decide`: what it reads, what it refuses, what it prints."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from contracts.canonical import canonical
from services.cli import app
from services.compliance.offline import run
from tests.law.asking import FIXTURES, absent, d
from tests.scenarios.golden import lines

LINES = list(lines([*FIXTURES["F0"], absent("2024-09-23", "2024-10-17")]))
DAY = d("2024-10-17")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return written(tmp_path / "facts.jsonl", LINES)


def written(path: Path, content: list[bytes]) -> Path:
    data = b"\n".join(content) + b"\n"
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def decided(capsys: pytest.CaptureFixture[str], *logs: Path, output: str = "json", **asked: Any) -> tuple[int, str, str]:
    given = {"cadre": None, "unit": None, "as_of": DAY, "known_at": "2024-10-17", "year": None, "policy": None} | asked
    code = run(list(logs), output=output, **given)
    out = capsys.readouterr()
    return code, out.out, out.err


def test_one_cadre_is_one_object(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = decided(capsys, log, cadre="C1")
    answer = json.loads(out)
    assert code == 0
    assert (answer["promotion"]["outcome"], answer["counts"]["unexcused_workdays"]) == ("ineligible", 16)
    assert answer["appraisal"]["readings"] == {"R1": "eligible", "R2": "ineligible", "R3": "ineligible", "R4": "ineligible"}
    assert (answer["policy"], answer["calendars"], answer["known_at"]) == (["P0"], ["2024.1"], "2024-10-17T15:59:59.999999Z")
    assert answer["inputs"] == {"assignments": 5, "compliance": 2, "registry": 4}
    assert "owed_by" not in answer["promotion"]["reasons"][0]
    assert b"16.0" not in out.encode()


def test_files_in_any_order_zipped_or_not(tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = [written(tmp_path / "b.jsonl.gz", LINES[5:][::-1]), written(tmp_path / "a.jsonl", LINES[:5])]
    assert decided(capsys, *parts, cadre="C1") == decided(capsys, log, cadre="C1")
    assert "give each line once" in refused(capsys, log, log)


def test_every_cadre_a_line(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = decided(capsys, log, output="jsonl")
    assert [json.loads(line)["cadre_id"] for line in out.splitlines()] == ["C1"]


@pytest.mark.parametrize("output", ["table", "csv"])
def test_for_people(log: Path, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    for cadre in (None, "C1"):
        code, out, _ = decided(capsys, log, output=output, cadre=cadre)
        assert code == 0
        assert "long_unexcused_absence" in out


def test_what_would_change_it(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, plain, _ = decided(capsys, log, cadre="C1")
    _, out, _ = decided(capsys, log, cadre="C1", explain=True)
    answer = json.loads(out)
    changes = answer.pop("would_change")["changes"]
    assert answer == json.loads(plain)
    assert changes[0]["acts"][0]["act"] == "rescind_absence"
    assert changes[0]["acts"][0]["facts"] == [
        {"type": "taizhang.assignments.AbsenceRescinded.v1", "time": "2024-09-23", "data": {"absence_id": "a1", "cadre_id": "C1"}}
    ]
    code, out, err = decided(capsys, log, unit="U1", explain=True)
    assert (code, out) == (2, "")
    assert "--explain" in err


def test_a_unit(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = decided(capsys, log, unit="U1")
    answer = json.loads(out)
    assert code == 0
    assert answer["scorecard"]["cadres"] == 1
    assert {f["about"] for f in answer["findings"]} == {"C1"}


@pytest.mark.parametrize("who", [{"cadre": "C9"}, {"unit": "U9"}])
def test_somebody_unknown(log: Path, who: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = decided(capsys, log, **who)
    assert (code, out) == (3, "")
    assert "没有" in err
    assert "no such" in err


def refused(capsys: pytest.CaptureFixture[str], *logs: Path, **asked: Any) -> str:
    code, out, err = decided(capsys, *logs, **asked)
    assert (code, out) == (2, "")
    return err


def test_a_bad_line_is_named_and_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for bad in (b'{"name": "Zhang"', b'{"name": "Zhang"}', LINES[3].replace(b'"age"', b'"Zhang"')):
        err = refused(capsys, written(tmp_path / "bad.jsonl", [*LINES[:3], bad]))
        assert "line 4" in err
        assert "第 4 行" in err
        assert "Zhang" not in err


def test_a_gap_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    err = refused(capsys, written(tmp_path / "gap.jsonl", LINES[1:]))
    assert "registry" in err
    assert "1" in err


def test_two_facts_at_one_position(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    err = refused(capsys, written(tmp_path / "twice.jsonl", [*LINES, LINES[0].replace(b"School A", b"School Z")]))
    assert "registry" in err


def partial(left_out: object) -> bytes:
    return canonical({"specversion": "1.0", "type": "taizhang.export.Partial.v1", "data": {"left_out": left_out}})


def test_an_honest_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    position = json.loads(LINES[1])["sequence"]
    without = [LINES[0], *LINES[2:]]
    assert int(position) == 2
    for left_out in ({"registry": [2]}, {"registry": [[2, 2]]}):
        code, _, _ = decided(capsys, written(tmp_path / "part.jsonl", [partial(left_out), *without]), cadre="C1")
        assert code == 0
    assert "registry" in refused(capsys, written(tmp_path / "part.jsonl", [partial({"assignments": [2]}), *without]))


def test_derived_events_and_unknown_types_are_no_facts(tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = next(json.loads(line) for line in LINES if b"AbsenceRecorded" in line)
    extra = [
        {**last, "source": "/taizhang/compliance", "id": "compliance/promotion-C1@1", "type": "taizhang.compliance.PromotionEligibilityDerived.v1",
         "sequence": f"{3:020d}", "data": {"cadre_id": "C1", "as_of": "2024-10-17", "outcome": "eligible", "reasons": [], "policy": "P0", "inputs": {}}},
        {**last, "source": "/taizhang/compliance", "id": "compliance/x-1@1", "type": "taizhang.compliance.NeverHeardOf.v1",
         "sequence": f"{4:020d}", "data": {"cadre_id": "C1", "anything": 1}},
    ]  # fmt: skip
    more = written(tmp_path / "more.jsonl", [*LINES, *map(canonical, extra)])
    first, second = (json.loads(decided(capsys, path, cadre="C1")[1]) for path in (log, more))
    assert second.pop("inputs") != first.pop("inputs")
    assert first == second


def test_as_if_a_policy_were_in_force(tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text('effective_from: 2022-04-07\nparameters: {absence.long.consecutive: "> 20"}\n')
    _, out, _ = decided(capsys, log, cadre="C1", policy=draft)
    answer = json.loads(out)
    assert (answer["promotion"]["outcome"], answer["policy"]) == ("eligible", ["P0", "draft"])
    draft.write_text('{"effective_from": "2022-04-07", "parameters": {"absence.long.consecutive": "often"}}')
    assert "absence.long.consecutive" in refused(capsys, log, cadre="C1", policy=draft)
    draft.write_text("nothing")
    assert "draft.yaml" in refused(capsys, log, cadre="C1", policy=draft)


def test_instants_and_days(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The absence was recorded at 18:00 in Shanghai."""
    for known_at, outcome in (("2024-10-17T17:59:59+08:00", "eligible"), ("2024-10-17T18:01:00", "ineligible"), ("2024-10-16", "eligible")):
        _, out, _ = decided(capsys, log, cadre="C1", known_at=known_at)
        assert json.loads(out)["promotion"]["outcome"] == outcome
    assert "--known-at" in refused(capsys, log, known_at="yesterday")


def test_what_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere.jsonl" in refused(capsys, tmp_path / "nowhere.jsonl")
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(gzip.compress(LINES[0] * 100)[:60])
    assert "broken.jsonl.gz" in refused(capsys, broken)


def test_from_the_command_line(log: Path) -> None:
    result = CliRunner().invoke(
        app, ["decide", str(log), "--cadre", "C1", "--as-of", "2024-10-17", "--known-at", "2024-10-17", "-o", "json"]
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout)["promotion"]["outcome"] == "ineligible"
