"""What is so on one day and not on the other, in one unit and not in the other, for one kind of leave and not for the other."""

from __future__ import annotations

import pytest

from contracts.message import end_of_day
from services.compliance import law
from services.compliance.facts import Facts
from tests.law.asking import ARTICLES, absent, approved, ask, ask_unit, d, events, fact, policy, requested
from tests.law.test_finer_points import duty, new, outcome
from tests.law.test_told_apart import CONCERN, REMINDED, found, owed, proposed

KNOWN = end_of_day(d("2030-12-31"))
COMPLAINTS = [
    step
    for n, source in enumerate(("s1", "s2", "s3"), 1)
    for step in (
        fact("ComplaintReceived", f"2025-0{n}-06", unit_id="U1", complaint_id=f"c{n}", source_ref=source, received_on=f"2025-0{n}-06"),
        fact("ComplaintDecided", f"2025-0{n}-20", complaint_id=f"c{n}", outcome="substantiated", decided_on=f"2025-0{n}-20"),
    )
]
NEGLECT = fact("UnitNeglectDetermined", "2025-05-06", unit_id="U1", year=2025, determined_on="2025-05-06", grounds="g")


def test_a_grade_revised_in_a_year_that_is_open_is_outside_nothing() -> None:
    """What the year allows nobody knows yet."""
    away = [requested("2024-04-26", "2024-05-06", "2024-08-30"), absent("2024-05-06", "2024-08-30")]
    back = fact("ReturnConfirmed", "2024-09-02", leave_id="L1", returned_on="2024-09-02")
    known = events([*away, back])
    common, cadre = law.Common.of(known), law.Cadre.of("C1", known)
    answer = law.answers(common, cadre, d("2025-12-31"), KNOWN, (2025, 2024))
    assert (answer[2024].appraisal.outcome, answer[2025].promotion.outcome) == ("undetermined", "undetermined")
    found_ = law.would_change(common, cadre, answer[2025])
    assert [c.breaches for c in found_.changes if [a.act for a in c.acts] == ["revise_grade"]] == [()]


def test_what_is_to_be_judged_later_is_not_to_be_judged_yet() -> None:
    given = [CONCERN, REMINDED, fact("CriticismGiven", "2025-03-10", concern_id="k", given_on="2025-03-10")]
    for day, waits in (("2025-04-09", False), ("2025-04-10", True)):
        assert (("correction_to_judge", "2025-04-10") in owed(given, day)) is waits


def test_no_grade_is_to_be_confirmed_while_what_it_rests_on_is_open() -> None:
    away = [requested("2024-04-26", "2024-05-06", "2024-08-30"), absent("2024-05-06", "2024-08-30")]
    for given, waits in (([], True), (away, False)):
        assert (("grade_to_confirm", "2025-01-01") in owed([*new("2024-03-04"), *given], "2025-02-10", None)) is waits


def test_leave_that_began_on_the_day_of_the_exit_is_considered() -> None:
    ill = [requested("2025-02-28", "2025-03-03", "2025-03-14"), approved("2025-02-28", "2025-03-03", "2025-03-14")]
    back = fact("ReturnConfirmed", "2025-03-17", leave_id="L1", returned_on="2025-03-17")
    (reason,) = ask([*new("2025-03-03"), duty("d", "2025-03-17"), *ill, back], "2025-06-30", fixture=None).promotion.reasons
    assert "the return from the leave since 2025-03-03 was confirmed for 2025-03-17" in reason.en


def test_unsettled_days_that_make_no_difference_are_told_from_the_day_of_the_exit_on() -> None:
    given = [duty("d", "2025-03-03"), requested("2025-03-03", "2025-02-28", "2025-03-04"), absent("2025-02-28", "2025-03-04")]
    (reason,) = ask([*new("2025-03-03"), *given], "2025-03-31", fixture=None).promotion.reasons
    assert reason.code == "performing_normally" and "2 working days are not settled" in reason.en


def test_advice_on_discipline_is_about_what_lies_in_scope() -> None:
    missed = [fact("NonCorrectionRecorded", on, concern_id=k, recorded_on=on) for k, on in (("k", "2025-02-03"), ("m", "2025-05-06"))]
    (advice,) = found([*new("2025-03-03"), *missed], "2025-12-31", "superior_rule_advisory", None)
    assert advice.evidence == ("compliance/concern-m@1",)


