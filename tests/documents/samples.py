"""What the documents are made of, as the services would give it: golden scenarios asked through the law itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from contracts.message import Event, end_of_day
from services.compliance import law
from services.compliance.shown import shown
from tests.scenarios.golden import Asked, questions

Data = dict[str, Any]
UNITS = {"U1": "溪岚区槐荫中学", "U2": "溪岚区知岭中学"}
UNIT = {"unit_id": "U1", "name": UNITS["U1"], "kind": "school", "state": "open"}


def cadre(cadre_id: str = "C1", **more: Any) -> Data:
    return {
        "cadre_id": cadre_id, "unit_id": "U1", "managed_by": "committee", "category": "professional_technical", "post_grade": 8,
        "state": "exited", "exited_on": "2023-09-01", "post": "校长", "decision_no": "溪教体干〔2023〕9号", "name": "张三", **more,
    }  # fmt: skip


def asked(name: str) -> Asked:
    return next(q for q in questions() if str(q) == name)


def events(question: Asked) -> list[Event]:
    return [Event.parse(line) for line in question.lines]


def of_cadre(found: Sequence[Event], cadre_id: str = "C1") -> list[Event]:
    return [e for e in found if getattr(e.data, "cadre_id", None) == cadre_id]


@cache
def answered(name: str, *, explain: bool = False) -> Data:
    """The answer to a golden question, as a service gives it."""
    question = asked(name)
    common, own = law.Common.of(events(question)), law.Cadre.of("C1", events(question))
    year = question.year
    answer = law.answers(common, own, question.as_of, end_of_day(question.known_at), (year,))[year]
    changes = law.would_change(common, own, answer) if explain else None
    return shown(answer.model_copy(update={"would_change": changes, "inputs": {"registry": 4, "assignments": 5}}))


def of_unit(name: str, unit_id: str = "U1") -> Data:
    question = asked(name)
    common, own = law.Common.of(events(question)), law.Cadre.of("C1", events(question))
    return shown(law.unit_answer(common, [own], unit_id, question.as_of, end_of_day(question.known_at), question.year))


def absence(first: date, last: date, **more: Any) -> Data:
    span = {"from": first.isoformat(), "until": last.isoformat()}
    return {"absence_id": "a1", "cadre_id": "C1", "unit_id": "U1", "state": "recorded", "fraction": 1, "removed": [], **span, **more}


def leave(first: date, last: date, **more: Any) -> Data:
    span = {"from": first.isoformat(), "until": last.isoformat()}
    given = {"leave_id": "L1", "cadre_id": "C1", "unit_id": "U1", "state": "approved", "level": "committee", "returned_on": None}
    return {**given, "decision": "approved", "decision_no": "溪教体委〔2024〕7号", **span, **more}
