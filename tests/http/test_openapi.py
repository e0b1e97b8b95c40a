"""The OpenAPI documents as they are served: valid, complete, in both languages, with examples that are what they are examples of."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from jsonschema_rs import Draft202012Validator, Registry
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from contracts import assignments, compliance, registry
from contracts.compliance import PublishPolicy
from services.compliance.deciding import TABLE as COMPLIANCE
from services.kernel.body import read
from services.kernel.codes import codes
from services.kernel.refusals import TABLE
from services.registry.deciding import TABLE as REGISTRY
from tests.http.conftest import District

SERVICES = {"registry": registry, "assignments": assignments, "compliance": compliance}
Document = dict[str, Any]


@pytest.fixture(scope="module", params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def document(district: District, service: str) -> Document:
    answer = getattr(district, service).get("/openapi.json")
    found: Document = answer.json()
    return found


def operations(document: Document) -> list[tuple[str, str, Document]]:
    return [(path, method, operation) for path, methods in document["paths"].items() for method, operation in methods.items()]


def resolved(document: Document, part: Any) -> Any:
    """With what it refers to."""
    if isinstance(part, dict) and "$ref" in part:
        at = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            at = at[name]
        return at
    return part


@pytest.fixture(scope="module")
def schemas(document: Document) -> Registry:
    return Registry([("urn:document", {"components": document["components"]})])


def fits(schemas: Registry, schema: Any, sample: Any) -> bool:
    absolute = orjson.loads(orjson.dumps(schema).replace(b'"$ref":"#', b'"$ref":"urn:document#'))
    return bool(Draft202012Validator(absolute, registry=schemas, validate_formats=True).is_valid(sample))


def test_it_is_openapi(document: Document) -> None:
    assert document["openapi"].startswith("3.1")
    wrong = [f"{error.instance_path}: {error.message[:200]}" for error in OPENAPI_31_VALIDATOR.iter_errors(document)]
    assert wrong == []


def test_every_reference_leads_somewhere(document: Document) -> None:
    for reference in set(re.findall(r'"\$ref":"([^"]+)"', orjson.dumps(document).decode())):
        assert resolved(document, {"$ref": reference}) is not None
    names = [o["operationId"] for _, _, o in operations(document)]
    assert len(names) == len(set(names))


def test_every_command_is_described(document: Document, schemas: Registry, service: str) -> None:
    module = SERVICES[service]
    paths = document["paths"]
    assert {p for p in paths if p.startswith("/commands/")} == {f"/commands/{c.__name__}" for c in module.COMMANDS}
    for command in module.COMMANDS:
        operation = paths[f"/commands/{command.__name__}"]["post"]
        assert operation["operationId"] == command.__name__
        zh, en = operation["summary"].split(" · ", 1)
        assert re.search("[一-鿿]", zh)
        assert re.search("[A-Za-z]", en)
        assert {"200", "201", "400", "401", "403", "409", "412", "413", "415", "422", "503"} <= set(operation["responses"])
        assert {"Idempotency-Key", "If-Match"} <= {p["name"] for p in operation["parameters"]}
        content = operation["requestBody"]["content"]["application/json"]
        read(command, orjson.dumps(content["example"]))
        assert not fits(schemas, content["schema"], {"elephant": 1})


def test_every_example_is_one(document: Document, schemas: Registry) -> None:
    seen = set[bytes]()
    for path, _, operation in operations(document):
        bodies = [operation["requestBody"]["content"]] if "requestBody" in operation else []
        answers = [r["content"] for r in operation["responses"].values() if "content" in r]
        assert any("example" in c or "examples" in c for content in answers for c in content.values()), path
        for content in (c for contents in (*bodies, *answers) for c in contents.values()):
            samples = [content["example"]] if "example" in content else []
            samples += [resolved(document, e)["value"] for e in content.get("examples", {}).values()]
            for sample in samples:
                key = orjson.dumps([content["schema"], sample])
                assert key in seen or fits(schemas, content["schema"], sample), (path, sample)
                seen.add(key)
    assert len(seen) > 50


def test_every_refusal_has_its_example(document: Document) -> None:
    assert set(document["components"]["examples"]) == set(TABLE)
    for path, _, operation in operations(document):
        for status, response in operation["responses"].items():
            for code in response.get("content", {}).get("application/problem+json", {}).get("examples", {}):
                assert str(TABLE[code].status) == status, (path, code)


def test_every_parameter_says_what_it_may_be(document: Document) -> None:
    vague = {
        (path, p["name"]) for path, _, o in operations(document) for p in o.get("parameters", ()) if not resolved(document, p["schema"])
    }
    assert vague == set()


def test_what_a_command_may_be_refused_with_is_read_from_its_decider() -> None:
    by_name = {command.__name__: decider for command, decider in REGISTRY.items()}
    assert codes(by_name["PromotePostGrade"]) == {"already-deceased", "grade-unchanged", "unknown-cadre", "unknown-unit"}
    assert codes(by_name["RegisterUnit"]) == {"id-in-use"}
    raised = {code for decider in REGISTRY.values() for code in codes(decider)}
    assert {"bad-parameter-value", "unknown-parameter"} <= codes(COMPLIANCE[PublishPolicy])
    assert {"office-occupied", "not-seconded", "exit-after-retirement", "until-before-from", "not-retractable"} <= raised
