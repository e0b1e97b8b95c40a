"""Log files as the beginning of an empty ledger. Everything that can be wrong with them is found before anything starts."""

from __future__ import annotations

import gzip
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile

import orjson

from services.compliance.checking import Contradiction, fact
from services.local.nats import READS
from services.local.progress import Say

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PARTIAL = "taizhang.export.Partial.v1"


class NotALedger(Exception):
    """The files do not make up whole logs; the text says where, in both languages."""


class _Lines:
    """The lines of one service in a file without a name. Kept in memory: 24 bytes a line."""

    def __init__(self) -> None:
        self.file = TemporaryFile()  # noqa: SIM115 -- closed with this
        self.sequences, self.recorded, self.offsets = array("q"), array("q"), array("q")

    def __len__(self) -> int:
        return len(self.sequences)

    def add(self, sequence: int, recorded: datetime, line: bytes) -> None:
        self.sequences.append(sequence)
        self.recorded.append((recorded - EPOCH) // timedelta(microseconds=1))
        self.offsets.append(self.file.tell())
        self.file.write(line + b"\n")

    def sort(self) -> None:
        """By position."""
        if any(a > b for a, b in pairwise(self.sequences)):
            order = sorted(range(len(self)), key=self.sequences.__getitem__)
            self.sequences, self.recorded, self.offsets = (
                array("q", [x[i] for i in order]) for x in (self.sequences, self.recorded, self.offsets)
            )

    def __iter__(self) -> Iterator[bytes]:
        for offset in self.offsets:
            self.file.seek(offset)
            yield self.file.readline().rstrip(b"\n")


class Ledger:
    """Three logs read from files in any order. Raises NotALedger for what is unreadable, partial, missing or contradictory."""

    def __init__(self, logs: Sequence[Path]) -> None:
        self._of = {service: _Lines() for service in READS}
        for log in logs:
            self._read(log)
        for service, lines in self._of.items():
            lines.sort()
            self._check(service, lines)

    def __len__(self) -> int:
        return sum(len(lines) for lines in self._of.values())

    def load(self, database: Callable[[str], str], say: Say) -> None:
        """Into the logs of the services, which must all be empty. Raises NotEmpty of the log, or NotALedger for what only shows
        on the way; then nothing has begun, the databases are gone and are made again at the next start."""
        from services.kernel.restore import NotEmpty, Unfit, load

        for service in self._of:
            if _filled(database(service)):
                raise NotEmpty
        for service, lines in self._of.items():
            total = len(lines)

            def tell(n: int, service: str = service, total: int = total) -> None:
                say(f"{service}：已读入 {n} / {total}", f"{service}: {n} of {total} read in")

            try:
                count = load(database(service), lines, tell)
            except Unfit as unfit:
                for filled in self._of:
                    _drop(database(filled))
                zh, en = f"{service} 的台账在第 {unfit.position} 条处不完整", f"the log of {service} does not hold together: {unfit}"
                raise NotALedger(f"{zh} · {en}") from None
            say(f"{service}：已读入全部 {count} 条事实", f"{service}: all {count} facts read in")

    def _read(self, log: Path) -> None:
        reader = gzip.open if log.name.endswith(".gz") else open
        try:
            with reader(log, "rb") as lines:
                for number, line in enumerate(lines, 1):
                    self._take(log, number, line.strip())
        except (OSError, EOFError) as error:
            raise NotALedger(f"无法读取 {log}（{type(error).__name__}） · cannot be read: {log} ({type(error).__name__})") from None

    def _take(self, log: Path, number: int, line: bytes) -> None:
        if not line:
            return
        try:
            event = orjson.loads(line)
            if event["type"] == PARTIAL:
                raise NotALedger(f"{log} 只是台账的一部分，不能用来恢复 · is a part of a ledger only and cannot begin one")
            fact(event)
            service, sequence, recorded = (
                event["source"].rsplit("/", 1)[1],
                int(event["sequence"]),
                datetime.fromisoformat(event["recordedtime"]),
            )
            self._of[service].add(sequence, recorded, line)
        except Contradiction as wrong:
            raise NotALedger(f"{log} 第 {number} 行：{wrong.zh} · {log}, line {number}: {wrong.en}") from None
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
            raise NotALedger(f"{log} 第 {number} 行不是本系统的事实 · line {number} is not a fact of ours") from None

    def _check(self, service: str, lines: _Lines) -> None:
        expected, then = 1, -sys.maxsize
        for position, now in zip(lines.sequences, lines.recorded, strict=True):
            if position < expected:
                raise NotALedger(
                    f"{service} 的第 {position} 条出现两次：每条只能给一次，请看是否同一文件给了两遍 · "
                    f"position {position} of {service} is there twice: give each line once, see whether a file was given twice"
                )
            if position > expected:
                raise NotALedger(f"{service} 的台账缺少第 {expected} 条 · the log of {service} lacks position {expected}")
            if now <= then:
                raise NotALedger(
                    f"{service} 第 {position} 条的记录时间没有递增 · recordedtime does not rise at position {position} of {service}"
                )
            expected, then = position + 1, now


def _filled(dsn: str) -> bool:
    import psycopg

    with psycopg.connect(dsn) as c:
        row = c.execute("select position from head").fetchone()
        return row is not None and row[0] > 0


def _drop(dsn: str) -> None:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
    from psycopg.sql import SQL, Identifier

    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as admin:
        admin.execute(SQL("drop database if exists {} with (force)").format(Identifier(str(conninfo_to_dict(dsn)["dbname"]))))


__all__ = ["Ledger", "NotALedger"]
