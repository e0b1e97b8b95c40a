"""JSON Schema 2020-12 of every event, as a whole CloudEvent: what a subscriber receives, without the private fields. Objects are
open: a later version may add to them, so readers ignore what they do not know."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from contracts.labels import catalogue, label
from contracts.message import Fact

Schema = dict[str, Any]

FORMS: dict[str, Schema] = {
    "specversion": {"const": "1.0"},
    "id": {"type": "string", "pattern": "^[a-z]+/[A-Za-z0-9_-]{1,160}@[1-9][0-9]{0,9}$", "description": "<service>/<stream>@<version>"},
    "source": {"type": "string", "pattern": "^/taizhang/(registry|assignments|compliance)$"},
    "type": {"type": "string", "pattern": "^taizhang\\.[a-z]+\\.[A-Za-z]+\\.v[1-9][0-9]*$"},
    "subject": {"type": "string", "minLength": 1, "description": "the cadre that it is about, else the unit, else the thing itself"},
    "time": {
        "type": "string",
        "format": "date-time",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00\\+08:00$",
        "description": "when it takes effect: 00:00 Asia/Shanghai of a civil day",
    },
    "recordedtime": {
        "type": "string",
        "format": "date-time",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z$",
        "description": "when the service committed it; strictly increasing with sequence",
    },
    "sequence": {"type": "string", "pattern": "^[0-9]{20}$", "description": "position in the log of the service: 1, 2, 3 … without gaps"},
    "actor": {"type": "string", "minLength": 1, "description": "who entered it: an opaque id"},
    "role": {"type": "string", "minLength": 1, "description": "in which role"},
    "unitref": {"type": "string", "minLength": 1, "description": "for which unit"},
    "onbehalfof": {"type": "string", "minLength": 1, "description": "the role whose act on paper was entered"},
    "documentno": {"type": "string", "minLength": 1, "description": "the paper that it rests on"},
    "correlationid": {"type": "string", "description": "the request that caused it"},
    "causationid": {"type": "string", "description": "the event or command that caused it"},
    "dataschema": {"type": "string", "pattern": "^/schemas/taizhang\\..*\\.json$"},
    "datacontenttype": {"const": "application/json"},
    "sealed": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 of the stored ciphertext of the private fields"},
    "data": {"type": "object"},
}
"""The attributes of every event."""

MANDATORY = [name for name in FORMS if name not in ("onbehalfof", "documentno", "sealed")]


def schema(fact: type[Fact]) -> Schema:
    """The schema of one event type."""
    fixed = {"source": f"/taizhang/{fact.SERVICE}", "type": fact.type(), "dataschema": f"/schemas/{fact.type()}.json"}
    sealed = "private" in fact.model_fields
    attributes = {name: form for name, form in FORMS.items() if sealed or name != "sealed"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/schemas/{fact.type()}.json",
        "title": title(fact),
        "description": meaning(fact),
        **remarks(fact),
        "type": "object",
        "properties": attributes | {name: {"const": value} for name, value in fixed.items()} | {"data": data(fact)},
        "required": MANDATORY,
    }


def title(fact: type[Fact]) -> str:
    return f"{label(fact.__name__, 'zh')} · {label(fact.__name__, 'en')}"


def meaning(fact: type[Fact]) -> str:
    """What it means: the event and its articles in Chinese, its promise in English."""
    articles = "、".join(f"第{'一二三四五六七八九十'[n - 1]}条" for n in fact.ARTICLES)
    return f"{label(fact.__name__, 'zh')}（管理办法{articles}）。" + re.sub(r"\s+", " ", fact.__doc__ or "")


def remarks(fact: type[Fact]) -> Schema:
    """What the catalogue says beside the fields."""
    said: Schema = {"x-grant": fact.GRANT, "x-time": fact.TIME, "x-stream": fact.STREAM, "x-articles": list(fact.ARTICLES)}
    said |= {"x-by": fact.BY} if fact.BY else {"x-derived": True}
    model = _model(fact)
    if private := model["properties"].get("private"):
        parts = model["$defs"][private["anyOf"][0]["$ref"].rpartition("/")[2]]
        said |= {"x-sealed": sorted(parts["properties"]), "x-key-class": fact.CLASS}
    return said


def data(fact: type[Fact]) -> Schema:
    """The schema of the public fields, complete in itself."""
    model = _model(fact)
    public = {name: field for name, field in model["properties"].items() if name != "private"}
    return _plain(model | {"properties": public}, model.get("$defs", {}), fact.__name__) | {"title": title(fact)}


@cache
def _model(fact: type[Fact]) -> Schema:
    return fact.model_json_schema(by_alias=True)


REMADE = {"$defs", "title", "description", "default", "properties", "items", "additionalProperties"}


def _plain(node: Schema, defs: dict[str, Schema], event: str) -> Schema:
    """The model's schema with references put in place, absent instead of null, and our words instead of generated titles."""
    if reference := node.get("$ref"):
        return _plain(defs[reference.rpartition("/")[2]], defs, event)
    if choices := [c for c in node.get("anyOf", []) if c != {"type": "null"}]:
        return _plain(choices[0], defs, event) if len(choices) == 1 else {"anyOf": [_plain(c, defs, event) for c in choices]}
    kept = {k: v for k, v in node.items() if k not in REMADE}
    if node.get("format") == "date":
        kept["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    if "properties" in node:
        kept["properties"] = {name: _named(name, inner, defs, event) for name, inner in node["properties"].items()}
    for keyword in ("items", "additionalProperties"):
        if isinstance(node.get(keyword), dict):
            kept[keyword] = _plain(node[keyword], defs, event)
    return kept


def _named(name: str, node: Schema, defs: dict[str, Schema], event: str) -> Schema:
    """A field with its words, and those of its codes."""
    field = f"{event}.{name}"
    inner: Schema = {"title": f"{label(field, 'zh', 'field')} · {label(field, 'en', 'field')}", **_plain(node, defs, event)}
    if node.get("default") not in (None, []):
        inner["default"] = node["default"]
    holder: Schema = inner.get("items", inner)
    if held := [c for c in holder.get("enum", ()) if isinstance(c, str)]:
        inner["x-labels"] = {c: {"zh": label(c, "zh", name), "en": label(c, "en", name)} for c in held}
    return inner


def codes(kind: str) -> dict[str, dict[str, str]]:
    """Every code of a kind with its words."""
    return {code: {"zh": zh, "en": en} for code, (zh, en) in catalogue()[kind].items()}
