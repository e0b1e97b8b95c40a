"""The HTTP face of a service: commands, feed, schemas, health, figures, and the service's own reads. Reads are resources, writes
are commands; every error is a problem+json in both languages."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import orjson
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.openapi.config import OpenAPIConfig
from litestar.params import FromPath

from contracts.message import Fact
from services.kernel import bulk, feed, health, openapi, opening, page, problem, query, reads
from services.kernel.admission import Admission, Agree
from services.kernel.body import read
from services.kernel.caller import Asker, Gate, caller
from services.kernel.deciding import Deciders
from services.kernel.ledger import Outcome
from services.kernel.refusal import Refused, refused
from services.kernel.resource import Resource
from services.kernel.service import Service
from services.kernel.told import Told

LARGEST = 1024 * 1024
"""Bytes of a body."""
PATIENCE = 2.0
"""Seconds that a request waits for a position it names."""

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


OPEN = re.compile(r"GET /(openapi\.json|schemas/.*|health/.*|docs.*|oidc/.*)|POST /sessions")
"""Addresses that ask for no token: what says nothing about anybody, and where one gets a token."""


def create(
    service: Service,
    gate: Gate,
    commands: Sequence[type[Fact]],
    resources: Sequence[Resource] = (),
    handlers: Sequence[Any] = (),
    lifespan: Sequence[Lifespan] = (),
    version: str = "1",
    told: Mapping[str, Told] | None = None,
    deciders: Deciders | None = None,
    agree: Agree | None = None,
) -> Litestar:
    """The application of a service. `gate`: lets requests in. `resources`: what can be read back of what commands act on. `handlers`:
    other reads. `lifespan`: what else starts after the service runs and stops before it does. `told` and `deciders`: for the document.
    `agree`: asked of every command that may be given, before it is decided."""
    document = dict[str, Any]()

    def describe(app: Litestar) -> dict[str, Any]:
        if not document:
            document.update(openapi.document(app, commands, resources, told, deciders))
        return document

    @get("/openapi.json", include_in_schema=False)
    async def described(request: Request[Any, Any, Any]) -> Response[bytes]:
        return Response(orjson.dumps(describe(request.app)), media_type=MediaType.JSON)

    @asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        async with service.running():
            yield

    async def before(request: Request[Any, Any, Any]) -> None:
        if request.scope["query_string"]:
            query.known(request, openapi.parameters(describe(request.app), request.scope["path_template"], request.method))
        if OPEN.fullmatch(f"{request.method} {request.scope['path']}"):
            return
        bearer = gate.known(request)
        await _wait(service, request)
        await gate.admit(request, bearer)

    return Litestar(
        route_handlers=[
            described,
            *_commands(service, gate, commands, resources, agree),
            *page.handlers(),
            *feed.handlers(service, gate),
            *health.handlers(service, gate),
            *reads.handlers(service, gate, resources),
            *opening.handlers(service, gate),
            *handlers,
        ],
        lifespan=[running, *lifespan],
        before_request=before,
        exception_handlers={Exception: problem.handle},
        request_max_body_size=LARGEST,
        openapi_config=OpenAPIConfig(title=f"Taizhang {service.name}", version=version, path="/openapi", render_plugins=[]),
        logging_config=None,
    )


def _commands(
    service: Service, gate: Gate, commands: Sequence[type[Fact]], resources: Sequence[Resource], agree: Agree | None
) -> list[Any]:
    by_name = {c.__name__: c for c in commands}

    async def carry_out(request: Asker, said: bulk.Said) -> Outcome:
        """One command, whether it came alone or among others."""
        name, began, how = type(said.command).__name__, time.perf_counter(), "recorded"
        try:
            outcome = await _execute(service, Admission(gate, request, said.actor, agree), resources, said)
            how = "repeated" if outcome.repeat else "recorded" if outcome.events else "already-true"
            return outcome
        except Exception as error:
            how = problem.known_as(error)
            raise
        finally:
            service.metrics.commands.labels(name, how).inc()
            service.metrics.seconds.observe(time.perf_counter() - began)

    @post("/commands/{name:str}", include_in_schema=False)
    async def command(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
        kind = by_name.get(name)
        if kind is None:
            raise refused("unknown-command")
        try:
            said = await _said(kind, request)
        except Exception as error:
            service.metrics.commands.labels(name, problem.known_as(error)).inc()
            raise
        outcome = await carry_out(request, said)
        return Response(
            orjson.dumps({"events": outcome.events, "position": outcome.position}),
            status_code=201 if outcome.events else 200,
            media_type=MediaType.JSON,
            headers={"Taizhang-Position": f"{service.name}={outcome.position}"},
        )

    return [command, bulk.handler(service, by_name, carry_out)]


async def _said(kind: type[Fact], request: Request[Any, Any, Any]) -> bulk.Said:
    data = await query.of_json(request)
    actor, key, still = query.actor(request, caller(request).bearer.principal), query.idempotency_key(request), query.if_match(request)
    return bulk.Said(read(kind, data), actor, key, still)


async def _execute(service: Service, admission: Admission, resources: Sequence[Resource], said: bulk.Said) -> Outcome:
    try:
        return await service.ledger.execute(said.command, said.actor, said.key, still=said.still, admit=admission.admit)
    except Refused as refusal:
        if refusal.status in (409, 412):
            with suppress(*problem.DATABASE):
                refusal.now = await reads.now(service, resources, said.command, refusal.field)
        raise


async def _wait(service: Service, request: Request[Any, Any, Any]) -> None:
    """A position that is named is waited for."""
    if wanted := query.after(request):
        reached = await asyncio.gather(*(service.reached(source, position, PATIENCE) for source, position in wanted.items()))
        if not all(reached):
            raise refused("not-yet-known")
