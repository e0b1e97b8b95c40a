"""The services' own HTTP, as a program uses it that writes and then reads what it wrote.

    with Client(urls, token) as client:
        client.command("registry", CompleteRetirement(cadre_id="C0001", completed_on=date(2026, 3, 1)))

A command that did not get through is sent again under the same key, so that it has effect once. The positions of what was
written are remembered and passed on: whatever is asked of another service afterwards is answered from a state that knows it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx
import orjson
import uvloop

from contracts.message import Event, Fact
from services.problems import Problem, problem_of

T = TypeVar("T")
ONE_EACH = httpx.Limits(max_connections=3, max_keepalive_connections=3)  # a connection for each service
TLS = cache(partial(httpx.create_ssl_context, trust_env=False))  # one for all: it takes longer to make than most requests
_FOLLOWS = {"registry": ("registry",), "assignments": ("registry", "assignments"), "compliance": ("registry", "assignments", "compliance")}
"""Whose facts a service knows; of others it cannot tell how far it has read."""
_AGAIN = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Recorded:
    """Event ids, none when it was already true, and the position of the service's log that holds them."""

    events: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Order:
    """One command of many. Those of one `lane` (a cadre, a unit) are carried out one after the other, in order. In a lane, what
    follows a refused command of the same `chain` is not sent, and refused with it."""

    service: str
    command: Fact
    lane: str
    on_behalf_of: str | None = None
    document: str | None = None
    key: str = field(default_factory=lambda: uuid4().hex)
    chain: str = ""


