"""The OpenAPI 3.1 document: Litestar's for the reads, and one path for every command, whose schema is that of its model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import orjson
from litestar import Litestar
from pydantic.json_schema import models_json_schema

from contracts.labels import label
from contracts.message import Fact
from services.kernel.resource import Resource

TEXT = {"schema": {"type": "string"}}
AFTER = "^(registry|assignments|compliance)=[0-9]{1,18}(, ?(registry|assignments|compliance)=[0-9]{1,18})*$"
ANYTHING = {"type": "object"}
READS = {
    "/feed": ("application/cloudevents-batch+json", {"type": "array", "items": ANYTHING}),
    "/schemas/{name}": ("application/schema+json", ANYTHING),
    "/metrics": ("text/plain", TEXT["schema"]),
}
"""Reads that do not answer with one JSON object."""
HEADERS = (
    (
        "Idempotency-Key",
        "a retry returns the first result; another body under the same key is refused",
        {"type": "string", "pattern": "^[!-~]{1,200}$"},
    ),
    ("Taizhang-After", "registry=17, assignments=40: decide from a state at least as new", {"type": "string", "pattern": AFTER}),
    ("Taizhang-Actor", "opaque id of who enters it", {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$", "default": "local"}),
    ("Taizhang-Role", "in which role", {"type": "string", "pattern": "^[a-z_]{1,32}$", "default": "section"}),
    ("Taizhang-Unit", "for which unit", {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$", "default": "-"}),
    ("Taizhang-On-Behalf-Of", "the role whose paper act is entered", {"type": "string", "pattern": "^[a-z_]{1,32}$"}),
    ("Taizhang-Document-No", "the paper that it rests on, percent-encoded UTF-8", {"type": "string", "pattern": "^[!-$&-~]{1,300}$"}),
)
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
            "description": "with 409: the position of the last fact about the same cadre, unit or thing",
            "properties": {"position": {"type": "integer"}},
        },
    },
}
RECORDED = {
    "type": "object",
    "required": ["events", "position"],
    "properties": {"events": {"type": "array", "items": {"type": "string"}}, "position": {"type": "integer"}},
}
FAILURES = {
    "400": "not JSON, or a malformed header",
    "401": "a token was shown, and it is not the right one",
    "404": "somebody or something named is not known",
    "409": "the state does not allow it",
    "413": "the body is larger than 1 MiB",
    "415": "not application/json",
    "422": "fields are not valid",
    "503": "try again with the same Idempotency-Key",
}


def document(app: Litestar, commands: Sequence[type[Fact]], resources: Sequence[Resource] = ()) -> dict[str, Any]:
    described: dict[str, Any] = orjson.loads(orjson.dumps(app.openapi_schema.to_schema()))
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    _, definitions = models_json_schema([(c, "validation") for c in commands], ref_template="#/components/schemas/{model}")
    schemas.update(definitions.get("$defs", {}))
    schemas |= {"Problem": PROBLEM, "Recorded": RECORDED}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            media_type, schema = READS.get(path, ("application/json", ANYTHING))
            operation["responses"]["200"] = {"description": "as asked", "content": {media_type: {"schema": schema}}}
            operation["responses"] |= _failures(*(("400", "401", "404", "503") if method == "get" else FAILURES))
            if method == "post":
                operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": ANYTHING}}}
    for resource in resources:
        described["paths"] |= _reads(resource)
    for command in commands:
        described["paths"][f"/commands/{command.__name__}"] = {"post": _operation(command)}
    return described


def _operation(command: type[Fact]) -> dict[str, Any]:
    body: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{command.__name__}"}}
    if example := _example(command):
        body["example"] = example
    said = {"description": "already true: nothing was recorded", **_json("Recorded")}
    recorded = {
        "description": "recorded",
        "headers": {"Taizhang-Position": {"description": "<service>=n: where it can be read", **TEXT}},
        **_json("Recorded"),
    }
    return {
        "operationId": command.__name__,
        "tags": ["commands"],
        "summary": f"{label(command.__name__, 'zh', 'command')} · {label(command.__name__, 'en', 'command')}",
        "description": f"{command.__doc__ or ''} Proposes `{command.type()}`."
        + (f" Article {', '.join(map(str, command.ARTICLES))}." if command.ARTICLES else ""),
        "parameters": [{"name": n, "in": "header", "description": d, "schema": s} for n, d, s in HEADERS],
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {"201": recorded, "200": said, **_failures(*FAILURES)},
    }


def _reads(resource: Resource) -> dict[str, Any]:
    """The list, and one of it."""
    item = {"type": "object", "required": sorted(resource.fields), "properties": resource.fields}
    page = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {"items": {"type": "array", "items": item}, "next": {"type": ["string", "null"]}},
    }
    asked = [*resource.parameters().items(), ("cursor", TEXT["schema"]), ("limit", {"type": "integer", "minimum": 1, "maximum": 500})]
    summary = f"{resource.zh} · {resource.en}"
    listed = {
        "operationId": f"list{resource.path.replace('/', '_').replace('-', '_')}",
        "summary": summary,
        "tags": ["reads"],
        "parameters": [{"name": n, "in": "query", "schema": s} for n, s in asked],
        "responses": {"200": {"description": "a page", "content": {"application/json": {"schema": page}}}} | _failures("400", "401", "503"),
    }
    one: dict[str, Any] = {
        "operationId": f"get{resource.path.replace('/', '_').replace('-', '_')}",
        "summary": summary,
        "tags": ["reads"],
        "parameters": [{"name": resource.key, "in": "path", "required": True, "schema": TEXT["schema"]}],
        "responses": {
            "200": {"description": "as it is", "content": {"application/json": {"schema": item}}},
            "304": {"description": "as before"},
        }
        | _failures("400", "401", "404", "503"),
    }
    if resource.dated:
        one["parameters"].append({"name": "as_of", "in": "query", "schema": {"type": "string", "format": "date"}})
    return {resource.path: {"get": listed}, f"{resource.path}/{{{resource.key}}}": {"get": one}}


def _failures(*statuses: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": FAILURES[status], "content": content} for status in statuses}


def _json(schema: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def _example(command: type[Fact]) -> dict[str, Any] | None:
    """From the committed example of the event, where that alone is a valid command."""
    committed = files("contracts") / "examples" / f"{command.type()}.json"
    if not committed.is_file():
        return None
    event = orjson.loads(committed.read_bytes())
    data: dict[str, Any] = event.get("data", event)
    try:
        command.model_validate_json(orjson.dumps(data), strict=True)
    except ValueError:
        return None
    return data


def parameters(document: dict[str, Any], path: str, method: str) -> frozenset[str]:
    """Names of the query parameters of an operation, as the document tells them; none for what is not in it."""
    operation = document["paths"].get(re.sub(r":[a-z]+}", "}", path), {}).get(method.lower(), {})
    return frozenset(p["name"] for p in operation.get("parameters", ()) if p["in"] == "query")
