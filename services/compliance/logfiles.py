"""Log files as facts: lines of several services in any order, complete or honestly partial. What is wrong is said with the
file and the line, never with what the line holds."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from contracts.message import Event
from services.compliance.checking import Contradiction, Misplaced, Order, fact, versions

PARTIAL = "taizhang.export.Partial.v1"


class BadLog(Exception):
    """The text says where, in Chinese and English."""


class Gaps:
    """Whether every position of every service is there. A partial export names what it leaves out as
    `data: {"left_out": {service: [position | [first, last], …]}}`; one that names nothing excuses every gap."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[int, int]] = defaultdict(dict)
        self.left_out: dict[str, set[int]] = defaultdict(set)
        self.excused = False

    def take(self, event: Event, line: bytes) -> None:
        """Raises BadLog when another event has its position."""
        digest = hash(line)
        known = self.seen[event.service].setdefault(event.sequence, digest)
        if known != digest:
            raise BadLog(
                f"{event.service} 第 {event.sequence} 条有两种说法 · position {event.sequence} of {event.service} is there twice, differently"
            )

    def leave_out(self, data: Any) -> None:
        ranges = data.get("left_out") if isinstance(data, dict) else None
        if not isinstance(ranges, dict):
            self.excused = True
            return
        for service, positions in ranges.items():
            for position in positions:
                first, last = position if isinstance(position, list) else (position, position)
                self.left_out[str(service)].update(range(int(first), int(last) + 1))

    def check(self) -> None:
        for service, positions in sorted(self.seen.items()):
            missing = next((p for p in range(1, max(positions) + 1) if p not in positions and p not in self.left_out[service]), None)
            if missing is not None and not self.excused:
                raise BadLog(f"{service} 的台账缺少第 {missing} 条 · the log of {service} lacks position {missing}")


def read(logs: Sequence[Path]) -> list[Event]:
    """Every event once. Raises BadLog for what cannot be read, contradicts itself or is incomplete without saying so."""
    gaps, order, events = Gaps(), Order(), dict[bytes, Event]()
    for log in logs:
        for number, line in _lines(log):
            try:
                _take(line, gaps, order, events)
            except Contradiction as wrong:
                raise _said(log, number, wrong) from None
            except (ValueError, KeyError, TypeError, AttributeError, IndexError):
                raise BadLog(f"{log} 第 {number} 行不是本系统的事实 · {log}, line {number} is not a fact of Taizhang") from None
            except BadLog as bad:
                raise BadLog(f"{log} 第 {number} 行 · {log}, line {number}: {bad}") from None
    gaps.check()
    try:
        order.check()
        versions(sorted(events.values(), key=lambda e: (e.source, e.sequence)))
    except Misplaced as wrong:
        raise _said(*_found_again(logs, wrong), wrong) from None
    return list(events.values())


def _said(log: Path, number: int, wrong: Contradiction) -> BadLog:
    return BadLog(f"{log} 第 {number} 行：{wrong.zh} · {log}, line {number}: {wrong.en}")


def _found_again(logs: Sequence[Path], wrong: Misplaced) -> tuple[Path, int]:
    """The file and the line of what showed only beside other facts."""
    for log in logs:
        for number, line in _lines(log):
            content = orjson.loads(line)
            if content.get("source") == wrong.source and content.get("sequence") == f"{wrong.position:020d}":
                return log, number
    raise wrong


def _take(line: bytes, gaps: Gaps, order: Order, events: dict[bytes, Event]) -> None:
    content = orjson.loads(line)
    if content["type"] == PARTIAL:
        gaps.leave_out(content.get("data"))
        return
    fact(content)
    event = Event.of(content)
    gaps.take(event, line)
    if line not in events:
        order.take(event.source, event.sequence, event.recordedtime)
        events[line] = event


def _lines(log: Path) -> Iterator[tuple[int, bytes]]:
    opened = gzip.open if log.name.endswith(".gz") else open
    try:
        with opened(log, "rb") as file:
            yield from _numbered(file)
    except (OSError, EOFError) as error:
        raise BadLog(f"无法读取 {log}：{_why(error)[0]} · cannot be read: {log}: {_why(error)[1]}") from None


def _why(error: Exception) -> tuple[str, str]:
    match error:
        case FileNotFoundError():
            return "没有这个文件", "there is no such file"
        case PermissionError():
            return "没有读取权限", "it may not be read"
        case IsADirectoryError():
            return "这是文件夹", "it is a folder"
    return "内容已损坏或不是 gzip", "it is damaged, or no gzip file"


def _numbered(file: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(file, 1):
        if stripped := line.strip():
            yield number, stripped
