"""Examples of the OpenAPI document: commands from the committed examples of their facts, resources by the words of their fields, refusals
from the table."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson

from contracts.message import Fact
from services.kernel.problem import problem
from services.kernel.refusal import refused
from services.kernel.resource import Resource
from services.kernel.shapes import Shape

PRIVATE = {
    "name": "王示例", "id_number": "110101197001010001", "birth_date": "1970-01-01", "description": "到三所学校宣讲", "reason": "登记有误",
    "grounds": "手术后休养", "statement": "愿意到基层学校", "measure": "诫勉", "reasons": "按出勤与考核情况认定", "override_reason": "见会议纪要",
}  # fmt: skip
"""Invented people, and what might be said of them."""
WORDS: dict[str, Any] = {
    "cadre_id": "C0001", "unit_id": "U01", "year": 2024, "stream": "leave-L0001", "version": 3, "last_event": "assignments/leave-L0001@3",
    "document_no": "示字〔2024〕3号", "name": "第一中学", "post": "校长", "decision_no": "示教组〔2024〕1号", "calendar": "2024.1",
    "notice": "国办发明电〔2023〕7号", "clause": "8.2", "source": "示教党〔2024〕5号", "parameters": {"art9.complaints_min": 2},
    "cites": "7.2", "month": "2024-10", "sha256": "0" * 64,
}  # fmt: skip


def command(kind: type[Fact]) -> dict[str, Any]:
    """A command that could be sent."""
    event = orjson.loads((files("contracts") / "examples" / f"{kind.type()}.json").read_bytes())
    data: dict[str, Any] = {name: value for name, value in event["data"].items() if name in _names(kind)}
    private = kind.model_fields.get("private")
    if private is not None and (event.get("sealed") or private.is_required()):
        data["private"] = {name: PRIVATE[name] for name in _parts(private.annotation) if name in PRIVATE}
    return data


def item(resource: Resource) -> dict[str, Any]:
    """A thing as it is shown."""
    name = _value(resource.shape[resource.key], resource.key)
    stream = str(name).partition("@")[0] if resource.types else f"{resource.begins}{name}"
    service = _service(resource)
    made = {field: _value(shape, field) for field, shape in resource.fields.items()}
    if resource.types:
        made[resource.key] = name = f"{resource.kind}-{'U01' if resource.kind == 'unit' else 'C0001'}@3"
        stream = name.partition("@")[0]
    return made | {"stream": stream, "version": 3, "last_event": f"{service}/{stream}@3"}


def refusal(code: str) -> dict[str, Any]:
    told = refused(code)
    now = {"position": 42, "stream": "leave-L0001", "version": 3, "last_event": "assignments/leave-L0001@3"}
    errors = [{"field": "from", "code": "not-a-day", "zh": "应为日期 YYYY-MM-DD", "en": "A day YYYY-MM-DD is expected"}]
    told.now = now if told.status in (409, 412) else None
    return problem(told, errors if code == "invalid-fields" else None)


def _value(shape: Shape, name: str) -> Any:
    if name in WORDS:
        return WORDS[name]
    if "anyOf" in shape:
        return _value(shape["anyOf"][0], name)
    if "enum" in shape:
        return shape["enum"][0]
    match shape.get("type"):
        case "integer" | "number":
            return 1
        case "boolean":
            return False
        case "array":
            return [_value(shape["items"], name)]
        case "object":
            return {field: _value(part, field) for field, part in shape.get("properties", {}).items()}
    if shape.get("format") == "date":
        return "2024-10-14"
    pattern = str(shape.get("pattern", ""))
    if "@" in pattern:
        return "compliance/measure-M0001@1" if "/" in pattern else "cadre-C0001@3"
    return f"{name[:1].upper()}0001"


def _service(resource: Resource) -> str:
    return resource.fold.__module__.split(".")[1]


def _names(kind: type[Fact]) -> set[str]:
    return {field.alias or name for name, field in kind.model_fields.items()}


def _parts(annotation: Any) -> list[str]:
    """The fields of what is private, whether or not it may be left out."""
    kinds = [annotation, *getattr(annotation, "__args__", ())]
    return [name for kind in kinds for name in getattr(kind, "model_fields", {})]
