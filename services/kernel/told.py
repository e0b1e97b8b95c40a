"""What the OpenAPI document tells of reads that are no resources: an example of the answer, which parameters may say what, and with which
codes it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from services.kernel.shapes import DAY, ID, INSTANT, PLACE, YEAR, Shape, Shapes, one_of

USUAL: Shapes = {
    "cadre": ID,
    "unit": ID,
    "cadre_id": ID,
    "unit_id": ID,
    "as_of": DAY,
    "year": YEAR,
    "cursor": PLACE,
    "about": ID,
    "limit": {"type": "integer", "minimum": 1, "maximum": 500},
    "after": {"type": "integer", "minimum": 0, "maximum": 2**62},
    "known_at": {"anyOf": [DAY, INSTANT], "description": "a day, meaning its end in Asia/Shanghai, or an instant with its offset"},
    "explain": one_of("true", "false"),
}
"""Parameters that say the same wherever they stand."""


class Told(NamedTuple):
    """Of a path, or of one method of it (`POST /tokens`). `asked`: parameters that say something of their own, `needed`: those that must
    be given. `body`: what is sent, with an example. `open`: statuses with which codes come that are not all named here."""

    sample: Any
    refusals: tuple[str, ...] = ()
    asked: Shapes = MappingProxyType({})
    body: tuple[Shape, Any] | None = None
    media_type: str = "application/json"
    open: tuple[str, ...] = ()
    body_type: str = "application/json"
    statuses: tuple[str, ...] = ("200",)
    needed: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape:
        return inferred(self.sample)


FACT = {
    "id": "registry/cadre-C0001@1", "source": "/taizhang/registry", "type": "taizhang.registry.RetirementCompleted.v1", "subject": "C0001",
    "time": "2025-03-01T00:00:00+08:00", "recordedtime": "2025-03-03T01:00:00.000001Z", "sequence": "00000000000000000007", "specversion": "1.0",
    "actor": "p-s1", "role": "section", "unitref": "U01", "correlationid": "rq-1", "causationid": "cmd-1", "datacontenttype": "application/json",
    "dataschema": "/schemas/taizhang.registry.RetirementCompleted.v1.json", "data": {"cadre_id": "C0001", "completed_on": "2025-03-01"},
}  # fmt: skip
NAME: Shape = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,200}$"}
KIND: Shape = {"type": "string", "pattern": "^[A-Za-z0-9_.]{1,200}$"}
KERNEL: Mapping[str, Told] = {
    "/feed": Told(
        [FACT], ("bad-query",), {
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000}, "subject": NAME, "type": {"type": "array", "items": KIND},
            "unit": ID | {"description": "for whoever imports workbooks of the unit: facts about it and about those who are in it today, of the classes they may read"},
        },
        media_type="application/cloudevents-batch+json",
    ),
    "/reach": Told({"position": 42, "at": "2025-03-03T01:00:00.000001Z"}),
    "/sealed/{stream}/{version}": Told(
        {"event_id": FACT["id"], "what": "identity", "fields": {"name": "张三"}, "erased": False}, ("bad-query", "unknown-fact"),
        {
            "what": one_of("identity", "identity_number", "leave_grounds", "free_text"), "stream": NAME,
            "version": {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"},
        },
    ),
    "/reads": Told(
        {"items": [{
            "id": 7, "at": "2025-03-03T01:00:00.000001+00:00", "actor": "p-b1", "role": "branch", "unit": "U01", "what": "leave_grounds",
            "cadre": "C0001", "object": "assignments/leave-L7@1", "purpose": "duty", "allowed": True, "code": None,
        }], "next": None}, ("bad-query",), {"actor": ID, "cursor": {"type": "string", "pattern": "^[1-9][0-9]{0,17}$"}},
    ),
    "/schemas/{name}": Told({"$id": f"/schemas/{FACT['type']}.json"}, ("unknown-type",), media_type="application/schema+json"),
    "/metrics": Told("taizhang_log_position 42.0\n", media_type="text/plain"),
    "/health/live": Told({"live": True}),
    "/health/ready": Told({"ready": True, "commands": True, "parts": {"database": {"ok": True, "position": 42, "parked": 0}}}, ("not-ready",),
        {"for": one_of("commands")}),
}  # fmt: skip


def inferred(sample: Any) -> Shape:
    """What a sample shows of the shape of its kind: names and types, one level deep; what is null in it may be anything."""
    if isinstance(sample, dict):
        return {"type": "object", "required": sorted(sample), "properties": {name: _type(value) for name, value in sample.items()}}
    return _type(sample)


def _type(value: Any) -> Shape:
    names = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return {"type": names[type(value)]} if type(value) in names else {}
