"""The log over HTTP: the stored lines, in order, as a CloudEvents batch; and the schemas of the events."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any

import orjson
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from contracts.access import NOBODY, About, class_of, may_do, may_read, may_see, of_everybody, table
from contracts.message import Event, facts
from services.kernel.caller import Asker, Caller, Gate, caller
from services.kernel.clock import today
from services.kernel.query import SUBJECT, TYPE, identifier, whole
from services.kernel.refusal import refused
from services.kernel.scope import EVERYBODYS, Scope, reading
from services.kernel.service import Service

MOST = 1000
BYTES = 16 * 1024 * 1024
"""A page ends before it, but has one event at least."""
GAPS = 300
"""Runs of withheld positions that one page names at most: a header has to stay small."""
LINES = """select position, type, line, subject, case when %b then unit_of(subject, %b) end from log where position > %b
  and (%b::text[] is null or type = any(%b)) and (%b::text is null or subject = %b) order by position limit %b"""
OF_A_UNIT = """select position, type, line, subject from log where subject = any ((select seen())::text[]) and position > %b
  and (%b::text[] is null or type = any(%b)) and (%b::text is null or subject = %b) order by position limit %b"""
"""Within a scope: the unit, and those who are in it on the day."""


def handlers(service: Service, gate: Gate) -> list[Any]:
    @get("/feed", summary="Facts after a position, in order; the stored lines as they are published")
    async def feed(
        request: Asker,
        after: FromQuery[str | None] = None,
        kinds: Annotated[list[str] | None, QueryParameter(name="type", description="full type names, several by repeating it")] = None,
        subject: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
        unit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        identifier("subject", subject, SUBJECT), [identifier("type", kind, TYPE) for kind in kinds or ()], identifier("unit", unit)
        start, most = whole("after", after, 0, 0, 2**62), whole("limit", limit, MOST, 1, MOST)
        who = caller(request)
        if unit is not None:
            return _batch(await _of_a_unit(gate, request, unit, (start, kinds, kinds, subject, subject), most))
        if not who.is_machine and not any(may_see(f.event_name(), f.GRANT == "restricted", who.grants) for f in facts().values()):
            await gate.refuse(request, "events_open")
        page = _Page(most, names_withheld=not (kinds or subject))
        narrow, on = not who.is_machine and of_everybody(who.grants) != who.grants, today(service.clock)
        while not page.full:
            async with service.ledger.pool.connection() as c:
                rows = await (await c.execute(LINES, (narrow, on, start, kinds, kinds, subject, subject, most), binary=True)).fetchall()
            for position, kind, line, about, unit in rows:
                page.put(position, line if who.is_machine or _open(kind, about, unit, who) else None)
            if page.lines or len(rows) < most:
                break  # a page is empty at the end of the log alone: whoever reads on until then misses nothing
            start, most = rows[-1][0], MOST
        return _batch(page)

    @get("/reach", summary="How far the log reaches: every fact with a recordedtime up to `at` lies at or before `position`")
    async def reach(request: Asker) -> Response[bytes]:
        if not caller(request).is_machine:
            await gate.may(request, "proofs_and_checkpoints")
        position, at = await service.reach()
        return Response(orjson.dumps({"position": position, "at": at}), media_type="application/json")

    @get("/schemas/{name:str}", summary="JSON Schema of an event")
    async def schema(name: FromPath[str]) -> Response[bytes]:
        found = schema_of(name.removesuffix(".json")) if name.endswith(".json") else None
        if found is None:
            raise refused("unknown-type")
        return Response(found, media_type="application/schema+json")

    return [feed, reach, schema]


class _Page:
    """`names_withheld`: only of the whole log. What is withheld of somebody, or of one kind, would tell that it is there."""

    def __init__(self, most: int, *, names_withheld: bool) -> None:
        self.most, self.names_withheld = most, names_withheld
        self.lines, self.size, self.full = list[bytes](), 0, False
        self.gaps = list[list[int]]()

    def put(self, position: int, line: str | None) -> None:
        """None for one that is withheld."""
        if self.full:
            return
        if line is not None:
            body = line.encode()
            self.full = bool(self.lines) and self.size + len(body) > BYTES
            if not self.full:
                self.lines.append(body)
                self.size += len(body)
                self.full = len(self.lines) == self.most or len(self.gaps) >= GAPS
        elif self.gaps and self.gaps[-1][1] == position - 1:
            self.gaps[-1][1] = position
        elif self.names_withheld:
            self.gaps.append([position, position])

    def withheld(self) -> list[str]:
        return [str(first) if first == last else f"{first}-{last}" for first, last in self.gaps]


def _open(kind: str, about: str, unit: str | None, who: Caller) -> bool:
    """`unit`: of the cadre that it is about, where a grant names somebody. An event of a type that this version does not know is nobody's
    but the services'."""
    fact = facts().get(kind)
    if fact is None:
        return False
    law = table().classes[fact.event_name()] == EVERYBODYS
    whose = About(about, unit) if unit is not None else NOBODY if law else About(unit_id=about)
    return may_see(fact.event_name(), fact.GRANT == "restricted", who.grants, whose)


async def _of_a_unit(gate: Gate, request: Asker, unit: str, asked: tuple[Any, ...], most: int) -> _Page:
    """What whoever imports for the unit may read of it, by the class of each fact, without that being recorded. `asked`: the parameters
    of the query before its limit, the position first."""
    if may_do("import", caller(request).grants, About(unit_id=unit)) == "no":
        await gate.refuse(request, "events_open", About(unit_id=unit))
    page, seen = _Page(most, names_withheld=False), gate.scope(request, "cadre_record")
    of_it = Scope(seen.on, units=frozenset((unit,)), hidden=seen.hidden)
    while not page.full:
        async with reading(gate.service.ledger.pool, gate.service.name, of_it) as c:
            rows = await (await c.execute(OF_A_UNIT, (*asked, most), binary=True)).fetchall()
        for position, kind, line, about in rows:
            page.put(position, line if _imports(kind, line, about, unit, caller(request)) else None)
        if page.lines or len(rows) < most:
            break
        asked, most = (rows[-1][0], *asked[1:]), MOST
    return page


def _imports(kind: str, line: str, about: str, unit: str, who: Caller) -> bool:
    """`about`: the unit, or a cadre of it. What was derived is no import's business: answers tell in their evidence of investigations."""
    fact = facts().get(kind)
    if fact is None or fact.DERIVED:
        return False
    whose = About(unit_id=unit) if about == unit else About(about, unit)
    return may_read(class_of(Event.parse(line).data), who.grants, whose) == "yes"


def _batch(page: _Page) -> Response[bytes]:
    headers = {"Taizhang-Withheld": ",".join(page.withheld())} if page.gaps else {}
    return Response(b"[" + b",".join(page.lines) + b"]", media_type="application/cloudevents-batch+json", headers=headers)


def schema_of(kind: str) -> bytes | None:
    """As committed; from the model where it is not."""
    model = facts().get(kind)
    if model is None:
        return None
    committed = files("contracts") / "schemas" / f"{kind}.json"
    return committed.read_bytes() if committed.is_file() else orjson.dumps(model.model_json_schema())
