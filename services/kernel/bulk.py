"""`POST /commands`: many commands in one request, for a whole workbook or a whole unit. Each is carried out as if it had come alone, with
its own key and its own outcome; every one is tried. Those that touch one cadre or unit follow each other in the order given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import orjson
from litestar import Request, Response, post

from contracts.message import Fact
from services.kernel import problem, query
from services.kernel.body import FieldError, Invalid, read
from services.kernel.caller import caller
from services.kernel.ledger import Outcome, Still
from services.kernel.line import Actor
from services.kernel.refusal import refused
from services.kernel.service import Service

LARGEST = 8 * 1024 * 1024
"""Bytes of a body."""
MOST = 5000
"""Commands in it."""
IN_FLIGHT = 256
LINES = ("application/x-ndjson", "application/jsonl")
FIELDS = frozenset({"command", "data", "key", "if_match", "on_behalf_of", "document_no"})


class Said(NamedTuple):
    """A command with what stands around it."""

    command: Fact
    actor: Actor
    key: str | None
    still: Still | None


Asker = Request[Any, Any, Any]
CarryOut = Callable[[Asker, Said], Awaitable[Outcome]]


def handler(service: Service, by_name: Mapping[str, type[Fact]], carry_out: CarryOut) -> Any:
    @post("/commands", include_in_schema=False, request_max_body_size=LARGEST)
    async def commands(request: Request[Any, Any, Any]) -> Response[bytes]:
        kind = query.content_type(request)
        if kind not in ("application/json", *LINES):
            raise refused("not-json-content-type")
        actor, key = query.actor(request, caller(request).bearer.principal), query.idempotency_key(request)
        items = _lines(await request.body()) if kind in LINES else _list(await request.body())
        if not items:
            raise refused("nothing-given")
        if len(items) > MOST:
            raise refused("too-many-commands")
        said = list[Said | Exception]()
        for n, item in enumerate(items):
            said.append(_said(item, by_name, actor, key and f"{key}.{n}"))
            if n % 100 == 99:
                await asyncio.sleep(0)  # others are not kept waiting by a long list
        outcomes = await _all(service, said, partial(carry_out, request))
        return _told(service, outcomes)

    return commands


def _list(body: bytes) -> list[Any]:
    try:
        items = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise refused("not-json") from None
    if not isinstance(items, list):
        raise Invalid([FieldError("", "not-a-list", "应为列表", "A list is expected")])
    return items


def _lines(body: bytes) -> list[Any]:
    return [_line(line) for line in body.splitlines() if line.strip()]


def _line(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return refused("not-json")


def _said(item: Any, by_name: Mapping[str, type[Fact]], actor: Actor, key: str | None) -> Said | Exception:
    """What the item says, or what is wrong with it."""
    if isinstance(item, Exception):
        return item
    if wrong := list(_wrong(item)):
        return Invalid(wrong)
    command = by_name.get(item["command"])
    if command is None:
        return refused("unknown-command")
    try:
        own = query.acting(actor, item.get("on_behalf_of"), item.get("document_no"))
        named = query.key("key", item["key"]) if "key" in item else query.key("Idempotency-Key", key)
        still = query.matching("if_match", item.get("if_match"))
        return Said(read(command, orjson.dumps(item["data"])), own, named, still)
    except Exception as error:
        if problem.code_of(error) is None:
            raise
        return error


def _wrong(item: Any) -> Iterator[FieldError]:
    if not isinstance(item, dict):
        yield FieldError("", "not-an-object", "应为对象", "An object is expected")
        return
    for name in ("command", "data"):
        if name not in item:
            yield FieldError(name, "missing", "缺少此字段", "This field is missing")
    for name, value in item.items():
        if name not in FIELDS:
            yield FieldError("?", "unknown-field", "没有这个字段", "There is no such field")
        elif name == "data" and not isinstance(value, dict):
            yield FieldError(name, "not-an-object", "应为对象", "An object is expected")
        elif name != "data" and not isinstance(value, str):
            yield FieldError(name, "not-text", "应为文本", "Text is expected")


async def _all(
    service: Service, said: Sequence[Said | Exception], carry_out: Callable[[Said], Awaitable[Outcome]]
) -> list[Outcome | Exception]:
    """As if one after the other: a command waits for those before it that wrote about what it looks at, and for those that looked at
    what it writes about. The rest goes on at once, so that they are recorded together."""
    gate = asyncio.Semaphore(IN_FLIGHT)
    wrote, looked = dict[str, asyncio.Task[Any]](), dict[str, list[asyncio.Task[Any]]]()

    async def one(item: Said, before: Sequence[asyncio.Task[Any]]) -> Outcome | Exception:
        if before:
            await asyncio.wait(before)
        async with gate:
            try:
                return await carry_out(item)
            except Exception as error:
                problem.tell(error, "commands")
                return error if problem.code_of(error) else refused("internal-error")

    tasks = list[asyncio.Task[Outcome | Exception] | Exception]()
    for item in said:
        if isinstance(item, Exception):
            tasks.append(item)
            continue
        written, *seen = service.ledger.subjects(item.command)
        before = [*looked.get(written, ()), *(wrote[s] for s in (written, *seen) if s in wrote)]
        task = asyncio.create_task(one(item, before))
        wrote[written], looked[written] = task, []
        for s in seen:
            looked.setdefault(s, []).append(task)
        tasks.append(task)
    return [await task if isinstance(task, asyncio.Task) else task for task in tasks]


def _told(service: Service, outcomes: Sequence[Outcome | Exception]) -> Response[bytes]:
    items = [_item(outcome) for outcome in outcomes]
    counts = {
        "recorded": sum(item["status"] == 201 for item in items),
        "already_true": sum(item["status"] == 200 for item in items),
        "refused": sum(item["status"] >= 400 for item in items),
    }
    position = max((item["position"] for item in items if "position" in item), default=0)
    headers = {"Taizhang-Position": f"{service.name}={position}"} if position else {}
    body = orjson.dumps({"items": items, **counts, "position": position or None})
    return Response(body, status_code=207, media_type="application/json", headers=headers)


def _item(outcome: Outcome | Exception) -> dict[str, Any]:
    if isinstance(outcome, Exception):
        told = problem.of(outcome)
        return {"status": told["status"], "problem": told}
    return {"status": 201 if outcome.events else 200, "events": outcome.events, "position": outcome.position}
