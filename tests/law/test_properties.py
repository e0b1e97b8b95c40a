"""What holds for any facts: order and repetition do not matter, the past does not change, the next change is the next."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.answers import Answer, Question
from contracts.message import Event, end_of_day
from services.compliance import law
from tests.law.asking import EVIDENCE, FIXTURES, absent, approved, events, fact, policy, requested
from tests.scenarios.golden import lines, questions

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
days = st.integers(0, (LAST - FIRST).days).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
QUICK = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def later(day: str, by: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=by)).isoformat()


@st.composite
def facts(draw: st.DrawFn) -> list[dict[str, object]]:
    """A few absences, leaves, decisions, determinations, grades and policies, known when they are drawn to be."""
    found: list[dict[str, object]] = []
    for i in range(draw(st.integers(0, 3))):
        first = draw(days)
        found.append(absent(first, later(first, draw(st.integers(0, 40))), f"a{i}", later(first, draw(st.integers(0, 90)))))
        if draw(st.booleans()):
            as_ = draw(st.sampled_from(["awol", "excused", "official_business", "other"]))
            known = later(first, draw(st.integers(0, 200)))
            found.append(fact("AbsenceCharacterised", first, known, absence_id=f"a{i}", as_=as_, decided_on=known))
    for i in range(draw(st.integers(0, 2))):
        on = draw(days)
        first, last = later(on, draw(st.integers(-10, 10))), later(on, draw(st.integers(10, 120)))
        evidence = draw(st.sampled_from([EVIDENCE, []]))
        found.append(requested(on, first, last, leave_id=f"L{i}", evidence=evidence, applicant=draw(st.sampled_from(["self", "proxy"]))))
        decided = later(on, draw(st.integers(0, 60)))
        match draw(st.integers(0, 4)):
            case 0:
                found.append(approved(decided, first, last, draw(st.sampled_from(["unit", "committee"])), f"L{i}"))
            case 1:
                found.append(fact("LeaveRejected", decided, leave_id=f"L{i}", level="committee", decision_no="D", decided_on=decided))
            case 2:
                found.append(fact("LeaveUnitReviewed", decided, leave_id=f"L{i}", outcome="passed", reviewed_on=decided))
            case 3:
                found.append(fact("LeaveWithdrawn", decided, leave_id=f"L{i}", withdrawn_on=decided))
        if draw(st.booleans()):
            back = later(first, draw(st.integers(1, 150)))
            found.append(fact("ReturnConfirmed", back, leave_id=f"L{i}", returned_on=back))
    for _ in range(draw(st.integers(0, 2))):
        on = draw(days)
        result = draw(st.sampled_from(["can", "cannot", "restored"]))
        found.append(fact("PerformanceDetermined", on, later(on, draw(st.integers(0, 60))), result=result, from_=on))
    if draw(st.booleans()):
        value = draw(st.sampled_from(["> 5", "> 10", "> 15", "> 20", ">= 15"]))
        found.append(policy(draw(days), known=draw(days), absence__long__consecutive=value))
    if draw(st.booleans()):
        on = f"2025-0{draw(st.integers(1, 9))}-20"
        found.append(fact("GradeRevised", on, year=2024, grade=draw(st.sampled_from(["basically_qualified", "qualified"])), revised_on=on))
    return found


def derive(known: list[Event], as_of: date, known_at: str, *, next_change: bool = False) -> Answer:
    cadre = law.Cadre.of("C1", known)
    question = Question(cadre_id="C1", as_of=as_of, known_at=known_at, year=as_of.year)
    return law.answer(law.Common.of(known), cadre, question, next_change=next_change)


@QUICK
@given(facts(), days, days, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(given_: list[dict[str, object]], day: str, known: str, chance: random.Random) -> None:
    recorded = events(given_)
    as_of, known_at = date.fromisoformat(day), end_of_day(date.fromisoformat(known))
    if not any(e.recordedtime <= known_at for e in recorded):
        return
    shuffled = [*recorded, *recorded[::3]]
    chance.shuffle(shuffled)
    assert derive(shuffled, as_of, known_at) == derive(recorded, as_of, known_at)


@QUICK
@given(facts(), days, days)
def test_what_is_recorded_later_does_not_change_what_was_known(given_: list[dict[str, object]], day: str, known: str) -> None:
    recorded = events(given_)
    as_of, known_at = date.fromisoformat(day), end_of_day(date.fromisoformat(known))
    then = [e for e in recorded if e.recordedtime <= known_at]
    assert derive(recorded, as_of, known_at) == derive(then, as_of, known_at)


def news(answer: Answer) -> tuple[object, ...]:
    """What makes an answer another one."""
    p, a = answer.promotion, answer.appraisal
    return p.outcome, [r.code for r in p.reasons], a.outcome, a.allowed_grades, [r.code for r in a.reasons], a.readings


@QUICK
@given(facts(), days)
def test_nothing_changes_before_the_next_change(given_: list[dict[str, object]], day: str) -> None:
    """On the day that is named the answer is another; on the days before it is the same."""
    recorded, as_of, known_at = events(given_), date.fromisoformat(day), end_of_day(LAST)
    answer = derive(recorded, as_of, known_at, next_change=True)
    on = answer.promotion.next_change_on
    until = on or as_of + timedelta(days=200)
    now = outcome(recorded, as_of, known_at)
    assert all(outcome(recorded, as_of + timedelta(days=n), known_at) == now for n in range(1, (until - as_of).days, 5))
    if on is not None:
        assert outcome(recorded, on, known_at) != now


def outcome(recorded: list[Event], day: date, known_at: str) -> tuple[object, ...]:
    return news(derive(recorded, day, known_at))[:2]


@QUICK
@given(facts(), days)
def test_more_facts_at_once_or_one_by_one(given_: list[dict[str, object]], day: str) -> None:
    recorded, as_of, known_at = events(given_), date.fromisoformat(day), end_of_day(LAST)
    half = len(recorded) // 2
    common = law.Common.of(recorded[:half]).extended(recorded[half:])
    cadre = law.Cadre.of("C1", recorded[:half]).extended(recorded[half:])
    question = Question(cadre_id="C1", as_of=as_of, known_at=known_at, year=as_of.year)
    assert law.answer(common, cadre, question, next_change=False) == derive(recorded, as_of, known_at)


def test_years_together_are_years_apart() -> None:
    recorded = events([absent("2025-12-22", "2026-01-15")])
    common, cadre, known_at = law.Common.of(recorded), law.Cadre.of("C1", recorded), end_of_day(LAST)
    years = law.years_in_scope(common, cadre, date(2026, 2, 1), known_at)
    assert years == (2023, 2024, 2025, 2026)
    together = law.answers(common, cadre, date(2026, 2, 1), known_at, years)
    for year in years:
        question = Question(cadre_id="C1", as_of=date(2026, 2, 1), known_at=known_at, year=year)
        assert law.answer(common, cadre, question) == together[year]


@pytest.mark.parametrize("asked", [q for q in questions() if "unit" not in q.ask][::7], ids=str)
def test_golden_questions_in_any_order(asked: object) -> None:
    recorded = [Event.parse(line) for line in asked.lines]  # type: ignore[attr-defined]
    cadre, as_of = asked.ask.get("cadre", "C1"), asked.as_of  # type: ignore[attr-defined]
    question = Question(cadre_id=cadre, as_of=as_of, known_at=end_of_day(asked.known_at), year=asked.year)  # type: ignore[attr-defined]
    first = law.answer(law.Common.of(recorded), law.Cadre.of(cadre, recorded), question)
    turned = recorded[::-1]
    assert law.answer(law.Common.of(turned), law.Cadre.of(cadre, turned), question) == first


def test_lines_are_in_the_order_of_their_recording() -> None:
    recorded = [Event.parse(line) for line in lines(FIXTURES["F25"])]
    assert [e.recordedtime for e in recorded] == sorted(e.recordedtime for e in recorded)
