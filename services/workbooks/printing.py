"""What became of a workbook, as it is printed: for people, for programs, for spreadsheets."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence

import orjson
from rich.console import Console
from rich.table import Column, Table

from services.harmless import harmless
from services.workbooks.reading import WORDINGS, Reading


def show(reading: Reading, output: str, columns: bool = False) -> None:
    """`columns`: also which column was read as what."""
    said = reading.public()
    if output in ("json", "jsonl"):
        option = orjson.OPT_INDENT_2 if output == "json" else 0
        sys.stdout.write(orjson.dumps(said, option=option).decode() + "\n")
    elif output == "csv":
        lists = (("rejected", said["rejected"]), ("question", said["questions"]), ("warning", said["warnings"]))
        _csv(("what", "sheet", "row", "code", "zh", "en", "id"), [{"what": what, **r} for what, found in lists for r in found])
    else:
        _table(reading, columns)


def show_questions(questions: Sequence[Mapping[str, str]], output: str) -> None:
    """Each has id, file, sheet, row, code, zh, en and answers."""
    if output == "json":
        sys.stdout.write(orjson.dumps(list(questions), option=orjson.OPT_INDENT_2).decode() + "\n")
    elif output == "jsonl":
        sys.stdout.writelines(orjson.dumps(q).decode() + "\n" for q in questions)
    elif output == "csv":
        _csv(("id", "file", "sheet", "row", "code", "zh", "en", "answers"), questions)
    else:
        _print("待答 questions", ("编号 id", "文件 file", "工作表 sheet", "行 row", "问题", "question", "可答 answers"),
               [(q["id"], q["file"], q["sheet"], q["row"], q["zh"], q["en"], q["answers"]) for q in questions])  # fmt: skip


def _csv(fields: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    out = csv.writer(sys.stdout)
    out.writerow(fields)
    out.writerows([harmless(str(row.get(field, ""))) for field in fields] for row in rows)


def _table(reading: Reading, columns: bool) -> None:
    rejected, questions = len(reading.rejected), len(reading.questions)
    counts = f"采纳 {reading.accepted} · 重复 {reading.duplicates} · 退回 {rejected} · 待答 {questions}"
    english = f"accepted {reading.accepted}, duplicates {reading.duplicates}, rejected {rejected}, questions {questions}"
    Console().print(f"{reading.name}\n{counts}\n{english}", markup=False)
    if columns:
        usual = {field: names[0] for field, names in WORDINGS[reading.kind].items()}
        rows = [
            (c.sheet, c.letter, c.heading, usual.get(c.meaning or "", "不读 not read"), c.meaning or "-") for c in reading.made.described
        ]
        _print("列的含义 columns", ("工作表 sheet", "列 column", "表头 heading", "含义", "meaning"), rows)
        print("含义不对可用 --map '表头=含义' 更正 · correct a meaning with --map 'HEADING=MEANING'", file=sys.stderr)
    _print("退回 rejected", ("工作表 sheet", "行 row", "原因", "reason"), [(r.sheet, r.row, r.zh, r.en) for r in reading.rejected])
    doubts = [(w.sheet, w.row, w.zh, w.en) for w in reading.made.warnings if w.code == "answer_refused"]
    _print("答复不符 answers refused", ("工作表 sheet", "行 row", "原因", "reason"), doubts)
    asked = [(q.id(reading.made.document), q.sheet, q.row, q.zh, q.en) for q in reading.questions]
    _print("待答 questions", ("编号 id", "工作表 sheet", "行 row", "问题", "question"), asked)


def _print(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        table = Table(*(Column(heading, overflow="fold") for heading in headings), title=title)
        for row in rows:
            table.add_row(*(str(cell).replace("[", "\\[") for cell in row))
        Console().print(table)
