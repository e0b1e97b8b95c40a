"""`taizhang decide`: answers from log files alone, without a server, a database or a network."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import yaml

from contracts.answers import Question
from contracts.compliance import PolicyPublished
from contracts.message import CHINA, Event, end_of_day, instant
from services.compliance import law
from services.compliance.facts import Facts
from services.compliance.law.policy import problem
from services.compliance.logfiles import BadLog, read
from services.compliance.shown import shown
from services.compliance.tables import as_csv, as_table

OK, USAGE, NOT_FOUND = 0, 2, 3
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
DRAFT = "draft"


class Unusable(Exception):
    """An option that cannot be used; the text says why, in Chinese and English."""


def run(
    logs: Sequence[Path],
    cadre: str | None,
    unit: str | None,
    as_of: date | None,
    known_at: str | None,
    year: int | None,
    policy: Path | None,
    output: str,
) -> int:
    """Prints the answer about a cadre, a unit, or every cadre. Exit 0 whatever the answers are, 2 for what cannot be read or
    understood, 3 for somebody unknown."""
    try:
        now = datetime.now(CHINA)
        day = as_of or now.date()
        known = _instant(known_at) if known_at else instant(now)
        events = read(logs)
        if policy is not None:
            events.append(draft(policy, known))
    except (BadLog, Unusable) as problem_:
        print(problem_, file=sys.stderr)
        return USAGE
    if unit is not None and cadre is not None:
        print("--cadre 与 --unit 只能给一个 · give --cadre or --unit, not both", file=sys.stderr)
        return USAGE
    if not EARLIEST <= day <= LATEST or (year and not EARLIEST.year <= year <= LATEST.year):
        print(f"日期须在 {EARLIEST} 至 {LATEST} 之间 · a day between {EARLIEST} and {LATEST} is expected", file=sys.stderr)
        return USAGE
    if not events:
        print("日志文件中没有事实 · there is no fact in these logs", file=sys.stderr)
    facts = Facts.divide(events)
    if unit is not None:
        return _unit(facts, unit, day, known, year or day.year, output)
    if cadre is not None and cadre not in facts.cadres:
        print("台账中没有这名干部 · no such cadre in these logs", file=sys.stderr)
        return NOT_FOUND
    asked = [cadre] if cadre is not None else list(facts.cadres)
    answers = (_answer(facts, id_, day, known, year or day.year) for id_ in asked)
    _print(answers, output, single=cadre is not None)
    return OK


def _answer(facts: Facts, cadre_id: str, day: date, known: str, year: int) -> dict[str, Any]:
    question = Question(cadre_id=cadre_id, as_of=day, known_at=known, year=year)
    return shown(law.answer(facts.common, facts.cadres[cadre_id], question, inputs=facts.inputs(known)))


def _unit(facts: Facts, unit: str, day: date, known: str, year: int, output: str) -> int:
    if unit not in facts.units():
        print("台账中没有这个单位 · no such unit in these logs", file=sys.stderr)
        return NOT_FOUND
    answer = law.unit_answer(facts.common, facts.cadres.values(), unit, day, known, year)
    _print([shown(answer)], output, single=True)
    return OK


def _instant(text: str) -> str:
    """An instant as `recordedtime` is written; a day means its end. A time without offset is Asia/Shanghai."""
    try:
        if len(text) == 10:
            return end_of_day(date.fromisoformat(text))
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Unusable("--known-at：不是日期或时刻 · neither a day nor an instant") from None
    return instant(at if at.tzinfo else at.replace(tzinfo=CHINA))


def draft(file: Path, known_at: str) -> Event:
    """A policy as if it had been published: YAML or JSON with `effective_from` and `parameters`. Raises Unusable."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        data = PolicyPublished.model_validate({"policy_id": DRAFT, "source": DRAFT, "document_no": DRAFT, **content})
    except (OSError, ValueError, TypeError, yaml.YAMLError) as error:
        raise Unusable(f"--policy:{file} 读不懂 · cannot be understood ({type(error).__name__})") from None
    if wrong := [text for name, value in data.parameters.items() if (text := problem(name, value))]:
        raise Unusable("--policy:" + ";".join(wrong))
    return Event(
        f"compliance/policy-{data.policy_id}@1", "/taizhang/compliance", PolicyPublished.type(), data.policy_id, data.effective_from,
        known_at, 0, DRAFT, "committee", "-", DRAFT, DRAFT, data,
    )  # fmt: skip


def _print(answers: Iterable[dict[str, Any]], output: str, *, single: bool) -> None:
    if output == "jsonl":
        for answer in answers:
            sys.stdout.write(orjson.dumps(answer).decode() + "\n")
    elif output == "json":
        content = list(answers)
        sys.stdout.write(orjson.dumps(content[0] if single else content, option=orjson.OPT_INDENT_2).decode() + "\n")
    elif output == "csv":
        sys.stdout.write(as_csv(answers))
    else:
        sys.stdout.write(as_table(list(answers), single=single))
