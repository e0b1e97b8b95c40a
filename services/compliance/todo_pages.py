"""`GET /todos`: what is to be done today, from what is kept; of another day, worked out from the facts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import orjson
from litestar import Response, get
from litestar.params import FromQuery, QueryParameter

from contracts.access import About
from contracts.answers import Accountable
from contracts.message import Event
from services.compliance import circulars, law, todos, units
from services.compliance.asking import Asking
from services.compliance.deriving import EVERYTHING
from services.compliance.publishing import rows
from services.compliance.settling import Settling
from services.compliance.shared import Shared
from services.compliance.shown import shown
from services.compliance.todo_table import Conn, Wanted, listed
from services.compliance.todos import Owed
from services.compliance.turns import Turns
from services.kernel import query
from services.kernel.caller import Asker, Gate
from services.kernel.clock import today
from services.kernel.refusal import refused
from services.kernel.service import Service

MOST, USUAL = 500, 100
ROLES: tuple[str, ...] = Accountable.__args__  # type: ignore[attr-defined]
CURSOR = re.compile(r"(infinity|[0-9]{4}-[0-9]{2}-[0-9]{2})\.([a-z_]+-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{16})")
WAITING = 8
"""May wait while the to-dos of another day are worked out: seconds for everybody."""
OF_CADRES = "select subject, line from facts where subject = any(%s)"


class Todos:
    """`_last`: the to-dos of another day that were worked out last, so that the next page of them is there at once."""

    def __init__(self, service: Service, shared: Shared) -> None:
        self.service, self.asking = service, Asking(service.ledger.pool, shared)
        self._turns = Turns(WAITING, "todos-busy")
        self._last: tuple[object, list[Owed]] | None = None

    async def page(self, wanted: Wanted, as_of: date | None, most: int) -> tuple[list[Owed], date]:
        """The first `most`, and the day that they are of."""
        now = today(self.service.clock)
        if as_of is None or as_of == now:
            async with self.asking.still() as conn:
                return await listed(conn, wanted, await self.of_nobody(conn, now), now, most), now
        found = await self._of_another_day(wanted, as_of)
        return [one for one in found if _fits(one, wanted, as_of)][:most], as_of

    async def of_nobody(self, conn: Conn, today: date) -> list[Owed]:
        """Those about no cadre and no unit: calendars that are missing, proposals that wait."""
        return todos.of_calendars(await self.asking.common(conn), today, EVERYTHING) + todos.of_proposals(await _proposing(conn), today)

    async def _of_another_day(self, wanted: Wanted, as_of: date) -> list[Owed]:
        async with self._turns.mine():
            async with self.asking.still() as conn:
                key = as_of, wanted.about, wanted.unit, tuple(sorted((await self.asking.inputs(conn)).items()))
                if self._last and self._last[0] == key:
                    return self._last[1]
                common = await self.asking.common(conn)
                cadres = {c for (c,) in await rows(conn, "select cadre from cadres")}
                if wanted.unit:
                    cadres &= await units.cadres_of(conn, [wanted.unit])
                lines = await rows(conn, OF_CADRES, sorted(cadres if wanted.about is None else cadres & {wanted.about}))
                judged = [u for (u,) in await rows(conn, "select unit from judged_units") if wanted.about in (None, u)]
                tolerating = {u: await circulars.tolerated(conn, u) for u in judged if wanted.unit in (None, u)}
                proposing = await _proposing(conn)
            found = await asyncio.to_thread(_worked_out, common, lines, tolerating, proposing, as_of)
            self._last = key, found
            return found


async def _proposing(conn: Conn) -> list[Event]:
    return [Event.parse(line) for (line,) in await rows(conn, "select line from facts where type = any(%s)", sorted(todos.PROPOSING))]


def _worked_out(
    common: law.Common,
    lines: Sequence[tuple[str, str]],
    tolerating: Mapping[str, Sequence[law.Cadre]],
    proposing: Sequence[Event],
    as_of: date,
) -> list[Owed]:
    own: dict[str, list[Event]] = {}
    for subject, line in lines:
        own.setdefault(subject, []).append(Event.parse(line))
    found = todos.of_calendars(common, as_of, EVERYTHING) + todos.of_proposals(proposing, as_of)
    for cadre, events in own.items():
        found += todos.of(cadre, law.owed(common, law.Cadre.of(cadre, events), as_of, EVERYTHING), as_of)
    for unit, cadres in tolerating.items():
        raised, _ = law.unit_outlook(common, cadres, unit, as_of, EVERYTHING)
        found += todos.of(unit, law.unit_owed(common, unit, as_of, EVERYTHING, raised.values()), as_of)
    return sorted(found, key=lambda one: one.order)


def _fits(one: Owed, wanted: Wanted, as_of: date) -> bool:
    overdue = one.due_on is not None and one.due_on < as_of
    day = "infinity" if one.due_on is None else one.due_on.isoformat()
    return (
        wanted.role in (None, one.role)
        and wanted.unit in (None, one.unit)
        and wanted.about in (None, one.about)
        and (wanted.due_before is None or (one.due_on is not None and one.due_on < wanted.due_before))
        and wanted.overdue in (None, overdue)
        and (wanted.after == "-infinity" or (day, one.id) > (wanted.after, wanted.after_id))
    )


def handlers(service: Service, gate: Gate, kept: Todos, settling: Settling) -> Sequence[Any]:
    @get("/todos", summary="What is to be done by law: by whom, until when, under which article, and which command settles it")
    async def page(
        request: Asker,
        role: FromQuery[str | None] = None,
        unit: FromQuery[str | None] = None,
        cadre: FromQuery[str | None] = None,
        due_before: Annotated[str | None, QueryParameter(description="a day; what has no day is left out")] = None,
        overdue: Annotated[str | None, QueryParameter(description="true: only what is; false: only what is not")] = None,
        as_of: Annotated[str | None, QueryParameter(description="today when absent")] = None,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        most = query.whole("limit", limit, USUAL, 1, MOST)
        late = query.one_of("overdue", overdue, ("true", "false"))
        wanted = Wanted(
            query.one_of("role", role, ROLES),
            query.identifier("unit", unit),
            query.identifier("cadre", cadre),
            query.day("due_before", due_before),
            None if late is None else late == "true",
            *_after(cursor),
        )
        day = query.day("as_of", as_of)
        wanted = await _theirs(gate, request, wanted)
        await settling.answered(request, wanted.about)
        found, on = await kept.page(wanted, day, most + 1)
        items = [shown(todos.shown(one, on)) for one in found[:most]]
        body = {"items": items, "next": _cursor(found[most - 1]) if len(found) > most else None}
        return Response(orjson.dumps(body), media_type="application/json")

    return [page]


async def _theirs(gate: Gate, request: Asker, wanted: Wanted) -> Wanted:
    """Only what the asker may read: of everybody, of their unit (its head: what the head owes), or of themselves."""
    seen, head = gate.scope(request, "findings_about_cadre"), False
    if seen.is_empty:
        seen, head = gate.scope(request, "findings_about_unit"), True
    if seen.sees_all:
        return wanted
    if seen.units and not (seen.cadres and wanted.about in seen.cadres):
        unit = wanted.unit or min(seen.units)
        if unit in seen.units and (not head or wanted.role in (None, "unit_head")):
            return wanted._replace(unit=unit, role="unit_head" if head else wanted.role)
    elif seen.cadres and wanted.about in (None, *seen.cadres):
        return wanted._replace(about=wanted.about or min(seen.cadres))
    await gate.refuse(request, "findings_about_cadre", About(wanted.about, wanted.unit))
    raise AssertionError


def _after(cursor: str | None) -> tuple[str, str]:
    if cursor is None:
        return "-infinity", ""
    found = CURSOR.fullmatch(cursor)
    if found is None:
        raise refused("bad-query", "cursor")
    if found[1] != "infinity":
        query.day("cursor", found[1])
    return found[1], found[2]


def _cursor(last: Owed) -> str:
    return f"{last.due_on or 'infinity'}.{last.id}"
