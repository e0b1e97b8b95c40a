"""What is committed is what the models make; what is published can be relied on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from typer.testing import CliRunner

from contracts import publish
from contracts.canonical import canonical
from contracts.codes import APPRAISAL_REASONS, FINDINGS, PROMOTION_REASONS
from contracts.effective import effective_on
from contracts.message import Event, civil_day, facts, line_of
from contracts.publish import ASYNCAPI, EXAMPLES, SCHEMAS, Breaking, check, export
from services.cli import app

LINES = (Path(__file__).parents[1] / "data" / "facts.jsonl").read_bytes().splitlines()
TYPES = sorted(facts())


@cache
def published(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / name).read_bytes())
    return found


@cache
def validator(kind: str) -> Draft202012Validator:
    schema = published(f"{kind}.json")
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def example(kind: str) -> bytes:
    return (EXAMPLES / f"{kind}.json").read_bytes()


def test_the_published_files_are_current() -> None:
    assert check() == []
    assert {p.name for p in SCHEMAS.iterdir()} == {f"{kind}.json" for kind in TYPES} | {ASYNCAPI}


@pytest.mark.parametrize("kind", TYPES)
def test_the_example_is_canonical_valid_and_read_without_loss(kind: str) -> None:
    line = example(kind)
    assert canonical(orjson.loads(line)) == line
    event = Event.parse(line)
    assert line_of(event) == line
    assert (event.type, event.stream, event.subject) == (kind, event.data.stream(), event.data.subject())
    validator(kind).validate(json.loads(line))


def test_every_recorded_line_is_valid() -> None:
    for line in LINES:
        validator(orjson.loads(line)["type"]).validate(json.loads(line))


def test_the_examples_are_one_log() -> None:
    events = sorted((Event.parse(example(kind)) for kind in TYPES), key=lambda e: e.recordedtime)
    for service in ("registry", "assignments", "compliance"):
        mine = [e for e in events if e.service == service]
        assert [e.sequence for e in mine] == list(range(1, len(mine) + 1))
    versions: dict[str, int] = {}
    for e in events:
        stream = f"{e.service}/{e.stream}"
        versions[stream] = versions.get(stream, 0) + 1
        assert e.version == versions[stream]
    for i, e in enumerate(events):
        assert effective_on(e.data, civil_day(e.recordedtime), events[:i]) == e.time, e.id
        assert bool(e.sealed) <= ("private" in type(e.data).model_fields), e.id
    assert {e.actor for e in events if e.data.DERIVED} == {"taizhang"}
    assert {e.subject for e in events if hasattr(e.data, "cadre_id") and e.data.cadre_id} == {"C0001"}


def test_the_codes_of_the_examples_are_those_of_the_catalogue() -> None:
    for kind, codes in (("Promotion", PROMOTION_REASONS), ("Appraisal", APPRAISAL_REASONS)):
        answer = json.loads(example(f"taizhang.compliance.{kind}EligibilityDerived.v1"))["data"]
        assert {r["code"] for r in answer["reasons"]} <= set(codes[answer["outcome"]])
    assert json.loads(example("taizhang.compliance.FindingRaised.v1"))["data"]["code"] in FINDINGS


def refusals(spoil: Callable[[dict[str, Any]], Any]) -> int:
    """How many types refuse their own example when it is spoilt."""
    refused = 0
    for kind in TYPES:
        event = json.loads(example(kind))
        spoil(event)
        refused += not validator(kind).is_valid(event)
    return refused


@pytest.mark.parametrize(
    "spoil",
    [
        lambda e: e.pop("recordedtime"),
        lambda e: e.pop("data"),
        lambda e: e.update(id="C0001"),
        lambda e: e.update(time="2024-03-01"),
        lambda e: e.update(sequence=1),
        lambda e: e.update(type="taizhang.registry.UnitMoved.v1"),
        lambda e: e["data"].pop(next(k for k in facts()[e["type"]].model_json_schema()["required"])),
    ],
)
def test_the_schemas_refuse_what_is_no_event(spoil: Callable[[dict[str, Any]], Any]) -> None:
    assert refusals(spoil) == len(TYPES)


def test_no_schema_has_a_private_field() -> None:
    for kind, fact in facts().items():
        schema = published(f"{kind}.json")
        private = fact.model_fields.get("private")
        assert "private" not in schema["properties"]["data"]["properties"]
        assert ("sealed" in schema["properties"]) == (private is not None)
        assert ("x-sealed" in schema) == (private is not None)


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from nodes(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from nodes(inner)


def test_the_asyncapi_document_holds_together() -> None:
    document = published(ASYNCAPI)
    assert document["asyncapi"] == "3.0.0"
    for node in nodes(document):
        if "$ref" in node:
            target: Any = document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            assert target
    reachable = {name for channel in document["channels"].values() for name in channel["messages"]}
    assert reachable == set(document["components"]["messages"]) == {kind.split(".")[2] for kind in TYPES}
    for channel in document["channels"].values():
        assert {f"{{{name}}}" for name in channel["parameters"]} == {part for part in channel["address"].split(".") if part.startswith("{")}
        assert channel["parameters"]["event"]["enum"] == list(channel["messages"])


def test_the_messages_of_the_asyncapi_document_accept_their_examples() -> None:
    document = published(ASYNCAPI)
    for message in document["components"]["messages"].values():
        payload = Draft202012Validator({**message["payload"], "components": document["components"]})
        headers = Draft202012Validator(document["components"]["schemas"]["Headers"])
        for shown in message["examples"]:
            payload.validate(shown["payload"])
            headers.validate(shown["headers"])
            assert shown["payload"] == json.loads(example(message["name"]))


KIND = "taizhang.registry.CadreExited.v1"
CHANGES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a field removed": (lambda d: d["properties"].update(rank={"type": "string"}), "data.rank: removed"),
    "newly required": (lambda d: d["required"].remove("post"), "data.post: newly required"),
    "no longer required": (lambda d: d["required"].append("subordinate_unit"), "data.subordinate_unit: no longer certain to be there"),
    "an enum changed": (lambda d: d["properties"]["reason"]["enum"].remove("up_down"), "data.reason: enum changed"),
    "a type changed": (lambda d: d["properties"]["post"].update(type="integer"), "data.post: type changed"),
    "a form changed": (lambda d: d["properties"]["cadre_id"].update(pattern="^C[0-9]+$"), "data.cadre_id: pattern changed"),
    "a default changed": (lambda d: d["properties"]["subordinate_unit"].update(default=False), "data.subordinate_unit: default changed"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    export(tmp_path)
    assert check(tmp_path) == []
    return tmp_path


@pytest.mark.parametrize("change", CHANGES)
def test_a_breaking_change_is_refused(change: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mutate, said = CHANGES[change]
    path = folder / f"{KIND}.json"
    before = json.loads(path.read_bytes())
    mutate(before["properties"]["data"])
    path.write_text(json.dumps(before), "utf-8")
    assert f"{KIND}: {said}" in check(folder)
    monkeypatch.setattr(publish, "SCHEMAS", folder)
    with pytest.raises(Breaking, match=f"{KIND}: {said}"):
        export()


def test_what_is_sealed_or_granted_cannot_change_quietly(folder: Path) -> None:
    path = folder / f"{KIND}.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"x-grant": "open", "x-sealed": ["post"]}), "utf-8")
    assert check(folder)[:2] == [f"{KIND}: event: x-grant changed", f"{KIND}: event: x-sealed changed"]


def test_an_addition_is_stale_but_not_breaking(folder: Path) -> None:
    path = folder / f"{KIND}.json"
    before = json.loads(path.read_bytes())
    del before["properties"]["data"]["properties"]["subordinate_unit"]
    before["title"] = "earlier"
    path.write_text(json.dumps(before), "utf-8")
    (folder / "taizhang.registry.UnitClosed.v1.json").unlink()
    assert check(folder) == [
        "taizhang.registry.UnitClosed.v1.json: not published; run `taizhang contract export`",
        f"{KIND}.json: out of date; run `taizhang contract export`",
    ]


def test_an_event_that_was_published_stays(folder: Path) -> None:
    (folder / "taizhang.registry.UnitMoved.v1.json").write_text("{}", "utf-8")
    assert check(folder) == ["taizhang.registry.UnitMoved.v1: no longer published"]


def test_from_the_command_line(tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(app, ["contract", "check"]).exit_code == 0
    written = run.invoke(app, ["contract", "export", "--to", str(tmp_path / "new")])
    assert written.exit_code == 0
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == sorted(p.name for p in SCHEMAS.iterdir())
