"""What a day is: the first line that fits."""

from __future__ import annotations

import pytest

from tests.law.asking import EVIDENCE, absent, approved, ask, codes, d, fact, findings, policy, requested

WEEK = absent("2025-03-03", "2025-03-07")


def counted(*given: dict[str, object], as_of: str = "2025-03-31") -> tuple[float, float, float]:
    counts = ask(list(given), as_of).counts
    return counts.unexcused_workdays, counts.pending_workdays, counts.leave_workdays


def characterised(as_: str, id_: str = "a1") -> dict[str, object]:
    return fact("AbsenceCharacterised", "2025-03-03", "2025-03-10", absence_id=id_, as_=as_, decided_on="2025-03-10")


def present(first: str, last: str, **data: object) -> dict[str, object]:
    return fact("PresenceRecorded", first, last, from_=first, until=last, **data)


@pytest.mark.parametrize(("as_", "days"), [("awol", 5), ("other", 5), ("official_business", 0), ("excused", 0)])
def test_characterised(as_: str, days: float) -> None:
    assert counted(WEEK, characterised(as_)) == (days, 0, 0)


def test_corrected_and_rescinded_are_as_if_never_recorded() -> None:
    corrected = fact(
        "AbsenceCorrected", "2025-03-03", "2025-03-10", absence_id="a1", removed=[{"from": "2025-03-05", "until": "2025-03-06"}]
    )
    rescinded = fact("AbsenceRescinded", "2025-03-03", "2025-03-10", absence_id="a1")
    retracted = fact("AssignmentsFactRetracted", "2025-03-03", "2025-03-10", retracts="assignments/absence-a1@1", retracted_on="2025-03-10")
    assert counted(WEEK, corrected) == (3, 0, 0)
    assert counted(WEEK, rescinded) == (0, 0, 0)
    assert counted(WEEK, retracted) == (0, 0, 0)
    assert ask([WEEK, rescinded], "2025-03-31", known_at="2025-03-09").counts.unexcused_workdays == 5


def test_a_later_statement_about_the_same_absence_replaces_it() -> None:
    assert counted(WEEK, absent("2025-03-03", "2025-03-04", known="2025-03-10")) == (2, 0, 0)
    assert counted(WEEK, absent("2025-03-03", "2025-03-04", "other", known="2025-03-10")) == (5, 0, 0)


def test_presence_against_absence_is_a_conflict_until_somebody_settles_it() -> None:
    both = [WEEK, present("2025-03-05", "2025-03-05", presence_id="p1")]
    assert counted(*both) == (4, 0, 0)
    assert "attendance_conflict" in findings(ask(both, "2025-03-31"))
    assert counted(*both, characterised("awol")) == (5, 0, 0)
    gone = fact("PresenceRescinded", "2025-03-05", "2025-03-12", presence_id="p1")
    assert counted(*both, gone) == (5, 0, 0)
    assert "attendance_conflict" not in findings(ask([*both, gone], "2025-03-31"))


def test_what_is_recorded_after_its_rescission_stands() -> None:
    gone = fact("AbsenceRescinded", "2025-03-03", "2025-03-10", absence_id="a1")
    assert counted(WEEK, gone, absent("2025-03-03", "2025-03-04", known="2025-03-11")) == (2, 0, 0)
    presence = present("2025-03-05", "2025-03-05", presence_id="p1")
    not_there = fact("PresenceRescinded", "2025-03-05", "2025-03-12", presence_id="p1")
    again = presence | {"known": d("2025-03-13")}
    assert counted(WEEK, presence, not_there, again) == (4, 0, 0)


def test_presence_on_leave_is_work() -> None:
    leave = approved("2025-02-20", "2025-03-03", "2025-03-14")
    assert counted(leave, WEEK) == (0, 0, 10)
    assert counted(leave, WEEK, present("2025-03-05", "2025-03-05")) == (0, 0, 9)


def half(id_: str, which: str | None = None, day: str = "2025-03-03") -> dict[str, object]:
    return absent(day, day, id_, fraction=0.5, **({"half": which} if which else {}))


