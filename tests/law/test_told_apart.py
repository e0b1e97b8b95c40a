"""What only one more fact, one more year or somebody else's facts tell apart."""

from __future__ import annotations

import pytest

from contracts.answers import Finding, Question
from contracts.message import end_of_day
from services.compliance import law
from services.compliance.law.acts import proposals
from services.compliance.law.policy import Threshold
from services.compliance.law.readings import READINGS, Elements
from services.compliance.law.reasons import in_words
from services.compliance.law.view import View
from tests.law.asking import absent, approved, ask, ask_unit, codes, d, events, fact, policy, requested
from tests.law.test_finer_points import duty, new

Given = list[dict[str, object]]


def found(given: Given, as_of: str, code: str, fixture: str | None = "F25") -> list[Finding]:
    return [f for f in ask(given, as_of, fixture=fixture).findings if f.code == code]


def test_what_is_about_others_is_not_about_the_cadre() -> None:
    """Whoever prepares a cadre may hand over everything."""
    theirs = absent("2025-09-01", "2025-09-24", cadre_id="C2")
    known = events([theirs, absent("2025-09-01", "2025-09-02", "a2")])
    question = Question(cadre_id="C1", as_of=d("2025-12-31"), known_at=end_of_day(d("2030-12-31")), year=2025)
    assert law.answer(law.Common.of(known), law.Cadre.of("C1", known), question).counts.unexcused_workdays == 2


def test_each_year_without_calendar_is_owed_for_its_own_days() -> None:
    given = [absent("2027-12-29", "2027-12-30"), absent("2028-01-05", "2028-01-06", "a2")]
    missing = found(given, "2028-03-31", "calendar_missing")
    assert [f.evidence for f in missing] == [("assignments/absence-a1@1",), ("assignments/absence-a2@1",)]


def test_an_alert_of_health_rests_on_leave_that_was() -> None:
    """A leave revoked from its first day on never was."""
    ill = [requested("2024-01-02", "2024-01-02", "2025-03-31"), approved("2024-01-02", "2024-01-02", "2025-03-31")]
    other = [
        requested("2024-06-03", "2024-06-03", "2024-06-07", leave_id="L2"),
        approved("2024-06-03", "2024-06-03", "2024-06-07", leave_id="L2"),
    ]
    revoked = fact(
        "LeaveRevoked", "2024-06-03", "2024-06-05", leave_id="L2", revoked_from="2024-06-03", decision_no="D", decided_on="2024-06-05"
    )
    (alert,) = found([*ill, *other], "2025-06-30", "health_inability_alert", "F0")
    assert len(alert.evidence) == 2
    (alert,) = found([*ill, *other, revoked], "2025-06-30", "health_inability_alert", "F0")
    assert len(alert.evidence) == 1


def test_a_duty_that_ended_on_new_years_day_was_work_to_do_in_the_year() -> None:
    """Where a calendar has the first of January worked."""
    worked = fact("CalendarPublished", "2025-01-01", "2024-12-02", year=2025, version=2, off_days=[], work_days=[], notice="n")
    long = absent("2025-01-01", "2025-01-24")
    for until, found_ in (("2025-01-01", ["long_unexcused_absence"]), ("2024-12-31", ["no_duty_assigned"])):
        given = [*new("2024-03-04"), worked, long, duty("d", "2024-03-11", until)]
        assert codes(ask(given, "2025-12-31", fixture=None), "appraisal") == found_


def test_by_calendar_days_too_protected_leave_leaves_the_grade() -> None:
    share = policy("2024-01-01", appraisal__no_grade__leave_share="> 1/2 calendar_days")
    for kind, outcome in (("maternity", "eligible"), ("personal", "no_grade")):
        asked = requested("2024-12-27", "2025-01-02", "2025-08-29", reason_class=kind)
        assert ask([share, asked, approved("2024-12-27", "2025-01-02", "2025-08-29")], "2025-12-31").appraisal.outcome == outcome


def test_where_bars_are_permanent_each_determination_begins_a_count_of_its_own() -> None:
    law_ = policy("2022-04-07", art7__bar_duration="permanent", absence__long__cumulative="> 6")
    restored = fact("PerformanceDetermined", "2025-09-01", result="restored", from_="2025-09-01")
    for before, after, barred in (
        ("2025-08-14", "2025-10-16", False),
        ("2025-08-19", "2025-10-13", True),
        ("2025-08-11", "2025-10-21", True),
    ):
        given = [law_, absent("2025-08-11", before), restored, absent("2025-10-13", after, "a2")]
        assert (codes(ask(given, "2025-12-31")) == ["long_unexcused_absence"]) is barred


