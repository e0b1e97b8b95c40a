"""A second act, a second instrument, a day or a year more, each of which makes the difference."""

from __future__ import annotations

from contracts.answers import Question
from contracts.message import end_of_day
from services.compliance import law
from services.compliance.law.acts import proposals
from services.compliance.law.view import View
from tests.law.asking import absent, ask, ask_unit, codes, d, events, fact, policy, requested
from tests.law.test_workdays import vacations
from tests.law.test_would_change import ask as would_change


def test_a_second_exit_talk_takes_nothing_from_the_first() -> None:
    later = fact("ExitTalkHeld", "2024-03-04", held_on="2024-03-04")
    card = ask_unit([later], "U1", "2024-12-31", year=2023).scorecard
    assert card.by_code.get("exit_talk_overdue") is None


def test_the_calendar_of_a_year_with_a_single_day_of_absence_is_named() -> None:
    one = absent("2024-12-31", "2024-12-31")
    assert [c.partition(".")[0] for c in ask([one], "2025-12-31").calendars] == ["2024", "2025"]


def test_a_circular_that_was_withdrawn_leaves_the_other_standing() -> None:
    issued = [fact("UnitCircularIssued", "2025-11-10", year=2025, document_no=no, issued_on="2025-11-10") for no in ("C-1", "C-2")]
    withdrawn = fact("UnitCircularWithdrawn", "2025-12-01", year=2025, document_no="C-2", withdrawn_on="2025-12-01")
    assert ask_unit([*issued, withdrawn], "U1", "2025-12-31").scorecard.circular == "C-1"


def test_a_milder_policy_reaches_into_the_years_that_were_open_when_it_began_itself() -> None:
    """The one after it began when the year was closed."""
    first = policy("2025-06-02", absence__long__consecutive="> 20")
    second = policy("2026-06-02", id_="P2", absence__long__consecutive="> 25")
    closed = fact("AppraisalYearClosed", "2026-03-02", year=2025, closed_on="2026-03-02")
    away = absent("2025-01-02", "2025-01-24")
    assert codes(ask([first, second, closed, away], "2026-12-31")) == ["performing_normally"]
    assert codes(ask([second, closed, away], "2026-12-31")) == ["long_unexcused_absence"]


def test_an_application_that_would_leave_no_grade_if_it_were_approved_is_open() -> None:
    """The tasks are done, so that it would cap nothing if it were refused."""
    asked, away = requested("2024-12-27", "2025-01-02", "2025-08-29"), absent("2025-01-02", "2025-08-29")
    done = fact("TaskOutcomeRecorded", "2025-12-20", task_id="t2025", year=2025, outcome="completed", recorded_on="2025-12-20")
    answer = ask([asked, away, done], "2025-12-31")
    assert (answer.appraisal.outcome, codes(answer, "appraisal")) == ("undetermined", ["leave_pending"])


def test_where_bars_are_permanent_each_of_several_determinations_ends_a_count() -> None:
    law_ = policy("2022-04-07", art7__bar_duration="permanent", absence__long__cumulative="> 6")
    restored = [fact("PerformanceDetermined", on, result="restored", from_=on) for on in ("2025-06-03", "2025-09-01")]
    away = [absent("2025-05-12", "2025-05-15"), absent("2025-07-07", "2025-07-10", "a2")]
    assert codes(ask([law_, *away, *restored], "2025-12-31")) == ["performing_normally"]
    assert codes(ask([law_, *away], "2025-12-31")) == ["long_unexcused_absence"]


def test_findings_that_nobody_asked_for_are_not_told() -> None:
    known = events([absent("2025-09-01", "2025-09-24")])
    question = Question(cadre_id="C1", as_of=d("2025-12-31"), known_at=end_of_day(d("2030-12-31")), year=2025)
    common, cadre = law.Common.of(known), law.Cadre.of("C1", known)
    assert law.answer(common, cadre, question).findings
    assert not law.answer(common, cadre, question, findings=False).findings


def test_the_calendar_of_the_next_year_is_owed_from_october_on() -> None:
    common = law.Common.of(events([]))
    assert [law.calendars_owed(common, d(on), end_of_day(d(on))) for on in ("2026-09-30", "2026-10-01")] == [[], [2027]]