@pytest.mark.parametrize(
    ("halves", "days"),
    [
        ([half("a")], 0.5),
        ([half("a"), half("b")], 1),
        ([half("a", "morning"), half("b", "morning")], 0.5),
        ([half("a", "morning"), half("b", "afternoon")], 1),
        ([half("a", "morning"), half("b", "afternoon"), half("c")], 1),
        ([half("a"), WEEK], 5),
    ],
)
def test_fractions_of_a_day(halves: list[dict[str, object]], days: float) -> None:
    assert counted(*halves)[0] == days
    whole_only = policy("2022-04-07", absence__day_fraction=1)
    assert counted(whole_only, *halves)[0] == (days if days >= 1 else 0)


def test_with_several_records_of_a_day_the_first_line_decides() -> None:
    assert counted(half("a", "morning"), half("b", "afternoon"), characterised("excused", "a"))[0] == 0
    assert counted(half("a", "morning"), half("b", "afternoon"), characterised("excused", "a"), characterised("awol", "b"))[0] == 1


def test_the_unit_knew() -> None:
    known = absent("2025-03-03", "2025-03-07", unit_knew=True)
    assert counted(known) == (0, 0, 0)
    assert "unit_connivance" in findings(ask([known], "2025-03-31"))
    for as_, days, connived in (("awol", 5, True), ("excused", 0, False), ("official_business", 0, False)):
        answer = ask([known, characterised(as_)], "2025-03-31")
        assert (answer.counts.unexcused_workdays, "unit_connivance" in findings(answer)) == (days, connived)


def test_a_day_without_any_record_was_worked() -> None:
    """An application alone says nothing about attendance."""
    assert counted(requested("2025-02-20", "2025-03-03", "2025-03-28")) == (0, 0, 0)


MONTH = absent("2025-03-03", "2025-03-28")
ASKED = requested("2025-02-20", "2025-03-03", "2025-03-28")


def rejected(on: str) -> dict[str, object]:
    return fact("LeaveRejected", on, leave_id="L1", level="committee", decision_no="D", decided_on=on)


def served(on: str) -> dict[str, object]:
    return fact("NoticeServed", on, leave_id="L1", served_on=on)


def test_an_undecided_application_suspends() -> None:
    assert counted(MONTH, ASKED) == (0, 20, 0)
    assert counted(MONTH, ASKED, policy("2022-04-07", leave__pending_treatment="strict")) == (20, 0, 0)
    assert counted(MONTH, ASKED, policy("2022-04-07", leave__pending_treatment="lenient")) == (0, 0, 0)


def test_the_treatment_is_that_of_the_first_day_of_the_leave() -> None:
    assert counted(MONTH, ASKED, policy("2025-03-04", leave__pending_treatment="strict")) == (0, 20, 0)
    assert counted(MONTH, ASKED, policy("2025-03-03", leave__pending_treatment="strict")) == (20, 0, 0)


def test_a_refusal_counts_from_the_day_after_it_was_served() -> None:
    assert counted(MONTH, ASKED, rejected("2025-03-12")) == (0, 20, 0)
    assert counted(MONTH, ASKED, rejected("2025-03-12"), served("2025-03-14")) == (10, 0, 0)
    assert counted(MONTH, ASKED, rejected("2025-03-12"), served("2025-03-17")) == (9, 0, 0)


def test_days_that_an_approval_leaves_out_are_in_good_faith_until_it_was_decided() -> None:
    assert counted(MONTH, ASKED, approved("2025-03-14", "2025-03-03", "2025-03-21")) == (5, 0, 15)
    assert counted(MONTH, ASKED, approved("2025-03-26", "2025-03-03", "2025-03-21")) == (2, 0, 15)


