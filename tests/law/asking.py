"""Facts and questions in the words of the golden scenarios, for tests of single rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from contracts.answers import Answer, Question, UnitAnswer
from contracts.message import Event, end_of_day
from services.compliance import law
from services.compliance.facts import Facts
from services.compliance.law.article_10 import SUPERIOR
from services.compliance.law.regulation import MEASURES
from tests.law import telling
from tests.scenarios.golden import lines, loaded

EVIDENCE = telling.EVIDENCE
FIXTURES: dict[str, list[dict[str, Any]]] = loaded()["fixtures"]
ARTICLES = {a.number: a for a in (*MEASURES.articles, *SUPERIOR.articles)}
CHINESE = re.compile("[\u4e00-\u9fff]")
ONE = timedelta(days=1)


def d(text: str) -> date:
    return date.fromisoformat(text)


def fact(name: str, on: str, known: str | None = None, /, **data: Any) -> dict[str, Any]:
    """A fact that takes effect on a day; `from_` and `as_` stand for the keywords."""
    found: dict[str, Any] = {"day": d(on), name: {k.rstrip("_"): v for k, v in data.items()}}
    return found | ({"known": d(known)} if known else {})


def absent(first: str, last: str, id_: str = "a1", known: str | None = None, **data: Any) -> dict[str, Any]:
    return fact("AbsenceRecorded", first, known or last, absence_id=id_, from_=first, until=last, **data)


def requested(on: str, first: str, last: str, **data: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"leave_id": "L1", "applicant": "self", "reason_class": "health", "written": True, "evidence": EVIDENCE} | data
    return fact("LeaveRequested", on, from_=first, until=last, requested_on=on, **given)


def approved(on: str, first: str, last: str, level: str = "committee", leave_id: str = "L1") -> dict[str, Any]:
    return fact(
        "LeaveApproved", min(on, first), on, leave_id=leave_id, level=level, from_=first, until=last, decision_no="D", decided_on=on
    )  # fmt: skip


def policy(effective_from: str, *, id_: str = "P1", known: str | None = None, **parameters: Any) -> dict[str, Any]:
    """`absence__long__consecutive` stands for the dotted name."""
    named = {k.replace("__", "."): v for k, v in parameters.items()}
    return fact(
        "PolicyPublished", effective_from, known or effective_from, policy_id=id_, effective_from=effective_from, parameters=named,
        source="test", document_no="T",
    )  # fmt: skip


def events(given: Sequence[dict[str, Any]], fixture: str | None = "F25") -> list[Event]:
    return [Event.parse(line) for line in lines([*(FIXTURES[fixture] if fixture else []), *given])]


def ask(
    given: Sequence[dict[str, Any]], as_of: str, *, known_at: str | None = None, year: int | None = None, fixture: str | None = "F25",
    cadre: str = "C1",
) -> Answer:  # fmt: skip
    """Known to the end of 2030 unless it is said."""
    facts = Facts.divide(events(given, fixture))
    day = d(as_of)
    question = Question(cadre_id=cadre, as_of=day, known_at=end_of_day(d(known_at or "2030-12-31")), year=year or day.year)
    return in_order(law.answer(facts.common, facts.cadres[cadre], question))


def in_order(answer: Answer) -> Answer:
    """What it cites is there: each reason and finding under an article that has it, in two languages, with recorded facts."""
    for reason in (*answer.promotion.reasons, *answer.appraisal.reasons):
        assert reason.code in ARTICLES[reason.article].reasons, reason
        assert CHINESE.search(reason.zh) and not CHINESE.search(reason.en), reason
    for found in answer.findings:
        article = ARTICLES.get(found.article) or ARTICLES[found.article.partition(".")[0]]
        assert any(found.code in d.codes for v in article.versions for d in v.detectors), found
    return answer


def ask_unit(given: Sequence[dict[str, Any]], unit: str, as_of: str, *, year: int | None = None, fixture: str | None = "F25") -> UnitAnswer:
    facts = Facts.divide(events(given, fixture))
    day = d(as_of)
    return law.unit_answer(facts.common, facts.cadres.values(), unit, day, end_of_day(d("2030-12-31")), year or day.year)


def codes(answer: Answer, of: str = "promotion") -> list[str]:
    part = answer.promotion if of == "promotion" else answer.appraisal
    return [r.code for r in part.reasons]


def findings(answer: Answer | UnitAnswer) -> set[str]:
    return {f.code for f in answer.findings}
