"""Commands over HTTP: what is recorded, what is refused, and that nothing which was sent comes back in an error."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import orjson
import pytest

from services.kernel.refusals import TABLE
from tests.http.conftest import District, cadre_of


def unit(unit_id: str, **other: Any) -> dict[str, Any]:
    return {"unit_id": unit_id, "name": "First school", "kind": "school"} | other


def leave(leave_id: str, cadre: str, **other: Any) -> dict[str, Any]:
    said = {
        "leave_id": leave_id, "cadre_id": cadre, "applicant": "self", "reason_class": "health", "from": "2024-03-11",
        "until": "2024-03-29", "written": True, "requested_on": "2024-03-04",
        "evidence": [{"evidence_id": "E1", "sha256": "00", "media_type": "application/pdf"}],
    }  # fmt: skip
    return said | other


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The answer is this problem, complete and in both languages."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    said: dict[str, Any] = answer.json()
    assert said["code"] == code
    assert said["status"] == status
    assert code in TABLE
    assert all(said[name] for name in ("type", "title", "title_zh", "title_en", "detail", "detail_zh"))
    assert all({"field", "code", "zh", "en"} == set(e) for e in said["errors"])
    return said


def test_recorded_with_its_position(district: District) -> None:
    there = district.fresh("U")
    told = district.registry.command("RegisterUnit", unit(there))
    assert told.status_code == 201
    assert told.json()["events"] == [f"registry/unit-{there}@1"]
    position = told.json()["position"]
    assert told.headers["Taizhang-Position"] == f"registry={position}"
    (event,) = district.registry.get("/feed", params={"after": position - 1, "limit": 1}).json()
    assert (event["id"], event["role"], event["actor"]) == (f"registry/unit-{there}@1", "section", "local")


def test_already_true(district: District) -> None:
    there = district.fresh("U")
    first = district.registry.command("RegisterUnit", unit(there))
    again = district.registry.command("RegisterUnit", unit(there))
    assert (again.status_code, again.json()["events"]) == (200, [])
    assert again.json()["position"] == first.json()["position"]
    said = problem(district.registry.command("RegisterUnit", unit(there, name="Another")), 409, "id-in-use")
    assert said["now"]["position"] == first.json()["position"], "where it can be read how it is now"
    assert (said["now"]["version"], said["now"]["state"]["name"]) == (1, "First school")


def test_who_says_it_stands_in_the_fact(district: District) -> None:
    there = district.fresh("U")
    told = district.registry.command(
        "RegisterUnit",
        unit(there),
        Taizhang_Actor="P7",
        Taizhang_Role="branch",
        Taizhang_Unit="U0",
        Taizhang_On_Behalf_Of="section",
        Taizhang_Document_No="%E7%A4%BA%E5%AD%97%E3%80%942024%E3%80%953%E5%8F%B7",
    )
    (event,) = district.registry.get("/feed", params={"after": told.json()["position"] - 1, "limit": 1}).json()
    said = [event[name] for name in ("actor", "role", "unitref", "onbehalfof", "documentno")]
    assert said == ["P7", "branch", "U0", "section", "示字〔2024〕3号"]


@pytest.mark.parametrize(
    "headers",
    [{"Taizhang_Actor": "Zhang San"}, {"Taizhang_Role": "The Boss"}, {"Taizhang_Document_No": "%ff"}, {"Taizhang_After": "registry"}],
)
def test_a_malformed_header_is_named(district: District, headers: dict[str, str]) -> None:
    said = problem(district.registry.command("RegisterUnit", unit(district.fresh("U")), **headers), 400, "bad-header")
    assert said["errors"][0]["field"] == next(iter(headers)).replace("_", "-")


def test_a_retry_returns_the_first_result(district: District) -> None:
    there, key = district.fresh("U"), district.fresh("key")
    first = district.registry.command("RegisterUnit", unit(there), Idempotency_Key=key)
    again = district.registry.command("RegisterUnit", unit(there), Idempotency_Key=key)
    assert (again.status_code, again.json()) == (201, first.json())
    reused = district.registry.command("RegisterUnit", unit(there, name="Another"), Idempotency_Key=key)
    problem(reused, 422, "idempotency-key-reused")
    other = district.registry.command("RegisterUnit", unit(district.fresh("U")), Idempotency_Key=key, Taizhang_Actor="P9")
    assert other.status_code == 201, "keys are each actor's own"


def test_many_at_once_record_one_fact(district: District) -> None:
    there, key = district.fresh("U"), district.fresh("key")
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(district.registry.command, "RegisterUnit", unit(there), Idempotency_Key=key) for _ in range(16)]
    assert {tuple(a.result().json()["events"]) for a in asked} == {(f"registry/unit-{there}@1",)}
    assert len(district.registry.get("/feed", params={"subject": there}).json()) == 1


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"kind": "circus"}, "kind", "unknown-code"),
        ({"name": 7}, "name", "not-text"),
        ({"name": ""}, "name", "too-short"),
        ({"name": "x" * 301}, "name", "too-long"),
        ({"unit_id": "a b"}, "unit_id", "wrong-form"),
        ({"from": "2024-02-30"}, "from", "not-a-day"),
        ({"from": "1024-02-03"}, "from", "out-of-range"),
        ({"from": 5}, "from", "not-a-day"),
        ({"colour": "red"}, "colour", "unknown-field"),
        ({"张三": "red"}, "?", "unknown-field"),
    ],
)
def test_wrong_types_are_named_by_field(district: District, change: dict[str, Any], field: str, code: str) -> None:
    said = problem(district.registry.command("RegisterUnit", unit("U1") | change), 422, "invalid-fields")
    assert [(e["field"], e["code"]) for e in said["errors"]] == [(field, code)]


def test_every_wrong_field_is_listed(district: District) -> None:
    said = problem(district.registry.command("RegisterCadre", {"cadre_id": "C1", "private": {"name": 5}}), 422, "invalid-fields")
    assert {e["field"] for e in said["errors"]} == {"unit_id", "managed_by", "category", "private.name"}


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "not-json"),
        (b"", "application/json", 400, "not-json"),
        (b"\xff\xfe", "application/json", 400, "not-json"),
        (b"[" * 5000, "application/json", 400, "not-json"),
        (b'{"unit_id": "\\ud800"}', "application/json", 422, "invalid-fields"),
        (b'{"unit_id": "\\ud800", }', "application/json", 400, "not-json"),
        (b"[]", "application/json", 422, "invalid-fields"),
        (b"null", "application/json", 422, "invalid-fields"),
        (b"{}", "application/json; charset=utf-8", 422, "invalid-fields"),
        (b"{}", "text/plain", 415, "not-json-content-type"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "not-json-content-type"),
        (b'{"name": "' + b"x" * 1024 * 1024 + b'"}', "application/json", 413, "body-too-large"),
    ],
)
def test_what_is_no_command(district: District, body: bytes, kind: str, status: int, code: str) -> None:
    before = district.registry.get("/health/ready").json()["parts"]["database"]["position"]
    problem(district.registry.post("/commands/RegisterUnit", content=body, headers={"Content-Type": kind}), status, code)
    assert district.registry.get("/health/ready").json()["parts"]["database"]["position"] == before


def test_an_oversized_body_in_pieces(district: District) -> None:
    pieces = (b"x" * 65536 for _ in range(32))
    answer = district.registry.post("/commands/RegisterUnit", content=pieces, headers={"Content-Type": "application/json"})
    problem(answer, 413, "body-too-large")


def test_a_fact_too_large_to_travel(district: District) -> None:
    cadre = district.cadre()
    unit_of = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    said = {"roster_id": "R1", "unit_id": unit_of, "cadre_ids": [cadre] * 65_000, "from": "2024-07-15", "until": "2024-07-19"}
    problem(district.assignments.command("PublishRoster", said), 413, "too-large")


def test_numbers_that_json_cannot_carry(district: District) -> None:
    cadre = cadre_of(district.fresh("C"), "U1")
    for number in (b"1e999", b"9" * 40, b"NaN", b"9007199254740993"):
        body = orjson.dumps(cadre | {"post_grade": 1234567}).replace(b"1234567", number)
        answer = district.registry.post("/commands/RegisterCadre", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), (number, answer.text)


def test_addresses_and_methods_that_are_not_there(district: District) -> None:
    problem(district.registry.command("RegisterElephant", {}), 404, "unknown-command")
    problem(district.registry.get("/elephants"), 404, "not-found")
    problem(district.registry.get("/commands/RegisterUnit"), 405, "method-not-allowed")
    problem(district.registry.post("/feed", json={}), 405, "method-not-allowed")
    problem(district.registry.get("/feed", params={"after": "-1"}), 400, "bad-query")
    problem(district.registry.get("/feed", headers={"Authorization": "Bearer another"}), 401, "unauthenticated")
    assert district.registry.get("/feed", headers={"Authorization": "Bearer a-token"}).status_code == 200


def test_bad_input_of_the_story(district: District) -> None:
    """An unknown cadre, dates the wrong way round, an overlapping leave: each a clear message, nothing half-written."""
    cadre = district.cadre()
    ask = district.assignments.command
    problem(ask("RequestLeave", leave(district.fresh("L"), "C-nobody")), 404, "unknown-cadre")
    problem(ask("RequestLeave", leave(district.fresh("L"), cadre, until="2024-03-10")), 422, "until-before-from")
    first = district.fresh("L")
    assert ask("RequestLeave", leave(first, cadre, private={"grounds": "an operation"})).status_code == 201
    said = problem(ask("RequestLeave", leave(district.fresh("L"), cadre)), 409, "leave-overlaps")
    assert said["errors"][0]["field"] == "from"
    problem(
        ask("ReviewLeave", {"leave_id": "L-none", "cadre_id": cadre, "outcome": "passed", "reviewed_on": "2024-03-05"}),
        404,
        "unknown-leave",
    )
    assert len(district.assignments.get("/feed", params={"subject": cadre}).json()) == 1


def test_an_id_of_somebody_else_is_in_use(district: District) -> None:
    one, other, absence = district.cadre(), district.cadre(), district.fresh("A")
    unit_of = district.registry.get(f"/cadres/{one}").json()["unit_id"]
    said = {"absence_id": absence, "unit_id": unit_of, "from": "2024-03-04", "until": "2024-03-05"}
    assert district.assignments.command("RecordAbsence", said | {"cadre_id": one}).status_code == 201
    told = district.assignments.command("RecordAbsence", said | {"cadre_id": other})
    assert told.json()["code"] in ("id-in-use", "unknown-unit"), told.text


def test_what_is_private_is_compared_although_it_is_sealed(district: District) -> None:
    cadre = district.cadre()
    correction = {"cadre_id": cadre, "corrects": f"registry/cadre-{cadre}@1"}

    def correct(name: str) -> int:
        return district.registry.command("CorrectCadreIdentity", correction | {"private": {"name": name}}).status_code

    assert [correct("李四"), correct("李四"), correct("李五"), correct("李五")] == [201, 200, 201, 200]
    unit_of = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    problem(district.registry.command("RegisterCadre", cadre_of(cadre, unit_of) | {"private": {"name": "王六"}}), 409, "id-in-use")
    assert district.registry.command("RegisterCadre", cadre_of(cadre, unit_of)).status_code == 200


def test_nothing_that_was_sent_comes_back(district: District) -> None:
    canary = "canary-6f1e"
    cadre = cadre_of("C1", "U1")
    bodies = [
        cadre | {"managed_by": canary}, cadre | {"private": {"name": [canary]}}, cadre | {"unit_id": f"{canary} x"},
        cadre | {"private": {"name": canary, "birth_date": canary}}, cadre | {"unit_id": "U-none", "private": {"name": canary}},
        cadre | {f"{canary} name": 1}, {"cadre_id": canary},
    ]  # fmt: skip
    for body in bodies:
        answer = district.registry.command("RegisterCadre", body)
        assert 400 <= answer.status_code < 500
        assert canary not in answer.text
    raw = district.registry.post("/commands/RegisterCadre", content=f'{{"{canary}'.encode(), headers={"Content-Type": "application/json"})
    assert canary not in raw.text
