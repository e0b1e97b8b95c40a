"""Reasons are complete: the numbers that decided with what they rest on, the facts, and who owes what is missing."""

from __future__ import annotations

import re

import pytest

from contracts.answers import Answer, Question, Reason
from contracts.message import Event, end_of_day
from services.compliance import law
from tests.law.asking import absent, approved, ask, fact, policy, requested
from tests.scenarios.golden import Asked, questions

RESTS_ON_NOTHING = {"not_exited", "measures_not_in_force", "out_of_scope", "no_ground", "performing_normally"}
CHINESE = re.compile("[\u4e00-\u9fff]")
BY_READING = {"no_ground", "long_unexcused_absence", "task_failure", "no_duty_assigned"}


def answered(asked: Asked) -> Answer:
    recorded, cadre = [Event.parse(line) for line in asked.lines], asked.ask.get("cadre", "C1")
    question = Question(cadre_id=cadre, as_of=asked.as_of, known_at=end_of_day(asked.known_at), year=asked.year)
    return law.answer(law.Common.of(recorded), law.Cadre.of(cadre, recorded), question, findings=False)


def named(reason: Reason) -> set[str]:
    return {p.name for p in reason.parameters}


@pytest.mark.parametrize("asked", [q for q in questions() if "unit" not in q.ask], ids=str)
def test_every_reason_of_every_golden_answer(asked: Asked) -> None:
    answer = answered(asked)
    for part in (answer.promotion, answer.appraisal):
        for reason in part.reasons:
            assert all(p.mark and p.source and p.policy for p in reason.parameters), reason
            assert len(named(reason)) == len(reason.parameters), reason
            assert (part.outcome != "undetermined") or reason.owed_by, reason
            assert reason.evidence or reason.code in RESTS_ON_NOTHING, reason
            assert CHINESE.search(reason.zh) and not CHINESE.search(reason.en), reason
    for reason in answer.appraisal.reasons:
        assert reason.code not in BY_READING or "art8.reading" in named(reason), reason


def test_a_bar_says_by_what_it_stands_and_how_long() -> None:
    (reason,) = ask([absent("2024-09-23", "2024-10-17")], "2024-10-17").promotion.reasons
    assert named(reason) == {"absence.long.consecutive", "art7.bar_duration", "art7.impairment_presumption"}
    assert {p.name: p.mark for p in reason.parameters}["absence.long.consecutive"] == "provisional"


def test_a_number_of_a_policy_bears_its_mark_and_the_transition() -> None:
    given = [policy("2024-01-01", absence__long__consecutive="> 10"), absent("2024-09-23", "2024-10-17")]
    (reason,) = ask(given, "2024-10-17").promotion.reasons
    (threshold,) = [p for p in reason.parameters if p.name == "absence.long.consecutive"]
    assert (threshold.policy, threshold.mark) == ("P1", "policy")
    assert "policy.transition" in named(reason)


def test_tasks_that_rebut_a_long_absence_are_named() -> None:
    done = fact("TaskOutcomeRecorded", "2024-12-20", task_id="t2024", year=2024, outcome="completed", recorded_on="2024-12-20")
    answer = ask([absent("2024-09-23", "2024-10-17"), done], "2024-12-31")
    (reason,) = answer.appraisal.reasons
    assert (answer.appraisal.outcome, reason.code) == ("eligible", "no_ground")
    assert {"assignments/absence-a1@1", "assignments/task-t2024@2"} <= set(reason.evidence)
    assert {"absence.long.consecutive", "art8.reading"} <= named(reason)
    assert "2024-09-23至2024-10-17" in reason.zh and "every task of 2024" in reason.en


def test_a_presumption_cites_the_work_that_there_was() -> None:
    (reason,) = ask([absent("2024-09-23", "2024-10-17")], "2024-10-17").appraisal.reasons
    assert {"assignments/task-t2024@1", "assignments/duty-d1@1"} <= set(reason.evidence)
    assert "presumed" in reason.en


def test_what_was_restored_or_returned_from_is_cited() -> None:
    restored = fact("PerformanceDetermined", "2024-11-01", result="restored", from_="2024-11-01")
    (reason,) = ask([absent("2024-09-23", "2024-10-17"), restored], "2024-12-02").promotion.reasons
    assert reason.evidence[0] == "assignments/absence-a1@1"
    assert [i.split("@")[0] for i in reason.evidence[1:]] == ["compliance/cadre-C1"]
    assert "2024-11-01" in reason.zh
    back = fact("ReturnConfirmed", "2024-10-14", leave_id="L1", returned_on="2024-10-14")
    (reason,) = ask([approved("2024-09-01", "2024-09-02", "2024-10-11"), back], "2024-10-20").promotion.reasons
    assert set(reason.evidence) == {"assignments/leave-L1@1", "assignments/leave-L1@2"}


def test_an_open_leave_says_by_which_numbers_it_matters() -> None:
    (reason,) = ask([requested("2024-09-20", "2024-09-23", "2024-10-31")], "2024-10-17").promotion.reasons
    assert {"leave.ordinary_max_workdays", "leave.pending_treatment"} <= named(reason)
    assert reason.owed_by == "branch"
