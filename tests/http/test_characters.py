"""Characters that no text has: control characters and halves of characters are refused by field; in a query or a path they name
nothing. And days that no calendar reaches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.assignments import ImportAttendanceSheet
from contracts.compliance import PublishPolicy
from contracts.message import Fact
from contracts.registry import RegisterCadre, RetractRegistryFact
from services.kernel.body import Invalid, read
from tests.http.conftest import District, cadre_of
from tests.http.test_commands import leave, problem, unit

POLICY = {"policy_id": "P1", "effective_from": "2025-01-01", "parameters": {"art9.complaints_min": 2}, "source": "S", "document_no": "1"}
RETRACTION = {"retracts": "registry/unit-U1@1", "unit_id": "U1", "retracted_on": "2024-03-01"}


@pytest.mark.parametrize("code", [0x00, 0x01, 0x08, 0x0B, 0x0D, 0x1B, 0x1F, 0x7F, 0xD800, 0xDFFF])
def test_no_text_has_control_characters(code: int) -> None:
    character = chr(code)
    said = {"name": f"a{character}", "id_number": f"{character}1"}
    assert refusals(RegisterCadre, cadre_of("C1", "U1") | {"private": said}) == [
        ("private.id_number", "control-character"),
        ("private.name", "control-character"),
    ]
    assert refusals(RetractRegistryFact, RETRACTION | {"private": {"reason": character}}) == [("private.reason", "control-character")]


def test_only_prose_has_lines() -> None:
    assert refusals(RetractRegistryFact, RETRACTION | {"private": {"reason": "one\n\ttwo 😀 é 䶮"}}) == []
    assert refusals(RegisterCadre, cadre_of("C1", "U1") | {"private": {"name": "one\ntwo"}}) == [("private.name", "control-character")]


@pytest.mark.parametrize(
    ("parameters", "field", "code"),
    [
        ({"sequence": ""}, "parameters.sequence", "too-short"),
        ({"recordedtime": ""}, "parameters.recordedtime", "too-short"),
        ({"a\x00": 1}, "parameters.?", "control-character"),
        ({"a b": 1}, "parameters.?", "wrong-form"),
        ({"": 1}, "parameters.?", "wrong-form"),
        ({"参数": 1}, "parameters.?", "wrong-form"),
        ({'a":"': 1}, "parameters.?", "wrong-form"),
        ({"a.b_1": "x\x00"}, "parameters.a.b_1", "control-character"),
        ({"a.b_1": ["x", "\n"]}, "parameters.a.b_1.1", "control-character"),
    ],
)
def test_parameters_have_names(parameters: dict[str, Any], field: str, code: str) -> None:
    assert refusals(PublishPolicy, POLICY | {"parameters": parameters}) == [(field, code)]


@pytest.mark.parametrize(
    ("month", "code"), [("0000-01", "out-of-range"), ("1899-12", "out-of-range"), ("2200-01", "out-of-range"), ("2024-13", "wrong-form")]
)
def test_no_calendar_has_such_a_month(month: str, code: str) -> None:
    said = {"sheet_id": "S1", "unit_id": "U1", "month": month, "sha256": "0", "absences": 0}
    assert refusals(ImportAttendanceSheet, said) == [("month", code)]
    assert (
        refusals(ImportAttendanceSheet, said | {"month": "1900-01"}) == refusals(ImportAttendanceSheet, said | {"month": "2199-12"}) == []
    )


def refusals(command: type[Fact], said: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        read(command, written(said))
    except Invalid as invalid:
        return [(e.field, e.code) for e in invalid.errors]
    return []


def written(said: dict[str, Any]) -> bytes:
    """With escapes: half a character cannot be written otherwise."""
    return json.dumps(said).encode()


def test_over_http_they_are_the_callers_mistake(district: District) -> None:
    cadre = district.cadre()
    for client, command, said in (
        (district.registry, "RegisterUnit", unit("U1", name="\x00")),
        (district.registry, "RegisterUnit", unit("U1", name="\ud800")),
        (district.assignments, "RequestLeave", leave("L1", cadre, private={"grounds": "a\x00"})),
        (district.assignments, "RequestLeave", leave("L1", cadre, evidence=[{"evidence_id": "E", "sha256": "\x00", "media_type": "m"}])),
        (district.compliance, "PublishPolicy", POLICY | {"document_no": "\x00"}),
        (district.compliance, "PublishPolicy", POLICY | {"parameters": {"sequence": ""}}),
    ):
        answer = client.post(f"/commands/{command}", content=written(said), headers={"Content-Type": "application/json"})
        assert problem(answer, 422, "invalid-fields")["errors"]


@pytest.mark.parametrize(
    ("service", "path", "status", "code"),
    [
        ("registry", "/feed?subject=%00", 400, "bad-query"),
        ("registry", "/feed?type=%00", 400, "bad-query"),
        ("registry", "/feed?type=a&type=%00", 400, "bad-query"),
        ("registry", "/cadres/%00", 404, "unknown-cadre"),
        ("registry", "/cadres/C1%00", 404, "unknown-cadre"),
        ("registry", "/units/%00", 404, "unknown-unit"),
        ("registry", "/cadres?unit=%00", 400, "bad-query"),
        ("registry", "/cadres?as_of=2024-W01-1", 400, "bad-query"),
        ("registry", "/cadres/C1?as_of=0001-01-01", 400, "bad-query"),
        ("assignments", "/leaves?cadre=%00", 400, "bad-query"),
        ("assignments", "/feed?subject=C1%00", 400, "bad-query"),
        ("compliance", "/cadres/C1%00/answer", 404, "unknown-cadre"),
        ("compliance", "/cadres/C1/answer?as_of=0001-01-01", 400, "bad-query"),
        ("compliance", "/cadres/C1/answer?as_of=0001-01-02&year=1900", 400, "bad-query"),
        ("compliance", "/cadres/C1/answer?year=2200", 400, "bad-query"),
        ("compliance", "/cadres/C1/answer?explain=maybe", 400, "bad-query"),
        ("compliance", "/cadres/C1/answer?explain=", 400, "bad-query"),
        ("compliance", "/units/U1/answer?explain=true", 400, "bad-query"),
        ("compliance", "/cadres/C1/answer?known_at=0001-01-01", 400, "bad-query"),
        ("compliance", "/cadres/C1/answer?known_at=0001-01-01T00:00:00%2B08:00", 400, "bad-query"),
        ("compliance", "/cadres/C1/answer?known_at=9999-12-31T23:59:59-12:00", 400, "bad-query"),
        ("compliance", "/cadres/C1/answer?known_at=2199-12-31T23:59:59-12:00", 503, "not-yet-known"),
    ],
)
def test_in_a_query_or_a_path_they_name_nothing(district: District, service: str, path: str, status: int, code: str) -> None:
    problem(getattr(district, service).get(path), status, code)


def test_the_first_and_the_last_day_are_answered(district: District) -> None:
    cadre = district.cadre()
    after = {"Taizhang-After": f"registry={district.registry.get('/health/ready').json()['parts']['database']['position']}"}
    for query in ("as_of=1900-01-01", "as_of=1900-01-01&year=2199", "as_of=2199-12-31", "as_of=2199-12-31&year=1900"):
        answer = district.compliance.get(f"/cadres/{cadre}/answer?{query}", headers=after)
        assert answer.status_code == 200, (query, answer.text)
    early = district.compliance.get(f"/cadres/{cadre}/answer?known_at=1900-01-01", headers=after)
    assert early.status_code in (200, 404), early.text