class Client:
    """`tries` of one request span the restart of a service: seven seconds. `role` and `unit` choose where the token holds several;
    `actor`: for whom a program with the instance's own token enters something."""

    def __init__(
        self,
        urls: Mapping[str, str],
        token: str = "",
        actor: str | None = None,
        role: str | None = None,
        unit: str | None = None,
        in_flight: int = 16,
        tries: int = 8,
        purpose: str | None = None,
    ) -> None:
        """`purpose`: why what is recorded when it is read is read (review, decision, audit, correction, request, duty)."""
        self.urls = {service: url.rstrip("/") for service, url in urls.items()}
        self.positions: dict[str, int] = {}
        """By service: what the caller wrote or read, hence what later answers must know."""
        said = {"Taizhang-Actor": actor, "Taizhang-Role": role, "Taizhang-Unit": unit}
        self._headers = {name: value for name, value in said.items() if value is not None}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        if purpose:
            self._headers["Taizhang-Purpose"] = purpose
        self._in_flight, self._tries = in_flight, tries
        # a connection each: one pool of many looks at all of them for every request
        self._idle = [self._connection() for _ in range(in_flight)]
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="taizhang-client", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for http in self._idle:
            self._wait(http.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def command(
        self,
        service: str,
        model: Fact,
        on_behalf_of: str | None = None,
        document: str | None = None,
        key: str | None = None,
        after: Mapping[str, int] | None = None,
    ) -> Recorded:
        """Raises Problem. `on_behalf_of`: the role whose act it is, when it is not the caller's; then `document` names the paper."""
        order = Order(service, model, "", on_behalf_of, document, key or uuid4().hex)
        return self._wait(self._carry_out(order, after or self.positions))

    def commands(self, orders: Iterable[Order], done: Callable[[Order, Recorded | Problem], None]) -> None:
        """Many at a time, each lane in order; after a refusal the rest of its lane is still tried. `done` hears of each, from
        another thread, one at a time. Raises Problem when services stay unavailable; then what is left has not been sent."""
        self._wait(self._carry_out_all(list(orders), done))

    def get(self, service: str, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """A resource as JSON, at least as new as what was written. Raises Problem."""
        response = self._wait(self._request("GET", service, path, params=params, after=self.positions))
        return orjson.loads(response.content)

    def post(self, service: str, path: str, said: object) -> Any:
        """JSON for JSON, answered from a state that knows what was written. It may be sent again. Raises Problem."""
        others = {name: position for name, position in self.positions.items() if name != service}
        body, headers = orjson.dumps(said).decode(), {"Content-Type": "application/json"}
        response = self._wait(self._request("POST", service, path, content=body, headers=headers, after=others))
        return orjson.loads(response.content)

    def items(self, service: str, path: str, params: Mapping[str, str | int] | None = None) -> Iterator[dict[str, Any]]:
        """All of a list, page by page."""
        cursor: str | int | None = None
        while True:
            page = self.get(service, path, dict(params or {}) | ({"cursor": cursor} if cursor is not None else {}))
            yield from page["items"]
            cursor = page.get("next")
            if cursor is None:
                return

    def answers(self, **filters: str | int) -> Iterator[dict[str, Any]]:
        return self.items("compliance", "/answers", filters)

    def feed(self, service: str, after: int = 0, types: Iterable[type[Fact]] = (), unit: str | None = None) -> Iterator[Event]:
        """Facts of a service in order, from the one after `after` to the last that there is; or of a unit, for its branch."""
        said = {"limit": 1000, "type": [kind.type() for kind in types]} | ({"unit": unit} if unit else {})
        while True:
            params: dict[str, Any] = said | {"after": after}
            batch = self.get(service, "/feed", params)
            for line in batch:
                yield Event.of(line)
            if not batch:
                return
            after = int(batch[-1]["sequence"])

    async def _carry_out_all(self, orders: list[Order], done: Callable[[Order, Recorded | Problem], None]) -> None:
        lanes: dict[tuple[str, str], list[Order]] = {}
        for order in orders:
            lanes.setdefault((order.service, order.lane), []).append(order)
        gate = asyncio.Semaphore(self._in_flight)
        before = dict(self.positions)

        async def lane(own: list[Order]) -> None:
            broken: dict[str, Problem] = {}
            for order in own:
                if order.chain in broken:
                    done(order, broken[order.chain])
                    continue
                async with gate:
                    try:
                        outcome: Recorded | Problem = await self._carry_out(order, before)
                    except Problem as problem:
                        if problem.unavailable:
                            raise
                        outcome = problem
                        if order.chain:
                            broken[order.chain] = problem
                done(order, outcome)

        tasks = [asyncio.ensure_future(lane(own)) for own in lanes.values()]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry_out(self, order: Order, after: Mapping[str, int]) -> Recorded:
        headers = {"Idempotency-Key": order.key, "Content-Type": "application/json"}
        if order.on_behalf_of:
            headers["Taizhang-On-Behalf-Of"] = order.on_behalf_of
        if order.document:
            headers["Taizhang-Document-No"] = quote(order.document)
        body = order.command.model_dump_json(exclude_unset=True, exclude_none=True)
        others = {service: position for service, position in after.items() if service != order.service}
        response = await self._request(
            "POST", order.service, f"/commands/{type(order.command).__name__}", content=body, headers=headers, after=others
        )
        said = orjson.loads(response.content)
        recorded = Recorded(tuple(said["events"]), int(said["position"]))
        self.positions[order.service] = max(self.positions.get(order.service, 0), recorded.position)
        return recorded

    async def _request(
        self,
        method: str,
        service: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        content: str | None = None,
        headers: Mapping[str, str] | None = None,
        after: Mapping[str, int],
    ) -> httpx.Response:
        sent = dict(headers or {})
        known = {name: position for name, position in sorted(after.items()) if name in _FOLLOWS[service]}
        if known:
            sent["Taizhang-After"] = ", ".join(f"{name}={position}" for name, position in known.items())
        problem: Problem | None = None
        for attempt in range(self._tries):
            if attempt:
                await asyncio.sleep(min(0.05 * 2**attempt, 2.0))
            try:
                response = await self._send(method, self.urls[service] + path, params=params, content=content, headers=sent)
            except httpx.TransportError:
                problem = Problem(0, "unreachable", f"无法连接 {service} 服务", f"the {service} service cannot be reached")
                continue
            if response.status_code < 400:
                return response
            problem = problem_of(response)
            if response.status_code not in _AGAIN:
                break
        assert problem is not None
        raise problem

    async def _send(self, method: str, url: str, **said: Any) -> httpx.Response:
        http = self._idle.pop() if self._idle else self._connection()
        try:
            return await http.request(method, url, **said)
        finally:
            self._idle.append(http)

    def _connection(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=30, limits=ONE_EACH, headers=self._headers, trust_env=False, verify=TLS())

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
