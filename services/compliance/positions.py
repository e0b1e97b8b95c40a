"""Which positions of each service's log were read, in any order: each once, none left out unsaid, none recorded before one that
precedes it. Eight bytes a position, in pages, so that ten million lines need no more than what they say."""

from __future__ import annotations

from array import array
from datetime import datetime
from operator import gt
from typing import Any

from services.compliance.badlog import BadLog
from services.compliance.checking import Contradiction, Misplaced, Twice

PAGE = 512
NEVER = array("d", [0.0]) * PAGE
EPOCH = 1e-7
"""Stands for the instant 0, which would look like none; the next one is a microsecond later."""


class Read:
    """The positions of one service: by page when each was recorded, 0 where it was not read. `known` is the last of those recorded by
    the instant of the question."""

    __slots__ = ("count", "known", "pages")

    def __init__(self) -> None:
        self.pages: dict[int, array[float]] = {}
        self.count = self.known = 0


class Positions:
    """A partial export names what it leaves out as `data: {"left_out": {service: [position | [first, last], …]}}`; one that names
    nothing excuses every gap."""

    def __init__(self, known_at: str) -> None:
        self.known_at = known_at
        self._of: dict[str, Read] = {}
        self._left_out: dict[str, list[tuple[int, int]]] = {}
        self._excused = False

    def __len__(self) -> int:
        return sum(read.count for read in self._of.values())

    def take(self, source: str, position: int, recorded: str) -> None:
        """Raises Twice when a line with its position was there already."""
        read = self._of.get(source)
        if read is None:
            read = self._of[source] = Read()
        number, offset = divmod(position, PAGE)
        page = read.pages.get(number)
        if page is None:
            page = read.pages[number] = NEVER[:]
        if page[offset]:
            raise Twice(source, position)
        try:
            page[offset] = datetime.fromisoformat(recorded).timestamp() or EPOCH
        except ValueError:
            raise _never() from None
        read.count += 1
        if position > read.known and recorded <= self.known_at:
            read.known = position

    def leave_out(self, data: Any) -> None:
        ranges = data.get("left_out") if isinstance(data, dict) else None
        if not isinstance(ranges, dict):
            self._excused = True
            return
        for service, positions in ranges.items():
            for position in positions:
                first, last = position if isinstance(position, list) else (position, position)
                self._left_out.setdefault(str(service), []).append((int(first), int(last)))

    def check(self) -> None:
        """Raises BadLog for the first position that is missing."""
        for source, read in sorted(self._of.items()):
            service = _service(source)
            missing = None if self._excused else self._missing(read, sorted(self._left_out.get(service, ())))
            if missing is not None:
                raise BadLog(f"{service} 的台账缺少第 {missing} 条 · the log of {service} lacks position {missing}")

    def in_order(self) -> None:
        """Raises Misplaced for the first fact that was recorded before one of a lower position."""
        for source, read in sorted(self._of.items()):
            before = 0.0
            for number, page in sorted(read.pages.items()):
                times = [before, *(t for t in page if t)]
                if any(map(gt, times, times[1:])):
                    for offset, t in enumerate(page):
                        if t and t < before:
                            raise _early(source, number * PAGE + offset)
                        before = t or before
                before = times[-1]

    def inputs(self) -> dict[str, int]:
        """The positions read from each service for a question about the instant."""
        return {_service(source): read.known for source, read in sorted(self._of.items())}

    def _missing(self, read: Read, left_out: list[tuple[int, int]]) -> int | None:
        expected = 1
        for number, page in sorted(read.pages.items()):
            if number * PAGE == expected and 0 not in page:
                expected += PAGE
                continue
            for position in (number * PAGE + offset for offset, recorded in enumerate(page) if recorded):
                for first, last in left_out if position > expected else ():
                    if first <= expected <= last:
                        expected = last + 1
                if position > expected:
                    return expected
                expected = max(expected, position + 1)
        return None


def _service(source: str) -> str:
    return source.rsplit("/", 1)[1]


def _early(source: str, position: int) -> Misplaced:
    return Misplaced(
        source,
        position,
        "记录时间早于位置在前的事实：文件经过改动或混入了另一套台账，请重新导出",
        "it was recorded before a fact of a lower position: the file was changed, or another ledger got mixed in; export it again",
    )


def _never() -> Contradiction:
    return Contradiction(
        "记录时间不是一个时刻：文件经过改动，请重新导出", "its recordedtime is no instant: the file was changed; export it again"
    )