@pytest.mark.parametrize(
    "taken",
    [
        fact(
            "LeaveRevoked", "2025-03-17", "2025-03-14", leave_id="L1", revoked_from="2025-03-17", decision_no="R", decided_on="2025-03-14"
        ),
        fact("LeaveWithdrawn", "2025-03-17", leave_id="L1", withdrawn_on="2025-03-17"),
        fact("ReturnConfirmed", "2025-03-17", leave_id="L1", returned_on="2025-03-17"),
    ],
)
def test_days_taken_out_of_an_approval_are_not_in_good_faith(taken: dict[str, object]) -> None:
    assert counted(MONTH, ASKED, approved("2025-02-28", "2025-03-03", "2025-03-28"), taken) == (10, 0, 10)


def test_days_taken_out_of_an_extension_are_not_in_good_faith_either() -> None:
    late = approved("2025-03-31", "2025-03-03", "2025-03-14")
    longer = fact("LeaveExtended", "2025-03-15", "2025-03-31", leave_id="L1", until="2025-03-21", decision_no="E", decided_on="2025-03-31")
    revoked = fact(
        "LeaveRevoked", "2025-03-10", "2025-04-01", leave_id="L1", revoked_from="2025-03-10", decision_no="R", decided_on="2025-04-01"
    )
    assert counted(MONTH, ASKED, late, longer, as_of="2025-04-01") == (0, 0, 15)
    assert counted(MONTH, ASKED, late, longer, revoked, as_of="2025-04-01") == (10, 0, 5)


def test_extended() -> None:
    longer = fact("LeaveExtended", "2025-03-15", "2025-03-10", leave_id="L1", until="2025-03-21", decision_no="E", decided_on="2025-03-10")
    assert counted(MONTH, approved("2025-02-28", "2025-03-03", "2025-03-14"), longer) == (5, 0, 15)


@pytest.mark.parametrize(("last", "granted"), [("2025-03-05", True), ("2025-03-06", False)])
def test_a_unit_grants_three_working_days(last: str, granted: bool) -> None:
    given = [absent("2025-03-03", last), approved("2025-03-01", "2025-03-03", last, "unit")]
    assert counted(*given) == ((0, 0, 3) if granted else (0, 4, 0))
    assert ask(given, "2025-03-31").promotion.outcome == ("eligible" if granted else "undetermined")


def test_days_approved_afterwards() -> None:
    late = approved("2025-03-17", "2025-03-03", "2025-03-28")
    assert counted(MONTH, late) == (0, 0, 20)
    assert counted(MONTH, late, policy("2022-04-07", leave__retroactive="forbidden")) == (10, 0, 10)


def test_days_added_to_a_leave_of_the_unit_are_not_granted_before_the_decision_either() -> None:
    forbidden = policy("2022-04-07", leave__retroactive="forbidden")
    units = approved("2025-03-17", "2025-03-03", "2025-03-05", "unit")
    longer = fact("LeaveExtended", "2025-03-06", "2025-03-18", leave_id="L1", until="2025-03-19", decision_no="E", decided_on="2025-03-18")
    assert counted(MONTH, units, longer) == (7, 0, 13)
    assert counted(MONTH, units, longer, forbidden) == (17, 0, 3)


@pytest.mark.parametrize(
    "flaw", [{"written": False}, {"evidence": []}, {"applicant": "proxy"}], ids=["not written", "no evidence", "by another"]
)
def test_what_makes_nothing_pending(flaw: dict[str, object]) -> None:
    assert counted(MONTH, requested("2025-02-20", "2025-03-03", "2025-03-28", **flaw)) == (20, 0, 0)


