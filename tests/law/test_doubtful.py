"""What the procedure leaves to be read with care: each as decided in docs/decisions, by its text."""

from __future__ import annotations

import pytest

from tests.law.asking import absent, approved, ask, ask_unit, codes, d, fact, findings, requested

Given = list[dict[str, object]]
ASKED = requested("2025-05-09", "2025-05-12", "2025-06-13")
PROXY = requested("2025-05-09", "2025-05-12", "2025-06-13", applicant="proxy")
BARE = requested("2025-05-09", "2025-05-12", "2025-06-13", evidence=[])
WITHDRAWN = fact("LeaveWithdrawn", "2025-05-20", leave_id="L1", withdrawn_on="2025-05-20")


def refused_by_unit(known: str, on: str = "2025-05-15") -> dict[str, object]:
    return fact("LeaveUnitReviewed", on, known, leave_id="L1", outcome="refused", reviewed_on=on)


def rejected(known: str, on: str = "2025-05-15", level: str = "committee") -> dict[str, object]:
    return fact("LeaveRejected", on, known, leave_id="L1", level=level, decision_no="D", decided_on=on)


@pytest.mark.parametrize(
    ("refusals", "accountable"),
    [
        ([refused_by_unit("2025-05-15")], "branch"),
        ([rejected("2025-05-15", level="unit")], "branch"),
        ([rejected("2025-05-15")], "committee"),
        ([refused_by_unit("2025-05-15"), rejected("2025-05-16")], "committee"),
        ([rejected("2025-05-15"), refused_by_unit("2025-05-16")], "branch"),
        ([rejected("2025-05-16"), refused_by_unit("2025-05-15", "2025-05-14")], "committee"),
    ],
)
def test_whoever_refused_last_owes_the_notice(refusals: Given, accountable: str) -> None:
    """Of two refusals on one day the one that was recorded later is the last."""
    (found,) = [f for f in ask([ASKED, *refusals], "2025-06-30").findings if f.code == "notice_not_served"]
    assert (found.accountable, found.due_on, len(found.evidence)) == (accountable, d("2025-05-15"), 1)


@pytest.mark.parametrize(
    ("given", "code", "stays"),
    [
        ([ASKED, rejected("2025-05-15")], "notice_not_served", True),
        ([PROXY], "applicant_not_the_cadre", False),
        ([BARE], "evidence_missing", False),
        ([ASKED], "unit_review_overdue", False),
    ],
)
def test_a_withdrawal_serves_no_notice(given: Given, code: str, stays: bool) -> None:
    """A notice can be served after it; what was withdrawn can be neither ratified nor proved any more."""
    assert code in findings(ask(given, "2025-06-30"))
    assert (code in findings(ask([*given, WITHDRAWN], "2025-06-30"))) is stays


@pytest.mark.parametrize(("since", "alert"), [("2025-09-24", True), ("2025-09-25", False)])
def test_an_alert_is_about_an_absence_whose_last_day_is_in_scope(since: str, alert: bool) -> None:
    """Days outside scope count; the cadre is in scope on the day of the question either way."""
    managed = [
        fact("ManagementChanged", "2024-01-01", managed_by="school", from_="2024-01-01"),
        fact("ManagementChanged", since, managed_by="committee", from_=since),
    ]
    answer = ask([absent("2025-09-01", "2025-09-24"), *managed], "2025-10-31")
    assert ("dismissal_threshold_alert" in findings(answer)) is alert


def test_a_day_without_calendar_is_no_conflict_yet() -> None:
    present = fact("PresenceRecorded", "2027-03-01", unit_id="U1", from_="2027-03-01", until="2027-03-01")
    found = findings(ask([absent("2027-03-01", "2027-03-01"), present], "2027-03-31", fixture="F26"))
    assert "calendar_missing" in found and "attendance_conflict" not in found
    calendar = fact("CalendarPublished", "2027-01-01", year=2027, version=1, off_days=[], work_days=[], notice="N")
    found = findings(ask([absent("2027-03-01", "2027-03-01"), present, calendar], "2027-03-31", fixture="F26"))
    assert "calendar_missing" not in found and "attendance_conflict" in found


def test_a_repeal_ends_an_interpretation_for_the_years_that_end_after_it() -> None:
    """A year is measured by what was in force at its end. One that ended before the repeal, and was open when the interpretation
    was issued, keeps it."""
    run, done = absent("2024-09-23", "2024-10-17"), fact(
        "TaskOutcomeRecorded", "2024-12-20", task_id="t2024", year=2024, outcome="completed", recorded_on="2024-12-20"
    )  # fmt: skip
    later = absent("2025-09-01", "2025-09-24", "a2")
    done_too = fact("TaskOutcomeRecorded", "2025-12-20", task_id="t2025", year=2025, outcome="completed", recorded_on="2025-12-20")
    issued = fact(
        "InterpretationIssued", "2025-03-03", interpretation_id="I1", clause="8.2", parameters={"art8.reading": "R3"}, issued_on="2025-03-03",
        document_no="D",
    )  # fmt: skip
    repealed = fact("PolicyRepealed", "2025-06-02", policy_id="I1", repealed_on="2025-06-02", document_no="D")
    known = [run, done, later, done_too]
    by_year = {
        given: tuple(ask([*known, *facts], "2025-12-31", year=year).appraisal.outcome for year in (2024, 2025))
        for given, facts in {"none": [], "issued": [issued], "repealed": [issued, repealed]}.items()
    }
    assert by_year == {
        "none": ("eligible", "eligible"),
        "issued": ("ineligible", "ineligible"),
        "repealed": ("ineligible", "eligible"),
    }


AGAIN = requested("2025-05-26", "2025-06-02", "2025-06-06")
APPROVED = approved("2025-05-12", "2025-05-12", "2025-06-13")


def test_what_is_asked_anew_after_a_withdrawal_is_an_application() -> None:
    """The withdrawal was of what had been asked before it; a statement of the same request made later revives nothing."""
    away = absent("2025-06-02", "2025-06-05")
    assert codes(ask([ASKED, WITHDRAWN, AGAIN, away], "2025-06-05")) == ["leave_pending"]
    assert ask([ASKED, WITHDRAWN, AGAIN, away], "2025-06-05").counts.pending_workdays == 3
    assert ask([ASKED, WITHDRAWN, ASKED | {"known": d("2025-05-28")}, away], "2025-06-05").counts.unexcused_workdays == 3


def test_a_new_request_gives_nothing_back_of_an_approval_that_was_withdrawn() -> None:
    def days(given: Given) -> float:
        return ask(given, "2025-06-13").counts.leave_workdays

    assert days([ASKED, APPROVED]) == 24
    assert days([ASKED, APPROVED, WITHDRAWN]) == 6
    assert days([ASKED, APPROVED, WITHDRAWN, AGAIN]) == 6
    assert days([ASKED, WITHDRAWN, AGAIN, approved("2025-05-27", "2025-06-02", "2025-06-06")]) == 4
    assert days([ASKED, WITHDRAWN, approved("2025-05-27", "2025-05-12", "2025-06-13")]) == 6


def test_a_unit_keeps_what_was_not_served_on_its_card() -> None:
    card = ask_unit([ASKED, refused_by_unit("2025-05-15"), WITHDRAWN], "U1", "2025-12-31").scorecard.by_code["notice_not_served"]
    assert (card.raised, card.open) == (1, 1)
