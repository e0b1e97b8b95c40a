"""Article 7.1: what bars, from when and until when."""

from __future__ import annotations

import pytest

from tests.law.asking import absent, approved, ask, codes, d, fact, policy, requested

PERFORMING = ["performing_normally"]
RUN = absent("2025-09-01", "2025-09-24")
"""Eighteen days; the sixteenth is 2025-09-22."""


def determined(result: str, on: str) -> dict[str, object]:
    return fact("PerformanceDetermined", on, result=result, from_=on)


def confirmed(on: str, leave_id: str = "L1") -> dict[str, object]:
    return fact("ReturnConfirmed", on, leave_id=leave_id, returned_on=on)


@pytest.mark.parametrize(
    ("as_of", "barred"),
    [("2025-03-09", False), ("2025-03-10", True), ("2025-03-29", True), ("2025-04-06", True), ("2025-04-07", False)],
)
def test_leave_bars_from_its_first_day_until_the_return_is_confirmed(as_of: str, barred: bool) -> None:
    answer = ask([approved("2025-03-07", "2025-03-10", "2025-03-28"), confirmed("2025-04-07")], as_of)
    assert codes(answer) == (["on_special_leave"] if barred else PERFORMING)
    if as_of < "2025-04-07":
        assert answer.promotion.next_change_on == (d("2025-04-07") if barred else d("2025-03-10"))


def test_leave_that_does_not_bar() -> None:
    asked = requested("2025-03-01", "2025-03-10", "2025-03-28", reason_class="maternity")
    assert codes(ask([asked, approved("2025-03-07", "2025-03-10", "2025-03-28")], "2025-03-12")) == PERFORMING
    asked["LeaveRequested"]["reason_class"] = "work_injury"
    assert codes(ask([asked, approved("2025-03-07", "2025-03-10", "2025-03-28")], "2025-03-12")) == PERFORMING
    revoked = fact(
        "LeaveRevoked", "2025-03-10", "2025-03-09", leave_id="L1", revoked_from="2025-03-10", decision_no="R", decided_on="2025-03-09"
    )
    assert codes(ask([approved("2025-03-07", "2025-03-10", "2025-03-28"), revoked], "2025-03-12")) == PERFORMING


def test_neither_expiry_nor_revocation_ends_it() -> None:
    leave = approved("2025-03-07", "2025-03-10", "2025-03-28")
    revoked = fact(
        "LeaveRevoked", "2025-03-17", "2025-03-14", leave_id="L1", revoked_from="2025-03-17", decision_no="R", decided_on="2025-03-14"
    )
    assert codes(ask([leave], "2025-12-31")) == ["on_special_leave"]
    assert codes(ask([leave, revoked], "2025-12-31")) == ["on_special_leave"]


def test_the_return_from_any_later_day_ends_it() -> None:
    first, second = approved("2025-03-07", "2025-03-10", "2025-03-28"), approved("2025-05-07", "2025-05-12", "2025-05-23", leave_id="L2")
    assert codes(ask([first, second, confirmed("2025-05-26", "L2")], "2025-05-26")) == PERFORMING
    assert codes(ask([first, second, confirmed("2025-05-12", "L1")], "2025-05-12")) == ["on_special_leave"]


def test_the_branch_is_silent_about_the_return() -> None:
    declared = fact("ReturnDeclared", "2025-04-01", leave_id="L1", returned_on="2025-04-01")
    answer = ask([approved("2025-03-07", "2025-03-10", "2025-03-28"), declared], "2025-04-02")
    assert (answer.promotion.outcome, codes(answer), answer.promotion.reasons[0].owed_by) == (
        "undetermined",
        ["return_unconfirmed"],
        "branch",
    )


@pytest.mark.parametrize(("result", "on", "barred"), [
    ("restored", "2025-11-03", False), ("can", "2025-11-03", False), ("cannot", "2025-11-03", True), ("restored", "2025-09-22", False),
    ("restored", "2025-09-03", False), ("restored", "2025-09-02", True), ("restored", "2025-08-29", True),
])  # fmt: skip
def test_only_a_determination_ends_the_bar_of_a_long_absence(result: str, on: str, barred: bool) -> None:
    """The count begins anew with it, whether or not a bar stood. The cap stays."""
    longer = absent("2025-09-01", "2025-09-23")
    answer = ask([longer, determined(result, on)], "2025-12-31")
    assert answer.counts.unexcused_workdays == 17
    assert (answer.promotion.outcome == "ineligible") == barred
    assert answer.appraisal.outcome == "ineligible"


