"""Who is behind: streams behind their logs, followers behind what they follow, subjects that are parked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
from psycopg.conninfo import make_conninfo

from services.local.check import Check, State
from services.local.instance import Instance
from services.local.nats import READS, stream

PAUSE = 1.0
"""Seconds between two looks: behind is who lags and does not move."""


def lags(instance: Instance) -> Iterator[Check]:
    """Who is behind, and has not moved between two looks: a stream behind its log, a follower behind what it follows."""
    first = _positions(instance)
    behind = {key for key, (at, end) in first.items() if at < end}
    if behind:
        time.sleep(PAUSE)
    second = _positions(instance) if behind else first
    for (who, whose), (at, end) in second.items():
        is_stuck = (who, whose) in behind and at < end and at <= first[who, whose][0]
        name_zh, name_en = (
            (f"{whose} 的消息流", f"the stream of {whose}") if who == "stream" else (f"{who} 对 {whose} 的跟进", f"{who} following {whose}")
        )
        zh, en = f"{name_zh}在第 {at} 条，台账到第 {end} 条", f"{name_en} is at {at}, the log at {end}"
        name = f"{who}-{whose}"
        if who == "stream" and at > end:
            yield Check(name, "wrong", f"{zh}：数据库是否被恢复过？", f"{en}: was the database restored?")
        else:
            yield Check(name, "wrong" if is_stuck else "ok", zh, en)
    for service, parked in _parked(instance):
        state: State = "wrong" if parked else "ok"
        yield Check(f"parked-{service}", state, f"{service} 有 {parked} 个对象的事实待处理", f"{service} has parked {parked} subjects")


def _positions(instance: Instance) -> dict[tuple[str, str], tuple[int, int]]:
    """(`stream` or follower, whose log) → (its position, the log's)."""
    assert instance.admin_dsn
    reached, ends = dict[tuple[str, str], int](), dict[str, int]()
    for service in READS.keys() & instance.urls.keys():
        with psycopg.connect(make_conninfo(instance.admin_dsn, dbname=service), connect_timeout=3) as c:
            row = c.execute("select position from head").fetchone()
            ends[service] = row[0] if row else 0
            reached |= {(service, source): 0 for source in READS.get(service, ()) if source != service}
            for source, at in c.execute("select source, position from positions"):
                reached[service, source] = at
    if instance.monitor_url:
        try:
            jsz = monitored(f"{instance.monitor_url.split(',')[0]}/jsz?streams=true")
            details = [s for account in jsz.get("account_details", []) for s in account.get("stream_detail", [])]
            last = {s["name"]: int(s["state"]["last_seq"]) for s in details}
            reached |= {("stream", service): last.get(stream(service), 0) for service in ends}
        except (httpx.HTTPError, ValueError, KeyError):
            pass  # said by the check of the bus
    return {(who, whose): (at, ends[whose]) for (who, whose), at in reached.items() if whose in ends}


def _parked(instance: Instance) -> Iterator[tuple[str, int]]:
    assert instance.admin_dsn
    for service in instance.urls:
        if READS.get(service):
            with psycopg.connect(make_conninfo(instance.admin_dsn, dbname=service), connect_timeout=3) as c:
                row = c.execute("select count(distinct subject) from parked").fetchone()
                yield service, row[0] if row else 0


def monitored(url: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(url, timeout=3, trust_env=False).raise_for_status().json()
    return found
