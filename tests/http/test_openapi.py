"""The OpenAPI documents, without a server: complete, in both languages, and of the version they say."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from litestar import Litestar, get
from litestar.openapi.config import OpenAPIConfig

from contracts import assignments, compliance, registry
from services.kernel import openapi


def described(module: ModuleType) -> dict[str, Any]:
    @get("/things", summary="Things")
    async def things() -> dict[str, bool]:
        return {}

    app = Litestar([things], openapi_config=OpenAPIConfig("Things", "1", path="/openapi", render_plugins=[]))
    found: dict[str, Any] = orjson.loads(orjson.dumps(openapi.document(app, module.COMMANDS)))
    return found


@pytest.mark.parametrize("module", [registry, assignments, compliance])
def test_every_command_is_described(module: ModuleType) -> None:
    document = described(module)
    assert document["openapi"].startswith("3.1")
    paths = document["paths"]
    assert {p for p in paths if p.startswith("/commands/")} == {f"/commands/{c.__name__}" for c in module.COMMANDS}
    for command in module.COMMANDS:
        operation = paths[f"/commands/{command.__name__}"]["post"]
        assert operation["operationId"] == command.__name__
        zh, en = operation["summary"].split(" · ", 1)
        assert re.search("[一-鿿]", zh)
        assert re.search("[A-Za-z]", en)
        assert {"200", "201", "400", "401", "404", "409", "413", "415", "422", "503"} == set(operation["responses"])
        assert "Idempotency-Key" in {p["name"] for p in operation["parameters"]}
        schema = operation["requestBody"]["content"]["application/json"]["schema"] | {"components": document["components"]}
        Draft202012Validator.check_schema(schema)
        assert list(Draft202012Validator(schema).iter_errors({"elephant": 1})), "unknown fields are refused"
    assert any("example" in p["post"]["requestBody"]["content"]["application/json"] for p in paths.values() if "post" in p)


@pytest.mark.parametrize("module", [registry, assignments, compliance])
def test_every_reference_leads_somewhere(module: ModuleType) -> None:
    document = described(module)
    references = set(re.findall(r'"\$ref":"#/components/schemas/([^"]+)"', orjson.dumps(document).decode()))
    assert references <= set(document["components"]["schemas"])
    names = [o["operationId"] for path in document["paths"].values() for o in path.values()]
    assert len(names) == len(set(names))
