"""`taizhang decide`: answers from log files alone, without a server, a database or a network."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from contracts.answers import Question
from contracts.message import CHINA, end_of_day, instant
from services.compliance import law
from services.compliance.draft_files import BadDraft, DraftFile
from services.compliance.facts import Facts
from services.compliance.logfiles import BadLog, read
from services.compliance.shown import shown
from services.compliance.tables import as_csv, as_table

OK, USAGE, NOT_FOUND = 0, 2, 3
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


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
    explain: bool = False,
) -> int:
    """Prints the answer about a cadre, a unit, or every cadre. Exit 0 whatever the answers are, 2 for what cannot be read or
    understood, 3 for somebody unknown."""
    try:
        now = datetime.now(CHINA)
        day = as_of or now.date()
        known = _instant(known_at) if known_at else instant(now)
        draft = DraftFile(policy) if policy is not None else None
        events = read(logs)
    except (BadLog, BadDraft, Unusable) as problem:
        print(problem, file=sys.stderr)
        return USAGE
    if unit is not None and cadre is not None:
        print("--cadre 与 --unit 只能给一个 · give --cadre or --unit, not both", file=sys.stderr)
        return USAGE
    if explain and unit is not None:
        print("--explain 只说明干部的结论，请去掉 --unit · --explain is about a cadre's answer: leave --unit out", file=sys.stderr)
        return USAGE
    if not EARLIEST <= day <= LATEST or (year and not EARLIEST.year <= year <= LATEST.year):
        print(f"日期须在 {EARLIEST} 至 {LATEST} 之间 · a day between {EARLIEST} and {LATEST} is expected", file=sys.stderr)
        return USAGE
    if not events:
        print("日志文件中没有事实 · there is no fact in these logs", file=sys.stderr)
    facts = Facts.divide(events)
    if draft is not None:
        try:
            facts = replace(facts, common=facts.common.extended([draft.judged(facts.common, known)]))
        except BadDraft as refusal:
            print(refusal, file=sys.stderr)
            return USAGE
    if unit is not None:
        return _unit(facts, unit, day, known, year or day.year, output)
    if cadre is not None and cadre not in facts.cadres:
        print("台账中没有这名干部 · no such cadre in these logs", file=sys.stderr)
        return NOT_FOUND
    asked = [cadre] if cadre is not None else list(facts.cadres)
    answers = (_answer(facts, id_, day, known, year or day.year, explain=explain) for id_ in asked)
    _print(answers, output, single=cadre is not None)
    return OK


def _answer(facts: Facts, cadre_id: str, day: date, known: str, year: int, *, explain: bool) -> dict[str, Any]:
    question = Question(cadre_id=cadre_id, as_of=day, known_at=known, year=year)
    cadre = facts.cadres[cadre_id]
    answer = law.answer(facts.common, cadre, question, inputs=facts.inputs(known))
    changes = law.would_change(facts.common, cadre, answer) if explain else None
    return shown(answer.model_copy(update={"would_change": changes}))


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
