"""`POST /exports`: before names leave the ledger as a workbook, somebody who may take them out says so, and why; it is recorded first
(`export_personal` of access.yaml)."""

from __future__ import annotations

from typing import Any, Literal

from litestar import Response, post
from pydantic import ConfigDict

from contracts.access import NOBODY, About
from contracts.message import Id, Part
from services.kernel import body, query
from services.kernel.caller import Asker, Gate
from services.kernel.clock import today
from services.kernel.limits import usable
from services.kernel.service import Service
from services.kernel.told import Told
from services.registry.signing_in import json_of

EXPORT_PERSONAL = "export_personal"


class Export(Part):
    """Of a cadre, of a unit, or, where neither is named, of the district."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["roster", "attendance-month", "scorecard", "case-file"]
    unit_id: Id | None = None
    cadre_id: Id | None = None


TOLD = {
    "/exports": Told(
        {"kind": "roster", "admitted": True},
        ("forbidden", "purpose-missing"),
        body=(
            usable({**Export.model_json_schema(), "anyOf": [{"properties": {name: {"type": "null"}}} for name in ("unit_id", "cadre_id")]}),
            {"kind": "roster", "unit_id": "U01"},
        ),
        statuses=("201",),
    )
}  # fmt: skip


def handlers(service: Service, gate: Gate) -> list[Any]:
    @post(
        "/exports", status_code=201, summary="To be said before names are taken out as a workbook: who may is told so, and it is recorded"
    )
    async def export(request: Asker) -> Response[bytes]:
        said = body.read(Export, await query.of_json(request))
        if said.unit_id and said.cadre_id:
            raise body.Invalid(
                [body.FieldError("unit_id", "unexpected", "unit_id 与 cadre_id 只给其一", "Give unit_id or cadre_id, not both")]
            )
        about = About(unit_id=said.unit_id) if said.unit_id else NOBODY
        if said.cadre_id:
            about = await gate.place(said.cadre_id, today(service.clock))
        await gate.may(request, EXPORT_PERSONAL, about, act=True, thing=said.kind)
        return json_of({"kind": said.kind, "admitted": True}, 201)

    return [export]
