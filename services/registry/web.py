"""What can be read from the registry: /cadres and /units, as they are today or were on a day (`as_of`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request

from contracts.registry import CadreRegistered, UnitRegistered
from services.kernel import query
from services.kernel.resource import Item, Resource
from services.kernel.service import Service
from services.kernel.shapes import DAY, ID, TEXT, maybe, of, one_of
from services.registry import reading
from services.registry.names import MAY, names

POST = of(CadreRegistered)
CADRE = {
    "cadre_id": ID, "unit_id": ID, "managed_by": POST["managed_by"], "category": POST["category"], "post_grade": POST["post_grade"],
    "state": one_of("registered", "exited", "reinstated", "retired", "deceased"), "exited_on": maybe(DAY),
    "post": maybe(TEXT), "decision_no": maybe(TEXT),
}  # fmt: skip
UNIT = {
    "unit_id": ID, "name": TEXT, "kind": of(UnitRegistered)["kind"], "appraisal_scale": of(UnitRegistered)["appraisal_scale"],
    "state": one_of("open", "merged", "closed"), "into_unit_id": maybe(ID),
    "heads": {"type": "object", "required": ["party", "administrative"], "properties": {"party": maybe(ID), "administrative": maybe(ID)}},
}  # fmt: skip


def resources(service: Service) -> Sequence[Resource]:
    async def with_names(request: Request[Any, Any, Any], items: Sequence[Item]) -> None:
        """For those who show the service token: a role is only said, and whoever says nothing has one that may."""
        if query.actor(request).role in MAY and query.shows(request, service.settings.service_token.get_secret_value()):
            known = await names(service, [item["cadre_id"] for item in items])
            for item in items:
                item["name"] = known.get(item["cadre_id"])

    return (
        Resource(
            "/cadres", "cadre_id", "cadre", reading.cadre, CADRE, "cadre_record", "干部", "Cadres", "unknown-cadre", dated=True,
            complete=with_names,
        ),
        Resource("/units", "unit_id", "unit", reading.unit, UNIT, "cadre_record", "单位", "Units", "unknown-unit", dated=True),
    )  # fmt: skip