def test_neither_presence_nor_a_new_year_nor_work_ends_it() -> None:
    present = fact("PresenceRecorded", "2025-09-25", from_="2025-09-25", until="2025-12-31")
    done = fact("TaskOutcomeRecorded", "2025-12-20", task_id="t2025", year=2025, outcome="completed", recorded_on="2025-12-20")
    graded = fact("GradeConfirmed", "2026-01-20", year=2025, grade="excellent", confirmed_on="2026-01-20")
    answer = ask([RUN, present, done, graded], "2026-06-30")
    assert codes(answer) == ["long_unexcused_absence"]


def test_permanent() -> None:
    permanent = policy("2022-04-07", art7__bar_duration="permanent")
    assert codes(ask([permanent, RUN, determined("restored", "2025-11-03")], "2025-12-31")) == ["long_unexcused_absence"]
    leave = [approved("2025-03-07", "2025-03-10", "2025-03-28"), confirmed("2025-03-31")]
    assert codes(ask([permanent, *leave], "2025-12-31")) == ["on_special_leave"]
    assert codes(ask([permanent, determined("cannot", "2025-03-03"), determined("can", "2025-05-06")], "2025-12-31")) == [
        "determined_cannot_perform"
    ]


def test_the_last_determination_counts() -> None:
    given = [determined("cannot", "2025-03-03"), determined("can", "2025-05-06")]
    assert [codes(ask(given, day)) for day in ("2025-03-02", "2025-03-03", "2025-05-05", "2025-05-06")] == [
        PERFORMING, ["determined_cannot_perform"], ["determined_cannot_perform"], PERFORMING,
    ]  # fmt: skip


@pytest.mark.parametrize(("as_of", "barred"), [
    ("2025-12-31", False), ("2026-01-19", False), ("2026-01-20", True), ("2026-05-10", True), ("2026-05-11", False), ("2027-01-01", False),
])  # fmt: skip
def test_the_grade_of_the_year_before(as_of: str, barred: bool) -> None:
    given = [
        fact("GradeConfirmed", "2026-01-20", year=2025, grade="unqualified", confirmed_on="2026-01-20"),
        fact("GradeRevised", "2026-05-11", year=2025, grade="qualified", revised_on="2026-05-11"),
    ]
    assert codes(ask(given, as_of)) == (["basically_qualified_last_year"] if barred else PERFORMING)


def test_a_low_grade_bars_to_the_end_of_the_year() -> None:
    low = fact("GradeConfirmed", "2026-01-20", year=2025, grade="basically_qualified", confirmed_on="2026-01-20")
    answer = ask([low], "2026-12-31")
    assert (codes(answer), answer.promotion.next_change_on) == (["basically_qualified_last_year"], d("2027-01-01"))
    assert codes(ask([low], "2027-01-01")) == PERFORMING


@pytest.mark.parametrize(("as_of", "expected"), [
    ("2025-05-09", PERFORMING), ("2025-05-10", ["under_sanction"]), ("2025-11-09", ["under_sanction"]), ("2025-11-10", PERFORMING),
])  # fmt: skip
def test_sanctions_include_both_ends(as_of: str, expected: list[str]) -> None:
    assert (
        codes(ask([fact("SanctionRecorded", "2025-05-10", sanction_id="s", kind="warning", from_="2025-05-10", until="2025-11-09")], as_of))
        == expected
    )


@pytest.mark.parametrize(("as_of", "barred"), [("2025-04-30", False), ("2025-05-01", True), ("2025-06-29", True), ("2025-06-30", False)])
def test_investigations_until_the_day_before_they_are_closed(as_of: str, barred: bool) -> None:
    given = [
        fact("InvestigationOpened", "2025-05-01", investigation_id="i", opened_on="2025-05-01"),
        fact("InvestigationClosed", "2025-06-30", investigation_id="i", closed_on="2025-06-30"),
    ]
    assert codes(ask(given, as_of)) == (["under_investigation"] if barred else PERFORMING)


def test_all_reasons_in_their_order() -> None:
    given = [
        RUN,
        fact("SanctionRecorded", "2025-05-10", sanction_id="s", kind="warning", from_="2025-05-10", until="2026-05-09"),
        approved("2025-10-07", "2025-10-10", "2025-10-28"),
        determined("cannot", "2025-08-01"),
    ]
    assert codes(ask(given, "2025-12-31")) == ["long_unexcused_absence", "on_special_leave", "determined_cannot_perform", "under_sanction"]


