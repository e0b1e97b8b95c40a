"""What can be read from assignments: /duties, /tasks, /leaves, /absences, each by cadre, unit and state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Response, get
from litestar.params import FromQuery, QueryParameter

from contracts.message import Event
from services.assignments import reading
from services.kernel import pages, query
from services.kernel.clock import today
from services.kernel.past import Past
from services.kernel.service import Service

State = Annotated[str | None, QueryParameter(name="state")]


def handlers(service: Service) -> list[Any]:
    def leave(first: Event, past: Past) -> reading.Item | None:
        return reading.leave(first, past, today(service.clock))

    return [
        _list(service, "/duties", "duty", reading.duty, reading.DUTY_STATES, "Duties"),
        _list(service, "/tasks", "task", reading.task, reading.TASK_STATES, "Tasks"),
        _list(service, "/leaves", "leave", leave, reading.LEAVE_STATES, "Leaves"),
        _list(service, "/absences", "absence", reading.absence, reading.ABSENCE_STATES, "Absences"),
    ]


def _list(
    service: Service, path: str, kind: str, read: Callable[[Event, Past], reading.Item | None], states: tuple[str, ...], what: str
) -> Any:
    @get(path, name=path, operation_id=f"list_{path[1:]}", summary=f"{what}, by cadre, unit and state ({', '.join(states)})")
    async def items(
        cadre: FromQuery[str | None] = None,
        unit: FromQuery[str | None] = None,
        in_state: State = None,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        query.identifier("cadre", cadre), query.identifier("unit", unit), query.one_of("state", in_state, states)

        def listed(first: Event, past: Past) -> reading.Item | None:
            item = read(first, past)
            return item if item and pages.fits(item, unit_id=unit, state=in_state) else None

        return await pages.page(service, kind, listed, cursor, limit, cadre)

    return items
