"""What holds for any history, whole answers with their findings: only what counts matters, and only as it was known."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from contracts.answers import Answer, Question
from contracts.message import Event
from services.compliance import law
from tests.law.careers import career
from tests.law.histories import history
from tests.law.telling import History

MANY = 60
TENS = pytest.mark.parametrize("ten", range(0, MANY, 10))


def told(ten: int) -> Iterator[tuple[History, random.Random]]:
    """Each with the chance that is left after it was told: the same for every test."""
    for number in range(ten, ten + 10):
        h, state = once(number)
        chance = random.Random()
        chance.setstate(state)
        yield h, chance


@cache
def once(number: int) -> tuple[History, tuple[Any, ...]]:
    chance = random.Random(f"career-{number}")
    return history(chance, career), chance.getstate()


def ask(h: History, events: Sequence[Event] | None = None, *, next_change: bool = True) -> Answer:
    given = h.events if events is None else events
    return answered(law.Common.of(given), law.Cadre.of("C1", given), h, next_change)


def answered(common: law.Common, cadre: law.Cadre, h: History, next_change: bool = True) -> Answer:
    question = Question(cadre_id="C1", as_of=h.as_of, known_at=h.known_at, year=h.year)
    return law.answer(common, cadre, question, next_change=next_change)


def unforeseen(answer: Answer) -> Answer:
    """Without the days of the next change, which are about facts to come."""
    promotion = answer.promotion.model_copy(update={"next_change_on": None})
    appraisal = answer.appraisal.model_copy(update={"next_change_on": None})
    return answer.model_copy(update={"promotion": promotion, "appraisal": appraisal})


@TENS
def test_order_and_doubling_do_not_matter(ten: int) -> None:
    for h, chance in told(ten):
        given = [*h.events, *chance.sample(h.events, len(h.events) // 2)]
        chance.shuffle(given)
        assert ask(h, given) == ask(h), h


@TENS
def test_what_comes_in_pieces_is_what_came_at_once(ten: int) -> None:
    """Also when questions are asked between the pieces."""
    for h, chance in told(ten):
        common, cadre, rest = law.Common.of(()), law.Cadre.of("C1", ()), list(h.events)
        chance.shuffle(rest)
        while rest:
            piece, rest = rest[: (size := chance.randint(1, 8))], rest[size:]
            common, cadre = common.extended(piece), cadre.extended(piece)
            if chance.random() < 0.3:
                answered(common, cadre, h, next_change=False)
        assert answered(common, cadre, h) == ask(h), h


@TENS
def test_what_is_recorded_later_changes_nothing(ten: int) -> None:
    for h, chance in told(ten):
        instant = chance.choice(h.events).recordedtime
        then = History(h.events, h.as_of, instant, h.year)
        assert ask(then) == ask(then, [e for e in h.events if e.recordedtime <= instant]), then


@TENS
def test_what_is_true_only_later_changes_nothing_but_the_next_change(ten: int) -> None:
    """Calendars and rosters count once they are known, and late registrations are seen when they are made: an exit stays as
    it is corrected to an earlier day, with the fact that is corrected."""
    always = ("CalendarPublished", "SchoolCalendarPublished", "RosterPublished")
    for h, chance in told(ten):
        day = h.as_of - timedelta(days=chance.randint(0, 60))
        then = History(h.events, day, h.known_at, day.year)
        named = {getattr(e.data, "corrects", None) for e in h.events}
        counting = [e for e in h.events if e.time <= day or e.data.event_name() in always or e.id in named]
        assert unforeseen(ask(then, counting)) == unforeseen(ask(then)), then


@TENS
def test_the_past_as_known_then_never_changes(ten: int) -> None:
    for h, chance in told(ten):
        arriving = sorted(h.events, key=lambda e: e.recordedtime)
        half = len(arriving) // 2
        common, cadre = law.Common.of(arriving[:half]), law.Cadre.of("C1", arriving[:half])
        asked = [History(h.events, h.as_of - timedelta(days=n), arriving[half - 1].recordedtime, h.year) for n in (0, 7, 31)]
        answers = [answered(common, cadre, q) for q in asked]
        common, cadre = common.extended(arriving[half:]), cadre.extended(arriving[half:])
        for _ in range(2):
            chance.shuffle(asked_again := list(zip(asked, answers, strict=True)))
            for question, answer in asked_again:
                assert answered(common, cadre, question) == answer, question


def test_the_histories_meet_every_outcome() -> None:
    answers = [ask(h, next_change=False) for ten in range(0, 200, 10) for h, _ in told(ten)]
    assert {a.promotion.outcome for a in answers} == {"eligible", "ineligible", "undetermined", "out_of_scope"}
    assert {a.appraisal.outcome for a in answers} == {"eligible", "ineligible", "no_grade", "undetermined", "not_applicable"}
    assert len({f.code for a in answers for f in a.findings}) > 25
    assert all(a.as_of > date(2022, 1, 1) for a in answers)
