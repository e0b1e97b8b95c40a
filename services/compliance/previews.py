"""`POST /policies/preview`: a draft of the law in, who changes and why out. As one JSON object, or with `Accept: application/x-ndjson` as
lines: `{"done": n, "of": m}` while it works, then a line `{"change": …}` each, and `{"result": …}` last. Whoever hangs up ends the work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

import orjson
import structlog
from litestar import Request, Response, post
from litestar.params import FromQuery
from litestar.response import Stream

from services.compliance import drafts
from services.compliance.asking import Asking
from services.compliance.instants import asked
from services.compliance.previewing import Preview, Previewing
from services.compliance.shared import Shared
from services.kernel import problem, query
from services.kernel.caller import Gate
from services.kernel.clock import today
from services.kernel.ending import end
from services.kernel.knowing import Knowing
from services.kernel.refusal import Refused, refused
from services.kernel.service import Service

LINES = "application/x-ndjson"

log = structlog.get_logger(__name__)


def handlers(service: Service, gate: Gate, shared: Shared) -> Sequence[Any]:
    previewing = Previewing(Asking(service.ledger.pool, shared))
    question = partial(asked, service.clock, Knowing(service))

    @post("/policies/preview", status_code=200, summary="Who would change, and how, if this draft were adopted")
    async def preview(
        request: Request[Any, Any, Any], as_of: FromQuery[str | None] = None, year: FromQuery[str | None] = None
    ) -> Response[bytes] | Stream:
        await gate.may(request, "policy_preview")
        proposed = await _proposed(request)
        day, known_at, of = await question(as_of, None, year)
        try:
            draft = await previewing.judged(proposed, known_at)
        except Refused as refusal:
            refusal.status = 422  # whatever is in force already: here it is the draft that is wrong
            raise
        day = day if as_of else max(today(service.clock), draft.time)
        work = partial(previewing.preview, draft, day, known_at, of if year else None)
        if LINES in request.headers.get("Accept", ""):
            return Stream(_told(work), media_type=LINES)
        made = await _unless_gone(request, work(lambda *_: None))
        return Stream(_whole(made), media_type="application/json")

    return [preview]


async def _proposed(request: Request[Any, Any, Any]) -> Any:
    body = await query.of_json(request)
    if len(body) > drafts.MOST:
        raise refused("body-too-large")
    return drafts.of_json(body)


async def _unless_gone(request: Request[Any, Any, Any], work: Any) -> Preview:
    """The work is given up when nobody waits for it any more."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise refused("bad-request")  # nobody reads it
        return working.result()  # type: ignore[no-any-return]
    finally:
        await end(working, leaving)


async def _gone(request: Request[Any, Any, Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _told(work: Any) -> AsyncIterator[bytes]:
    steps = asyncio.Queue[tuple[int, int] | None]()
    working = asyncio.ensure_future(work(lambda done, of: steps.put_nowait((done, of))))
    working.add_done_callback(lambda _: steps.put_nowait(None))
    try:
        while (step := await steps.get()) is not None:
            yield orjson.dumps({"done": step[0], "of": step[1]}) + b"\n"
        try:
            made = working.result()
        except Exception as error:  # the status has been sent: what went wrong is the last line
            refusal = problem.code_of(error)
            if refusal is None:
                log.exception("preview failed", error=type(error).__name__, where=problem.where(error))
            yield orjson.dumps({"problem": problem.problem(refusal or refused("internal-error"))}) + b"\n"
            return
        for change in _changes(made):
            yield b'{"change":' + change.rstrip(b"\n") + b"}\n"
        yield orjson.dumps({"result": made.told}) + b"\n"
    finally:
        await end(working)


async def _whole(made: Preview) -> AsyncIterator[bytes]:
    yield orjson.dumps(made.told)[:-1] + b',"changes":['
    for i, change in enumerate(_changes(made)):
        yield (b"," if i else b"") + change.rstrip(b"\n")
    yield b"]}"


def _changes(made: Preview) -> Any:
    made.changes.seek(0)
    with made.changes as lines:
        yield from lines