def test_a_milder_superior_rule_reaches_back_to_the_beginning_of_a_year_that_is_open() -> None:
    """Where each day is measured by the law of the day: seventeen days in January."""
    rule = fact(
        "SuperiorPolicyRegistered", "2025-06-02", policy_id="S", effective_from="2025-06-02", source="S", favourable=True, document_no="D",
        parameters={"absence.long.consecutive": "> 20"},
    )  # fmt: skip
    by_day = policy("2022-04-07", policy__transition="crossing_day")
    closed = fact("AppraisalYearClosed", "2025-05-06", year=2025, closed_on="2025-05-06")
    away = absent("2025-01-02", "2025-01-24")
    assert codes(ask([by_day, rule, away], "2025-12-31")) == ["performing_normally"]
    assert codes(ask([by_day, rule, closed, away], "2025-12-31")) == ["long_unexcused_absence"]


def test_the_day_of_a_determination_begins_the_next_count_where_bars_are_permanent() -> None:
    law_ = policy("2022-04-07", art7__bar_duration="permanent", absence__long__cumulative="> 6")
    restored = fact("PerformanceDetermined", "2025-09-01", result="restored", from_="2025-09-01")
    six, that_day = absent("2025-08-11", "2025-08-18"), absent("2025-09-01", "2025-09-01", "a2")
    assert codes(ask([law_, six, that_day, restored], "2025-12-31")) == ["performing_normally"]
    run = policy("2022-04-07", art7__bar_duration="permanent")
    assert codes(ask([run, absent("2025-08-20", "2025-09-11"), restored], "2025-12-31")) == ["performing_normally"]
    assert codes(ask([run, absent("2025-08-11", "2025-09-11"), restored], "2025-12-31")) == ["performing_normally"]
    assert codes(ask([run, absent("2025-08-08", "2025-09-11"), restored], "2025-12-31")) == ["long_unexcused_absence"]


def test_an_absence_of_one_day_is_told_by_its_day() -> None:
    one = ask(
        [policy("2022-04-07", absence__long__consecutive=">= 1"), absent("2025-03-03", "2025-03-03")], "2025-03-31"
    ).promotion.reasons[0]
    assert "1 working days (2025-03-03)" in one.en and "至" not in one.zh
    two = ask(
        [policy("2022-04-07", absence__long__consecutive=">= 1"), absent("2025-03-03", "2025-03-04")], "2025-03-31"
    ).promotion.reasons[0]
    assert "(2025-03-03 to 2025-03-04)" in two.en and "2025-03-03至2025-03-04" in two.zh


def test_a_threshold_in_calendar_days_says_so() -> None:
    assert in_words(Threshold.parse("> 1/2 calendar_days")) == ("超过1/2（日历日）", "more than 1/2 (calendar days)")
    assert in_words(Threshold.parse("> 1/2")) == ("超过1/2", "more than 1/2")


def test_leave_that_others_came_back_from_is_not_told_as_protected() -> None:
    """A return after the first day of a leave ends its bar although the leave runs on."""
    long = [requested("2025-02-28", "2025-03-03", "2025-06-30"), approved("2025-02-28", "2025-03-03", "2025-06-30")]
    short = [approved("2025-03-07", "2025-03-10", "2025-03-14", leave_id="L2")]
    back = fact("ReturnConfirmed", "2025-03-17", leave_id="L2", returned_on="2025-03-17")
    (reason,) = ask([*long, *short, back], "2025-04-30").promotion.reasons
    assert reason.code == "performing_normally" and "maternity" not in reason.en


def test_where_the_year_has_no_working_day_nothing_is_half_of_it() -> None:
    off = fact("SchoolCalendarPublished", "2025-01-01", vacations=[{"from": "2025-01-01", "until": "2025-12-31"}], source="s")
    answer = ask([off, approved("2024-12-27", "2025-01-02", "2025-12-31")], "2025-12-31")
    assert (answer.counts.year_workdays, answer.appraisal.outcome) == (0, "eligible")


