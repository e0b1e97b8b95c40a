"""Every golden question, asked of the pure function and through `taizhang decide`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.answers import Question
from contracts.message import Event, end_of_day
from services.compliance import law
from services.compliance.facts import Facts
from services.compliance.offline import run
from services.compliance.shown import shown
from tests.scenarios.check import differences
from tests.scenarios.golden import Asked, questions, scenarios

NOT_YET: dict[str, str] = {}
"""Scenario ids that do not pass, each with its reason. Nothing is hidden here: whatever is in it must fail."""

QUESTIONS = questions()


def pure(asked: Asked) -> dict[str, Any]:
    return answered(divided(asked.lines), asked)


def divided(lines: Sequence[bytes]) -> Facts:
    return Facts.divide(map(Event.parse, lines))


def answered(facts: Facts, asked: Asked) -> dict[str, Any]:
    known_at = end_of_day(asked.known_at)
    if unit := asked.ask.get("unit"):
        return shown(law.unit_answer(facts.common, facts.cadres.values(), unit, asked.as_of, known_at, asked.year))
    cadre = asked.ask.get("cadre", "C1")
    question = Question(cadre_id=cadre, as_of=asked.as_of, known_at=known_at, year=asked.year)
    return shown(law.answer(facts.common, facts.cadres[cadre], question))


def test_all_are_asked() -> None:
    assert len(scenarios()) == 93
    assert len(QUESTIONS) == 180


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_pure(asked: Asked) -> None:
    found = differences(pure(asked), asked.ask)
    assert bool(found) == (asked.scenario in NOT_YET), found


@pytest.mark.parametrize("id_", sorted(scenarios()))
def test_through_decide(id_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "facts.jsonl"
    log.write_bytes(b"\n".join(scenarios()[id_][0]) + b"\n")
    for asked in (q for q in QUESTIONS if q.scenario == id_):
        unit = asked.ask.get("unit")
        cadre = None if unit else asked.ask.get("cadre", "C1")
        code = run([log], cadre, unit, asked.as_of, asked.known_at.isoformat(), asked.year, None, "json")
        answer = json.loads(capsys.readouterr().out)
        assert code == 0
        assert bool(differences(answer, asked.ask)) == (id_ in NOT_YET), differences(answer, asked.ask)


def test_the_comparison_can_fail() -> None:
    """A wrong expectation of every kind is noticed."""
    asked = next(q for q in QUESTIONS if q.scenario == "G03")
    answer = pure(asked)
    wrong: list[dict[str, Any]] = [
        {"promotion": "eligible"},
        {"promotion_code": "under_sanction"},
        {"appraisal": "eligible"},
        {"appraisal_code": "no_ground"},
        {"allowed_grades": ["unqualified"]},
        {"counts": {"unexcused_workdays": 15}},
        {"findings": ["training_gap"]},
        {"not_findings": ["reminder_overdue"]},
    ]
    assert [len(differences(answer, w)) for w in wrong] == [1] * len(wrong)