def test_a_retracted_retraction_takes_nothing_back() -> None:
    away = absent("2025-09-01", "2025-09-02")
    gone = fact("AssignmentsFactRetracted", "2025-09-01", "2025-09-10", retracts="assignments/absence-a1@1", retracted_on="2025-09-10")
    again = fact("AssignmentsFactRetracted", "2025-09-01", "2025-09-11", retracts="assignments/absence-a1@2", retracted_on="2025-09-11")
    counted = [ask(given, "2025-12-31").counts.unexcused_workdays for given in ([away], [away, gone], [away, gone, again])]
    assert counted == [2, 0, 2]


def test_a_retracted_roster_makes_no_day_a_working_day() -> None:
    roster = fact("RosterPublished", "2025-07-14", "2025-07-10", roster_id="r", cadre_ids=["C1"], from_="2025-07-14", until="2025-07-18")
    gone = fact("AssignmentsFactRetracted", "2025-07-14", "2025-07-11", retracts="assignments/roster-r@1", retracted_on="2025-07-11")
    away = absent("2025-07-14", "2025-07-18")
    assert [ask([vacations(), *g, away], "2025-08-31").counts.unexcused_workdays for g in ([], [roster], [roster, gone])] == [0, 5, 0]


def test_two_kinds_of_open_days_that_make_no_difference_together_leave_the_appraisal_alone() -> None:
    known = absent("2025-03-03", "2025-03-03", unit_knew=True)
    asked, away = requested("2025-04-07", "2025-04-08", "2025-04-08"), absent("2025-04-08", "2025-04-08", "a2")
    assert ask([known, asked, away], "2025-12-31").appraisal.outcome == "eligible"


def test_of_two_duties_proposed_the_last_is_the_one_to_assign() -> None:
    def proposed(id_: str, on: str, category: str, host: str) -> dict[str, object]:
        return fact("DutyProposed", on, duty_id=id_, category=category, host_unit_id=host, proposed_on=on)

    given = [proposed("x", "2025-03-03", "party_building", "U1"), proposed("y", "2025-04-07", "responsible_inspector", "U2")]
    ended = fact("DutyEnded", "2025-02-03", duty_id="d1", ended_on="2025-02-03", why="other")
    known = events([*given, ended])
    question = Question(cadre_id="C1", as_of=d("2025-06-30"), known_at=end_of_day(d("2030-12-31")), year=2025)
    common, cadre = law.Common.of(known), law.Cadre.of("C1", known)
    found, _ = proposals(View(common, cadre, question.known_at).on(question.as_of).case, law.answer(common, cadre, question))
    (assigned,) = [p.facts[0] for p in found if p.code == "assign_duty"]
    said = assigned.model_dump()
    assert (said["duty_id"], said["category"], said["host_unit_id"]) == ("y", "responsible_inspector", "U2")


def test_an_act_that_closes_an_open_appraisal_is_worse_however_many_grades_it_then_has() -> None:
    asked, away = requested("2025-04-07", "2025-04-08", "2025-05-23"), absent("2025-04-08", "2025-05-23")
    found = [c for c in would_change([asked, away], "2025-12-31").changes if [a.act for a in c.acts] == ["characterise_absence"]]
    awol = [c for c in found if c.acts[0].facts[0].data["as"] == "awol"]
    assert [(c.promotion, c.appraisal, c.effect) for c in awol] == [("ineligible", "ineligible", "worse")]
    assert awol[0].allowed_grades


def test_only_who_is_in_scope_is_counted_with_the_unit() -> None:
    assert [ask_unit([], "U1", on).scorecard.cadres for on in ("2023-08-31", "2023-09-01")] == [0, 1]


def test_a_grade_is_the_one_decided_last_whichever_was_recorded_last() -> None:
    def revised(grade: str, on: str, known: str) -> dict[str, object]:
        return fact("GradeRevised", on, known, year=2024, grade=grade, revised_on=on)

    confirmed = fact("GradeConfirmed", "2025-04-07", "2025-06-02", year=2024, grade="unqualified", confirmed_on="2025-04-07")
    later = revised("qualified", "2025-05-06", "2025-05-06")
    assert codes(ask([later, confirmed], "2025-12-31")) == ["performing_normally"]
    assert codes(ask([confirmed], "2025-12-31")) != ["performing_normally"]