def test_an_exit_recorded_late_was_not_late_while_there_was_time() -> None:
    given = [
        *new("2025-03-03")[:2],
        fact("CadreExited", "2025-03-03", "2025-06-02", unit_id="U1", post="p", reason="age", exited_on="2025-03-03", decision_no="X"),
    ]
    assert found(given, "2025-03-10", "late_registration", None) == []
    assert len(found(given, "2025-12-31", "late_registration", None)) == 1


def test_who_was_known_as_head_only_later_was_not_known_before() -> None:
    head = fact("UnitHeadAppointed", "2023-01-02", "2025-06-02", office="party", head_ref="h", from_="2023-01-02")
    offices = [
        sorted(str(f.office) for f in ask([head], "2025-12-31", known_at=known).findings if f.code == "unit_talk_overdue")
        for known in ("2025-06-01", "2025-06-02")
    ]
    assert offices == [["administrative", "party"], ["party"]]


def test_who_has_no_unit_on_record_is_asked_about_all_the_same() -> None:
    managed = fact("ManagementChanged", "2025-01-06", managed_by="committee", from_="2025-01-06")
    (talk,) = found([managed, new("2025-03-03")[2]], "2025-12-31", "exit_talk_overdue", None)
    assert talk.unit_id is None


def test_the_first_duty_is_not_the_one_that_ends_first() -> None:
    wish = fact("DutyPreferenceDeclared", "2025-04-21", categories=["party_building"], declared_on="2025-04-21")
    two = [duty("d", "2025-05-06", "2025-06-30"), duty("e", "2025-04-07", "2025-12-31")]
    (missed,) = found([*new("2025-03-03"), *two, wish], "2025-12-31", "preference_not_invited", None)
    assert missed.evidence == ("assignments/duty-e@1",)


def test_a_duty_that_came_after_the_next_exit_is_owed_for_that_exit_alone() -> None:
    again = fact("CadreExited", "2025-03-03", unit_id="U1", post="principal", reason="age", exited_on="2025-03-03", decision_no="Y")
    owed = found([*new("2024-03-04"), again, duty("d", "2025-04-07", "2025-05-30")], "2025-12-31", "duty_not_assigned_in_time", None)
    assert [str(f.due_on) for f in owed] == ["2025-07-14"]


def test_the_scale_of_a_year_is_that_of_the_unit_of_its_last_day() -> None:
    three = fact("UnitRegistered", "2020-01-01", unit_id="U1", name="A", kind="school", appraisal_scale="three_grade")
    four = fact("UnitRegistered", "2020-01-01", unit_id="U2", name="B", kind="school", appraisal_scale="four_grade")
    for on, grades in (("2022-12-31", 4), ("2023-01-01", 3)):
        moved = fact("CadreTransferred", on, from_unit_id="U1", to_unit_id="U2", transferred_on=on)
        answer = ask([three, four, *new("2022-05-09")[1:], moved], "2023-06-30", year=2022, fixture=None)
        assert len(answer.appraisal.allowed_grades) == grades


def test_a_card_shows_what_is_still_open_from_before_and_not_what_was_made_good() -> None:
    talk = fact("ExitTalkHeld", "2024-06-03", held_on="2024-06-03")
    for given, counted in (([], (1, 1)), ([talk], None)):
        card = ask_unit([*new("2024-03-04"), *given], "U1", "2025-12-31", fixture=None).scorecard.by_code.get("exit_talk_overdue")
        assert (card and (card.raised, card.open)) == counted


def test_a_unit_answers_for_its_own_cadres_whoever_is_looked_at_first() -> None:
    other = [
        fact("CadreRegistered", "2020-01-01", cadre_id="C0", unit_id="U9", managed_by="committee", category="professional_technical"),
        fact("CadreExited", "2024-03-04", cadre_id="C0", unit_id="U9", post="p", reason="age", exited_on="2024-03-04", decision_no="Z"),
    ]
    assert ask_unit([*other, *new("2024-03-04")], "U1", "2025-12-31", fixture=None).scorecard.cadres == 1