def test_an_approval_after_a_refusal_is_what_was_decided() -> None:
    """Until it the days that it leaves out were awaited in good faith."""
    asked, away = requested("2025-05-09", "2025-05-12", "2025-06-13"), absent("2025-05-12", "2025-05-23")
    refused = fact("LeaveRejected", "2025-05-12", "2025-05-12", leave_id="L1", level="committee", decision_no="D", decided_on="2025-05-12")
    served = fact("NoticeServed", "2025-05-12", "2025-05-13", leave_id="L1", served_on="2025-05-13")
    later = approved("2025-05-20", "2025-05-19", "2025-05-23")
    counted = [ask([asked, away, *given], "2025-06-30").counts for given in ([refused, served], [refused, served, later])]
    assert [(c.unexcused_workdays, c.leave_workdays) for c in counted] == [(8, 0), (0, 5)]


@pytest.mark.parametrize(("kind", "raised"), [("health", 1), ("personal", 0)])
def test_only_leave_for_health_tells_of_health(kind: str, raised: int) -> None:
    ill = [requested("2024-01-02", "2024-01-02", "2025-03-31", reason_class=kind), approved("2024-01-02", "2024-01-02", "2025-03-31")]
    assert len(found(ill, "2025-06-30", "health_inability_alert", "F0")) == raised


def test_how_many_complaints_are_many_is_read_at_the_end_of_the_year() -> None:
    one = policy("2026-01-01", art9__complaints_min=1, art9__distinct_sources_min=1)
    for given, n in (([*COMPLAINTS, NEGLECT], 1), ([*COMPLAINTS[:2], NEGLECT], 0), ([*COMPLAINTS[:2], NEGLECT, one], 0)):
        answer = ask_unit(given, "U1", "2026-06-30", year=2025)
        assert [f.code for f in answer.findings].count("circular_candidate") == n


def test_what_one_unit_tolerated_is_not_held_against_another() -> None:
    tolerated = absent("2025-04-07", "2025-04-09", unit_knew=True)
    for unit in ("U1", "U2"):
        complaints = [{n: (v | {"unit_id": unit} if n == "ComplaintReceived" else v) for n, v in f.items()} for f in COMPLAINTS]
        facts = Facts.divide(events([tolerated, *complaints]))
        held, again_on = law.unit_outlook(facts.common, [facts.cadres["C1"]], unit, d("2025-12-31"), KNOWN)
        assert (list(held), again_on) == (["circular_candidate-U1-2025-01-06"] if unit == "U1" else [], None)


def test_the_day_is_foreseen_on_which_a_unit_becomes_a_candidate() -> None:
    facts = Facts.divide(events([*COMPLAINTS, NEGLECT]))
    for day, again_on in (("2025-04-01", "2025-05-06"), ("2025-05-06", None)):
        assert law.unit_outlook(facts.common, [], "U1", d(day), KNOWN)[1] == (d(again_on) if again_on else None)


@pytest.mark.parametrize("late", ["L1", "L2"])
def test_of_two_with_one_id_the_one_that_still_holds_is_shown(late: str) -> None:
    asked = [requested("2025-05-09", "2025-05-12", "2025-06-13", leave_id=id_) for id_ in ("L1", "L2")]
    reviewed = fact("LeaveUnitReviewed", "2025-05-12", "2025-05-26", leave_id=late, outcome="passed", reviewed_on="2025-05-26")
    facts = Facts.divide(events([*asked, reviewed]))
    shown = law.outlook(facts.common, facts.cadres["C1"], d("2025-06-30"), KNOWN).findings["unit_review_overdue-C1-2025-05-14"]
    assert (shown.cleared, shown.evidence) == (False, (f"assignments/leave-{'L2' if late == 'L1' else 'L1'}@1",))


def test_a_duty_from_the_day_of_the_next_exit_on_is_of_that_exit() -> None:
    again = fact("CadreExited", "2025-03-03", unit_id="U1", post="principal", reason="age", exited_on="2025-03-03", decision_no="Y")
    late = found([*new("2024-03-04"), again, duty("d", "2025-03-03", "2025-05-30")], "2025-12-31", "duty_not_assigned_in_time", None)
    assert [str(f.due_on) for f in late] == ["2025-07-14"]


def test_an_interpretation_of_open_years_that_is_repealed_on_their_last_day_is_none_of_theirs() -> None:
    said = fact(
        "InterpretationIssued", "2025-02-03", interpretation_id="I", clause="8.2", issued_on="2025-02-03", document_no="D",
        parameters={"art8.reading": "R4"},
    )  # fmt: skip
    for on, capped in (("2025-12-31", False), ("2026-01-01", True)):
        repealed = fact("PolicyRepealed", on, "2025-12-01", policy_id="I", repealed_on=on, document_no="D")
        answer = ask([said, repealed, outcome("t2025", "not_completed")], "2026-06-30", year=2025)
        assert (answer.appraisal.outcome == "ineligible") is capped


