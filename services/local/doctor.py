"""`taizhang doctor`: what is wrong with the running instance, in words."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import psycopg

from services.local.check import Check
from services.local.instance import Instance, find, place
from services.local.lagging import lags, monitored
from services.local.service import missing

SKEW = 2.0
"""Seconds between the clocks of application and database that are too many."""
ROOM = 1_000_000_000
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on"}


def diagnose(instance: Instance) -> list[Check]:
    """Every check; a part that does not answer is `down`, and what only it could tell is left out."""
    found = [check for service, url in instance.urls.items() for check in _service(service, url)]
    found += _bus(instance.monitor_url)
    found += _database(instance)
    found += _room(Path(instance.data))
    return found


def run(output: str) -> int:
    """The exit status: 0 all is ready, 1 something is wrong, 5 something does not answer or nothing runs."""
    instance = find()
    checks = (
        diagnose(instance)
        if instance
        else [
            Check("instance", "down", f"没有正在运行的台账({place()})", f"no instance is running ({place()}): start one with `taizhang up`")
        ]
    )
    states = {check.state for check in checks}
    if output == "table":
        _table(checks)
    elif output == "json":
        print(json.dumps({"ready": states == {"ok"}, "checks": [asdict(c) for c in checks]}, ensure_ascii=False, indent=1))
    else:
        for check in checks:
            print(json.dumps(asdict(check), ensure_ascii=False))
    return 5 if "down" in states else 1 if "wrong" in states else 0


def _service(service: str, url: str) -> Iterator[Check]:
    try:
        answer = httpx.get(f"{url}/health/ready", timeout=3, trust_env=False)
    except httpx.HTTPError:
        yield Check(service, "down", f"{service} 没有回应 {url}", f"{service} does not answer at {url}")
        return
    if answer.status_code == 200:
        yield Check(service, "ok", f"{service} 已就绪", f"{service} is ready")
    else:
        yield Check(
            service,
            "wrong",
            f"{service} 尚未就绪({missing(answer.content, 'zh')})",
            f"{service} is not ready ({missing(answer.content, 'en')})",
        )


def _bus(monitor: str | None) -> Iterator[Check]:
    if not monitor:
        yield Check(
            "nats-sync",
            "wrong",
            "不知道 NATS 的监控地址：请设 TAIZHANG_NATS_MONITOR",
            "the monitoring port of NATS is unknown: set TAIZHANG_NATS_MONITOR",
        )
        return
    for url in monitor.split(","):
        try:
            health = httpx.get(f"{url}/healthz", timeout=3, trust_env=False)
            config = monitored(f"{url}/jsz").get("config") or {}
        except (httpx.HTTPError, ValueError):
            yield Check("nats", "down", f"NATS 没有回应 {url}", f"NATS does not answer at {url}")
            continue
        if health.status_code == 200:
            yield Check("nats", "ok", "NATS 已就绪", "NATS is ready")
        else:
            yield Check(
                "nats",
                "wrong",
                f"NATS 不健康({health.status_code})",
                f"NATS is unhealthy ({health.status_code}): JetStream needs a restart or room",
            )
        if config.get("sync_always"):
            yield Check("nats-sync", "ok", "NATS 落盘之后才确认", "NATS acknowledges what is on disk")
        else:
            yield Check(
                "nats-sync",
                "wrong",
                "NATS 在落盘之前就确认：请设 sync_interval: always",
                "NATS acknowledges before the disk has it: set jetstream { sync_interval: always }",
            )


def _database(instance: Instance) -> Iterator[Check]:
    if not instance.admin_dsn:
        return
    try:
        with psycopg.connect(instance.admin_dsn, connect_timeout=3) as c:
            yield Check("postgres", "ok", "PostgreSQL 已就绪", "PostgreSQL is ready")
            yield from _durable(c)
            yield _skew(c)
        yield from lags(instance)
    except psycopg.OperationalError:
        yield Check("postgres", "down", "PostgreSQL 没有回应", "PostgreSQL does not answer")


def _durable(c: psycopg.Connection[Any]) -> Iterator[Check]:
    for name, wanted in DURABLE.items():
        row = c.execute("select current_setting(%s)", (name,)).fetchone()
        is_so = row is not None and row[0] == wanted
        yield (
            Check(name, "ok", f"{name} 已打开", f"{name} is on")
            if is_so
            else Check(
                name,
                "wrong",
                f"{name} 已关闭：断电会丢失已确认的记录",
                f"{name} is {row and row[0]}: a power cut loses what was acknowledged",
            )
        )


def _skew(c: psycopg.Connection[Any]) -> Check:
    before = time.time()
    row = c.execute("select extract(epoch from clock_timestamp())::float8").fetchone()
    assert row
    skew = row[0] - (before + time.time()) / 2
    if abs(skew) > SKEW:
        return Check("clock", "wrong", f"数据库与本机时钟相差 {skew:+.1f} 秒", f"the clock of the database differs by {skew:+.1f} s")
    return Check("clock", "ok", "时钟一致", "the clocks agree")


def _room(data: Path) -> Iterator[Check]:
    free = shutil.disk_usage(data).free
    zh, en = f"磁盘剩余 {free / 1e9:.1f} GB", f"{free / 1e9:.1f} GB of disk are free"
    yield Check("disk", "wrong" if free < ROOM else "ok", zh, en)


def _table(checks: list[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    for fold in ("", "", "fold"):
        table.add_column(overflow="fold", no_wrap=not fold)
    mark = {"ok": "[green]✓[/]", "wrong": "[yellow]✗[/]", "down": "[red]✗[/]"}
    for check in checks:
        table.add_row(mark[check.state], check.name, Text.assemble(check.zh, "\n", (check.en, "dim")))
    Console(file=sys.stdout, highlight=False).print(table)
