"""`taizhang export`: the log as JSON Lines, as the services store it, in `sequence` order within each. It is written as it is read: a
log of any length needs little memory."""

from __future__ import annotations

import gzip
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import httpx

from contracts.canonical import canonical
from contracts.message import instant
from services.client import Client
from services.problems import Problem

SERVICES = ("registry", "assignments", "compliance")
PARTIAL = "taizhang.export.Partial.v1"
OK, NOT_FOUND, UNAVAILABLE = 0, 3, 5
IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a case that wait for its first line, which names what is left out; more of them wait in a file."""


class Nobody(Exception):
    """There is no fact about the cadre."""


def run(service: str | None, start: int, cadre: str | None, to: Path | None, urls: Mapping[str, str], token: str) -> int:
    """Lines to stdout, or to a file (compressed when its name ends in .gz), which is there only when it is whole. What is left out
    is named in the first line."""
    wanted = SERVICES if service is None else (service,)
    try:
        with Client(urls, token) as client, _opened(to) as file:
            written = _whole(client, wanted, start, file) if cadre is None else _case(client, wanted, start, cadre, file)
    except Nobody:
        print(f"没有关于 {cadre} 的事实 · there is no fact about {cadre}", file=sys.stderr)
        return NOT_FOUND
    except (Problem, httpx.HTTPError) as trouble:
        said = (trouble.zh, trouble.en) if isinstance(trouble, Problem) else ("服务没有应答", "a service does not answer")
        print(f"{said[0]} · {said[1]}", file=sys.stderr)
        return UNAVAILABLE
    print(f"{written} 条事实 · {written} facts", file=sys.stderr)
    return OK


def _whole(client: Client, services: tuple[str, ...], start: int, file: IO[bytes]) -> int:
    """Everything from a position on."""
    if start > 1:
        _write(file, _partial({s: [[1, start - 1]] for s in services}))
    return sum(_write(file, event) for s in services for event in _events(client, s, start))


def _case(client: Client, services: tuple[str, ...], start: int, cadre: str, file: IO[bytes]) -> int:
    """What is about a cadre, or about no single one."""
    left_out: dict[str, list[list[int]]] = {s: [[1, start - 1]] if start > 1 else [] for s in services}
    written, known = 0, False
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as spool:
        for s in services:
            for event in _events(client, s, start):
                own = event["subject"] == cadre or event["data"].get("cadre_id") == cadre
                known = known or own
                if own or event["data"].get("cadre_id") is None:
                    written += _write(spool, event)
                else:
                    _leave_out(left_out[s], int(event["sequence"]))
        if not known:
            raise Nobody
        _write(file, _partial({s: gaps for s, gaps in left_out.items() if gaps}))
        spool.seek(0)
        shutil.copyfileobj(spool, file)
    return written


def _events(client: Client, service: str, start: int) -> Iterator[dict[str, Any]]:
    after = max(start, 1) - 1
    while batch := client.get(service, "/feed", {"after": after, "limit": 1000}):
        yield from batch
        after = int(batch[-1]["sequence"])


def _leave_out(gaps: list[list[int]], position: int) -> None:
    """`gaps`: positions as [first, last] pairs, in order."""
    if gaps and gaps[-1][1] == position - 1:
        gaps[-1][1] = position
    else:
        gaps.append([position, position])


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


def _write(file: IO[bytes], line: Mapping[str, Any]) -> int:
    file.write(canonical(line) + b"\n")
    return 1


@contextmanager
def _opened(to: Path | None) -> Iterator[IO[bytes]]:
    if to is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    whole = to.is_file() or not to.exists()  # a pipe or a device is what it is
    part = to.with_name(f".{to.name}.part") if whole else to
    try:
        with part.open("wb") as plain:
            if to.name.endswith(".gz"):
                with gzip.GzipFile("", "wb", 6, plain) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield plain
        if whole:
            part.replace(to)
    finally:
        if whole:
            part.unlink(missing_ok=True)
