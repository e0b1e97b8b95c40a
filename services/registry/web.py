"""What can be read from the registry: /cadres and /units, as they are today or were on a day (`as_of`)."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.access import About, may_read
from contracts.registry import CadreRegistered, UnitRegistered
from services.kernel.caller import Asker, Gate, caller
from services.kernel.resource import Item, Resource
from services.kernel.service import Service
from services.kernel.shapes import DAY, ID, TEXT, maybe, of, one_of
from services.registry import reading
from services.registry.names import names

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


def resources(service: Service, gate: Gate) -> Sequence[Resource]:
    async def with_names(request: Asker, items: Sequence[Item]) -> None:
        """Adds the names that the asker may read; where that takes a warrant and a purpose, each reading is recorded."""
        read = list[Item]()
        for item in items:
            about = About(item["cadre_id"], item["unit_id"])
            verdict = may_read("identity", caller(request).grants, about)
            if verdict == "logged" and caller(request).purpose:
                await gate.may(request, "identity", about)
            elif verdict != "yes":
                continue
            read.append(item)
        known = await names(service, [item["cadre_id"] for item in read]) if read else {}
        for item in read:
            item["name"] = known.get(item["cadre_id"])

    return (
        Resource(
            "/cadres", "cadre_id", "cadre", reading.cadre, CADRE, "cadre_record", "干部", "Cadres", "unknown-cadre", dated=True,
            complete=with_names,
        ),
        Resource("/units", "unit_id", "unit", reading.unit, UNIT, "policy_and_calendar", "单位", "Units", "unknown-unit", dated=True),
    )  # fmt: skip
