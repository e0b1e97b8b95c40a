"""Random histories by their numbers, and what the plain telling of the text says of each, worked out once. Nothing of the law is read
here."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from tests.law import plain
from tests.law.careers import career
from tests.law.histories import history
from tests.law.laws import laws_and_work
from tests.law.plain_answers import PlainCase
from tests.law.plain_facts import PlainFacts
from tests.law.plain_findings import PlainFinding, PlainInquiry
from tests.law.plain_findings_of_leave import findings
from tests.law.plain_promotion import promotion
from tests.law.telling import History

REMEMBERED = 4096
WHOLE, MORE = 120, "HISTORIES"
"""How many whole histories the tests ask about, and what says in the environment that it is more of them."""

Classified = dict[str, tuple[str, float, bool, bool]]


@lru_cache(maxsize=REMEMBERED)
def whole(seed: int, number: int) -> History:
    """With a career and with laws that change: asked about as a whole, of every third long afterwards."""
    chance = random.Random(f"whole-{seed}-{number}")
    h = history(chance, laws_and_work if number % 2 else career)
    if number % 3:
        return h
    as_of = h.as_of + timedelta(days=chance.choice((30, 90, 200, 400)))
    return replace(h, as_of=as_of, year=as_of.year - chance.choice((0, 1)))


@lru_cache(maxsize=REMEMBERED)
def told(seed: int, number: int) -> History:
    return history(random.Random(f"{seed}-{number}"))


@lru_cache(maxsize=REMEMBERED)
def days_by_the_text(h: History) -> tuple[Classified, object]:
    """Days that were not simply worked: kind, amount, W, in scope. And the counts of the answer."""
    facts = PlainFacts(h.events, "C1", h.as_of, h.known_at)
    days = plain.classify(facts, h.as_of)
    found = {day.isoformat(): (d.kind, d.amount, d.awol, d.in_scope) for day, d in days.items() if d.kind != "worked"}
    return found, plain.counts(facts, days, h.year)


@lru_cache(maxsize=REMEMBERED)
def answers_by_the_text(h: History) -> dict[str, Any]:
    """Sections 6 and 7: outcomes and codes, grades, readings."""
    case = PlainCase(PlainFacts(h.events, "C1", h.as_of, h.known_at))
    promoted, (appraised, readings, grades) = promotion(case), case.appraisal(h.year)
    return {
        "promotion": (promoted.outcome, *promoted.codes),
        "appraisal": (appraised.outcome, *appraised.codes),
        "grades": grades,
        "readings": readings,
    }


@lru_cache(maxsize=REMEMBERED)
def findings_by_the_text(h: History) -> frozenset[PlainFinding]:
    """Section 8."""
    return frozenset(findings(PlainInquiry(h.events, h.as_of, h.known_at, h.year)))


def heard(days: int, answers: int) -> None:
    """What the text says of so many, before they are asked about."""
    for number in range(days):
        days_by_the_text(told(0, number))
    for number in range(answers):
        answers_by_the_text(whole(0, number))
        findings_by_the_text(whole(0, number))
