"""What the answers to the golden questions rest on: articles, facts, numbers, who owes what, findings with their due days and
accountable parties. `python -m tests.law.citing > tests/law/cited.yaml` writes it anew; whoever changes the law reads the difference."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import yaml

from contracts.answers import Answer, Finding, Question, Reason, UnitAnswer
from contracts.message import Event, end_of_day
from services.compliance import law
from services.compliance.facts import Facts
from tests.scenarios.golden import Asked, questions


def answered(asked: Asked) -> Answer | UnitAnswer:
    facts, known_at = Facts.divide(map(Event.parse, asked.lines)), end_of_day(asked.known_at)
    if unit := asked.ask.get("unit"):
        return law.unit_answer(facts.common, facts.cadres.values(), unit, asked.as_of, known_at, asked.year)
    cadre = asked.ask.get("cadre", "C1")
    return law.answer(facts.common, facts.cadres[cadre], Question(cadre_id=cadre, as_of=asked.as_of, known_at=known_at, year=asked.year))


def cited(asked: Asked) -> dict[str, Any]:
    answer = answered(asked)
    found: dict[str, Any] = {"findings": [_finding(f) for f in answer.findings]}
    if isinstance(answer, Answer):
        found["promotion"] = [_reason(r) for r in answer.promotion.reasons]
        found["appraisal"] = [_reason(r) for r in answer.appraisal.reasons]
        found["until"] = f"{answer.promotion.next_change_on}, {answer.appraisal.next_change_on}"
        found["grades"] = [*answer.appraisal.allowed_grades, *(["provisional"] if answer.appraisal.provisional else [])]
    return found


def _reason(reason: Reason) -> str:
    numbers = [f"{p.name} = {p.value} ({p.policy}, {p.mark})" for p in reason.parameters]
    return _line(f"{reason.article} {reason.code}", reason.evidence, numbers, [reason.owed_by or ""])


def _finding(f: Finding) -> str:
    return _line(f"{f.article} {f.code}", [f"{f.accountable} of {f.unit_id}", str(f.due_on), f.office or "", f.about or ""], f.evidence)


def _line(what: str, *parts: Sequence[str]) -> str:
    return "; ".join([what, *(said for part in parts if (said := ", ".join(p for p in part if p)))])


if __name__ == "__main__":
    yaml.safe_dump({str(q): cited(q) for q in questions()}, sys.stdout, allow_unicode=True, width=10_000)
