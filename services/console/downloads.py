"""Exports as workbooks and official documents as Word or PDF, made of what the services tell the caller: what they may not read is in none."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from contracts.labels import Language
from services.console.asking import Asker, asked
from services.console.configured import Settings
from services.kernel import query
from services.kernel.clock import today
from services.kernel.download import attachment
from services.kernel.refusal import refused

if TYPE_CHECKING:
    from services.documents.gathering import Gathering
    from services.documents.making import Form, Made

MONTH = re.compile(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
EXPORTS: Mapping[str, tuple[str, ...]] = {
    "roster": ("unit", "as_of"), "attendance-month": ("unit", "month"), "scorecard": ("unit", "year", "as_of"),
    "case-file": ("cadre", "year", "as_of"),
}  # fmt: skip
DOCUMENTS: Mapping[str, tuple[str, ...]] = {
    "explanation": ("cadre", "year", "as_of", "dated"), "leave-decision": ("leave",), "circular": ("unit", "year", "as_of", "dated"),
}  # fmt: skip
NEEDED: Mapping[str, tuple[str, ...]] = {
    "attendance-month": ("unit", "month"), "scorecard": ("unit", "year"), "case-file": ("cadre",), "explanation": ("cadre",),
    "leave-decision": ("leave",), "circular": ("unit", "year"),
}  # fmt: skip
"""What each can be asked, and what has to be said."""
Said = dict[str, Any]


def handlers(settings: Settings) -> Sequence[Any]:
    making = asyncio.Semaphore(4)

    async def made(request: Asker, make: Callable[[Gathering], Made], lang: Language) -> Response[bytes]:
        ask = asked(request, settings.urls)

        def work() -> Made:
            from services.documents.gathering import Gathering
            from services.documents.letterhead import Letterhead

            with ask() as client:
                return make(Gathering(client, lang, Letterhead.of(lang, settings.issuer, settings.section)))

        async with making:
            done = await asyncio.to_thread(work)
        return attachment(done.content, done.media_type, done.name)

    @get("/exports/{name:str}", summary="Roster, month of attendance, scorecard of a unit or file of a cadre as a workbook (.xlsx)")
    async def export(
        request: Asker,
        name: FromPath[str],
        unit: FromQuery[str | None] = None,
        cadre: FromQuery[str | None] = None,
        year: FromQuery[str | None] = None,
        month: FromQuery[str | None] = None,
        as_of: FromQuery[str | None] = None,
        lang: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        given = {"unit": unit, "cadre": cadre, "year": year, "month": month, "as_of": as_of}
        said, now = _said(EXPORTS, name, given), today(settings.now())
        return await made(request, lambda g: _book(g, name, said, now), _lang(lang))

    @get("/documents/{name:str}", summary="Explanation of an answer, decision about a leave or circular about a unit as Word or PDF")
    async def document(
        request: Asker,
        name: FromPath[str],
        unit: FromQuery[str | None] = None,
        cadre: FromQuery[str | None] = None,
        leave: FromQuery[str | None] = None,
        year: FromQuery[str | None] = None,
        as_of: FromQuery[str | None] = None,
        dated: FromQuery[str | None] = None,
        form: FromQuery[str | None] = None,
        lang: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        given = {"unit": unit, "cadre": cadre, "leave": leave, "year": year, "as_of": as_of, "dated": dated}
        said, now = _said(DOCUMENTS, name, given), today(settings.now())
        meant = cast("Form", query.one_of("form", form, ("docx", "pdf")) or "docx")
        return await made(request, lambda g: _paper(g, name, said, now, meant), _lang(lang))

    return [export, document]


def _said(names: Mapping[str, tuple[str, ...]], name: str, given: Mapping[str, str | None]) -> Said:
    """What was asked, read strictly. Raises Refused for what this one cannot be asked, and for what it has to be."""
    if name not in names:
        raise refused("not-found")
    for parameter, text in given.items():
        if text is not None and parameter not in names[name]:
            raise refused("bad-query", parameter)
        if text is None and parameter in NEEDED.get(name, ()):
            raise refused("bad-query", parameter)
    said: Said = {p: query.identifier(p, given.get(p)) for p in ("unit", "cadre", "leave")}
    said |= {p: query.day(p, given.get(p)) for p in ("as_of", "dated")}
    said["year"] = query.whole("year", given.get("year"), 0, 1900, 2199) or None
    if (month := given.get("month")) is not None:
        if not MONTH.fullmatch(month):
            raise refused("bad-query", "month")
        said["month"] = date.fromisoformat(f"{month}-01")
    return said


def _lang(said: str | None) -> Language:
    return cast("Language", query.one_of("lang", said, ("zh", "en")) or "zh")


def _book(g: Gathering, name: str, said: Said, now: date) -> Made:
    from services.documents.making import of_book

    match name:
        case "roster":
            return of_book(g.roster(said["as_of"] or now, said["unit"]), g.lang)
        case "attendance-month":
            return of_book(g.attendance(said["unit"], said["month"]), g.lang)
        case "scorecard":
            return of_book(g.scorecard(said["unit"], said["year"], said["as_of"]), g.lang)
    return of_book(g.case(said["cadre"], said["year"], said["as_of"]), g.lang)


def _paper(g: Gathering, name: str, said: Said, now: date, form: Form) -> Made:
    from services.documents.making import of_paper

    dated = said["dated"] or now
    match name:
        case "explanation":
            return of_paper(g.explanation(said["cadre"], dated, said["year"], said["as_of"]), form)
        case "leave-decision":
            return of_paper(g.leave_decision(said["leave"]), form)
    return of_paper(g.circular(said["unit"], said["year"], dated, said["as_of"]), form)
