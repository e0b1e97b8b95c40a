"""The days and numbers at which a rule begins or ends to hold, each with the one before it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from contracts.answers import Answer
from contracts.message import end_of_day
from services.compliance import law
from services.compliance.facts import Facts
from services.compliance.law.case import year_before
from services.compliance.law.findings import Raised
from tests.law.asking import absent, approved, ask, ask_unit, codes, d, events, fact, findings, policy, requested
from tests.law.citing import answered
from tests.scenarios.golden import questions

Given = list[dict[str, Any]]
KNOWN = end_of_day(d("2030-12-31"))
CHINESE = re.compile("[\u4e00-\u9fff]")
ASKED = requested("2025-05-09", "2025-05-12", "2025-06-13")


def restored(on: str, result: str = "restored", known: str | None = None) -> dict[str, Any]:
    return fact("PerformanceDetermined", on, known or on, result=result, from_=on)


def moved(unit: str, into: str, on: str) -> dict[str, Any]:
    return fact("UnitMerged", on, unit_id=unit, into_unit_id=into, merged_on=on)


def named(answer: Answer, of: str = "promotion") -> set[str]:
    part = answer.promotion if of == "promotion" else answer.appraisal
    return {p.name for r in part.reasons for p in r.parameters}


# the year


def test_the_last_day_of_the_year_belongs_to_it() -> None:
    counts = ask([absent("2024-12-31", "2024-12-31")], "2024-12-31").counts
    assert (counts.unexcused_workdays, counts.longest_unexcused_run) == (1, 1)
    on_leave = [requested("2024-12-30", "2024-12-31", "2024-12-31"), approved("2024-12-30", "2024-12-31", "2024-12-31")]
    answer = ask(on_leave, "2024-12-31")
    assert answer.counts.leave_workdays == 1
    assert "on approved leave for 1 working days" in answer.appraisal.reasons[0].en
    assert ask(on_leave, "2025-01-31").counts.leave_workdays == 0


def test_the_first_day_of_the_year_belongs_to_it_where_it_is_worked() -> None:
    worked = fact("CalendarPublished", "2025-01-01", year=2025, version=9, off_days=[], work_days=["2025-01-01"], notice="D")
    counts = ask([worked, absent("2025-01-01", "2025-01-01")], "2025-12-31").counts
    assert (counts.unexcused_workdays, counts.longest_unexcused_run) == (1, 1)


@pytest.mark.parametrize(("first", "capped"), [("2024-12-27", True), ("2024-12-30", False)])
def test_truancy_to_the_end_of_the_year(first: str, capped: bool) -> None:
    rule = fact(
        "SuperiorPolicyRegistered", "2024-01-01", policy_id="S", effective_from="2024-01-01", source="test", document_no="S",
        parameters={"art8.awol.min_workdays": ">= 3"}, favourable=False,
    )  # fmt: skip
    awol = fact("AbsenceCharacterised", first, "2025-01-06", absence_id="a1", as_="awol", decided_on="2025-01-06")
    answer = ask([rule, absent(first, "2024-12-31"), awol], "2025-01-10", year=2024)
    assert (codes(answer, "appraisal") == ["superior_rule"]) == capped


@pytest.mark.parametrize(("first", "outcome"), [("2024-07-04", "eligible"), ("2024-07-03", "no_grade")])
def test_leave_of_more_than_half_of_the_year_to_its_last_day(first: str, outcome: str) -> None:
    given = [requested(first, first, "2024-12-31"), approved(first, first, "2024-12-31")]
    answer = ask(given, "2024-12-31", year=2024)
    assert (answer.counts.leave_workdays, answer.appraisal.outcome) == ({"2024-07-04": 125, "2024-07-03": 126}[first], outcome)


def test_years_are_those_with_a_day_in_scope() -> None:
    facts = Facts.divide(events([]))
    assert law.years_in_scope(facts.common, facts.cadres["C1"], d("2025-06-30"), KNOWN) == (2023, 2024, 2025)


def test_the_scorecard_of_a_year_holds_what_began_by_its_end() -> None:
    given = [absent("2026-03-02", "2026-03-10")]
    assert ask_unit(given, "U1", "2026-12-31", year=2026).scorecard.by_code["reminder_overdue"].raised == 1
    of_2025 = ask_unit(given, "U1", "2026-12-31", year=2025).scorecard.by_code
    assert "reminder_overdue" not in of_2025 or of_2025["reminder_overdue"].raised == 0


def test_vacations_elsewhere_in_the_year_leave_each_other_alone() -> None:
    def vacation(first: str, last: str, known: str) -> dict[str, Any]:
        return fact("SchoolCalendarPublished", "2025-01-01", known, vacations=[{"from": first, "until": last}], source="D")

    summer, winter = vacation("2025-07-10", "2025-08-31", "2025-01-02"), vacation("2025-01-20", "2025-02-10", "2025-01-03")
    for given in ([summer, winter], [summer, vacation("2025-10-13", "2025-10-17", "2025-01-03")]):
        assert ask([*given, absent("2025-07-14", "2025-08-08")], "2025-12-31").counts.unexcused_workdays == 0
    shorter = vacation("2025-07-21", "2025-08-31", "2025-01-03")
    assert ask([summer, shorter, absent("2025-07-14", "2025-08-08")], "2025-12-31").counts.unexcused_workdays == 5


def test_twelve_months_that_end_on_a_leap_day() -> None:
    before = [year_before(d(day)) for day in ("2024-02-28", "2024-02-29", "2024-03-01")]
    assert before == [d("2023-02-28"), d("2023-02-28"), d("2023-03-01")]


# scope and determinations


@pytest.mark.parametrize(
    ("on", "code"), [("2023-08-31", "performing_normally"), ("2023-09-01", "reinstated"), ("2024-05-06", "reinstated")]
)
def test_a_return_to_a_post_on_the_day_of_the_exit_or_after_it(on: str, code: str) -> None:
    assert codes(ask([fact("CadreReinstated", on, unit_id="U1", post="p", reinstated_on=on)], "2024-06-03", fixture="F0")) == [code]


def test_the_last_determination_is_the_one_from_the_latest_day() -> None:
    cannot, can = restored("2025-06-02", "cannot", "2025-06-02"), restored("2025-04-01", "can", "2025-06-20")
    assert codes(ask([cannot, can], "2025-06-30")) == ["determined_cannot_perform"]
    assert codes(ask([cannot, can], "2025-05-30")) == ["performing_normally"]


def test_that_somebody_cannot_perform_restores_nothing() -> None:
    leave = approved("2025-02-28", "2025-03-03", "2025-03-31")
    assert codes(ask([leave, restored("2025-04-07", "cannot")], "2025-05-06")) == ["on_special_leave", "determined_cannot_perform"]


@pytest.mark.parametrize(("on", "code"), [("2025-05-12", "leave_pending"), ("2025-05-13", "performing_normally")])
def test_a_determination_settles_an_application_that_began_before_it(on: str, code: str) -> None:
    assert codes(ask([ASKED, restored(on)], "2025-05-20")) == [code]


def test_a_criticism_of_another_matter_is_none_of_this() -> None:
    concerns = [fact("ConcernRecorded", "2025-03-03", concern_id=k, kinds=["lax"], recorded_on="2025-03-03") for k in ("k", "m")]
    missed = fact("NonCorrectionRecorded", "2025-05-06", concern_id="k", recorded_on="2025-05-06")
    of_k, of_m = (fact("CriticismGiven", "2025-03-10", concern_id=k, given_on="2025-03-10") for k in ("k", "m"))
    assert "ladder_step_skipped" in findings(ask([*concerns, of_m, missed], "2025-06-30"))
    assert "ladder_step_skipped" not in findings(ask([*concerns, of_k, missed], "2025-06-30"))


def test_on_the_day_that_scope_ends_the_days_before_it_are_still_counted() -> None:
    left = fact("RetirementCompleted", "2025-06-30", completed_on="2025-06-30")
    answer = ask([absent("2025-06-23", "2025-07-04"), left], "2025-06-30")
    assert (codes(answer), answer.counts.unexcused_workdays) == (["retired"], 5)


def test_a_parameter_of_a_year_is_named_as_it_was_for_that_year() -> None:
    later = policy("2025-01-01", absence__run_attribution="split", art8__reading="R1")
    (reason,) = ask([later, absent("2024-09-23", "2024-10-17")], "2025-06-30", year=2024).appraisal.reasons
    values = {p.name: p.value for p in reason.parameters}
    assert (values["absence.run_attribution"], values["art8.reading"]) == ("crossing_year", "R2")


# leave


def test_a_refusal_after_an_approval_of_a_part_waits_for_its_notice() -> None:
    part = approved("2025-05-13", "2025-05-12", "2025-05-16")
    rest = fact("LeaveRejected", "2025-05-26", leave_id="L1", level="committee", decision_no="D", decided_on="2025-05-26")
    given = [ASKED, part, absent("2025-05-19", "2025-06-13")]
    back = fact("ReturnConfirmed", "2025-06-16", leave_id="L1", returned_on="2025-06-16")
    assert codes(ask([*given, rest, back], "2025-06-30")) == ["notice_not_served"]
    assert codes(ask([*given, back], "2025-06-30")) == ["long_unexcused_absence"]


@pytest.mark.parametrize(("last", "owed"), [("2025-05-14", False), ("2025-05-15", True)])
def test_what_the_unit_may_grant_it_need_not_report(last: str, owed: bool) -> None:
    passed = fact("LeaveUnitReviewed", "2025-05-12", leave_id="L1", outcome="passed", reviewed_on="2025-05-12")
    given = [requested("2025-05-09", "2025-05-12", last), passed]
    assert ("unit_failed_to_report" in findings(ask(given, "2025-06-30"))) == owed


def test_who_owes_the_notice() -> None:
    away = absent("2025-05-12", "2025-06-13")
    by_unit = fact("LeaveUnitReviewed", "2025-05-13", leave_id="L1", outcome="refused", reviewed_on="2025-05-13")
    by_all = fact("LeaveRejected", "2025-05-26", leave_id="L1", level="committee", decision_no="D", decided_on="2025-05-26")
    for refusal, owed_by in ((by_unit, "branch"), (by_all, "committee")):
        (reason,) = ask([ASKED, away, refusal], "2025-06-30").promotion.reasons
        assert (reason.code, reason.owed_by) == ("notice_not_served", owed_by)


def test_what_is_open_names_the_numbers_that_it_would_cross() -> None:
    answer = ask([ASKED, absent("2025-05-12", "2025-06-13")], "2025-06-30")
    assert codes(answer, "appraisal") == ["leave_pending"]
    assert {"art8.reading", "absence.long.consecutive", "leave.pending_treatment"} <= named(answer, "appraisal")


def test_what_is_open_and_makes_no_difference_is_said() -> None:
    answer = ask([absent("2025-05-12", "2025-05-13", unit_knew=True)], "2025-06-30")
    for (reason,) in (answer.promotion.reasons, answer.appraisal.reasons):
        assert "2 working days are not settled" in reason.en and "2个工作日尚未了结" in reason.zh
        assert reason.evidence == ("assignments/absence-a1@1",)


def test_days_that_break_no_run_are_named_by_their_rule() -> None:
    given = [
        policy("2025-01-01", absence__excused_day_breaks_run=False),
        absent("2025-05-12", "2025-06-11"),
        absent("2025-05-20", "2025-05-20", "a2"),
        fact("AbsenceCharacterised", "2025-05-20", absence_id="a2", as_="excused", decided_on="2025-05-21"),
    ]
    answer = ask(given, "2025-06-30")
    assert "absence.excused_day_breaks_run" in named(answer)
    assert "absence.excused_day_breaks_run" not in named(ask(given[1:], "2025-06-30"))


# policies and units


@pytest.mark.parametrize(("again_from", "code"), [("2025-02-03", "performing_normally"), ("2025-03-03", "long_unexcused_absence")])
def test_a_repealed_policy_holds_again_when_it_is_issued_anew(again_from: str, code: str) -> None:
    strict = policy("2025-01-01", absence__long__consecutive="> 5")
    ended = fact("PolicyRepealed", "2025-03-01", "2025-02-10", policy_id="P1", repealed_on="2025-03-01", document_no="R")
    anew = policy(again_from, known="2025-02-20", absence__long__consecutive="> 5")
    assert codes(ask([strict, ended, anew, absent("2025-03-10", "2025-03-19")], "2025-03-19")) == [code]


def test_units_that_merge_one_after_the_other() -> None:
    third = fact("UnitRegistered", "2020-01-01", unit_id="U3", name="C", kind="school")
    given = [third, moved("U1", "U2", "2025-02-03"), moved("U2", "U3", "2025-07-01"), absent("2025-03-10", "2025-03-14")]
    later = [*given, absent("2025-09-01", "2025-09-05", "a2")]
    units = {f.due_on: f.unit_id for f in ask(later, "2025-12-31").findings if f.code == "reminder_overdue"}
    assert units == {d("2025-03-17"): "U2", d("2025-09-08"): "U3"}


def test_on_the_day_of_a_transfer_the_clock_is_that_of_the_new_unit() -> None:
    moved_ = fact("CadreTransferred", "2025-05-12", from_unit_id="U1", to_unit_id="U2", transferred_on="2025-05-12")
    assert "unit_talk_overdue" in findings(ask([moved_], "2025-05-11"))
    assert "unit_talk_overdue" not in findings(ask([moved_], "2025-05-12"))


def test_only_complaints_about_the_unit_are_on_its_card() -> None:
    for unit, received in (("U1", 0), ("U2", 1)):
        given = [fact("ComplaintReceived", "2025-04-10", complaint_id="c", unit_id="U2", source_ref="p", received_on="2025-04-10")]
        assert ask_unit(given, unit, "2025-12-31").scorecard.complaints.received == received


def test_advice_where_there_is_no_technical_post() -> None:
    answer = ask([absent("2024-09-23", "2024-10-17")], "2024-12-31", fixture="FMGT")
    assert [f.article for f in answer.findings if f.code == "superior_rule_advisory"] == ["2023-14"]


def test_an_alert_for_truancy_that_began_on_a_leap_day() -> None:
    facts = Facts.divide(events([absent("2024-02-29", "2024-03-21")], "F0"))

    def told(day: str) -> tuple[bool, date | None]:
        found = law.outlook(facts.common, facts.cadres["C1"], d(day), KNOWN)
        return any("dismissal" in id_ for id_ in found.findings), found.again_on

    assert [
        r.since for r in law.outlook(facts.common, facts.cadres["C1"], d("2024-06-03"), KNOWN).findings.values() if "dismissal" in r.code
    ] == [d("2024-03-21")]
    assert [told(day)[0] for day in ("2024-03-20", "2024-03-21", "2025-02-28", "2025-03-01")] == [False, True, True, False]
    assert told("2025-02-28")[1] == d("2025-03-01")


def test_what_may_be_named_in_a_circular_is_published_for_the_unit() -> None:
    given = [fact("UnitNeglectDetermined", "2025-11-03", year=2025, determined_on="2025-11-03")]
    for n, source in enumerate("ppq"):
        given.append(fact("ComplaintReceived", "2025-04-10", complaint_id=f"{n}", source_ref=source, received_on="2025-04-10"))
        given.append(fact("ComplaintDecided", "2025-10-13", complaint_id=f"{n}", outcome="substantiated", decided_on="2025-10-13"))
    facts = Facts.divide(events(given))
    found = [law.unit_outlook(facts.common, list(facts.cadres.values()), "U1", d(day), KNOWN)[0] for day in ("2025-11-02", "2025-11-03")]
    assert [len(f) for f in found] == [0, 1]
    (id_,) = found[1]
    assert id_.startswith("circular_candidate-U1-2025-")


# words and ids


@pytest.mark.parametrize("asked", [q for q in questions() if "unit" not in q.ask][::3], ids=str)
def test_each_language_says_it_by_itself(asked: Any) -> None:
    answer = answered(asked)
    assert isinstance(answer, Answer)
    for reason in (*answer.promotion.reasons, *answer.appraisal.reasons):
        for zh, en in zip(reason.zh.split("；"), reason.en.split("; "), strict=False):
            assert CHINESE.search(zh) and not CHINESE.search(en), reason
        assert "{" not in reason.zh + reason.en


def test_ids_of_findings() -> None:
    raised = Raised("training_gap", "6", "branch", d("2025-01-01"), "U1")
    assert raised.id("C1") == "training_gap-C1-2025-01-01"
    assert [len(raised.id("x" * n)) for n in (39, 40, 41, 64)] == [63, 64, 64, 64], "an id has 64 characters at most"
    assert raised.id("x" * 64) != raised.id("y" * 64)


def test_ids_of_what_is_to_be_done() -> None:
    """By the day from which it is owed, whatever becomes of its due day."""
    since, owed_since = d("2025-01-11"), d("2025-01-01")
    named = Raised("training_gap", "6", "branch", since, "U1", due_on=d("2025-01-10"), owed_since=owed_since).todo("C1")
    assert re.fullmatch(r"training_gap-2025-01-01-[0-9a-f]{16}", named)
    assert Raised("training_gap", "6", "branch", since, "U1", owed_since=owed_since).todo("C1") == named
    assert Raised("training_gap", "6", "branch", since, "U1", first=owed_since).todo("C1") == named
    assert Raised("training_gap", "6", "branch", since, "U1", owed_since=owed_since, first=since).todo("C1") == named
    assert Raised("training_gap", "6", "branch", owed_since, "U1").todo("C1") == named
    assert Raised("training_gap", "6", "branch", owed_since, "U1", office="party").todo("C1") != named


def test_the_next_change_is_left_out_where_nobody_asks() -> None:
    sanction = fact("SanctionRecorded", "2025-04-01", sanction_id="s", kind="warning", from_="2025-04-01", until="2025-09-30")
    facts = Facts.divide(events([sanction]))
    for asked in (True, False):
        answer = law.answers(facts.common, facts.cadres["C1"], d("2025-06-30"), KNOWN, (2025,), next_change=asked)[2025]
        assert answer.promotion.next_change_on == (d("2025-10-01") if asked else None)