def test_how_an_application_becomes_effective() -> None:
    bare = requested("2025-02-20", "2025-03-03", "2025-03-28", evidence=[])
    proxy = requested("2025-02-20", "2025-03-03", "2025-03-28", applicant="proxy")
    ill = requested("2025-02-20", "2025-03-03", "2025-03-28", applicant="proxy", incapacitated=True)
    passed = fact("LeaveUnitReviewed", "2025-02-24", leave_id="L1", outcome="passed", reviewed_on="2025-02-24")
    supplied = fact("LeaveSupplemented", "2025-02-25", leave_id="L1", evidence=EVIDENCE, supplied_on="2025-02-25")
    ratified = fact("LeaveRatified", "2025-02-20", "2025-03-20", leave_id="L1", ratified_on="2025-03-20")
    refused = fact("LeaveRatified", "2025-02-20", "2025-03-20", leave_id="L1", outcome="refused", ratified_on="2025-03-20")
    pending: tuple[float, float, float] = (0, 20, 0)
    assert counted(MONTH, bare, passed) == pending
    assert counted(MONTH, bare, supplied) == pending
    assert counted(MONTH, proxy, ratified) == pending
    assert counted(MONTH, ill) == pending
    assert counted(MONTH, ill, refused) == (20, 0, 0)
    assert codes(ask([MONTH, ill], "2025-03-31")) == ["awaiting_ratification"]
    assert codes(ask([MONTH, ill, ratified], "2025-03-31")) == ["leave_pending"]


def returned(on: str) -> dict[str, object]:
    return fact("LeaveReturned", on, leave_id="L1", missing=["evidence"], returned_on=on)


def test_returned_for_materials_until_supplied_or_asked_anew() -> None:
    supplied = fact("LeaveSupplemented", "2025-02-26", leave_id="L1", evidence=EVIDENCE, supplied_on="2025-02-26")
    assert counted(MONTH, ASKED, returned("2025-02-24")) == (20, 0, 0)
    assert counted(MONTH, ASKED, returned("2025-02-24"), supplied) == (0, 20, 0)
    assert counted(MONTH, ASKED, returned("2025-02-24"), requested("2025-02-27", "2025-03-03", "2025-03-28")) == (0, 20, 0)


def test_what_the_unit_passed_without_a_request_may_be_returned_too() -> None:
    passed = approved("2025-02-20", "2025-03-03", "2025-03-28", "unit")
    assert counted(MONTH, passed) == (0, 20, 0)
    assert counted(MONTH, passed, returned("2025-02-24")) == (20, 0, 0)


def test_withdrawn_covers_nothing_also_before() -> None:
    assert counted(MONTH, ASKED, fact("LeaveWithdrawn", "2025-03-17", leave_id="L1", withdrawn_on="2025-03-17")) == (20, 0, 0)


@pytest.mark.parametrize(("on", "days"), [("2025-04-08", (0, 20, 0)), ("2025-04-09", (20, 0, 0))])
def test_an_application_after_the_event_by_the_fifth_working_day(on: str, days: tuple[float, float, float]) -> None:
    """Back on Monday 03-31; 04-04 is a holiday, so the fifth working day after it is 04-08."""
    assert counted(MONTH, requested(on, "2025-03-03", "2025-03-28"), as_of="2025-05-01") == days


def test_of_several_applications_the_best_for_the_cadre() -> None:
    second = requested("2025-02-21", "2025-03-03", "2025-03-28", leave_id="L2")
    assert counted(MONTH, ASKED, rejected("2025-03-12"), second) == (0, 20, 0)
    assert codes(ask([MONTH, ASKED, rejected("2025-03-12"), second], "2025-03-31")) == ["leave_pending"]


def test_the_unit_grants_no_month_of_a_year_without_calendar() -> None:
    """Three days of it, over a weekend, it may."""
    for last, waiting in (("2027-01-10", []), ("2027-01-29", ["leave_pending", "calendar_missing"])):
        answer = ask([approved("2027-01-07", "2027-01-07", last, level="unit"), absent("2027-01-07", last)], last)
        assert [c for c in codes(answer) if c != "performing_normally"] == waiting


def test_what_the_unit_passed_beyond_its_days_is_asked_for_as_a_whole() -> None:
    """Two days were asked for, the unit let him go for a month: it waits for the committee, and with it a promotion."""
    known = [requested("2025-03-01", "2025-03-10", "2025-03-11"), approved("2025-03-07", "2025-03-10", "2025-04-09", level="unit")]
    answer = ask(known, "2025-03-20")
    assert codes(answer) == ["leave_pending"]
    assert "unit_failed_to_report" in {f.code for f in answer.findings}