def test_who_came_back_on_the_first_day_of_a_leave_came_back_from_another() -> None:
    def ill(id_: str, first: str, last: str) -> Given:
        return [requested(first, first, last, leave_id=id_), approved(first, first, last, leave_id=id_)]

    back = fact("ReturnConfirmed", "2024-01-02", leave_id="L0", returned_on="2024-01-02")
    given = [*ill("L0", "2023-12-04", "2023-12-08"), back, *ill("L1", "2024-01-02", "2025-03-31")]
    assert len(found(given, "2025-06-30", "health_inability_alert", "F0")) == 1


def owed(given: Given, as_of: str, fixture: str | None = "F25") -> list[tuple[str, str]]:
    """What waits, and since when."""
    known = events(given, fixture)
    raised = law.owed(law.Common.of(known), law.Cadre.of("C1", known), d(as_of), end_of_day(d("2030-12-31")))
    return [(r.code, str(r.owed_since)) for r in raised]


CONCERN = fact("ConcernRecorded", "2025-03-03", concern_id="k", kinds=["lax"], recorded_on="2025-03-03")
OTHER = fact("ConcernRecorded", "2025-03-03", concern_id="m", kinds=["lax"], recorded_on="2025-03-03")
REMINDED = fact("ReminderTalkHeld", "2025-03-05", concern_id="k", held_on="2025-03-05")


def test_criticism_is_due_after_the_reminder_and_a_judgement_thirty_days_after_it() -> None:
    given = fact("CriticismGiven", "2025-03-10", concern_id="k", given_on="2025-03-10")
    assert ("criticism_to_give", "2025-03-05") in owed([CONCERN, REMINDED], "2025-06-30")
    assert ("correction_to_judge", "2025-04-10") in owed([CONCERN, REMINDED, given], "2025-06-30")
    of_other = fact("CriticismGiven", "2025-03-10", concern_id="m", given_on="2025-03-10")
    waits = owed([CONCERN, OTHER, REMINDED, of_other], "2025-06-30")
    assert ("criticism_to_give", "2025-03-05") in waits and ("correction_to_judge", "2025-04-10") in waits


def test_what_is_from_before_the_exit_waits_for_nobody() -> None:
    for on, waits in (("2025-03-03", True), ("2025-02-28", False)):
        concern = fact("ConcernRecorded", on, concern_id="k", kinds=["lax"], recorded_on=on)
        codes_ = [code for code, _ in owed([*new("2025-03-03"), concern, REMINDED], "2025-06-30", None)]
        assert ("criticism_to_give" in codes_) is waits
    asked = [[], [duty("d", "2025-04-07")], [duty("d", "2024-09-02", "2025-02-28")]]
    named = [owed([*new("2025-03-03"), *given], "2025-04-30", None).count(("preference_not_invited", "2025-03-03")) for given in asked]
    assert named == [1, 0, 1]


def test_a_return_is_to_be_declared_when_no_leave_runs_any_more() -> None:
    two = [approved("2025-02-28", "2025-03-03", "2025-03-14"), approved("2025-03-07", "2025-03-10", "2025-03-31", leave_id="L2")]
    days = ["2025-03-14", "2025-03-31", "2025-04-01"]
    assert [[code for code, _ in owed(two, day)].count("return_to_declare") for day in days] == [0, 0, 2]
    assert {since for code, since in owed(two, "2025-04-01") if code == "return_to_declare"} == {"2025-03-15", "2025-04-01"}


def test_a_complaint_is_to_be_decided_about_its_own_unit() -> None:
    complaint = fact("ComplaintReceived", "2025-03-03", unit_id="U2", complaint_id="c", source_ref="s", received_on="2025-03-03")
    known = law.Common.of(events([complaint]))
    waits = [law.unit_owed(known, unit, d("2025-06-30"), end_of_day(d("2030-12-31")), []) for unit in ("U1", "U2")]
    assert [len(w) for w in waits] == [0, 1]


def proposed(given: Given, as_of: str, fixture: str | None = "F25") -> list[tuple[str, str, str]]:
    """The acts that would be tried: which, about what, in which words."""
    known, known_at = events(given, fixture), end_of_day(d("2030-12-31"))
    common, cadre = law.Common.of(known), law.Cadre.of("C1", known)
    question = Question(cadre_id="C1", as_of=d(as_of), known_at=known_at, year=d(as_of).year)
    found, _ = proposals(View(common, cadre, known_at).on(d(as_of)).case, law.answer(common, cadre, question))
    return [(p.code, p.thing[1], p.en) for p in found]


