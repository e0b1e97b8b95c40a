"""Exports as workbooks and official documents as Word or PDF, made of what the services tell the caller: what they may not read is in none."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from litestar import Response, get
from litestar.params import FromQuery

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
    from services.documents.paper import Paper
    from services.documents.table import Book

MONTH = re.compile(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
AT_ONCE = 4
"""Documents being made."""
Text = FromQuery[str | None]


class Making:
    def __init__(self, settings: Settings) -> None:
        self.settings, self._turn = settings, asyncio.Semaphore(AT_ONCE)

    def day(self, name: str, text: str | None) -> date:
        return query.day(name, text) or today(self.settings.now())

    async def book(self, request: Asker, lang: str | None, gather: Callable[[Gathering], Book]) -> Response[bytes]:
        def make(g: Gathering) -> Made:
            from services.documents.making import of_book

            return of_book(gather(g), g.lang)

        return await self._made(request, lang, make)

    async def paper(self, request: Asker, lang: str | None, form: str | None, gather: Callable[[Gathering], Paper]) -> Response[bytes]:
        meant = cast("Form", query.one_of("form", form, ("docx", "pdf")) or "docx")

        def make(g: Gathering) -> Made:
            from services.documents.making import of_paper

            return of_paper(gather(g), meant)

        return await self._made(request, lang, make)

    async def _made(self, request: Asker, lang: str | None, make: Callable[[Gathering], Made]) -> Response[bytes]:
        language = cast("Language", query.one_of("lang", lang, ("zh", "en")) or "zh")
        ask = asked(request, self.settings.urls)

        def work() -> Made:
            from services.documents.gathering import Gathering
            from services.documents.letterhead import Letterhead

            with ask() as client:
                return make(Gathering(client, language, Letterhead.of(language, self.settings.issuer, self.settings.section)))

        async with self._turn:
            done = await asyncio.to_thread(work)
        return attachment(done.content, done.media_type, done.name)


def handlers(settings: Settings) -> Sequence[Any]:
    making = Making(settings)
    return [*_exports(making), *_documents(making)]


def _exports(making: Making) -> Sequence[Any]:
    @get("/exports/roster", summary="花名册 · Who is who on a day, of a unit or of all that you may see (.xlsx)")
    async def roster(request: Asker, unit: Text = None, as_of: Text = None, lang: Text = None) -> Response[bytes]:
        of, on = query.identifier("unit", unit), making.day("as_of", as_of)
        return await making.book(request, lang, lambda g: g.roster(on, of))

    @get("/exports/attendance-month", summary="考勤月报 · A unit's month (.xlsx)")
    async def attendance(request: Asker, unit: Text = None, month: Text = None, lang: Text = None) -> Response[bytes]:
        of = _needed("unit", unit)
        if month is None or not MONTH.fullmatch(month):
            raise refused("bad-query", "month")
        first = date.fromisoformat(f"{month}-01")
        return await making.book(request, lang, lambda g: g.attendance(of, first))

    @get("/exports/scorecard", summary="单位考评表 · What a unit has to show for a year (.xlsx)")
    async def scorecard(request: Asker, unit: Text = None, year: Text = None, as_of: Text = None, lang: Text = None) -> Response[bytes]:
        of, when, on = _needed("unit", unit), _needed_year(year), query.day("as_of", as_of)
        return await making.book(request, lang, lambda g: g.scorecard(of, when, on))

    @get("/exports/case-file", summary="个人台账 · Everything about one cadre (.xlsx)")
    async def case(request: Asker, cadre: Text = None, year: Text = None, as_of: Text = None, lang: Text = None) -> Response[bytes]:
        of, when, on = _needed("cadre", cadre), _year(year), query.day("as_of", as_of)
        return await making.book(request, lang, lambda g: g.case(of, when, on))

    return [roster, attendance, scorecard, case]


def _documents(making: Making) -> Sequence[Any]:
    @get("/documents/explanation", summary="说明 · An answer explained to the cadre (Word or PDF)")
    async def explanation(
        request: Asker, cadre: Text = None, year: Text = None, as_of: Text = None, dated: Text = None, form: Text = None, lang: Text = None
    ) -> Response[bytes]:
        of, when, on, of_day = _needed("cadre", cadre), _year(year), query.day("as_of", as_of), making.day("dated", dated)
        return await making.paper(request, lang, form, lambda g: g.explanation(of, of_day, when, on))

    @get("/documents/leave-decision", summary="请假审批决定 · The decision about a leave (Word or PDF)")
    async def decision(request: Asker, leave: Text = None, form: Text = None, lang: Text = None) -> Response[bytes]:
        of = _needed("leave", leave)
        return await making.paper(request, lang, form, lambda g: g.leave_decision(of))

    @get("/documents/circular", summary="通报 · The circular about a unit, a draft where none was issued (Word or PDF)")
    async def circular(
        request: Asker, unit: Text = None, year: Text = None, as_of: Text = None, dated: Text = None, form: Text = None, lang: Text = None
    ) -> Response[bytes]:
        of, when, on, of_day = _needed("unit", unit), _needed_year(year), query.day("as_of", as_of), making.day("dated", dated)
        return await making.paper(request, lang, form, lambda g: g.circular(of, when, of_day, on))

    return [explanation, decision, circular]


def _needed(name: str, text: str | None) -> str:
    found = query.identifier(name, text)
    if found is None:
        raise refused("bad-query", name)
    return found


def _year(text: str | None) -> int | None:
    return query.whole("year", text, 0, 1900, 2199) or None


def _needed_year(text: str | None) -> int:
    found = _year(text)
    if found is None:
        raise refused("bad-query", "year")
    return found
