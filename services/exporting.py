"""`taizhang export`: the log as JSON Lines, as the services store it, in `sequence` order within each."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from contracts.message import canonical, facts, instant
from services.client import Client, Problem

SERVICES = ("registry", "assignments", "compliance")
PARTIAL = "taizhang.export.Partial.v1"
OK, NOT_FOUND, UNAVAILABLE = 0, 3, 5
OF_NO_CADRE = frozenset(name for name, fact in facts().items() if "cadre_id" not in fact.model_fields)
"""Types of facts that are about no single cadre: they belong to every case."""


def run(service: str | None, start: int, cadre: str | None, to: Path | None, urls: Mapping[str, str], token: str) -> int:
    """Lines to stdout, or to a file (compressed when its name ends in .gz). What is left out is named in the first line."""
    wanted = SERVICES if service is None else (service,)
    try:
        with Client(urls, token) as client:
            logs = {s: list(_lines(client, s)) for s in wanted}
    except (Problem, httpx.HTTPError) as trouble:
        said = (trouble.zh, trouble.en) if isinstance(trouble, Problem) else ("服务没有应答", "a service does not answer")
        print(f"{said[0]} · {said[1]}", file=sys.stderr)
        return UNAVAILABLE
    kept = {s: [e for e in log if int(e["sequence"]) >= start and (cadre is None or _of(e, cadre))] for s, log in logs.items()}
    if cadre and not any(e["subject"] == cadre for log in kept.values() for e in log):
        print(f"没有关于 {cadre} 的事实 · there is no fact about {cadre}", file=sys.stderr)
        return NOT_FOUND
    lines = [e for log in kept.values() for e in log]
    left_out = {s: _ranges([int(e["sequence"]) for e in kept[s]], len(logs[s])) for s in wanted}
    head = [_partial({s: gaps for s, gaps in left_out.items() if gaps})] if start > 1 or cadre else []
    _write(to, [*head, *lines])
    print(f"{len(lines)} 条事实 · {len(lines)} facts", file=sys.stderr)
    return OK


def _lines(client: Client, service: str) -> Iterator[dict[str, Any]]:
    after = 0
    while batch := client.get(service, "/feed", {"after": after, "limit": 1000}):
        yield from batch
        after = int(batch[-1]["sequence"])


def _of(event: Mapping[str, Any], cadre: str) -> bool:
    return event["subject"] == cadre or event["data"].get("cadre_id") == cadre or event["type"] in OF_NO_CADRE


def _ranges(kept: Sequence[int], last: int) -> list[list[int]]:
    """Positions 1..last that are not kept, as [first, last] pairs."""
    gaps, expected = [], 1
    for position in [*kept, last + 1]:
        if position > expected:
            gaps.append([expected, position - 1])
        expected = position + 1
    return gaps


def _partial(left_out: Mapping[str, Any]) -> dict[str, Any]:
    now = instant(datetime.now(UTC))
    return {
        "specversion": "1.0",
        "id": f"export-{now}",
        "source": "/taizhang/export",
        "type": PARTIAL,
        "time": now,
        "data": {"left_out": dict(left_out)},
    }


def _write(to: Path | None, lines: Sequence[Mapping[str, Any]]) -> None:
    if to is None:
        _each(sys.stdout.buffer, lines)
    elif to.name.endswith(".gz"):
        import gzip

        with gzip.open(to, "wb", compresslevel=6) as file:
            _each(file, lines)  # type: ignore[arg-type]
    else:
        with to.open("wb") as file:
            _each(file, lines)


def _each(file: BinaryIO, lines: Sequence[Mapping[str, Any]]) -> None:
    file.writelines(canonical(line) + b"\n" for line in lines)
    file.flush()