def test_a_determination_beats_every_presumption() -> None:
    concern = fact("ConcernRecorded", "2025-03-20", concern_id="k", kinds=["lax"], recorded_on="2025-03-20")
    for on, expected in (("2025-04-01", PERFORMING), ("2025-03-20", PERFORMING), ("2025-03-19", ["concern_open"])):
        assert codes(ask([concern, determined("can", on)], "2025-06-01")) == expected
    leave = approved("2025-03-07", "2025-03-10", "2025-03-28")
    for on, expected in (("2025-03-11", PERFORMING), ("2025-03-10", ["on_special_leave"])):
        assert codes(ask([leave, determined("can", on)], "2025-06-01")) == expected


def test_duties() -> None:
    def declined(id_: str, on: str, reason: bool) -> dict[str, object]:
        return fact("DutyDeclined", on, duty_id=id_, declined_on=on, reason_given=reason)

    def after(given: list[dict[str, object]]) -> list[str]:
        return codes(ask(given, "2025-09-01", fixture="FNEW"))

    duty = fact(
        "DutyAssigned", "2025-04-01", duty_id="d", category="party_building", host_unit_id="U2", from_="2025-04-01", until="2025-05-31"
    )
    assert after([]) == ["no_duty_assigned"]
    assert after([declined("d1", "2025-03-20", True)]) == ["no_duty_assigned"]
    assert after([declined("d1", "2025-03-20", False)]) == ["duty_declined"]
    assert after([declined("d1", "2025-03-20", False), determined("can", "2025-03-20")]) == PERFORMING
    assert after([declined("d1", "2025-03-21", False), determined("can", "2025-03-20")]) == ["duty_declined"]
    assert after([determined("can", "2025-03-03")]) == PERFORMING
    assert after([duty]) == PERFORMING


def test_an_undecided_application_of_more_than_three_days() -> None:
    for last, expected in (("2025-03-05", PERFORMING), ("2025-03-06", ["leave_pending"])):
        asked = requested("2025-02-20", "2025-03-03", last)
        assert codes(ask([asked], "2025-03-03")) == expected
        assert codes(ask([asked], "2025-03-02")) == PERFORMING
    maternity = requested("2025-02-20", "2025-03-03", "2025-03-28", reason_class="maternity")
    assert codes(ask([maternity], "2025-03-03")) == PERFORMING


def test_who_owes_the_decision() -> None:
    asked = requested("2025-02-20", "2025-03-03", "2025-03-28")
    reported = fact("LeaveReported", "2025-02-25", leave_id="L1", document_no="R", reported_on="2025-02-25")
    assert ask([asked], "2025-03-03").promotion.reasons[0].owed_by == "branch"
    assert ask([asked, reported], "2025-03-03").promotion.reasons[0].owed_by == "committee"


def test_a_confirmed_return_ends_what_an_undecided_application_leaves_open() -> None:
    """Any return after its first day: whoever is confirmed to be back is not away."""
    asked = requested("2025-02-20", "2025-03-03", "2025-04-30")
    assert codes(ask([asked], "2025-03-10")) == ["leave_pending"]
    assert codes(ask([asked, confirmed("2025-03-10", "L2")], "2025-03-10")) == PERFORMING
    assert codes(ask([asked, confirmed("2025-03-03", "L2")], "2025-03-10")) == ["leave_pending"]


def test_a_missing_calendar_makes_nobody_surer() -> None:
    """Present and absent in one record, on days of which nobody knows whether they were worked: with a calendar it is the conflict
    that leaves it open, without one it is the calendar."""
    for first, last, code in (("2025-03-03", "2025-03-30", "attendance_conflict"), ("2027-01-04", "2027-01-31", "calendar_missing")):
        present = fact("PresenceRecorded", first, last, presence_id="p1", from_=first, until=last)
        assert codes(ask([absent(first, last), present], last)) == [code]


def test_only_what_is_open_since_the_determination_is_named() -> None:
    known = [
        policy("2025-01-01", absence__long__consecutive="> 3"),
        absent("2025-03-03", "2025-03-03", unit_knew=True),
        determined("restored", "2025-03-10"),
        requested("2025-03-14", "2025-03-17", "2025-03-18"),
        absent("2025-03-17", "2025-03-20", "a2"),
        fact("PresenceRecorded", "2025-03-19", "2025-03-20", presence_id="p1", from_="2025-03-19", until="2025-03-20"),
    ]
    assert codes(ask(known, "2025-03-21")) == ["leave_pending", "attendance_conflict"]
