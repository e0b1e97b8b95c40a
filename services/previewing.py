"""`taizhang policy preview`: a draft file sent to the running instance, and who would change as a table, JSON or CSV."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import orjson

from contracts.labels import label
from services.compliance.draft_files import BadDraft, DraftFile
from services.problems import Problem, problem_of

OK, USAGE, UNAVAILABLE = 0, 2, 5
COLUMNS = ("cadre_id", "about", "year", "before", "before_reasons", "after", "after_reasons", "allowed_grades", "parameters", "zh", "en")
SHOWN = 40
"""Changes in a table; the other forms have them all."""

Told = dict[str, Any]


def run(file: Path, as_of: date | None, year: int | None, output: str, instance: Callable[[], tuple[Mapping[str, str], str]]) -> int:
    """Prints the preview. `instance` says where the services are once the draft is in order. Exit 2 for a draft that is refused, 5 when
    no service answers."""
    query = {name: str(value) for name, value in (("as_of", as_of), ("year", year)) if value is not None}
    try:
        draft = DraftFile(file)
        urls, token = instance()
        with _progress(file.name) as step:
            result, changes = _ask(urls["compliance"], token, draft, query, step)
    except BadDraft as refusal:
        print(refusal, file=sys.stderr)
        return USAGE
    except Problem as problem:
        print(f"{problem.zh} · {problem.en}. {problem.detail}", file=sys.stderr)
        for error in problem.errors:
            print(f"  {error['field']}：{error['zh']} · {error['en']}", file=sys.stderr)
        return UNAVAILABLE if problem.unavailable else USAGE
    except httpx.HTTPError:
        print("compliance 服务没有应答 · the compliance service does not answer", file=sys.stderr)
        return UNAVAILABLE
    _print(result, changes, output)
    return OK


def _ask(url: str, token: str, draft: DraftFile, query: Mapping[str, str], step: Callable[[int, int], None]) -> tuple[Told, list[Told]]:
    """The result and the changes. Raises Problem, BadDraft or what httpx raises."""
    headers = {"Accept": "application/x-ndjson"} | ({"Authorization": f"Bearer {token}"} if token else {})
    changes = list[Told]()
    with (
        httpx.Client(timeout=httpx.Timeout(10, read=600), trust_env=False, headers=headers) as http,
        http.stream("POST", f"{url.rstrip('/')}/policies/preview", json=draft.content, params=query) as answer,
    ):
        if answer.status_code != 200:
            answer.read()
            problem = problem_of(answer)
            raise draft.refused(problem.errors) if answer.status_code == 422 and problem.errors else problem
        for line in answer.iter_lines():
            told = orjson.loads(line)
            if "done" in told:
                step(told["done"], told["of"])
            elif "change" in told:
                changes.append(told["change"])
            elif "result" in told:
                return told["result"], changes
            elif "problem" in told:
                raise problem_of(httpx.Response(told["problem"]["status"], json=told["problem"]))
    raise httpx.RemoteProtocolError("it ended before the result")


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr when somebody is looking."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _print(result: Told, changes: list[Told], output: str) -> None:
    if output == "json":
        sys.stdout.write(orjson.dumps({**result, "changes": changes}, option=orjson.OPT_INDENT_2).decode() + "\n")
    elif output == "jsonl":
        sys.stdout.writelines(orjson.dumps(change).decode() + "\n" for change in changes)
    elif output == "csv":
        writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_row(change) for change in changes)
    else:
        sys.stdout.writelines(line + "\n" for line in _in_words(result, changes))


def _row(change: Told) -> dict[str, Any]:
    parameters = "; ".join(f"{p['name']}: {p['before']['value']} → {p['after']['value']}" for p in change["parameters"])
    codes = {f"{side}_reasons": " ".join(r["code"] for r in change[side]["reasons"]) for side in ("before", "after")}
    outcomes = {side: change[side]["outcome"] for side in ("before", "after")}
    grades = " ".join(change["after"].get("allowed_grades", ()))
    said = {name: change.get(name, "") for name in ("cadre_id", "about", "year", "zh", "en")}
    return said | outcomes | codes | {"allowed_grades": grades, "parameters": parameters}


def _in_words(result: Told, changes: list[Told]) -> Iterator[str]:
    totals = result["totals"]
    yield f"截至 as of {result['as_of']}：{totals['population']} 人中 {totals['affected']} 人有变化 · {totals['affected']} of {totals['population']} change"
    yield from (f"{note['zh']} · {note['en']}" for note in result["notes"])
    for head, key in (("变化 changed", "transitions"), ("不变 unchanged", "unchanged")):
        if totals[key]:
            yield f"\n{head}"
            yield from (_transition(t) for t in totals[key])
    if totals["unanswered"]:
        yield f"\n{totals['unanswered']} 人的事实无法读取，未计入 · the facts of {totals['unanswered']} cannot be read; they are not counted"
    if changes:
        yield ""
    for change in changes[:SHOWN]:
        yield f"{change['zh']}\n  {change['en']}"
    if len(changes) > SHOWN:
        yield f"… 另有 {len(changes) - SHOWN} 项，用 -o csv 或 -o jsonl 查看 · {len(changes) - SHOWN} more with -o csv or -o jsonl"


def _transition(t: Told) -> str:
    about = f"考核 appraisal {t['year']}" if "year" in t else "晋升 promotion"
    zh, en = (" → ".join(label(t[side], lang, "outcome") for side in ("before", "after")) for lang in ("zh", "en"))
    return f"  {about:<20}  {t['cadres']:>6}  {t['before']} → {t['after']}  {zh} · {en}"
