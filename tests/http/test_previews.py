"""A draft of the law over everybody: what changes and why, as one object or in lines, refused when it is wrong, given up when nobody waits."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from typer.testing import CliRunner, Result

from contracts.compliance import IssueInterpretation
from services.cli import app
from services.kernel.refusals import TABLE
from tests.http.conftest import KNOWN, TOKEN, District

LONGER = {"effective_from": "2022-04-07", "parameters": {"absence.long.consecutive": "> 20"}}


@pytest.fixture(scope="module")
def absent(district: District) -> str:
    """Out of a post since 2023, on a duty, and away without a word for sixteen working days of autumn 2024."""
    cadre = district.cadre()
    unit = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    said: dict[str, Any] = {
        "cadre_id": cadre,
        "unit_id": unit,
        "post": "校长",
        "reason": "age",
        "decision_no": "1",
        "exited_on": "2023-09-01",
    }
    told = [district.registry.command("RegisterExit", said)]
    after = {"Taizhang-After": told[0].headers["Taizhang-Position"]}
    duty = {"duty_id": district.fresh("D"), "cadre_id": cadre, "category": "party_building", "host_unit_id": unit, "from": "2023-09-04"}
    away: dict[str, Any] = {"absence_id": district.fresh("A"), "cadre_id": cadre, "from": "2024-09-23", "until": "2024-10-17"}
    away |= {"unit_id": unit, "unit_knew": False}
    for name, command in (("AssignDuty", duty), ("RecordAbsence", away)):
        told.append(district.assignments.post(f"/commands/{name}", json=command, headers=after))
    assert [t.status_code for t in told] == [201, 201, 201], [t.text for t in told]
    positions = ", ".join(t.headers["Taizhang-Position"] for t in (told[0], told[2]))
    assert district.compliance.get("/answers?cadre=x", headers={"Taizhang-After": positions}).status_code == 200
    return cadre


def previewed(district: District, draft: dict[str, Any], **query: str) -> dict[str, Any]:
    answer = district.compliance.post("/policies/preview", json=draft, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def of(cadre: str, found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"{c['about']} {c.get('year', '')}".strip(): c for c in found["changes"] if c["cadre_id"] == cadre}


def test_who_changes_from_what_to_what_and_why(district: District, absent: str) -> None:
    before = district.compliance.get("/feed", params={"limit": 1000}).json()
    found = previewed(district, LONGER, as_of="2024-12-01")
    changes = of(absent, found)
    assert sorted(changes) == ["appraisal 2024", "promotion"]
    promotion, appraisal = changes["promotion"], changes["appraisal 2024"]
    assert (promotion["before"]["outcome"], promotion["after"]["outcome"]) == ("ineligible", "eligible")
    assert [r["code"] for r in promotion["before"]["reasons"]] == ["long_unexcused_absence"]
    assert appraisal["before"]["allowed_grades"] == ["basically_qualified", "unqualified"]
    assert "excellent" in appraisal["after"]["allowed_grades"]
    was, now = {"value": "> 15", "policy": "P0"}, {"value": "> 20", "policy": "draft"}
    assert promotion["parameters"] == appraisal["parameters"] == [{"name": "absence.long.consecutive", "before": was, "after": now}]
    assert "有限制情形" in promotion["zh"]
    assert "> 15 → > 20" in promotion["en"]
    totals = found["totals"]
    assert {"about": "promotion", "before": "ineligible", "after": "eligible", "cadres": 1} in totals["transitions"]
    assert (totals["affected"], totals["unanswered"], totals["changed"]) == (1, 0, 2)
    assert totals["answers"] == totals["changed"] + sum(t["cadres"] for t in totals["unchanged"])
    assert found["draft"]["data"]["parameters"] == LONGER["parameters"]
    assert district.compliance.get("/feed", params={"limit": 1000}).json() == before, "nothing is recorded"


def test_one_year_and_a_day_before_it(district: District, absent: str) -> None:
    assert sorted(of(absent, previewed(district, LONGER, as_of="2024-12-01", year="2023"))) == ["promotion"]
    assert previewed(district, LONGER, as_of="2024-10-16")["totals"]["changed"] == 0


def test_only_what_decided_is_named(district: District, absent: str) -> None:
    draft = LONGER | {"parameters": {"absence.long.consecutive": "> 20", "art8.cap_target": "annual", "absence.long.cumulative": "> 40"}}
    for change in of(absent, previewed(district, draft, as_of="2024-12-01")).values():
        assert [p["name"] for p in change["parameters"]] == ["absence.long.consecutive"]


def test_a_draft_for_later_is_asked_about_then_unless_a_day_is_given(district: District, absent: str) -> None:
    later = LONGER | {"effective_from": "2099-01-01"}
    assert previewed(district, later)["as_of"] == "2099-01-01"
    found = previewed(district, later, as_of="2025-01-01")
    assert [n["code"] for n in found["notes"]] == ["not-yet-in-force"]
    assert found["totals"]["changed"] == 0


def test_what_no_policy_changes_is_said(district: District) -> None:
    draft = LONGER | {"parameters": {"calendar.missing_year": "estimate", "absence.long.consecutive": "> 20"}}
    (note,) = previewed(district, draft, as_of="2024-12-01")["notes"]
    assert note["code"] == "without-effect"
    assert "calendar.missing_year" in note["zh"] and "calendar.missing_year" in note["en"]
    assert "consecutive" not in note["en"]


def test_in_lines_with_progress(district: District, absent: str) -> None:
    with district.compliance.stream(
        "POST", "/policies/preview", json=LONGER, params={"as_of": "2024-12-01"}, headers={"Accept": "application/x-ndjson"}
    ) as answer:
        assert answer.headers["Content-Type"].startswith("application/x-ndjson")
        lines = [json.loads(line) for line in answer.iter_lines()]
    kinds = [next(iter(line)) for line in lines]
    assert kinds == ["done"] * kinds.count("done") + ["change"] * kinds.count("change") + ["result"]
    steps = [(line["done"], line["of"]) for line in lines if "done" in line]
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1] > 0
    whole = previewed(district, LONGER, as_of="2024-12-01")
    assert [line["change"] for line in lines if "change" in line] == whole.pop("changes")
    assert {**lines[-1]["result"], "known_at": ""} == {**whole, "known_at": ""}


@pytest.mark.parametrize(
    ("draft", "code", "field"),
    [
        ([], "invalid-fields", ""),
        (LONGER | {"source": "\ud800"}, "invalid-fields", "source"),
        (LONGER | {"\udfff": 1}, "invalid-fields", "?"),
        (LONGER | {"effective_from": 10**30}, "invalid-fields", "effective_from"),
        (LONGER | {"parameters": {"absence.long.consecutive": 10**30}}, "invalid-fields", "parameters.absence.long.consecutive"),
        ({"parameters": {"art8.reading": "R1"}}, "invalid-fields", "effective_from"),
        (LONGER | {"parameters": {"absence.long.consecutiv": "> 1"}}, "unknown-parameter", "parameters.absence.long.consecutiv"),
        (LONGER | {"parameters": {"absence.long.consecutive": "> abc"}}, "bad-parameter-value", "parameters.absence.long.consecutive"),
        ({"kind": "repeal", "policy_id": "nowhere", "repealed_on": "2025-01-01"}, "unknown-policy", "policy_id"),
    ],
)
def test_a_wrong_draft_is_refused(district: District, draft: Any, code: str, field: str) -> None:
    content = json.dumps(draft).encode()
    answer = district.compliance.post("/policies/preview", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert field in [e["field"] for e in answer.json()["errors"]]


def test_what_is_no_draft_at_all(district: District) -> None:
    for body, content, code in (
        (b"{", "application/json", "not-json"),
        (b"{}", "text/yaml", "not-json-content-type"),
        (b" " * 70_000 + b"{}", "application/json", "body-too-large"),
        (b'{"x":' + b"[" * 300 + b"]" * 300 + b"}", "application/json", "not-json"),
        (b'{"x":' + b"[" * 970 + b"]" * 970 + b"}", "application/json", "not-json"),
    ):
        answer = district.compliance.post("/policies/preview", content=body, headers={"Content-Type": content})
        assert answer.json()["code"] == code
        assert answer.status_code == TABLE[code].status
    assert district.compliance.post("/policies/preview?as_of=tomorrow", json=LONGER).json()["code"] == "bad-query"
    assert district.compliance.post("/policies/preview?asof=2025-01-01", json=LONGER).json()["code"] == "bad-query"


def test_a_draft_that_contradicts_what_is_in_force(district: District) -> None:
    reading = {"interpretation_id": district.fresh("N"), "clause": "8.2", "parameters": {"art8.reading": "R2"}, "issued_on": "2024-03-01"}
    told = district.publish(IssueInterpretation.__name__, reading | {"document_no": "1"})
    repeal = {"kind": "repeal", "policy_id": reading["interpretation_id"], "repealed_on": "2024-02-29"}
    after = {"Taizhang-After": told.headers["Taizhang-Position"]}
    for draft, code in (
        (repeal, "repealed-before-it-begins"),
        (reading | {"kind": "interpretation", "clause": "7.1"}, "id-in-use"),
    ):
        answer = district.compliance.post("/policies/preview", json=draft, headers=after)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert district.compliance.post("/policies/preview", json=repeal | {"repealed_on": "2024-03-01"}, headers=after).status_code == 200


def test_several_at_once_take_turns_and_too_many_are_refused(district: District, absent: str) -> None:
    answers: list[httpx.Response] = []

    def ask() -> None:
        answers.append(
            httpx.post(f"{district.compliance.base_url}/policies/preview", json=LONGER, timeout=60, trust_env=False, headers=KNOWN)
        )

    threads = [threading.Thread(target=ask) for _ in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(a.status_code for a in answers)
    assert statuses.count(200) >= 4, "one is worked on, three wait"
    assert 503 in statuses
    assert {a.json()["code"] for a in answers if a.status_code == 503} == {"preview-busy"}


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
def test_who_hangs_up_keeps_nobody_waiting(district: District, absent: str, accept: str) -> None:
    for _ in range(4):
        with pytest.raises(httpx.ReadTimeout), httpx.Client(timeout=httpx.Timeout(5, read=0.02), trust_env=False, headers=KNOWN) as client:
            client.post(f"{district.compliance.base_url}/policies/preview", json=LONGER, headers={"Accept": accept})
    end = time.monotonic() + 1.5
    while (status := district.compliance.post("/policies/preview", json=LONGER).status_code) == 503 and time.monotonic() < end:
        time.sleep(0.05)
    assert status == 200, "as many as may wait have left"


def test_it_is_described(district: District) -> None:
    operation = orjson.loads(district.compliance.get("/openapi.json").content)["paths"]["/policies/preview"]["post"]
    assert {"200", "413", "415", "422", "503"} <= set(operation["responses"])
    assert "application/json" in operation["requestBody"]["content"]
    assert {"as_of", "year"} == {p["name"] for p in operation["parameters"]}


DRAFT = 'effective_from: 2022-04-07\nparameters:\n  absence.long.consecutive: "> 20"\n'


def typed(district: District, path: Path, *options: str) -> Result:
    url = f"compliance={district.compliance.base_url}"
    return CliRunner().invoke(app, ["policy", "preview", str(path), "--url", url, "--token", TOKEN, *options])


def written(folder: Path, text: str) -> Path:
    path = folder / "draft.yaml"
    path.write_text(text)
    return path


def test_from_the_command_line(district: District, absent: str, tmp_path: Path) -> None:
    asked = ("--as-of", "2024-12-01")
    path = written(tmp_path, DRAFT)
    whole = json.loads(typed(district, path, *asked, "-o", "json").stdout)
    assert {**whole, "known_at": ""} == {**previewed(district, LONGER, as_of="2024-12-01"), "known_at": ""}
    lines = [json.loads(line) for line in typed(district, path, *asked, "-o", "jsonl").stdout.splitlines()]
    assert lines == whole["changes"]
    rows = list(csv.DictReader(io.StringIO(typed(district, path, *asked, "-o", "csv").stdout)))
    row = next(r for r in rows if (r["cadre_id"], r["about"]) == (absent, "promotion"))
    assert (row["before"], row["after"], row["before_reasons"]) == ("ineligible", "eligible", "long_unexcused_absence")
    assert row["parameters"] == "absence.long.consecutive: > 15 → > 20"
    table = typed(district, path, *asked).stdout
    assert absent in table
    assert "ineligible → eligible" in table
    only = json.loads(typed(district, path, *asked, "--year", "2023", "-o", "json").stdout)
    assert only["year"] == 2023
    assert {c.get("year") for c in only["changes"]} <= {None, 2023}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            DRAFT.replace("consecutive", "consecutiv"),
            "line 3 parameters.absence.long.consecutiv: There is no such parameter; the nearest is",
        ),
        ("kind: repeal\npolicy_id: nowhere\nrepealed_on: 2025-01-01\n", "line 2 policy_id: There is no such policy"),
        ("- 1", "line 1: An object is expected"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_line(district: District, tmp_path: Path, text: str, said: str) -> None:
    result = typed(district, written(tmp_path, text))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"draft.yaml, {said}" in result.stderr
    assert "draft.yaml 第 " in result.stderr


def test_no_service_answers(district: District, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["policy", "preview", str(written(tmp_path, DRAFT)), "--url", "compliance=http://127.0.0.1:9"])
    assert result.exit_code == 5
