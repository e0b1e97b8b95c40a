"""Bodies that nobody meant: whatever is sent, the answer is a problem of the caller's, never the service's."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from contracts import assignments, compliance, registry
from contracts.message import Fact
from services.kernel.refusals import TABLE
from tests.http.conftest import District

NASTY: list[Any] = [
    None, True, 0, -1, 2**31, 2**53, 2**63, 2**64, 10**30, 0.1, 1e300, -1e-300, "", " ", "\x00", "a\x00b", "\ud7ff", "😀", "x" * 5000, "../..",
    "'; drop table log; --", "2024-02-30", "0001-01-01", "9999-12-31", "2199-12-31", "1900-01-01", "2024-03-01", "2024-03-01T00:00:00", "24:00",
    "C1", "U1", "registry/cadre-C1@1", "registry/x@99999999999", "committee", [], [[]], ["C1"] * 50, {}, {"from": "2024-03-01"}, {"": ""},
    [{"from": "2024-03-02", "until": "2024-03-01"}], [{"evidence_id": "E", "sha256": "s", "media_type": "m"}], {"name": "x"}, {"reason": "\x00"},
]  # fmt: skip


def body(command: type[Fact], dice: random.Random) -> dict[str, Any]:
    """Mostly what fits, sometimes what does not."""
    said: dict[str, Any] = {}
    for name, field in command.model_fields.items():
        if field.is_required() or dice.random() < 0.5:
            said[field.alias or name] = dice.choice(NASTY) if dice.random() < 0.3 else _fitting(name, field.annotation, dice)
    if dice.random() < 0.1:
        said[dice.choice(["", "x", "\x00", "specversion"])] = dice.choice(NASTY)
    return said


def _fitting(name: str, kind: Any, dice: random.Random) -> Any:
    text = str(kind)
    codes = [a for a in getattr(kind, "__args__", ()) if isinstance(a, str)]
    if codes:
        return dice.choice(codes)
    if "date" in text:
        return dice.choice(["1900-01-01", "2024-03-01", "2024-03-29", "2199-12-31"])
    if "int" in text or "float" in text:
        return dice.choice([0, 1, 2024, 2**53, -(2**53), 0.5])
    if "bool" in text:
        return dice.random() < 0.5
    if "dict" in text:
        return dice.choice([{}, {"art9.complaints_min": 2}, {"art8.awol.min_workdays": ">= 4"}, {"": 1}, {"sequence": ""}, {"a": ["\x00"]}])
    if "tuple" in text:
        return dice.choice([["C1"], ["party_building"], [{"from": "1900-01-01", "until": "2199-12-31"}], []])
    if name in ("retracts", "corrects"):
        return dice.choice(["registry/cadre-C1@1", "assignments/leave-L1@1", "registry/unit-U1@1"])
    return {"cadre_id": "C1", "month": "2024-03"}.get(name, "U1" if "unit" in name else "L1")


@pytest.mark.parametrize("seed", range(3))
def test_rubbish_is_the_callers_mistake(district: District, seed: int) -> None:
    dice = random.Random(seed)
    services = (district.registry, registry), (district.assignments, assignments), (district.compliance, compliance)
    for client, commands in ((client, module.COMMANDS) for client, module in services):
        for command in commands:
            for _ in range(5):
                said = body(command, dice)
                answer = client.command(command.__name__, said)
                assert answer.status_code in (200, 201) or answer.json()["code"] in TABLE, (command.__name__, said, answer.text)
                assert answer.status_code < 500, (command.__name__, said, answer.text)
        for event in client.get("/feed", params={"limit": 1000}).json():
            assert client.get(event["dataschema"]).status_code == 200


@pytest.mark.parametrize(
    "path", ["/feed", "/cadres", "/cadres/C1", "/units", "/units/U1", "/schemas/x.json", "/leaves", "/duties", "/tasks", "/absences"]
)
def test_rubbish_in_a_query(district: District, path: str) -> None:
    dice = random.Random(path)
    client = district.assignments if path in ("/leaves", "/duties", "/tasks", "/absences") else district.registry
    for _ in range(25):
        names = ["after", "limit", "type", "subject", "cursor", "cadre", "unit", "state", "as_of", "nothing"]
        params = {
            name: dice.choice(["", "-1", "1", "9" * 30, "\x00", "C1", "%", "2024-02-30", "0001-01-01", "x" * 3000])
            for name in names
            if dice.random() < 0.4
        }
        answer = client.get(path, params=params)
        assert answer.status_code < 500, (path, params, answer.text)
        if answer.status_code >= 400:
            assert answer.json()["code"] in TABLE


def test_rubbish_in_a_header(district: District) -> None:
    for name in (
        "Taizhang-Actor",
        "Taizhang-Role",
        "Taizhang-Unit",
        "Taizhang-On-Behalf-Of",
        "Taizhang-Document-No",
        "Idempotency-Key",
        "Taizhang-After",
    ):
        for value in (b"", b"\xff", b"a b", b"x" * 3000, b"%00", b"%E9", b"=", b"registry=1;", b"registry=" + b"9" * 30):
            answer = district.registry.post(
                "/commands/RegisterUnit", content=orjson.dumps({"unit_id": "U1", "name": "n", "kind": "school"}),
                headers=[(b"Content-Type", b"application/json"), (name.encode(), value)],
            )  # fmt: skip
            assert answer.status_code < 500, (name, value, answer.text)
