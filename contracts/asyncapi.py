"""The AsyncAPI 3.0.0 document of a subscriber: every subject, every message, with headers and a real example of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import contracts.assignments
import contracts.compliance
import contracts.registry
from contracts.labels import label
from contracts.message import Fact
from contracts.schema import FORMS, MANDATORY, codes, data, meaning, remarks, title

Node = dict[str, Any]
CONTENT_TYPE = "application/cloudevents+json"
SERVICES: dict[str, tuple[type[Fact], ...]] = {
    "registry": contracts.registry.FACTS,
    "assignments": contracts.assignments.FACTS,
    "compliance": contracts.compliance.FACTS,
}

HEADERS: Node = {
    "type": "object",
    "required": ["Content-Type", "Nats-Msg-Id"],
    "properties": {
        "Content-Type": {"const": CONTENT_TYPE},
        "Nats-Msg-Id": {"type": "string", "description": "the id of the event: a copy of it is the same event"},
        "traceparent": {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$", "description": "W3C Trace Context"},
    },
}


def document(examples: Mapping[str, Node]) -> Node:
    """The whole document; `examples` holds one event by type."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "台账 · Taizhang",
            "version": "1.0.0",
            "description": "退出领导岗位干部管理台账的事件流。Facts about cadres who left leading posts, and the answers that "
            "follow from them. Each message is one CloudEvent in structured mode, byte for byte as it is stored. Completeness is "
            "proved by counting: `sequence` of a service is the last one plus 1. Ignore attributes and fields that you do not know.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {service: _channel(service, facts) for service, facts in SERVICES.items()},
        "operations": {f"follow-{service}": _operation(service, facts) for service, facts in SERVICES.items()},
        "components": {
            "messages": {f.__name__: _message(f, examples[f.type()]) for facts in SERVICES.values() for f in facts},
            "schemas": {"CloudEvent": {"type": "object", "properties": FORMS, "required": MANDATORY}, "Headers": HEADERS},
        },
        "x-codes": {kind: codes(kind) for kind in ("promotion_reason", "appraisal_reason", "finding", "role", "reading")},
    }


def _channel(service: str, facts: tuple[type[Fact], ...]) -> Node:
    return {
        "address": f"taizhang.{service}.{{event}}.{{subject}}",
        "title": f"{label(service, 'zh', 'service')} · {label(service, 'en', 'service')}",
        "description": f"One kind is `taizhang.{service}.<event>.*`, one person `taizhang.*.*.<cadre id>`.",
        "parameters": {
            "event": {"description": "name of the event", "enum": [f.__name__ for f in facts]},
            "subject": {"description": "the cadre that it is about, else the unit, else the thing itself", "examples": ["C0001", "U01"]},
        },
        "messages": {f.__name__: {"$ref": f"#/components/messages/{f.__name__}"} for f in facts},
        "x-jetstream": {"stream": f"TAIZHANG_{service.upper()}", "position": "sequence of the message = sequence of the event"},
    }


def _operation(service: str, facts: tuple[type[Fact], ...]) -> Node:
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{service}"},
        "summary": f"Follow what {service} records, in its order.",
        "messages": [{"$ref": f"#/channels/{service}/messages/{f.__name__}"} for f in facts],
    }


def _message(fact: type[Fact], example: Node) -> Node:
    fixed = {"source": f"/taizhang/{fact.SERVICE}", "type": fact.type(), "dataschema": f"/schemas/{fact.type()}.json"}
    special = {name: {"const": value} for name, value in fixed.items()} | {"data": data(fact)}
    return {
        "name": fact.type(),
        "title": title(fact),
        "summary": meaning(fact),
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": "#/components/schemas/Headers"},
        "payload": {"allOf": [{"$ref": "#/components/schemas/CloudEvent"}, {"type": "object", "properties": special}]},
        "examples": [
            {
                "name": fact.__name__,
                "headers": {"Content-Type": CONTENT_TYPE, "Nats-Msg-Id": example["id"]},
                "payload": example,
            }
        ],
        **remarks(fact),
    }
