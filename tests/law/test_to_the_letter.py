"""What is owed, to the letter: whose act counts, about which matter, from which day, and what the finding rests on."""

from __future__ import annotations

import pytest

from contracts.answers import Finding
from tests.law.asking import EVIDENCE, absent, approved, ask, ask_unit, codes, d, events, fact, findings, policy, requested

Given = list[dict[str, object]]
ASKED = requested("2025-05-09", "2025-05-12", "2025-06-13")


def found(given: Given, as_of: str, code: str, fixture: str | None = "F25", year: int | None = None) -> list[Finding]:
    return [f for f in ask(given, as_of, fixture=fixture, year=year).findings if f.code == code]


def step(name: str, on: str, field: str, concern: str = "k", **more: object) -> dict[str, object]:
    return fact(name, on, concern_id=concern, **{field: on}, **more)


CONCERN = step("ConcernRecorded", "2025-03-03", "recorded_on", kinds=["lax"])
REMINDED = step("ReminderTalkHeld", "2025-03-04", "held_on")
CRITICISED = step("CriticismGiven", "2025-03-05", "given_on")
UNCORRECTED = step("NonCorrectionRecorded", "2025-04-08", "recorded_on")
MEASURE = fact("MeasureDecided", "2025-05-06", measure_id="m", concern_id="k", cites="7.2", decided_on="2025-05-06")


@pytest.mark.parametrize(
    ("ladder", "by"),
    [
        ([REMINDED, CRITICISED, UNCORRECTED], set()),
        ([CRITICISED, UNCORRECTED], {"committee"}),
        ([REMINDED, UNCORRECTED], {"committee", "branch"}),
        ([REMINDED, CRITICISED], {"committee"}),
        ([REMINDED, step("CriticismGiven", "2025-04-09", "given_on"), UNCORRECTED], {"branch"}),
        ([REMINDED, step("CriticismGiven", "2025-05-06", "given_on"), UNCORRECTED], {"branch"}),
        ([REMINDED, step("CriticismGiven", "2025-05-07", "given_on"), UNCORRECTED], {"branch", "committee"}),
        ([REMINDED, step("CriticismGiven", "2025-03-05", "given_on", "other"), UNCORRECTED], {"branch", "committee"}),
    ],
)
def test_every_rung_before_the_measure(ladder: Given, by: set[str]) -> None:
    skipped = found([CONCERN, *ladder, MEASURE], "2025-06-30", "ladder_step_skipped")
    assert {f.accountable for f in skipped} == by
    assert all(
        f.due_on is None and f.evidence in (("compliance/measure-m@1",), ("compliance/concern-k@4",), ("compliance/concern-k@3",))
        for f in skipped
    )


@pytest.mark.parametrize(("cites", "n"), [("7.2", 1), (" 7.2 (2)", 1), ("9", 0)])
def test_a_measure_that_cites_another_article_needs_no_ladder(cites: str, n: int) -> None:
    measure = fact("MeasureDecided", "2025-05-06", measure_id="m", concern_id="k", cites=cites, decided_on="2025-05-06")
    assert len(found([measure], "2025-06-30", "ladder_step_skipped")) == n


@pytest.mark.parametrize(("about", "reported"), [("k", True), ("other", False)])
def test_a_report_about_another_concern_reports_nothing_of_this_one(about: str, reported: bool) -> None:
    act = step("ConcernReported", "2025-04-09", "reported_on", about, document_no="R")
    assert (found([CONCERN, UNCORRECTED, act], "2025-06-30", "report_overdue") == []) is reported


def test_one_open_concern_is_enough_to_say_so() -> None:
    other = step("ConcernRecorded", "2025-03-10", "recorded_on", "m", kinds=["passive"])
    answer = ask([CONCERN, other], "2025-06-30")
    assert codes(answer) == ["concern_open"]
    assert answer.promotion.reasons[0].evidence == ("compliance/concern-k@1",)


def head(office: str, ref: str, on: str = "2023-01-01", **more: str) -> dict[str, object]:
    return fact("UnitHeadAppointed", on, office=office, head_ref=ref, from_=on, **more)


def test_who_holds_both_offices_and_leaves_one() -> None:
    both = [head("party", "h"), head("administrative", "h", "2023-02-01")]
    left = fact("UnitHeadVacated", "2025-01-06", office="administrative", head_ref="h", vacated_on="2025-01-06")
    talk = fact("UnitTalkHeld", "2025-01-10", by_office="administrative", held_on="2025-01-10")
    code = "unit_talk_overdue"
    assert [(f.office, f.due_on) for f in found(both, "2025-12-31", code)] == [("both", d("2023-11-30"))]
    assert [(f.office, f.due_on) for f in found([*both, talk], "2025-12-31", code)] == [("both", d("2025-04-10"))]
    assert [(f.office, f.due_on) for f in found([*both, left, talk], "2025-12-31", code)] == [("party", d("2023-11-30"))]
    assert len(found([head("party", "h2", unit_id="U2")], "2025-12-31", code)) == 2


