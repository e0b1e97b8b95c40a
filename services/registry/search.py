"""`POST /cadres/search`: cadres by name, pinyin or identity number, for those who may know names. What is looked for stands in the body,
never in an address: addresses are logged, kept in histories and passed on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import orjson
import structlog
from litestar import Request, Response, post
from pydantic import ConfigDict, Field, StringConstraints

from contracts.access import About, Grant, may_read
from contracts.message import Id, Part
from contracts.registry import CadreRegistered
from services.kernel import body, pages, problem, query
from services.kernel.caller import Gate, caller
from services.kernel.clock import today
from services.kernel.limits import usable
from services.kernel.resource import Item, Resource
from services.kernel.service import Service
from services.kernel.told import Told
from services.registry.index import Index
from services.registry.names import KINDS, identities

PAUSE = 15.0
"""Seconds between two looks at what was recorded and what was erased; a search looks first."""
TOGETHER = 2000
"""Identities opened at once."""
CHANGED = "select (select position from head), array(select distinct subject from log where position > %b and type = any(%b))"
MOST, USUAL = 100, 20
State = Literal["registered", "exited", "reinstated", "retired", "deceased"]

SAMPLE = {
    "cadre_id": "C0001", "unit_id": "U01", "managed_by": "committee", "category": "professional_technical", "post_grade": 8, "state": "exited",
    "exited_on": "2024-03-01", "post": "校长", "decision_no": "示教组〔2024〕1号", "stream": "cadre-C0001", "version": 2,
    "last_event": "registry/cadre-C0001@2", "name": "王示例",
}  # fmt: skip

log = structlog.get_logger(__name__)


class CadreSearch(Part):
    """Either a name, whole or in part, in characters, pinyin or initials, or an identity number, whole."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    id_number: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z() -]{4,32}$")] | None = None
    unit: Id | None = None
    state: State | None = None
    cursor: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL


def _only(one: str, other: str) -> dict[str, Any]:
    return {"required": [one], "properties": {one: {"type": "string"}, other: {"type": "null"}}}


TOLD = {
    "/cadres/search": Told(
        {"items": [SAMPLE], "next": None},
        ("forbidden",),
        body=(
            usable({**CadreSearch.model_json_schema(), "oneOf": [_only("name", "id_number"), _only("id_number", "name")]}),
            {"name": "wangsl"},
        ),
    )
}


class Search:
    """The index of one process, kept current."""

    def __init__(self, service: Service) -> None:
        self.service, self.index = service, Index()
        self._position, self._refreshing = 0, asyncio.Lock()

    async def run(self) -> None:
        while True:
            try:
                await self.refresh()
                for cadre_id in await asyncio.to_thread(self.service.ledger.vault.erased, CadreRegistered.CLASS):
                    self.index.drop(cadre_id)
            except (*problem.DATABASE, OSError) as error:
                log.warning("the index of names is not current", error=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def refresh(self) -> None:
        """Knows everybody who is registered now."""
        async with self._refreshing:
            async with self.service.ledger.pool.connection() as c:
                row = await (await c.execute(CHANGED, (self._position, KINDS))).fetchone()
            position, changed = row or (0, [])
            for n in range(0, len(changed), TOGETHER):
                await self._know(changed[n : n + TOGETHER])
            self._position = position

    async def _know(self, cadre_ids: list[str]) -> None:
        found = await identities(self.service, cadre_ids)
        for n, cadre_id in enumerate(cadre_ids):
            said = found.get(cadre_id, {})
            if "name" in said:
                self.index.put(cadre_id, said["name"], said.get("id_number"))
            else:
                self.index.drop(cadre_id)
            if n % 100 == 99:
                await asyncio.sleep(0)

    async def page(self, asked: CadreSearch, cadres: Resource, grants: Sequence[Grant]) -> Item:
        """Of those whose names (and numbers, where one is looked for) the grants may read. What is found is opened anew before it is shown: an erased identity is not."""
        await self.refresh()
        found = self.index.named(asked.name) if asked.name else self.index.numbered(asked.id_number or "")
        at, items, on = int(asked.cursor or 0), list[Item](), today(self.service.clock)
        while at < len(found) and len(items) <= asked.limit:
            some = found[at : at + 2 * asked.limit]
            pasts, known = await pages.about(self.service, some), await identities(self.service, some)
            for place, cadre_id in enumerate(some, at):
                item = pages.known(self.service, cadres, cadre_id, pasts[cadre_id], on)
                if cadre_id not in known:
                    self.index.drop(cadre_id)
                elif item and not _may(grants, item, asked.name is None):
                    continue
                elif item and asked.unit in (None, item["unit_id"]) and asked.state in (None, item["state"]):
                    items.append(item | {"name": known[cadre_id].get("name"), "place": place})
            at += len(some)
        following = items[asked.limit]["place"] if len(items) > asked.limit else None
        shown = [{k: v for k, v in item.items() if k != "place"} for item in items[: asked.limit]]
        return {"items": shown, "next": None if following is None else str(following)}


def _may(grants: Sequence[Grant], item: Item, numbered: bool) -> bool:
    about = About(item["cadre_id"], item["unit_id"])
    return may_read("identity", grants, about) == "yes" and not (numbered and may_read("identity_number", grants, about) == "no")


def handler(service: Service, gate: Gate, cadres: Resource) -> tuple[Search, Any]:
    search = Search(service)

    @post("/cadres/search", status_code=200, summary="按姓名、拼音或证件号码查找干部 · Cadres by name, pinyin or identity number")
    async def searched(request: Request[Any, Any, Any]) -> Response[bytes]:
        asked = body.read(CadreSearch, await query.of_json(request))
        if (asked.name is None) == (asked.id_number is None):
            raise body.Invalid([body.FieldError("name", "missing", "请给出 name 或 id_number 之一", "Give either name or id_number")])
        await gate.listing(request, "identity" if asked.name else "identity_number")
        found = orjson.dumps(await search.page(asked, cadres, caller(request).grants))
        return Response(found, media_type="application/json", headers={"Cache-Control": "no-store"})

    return search, searched
