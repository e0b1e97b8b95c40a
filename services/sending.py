"""Many commands, some hundred in a request. What belongs to one chain (a row of a workbook) follows one after the other, and what follows
a refused command of its chain is not sent: a row is carried out whole, or as far as it came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import httpx

from services.client import Client, Order, Recorded
from services.problems import Problem, problem_of

PAGE = 500
"""Commands in a request: half a second. Much of what it takes is per group that is recorded together."""


def send(client: Client, orders: Iterable[Order], done: Callable[[Order, Recorded | Problem], None]) -> None:
    """`done` hears of each order. Raises Problem when a service stays unavailable; then what is left has not been sent."""
    broken: dict[str, Problem] = {}
    for service, page in _pages(orders):
        sent = [order for order in page if order.chain not in broken]
        for order, outcome in zip(sent, _together(client, service, sent) if sent else (), strict=True):
            if isinstance(outcome, Problem) and order.chain:
                broken[order.chain] = outcome
            done(order, outcome)
        for order in page:
            if order.chain in broken and order not in sent:
                done(order, broken[order.chain])


def _together(client: Client, service: str, orders: Sequence[Order]) -> Iterator[Recorded | Problem]:
    """The outcome of each. One that the service had no time for is sent again alone."""
    items = client.post(service, "/commands", [_said(order) for order in orders])["items"]
    for order, item in zip(orders, items, strict=True):
        if item["status"] < 400:
            recorded = Recorded(tuple(item["events"]), int(item["position"]))
            client.positions[service] = max(client.positions.get(service, 0), recorded.position)
            yield recorded
            continue
        problem = problem_of(httpx.Response(item["status"], json=item["problem"]))
        yield client.command(service, order.command, order.on_behalf_of, order.document, order.key) if problem.unavailable else problem


def _said(order: Order) -> dict[str, Any]:
    data = order.command.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    around = {"on_behalf_of": order.on_behalf_of, "document_no": order.document}
    return {"command": type(order.command).__name__, "data": data, "key": order.key} | {k: v for k, v in around.items() if v}


def _pages(orders: Iterable[Order]) -> Iterator[tuple[str, list[Order]]]:
    """The first of each chain, then the second of each, and so on: in a request no two belong to one chain."""
    step: dict[str, int] = defaultdict(int)
    waves: dict[tuple[int, str], list[Order]] = defaultdict(list)
    for order in orders:
        waves[step[order.chain] if order.chain else 0, order.service].append(order)
        step[order.chain] += 1
    for (_, service), wave in sorted(waves.items(), key=lambda w: w[0][0]):
        for start in range(0, len(wave), PAGE):
            yield service, wave[start : start + PAGE]