def test_a_talk_is_by_a_head_of_his_own_unit() -> None:
    for unit, due in (("U1", "2025-04-10"), ("U2", "2023-11-30")):
        talk = fact("UnitTalkHeld", "2025-01-10", unit_id=unit, by_office="party", held_on="2025-01-10")
        assert min(f.due_on for f in found([head("party", "h"), talk], "2025-12-31", "unit_talk_overdue") if f.due_on) == d(due)


def exited(*days: str) -> Given:
    known = [
        fact("UnitRegistered", "2020-01-01", unit_id="U1", name="A", kind="school"),
        fact("CadreRegistered", "2020-01-01", unit_id="U1", managed_by="committee", category="professional_technical"),
    ]
    for on in days:
        known.append(fact("CadreExited", on, unit_id="U1", post="principal", reason="age", exited_on=on, decision_no="X"))
    return known


@pytest.mark.parametrize(
    ("exit_", "as_of", "years"),
    [
        ("2021-06-01", "2022-12-31", []),
        ("2021-06-01", "2023-01-01", []),
        ("2021-06-01", "2023-12-31", []),
        ("2021-06-01", "2024-01-01", [2023]),
        ("2023-01-01", "2024-01-01", []),
        ("2023-12-31", "2024-12-31", []),
        ("2023-12-31", "2025-01-01", [2024]),
        ("2023-12-31", "2026-01-01", [2024, 2025]),
    ],
)
def test_training_is_owed_for_each_full_year_after_that_of_the_exit(exit_: str, as_of: str, years: list[int]) -> None:
    gaps = found(exited(exit_), as_of, "training_gap", None)
    assert [f.due_on.year for f in gaps if f.due_on] == years
    assert all((f.accountable, f.article, f.evidence) == ("branch", "6.2", ("registry/cadre-C1@2",)) for f in gaps)


def test_a_year_that_is_not_in_scope_from_its_first_day_is_not_full() -> None:
    school = fact("ManagementChanged", "2023-06-01", managed_by="school", from_="2023-06-01")
    for since, years in (("2024-01-01", [2024, 2025]), ("2024-01-02", [2025])):
        back = fact("ManagementChanged", since, managed_by="committee", from_=since)
        assert [
            f.due_on.year for f in found([*exited("2023-03-01"), school, back], "2026-06-30", "training_gap", None) if f.due_on
        ] == years


def duty(id_: str, first: str, until: str | None = None) -> dict[str, object]:
    more = {"until": until} if until else {}
    return fact("DutyAssigned", first, duty_id=id_, category="party_building", host_unit_id="U1", from_=first, **more)


def test_a_duty_from_before_the_exit_goes_on() -> None:
    code = "duty_not_assigned_in_time"
    assert found([*exited("2025-03-03"), duty("d", "2024-09-02")], "2025-12-31", code, None) == []
    (owed,) = found([*exited("2025-03-03"), duty("d", "2024-09-02", "2025-04-30")], "2025-12-31", code, None)
    assert (owed.due_on, owed.accountable) == (d("2025-06-17"), "section")
    assert owed.evidence == ("registry/cadre-C1@2", "assignments/duty-d@1")
    (owed,) = found([*exited("2025-03-03"), duty("d", "2024-09-02", "2025-02-28")], "2025-12-31", code, None)
    assert (owed.due_on, owed.evidence) == (d("2025-04-15"), ("registry/cadre-C1@2",))
    two = [duty("d", "2025-03-10", "2025-05-30"), duty("e", "2025-04-01", "2025-04-30")]
    (owed,) = found([*exited("2025-03-03"), *two], "2025-12-31", code, None)
    assert owed.due_on == d("2025-07-14")


def test_the_first_duty_is_the_one_that_begins_first() -> None:
    two = [duty("d", "2025-05-06"), duty("e", "2025-04-07")]
    wish = fact("DutyPreferenceDeclared", "2025-04-21", categories=["party_building"], declared_on="2025-04-21")
    (missed,) = found([*exited("2025-03-03"), *two, wish], "2025-12-31", "preference_not_invited", None)
    assert missed.evidence == ("assignments/duty-e@1",)
    proposed = fact("DutyProposed", "2025-04-07", duty_id="x", category="party_building", host_unit_id="U1", proposed_on="2025-04-07")
    assert found([*exited("2025-03-03"), *two, proposed], "2025-12-31", "preference_not_invited", None) == []
    before = duty("b", "2025-01-06", "2025-02-28")
    assert found([*exited("2025-03-03"), before], "2025-12-31", "preference_not_invited", None) == []


