"""`taizhang import`: a workbook read, recorded, and what could not be read handed back."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column, Table

from services.client import Client
from services.harmless import harmless
from services.problems import Problem
from services.workbooks.asking import ask
from services.workbooks.attendance import read_attendance
from services.workbooks.book import MOST_BYTES, Book, Unreadable, open_book
from services.workbooks.identity import id_key
from services.workbooks.known import Known
from services.workbooks.outcome import Question, Rejected, Remark, Understood, Warned
from services.workbooks.recording import record
from services.workbooks.returned import returned
from services.workbooks.roster import read_roster
from services.workbooks.units import read_units
from services.workbooks.workdays import workday

Kind = Literal["units", "roster", "attendance"]
Stepping = Callable[[int], None]
"""Told how many commands there will be, then -1 for each that is done."""

OK, USAGE, NOT_FOUND, UNAVAILABLE = 0, 2, 3, 5


@dataclass(frozen=True, slots=True)
class Summary:
    file: str
    accepted: int
    duplicates: int
    rejected: list[Rejected] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    commands: int = 0
    """How many were proposed."""
    returned: bytes | None = None
    """The workbook that goes back, when rows were rejected."""

    def public(self) -> dict[str, Any]:
        """As `-o json` prints it."""
        lists = {"rejected": _listed(self.rejected), "questions": _listed(self.questions), "warnings": _listed(self.warnings)}
        return {"file": self.file, "accepted": self.accepted, "duplicates": self.duplicates} | lists


def read(kind: Kind, book: Book, known: Known, data: bytes, name: str) -> Understood:
    """Pure. Raises Unreadable when the workbook has no table of this kind."""
    if kind == "units":
        return read_units(book, known)
    if kind == "roster":
        return read_roster(book, known, id_key(data))
    return read_attendance(book, known, workday, name)


def import_file(
    client: Client, kind: Kind, source: Path | bytes, name: str | None = None, *, dry_run: bool = False, step: Stepping = lambda _: None
) -> Summary:
    """Reads, and records unless `dry_run`. Raises Unreadable, and Problem when a service is not available."""
    data = source if isinstance(source, bytes) else _bytes(source)
    name = name or (source.name if isinstance(source, Path) else "")
    book = open_book(data)
    made = read(kind, book, ask(client, kind), data, name)
    proposed = len(made.proposed)
    if not dry_run:
        step(proposed)
        record(client, kind, data, made, lambda: step(-1))
    back = returned(book, made) if made.rejected else None
    return Summary(name, len(made.accepted), len(made.repeated), made.rejected, made.questions, made.warnings, proposed, back)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def run(kind: Kind, file: Path, dry_run: bool, output: str, urls: Mapping[str, str], token: str = "") -> int:
    """Prints the summary on stdout and returns the exit code. Rejected rows come back as `<name>_退回.xlsx` beside the file."""
    if not file.is_file():
        return _say(NOT_FOUND, "file-not-found", f"没有这个文件：{file}", f"no such file: {file}")
    try:
        with Client(urls, token) as client, _progress(file.name) as step:
            summary = import_file(client, kind, file, dry_run=dry_run, step=step)
    except Unreadable as refused:
        return _say(USAGE, refused.code, refused.zh, refused.en)
    except Problem as problem:
        again = ("；稍后再导入同一文件即可补齐", "; import the same file again later, nothing is recorded twice")
        return _say(UNAVAILABLE, problem.code, problem.zh + again[0], problem.en + again[1])
    except OSError as error:
        return _say(USAGE, "unreadable-file", "文件无法打开", f"the file cannot be opened ({error.strerror})")
    if summary.returned and not dry_run:
        _hand_back(file.with_name(f"{file.stem}_退回.xlsx"), summary.returned)
    _print(summary, output)
    return OK


def _say(status: int, code: str, zh: str, en: str) -> int:
    print(f"{code}: {zh}\n{' ' * len(code)}  {en}", file=sys.stderr)
    return status


def _hand_back(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
        print(f"退回的行 · rejected rows: {path}", file=sys.stderr)
    except OSError as error:
        print(f"退回文件无法写入 · the rejected rows could not be written: {error.strerror}", file=sys.stderr)


@contextmanager
def _progress(name: str) -> Iterator[Stepping]:
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


def _print(summary: Summary, output: str) -> None:
    if output in ("json", "jsonl"):
        option = orjson.OPT_INDENT_2 if output == "json" else 0
        sys.stdout.write(orjson.dumps(summary.public(), option=option).decode() + "\n")
    elif output == "csv":
        out = csv.writer(sys.stdout)
        out.writerow(["what", "sheet", "row", "code", "zh", "en"])
        for what, remarks in (("rejected", summary.rejected), ("question", summary.questions), ("warning", summary.warnings)):
            out.writerows([what, harmless(r.sheet), r.row, r.code, r.zh, r.en] for r in remarks)
    else:
        _table(summary)


def _table(summary: Summary) -> None:
    console = Console()
    rejected, questions = len(summary.rejected), len(summary.questions)
    counts = f"采纳 {summary.accepted} · 重复 {summary.duplicates} · 退回 {rejected} · 待答 {questions}"
    english = f"accepted {summary.accepted}, duplicates {summary.duplicates}, rejected {rejected}, questions {questions}"
    console.print(f"{summary.file}\n{counts}\n{english}", markup=False)
    for title, remarks in (("退回 rejected", summary.rejected), ("待答 questions", summary.questions)):
        if remarks:
            columns = [Column(heading, overflow="fold") for heading in ("工作表 sheet", "行 row", "原因", "reason")]
            table = Table(*columns, title=title)
            for remark in remarks:
                table.add_row(_plain(remark.sheet), str(remark.row), _plain(remark.zh), _plain(remark.en))
            console.print(table)


def _plain(said: str) -> str:
    return said.replace("[", "\\[")


def _listed(remarks: Sequence[Remark]) -> list[dict[str, Any]]:
    return [{"sheet": r.sheet, "row": r.row, "code": r.code, "zh": r.zh, "en": r.en} for r in remarks]