def test_a_duty_declined_without_reason_is_told_by_its_day() -> None:
    declined = fact("DutyDeclined", "2025-03-10", duty_id="d", declined_on="2025-03-10", reason_given=False)
    (reason,) = ask([*new("2025-03-03"), declined], "2025-06-30", fixture=None).promotion.reasons
    assert reason.code == "duty_declined" and "2025-03-10" in reason.en and "2025-03-10" in reason.zh


def test_who_refused_to_ratify_is_cited_after_who_asked() -> None:
    proxy = requested("2025-05-09", "2025-05-12", "2025-05-23", applicant="proxy", incapacitated=True)
    refused = fact("LeaveRatified", "2025-05-12", "2025-05-26", leave_id="L1", outcome="refused", ratified_on="2025-05-26")
    (asked,) = found([proxy, refused], "2025-06-30", "applicant_not_the_cadre")
    assert asked.evidence == ("assignments/leave-L1@1", "assignments/leave-L1@2")


def test_a_duty_is_to_be_assigned_where_none_runs() -> None:
    for until, proposed_ in ((None, 0), ("2025-05-30", 0), ("2025-05-29", 1)):
        given = [*new("2025-03-03"), duty("d", "2025-03-10", until)]
        assert [code for code, *_ in proposed(given, "2025-05-30", None)].count("assign_duty") == proposed_


def test_what_waits_is_under_an_article_that_there_is() -> None:
    task = fact("TaskAssigned", "2025-03-03", task_id="t9", duty_id="d1", year=2025, due_on="2025-11-28", assigned_on="2025-03-03")
    known = events([CONCERN, REMINDED, task, requested("2025-05-09", "2025-05-12", "2025-06-13")])
    waits = law.owed(law.Common.of(known), law.Cadre.of("C1", known), d("2025-06-30"), KNOWN)
    assert {"outcome_to_record", "criticism_to_give", "unit_review_overdue"} <= {r.code for r in waits}
    assert all(r.article in ARTICLES or r.article.partition(".")[0] in ARTICLES for r in waits)
    assert {r.article for r in waits if r.code == "outcome_to_record"} == {"8.2"}


def test_a_grade_is_outside_nothing_where_there_is_no_technical_appraisal() -> None:
    """As long as the post is one of management only; what was recorded before stays."""
    management = fact("PostGradeRecorded", "2024-02-05", "2025-06-02", category="management", post_grade=8, from_="2024-02-05")
    answer = ask([management], "2025-06-30", year=2024)
    assert answer.appraisal.outcome == "not_applicable"
    assert not {"grade_above_cap", "grade_review_required", "grade_confirmed_while_pending"} & {f.code for f in answer.findings}


def test_an_act_that_only_worsens_says_so() -> None:
    known = events([])
    common, cadre = law.Common.of(known), law.Cadre.of("C1", known)
    answer = law.answers(common, cadre, d("2025-12-31"), KNOWN, (2025,))[2025]
    assert (answer.promotion.outcome, answer.appraisal.outcome) == ("eligible", "eligible")
    (cannot,) = [c for c in law.would_change(common, cadre, answer).changes if [a.act for a in c.acts] == ["determine_performance"]]
    assert (cannot.effect, cannot.promotion, cannot.appraisal) == ("worse", "ineligible", "eligible")


def test_what_was_approved_all_the_same_needs_no_materials() -> None:
    asked = requested("2025-05-09", "2025-05-12", "2025-06-13")
    returned = fact("LeaveReturned", "2025-05-12", "2025-05-13", leave_id="L1", missing=["evidence"], returned_on="2025-05-13")
    for given, waits in (([], True), ([approved("2025-05-20", "2025-05-12", "2025-06-13")], False)):
        assert ("materials_to_supply" in [code for code, _ in owed([asked, returned, *given], "2025-06-30")]) is waits


def test_absence_on_days_of_leave_is_cited_with_the_leave() -> None:
    given = [absent("2027-03-01", "2027-03-02"), approved("2027-02-26", "2027-03-01", "2027-03-05")]
    (missing,) = found(given, "2027-03-31", "calendar_missing")
    assert missing.evidence == ("assignments/absence-a1@1", "assignments/leave-L1@1")


