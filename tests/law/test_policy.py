"""Article 10: which instrument holds on which day, for which year."""

from __future__ import annotations

import pytest

from services.compliance.law.numbers import numbers
from services.compliance.law.policy import Threshold, problem
from tests.law.asking import absent, ask, codes, fact, policy

FAILED = [
    fact("TaskOutcomeRecorded", "2024-12-20", task_id="t2024", year=2024, outcome="not_completed", recorded_on="2024-12-20"),
    fact("TaskOutcomeRecorded", "2025-08-20", task_id="t2025", year=2025, outcome="not_completed", recorded_on="2025-08-20"),
]
CLOSED = fact("AppraisalYearClosed", "2025-02-28", year=2024, closed_on="2025-02-28")


def interpretation(issued_on: str, applies_from: str | None = None, **parameters: object) -> dict[str, object]:
    named = {k.replace("__", "."): v for k, v in parameters.items()}
    since = {"applies_from": applies_from} if applies_from else {}
    return fact(
        "InterpretationIssued", applies_from or issued_on, issued_on, interpretation_id="I1", clause="8.2", parameters=named,
        issued_on=issued_on, document_no="I-1", **since,
    )  # fmt: skip


def superior(effective_from: str, favourable: bool, known: str | None = None, **parameters: object) -> dict[str, object]:
    named = {k.replace("__", "."): v for k, v in parameters.items()}
    return fact(
        "SuperiorPolicyRegistered", effective_from, known, policy_id="S1", effective_from=effective_from, parameters=named, source="above",
        favourable=favourable, document_no="S-1",
    )  # fmt: skip


def repealed(id_: str, on: str) -> dict[str, object]:
    return fact("PolicyRepealed", on, policy_id=id_, repealed_on=on, document_no="R")


def outcomes(*given: dict[str, object], as_of: str = "2025-12-31") -> tuple[str, str]:
    """Of 2024, which was closed, and of 2025, which is open."""
    facts = [*FAILED, CLOSED, *given]
    return ask(facts, as_of, year=2024).appraisal.outcome, ask(facts, as_of, year=2025).appraisal.outcome


def test_an_interpretation_governs_open_years_unless_it_says_from_when() -> None:
    assert outcomes() == ("eligible", "eligible")
    assert outcomes(interpretation("2025-09-01", art8__reading="R4")) == ("eligible", "ineligible")
    assert outcomes(interpretation("2025-09-01", art8__reading="R4"), as_of="2025-08-31") == ("eligible", "eligible")
    assert outcomes(interpretation("2025-09-01", "2024-01-01", art8__reading="R4")) == ("ineligible", "ineligible")
    assert outcomes(interpretation("2025-02-01", art8__reading="R4")) == ("ineligible", "ineligible")


def test_a_policy_governs_from_its_day() -> None:
    assert outcomes(policy("2025-01-01", art8__reading="R4")) == ("eligible", "ineligible")
    assert outcomes(policy("2024-12-31", art8__reading="R4")) == ("ineligible", "ineligible")
    assert outcomes(policy("2026-01-01", art8__reading="R4"), as_of="2026-06-01") == ("eligible", "eligible")


def test_later_wins_and_superior_beats_both() -> None:
    r4 = policy("2025-01-01", id_="A", art8__reading="R4")
    r1 = policy("2025-06-01", id_="B", art8__reading="R1")
    assert outcomes(r4, r1)[1] == "eligible"
    assert outcomes(r1, r4)[1] == "eligible"
    assert outcomes(r4, interpretation("2025-03-01", "2025-01-01", art8__reading="R1"))[1] == "eligible"
    assert outcomes(r4, interpretation("2024-12-01", "2024-01-01", art8__reading="R1"))[1] == "ineligible"
    assert outcomes(superior("2025-01-01", False, art8__reading="R4"), r1)[1] == "ineligible"


def test_a_favourable_superior_rule_reaches_open_years() -> None:
    reading_r4 = policy("2022-04-07", art8__reading="R4")
    assert outcomes(reading_r4) == ("ineligible", "ineligible")
    assert outcomes(reading_r4, superior("2026-02-01", True, art8__reading="R2"), as_of="2026-03-01") == ("ineligible", "eligible")
    assert outcomes(reading_r4, superior("2026-02-01", False, art8__reading="R2"), as_of="2026-03-01") == ("ineligible", "ineligible")
    assert outcomes(reading_r4, superior("2025-02-01", True, art8__reading="R2")) == ("eligible", "eligible")


def test_what_is_repealed_gives_way_to_what_was_before() -> None:
    r4 = policy("2025-01-01", id_="A", art8__reading="R4")
    assert outcomes(r4, repealed("A", "2025-10-01"))[1] == "eligible"
    assert outcomes(r4, repealed("A", "2025-10-01"), as_of="2025-09-30")[1] == "ineligible"
    assert outcomes(r4, policy("2025-06-01", id_="B", art8__reading="R1"), repealed("B", "2025-10-01"))[1] == "ineligible"


def test_published_anew_after_a_repeal() -> None:
    again = policy("2025-11-01", id_="A", art8__reading="R4")
    assert outcomes(policy("2025-01-01", id_="A", art8__reading="R4"), repealed("A", "2025-10-01"), again)[1] == "ineligible"


def test_only_what_is_named_is_overridden() -> None:
    answer = ask([policy("2024-01-01", art8__reading="R1"), absent("2024-09-23", "2024-10-17")], "2024-10-17", fixture="F0")
    assert answer.appraisal.outcome == "eligible"
    assert codes(answer) == ["long_unexcused_absence"]
    assert answer.promotion.reasons[0].parameters[0].policy == "P0"


def test_a_retracted_policy_never_was() -> None:
    gone = fact("ComplianceFactRetracted", "2025-01-01", "2025-06-01", retracts="compliance/policy-P1@1", retracted_on="2025-06-01")
    assert outcomes(policy("2025-01-01", art8__reading="R4"), gone)[1] == "eligible"


@pytest.mark.parametrize(
    ("value", "count", "met"),
    [
        ("> 15", 15, False),
        ("> 15", 15.5, True),
        (">= 15", 15, True),
        ("> 1/2", 0.5, False),
        (15, 16, True),
        (0.5, 0.75, True),
        (">15", 16, True),
    ],
)
def test_thresholds(value: str | float, count: float, met: bool) -> None:
    assert Threshold.parse(value).met(count) == met


def test_what_cannot_stand_for_a_parameter() -> None:
    assert problem("absence.long.consecutive", "more than 15") is not None
    assert problem("absence.long.consecutive", True) is not None
    assert problem("art8.reading", "R5") is not None
    assert problem("scope.exit_reasons", ["age"]) is None
    answer = ask([policy("2024-01-01", absence__long__consecutive="often"), absent("2024-09-23", "2024-10-17")], "2024-10-17", fixture="F0")
    assert answer.promotion.reasons[0].parameters[0].policy == "P0"


def test_every_number_says_where_it_comes_from() -> None:
    marks = {"text", "superior", "excerpt", "provisional", "chosen"}
    lines = [line for named in numbers().values() for line in named]
    assert len(lines) > 30
    assert all(line.source and line.mark in marks and problem(line.name, line.value) is None for line in lines)
