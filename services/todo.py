"""`taizhang todo`: what is to be done by law, by whom and until when, as a table, JSON or CSV."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpx
import orjson

from contracts.labels import label
from services.client import Client
from services.problems import Problem

OK, USAGE, UNAVAILABLE = 0, 2, 5
COLUMNS = (
    "due_on", "overdue", "code", "article", "about", "unit_id", "accountable", "office", "since_on", "settles", "evidence", "zh", "en", "id",
)  # fmt: skip
SHOWN = 40
"""To-dos in a table; the other forms have them all."""
NO_DAY = "—"

Told = dict[str, Any]


def run(filters: Mapping[str, str | None], output: str, urls: Mapping[str, str], token: str) -> int:
    """`filters` as `GET /todos` has them. Exit 2 for a filter that cannot be, 5 when the service does not answer."""
    wanted: dict[str, str | int] = {name: value for name, value in filters.items() if value is not None}
    try:
        with Client(urls, token) as client:
            found = list(client.items("compliance", "/todos", wanted | {"limit": 500}))
    except (Problem, httpx.HTTPError) as trouble:
        said = (
            (trouble.zh, trouble.en)
            if isinstance(trouble, Problem)
            else ("compliance 服务没有应答", "the compliance service does not answer")
        )
        print(f"{said[0]} · {said[1]}", file=sys.stderr)
        for error in trouble.errors if isinstance(trouble, Problem) else ():
            print(f"  {error['field']}：{error['zh']} · {error['en']}", file=sys.stderr)
        return USAGE if isinstance(trouble, Problem) and not trouble.unavailable else UNAVAILABLE
    sys.stdout.writelines(_written(found, output))
    late = sum(todo["overdue"] for todo in found)
    print(f"待办 {len(found)} 项，其中逾期 {late} 项 · {len(found)} to do, {late} of them overdue", file=sys.stderr)
    return OK


def _written(found: list[Told], output: str) -> Iterator[str]:
    if output == "json":
        yield orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n"
    elif output == "jsonl":
        yield from (orjson.dumps(todo).decode() + "\n" for todo in found)
    elif output == "csv":
        yield _csv(found)
    else:
        yield from _table(found)


def _csv(found: Iterable[Told]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for todo in found:
        writer.writerow(
            todo | {"settles": _commands(todo), "evidence": " ".join(todo["evidence"]), "overdue": str(todo["overdue"]).lower()}
        )
    return text.getvalue()


def _table(found: list[Told]) -> Iterator[str]:
    for todo in found[:SHOWN]:
        mark = "!" if todo["overdue"] else " "
        yield f"{mark} {todo['due_on'] or NO_DAY:<10}  {todo['about']}  {_who(todo)}\n"
        yield f"    {todo['zh']}\n    {todo['en']}\n"
        yield f"    {_article(todo['article'])} · {todo['code']} → {_commands(todo)}\n"
    if len(found) > SHOWN:
        yield f"  …… 另有 {len(found) - SHOWN} 项，用 -o csv 看全部 · {len(found) - SHOWN} more, -o csv shows all\n"


def _who(todo: Told) -> str:
    office = todo["office"] if todo["office"] in ("party", "administrative") else None
    code, kind = (office, "office") if office else (todo["accountable"], "accountable")
    unit = f" {todo['unit_id']}" if todo["unit_id"] else ""
    return f"{label(code, 'zh', kind)} {label(code, 'en', kind)}{unit}"


def _article(number: str) -> str:
    zh, en = label(number, "zh", "article"), label(number, "en", "article")
    return f"第 {number} 条 Art. {number}" if zh == number else f"{zh} {en}"


def _commands(todo: Told) -> str:
    return " | ".join(f"{s['service']}/{s['command']}" for s in todo["settles"])