def test_what_can_be_done_about_a_leave() -> None:
    asked = requested("2025-05-09", "2025-05-12", "2025-06-13")
    of_leave = [x for x in proposed([asked], "2025-05-30") if x[1] == "L1"]
    assert of_leave == [
        ("decide_leave", "L1", "Approve the leave of 2025-05-12 to 2025-06-13"),
        ("decide_leave", "L1", "Refuse the leave of 2025-05-12 to 2025-06-13 and serve the notice the same day"),
        ("confirm_return", "L1", "Confirm the return on 2025-05-30 from the leave of 2025-05-12 to 2025-06-13"),
    ]
    assert "confirm_return" not in {code for code, *_ in proposed([asked], "2025-05-12")}, "nobody is back before he has left"
    withdrawn = fact("LeaveWithdrawn", "2025-05-12", "2025-05-16", leave_id="L1", withdrawn_on="2025-05-16")
    assert not [x for x in proposed([asked, withdrawn], "2025-05-30") if x[1] == "L1"]
    served = fact("NoticeServed", "2025-05-16", leave_id="L9", served_on="2025-05-16")
    assert not [x for x in proposed([served], "2025-05-30") if x[1] == "L9"], "of which nothing was asked"


def test_what_can_be_done_about_a_refusal_that_was_not_served() -> None:
    asked = requested("2025-05-09", "2025-05-12", "2025-06-13")
    refused = fact("LeaveRejected", "2025-05-12", "2025-05-16", leave_id="L1", level="committee", decision_no="D", decided_on="2025-05-16")
    words = "Serve the notice that the leave of 2025-05-12 to 2025-06-13 is refused"
    assert ("serve_notice", "L1", words) in proposed([asked, refused], "2025-05-30")
    served = fact("NoticeServed", "2025-05-12", "2025-05-19", leave_id="L1", served_on="2025-05-19")
    assert "serve_notice" not in {code for code, *_ in proposed([asked, refused, served], "2025-05-30")}


def test_what_can_be_determined() -> None:
    def determined(given: Given, as_of: str) -> list[str]:
        return [en.rpartition("the cadre ")[2] for code, _, en in proposed(given, as_of) if code == "determine_performance"]

    assert determined([], "2025-12-31") == ["can perform normally", "cannot perform normally"]
    assert determined([absent("2025-09-01", "2025-09-24")], "2025-12-31") == ["performs normally again", "cannot perform normally"]
    retired = fact("RetirementCompleted", "2025-06-02", completed_on="2025-06-02")
    assert determined([retired], "2025-12-31") == []


@pytest.mark.parametrize(("long", "presumed"), [(False, False), (True, False), (True, True), (True, None)])
@pytest.mark.parametrize("awol", [False, True])
@pytest.mark.parametrize("failed", [False, True])
def test_the_four_readings(long: bool, awol: bool, failed: bool, presumed: bool | None) -> None:
    """Rules 6.4. A presumption is drawn from the long absence alone; where it cannot be drawn, R2 says nothing unless a task failed."""
    by_the_text: dict[str, bool | None] = {
        "R1": (long or awol) and failed,
        "R2": True if (long or awol) and failed else presumed,
        "R3": long or awol,
        "R4": long or awol or failed,
    }
    assert {name: reading(Elements(long, awol, failed, presumed)) for name, reading in READINGS.items()} == by_the_text


def test_a_duty_that_ended_on_the_day_of_the_exit_is_enough_to_judge_by() -> None:
    for until, codes_ in (("2025-03-03", ["performing_normally"]), ("2025-03-02", ["no_duty_assigned"])):
        assert codes(ask([*new("2025-03-03"), duty("d", "2024-09-02", until)], "2025-03-31", fixture=None)) == codes_


def test_an_application_of_the_last_day_of_its_period_is_not_late() -> None:
    """However long ago he came back."""
    back, away = fact("ReturnConfirmed", "2025-05-19", leave_id="L1", returned_on="2025-05-19"), absent("2025-05-12", "2025-05-16")
    for on, pending in (("2025-06-13", 5), ("2025-06-16", 0)):
        answer = ask([requested(on, "2025-05-12", "2025-06-13") | {"day": d("2025-05-12"), "known": d(on)}, back, away], "2025-06-30")
        assert answer.counts.pending_workdays == pending
