"""The OpenAPI 3.1 document of a service: commands, resources, and what else Litestar knows of, each with examples and refusals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from litestar import Litestar
from pydantic.json_schema import models_json_schema

from contracts.message import Fact
from services.kernel import operations, samples
from services.kernel.codes import codes
from services.kernel.limits import usable
from services.kernel.refusals import TABLE
from services.kernel.resource import Resource
from services.kernel.shapes import TEXT, WHOLE
from services.kernel.told import KERNEL, USUAL, Told

PROBLEM = {
    "type": "object",
    "description": "RFC 9457, in Chinese and English",
    "required": ["type", "title", "status", "code", "title_zh", "title_en", "detail", "detail_zh", "errors"],
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "code", "title_zh", "title_en", "detail", "detail_zh")},
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "zh", "en"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "zh", "en")},
            },
        },
        "now": {
            "type": "object",
            "description": "with 409 and 412: how it is. Where the last fact about the same cadre, unit or thing stands; the stream that the "
            "command was to change, its version and last event; and what is read of it, where it may be shown",
            "required": ["position"],
            "properties": {"position": WHOLE, "stream": TEXT, "version": WHOLE, "last_event": TEXT, "state": {"type": ["object", "null"]}},
        },
    },
}
RECORDED = {
    "type": "object",
    "required": ["events", "position"],
    "properties": {"events": {"type": "array", "items": {"type": "string"}}, "position": {"type": "integer"}},
}
ITEM = {
    "type": "object",
    "required": ["command", "data"],
    "additionalProperties": False,
    "properties": {
        "command": TEXT | {"description": "the name of a command"}, "data": {"type": "object", "description": "what is sent to it alone"},
        "key": {"type": "string", "pattern": "^[!-~]{1,200}$"}, "if_match": TEXT, "on_behalf_of": TEXT, "document_no": TEXT,
    },
}  # fmt: skip
OUTCOMES = {
    "type": "object",
    "required": ["items", "recorded", "already_true", "refused", "position"],
    "properties": {
        "items": {"type": "array", "items": {"type": "object", "required": ["status"], "properties": {"status": WHOLE}}},
        "recorded": WHOLE, "already_true": WHOLE, "refused": WHOLE, "position": {"type": ["integer", "null"]},
    },
}  # fmt: skip


def document(
    app: Litestar,
    commands: Sequence[type[Fact]],
    resources: Sequence[Resource] = (),
    told: Mapping[str, Told] | None = None,
    deciders: Mapping[type[Fact], Any] | None = None,
) -> dict[str, Any]:
    """`deciders`: of each command, for the codes that it may refuse with."""
    described: dict[str, Any] = orjson.loads(orjson.dumps(app.openapi_schema.to_schema()))
    _, definitions = models_json_schema([(c, "validation") for c in commands], ref_template="#/components/schemas/{model}")
    schemas = {name: usable(schema) for name, schema in definitions.get("$defs", {}).items()}
    schemas |= {operations.component(r): _item(r) for r in resources}
    schemas |= {"Problem": PROBLEM, "Recorded": RECORDED, "Item": ITEM, "Outcomes": OUTCOMES}
    described["components"] = {
        "schemas": schemas,
        "examples": {code: {"summary": f"{row.zh} · {row.en}", "value": samples.refusal(code)} for code, row in TABLE.items()},
    }
    known = {**KERNEL, **(told or {})}
    paths = described.setdefault("paths", {})
    for path, methods in paths.items():
        for method, operation in methods.items():
            _tell(operation, known.get(f"{method.upper()} {path}", known.get(path, Told({}))))
    for resource in resources:
        paths |= operations.reads(resource)
    for command in commands:
        path, decided = f"/commands/{command.__name__}", codes(deciders[command]) if deciders else ()
        paths[path] = {"post": operations.command(command, {*decided, *known.get(f"POST {path}", Told({})).refusals})}
    if commands:
        paths["/commands"] = {"post": operations.many(commands[0])}
    return described


def _item(resource: Resource) -> dict[str, Any]:
    return {"type": "object", "required": sorted(resource.fields), "properties": resource.fields}


def _tell(operation: dict[str, Any], told: Told) -> None:
    """What Litestar cannot know of a read."""
    operation["tags"] = ["reads"]
    for parameter in operation.get("parameters", ()):
        shape = told.asked.get(parameter["name"], USUAL.get(parameter["name"]))
        if shape:
            parameter["schema"] = shape
        if parameter["name"] in told.needed:
            parameter["required"] = True
    every = {*operations.ASKING, "bad-query", *told.refusals}
    answer = {"schema": told.shape, "example": told.sample}
    if told.body:
        operation["requestBody"] = {"required": True, "content": {told.body_type: {"schema": told.body[0], "example": told.body[1]}}}
        if told.body_type == "application/json":
            every |= {"body-too-large", "not-json", "invalid-fields", "not-json-content-type"}
    said = {status: {"description": "as asked", "content": {told.media_type: answer}} for status in told.statuses}
    operation["responses"] = {**said, **operations.refusals(every, told.open)}


def parameters(document: dict[str, Any], path: str, method: str) -> frozenset[str]:
    """Names of the query parameters of an operation, as the document tells them; none for what is not in it."""
    operation = document["paths"].get(re.sub(r":[a-z]+}", "}", path), {}).get(method.lower(), {})
    return frozenset(p["name"] for p in operation.get("parameters", ()) if p["in"] == "query")
