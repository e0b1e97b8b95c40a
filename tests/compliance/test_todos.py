"""To-dos: each appears, is settled by the commands that it names, and disappears; and it is the finding of the same name that follows
when its day has passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from contracts import assignments as a
from contracts import compliance as c
from contracts.answers import Todo
from contracts.codes import FINDINGS, Evidence, Period
from contracts.effective import effective_on
from contracts.message import Event, Fact, end_of_day
from services.assignments.deciding import decide as by_assignments
from services.compliance.deciding import decide as by_compliance
from services.compliance.remedies import NONE, REMEDIES, TOO_LATE, markdown
from services.compliance.todos import todos
from services.kernel.line import Actor
from services.kernel.refusal import Refused
from tests.dsl import SOMEBODY, By, recorded
from tests.house.tree import ROOT
from tests.law.asking import absent, d, events, fact, policy, requested
from tests.law.test_findings import ASKED, CONCERN, DECLARED, LEAVE, LONG, PASSED, REPORTED, REVIEW, TALKED, UNCORRECTED

Given = Sequence[dict[str, Any]]
KNOWN = end_of_day(d("2030-12-31"))
DECIDE = {"assignments": by_assignments, "compliance": by_compliance}


def owed(given: Sequence[Event], as_of: date, code: str) -> list[Todo]:
    return [t for t in todos(given, as_of, KNOWN) if t.code == code]


def after(history: Sequence[Event], given: Given, fixture: str, command: Fact, on: date) -> list[Event]:
    """The history with what the command leads to. Raises Refused."""
    decided = DECIDE[command.SERVICE](command, history, SOMEBODY)
    assert decided, command
    more = [{"day": effective_on(f, on, history), "known": on, f.event_name(): f.public()} for f in decided]
    return events([*given, *more], fixture)


def of(kind: type[Fact], /, **said: Any) -> Fact:
    given = {k.rstrip("_"): v for k, v in said.items()}
    return kind.model_validate({"cadre_id": "C1"} | given if "cadre_id" in kind.model_fields else given)


REFUSED = fact("LeaveRejected", "2025-05-26", leave_id="L1", level="committee", decision_no="D", decided_on="2025-05-26")
REMINDED = fact("ReminderTalkHeld", "2025-03-05", concern_id="k", held_on="2025-03-05")
CRITICISED = fact("CriticismGiven", "2025-03-10", concern_id="k", given_on="2025-03-10")
PROXY = requested("2025-05-09", "2025-05-12", "2025-06-13", applicant="proxy", incapacitated=True)
SENT_BACK = fact("LeaveReturned", "2025-05-12", leave_id="L1", missing=["evidence"], returned_on="2025-05-12")
KNEW = absent("2025-05-12", "2025-05-13", unit_knew=True)
CONFLICT = [
    absent("2025-05-12", "2025-05-13"),
    fact("PresenceRecorded", "2025-05-12", presence_id="p", from_="2025-05-12", until="2025-05-12"),
]
SIGNED = fact("AbsenceCountersigned", "2025-05-14", absence_id="a1", as_="excused", countersigned_on="2025-05-14", countersigned_by="P9")
SIGNED_TOO = fact(
    "DeterminationCountersigned", "2025-10-24", result="restored", from_="2025-10-24", countersigned_on="2025-10-24", countersigned_by="P9"
)
APPEAL = fact("AppealFiled", "2025-02-12", appeal_id="p", against="compliance/cadre-C1@3", filed_on="2025-02-12")
ABOVE = [absent("2024-09-02", "2024-09-30"), fact("GradeRevised", "2025-02-10", year=2024, grade="excellent", revised_on="2025-02-10")]
PROPOSED = fact("DutyProposed", "2025-04-15", duty_id="d", category="party_building", host_unit_id="U2", proposed_on="2025-04-15")
EVIDENCE = (Evidence(evidence_id="e9", sha256="b" * 64, media_type="application/pdf"),)
SHORT = requested("2025-05-09", "2025-05-12", "2025-06-13", evidence=[])
COMPLAINT = fact("ComplaintReceived", "2025-03-03", complaint_id="x1", unit_id="U1", source_ref="s1", received_on="2025-03-03")
CANDIDATE = [
    fact("UnitNeglectDetermined", "2025-03-03", unit_id="U1", year=2025, determined_on="2025-03-03"),
    *(fact("ComplaintReceived", "2025-03-03", complaint_id=f"x{n}", unit_id="U1", source_ref=f"s{n}", received_on="2025-03-03") for n in range(3)),
    *(fact("ComplaintDecided", "2025-03-04", complaint_id=f"x{n}", unit_id="U1", outcome="substantiated", decided_on="2025-03-04") for n in range(3)),
]  # fmt: skip
ABSENCE = {"absence_id": "a1"}
DUTY = {"duty_id": "d9", "category": "party_building", "host_unit_id": "U2"}
WHOLE = Period.model_validate({"from": "2025-05-12", "until": "2025-05-13"})

CASES: list[tuple[str, str, Given, str, str, str | None, list[Fact]]] = [
    ("exit_talk_overdue", "FNOTALK", [], "2023-09-15", "committee", "2023-09-15", [of(c.HoldExitTalk, held_on=d("2023-09-15"))]),
    ("training_gap", "F25", [], "2025-06-30", "branch", "2025-12-31", [of(c.RecordTraining, kind="daily", hours=2, attended_on=d("2025-06-30"))]),
    ("duty_not_assigned_in_time", "FNEW", [], "2025-04-15", "section", "2025-04-15", [of(a.AssignDuty, **DUTY, from_=d("2025-04-15"), private={})]),
    ("preference_not_invited", "FNEW", [], "2025-04-15", "section", None, [
        of(a.DeclareDutyPreference, categories=("party_building",), declared_on=d("2025-04-15"), private={}),
        of(a.ProposeDuty, **DUTY, proposed_on=d("2025-04-15"), private={})]),
    ("unit_connivance", "F25", [KNEW, SIGNED], "2025-05-14", "branch", None, [
        of(a.CharacteriseAbsence, **ABSENCE, as_="excused", decided_on=d("2025-05-14"), heard_on=d("2025-05-14")),
        of(a.RescindAbsence, **ABSENCE, private={"reason": "checked"})]),
    ("unit_review_overdue", "F25", [ASKED], "2025-05-14", "branch", "2025-05-14", [
        of(a.ReviewLeave, leave_id="L1", outcome="passed", reviewed_on=d("2025-05-14")),
        of(a.ReturnLeave, leave_id="L1", missing=("dates",), returned_on=d("2025-05-14"))]),
    ("unit_failed_to_report", "F25", [ASKED, PASSED], "2025-05-15", "branch", "2025-05-15", [
        of(a.ReportLeave, leave_id="L1", document_no="R", reported_on=d("2025-05-15"))]),
    ("committee_decision_overdue", "F25", [ASKED, PASSED, REPORTED], "2025-05-27", "committee", "2025-05-27", [
        of(a.ApproveLeave, leave_id="L1", level="committee", from_=d("2025-05-12"), until=d("2025-06-13"), decision_no="D", decided_on=d("2025-05-27")),
        of(a.RejectLeave, leave_id="L1", level="committee", decision_no="D", decided_on=d("2025-05-27"))]),
    ("notice_not_served", "F25", [ASKED, REFUSED], "2025-05-26", "committee", "2025-05-26", [of(a.ServeNotice, leave_id="L1", served_on=d("2025-05-26"))]),
    ("applicant_not_the_cadre", "F25", [PROXY], "2025-05-12", "branch", None, [
        of(a.RatifyLeave, leave_id="L1", outcome="ratified", ratified_on=d("2025-05-12")),
        of(a.WithdrawLeave, leave_id="L1", withdrawn_on=d("2025-05-12"))]),
    ("evidence_missing", "F25", [SHORT], "2025-05-12", "cadre", None, [
        of(a.SupplementLeave, leave_id="L1", evidence=EVIDENCE, supplied_on=d("2025-05-12")),
        of(a.WithdrawLeave, leave_id="L1", withdrawn_on=d("2025-05-12"))]),
    ("reminder_overdue", "F25", [CONCERN], "2025-03-10", "branch", "2025-03-10", [of(c.GiveReminder, concern_id="k", held_on=d("2025-03-10"))]),
    ("criticism_to_give", "F25", [CONCERN, REMINDED], "2025-03-10", "branch", None, [
        of(c.GiveCriticism, concern_id="k", given_on=d("2025-03-10")), of(c.ConfirmCorrection, concern_id="k", confirmed_on=d("2025-03-10"))]),
    ("correction_to_judge", "F25", [CONCERN, REMINDED, CRITICISED], "2025-04-10", "branch", None, [
        of(c.ConfirmCorrection, concern_id="k", confirmed_on=d("2025-04-10")), of(c.RecordNonCorrection, concern_id="k", recorded_on=d("2025-04-10"))]),
    ("report_overdue", "F25", [CONCERN, UNCORRECTED], "2025-04-15", "branch", "2025-04-15", [
        of(c.ReportConcern, concern_id="k", document_no="R", reported_on=d("2025-04-15")), of(c.ConfirmCorrection, concern_id="k", confirmed_on=d("2025-04-15"))]),
    ("attendance_conflict", "F25", [*CONFLICT, SIGNED], "2025-05-14", "section", None, [
        of(a.CharacteriseAbsence, **ABSENCE, as_="excused", decided_on=d("2025-05-14"), heard_on=d("2025-05-14")),
        of(a.RescindAbsence, **ABSENCE, private={"reason": "checked"}), of(a.CorrectAbsence, **ABSENCE, removed=(WHOLE,), private={"reason": "checked"}),
        of(a.RescindPresence, presence_id="p", private={"reason": "checked"})]),
    ("calendar_missing", "F25", [], "2026-12-01", "section", None, [
        of(c.PublishCalendar, year=2027, version=1, off_days=(), work_days=(), notice="n")]),
    ("return_not_confirmed", "F25", [LEAVE, DECLARED], "2025-04-07", "branch", "2025-04-07", [of(a.ConfirmReturn, leave_id="L1", returned_on=d("2025-04-01"))]),
    ("return_to_declare", "F25", [LEAVE], "2025-04-07", "branch", None, [
        of(a.ConfirmReturn, leave_id="L1", returned_on=d("2025-04-01")), of(a.DeclareReturn, leave_id="L1", returned_on=d("2025-04-01"))]),
    ("materials_to_supply", "F25", [ASKED, SENT_BACK], "2025-05-14", "cadre", None, [
        of(a.SupplementLeave, leave_id="L1", evidence=EVIDENCE, supplied_on=d("2025-05-14")),
        of(a.RequestLeave, leave_id="L1", applicant="self", reason_class="health", from_=d("2025-05-12"), until=d("2025-06-13"), written=True,
           evidence=EVIDENCE, requested_on=d("2025-05-14"), private={}),
        of(a.WithdrawLeave, leave_id="L1", withdrawn_on=d("2025-05-14"))]),
    ("determination_owed", "F25", [LONG, SIGNED_TOO], "2025-10-24", "branch", "2025-10-24", [
        of(c.DeterminePerformance, result="restored", from_=d("2025-10-24"), private={"reasons": "back"})]),
    ("characterisation_to_make", "F25", [absent("2025-05-12", "2025-05-13"), SIGNED], "2025-05-14", "branch", None, [
        of(a.CharacteriseAbsence, **ABSENCE, as_="excused", decided_on=d("2025-05-14"), heard_on=d("2025-05-14"))]),
    ("determination_to_make", "F25", [SIGNED_TOO], "2025-10-24", "branch", None, [
        of(c.DeterminePerformance, result="restored", from_=d("2025-10-24"), private={"reasons": "back"})]),
    ("outcome_to_record", "F25", [], "2025-12-31", "branch", "2023-12-31", [
        of(a.RecordTaskOutcome, task_id="t2023", year=2023, outcome="completed", recorded_on=d("2025-12-31"))]),
    ("grade_above_cap", "F25", ABOVE, "2025-02-11", "appraisal_body", None, [
        of(c.ReviseGrade, year=2024, grade="basically_qualified", revised_on=d("2025-02-11"), private={})]),
    ("grade_review_required", "F25", [absent("2024-09-02", "2024-09-30", known="2025-02-03")], "2025-02-11", "appraisal_body", None, [
        of(c.ReviseGrade, year=2024, grade="basically_qualified", revised_on=d("2025-02-11"), private={})]),
    ("grade_to_confirm", "F25", [], "2026-01-12", "appraisal_body", None, [
        of(c.ConfirmGrade, year=2025, grade="qualified", confirmed_on=d("2026-01-12"), private={})]),
    ("review_decision_overdue", "F25", [REVIEW], "2025-03-12", "committee", "2025-03-12", [
        of(c.DecideReview, review_id="v", outcome="upheld", decided_on=d("2025-03-12"))]),
    ("appeal_to_decide", "F25", [APPEAL], "2025-03-12", "committee", None, [of(c.DecideAppeal, appeal_id="p", outcome="upheld", decided_on=d("2025-03-12"))]),
    ("complaint_to_decide", "F25", [COMPLAINT], "2025-03-12", "section", None, [
        of(c.DecideComplaint, complaint_id="x1", unit_id="U1", outcome="dismissed", decided_on=d("2025-03-12"))]),
    ("circular_candidate", "F25", CANDIDATE, "2025-03-12", "committee", None, [
        of(c.IssueUnitCircular, unit_id="U1", year=2025, document_no="T", issued_on=d("2025-03-12"))]),
    ("unit_talk_overdue", "F25", TALKED, "2025-04-10", "unit_head", "2025-04-10", [
        of(c.HoldUnitTalk, unit_id="U1", by_office="party", held_on=d("2025-04-10"))]),
    ("thought_exchange_overdue", "F25", TALKED, "2025-07-09", "unit_head", "2025-07-09", [
        of(c.HoldThoughtExchange, unit_id="U1", by_office="party", held_on=d("2025-07-09"))]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "fixture", "given", "as_of", "accountable", "due", "commands"), CASES, ids=[x[0] for x in CASES])
def test_it_appears_is_settled_by_what_it_names_and_disappears(
    code: str, fixture: str, given: Given, as_of: str, accountable: str, due: str | None, commands: list[Fact]
) -> None:
    day, history = d(as_of), events(given, fixture)
    todo = owed(history, day, code)[0]
    assert (todo.accountable, todo.due_on) == (accountable, d(due) if due else None)
    assert todo.since_on <= day
    assert todo.overdue == (due is not None and d(due) < day)
    assert [type(command) for command in commands] == list(REMEDIES[code])
    assert [(s.command, s.service) for s in todo.settles] == [(type(x).__name__, x.SERVICE) for x in commands]
    assert set(todo.evidence) <= {e.id for e in history}
    for command in commands:
        assert todo.id not in {t.id for t in owed(after(history, given, fixture, command, day), day, code)}, command


def test_every_finding_has_what_settles_it_or_says_that_nothing_does() -> None:
    assert set(FINDINGS) <= REMEDIES.keys() | NONE.keys()
    assert REMEDIES.keys().isdisjoint(NONE)
    assert REMEDIES.keys() == {code for code, *_ in CASES} | {"proposal_to_approve", "proposal_to_publish"}
    assert REMEDIES.keys() >= TOO_LATE


def test_a_proposal_waits_for_two_people_and_then_to_be_published() -> None:
    said: dict[str, Any] = {
        "proposal_id": "G1",
        "kind": "policy",
        "effective_from": d("2024-10-01"),
        "parameters": {"leave.sla.review": 5},
        "source": "s",
    }
    history = recorded(By(Actor("P1", "section"), c.ProposePolicy(**said, document_no="T", proposed_on=d("2024-09-01"))))

    def carried_out(history: list[Event], by: str, command: Fact) -> list[Event]:
        actor = Actor(by, "committee")
        return recorded(*(By(actor, f) for f in by_compliance(command, history, actor)), after=history)

    def waits(history: list[Event]) -> list[str]:
        return [
            t.code for t in todos(history, d("2024-09-02"), KNOWN) if t.about == "G1" and t.accountable == "committee" and not t.unit_id
        ]

    approve = c.ApprovePolicy(proposal_id="G1", approved_on=d("2024-09-01"))
    reject = c.CloseProposal(proposal_id="G1", outcome="rejected", closed_on=d("2024-09-01"))
    publish = c.PublishPolicy(
        policy_id="P9", effective_from=d("2024-10-01"), parameters={"leave.sla.review": 5}, source="s", document_no="T", proposal_id="G1"
    )
    assert waits(history) == ["proposal_to_approve"]
    assert waits(carried_out(history, "P2", reject)) == []
    one = carried_out(history, "P2", approve)
    assert waits(one) == ["proposal_to_approve"]
    two = carried_out(one, "P3", approve)
    assert waits(two) == ["proposal_to_publish"]
    assert waits(carried_out(two, "P2", reject)) == []
    assert waits(carried_out(two, "P2", publish)) == []


def test_the_page_lists_every_one() -> None:
    assert markdown() in (ROOT / "docs" / "todos.md").read_text("utf-8"), (
        "run python -m services.compliance.remedies and put it into docs/todos.md"
    )


def test_nothing_before_its_day_and_overdue_after_it() -> None:
    history = events([ASKED])
    assert owed(history, d("2025-05-08"), "unit_review_overdue") == []
    for day, overdue in (("2025-05-09", False), ("2025-05-14", False), ("2025-05-15", True)):
        (todo,) = owed(history, d(day), "unit_review_overdue")
        assert (todo.overdue, todo.due_on, todo.since_on, todo.unit_id, todo.about) == (
            overdue,
            d("2025-05-14"),
            d("2025-05-09"),
            "U1",
            "C1",
        )
    assert "已逾期1天" in todo.zh
    assert "1 day ago" in todo.en


def test_a_policy_gives_another_day_and_the_to_do_stays_the_same() -> None:
    sooner = policy("2025-01-01", leave__sla__review=1)
    (first,), (second,) = (owed(events(given), d("2025-05-09"), "unit_review_overdue") for given in ([ASKED], [ASKED, sooner]))
    assert (second.due_on, second.id) == (d("2025-05-12"), first.id)


def test_a_refusal_that_was_not_served_is_served_also_after_a_withdrawal() -> None:
    given = [ASKED, REFUSED, fact("LeaveWithdrawn", "2025-05-28", leave_id="L1", withdrawn_on="2025-05-28")]
    history, day = events(given), d("2025-05-28")
    assert len(owed(history, day, "notice_not_served")) == 1
    served = of(a.ServeNotice, leave_id="L1", served_on=day)
    assert owed(after(history, given, "F25", served, day), day, "notice_not_served") == []


def test_two_applications_of_one_day_are_two_things_to_do() -> None:
    other = requested("2025-05-09", "2025-07-14", "2025-07-25", leave_id="L2")
    assert len({t.id for t in owed(events([ASKED, other]), d("2025-05-12"), "unit_review_overdue")}) == 2


def test_each_head_has_his_own_talk_to_hold() -> None:
    found = owed(events(TALKED), d("2025-04-01"), "unit_talk_overdue")
    assert {(t.office, t.due_on) for t in found} == {("party", d("2025-04-10")), ("administrative", d("2025-06-01"))}


def test_training_is_to_be_had_within_the_year_and_not_after_it() -> None:
    assert [t.due_on for t in owed(events([]), d("2024-12-31"), "training_gap")] == [d("2024-12-31")]
    assert [t.due_on for t in owed(events([]), d("2025-01-01"), "training_gap")] == [d("2025-12-31")]


def test_who_is_out_of_scope_has_nothing_new_to_be_done() -> None:
    left = fact("RetirementCompleted", "2025-02-03", completed_on="2025-02-03")
    assert {t.code for t in todos(events([left]), d("2025-03-03"), KNOWN) if not t.overdue} == set()


def test_what_comes_first_stands_first() -> None:
    found = todos(events([ASKED, CONCERN]), d("2025-05-14"), KNOWN)
    days = [t.due_on for t in found]
    assert days == sorted(days, key=lambda day: day or date.max)
    assert len({t.id for t in found}) == len(found)


def test_known_then_is_what_counted_then() -> None:
    history = events([ASKED, PASSED])
    assert owed(history, d("2025-05-12"), "unit_review_overdue") == []
    earlier = todos(history, d("2025-05-12"), end_of_day(d("2025-05-11")))
    assert [t.code for t in earlier if t.evidence == ("assignments/leave-L1@1",)] == ["unit_review_overdue"]


def test_a_named_command_that_cannot_be_carried_out_settles_nothing() -> None:
    history = events([ASKED])
    with pytest.raises(Refused):
        after(history, [ASKED], "F25", of(a.ReportLeave, leave_id="L1", document_no="R", reported_on=d("2025-05-12")), d("2025-05-12"))
