"""Log files as lines of facts: plain or gzip. What is wrong is said with the file and the line, never with what the line holds."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from contracts.malformed import Malformed
from contracts.message import Event
from services.compliance.badlog import BadLog
from services.compliance.checking import Contradiction

PARTIAL = "taizhang.export.Partial.v1"
Place = Callable[[], int]
BUFFER = 1 << 20


@contextmanager
def opened(log: Path) -> Iterator[tuple[Iterable[bytes], Place]]:
    """The lines of a file, and how many of its bytes were read. Whatever goes wrong in reading is a BadLog."""
    try:
        with log.open("rb", BUFFER) as file:
            if log.name.endswith(".gz"):
                with gzip.open(file, "rb") as unpacked:
                    yield io.BufferedReader(unpacked, BUFFER), file.tell
            else:
                yield file, file.tell
    except (OSError, EOFError) as error:
        zh, en = _why(error)
        raise BadLog(f"无法读取 {log}：{zh} · cannot be read: {log}: {en}") from None


def size(logs: Sequence[Path]) -> int:
    return sum(log.stat().st_size for log in logs if log.is_file())


def not_a_fact(log: Path, number: int, why: Exception | None = None) -> BadLog:
    zh, en = ("", "")
    match why:
        case orjson.JSONDecodeError():
            zh, en = "：不是 JSON", ": no JSON"
        case Malformed():
            fields = ", ".join(dict.fromkeys(field for field, _ in why.problems))
            zh, en = f"：请核对 {fields}", f": check {fields}"
    return BadLog(f"{log} 第 {number} 行不是本系统的事实{zh} · {log}, line {number} is not a fact of Taizhang{en}")


def said(log: Path, number: int, wrong: Contradiction) -> BadLog:
    return BadLog(f"{log} 第 {number} 行：{wrong.zh} · {log}, line {number}: {wrong.en}")


def found_again(logs: Sequence[Path], source: str, position: int, wrong: Contradiction | None = None) -> BadLog:
    """What is said of a line in which something showed only after it was laid aside: its place is looked for anew. Without `wrong`,
    that it is not a fact."""
    for log, number, line in _at(logs, source, position):
        return said(log, number, wrong) if wrong else not_a_fact(log, number, _malformed(line))
    service = source.rsplit("/", 1)[1]
    zh, en = (wrong.zh, wrong.en) if wrong else ("不是本系统的事实", "it is not a fact of Taizhang")
    return BadLog(f"{service} 第 {position} 条：{zh} · position {position} of {service}: {en}")


def there_twice(logs: Sequence[Path], log: Path, number: int, line: bytes, source: str, position: int) -> BadLog:
    """What is said of a line whose position was there already, in this very line or in another: the first is looked for anew."""
    service = source.rsplit("/", 1)[1]
    zh = f"{service} 第 {position} 条出现两次：每条只能给一次，请看是否同一文件给了两遍，或两份导出有重叠"
    en = f"position {position} of {service} is there twice: give each line once; see whether a file was given twice, or exports overlap"
    if next((first.strip() for *_, first in _at(logs, source, position)), None) != line.strip():
        zh = f"{service} 第 {position} 条有两种说法，请核对是否混入了另一套台账"
        en = f"position {position} of {service} is there twice, differently; see whether another ledger got mixed in"
    return BadLog(f"{log} 第 {number} 行 · {log}, line {number}: {zh} · {en}")


def _at(logs: Sequence[Path], source: str, position: int) -> Iterator[tuple[Path, int, bytes]]:
    """The lines with a position of a service, with their places."""
    sequence = f"{position:020}"
    for log in logs:
        with opened(log) as (lines, _):
            for number, line in enumerate(lines, 1):
                if sequence.encode() in line and (e := orjson.loads(line)).get("sequence") == sequence and e.get("source") == source:
                    yield log, number, line


def _malformed(line: bytes) -> Malformed | None:
    try:
        Event.parse(line)
    except Malformed as found:
        return found
    return None


def _why(error: Exception) -> tuple[str, str]:
    match error:
        case FileNotFoundError():
            return "没有这个文件", "there is no such file"
        case PermissionError():
            return "没有读取权限", "it may not be read"
        case IsADirectoryError():
            return "这是文件夹", "it is a folder"
    return "内容已损坏或不是 gzip", "it is damaged, or no gzip file"
