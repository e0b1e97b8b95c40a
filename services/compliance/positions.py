"""Which positions of each service's log were read, in any order: each once, none left out unsaid, none recorded before one that
precedes it. Sixteen bytes a position, in pages, so that ten million lines need no more than what they say."""

from __future__ import annotations

from array import array
from datetime import datetime
from operator import gt
from typing import Any

from services.compliance.badlog import BadLog
from services.compliance.checking import Contradiction, Misplaced

PAGE = 512
NOTHING = array("q", [0]) * PAGE
NEVER = array("d", [0.0]) * PAGE


class Read:
    """The positions of one service: by page a digest of each line and when it was recorded. `known` is the last of those recorded by the
    instant of the question."""

    __slots__ = ("count", "known", "pages")

    def __init__(self) -> None:
        self.pages: dict[int, tuple[array[int], array[float]]] = {}
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

    def take(self, source: str, position: int, recorded: str, line: bytes) -> None:
        """Raises BadLog when a line with its position was there already, this very one or another."""
        read = self._of.get(source)
        if read is None:
            read = self._of[source] = Read()
        number, offset = divmod(position, PAGE)
        page = read.pages.get(number)
        if page is None:
            page = read.pages[number] = NOTHING[:], NEVER[:]
        digests, times = page
        digest = hash(line) or 1
        if there := digests[offset]:
            service = _service(source)
            if there == digest:
                raise BadLog(
                    f"{service} 第 {position} 条出现两次：每条只能给一次，请看是否同一文件给了两遍，或两份导出有重叠 · "
                    f"position {position} of {service} is there twice: give each line once; see whether a file was given twice, or exports overlap"
                )
            raise BadLog(
                f"{service} 第 {position} 条有两种说法，请核对是否混入了另一套台账 · "
                f"position {position} of {service} is there twice, differently; see whether another ledger got mixed in"
            )
        digests[offset] = digest
        try:
            times[offset] = datetime.fromisoformat(recorded).timestamp()
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
            for number, (_, page) in sorted(read.pages.items()):
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
        for number, (page, _) in sorted(read.pages.items()):
            if number * PAGE == expected and 0 not in page:
                expected += PAGE
                continue
            for position in (number * PAGE + offset for offset, digest in enumerate(page) if digest):
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
