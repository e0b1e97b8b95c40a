"""Each operation of the OpenAPI document: commands, many commands, resources. Every refusal is told by its code, with what it looks like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.labels import label
from contracts.message import Fact
from services.kernel import samples
from services.kernel.refusals import TABLE
from services.kernel.resource import Resource
from services.kernel.shapes import CITED, ID, PLACE, TEXT, Shape

POSITION_OF = r"\s*(registry|assignments|compliance)\s*=\s*[0-9]{1,18}\s*"
AFTER = f"^{POSITION_OF}(,{POSITION_OF})*$"
TAG = r'("([0-9]{1,10}(-[0-9a-f]{16})?)"|\*)'
HEADERS: tuple[tuple[str, str, Shape], ...] = (
    ("Idempotency-Key", "a retry returns the first result; another body under the same key is refused", {"type": "string", "pattern": "^[!-~]{1,200}$"}),
    ("If-Match", "the ETag of what was read: nothing is recorded if it has changed since", {"type": "string", "pattern": f"^{TAG}$"}),
    ("Taizhang-After", "registry=17, assignments=40: decide from a state at least as new", {"type": "string", "pattern": AFTER}),
    ("Taizhang-Role", "in which role, for those who hold several", {"type": "string", "pattern": "^[a-z_]{1,32}$"}),
    ("Taizhang-Unit", "for which unit, for those who hold a role in several", ID),
    ("Taizhang-On-Behalf-Of", "the role whose paper act is entered", {"type": "string", "pattern": "^[a-z_]{1,32}$"}),
    ("Taizhang-Document-No", "the paper that it rests on, percent-encoded UTF-8", {"type": "string", "pattern": "^[!-$&-~]{1,300}$"}),
)  # fmt: skip
ALONE = frozenset({"If-Match", "Taizhang-On-Behalf-Of", "Taizhang-Document-No"})
"""Headers that each of many commands says for itself."""
ASKING = (
    "unauthenticated", "token-expired", "token-revoked", "forbidden", "role-not-held", "not-yourself", "password-change-due",
    "purpose-missing", "bad-header", "not-yet-known", "database-unavailable",
)  # fmt: skip
COMMANDING = (
    *(code for code in ASKING if code != "purpose-missing"), "paper-missing", "not-json", "bad-query", "body-too-large",
    "not-json-content-type", "invalid-fields", "idempotency-key-reused",
    "queue-full",
)  # fmt: skip
RECORDING = ("lost-race", "precondition-failed", "too-large")
MEANING = {
    "400": "the request cannot be understood", "401": "it is not said who asks, or the token is no longer good", "403": "not allowed", "404": "not known",
    "409": "the state does not allow it", "410": "it was destroyed", "412": "changed since it was read", "413": "too large", "415": "of another content type",
    "422": "fields are not valid", "503": "try again, a command with the same Idempotency-Key",
}  # fmt: skip
POSITION = {"Taizhang-Position": {"description": "<service>=n: where it can be read", "schema": TEXT}}
PAGE: dict[str, Shape] = {"cursor": PLACE, "limit": {"type": "integer", "minimum": 1, "maximum": 500}}


def command(kind: type[Fact], codes: Iterable[str]) -> dict[str, Any]:
    every = {*COMMANDING, *RECORDING, *codes}
    if kind.model_fields.get("private"):
        every.add("personal-data-erased")
    if kind.TIME.startswith(("time of", "day after")):
        every.add("unknown-fact")
    return {
        "operationId": kind.__name__,
        "tags": ["commands"],
        "summary": f"{label(kind.__name__, 'zh', 'command')} · {label(kind.__name__, 'en', 'command')}",
        "description": f"{kind.__doc__ or ''} Proposes `{kind.type()}`."
        + (f" Article {', '.join(map(str, kind.ARTICLES))}." if kind.ARTICLES else ""),
        "parameters": [{"name": n, "in": "header", "description": d, "schema": s} for n, d, s in HEADERS],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(kind.__name__), "example": samples.command(kind)}}},
        "responses": {
            "201": {"description": "recorded", "headers": POSITION, **_json(_ref("Recorded"), {"events": ["registry/cadre-C0001@3"], "position": 42})},
            "200": {"description": "already true: nothing was recorded", **_json(_ref("Recorded"), {"events": [], "position": 42})},
            **refusals(every),
        },
    }  # fmt: skip


def many(kind: type[Fact]) -> dict[str, Any]:
    """`kind`: one of the commands, for the example."""
    one = {"command": kind.__name__, "data": samples.command(kind), "key": "row-1"}
    told = {"status": 404, "problem": samples.refusal("unknown-cadre")}
    outcome = {"items": [{"status": 201, "events": ["registry/unit-U01@1"], "position": 42}, told], "recorded": 1, "already_true": 0, "refused": 1,
               "position": 42}  # fmt: skip
    return {
        "operationId": "commands",
        "tags": ["commands"],
        "summary": "成批命令 · Many commands in one request",
        "description": "Up to 5000, as a list or one a line. Each has its own key (else the header's, with its place) and its own outcome; every one "
        "is tried; those about one cadre or unit follow each other in the order given.",
        "parameters": [{"name": n, "in": "header", "description": d, "schema": s} for n, d, s in HEADERS if n not in ALONE],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"type": "array", "items": _ref("Item"), "minItems": 1, "maxItems": 5000}, "example": [one]},
                "application/x-ndjson": {"schema": TEXT},
            },
        },
        "responses": {
            "207": {"description": "every one was tried", "headers": POSITION, **_json(_ref("Outcomes"), outcome)},
            **refusals({*COMMANDING, "nothing-given", "too-many-commands"}),
        },
    }


def reads(resource: Resource) -> dict[str, Any]:
    """The list, and one of it."""
    shape, sample, summary = _ref(component(resource)), samples.item(resource), f"{resource.zh} · {resource.en}"
    page = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {"items": {"type": "array", "items": shape}, "next": {"type": ["string", "null"]}},
    }
    asked, named = [*resource.parameters().items(), *PAGE.items()], resource.path[1:].replace("-", "_")
    dated = [s for n, s in resource.parameters().items() if n == "as_of"]
    return {
        resource.path: {"get": {
            "operationId": f"list_{named}", "summary": summary, "tags": ["reads"],
            "description": "A page, in the order in which they began.",
            "parameters": [_query(n, s) for n, s in asked],
            "responses": {"200": {"description": "a page", **_json(page, {"items": [sample], "next": "42"})}, **refusals({*ASKING, "bad-query"})},
        }},
        f"{resource.path}/{{{resource.key}}}": {"get": {
            "operationId": f"get_{named}", "summary": summary, "tags": ["reads"],
            "description": "One of them, with an ETag.",
            "parameters": [
                {"name": resource.key, "in": "path", "required": True, "schema": CITED if resource.types else ID},
                *(_query("as_of", s) for s in dated),
            ],
            "responses": {
                "200": {"description": "as it is", "headers": {"ETag": {"schema": TEXT}}, **_json(shape, sample)},
                "304": {"description": "as If-None-Match says"}, **refusals({*ASKING, "bad-query", "bad-header", resource.unknown}),
            },
        }},
    }  # fmt: skip


def component(resource: Resource) -> str:
    """The name of its schema: `Leaves`, `SchoolCalendars`."""
    return "".join(word.title() for word in resource.path[1:].split("-"))


def refusals(codes: Iterable[str], unnamed: Iterable[str] = ()) -> dict[str, Any]:
    """By status: which codes, each with its example. `unnamed`: statuses with which others come too."""
    by_status: dict[str, list[str]] = {}
    for code in sorted(codes):
        by_status.setdefault(str(TABLE[code].status), []).append(code)
    return {
        status: {
            "description": f"{MEANING.get(status, '')}: {', '.join(f'`{code}`' for code in told)}",
            "content": {
                "application/problem+json": {
                    "schema": _ref("Problem")
                    if status in unnamed
                    else {"allOf": [_ref("Problem"), {"properties": {"code": {"enum": told}}}]},
                    "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in told},
                }
            },
        }
        for status, told in sorted(by_status.items())
    }


def _query(name: str, shape: Shape) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": shape}


def _ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(shape: Shape, sample: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": shape, "example": sample}}}
