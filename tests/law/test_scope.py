"""Article 2: a property of each day."""

from __future__ import annotations

import pytest

from contracts.answers import Question
from contracts.message import Event, end_of_day
from services.compliance import law
from tests.law.asking import absent, ask, codes, d, fact
from tests.scenarios.golden import lines

C = {"cadre_id": "C1", "unit_id": "U1", "category": "professional_technical"}


def registered(managed_by: str = "committee") -> dict[str, object]:
    return fact("CadreRegistered", "2020-01-01", **C, managed_by=managed_by)


def exited(on: str, known: str | None = None, **data: object) -> dict[str, object]:
    given = {"post": "principal", "reason": "age", "decision_no": "X"} | data
    return fact("CadreExited", on, known, unit_id="U1", exited_on=on, **given)


def why(given: list[dict[str, object]], as_of: str) -> str | None:
    answer = ask(given, as_of, fixture=None)
    return codes(answer)[0] if answer.promotion.outcome == "out_of_scope" else None


@pytest.mark.parametrize(
    ("as_of", "reason"), [("2024-08-31", "not_exited"), ("2024-09-01", None), ("2026-01-31", None), ("2026-02-01", "retired")]
)
def test_from_the_exit_to_the_retirement(as_of: str, reason: str | None) -> None:
    retired = fact("RetirementCompleted", "2026-02-01", completed_on="2026-02-01")
    assert why([registered(), exited("2024-09-01"), retired], as_of) == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (fact("CadreDeceased", "2025-05-05", died_on="2025-05-05"), "deceased"),
        (fact("CadreReinstated", "2025-05-05", unit_id="U1", post="p", reinstated_on="2025-05-05"), "reinstated"),
        (fact("ManagementChanged", "2025-05-05", managed_by="school", from_="2025-05-05"), "not_committee_managed"),
    ],
)
def test_the_day_of_the_event_is_already_out(change: dict[str, object], reason: str) -> None:
    given = [registered(), exited("2024-09-01"), change]
    assert (why(given, "2025-05-04"), why(given, "2025-05-05")) == (None, reason)


@pytest.mark.parametrize(("as_of", "reason"), [("2022-04-06", "measures_not_in_force"), ("2022-04-07", None)])
def test_who_left_before_the_measures(as_of: str, reason: str | None) -> None:
    assert why([registered(), exited("2019-05-05")], as_of) == reason


def test_other_posts_and_other_management() -> None:
    assert why([registered(), exited("2024-09-01", subordinate_unit=False)], "2025-01-01") == "not_exited"
    assert why([registered("school"), exited("2024-09-01")], "2025-01-01") == "not_committee_managed"
    taken_over = fact("ManagementChanged", "2025-02-01", managed_by="committee", from_="2025-02-01")
    assert why([registered("school"), exited("2024-09-01"), taken_over], "2025-02-01") is None


def test_the_first_reason_that_holds() -> None:
    given = [registered("school"), exited("2024-09-01"), fact("CadreDeceased", "2025-01-01", died_on="2025-01-01")]
    assert why(given, "2025-06-01") == "deceased"
    assert why([*given, fact("RetirementCompleted", "2024-12-01", completed_on="2024-12-01")], "2025-06-01") == "retired"


def test_a_second_exit_opens_a_second_scope() -> None:
    """What happened in the first one does not bar in the second."""
    back = fact("CadreReinstated", "2025-03-17", unit_id="U1", post="p", reinstated_on="2025-03-17")
    given = [registered(), exited("2023-09-01"), absent("2024-09-23", "2024-10-31"), back, exited("2026-03-02")]
    assert codes(ask(given, "2025-03-16", fixture=None)) == ["long_unexcused_absence"]
    assert codes(ask(given, "2026-03-02", fixture=None)) == ["no_duty_assigned"]


@pytest.mark.parametrize(("first", "then", "as_of", "reason"), [
    ("2024-09-02", "2024-09-10", "2024-09-05", "not_exited"), ("2024-09-02", "2024-09-10", "2024-09-10", None),
    ("2024-09-10", "2024-09-02", "2024-09-05", None), ("2024-09-10", "2024-09-02", "2024-09-01", "not_exited"),
])  # fmt: skip
def test_a_corrected_exit(first: str, then: str, as_of: str, reason: str | None) -> None:
    corrected = fact("ExitCorrected", min(first, then), "2024-10-01", corrects="registry/cadre-C1@2", exited_on=then)
    assert why([registered(), exited(first), corrected], as_of) == reason


def test_a_correction_of_the_reason_leaves_the_day_alone() -> None:
    day = fact("ExitCorrected", "2024-09-02", "2024-10-01", corrects="registry/cadre-C1@2", exited_on="2024-09-10")
    reason = fact("ExitCorrected", "2024-09-02", "2024-11-01", corrects="registry/cadre-C1@2", reason="health")
    for given in ([day, reason], [reason, day]):
        assert why([registered(), exited("2024-09-02"), *given], "2024-09-09") == "not_exited"
        assert why([registered(), exited("2024-09-02"), *given], "2024-09-10") is None


def test_two_posts_left_on_one_day() -> None:
    """The post outside the bureau's units does not hide the one inside, whichever was recorded first."""
    inside, outside = exited("2024-09-02"), exited("2024-09-02", subordinate_unit=False)
    assert why([registered(), inside, outside], "2025-01-01") is None
    assert why([registered(), outside, inside], "2025-01-01") is None


def test_a_retracted_exit_never_was() -> None:
    gone = fact(
        "RegistryFactRetracted", "2024-09-01", "2024-11-01", retracts="registry/cadre-C1@2", cadre_id="C1", retracted_on="2024-11-01"
    )
    given = [registered(), exited("2024-09-01"), gone]
    assert why(given, "2025-01-01") == "not_exited"
    known = [Event.parse(line) for line in lines(given)]
    question = Question(cadre_id="C1", as_of=d("2025-01-01"), known_at=end_of_day(d("2024-10-31")), year=2025)
    assert law.answer(law.Common.of(known), known, question).promotion.outcome == "undetermined"


def test_nothing_is_known_yet() -> None:
    answer = ask([registered(), exited("2024-09-01")], "2025-01-01", known_at="2019-01-01", fixture=None)
    assert (answer.promotion.outcome, answer.appraisal.outcome, answer.findings) == ("out_of_scope", "not_applicable", ())


def test_years_in_scope() -> None:
    retired = fact("RetirementCompleted", "2025-01-01", completed_on="2025-01-01")
    known = [Event.parse(line) for line in lines([registered(), exited("2023-09-01"), retired])]
    cadre = law.Cadre.of("C1", known)
    assert law.years_in_scope(law.Common.of(known), cadre, d("2026-06-01"), end_of_day(d("2026-06-01"))) == (2023, 2024)