@pytest.mark.parametrize(("held", "overdue"), [("2025-02-01", False), ("2025-01-31", True), ("2025-03-17", False), ("2025-06-30", False)])
def test_an_exit_talk_from_thirty_days_before(held: str, overdue: bool) -> None:
    talk = fact("ExitTalkHeld", held, held_on=held)
    assert bool(found([*exited("2025-03-03"), talk], "2025-06-30", "exit_talk_overdue", None)) is overdue


def test_a_late_talk_is_on_the_card_and_no_longer_open() -> None:
    for held, raised in (("2025-03-17", None), ("2025-03-18", 1)):
        talk = fact("ExitTalkHeld", held, held_on=held)
        counted = ask_unit([*exited("2025-03-03"), talk], "U1", "2025-12-31", fixture=None).scorecard.by_code.get("exit_talk_overdue")
        assert (counted and (counted.raised, counted.open)) == (raised and (1, 0))


def test_each_exit_has_its_registration_and_its_talk() -> None:
    again = exited("2024-03-04", "2025-03-03")
    assert [f.due_on for f in found(again, "2025-12-31", "exit_talk_overdue", None)] == [d("2024-03-18"), d("2025-03-17")]


def test_tolerance_is_of_the_days_that_are_still_absences() -> None:
    known = absent("2025-04-07", "2025-04-09", unit_knew=True)
    assert [f.evidence for f in found([known], "2025-06-30", "unit_connivance")] == [("assignments/absence-a1@1",)]
    for as_, n in (("awol", 1), ("other", 1), ("excused", 0), ("official_business", 0)):
        said = fact("AbsenceCharacterised", "2025-04-07", "2025-05-06", absence_id="a1", as_=as_, decided_on="2025-05-06")
        assert len(found([known, said], "2025-06-30", "unit_connivance")) == n
    assert found([known, approved("2025-04-30", "2025-04-07", "2025-04-09")], "2025-06-30", "unit_connivance") == []
    assert found([absent("2025-04-07", "2025-04-09")], "2025-06-30", "unit_connivance") == []
    assert len(found([known, absent("2025-05-06", "2025-05-06", "a2", unit_knew=True)], "2025-06-30", "unit_connivance")) == 2


def test_reminders_are_cut_where_the_unit_changes() -> None:
    moved = fact("CadreTransferred", "2025-09-15", from_unit_id="U1", to_unit_id="U2", transferred_on="2025-09-15")
    run = absent("2025-09-08", "2025-09-19")
    overdue = found([run, moved], "2025-12-31", "reminder_overdue")
    assert [(f.unit_id, f.due_on) for f in overdue] == [("U1", d("2025-09-15")), ("U2", d("2025-09-22"))]
    talk = fact("ReminderTalkHeld", "2025-09-15", concern_id="k", held_on="2025-09-15")
    assert found([run, moved, talk], "2025-12-31", "reminder_overdue") == []
    early = fact("ReminderTalkHeld", "2025-09-12", concern_id="k", held_on="2025-09-12")
    assert [f.unit_id for f in found([run, moved, early], "2025-12-31", "reminder_overdue")] == ["U2"]


def test_a_supplement_begins_the_review_anew() -> None:
    returned = fact("LeaveReturned", "2025-05-13", leave_id="L1", missing=["evidence"], returned_on="2025-05-13")
    supplied = fact("LeaveSupplemented", "2025-05-20", leave_id="L1", evidence=EVIDENCE, supplied_on="2025-05-20")
    code = "unit_review_overdue"
    assert found([ASKED, returned], "2025-06-30", code) == []
    assert [f.due_on for f in found([ASKED, returned, supplied], "2025-06-30", code)] == [d("2025-05-23")]
    assert [f.due_on for f in found([ASKED, supplied], "2025-06-30", code)] == [d("2025-05-14")]


