"""`taizhang import KIND FILE`: a file read, recorded, and what could not be read handed back and asked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.client import Client
from services.problems import Problem
from services.workbooks.book import Unreadable
from services.workbooks.columns import Columns
from services.workbooks.identity import sha256
from services.workbooks.importing import Stepping, bytes_of, import_file
from services.workbooks.printing import show
from services.workbooks.reading import BadColumns, Kind, Reading, columns_said

OK, USAGE, NOT_FOUND, UNAVAILABLE = 0, 2, 3, 5


class Desk(Protocol):
    """Where what people said about workbooks is kept from one import to the next."""

    def layouts(self, kind: str) -> Mapping[str, Mapping[str, str]]: ...

    def remember(self, kind: str, layouts: Mapping[str, Mapping[str, str]]) -> None: ...

    def answers(self, document: str) -> Mapping[str, str]: ...

    def keep(self, file: Path, reading: Reading) -> None: ...


class NoDesk:
    """Remembers nothing."""

    def layouts(self, _: str) -> Mapping[str, Mapping[str, str]]:
        return {}

    def remember(self, kind: str, layouts: Mapping[str, Mapping[str, str]]) -> None:
        pass

    def answers(self, _: str) -> Mapping[str, str]:
        return {}

    def keep(self, file: Path, reading: Reading) -> None:
        pass


def run(
    kind: Kind,
    file: Path,
    dry_run: bool,
    output: str,
    urls: Mapping[str, str],
    token: str = "",
    said: Sequence[str] = (),
    desk: Desk | None = None,
) -> int:
    """Prints what became of the file on stdout and returns the exit code. `said`: HEADING=MEANING. What goes back stands beside the
    file as `<name>_退回.xlsx`."""
    desk = desk or NoDesk()
    if not file.is_file():
        return say(NOT_FOUND, "file-not-found", f"没有这个文件：{file}", f"no such file: {file}")
    try:
        given = columns_said(kind, said)
        data = bytes_of(file)
        columns, answers = Columns(given, desk.layouts(kind)), desk.answers(sha256(data))
        with Client(urls, token) as client, progress(file.name) as step:
            reading = import_file(client, kind, data, file.name, dry_run=dry_run, step=step, columns=columns, answers=answers)
    except (Unreadable, BadColumns) as refused:
        return say(USAGE, refused.code, refused.zh, refused.en)
    except Problem as problem:
        again = ("；稍后再导入同一文件即可补齐", "; import the same file again later, nothing is recorded twice")
        return say(UNAVAILABLE, problem.code, problem.zh + again[0], problem.en + again[1])
    except OSError as error:
        return say(USAGE, "unreadable-file", "文件无法打开", f"the file cannot be opened ({error.strerror})")
    if not dry_run:
        _write(lambda: desk.remember(kind, reading.layouts(given)), "列的含义", "what the columns mean")
        _write(lambda: desk.keep(file, reading), "待答的问题", "the open questions")
        if back := reading.returned:
            _hand_back(file.with_name(f"{file.stem}_退回.xlsx"), back)
    show(reading, output, columns=dry_run or bool(given))
    return OK


def say(status: int, code: str, zh: str, en: str) -> int:
    print(f"{code}: {zh}\n{' ' * len(code)}  {en}", file=sys.stderr)
    return status


def _write(write: Callable[[], None], zh: str, en: str) -> None:
    """What was recorded is recorded, whether or not this can be kept."""
    try:
        write()
    except OSError as error:
        print(f"{zh}未能保存 · {en} could not be kept: {error.strerror}", file=sys.stderr)


def _hand_back(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
        print(f"退回的行和待答的问题 · rejected rows and questions: {path}", file=sys.stderr)
    except OSError as error:
        print(f"退回文件无法写入 · the rejected rows could not be written: {error.strerror}", file=sys.stderr)


@contextmanager
def progress(name: str) -> Iterator[Stepping]:
    """A bar on stderr when somebody is looking."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(name, total=None)

        def step(number: int) -> None:
            if number < 0:
                bar.advance(task)
            else:
                bar.update(task, total=number)

        yield step
