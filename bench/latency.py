"""The whole way of a fact: an absence is recorded over HTTP, the changed answer arrives at somebody else's NATS subscriber."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import nats
import orjson

from bench.figures import Figure
from contracts.assignments import AssignDuty, RecordAbsence
from contracts.registry import RegisterCadre, RegisterExit, RegisterUnit
from services.client import Client, Order
from services.local.supervisor import Taizhang

FIGURES = ("startup", "http-command", "latency-p50", "latency-p99")
CADRES, WARM = 300, 20


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="taizhang-bench-") as folder:
        begun = time.perf_counter()
        with Taizhang(Path(folder)) as t:
            startup = time.perf_counter() - begun
            if "startup" in wanted:
                yield Figure("startup", startup, "s")
            with Client(t.urls, t.token) as client:
                rate = _district(client)
            if "http-command" in wanted:
                yield Figure("http-command", rate, "commands/s")
            if {"latency-p50", "latency-p99"} & wanted:
                delays = sorted(asyncio.run(_delays(t)))
                p50, p99 = statistics.median(delays), delays[int(len(delays) * 0.99)]
                yield Figure("latency-p50", p50, "ms", limit=15, ratio=p50 / 15, promise="≤ 15 ms", kept=p50 <= 15)
                yield Figure("latency-p99", p99, "ms", limit=60, ratio=p99 / 60, promise="≤ 60 ms", kept=p99 <= 60)


def _district(client: Client) -> float:
    """A unit, cadres who left a post, a duty each; commands a second."""
    client.command("registry", RegisterUnit.model_validate({"unit_id": "U1", "name": "甲校", "kind": "school"}))
    ids = [f"C{n:04}" for n in range(CADRES)]
    orders = []
    for c in ids:
        registered = RegisterCadre.model_validate(
            {"cadre_id": c, "unit_id": "U1", "managed_by": "committee", "category": "professional_technical", "private": {"name": "某某"}}
        )
        left = RegisterExit(cadre_id=c, unit_id="U1", post="校长", reason="age", exited_on=date(2023, 9, 1), decision_no="1号")
        orders += [Order("registry", registered, c), Order("registry", left, c)]
    begun = time.perf_counter()
    refused: list[Any] = []
    client.commands(orders, lambda o, r: refused.append(r) if isinstance(r, Exception) else None)
    rate = len(orders) / (time.perf_counter() - begun)
    duties = [
        Order("assignments", AssignDuty.model_validate({"duty_id": f"D-{c}", "cadre_id": c, "category": "policy_lecturing", "host_unit_id": "U1", "from": date(2023, 9, 15)}), c)
        for c in ids
    ]  # fmt: skip
    client.commands(duties, lambda o, r: refused.append(r) if isinstance(r, Exception) else None)
    assert not refused, refused[:3]
    client.get("compliance", "/answers", {"limit": 1})
    return rate


async def _delays(t: Taizhang) -> list[float]:
    """Milliseconds from the recordedtime of an absence to the arrival of the answer that it changes, one at a time on an idle machine."""
    nc = await nats.connect(t.nats_url)
    heard: dict[str, asyncio.Future[float]] = {}

    async def arrived(message: Any) -> None:
        now = time.time()
        event = orjson.loads(message.data)
        waiting = heard.get(event["subject"])
        if waiting and not waiting.done() and event["data"]["outcome"] == "ineligible":
            waiting.set_result(now)

    await nc.subscribe("taizhang.compliance.PromotionEligibilityDerived.*", cb=arrived)
    await nc.flush()
    delays = []
    shown = {"Authorization": f"Bearer {t.token_for('branch:U1', 'auditor')}"}
    async with httpx.AsyncClient(trust_env=False, headers=shown) as http:
        for n in range(CADRES):
            cadre = f"C{n:04}"
            absence = RecordAbsence.model_validate(
                {"absence_id": f"A-{cadre}", "cadre_id": cadre, "unit_id": "U1", "from": date(2024, 9, 23), "until": date(2024, 10, 17)}
            )
            heard[cadre] = asyncio.get_running_loop().create_future()
            body = absence.model_dump_json(exclude_unset=True)
            response = await http.post(
                f"{t.urls['assignments']}/commands/RecordAbsence", content=body, headers={"Content-Type": "application/json"}
            )
            response.raise_for_status()
            at = await asyncio.wait_for(heard[cadre], 5)
            feed = await http.get(f"{t.urls['assignments']}/feed", params={"after": response.json()["position"] - 1, "limit": 1})
            recorded = datetime.fromisoformat(feed.json()[0]["recordedtime"]).timestamp()
            if n >= WARM:
                delays.append(1000 * (at - recorded))
            await asyncio.sleep(0.01)
    await nc.close()
    return delays
