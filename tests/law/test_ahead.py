"""The day of the next change against each day that comes: on random histories, asked about before much of them begins."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from contracts.answers import Question
from services.compliance import law
from services.compliance.law.answering import of_appraisal, of_promotion
from services.compliance.law.view import View
from tests.law.telling import History
from tests.law.told import MORE, whole

ASKED, OF_OUTLOOK = (240, 60) if MORE in os.environ else (60, 12)
TOGETHER = 6
BEFORE = (0, 3, 12, 30, 50)
"""How many days before that of the history it is asked about."""
AHEAD = 40


def told(number: int) -> History:
    h = whole(1, number)
    as_of = h.as_of - timedelta(days=BEFORE[number % len(BEFORE)])
    return replace(h, as_of=as_of, year=as_of.year)


def first_that_differs(by: Callable[[date], Hashable], since: date) -> date | None:
    """Of the days that come."""
    now = by(since)
    return next((day for n in range(1, AHEAD) if by(day := since + timedelta(days=n)) != now), None)


def soon(day: date | None, since: date) -> date | None:
    return day if day and day < since + timedelta(days=AHEAD) else None


def changes(h: History) -> tuple[tuple[date | None, date | None], tuple[date | None, date | None]]:
    """Of the promotion and of the appraisal: as the answer says, and as found day by day."""
    common, cadre = law.Common.of(h.events), law.Cadre.of("C1", h.events)
    question = Question(cadre_id="C1", as_of=h.as_of, known_at=h.known_at, year=h.year)
    answer, view = law.answer(common, cadre, question, findings=False), View(common, cadre, h.known_at)
    said = soon(answer.promotion.next_change_on, h.as_of), soon(answer.appraisal.next_change_on, h.as_of)
    promotion = first_that_differs(lambda day: of_promotion(view.on(day).promotion()), h.as_of)
    return said, (promotion, first_that_differs(lambda day: of_appraisal(view.on(day).appraisal(h.year)), h.as_of))


@pytest.mark.parametrize("first", range(0, ASKED, TOGETHER))
def test_the_answers_say_on_which_day_they_change(first: int) -> None:
    for number in range(first, first + TOGETHER):
        said, found = changes(told(number))
        assert said == found, told(number)


def all_of_it(h: History) -> Callable[[date], Hashable]:
    common, cadre = law.Common.of(h.events), law.Cadre.of("C1", h.events)

    def by(day: date) -> Hashable:
        found = law.outlook(common, cadre, day, h.known_at)
        promotion = of_promotion(next(iter(found.answers.values())).promotion)
        years = () if not law.years_in_scope(common, cadre, day, h.known_at) else tuple(found.answers)
        held = frozenset(id_ for id_, r in found.findings.items() if not r.cleared)
        waits = frozenset((r.todo("C1"), r.due_on, r.unit) for r in found.owed)
        return promotion, tuple((year, of_appraisal(found.answers[year].appraisal)) for year in years), held, waits

    return by


@pytest.mark.parametrize("number", range(OF_OUTLOOK))
def test_the_outlook_says_on_which_day_anything_changes(number: int) -> None:
    h = told(number)
    again_on = law.outlook(law.Common.of(h.events), law.Cadre.of("C1", h.events), h.as_of, h.known_at).again_on
    assert soon(again_on, h.as_of) == first_that_differs(all_of_it(h), h.as_of), h
