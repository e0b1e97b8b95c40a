"""Where there are several leaves, talks or heads, each is judged by itself; one in order hides no other."""

from __future__ import annotations

import pytest

from tests.law.asking import absent, approved, ask, codes, d, fact, policy, requested

Given = list[dict[str, object]]
EARLY = [  # asked for, granted and over, all of it in time
    requested("2025-02-05", "2025-02-10", "2025-02-11", leave_id="A0"),
    fact("LeaveUnitReviewed", "2025-02-06", leave_id="A0", outcome="passed", reviewed_on="2025-02-06"),
    approved("2025-02-07", "2025-02-10", "2025-02-11", leave_id="A0"),
    fact("ReturnDeclared", "2025-02-12", leave_id="A0", returned_on="2025-02-12"),
    fact("ReturnConfirmed", "2025-02-12", leave_id="A0", returned_on="2025-02-12"),
]
OPEN = [requested("2025-02-05", "2025-02-10", "2025-02-11", leave_id="A1", evidence=[], applicant="proxy")]
ASKED = requested("2025-05-09", "2025-05-12", "2025-06-13")
PASSED = fact("LeaveUnitReviewed", "2025-05-12", leave_id="L1", outcome="passed", reviewed_on="2025-05-12")
REPORTED = fact("LeaveReported", "2025-05-13", leave_id="L1", document_no="R", reported_on="2025-05-13")
REJECTED = fact("LeaveRejected", "2025-05-26", leave_id="L1", level="committee", decision_no="D", decided_on="2025-05-26")
LEAVE = approved("2025-02-28", "2025-03-03", "2025-03-31")
DECLARED = fact("ReturnDeclared", "2025-04-01", leave_id="L1", returned_on="2025-04-01")


def about(given: Given, as_of: str, code: str, fixture: str = "F25") -> list[tuple[str, ...]]:
    return [f.evidence for f in ask(given, as_of, fixture=fixture).findings if f.code == code]


@pytest.mark.parametrize("before", [EARLY, OPEN, [*EARLY, *OPEN]], ids=["in order", "flawed", "both"])
@pytest.mark.parametrize(
    ("code", "given", "evidence"),
    [
        ("unit_review_overdue", [ASKED], ("LeaveRequested",)),
        ("unit_failed_to_report", [ASKED, PASSED], ("LeaveRequested", "LeaveUnitReviewed")),
        ("committee_decision_overdue", [ASKED, PASSED, REPORTED], ("LeaveReported",)),
        ("notice_not_served", [ASKED, REJECTED], ("LeaveRejected",)),
        ("return_not_confirmed", [LEAVE, DECLARED], ("ReturnDeclared",)),
    ],
)
def test_another_leave_hides_nothing(code: str, given: Given, evidence: tuple[str, ...], before: Given) -> None:
    order = [next(name for name in fact if name not in ("day", "known")) for fact in given]
    own = tuple(f"assignments/leave-L1@{order.index(name) + 1}" for name in evidence)
    assert about([*before, *given], "2025-07-31", code)[-1] == own
    assert own not in about([*before, *given[:-1]], "2025-07-31", code)


def test_the_interval_runs_from_the_last_talk() -> None:
    heads = [
        fact("UnitHeadAppointed", "2023-01-01", office=o, head_ref=h, from_="2023-01-01")
        for o, h in (("party", "a"), ("administrative", "b"))
    ]
    for name, code, due in (
        ("UnitTalkHeld", "unit_talk_overdue", "2025-06-08"),
        ("ThoughtExchangeHeld", "thought_exchange_overdue", "2025-09-06"),
    ):
        talks = [fact(name, on, by_office=o, held_on=on) for o in ("party", "administrative") for on in ("2025-03-10", "2025-01-06")]
        answer = ask([*heads, *talks], "2025-12-31")
        assert {f.due_on for f in answer.findings if f.code == code} == {d(due)}


def health(first: str, last: str, id_: str) -> Given:
    return [requested(first, first, last, leave_id=id_), approved(first, first, last, leave_id=id_)]


def test_leave_that_ended_before_a_year_was_full_is_no_inability() -> None:
    short = health("2023-09-04", "2024-08-30", "A0")
    assert about(short, "2025-06-30", "health_inability_alert", "F0") == []
    long = health("2024-10-08", "2025-10-31", "L1")
    assert about([*short, *long], "2025-10-07", "health_inability_alert", "F0") == [("assignments/leave-L1@2",)]
    assert about([*short, *long], "2025-10-06", "health_inability_alert", "F0") == []


def test_each_long_application_is_pending_by_itself() -> None:
    """A short one before it and one that is over do not make it less open."""
    short = requested("2025-05-06", "2025-05-07", "2025-05-08", leave_id="A0")
    over = [
        requested("2025-04-01", "2025-04-02", "2025-04-30", leave_id="A1"),
        fact("ReturnConfirmed", "2025-04-08", leave_id="A1", returned_on="2025-04-08"),
    ]
    answer = ask([short, *over, ASKED], "2025-05-20")
    assert codes(answer) == ["leave_pending"]
    assert codes(ask([short, *over], "2025-05-20")) == ["performing_normally"]


def test_protected_leave_before_another_does_not_free_it() -> None:
    maternity = [
        requested("2025-02-05", "2025-02-10", "2025-02-21", leave_id="A0", reason_class="maternity"),
        approved("2025-02-07", "2025-02-10", "2025-02-21", leave_id="A0"),
    ]
    assert codes(ask(maternity, "2025-05-20")) == ["performing_normally"]
    assert codes(ask([*maternity, *health("2025-05-12", "2025-06-13", "L1")], "2025-05-20")) == ["on_special_leave"]


def test_of_two_long_absences_the_second_counts_after_a_determination() -> None:
    first, second = absent("2024-09-23", "2024-10-17", "a0"), absent("2025-03-03", "2025-03-25", "a1")
    restored = fact("PerformanceDetermined", "2024-11-01", result="restored", from_="2024-11-01")
    assert codes(ask([first, restored], "2025-03-25")) == ["performing_normally"]
    assert codes(ask([first, restored, second], "2025-03-24")) == ["long_unexcused_absence"]
    assert codes(ask([first, restored, second], "2025-03-21")) == ["performing_normally"]


def test_a_policy_that_ends_gives_back_what_was_before_it() -> None:
    strict = policy("2025-01-01", id_="P1", absence__long__consecutive="> 5")
    ended = fact("PolicyRepealed", "2025-03-01", policy_id="P1", repealed_on="2025-03-01", document_no="R")
    eight = absent("2025-03-10", "2025-03-19")
    assert codes(ask([strict, eight], "2025-03-19")) == ["long_unexcused_absence"]
    assert codes(ask([strict, ended, eight], "2025-03-19")) == ["performing_normally"]
