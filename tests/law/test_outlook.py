"""The first day on which anything changes by itself: neither late nor in vain, whatever is recorded ahead."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.answers import Question
from contracts.message import end_of_day
from services.compliance import law
from services.compliance.facts import Facts
from tests.law.asking import ONE, absent, approved, d, events, fact, requested
from tests.law.test_finer_points import new

KNOWN = end_of_day(d("2030-12-31"))
LEFT = fact("RetirementCompleted", "2024-06-03", completed_on="2024-06-03")
HEALTH = [requested("2024-12-20", "2025-01-06", "2026-02-27"), approved("2024-12-30", "2025-01-06", "2026-02-27")]


def told(given: list[dict[str, object]], day: date, fixture: str | None = "F25") -> tuple[set[str], date | None]:
    facts = Facts.divide(events(given, fixture))
    found = law.outlook(facts.common, facts.cadres["C1"], day, KNOWN)
    return {id_ for id_, r in found.findings.items() if not r.cleared}, found.again_on


@pytest.mark.parametrize(
    ("given", "day", "again_on", "begins"),
    [
        ([], "2023-09-01", "2023-09-05", set()),
        ([], "2023-09-05", "2023-09-15", set()),
        ([], "2023-11-20", "2023-12-01", {"unit_talk_overdue-C1-2023-11-30"}),
        ([], "2024-12-20", "2025-01-01", {"training_gap-C1-2024-12-31"}),
        (HEALTH, "2025-12-15", "2026-01-01", {"training_gap-C1-2025-12-31"}),
        (HEALTH, "2026-01-01", "2026-01-05", {"health_inability_alert-C1-2024-12-30"}),
        ([LEFT], "2024-06-03", None, set()),
    ],
)
def test_the_day_before_nothing_on_the_day_a_change(
    given: list[dict[str, object]], day: str, again_on: str | None, begins: set[str]
) -> None:
    before, on = told(given, d(day))
    assert on == (d(again_on) if again_on else None)
    if on:
        assert told(given, on - ONE)[0] == before
        assert told(given, on)[0] - before == begins


def test_the_alert_ends_with_its_window_and_keeps_its_id() -> None:
    long = absent("2024-09-02", "2024-09-27")
    alert = "dismissal_threshold_alert-C1-2024-09-02"
    held = [alert in told([long], d(day))[0] for day in ("2024-09-24", "2025-03-03", "2025-09-02", "2025-12-31")]
    assert held[0] and held[1] and not held[3]
    day, ended = d("2025-08-01"), None
    while (on := told([long], day)[1]) and not ended:
        ended, day = (on if alert not in told([long], on)[0] else None), on
    assert ended and alert in told([long], ended - ONE)[0]


def test_a_determination_is_owed_after_the_last_day_of_an_absence_recorded_ahead() -> None:
    ahead = absent("2025-09-01", "2025-10-15", known="2025-09-01")
    day, owed = d("2025-09-01"), "determination_owed-C1-2025-11-14"
    while (on := told([ahead], day)[1]) and on <= d("2025-11-15"):
        day = on
    assert day == d("2025-11-15")
    assert owed in told([ahead], day)[0]


def test_two_with_one_id_hold_until_the_last_is_made_good() -> None:
    asked = [requested("2025-02-10", "2025-02-10", "2025-02-10", leave_id=id_, evidence=[]) for id_ in ("L1", "L2")]
    given = [*asked, fact("LeaveWithdrawn", "2025-02-12", leave_id="L1", withdrawn_on="2025-02-12")]
    facts = Facts.divide(events(given))
    found = law.outlook(facts.common, facts.cadres["C1"], d("2025-02-11"), KNOWN).findings["evidence_missing-C1-2025-02-10"]
    assert found.evidence == ("assignments/leave-L1@1", "assignments/leave-L2@1")
    assert "evidence_missing-C1-2025-02-10" in told(given, d("2025-02-12"))[0]


def test_an_exit_that_was_corrected_to_a_day_to_come_is_foreseen() -> None:
    corrected = fact("ExitCorrected", "2023-09-01", "2023-09-04", corrects="registry/cadre-C1@2", exited_on="2023-09-18")
    assert told([corrected], d("2023-09-04")) == (set(), d("2023-09-18"))


def test_nothing_is_foreseen_of_what_is_owed_when_the_cadre_is_out_of_scope_or_was_made_good_late() -> None:
    concern = fact("ConcernRecorded", "2024-05-06", concern_id="k", kinds=["lax"], recorded_on="2024-05-06")
    criticised = fact("CriticismGiven", "2024-05-31", concern_id="k", given_on="2024-05-31")
    assert told([concern, criticised, LEFT], d("2024-06-03"))[1] is None
    asked = [
        requested("2024-05-06", "2024-05-06", "2024-06-28"),
        fact("LeaveReported", "2024-05-07", leave_id="L1", document_no="R", reported_on="2024-05-07"),
    ]
    late = approved("2024-06-07", "2024-05-06", "2024-06-28")
    named = told([*asked, late, LEFT], d("2024-05-20"))[1]
    assert named == d("2024-06-03"), "not the day after the committee should have decided, which it has"


def test_a_year_that_begins_is_asked_about_from_its_first_day_on() -> None:
    """Also where nothing of the old one is owed by then: he took part in training."""
    given = [*new("2024-03-04"), fact("TrainingAttended", "2025-05-06", kind="daily", hours=2.0, attended_on="2025-05-06")]
    assert told(given, d("2025-12-20"), None)[1] == d("2026-01-01")
    left = fact("RetirementCompleted", "2025-12-01", completed_on="2025-12-01")
    assert told([*given, left], d("2025-12-20"), None)[1] is None


def test_what_becomes_long_and_is_settled_before_it_ends_is_foreseen() -> None:
    """The sixteenth day is 2025-09-22; a determination of 2025-09-24 is known already."""
    restored = fact("PerformanceDetermined", "2025-09-24", "2025-09-01", result="restored", from_="2025-09-24")
    known = events([absent("2025-09-01", "2025-09-30", known="2025-09-01"), restored])
    question = Question(cadre_id="C1", as_of=d("2025-09-01"), known_at=KNOWN, year=2025)
    assert law.answer(law.Common.of(known), law.Cadre.of("C1", known), question).promotion.next_change_on == d("2025-09-22")


def test_what_will_be_owed_is_foreseen() -> None:
    """The unit approves on 2025-05-20, for 2025-05-12 on, what it has to report."""
    assert told([approved("2025-05-20", "2025-05-12", "2025-06-13", "unit")], d("2025-05-14"))[1] == d("2025-05-20")


def test_an_outlook_has_the_findings_of_every_year_and_whole_answers() -> None:
    uncorrected = [
        fact("NonCorrectionRecorded", on, concern_id=f"k{on}", recorded_on=on) for on in ("2023-10-09", "2024-05-06", "2025-05-06")
    ]
    sanction = fact("SanctionRecorded", "2025-04-01", sanction_id="s", kind="warning", from_="2025-04-01", until="2025-09-30")
    known = events([*uncorrected, sanction])
    common, cadre = law.Common.of(known), law.Cadre.of("C1", known)
    found = law.outlook(common, cadre, d("2025-06-30"), KNOWN)
    advice = {id_ for id_ in found.findings if id_.startswith("superior_rule_advisory")}
    assert advice == {f"superior_rule_advisory-C1-{on}" for on in ("2023-10-09", "2024-05-06", "2025-05-06")}
    assert found.answers == law.answers(common, cadre, d("2025-06-30"), KNOWN, (2023, 2024, 2025), findings=False)
    assert found.answers[2025].promotion.next_change_on == d("2025-10-01")


def test_two_heads_who_owe_one_talk_are_both_named() -> None:
    facts = Facts.divide(events([]))
    found = law.outlook(facts.common, facts.cadres["C1"], d("2023-12-01"), KNOWN).findings
    assert found["unit_talk_overdue-C1-2023-11-30"].office == "both"
    head = events([fact("UnitHeadAppointed", "2023-01-02", office="party", head_ref="h", from_="2023-01-02")])
    found = law.outlook(law.Common.of(head), law.Cadre.of("C1", head), d("2023-12-01"), KNOWN).findings
    assert found["unit_talk_overdue-C1-2023-11-30"].office == "party"


@pytest.mark.parametrize(("second", "first_day"), [("2025-03-03", "2024-09-02"), ("2025-10-13", "2025-10-13")])
def test_an_alert_has_the_day_on_which_it_began_as_long_as_it_holds(second: str, first_day: str) -> None:
    """Twenty days of absence, and twenty more: before the first have left the twelve months, or after."""
    last = {"2025-03-03": "2025-03-28", "2025-10-13": "2025-11-07"}[second]
    held = told([absent("2024-09-02", "2024-09-29"), absent(second, last, "a2")], d("2025-12-01"))[0]
    assert f"dismissal_threshold_alert-C1-{first_day}" in held
