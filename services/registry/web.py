"""What can be read from the registry: /cadres and /units, as they are today or were on a day (`as_of`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import orjson
from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from contracts.message import Event
from services.kernel import pages, query
from services.kernel.clock import today
from services.kernel.past import Past
from services.kernel.refusal import refused
from services.kernel.service import Service
from services.registry import reading
from services.registry.names import MAY, names

CADRE_STATES = ("registered", "exited", "reinstated", "retired", "deceased")
UNIT_STATES = ("open", "merged", "closed")

State = Annotated[str | None, QueryParameter(name="state")]


def handlers(service: Service) -> list[Any]:
    async def with_names(request: Request[Any, Any, Any], items: Sequence[dict[str, Any]]) -> None:
        """For those who show the service token: a role is only said, and whoever says nothing has one that may."""
        if query.actor(request).role in MAY and query.shows(request, service.settings.service_token.get_secret_value()):
            known = await names(service, [item["cadre_id"] for item in items])
            for item in items:
                item["name"] = known.get(item["cadre_id"])

    @get("/cadres", summary="Cadres, by unit and state; with names for those who may know them and show the service token")
    async def cadres(
        request: Request[Any, Any, Any],
        unit: FromQuery[str | None] = None,
        in_state: State = None,
        as_of: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        on = query.day("as_of", as_of) or today(service.clock)
        query.identifier("unit", unit), query.one_of("state", in_state, CADRE_STATES)

        def listed(first: Event, past: Past) -> dict[str, Any] | None:
            item = reading.cadre(past, first.subject, on)
            return item if item and pages.fits(item, unit_id=unit, state=in_state) else None

        return await pages.page(service, "cadre", listed, cursor, limit, complete=partial(with_names, request))

    @get("/cadres/{cadre_id:str}", summary="One cadre")
    async def cadre(request: Request[Any, Any, Any], cadre_id: FromPath[str], as_of: FromQuery[str | None] = None) -> Response[bytes]:
        query.named(cadre_id, "unknown-cadre")
        on = query.day("as_of", as_of) or today(service.clock)
        found = reading.cadre((await pages.about(service, [cadre_id]))[cadre_id], cadre_id, on)
        if found is None:
            raise refused("unknown-cadre")
        await with_names(request, [found])
        return Response(orjson.dumps(found), media_type="application/json")

    @get("/units", summary="Units, by state")
    async def units(
        in_state: State = None,
        as_of: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        on = query.day("as_of", as_of) or today(service.clock)
        query.one_of("state", in_state, UNIT_STATES)

        def listed(first: Event, past: Past) -> dict[str, Any] | None:
            item = reading.unit(past, first.subject, on)
            return item if item and pages.fits(item, state=in_state) else None

        return await pages.page(service, "unit", listed, cursor, limit)

    @get("/units/{unit_id:str}", summary="One unit")
    async def unit_(unit_id: FromPath[str], as_of: FromQuery[str | None] = None) -> Response[bytes]:
        query.named(unit_id, "unknown-unit")
        on = query.day("as_of", as_of) or today(service.clock)
        found = reading.unit((await pages.about(service, [unit_id]))[unit_id], unit_id, on)
        if found is None:
            raise refused("unknown-unit")
        return Response(orjson.dumps(found), media_type="application/json")

    return [cadres, cadre, units, unit_]
