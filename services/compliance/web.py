"""What compliance answers: eligibility on a day as known at an instant, the answers that were published, and their facts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import orjson
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from contracts.access import About
from services.compliance import withheld
from services.compliance.asking import Asking
from services.compliance.instants import asked
from services.compliance.publishing import rows
from services.compliance.settling import Settling
from services.compliance.shared import Shared
from services.compliance.shown import shown
from services.kernel import query
from services.kernel.caller import Asker, Gate, caller
from services.kernel.clock import today
from services.kernel.knowing import Knowing
from services.kernel.refusal import refused
from services.kernel.scope import reading
from services.kernel.service import Service

MOST = 500
PROMOTION = ("eligible", "ineligible", "undetermined", "out_of_scope")
APPRAISAL = ("eligible", "ineligible", "no_grade", "undetermined", "not_applicable")


def handlers(service: Service, gate: Gate, shared: Shared, settling: Settling) -> Sequence[Any]:
    asking = Asking(service.ledger.pool, shared)
    question = partial(asked, service.clock, Knowing(service))

    @get("/cadres/{cadre_id:str}/answer", summary="Promotion and appraisal of a cadre, as of a day, as known at an instant, for a year")
    async def answer(
        request: Asker,
        cadre_id: FromPath[str],
        as_of: FromQuery[str | None] = None,
        known_at: FromQuery[str | None] = None,
        year: FromQuery[str | None] = None,
        explain: Annotated[str | None, QueryParameter(description="true: also which acts would change the answer")] = None,
    ) -> Response[bytes]:
        explained = query.one_of("explain", explain, ("true", "false")) == "true"
        wanted = await question(as_of, known_at, year)
        about = await gate.cadre(request, "answers", cadre_id, wanted.as_of)
        if explained:
            await gate.may(request, "explanation", about)
        found = await asking.answer(cadre_id, *wanted, explain=explained)
        form = withheld.answer(shown(found), caller(request).grants, about)
        if withheld.tells_of_investigation(form):
            await gate.noted(request, "investigation", about)
        return _json(orjson.dumps(form))

    @get("/units/{unit_id:str}/answer", summary="Findings and scorecard of a unit for a year (Article 9)")
    async def unit(
        request: Asker,
        unit_id: FromPath[str],
        as_of: FromQuery[str | None] = None,
        known_at: FromQuery[str | None] = None,
        year: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        if not query.ID.fullmatch(unit_id):
            raise refused("unknown-unit")
        await gate.may(request, "unit_scorecard", About(unit_id=unit_id))
        return _json(orjson.dumps(shown(await asking.unit(unit_id, *await question(as_of, known_at, year)))))

    @get("/units/{unit_id:str}/workdays", summary="The days of a year that are worked in a unit: statutory ones less its school vacations")
    async def workdays(
        unit_id: FromPath[str],
        as_of: FromQuery[str | None] = None,
        known_at: FromQuery[str | None] = None,
        year: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        query.named(unit_id, "unknown-unit")
        about = await question(as_of, known_at, year)
        calendar, days = await asking.workdays(unit_id, *about)
        return _json(orjson.dumps({"unit_id": unit_id, **about._asdict(), "calendar": calendar, "workdays": days}))

    @get("/cadres/{cadre_id:str}/answers", summary="The answers about a cadre that were published, newest first")
    async def history(
        request: Asker, cadre_id: FromPath[str], cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
    ) -> Response[bytes]:
        before, most = query.whole("cursor", cursor, 2**62, 1, 2**62), query.whole("limit", limit, 100, 1, MOST)
        lines = (
            "select position, line from log where subject = %s and position < %s and (stream like 'promotion-%%' or stream like 'appraisal-%%') "
            "order by position desc limit %s"
        )
        about = await gate.cadre(request, "answers", cadre_id)
        await settling.answered(request, cadre_id)
        async with reading(service.ledger.pool, service.name, gate.scope(request, "answers")) as conn:
            found = await rows(conn, lines, cadre_id, before, most + 1)
        grants = caller(request).grants
        if withheld.told_of_investigation([line for _, line in found[:most]], grants, about):
            await gate.noted(request, "investigation", about)
        return _page([withheld.line(line, grants, about) for _, line in found[:most]], found[most - 1][0] if len(found) > most else None)

    @get(
        "/cadres/{cadre_id:str}/facts",
        summary="The facts about a cadre that answers rest on, of all services; what needs a purpose is withheld without one, and named",
    )
    async def facts(
        request: Asker, cadre_id: FromPath[str], cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
    ) -> Response[bytes]:
        skip, most = query.whole("cursor", cursor, 0, 0, 10**6), query.whole("limit", limit, 100, 1, MOST)
        lines = "select line from facts where subject = %s and type = any(%s) order by recordedtime, source, position offset %s limit %s"
        about = await gate.cadre(request, "cadre_record", cadre_id)
        kinds, left_out = await _readable(gate, request, about)
        async with reading(service.ledger.pool, service.name, gate.scope(request, "cadre_record")) as conn:
            found = await rows(conn, lines, cadre_id, list(kinds), skip, most + 1)
        told = withheld.told([line for (line,) in found[:most]], caller(request).grants, about, left_out)
        page = _page(told, skip + most if len(found) > most else None)
        if left_out:
            page.headers["Taizhang-Withheld"] = ",".join(left_out)
        return page

    @get("/answers", summary="The present answers, filtered: ?promotion=ineligible, or ?appraisal=ineligible&year=2025, or a cadre")
    async def answers(
        request: Asker,
        promotion: FromQuery[str | None] = None,
        appraisal: FromQuery[str | None] = None,
        year: FromQuery[str | None] = None,
        cadre: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        about, outcome = _filter(promotion, appraisal, year)
        after, most = query.identifier("cursor", cursor) or "", query.whole("limit", limit, 100, 1, MOST)
        wanted = query.identifier("cadre", cadre)
        found_query = (
            "select cadre, about, outcome, codes, event_id, as_of from answers where about = %s and (%s::text is null or outcome = %s) "
            "and (%s::text is null or cadre = %s) and cadre > %s order by cadre limit %s"
        )
        seen = await gate.listing(request, "answers")
        await settling.answered(request, wanted)
        async with reading(service.ledger.pool, service.name, seen) as conn:
            found = await rows(conn, found_query, about, outcome, outcome, wanted, wanted, after, most + 1)
        let = await gate.visible(request, "answers", {row[0] for row in found}, today(service.clock))
        items = [
            {"cadre_id": c, "about": a, "outcome": o, "codes": codes, "event_id": e, "as_of": day.isoformat()}
            for c, a, o, codes, e, day in found[:most]
            if c in let
        ]
        return _json(orjson.dumps({"items": items, "next": found[most - 1][0] if len(found) > most else None}))

    return [answer, unit, workdays, history, facts, answers]


async def _readable(gate: Gate, request: Asker, about: About) -> tuple[list[str], list[str]]:
    """The types of facts that the asker may read of somebody, and the classes left out for want of a purpose. What is recorded as read
    is recorded now."""
    kinds = withheld.kinds(caller(request).grants, about)
    sensitive = sorted({what for what, verdict in kinds.values() if verdict == "logged"})
    if query.purpose(request):
        for what in sensitive:
            await gate.may(request, what, about)
        return list(kinds), []
    return [kind for kind, (what, _) in kinds.items() if what not in sensitive], sensitive


def _filter(promotion: str | None, appraisal: str | None, year: str | None) -> tuple[str, str | None]:
    """What the list is about: promotion, or the appraisal of a year."""
    query.one_of("promotion", promotion, PROMOTION)
    query.one_of("appraisal", appraisal, APPRAISAL)
    if promotion and (appraisal or year):
        raise refused("bad-query", "promotion")
    if appraisal and not year:
        raise refused("bad-query", "year")
    return (str(query.whole("year", year, 0, 1900, 2200)), appraisal) if year else ("promotion", promotion)


def _json(body: bytes) -> Response[bytes]:
    return Response(body, media_type="application/json")


def _page(lines: Sequence[str], following: int | None) -> Response[bytes]:
    """Items are stored lines, as they are."""
    return _json(
        b'{"items":[' + ",".join(lines).encode() + b'],"next":' + orjson.dumps(None if following is None else str(following)) + b"}"
    )