def test_a_superior_rule_on_truancy_that_ended_after_the_year_holds_for_it() -> None:
    rule = fact(
        "SuperiorPolicyRegistered", "2025-01-01", policy_id="S", effective_from="2025-01-01", parameters={"art8.awol.min_workdays": ">= 3"},
        source="S", favourable=False, document_no="D",
    )  # fmt: skip
    said = fact("AbsenceCharacterised", "2025-09-01", "2025-10-10", absence_id="a1", as_="awol", decided_on="2025-10-10")
    for on, capped in (("2026-03-02", True), ("2025-12-01", False)):
        repealed = fact("PolicyRepealed", on, policy_id="S", repealed_on=on, document_no="D")
        answer = ask([rule, repealed, absent("2025-09-01", "2025-09-03"), said], "2026-06-30", year=2025)
        assert ([r.code for r in answer.appraisal.reasons] == ["superior_rule"]) is capped


def test_an_act_that_worsens_the_appraisal_alone_says_so() -> None:
    known = events([absent("2025-09-01", "2025-09-24"), outcome("t2025", "completed")])
    common, cadre = law.Common.of(known), law.Cadre.of("C1", known)
    answer = law.answers(common, cadre, d("2025-12-31"), KNOWN, (2025,))[2025]
    assert (answer.promotion.outcome, answer.appraisal.outcome) == ("ineligible", "eligible")
    failed = [c for c in law.would_change(common, cadre, answer).changes if [a.act for a in c.acts] == ["record_task_outcome"]]
    assert [(c.effect, c.promotion, c.appraisal) for c in failed] == [("worse", "ineligible", "ineligible")]


def test_an_alert_of_health_is_owed_when_the_year_is_full() -> None:
    ill = [requested("2024-01-02", "2024-01-02", "2025-03-31"), approved("2024-01-02", "2024-01-02", "2025-03-31")]
    for day, n in (("2024-12-30", 0), ("2024-12-31", 1)):
        assert [code for code, _ in owed(ill, day, "F0")].count("health_inability_alert") == n


def test_an_investigation_of_the_day_of_the_retirement_was_open_on_it() -> None:
    retired = fact("RetirementCompleted", "2025-05-06", completed_on="2025-05-06")
    for opened, n in (("2025-05-06", 1), ("2025-05-07", 0)):
        given = [retired, fact("InvestigationOpened", opened, investigation_id="i", opened_on=opened)]
        assert len(found(given, "2025-12-31", "retired_while_investigated")) == n


def test_a_day_that_counts_for_nothing_crosses_nothing() -> None:
    """Where the law of the day measures: by the stricter one no unexcused day was added."""
    by_day = policy("2022-04-07", policy__transition="crossing_day", absence__day_fraction=1)
    stricter = policy("2025-06-02", id_="P2", absence__long__cumulative="> 3")
    half, full = (absent("2025-06-03", "2025-06-03", "a2", **more) for more in ({"half": "morning"}, {}))
    before = absent("2025-05-06", "2025-05-09")
    for later, outcome_ in ((half, "eligible"), (full, "ineligible")):
        assert ask([by_day, stricter, before, later], "2025-12-31").promotion.outcome == outcome_


def test_a_low_grade_after_a_low_grade_bars_for_another_year() -> None:
    low = [
        fact("GradeRevised", on, year=year, grade="unqualified", revised_on=on) for year, on in ((2024, "2025-02-20"), (2025, "2025-12-20"))
    ]
    promotion = ask(low, "2025-12-25").promotion
    assert (promotion.reasons[0].code, promotion.next_change_on) == ("basically_qualified_last_year", d("2027-01-01"))


def test_readings_disagree_in_the_unit_of_the_last_day_of_the_year() -> None:
    for on, unit in (("2025-12-31", "U2"), ("2026-01-01", "U1")):
        moved = fact("CadreTransferred", on, from_unit_id="U1", to_unit_id="U2", transferred_on=on)
        answer = ask([absent("2025-09-01", "2025-09-24"), moved], "2026-06-30", year=2025)
        assert [f.unit_id for f in answer.findings if f.code == "reading_disagreement"] == [unit]


def test_work_of_another_year_presumes_nothing_in_this() -> None:
    given = [
        *new("2024-03-04"),
        duty("d", "2024-03-11", "2024-06-28"),
        absent("2024-05-06", "2024-05-07"),
        absent("2025-09-01", "2025-09-24", "a2"),
    ]
    assert [r.code for r in ask(given, "2025-12-31", fixture=None).appraisal.reasons] == ["no_duty_assigned"]