def test_what_the_unit_could_not_grant_it_has_to_report() -> None:
    beyond = approved("2025-05-13", "2025-05-12", "2025-06-13", "unit")
    within = approved("2025-05-13", "2025-05-12", "2025-05-14", "unit")
    (owed,) = found([beyond], "2025-06-30", "unit_failed_to_report")
    assert (owed.due_on, owed.evidence) == (d("2025-05-16"), ("assignments/leave-L1@1",))
    assert found([within], "2025-06-30", "unit_failed_to_report") == []
    passed = fact("LeaveUnitReviewed", "2025-05-12", leave_id="L1", outcome="passed", reviewed_on="2025-05-12")
    assert found([requested("2025-05-09", "2025-05-12", "2025-05-14"), passed], "2025-06-30", "unit_failed_to_report") == []
    assert len(found([requested("2025-05-09", "2025-05-12", "2025-05-15"), passed], "2025-06-30", "unit_failed_to_report")) == 1
    more = policy("2025-01-01", leave__ordinary_max_workdays=4)
    assert found([more, requested("2025-05-09", "2025-05-12", "2025-05-15"), passed], "2025-06-30", "unit_failed_to_report") == []


def test_the_whole_period_asked_is_that_of_the_request_and_of_what_the_unit_approved_beyond_its_days() -> None:
    asked = requested("2025-05-09", "2025-05-14", "2025-05-15")
    beyond = approved("2025-05-12", "2025-05-12", "2025-05-16", "unit")
    assert len(found([asked, beyond], "2025-06-30", "unit_failed_to_report")) == 1
    assert codes(ask([asked, beyond, absent("2025-05-12", "2025-05-16")], "2025-05-16")) == ["leave_pending"]
    assert ask([asked, beyond, absent("2025-05-12", "2025-05-16")], "2025-05-16").counts.pending_workdays == 5


def test_one_refusal_served_too_early_is_not_served() -> None:
    refused = fact("LeaveRejected", "2025-05-26", leave_id="L1", level="committee", decision_no="D", decided_on="2025-05-26")
    for on, n in (("2025-05-23", 1), ("2025-05-26", 0)):
        served = fact("NoticeServed", on, leave_id="L1", served_on=on)
        assert len(found([ASKED, refused, served], "2025-06-30", "notice_not_served")) == n
    assert found([ASKED, refused, approved("2025-05-28", "2025-05-12", "2025-06-13")], "2025-06-30", "notice_not_served") == []


def test_advice_rests_on_every_task_that_failed_and_on_the_long_absence_without_technical_post() -> None:
    failed = [
        fact("TaskOutcomeRecorded", on, task_id=f"x{on}", year=2025, outcome="not_completed", recorded_on=on)
        for on in ("2025-12-10", "2025-12-20")
    ]
    code = "superior_rule_advisory"
    (advice,) = found(failed, "2025-12-31", code)
    assert advice.evidence == ("assignments/task-x2025-12-10@1", "assignments/task-x2025-12-20@1")
    run = absent("2025-09-01", "2025-09-24")
    (advice,) = found([run], "2025-12-31", code, "FMGT")
    assert (advice.article, advice.evidence) == ("2023-14", ("assignments/absence-a1@1",))
    assert found([absent("2025-09-01", "2025-09-19")], "2025-12-31", code, "FMGT") == []
    assert found([run], "2025-12-31", code) == []


def test_a_merger_that_is_still_to_come_moves_nobody() -> None:
    merged = fact("UnitMerged", "2025-09-01", "2025-06-02", unit_id="U1", into_unit_id="U2", merged_on="2025-09-01")
    for as_of, unit in (("2025-08-31", "U1"), ("2025-09-01", "U2")):
        assert [f.unit_id for f in found([merged, ASKED | {"day": d(as_of)}], as_of, "late_registration")] == []
        assert ask_unit([merged], unit, as_of).scorecard.cadres == 1
        assert ask_unit([merged], "U1" if unit == "U2" else "U2", as_of).scorecard.cadres == 0
    assert len(events([merged])) == 14


@pytest.mark.parametrize(("requested_on", "late"), [("2025-04-09", False), ("2025-04-10", True)])
def test_a_review_counts_from_the_service_that_it_names_or_that_was_recorded(requested_on: str, late: bool) -> None:
    served = fact("DecisionServed", "2025-03-10", decision="compliance/cadre-C1@3", served_on="2025-03-10")
    other = fact("DecisionServed", "2025-01-06", decision="compliance/cadre-C1@2", served_on="2025-01-06")
    review = fact("ReviewRequested", requested_on, review_id="v", against="compliance/cadre-C1@3", requested_on=requested_on)
    filed = found([served, other, review], "2025-06-30", "review_filed_late")
    assert [(f.due_on, f.accountable) for f in filed] == ([(d("2025-04-09"), "cadre")] if late else [])


def test_nothing_is_owed_where_nothing_happened() -> None:
    """Only talks and training come round by themselves."""
    assert findings(ask([], "2025-12-31")) == {"unit_talk_overdue", "thought_exchange_overdue", "training_gap"}
