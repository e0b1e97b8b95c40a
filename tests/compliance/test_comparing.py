"""Who changes under a draft, and which of its parameters decided."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.message import end_of_day
from services.compliance import drafts
from services.compliance.comparing import Compared, Laws, compare
from services.compliance.facts import Facts
from services.compliance.law import Common
from tests.law.asking import absent, ask, d, events, fact, policy, requested

AWAY = absent("2024-09-23", "2024-10-17")
DAY = d("2024-12-01")
NOW = end_of_day(DAY)


def compared(draft: dict[str, Any], *given: dict[str, Any], fixture: str = "F0", as_of: date = DAY, year: int | None = None) -> Compared:
    facts = Facts.divide(events(given, fixture))
    laws = Laws.of(facts.common, drafts.judged(drafts.of(draft), facts.common, NOW))
    found = Compared()
    for cadre in facts.cadres.values():
        compare(laws, cadre.id, cadre.events, as_of, NOW, year, found)
    return found


def of(draft: dict[str, Any], *given: dict[str, Any], **more: Any) -> list[tuple[Any, ...]]:
    changes = compared(draft, *given, **more).changes
    return [
        (c["about"], c.get("year"), c["before"]["outcome"], c["after"]["outcome"], [p["name"] for p in c["parameters"]]) for c in changes
    ]


def said(since: str = "2022-04-07", /, **parameters: Any) -> dict[str, Any]:
    return {"effective_from": since, "parameters": {k.replace("__", "."): v for k, v in parameters.items()}}


LONG = "absence.long.consecutive"


def test_both_answers_of_the_year_and_nothing_else() -> None:
    found = compared(said(absence__long__consecutive="> 20"), AWAY)
    assert [(c["about"], c.get("year")) for c in found.changes] == [("promotion", None), ("appraisal", 2024)]
    assert (found.population, found.affected) == (1, 1)
    assert found.changed == {("promotion", None, "ineligible", "eligible"): 1, ("appraisal", 2024, "ineligible", "eligible"): 1}
    assert found.moves.total() == 2 + 1, "2023 too, which does not change"
    totals = found.totals()
    assert (totals["unaffected"], totals["answers"], totals["changed"]) == (0, 3, 2)
    assert totals["unchanged"] == [{"about": "appraisal", "year": 2023, "before": "eligible", "after": "eligible", "cadres": 1}]


def test_what_holds_already_changes_nothing() -> None:
    assert of(said(absence__long__consecutive="> 15"), AWAY) == []
    assert of(said("2024-12-02", absence__long__consecutive="> 20"), AWAY) == [], "not in force on the day"


def test_a_draft_that_begins_later_is_measured_by_the_transition() -> None:
    milder, stricter = said("2024-11-01", absence__long__consecutive="> 20"), said("2024-11-01", absence__long__consecutive="> 5")
    assert [c[:4] for c in of(milder, AWAY)] == [
        ("promotion", None, "ineligible", "eligible"),
        ("appraisal", 2024, "ineligible", "eligible"),
    ]
    assert of(stricter, absent("2024-09-23", "2024-09-30")) == []


def test_each_parameter_is_tried_alone() -> None:
    draft = said(art8__reading="R4", leave__pending_treatment="strict")
    asked = requested("2024-09-20", "2024-09-23", "2024-10-17")
    assert of(draft, AWAY, asked)[0] == ("promotion", None, "undetermined", "ineligible", ["leave.pending_treatment"])
    failed = fact("TaskOutcomeRecorded", "2024-11-20", task_id="T9", year=2024, outcome="not_completed", recorded_on="2024-11-20")
    assert of(draft, failed) == [("appraisal", 2024, "eligible", "ineligible", ["art8.reading"])]


def test_parameters_that_only_together_change_something_are_all_named() -> None:
    awol = fact("AbsenceCharacterised", "2024-09-23", "2024-11-01", absence_id="a1", as_="awol", decided_on="2024-11-01")
    failed = fact("TaskOutcomeRecorded", "2024-11-20", task_id="T9", year=2024, outcome="not_completed", recorded_on="2024-11-20")
    together = said(art8__long_modifies_awol=False, art8__awol__min_workdays=">= 2")
    names = ["art8.awol.min_workdays", "art8.long_modifies_awol"]
    assert of(together, absent("2024-09-23", "2024-09-24"), awol, failed) == [("appraisal", 2024, "eligible", "ineligible", names)]


def test_a_repeal_names_what_it_gives_back() -> None:
    longer = policy("2022-04-07", absence__long__consecutive="> 20")
    repeal = {"kind": "repeal", "policy_id": "P1", "repealed_on": "2022-04-07"}
    assert [c[2:] for c in of(repeal, AWAY, longer)] == [("eligible", "ineligible", [LONG])] * 2
    (change, _) = compared(repeal, AWAY, longer).changes
    assert change["parameters"] == [{"name": LONG, "before": {"value": "> 20", "policy": "P1"}, "after": {"value": "> 15", "policy": "P0"}}]


def test_interpretations_and_superior_rules() -> None:
    failed = fact("TaskOutcomeRecorded", "2024-11-20", task_id="T9", year=2024, outcome="not_completed", recorded_on="2024-11-20")
    reading = {"kind": "interpretation", "issued_on": "2024-11-30", "parameters": {"art8.reading": "R4"}}
    assert of(reading, failed) == [("appraisal", 2024, "eligible", "ineligible", ["art8.reading"])]
    above = {"kind": "superior", "effective_from": "2024-11-30", "parameters": {LONG: "> 20"}, "favourable": True}
    assert [c[:4] for c in of(above, AWAY)] == [
        ("promotion", None, "ineligible", "eligible"),
        ("appraisal", 2024, "ineligible", "eligible"),
    ]


def test_one_year() -> None:
    assert [c[:2] for c in of(said(absence__long__consecutive="> 20"), AWAY, year=2024)] == [("promotion", None), ("appraisal", 2024)]
    assert [c[:2] for c in of(said(absence__long__consecutive="> 20"), AWAY, year=2023)] == [("promotion", None)]


def test_before_and_after_are_the_answers_that_would_be_given() -> None:
    (change, _) = compared(said(absence__long__consecutive="> 20") | {"source": "test"}, AWAY).changes
    now = ask([AWAY], DAY.isoformat(), fixture="F0")
    then = ask([AWAY, policy("2022-04-07", id_="draft", absence__long__consecutive="> 20")], DAY.isoformat(), fixture="F0")
    for side, answer in (("before", now), ("after", then)):
        assert change[side]["reasons"] == [r.model_dump(mode="json", exclude_none=True) for r in answer.promotion.reasons]
    assert change["zh"].startswith("C1 晋升：有限制情形 (长期无故缺勤) → 无限制情形")
    assert (
        change["en"]
        == "C1, promotion: Ineligible (Long unexcused absence) → Eligible (Performing normally). absence.long.consecutive: > 15 → > 20."
    )


def test_who_never_was_in_scope_is_not_counted() -> None:
    facts = Facts.divide(events([], "F0"))
    registered = [e for e in facts.cadres["C1"].events if e.type.endswith("CadreRegistered.v1")]
    found = Compared()
    laws = Laws.of(Common.of([]), drafts.judged(drafts.of(said(art8__reading="R1")), Common.of([]), NOW))
    compare(laws, "C1", registered, DAY, NOW, None, found)
    assert found.population == 0


@pytest.mark.parametrize("named", [{"art6.exit_talk_within_workdays": 20}, {"review.apply_days": 10}])
def test_a_deadline_changes_no_answer(named: dict[str, Any]) -> None:
    assert of({"effective_from": "2022-04-07", "parameters": named}, AWAY) == []
