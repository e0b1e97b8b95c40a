"""The law and the plain telling of it agree on random histories; `make histories` asks about more of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date

import pytest

from contracts.codes import FINDINGS
from contracts.message import end_of_day
from services.compliance.law import days
from services.compliance.law.days import UNSETTLED
from tests.law.agreement import answers_differ, differences, shortest
from tests.law.asking import absent, events
from tests.law.telling import History
from tests.law.told import MORE, WHOLE, days_by_the_text, findings_by_the_text, told, whole

SLICE, ASKED = 300, int(os.environ.get(MORE) or WHOLE)
"""`make mutation` asks about more of the whole ones: what the text says of them it hears once for all faults."""
TOGETHER = 10


def shown(h: History, by: Callable[[History], list[str]]) -> History:
    """Where nobody reads it, it is not made shorter."""
    return h if MORE in os.environ else shortest(h, by)


@pytest.mark.parametrize("first", range(0, SLICE, TOGETHER))
def test_the_law_says_what_the_text_says(first: int) -> None:
    for number in range(first, first + TOGETHER):
        h = told(0, number)
        assert not differences(h), shown(h, differences)


@pytest.mark.parametrize("first", range(0, ASKED, TOGETHER))
def test_answers_and_findings_are_those_of_the_text(first: int) -> None:
    for number in range(first, first + TOGETHER):
        h = whole(0, number)
        assert not answers_differ(h), shown(h, answers_differ)


def test_the_histories_meet_every_finding_about_a_cadre() -> None:
    """In thousands of them; here those that a few hundred facts suffice for."""
    met = set[str]()
    for number in range(0, 120, 2):
        met |= {f.code for f in findings_by_the_text(whole(0, number))}
    assert len(met) >= 25, sorted(set(FINDINGS) - met)


def test_the_histories_meet_every_kind_of_day() -> None:
    met = {kind for number in range(0, SLICE, 3) for kind, *_ in days_by_the_text(told(0, number))[0].values()}
    assert met == {"special", "ordinary", "unexcused", "excused", "good_faith", *UNSETTLED}


def test_a_difference_is_seen_and_made_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A law that takes half days for whole ones is found out by one half day; what has no part in it is left out."""
    known = [absent("2025-03-03", "2025-03-03", half="morning"), absent("2025-03-10", "2025-03-12", "a2")]
    h = History(tuple(events(known)), date(2025, 3, 12), end_of_day(date(2030, 1, 1)), 2025)
    assert differences(h) == []
    monkeypatch.setattr(days, "_amount", lambda *_: 1.0)
    assert differences(h)[0] == "2025-03-03: the law says ('unexcused', 1.0, False, True), the text ('unexcused', 0.5, False, True)"
    assert [e.data.event_name() for e in shortest(h).events] == ["AbsenceRecorded"]
