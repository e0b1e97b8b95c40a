"""What people did about it: talks, the ladder, grades, reviews, complaints, the law itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st

from contracts.assignments import AbsenceRecorded
from contracts.compliance import (
    COMMANDS,
    AppraisalEligibilityDerived,
    ApprovePolicy,
    CloseAppraisalYear,
    CloseInvestigation,
    CloseProposal,
    ConfirmCorrection,
    ConfirmGrade,
    CountersignDetermination,
    DecideAppeal,
    DecideComplaint,
    DecideMeasure,
    DecideReview,
    DeterminePerformance,
    DetermineUnitNeglect,
    EraseEvidence,
    ErasePersonalData,
    FileAppeal,
    FindingCleared,
    FindingRaised,
    GiveCriticism,
    GiveReminder,
    HoldExitTalk,
    HoldThoughtExchange,
    HoldUnitTalk,
    IssueInterpretation,
    IssueUnitCircular,
    LiftRestriction,
    OpenInvestigation,
    ProposePolicy,
    PublishCalendar,
    PublishPolicy,
    PublishSchoolCalendar,
    RecordComplaint,
    RecordConcern,
    RecordNonCorrection,
    RecordSanction,
    RecordTraining,
    RegisterSuperiorPolicy,
    RepealPolicy,
    ReportConcern,
    RequestReview,
    RestrictProcessing,
    RetractComplianceFact,
    ReviseGrade,
    ServeDecision,
    WithdrawUnitCircular,
)
from contracts.message import Fact
from contracts.registry import CadreRegistered, UnitRegistered
from services.compliance.deciding import TABLE, decide, subjects
from services.kernel.line import Actor
from tests.compliance.approving import ONE, OTHER, SECTION, approved, becomes_law, proposal, under
from tests.dsl import Asked, By, day, given
from tests.proposals import lived_through, nothing_is_said_twice, proposals, strangers

NOT_YET: set[type[Fact]] = {EraseEvidence, ErasePersonalData, RestrictProcessing, LiftRestriction}


def of(model: type[Fact], /, **said: Any) -> Fact:
    """Days as text; `from_` for `from`."""
    fields = {k.removesuffix("_") if k == "from_" else k: v for k, v in said.items()}
    days = ("_on", "from", "until", "effective_from")
    return model.model_validate({k: day(v) if k.endswith(days) and isinstance(v, str) else v for k, v in fields.items()})


def cadre(cadre_id: str) -> Fact:
    return of(CadreRegistered, cadre_id=cadre_id, unit_id="U1", managed_by="committee", category="professional_technical")


KNOWN: tuple[Fact, ...] = (of(UnitRegistered, unit_id="U1", name="First school", kind="school"), cadre("C1"), cadre("C2"))


def when(command: Fact, *before: Fact) -> Asked:
    return given(*KNOWN, *before).when(command, decide)


EXIT_TALK = of(HoldExitTalk, cadre_id="C1", held_on="2024-03-04")
UNIT_TALK = of(HoldUnitTalk, cadre_id="C1", unit_id="U1", by_office="party", held_on="2024-03-04")
EXCHANGE = of(HoldThoughtExchange, cadre_id="C1", unit_id="U1", by_office="party", held_on="2024-03-04")
TRAINING = of(RecordTraining, cadre_id="C1", kind="daily", hours=1.5, attended_on="2024-03-04")


def test_talks_and_training() -> None:
    for act in (EXIT_TALK, UNIT_TALK, EXCHANGE, TRAINING):
        when(act).accepted()
        when(act.model_copy(update={"cadre_id": "C9"})).refused("unknown-cadre")
    when(of(HoldUnitTalk, cadre_id="C1", unit_id="U9", by_office="party", held_on="2024-03-04")).refused("unknown-unit")
    when(of(HoldUnitTalk, cadre_id="C1", unit_id="U1", by_office="administrative", held_on="2024-03-04"), UNIT_TALK).accepted()
    when(of(RecordTraining, cadre_id="C1", kind="daily", hours=0.0, attended_on="2024-03-04")).refused("hours-not-positive")


ABOUT = {"concern_id": "K1", "cadre_id": "C1"}
CONCERN = of(RecordConcern, unit_id="U1", kinds=("passive",), recorded_on="2024-03-04", **ABOUT)
REMINDED = of(GiveReminder, held_on="2024-03-05", **ABOUT)
CRITICISED = of(GiveCriticism, given_on="2024-03-15", **ABOUT)
NOT_CORRECTED = of(RecordNonCorrection, recorded_on="2024-04-20", **ABOUT)
CORRECTED = of(ConfirmCorrection, confirmed_on="2024-04-20", **ABOUT)
REPORTED = of(ReportConcern, document_no="D1", reported_on="2024-04-22", **ABOUT)
MEASURE = of(DecideMeasure, measure_id="M1", cites="7.2", decided_on="2024-05-06", heard_on="2024-05-01", **ABOUT)


def test_what_is_reported_is_that_it_goes_on() -> None:
    when(REPORTED, CONCERN, NOT_CORRECTED).accepted()
    when(REPORTED, CONCERN, REMINDED, CRITICISED).refused("ladder-step-missing")
    when(REPORTED.model_copy(update={"reported_on": day("2024-04-19")}), CONCERN, NOT_CORRECTED).refused("dates-out-of-order")
    when(REPORTED.model_copy(update={"reported_on": day("2024-04-20")}), CONCERN, NOT_CORRECTED).accepted()
    when(REPORTED).refused("unknown-concern")
    when(REPORTED.model_copy(update={"cadre_id": "C2"}), CONCERN, NOT_CORRECTED).refused("unknown-concern")


@pytest.mark.parametrize("step", [REMINDED, CRITICISED, NOT_CORRECTED, CORRECTED, MEASURE])
def test_each_step_of_the_ladder_needs_the_concern_only(step: Fact) -> None:
    when(step, CONCERN).accepted()
    when(step).refused("unknown-concern")
    when(step.model_copy(update={"cadre_id": "C2"}), CONCERN).refused("unknown-concern")


def test_the_ladder_ends_with_the_correction() -> None:
    for step in (REMINDED, CRITICISED, NOT_CORRECTED):
        when(step, CONCERN, CORRECTED).refused("concern-closed")
        when(step, CONCERN, step, CORRECTED).nothing()
    when(of(ConfirmCorrection, confirmed_on="2024-05-01", **ABOUT), CONCERN, CORRECTED).refused("concern-closed")
    when(of(GiveReminder, held_on="2024-03-01", **ABOUT), CONCERN).refused("dates-out-of-order")
    when(of(ReportConcern, document_no="D2", reported_on="2024-04-22", **ABOUT), CONCERN, REPORTED).refused("concern-already-reported")
    when(of(RecordConcern, unit_id="U1", kinds=("lax",), recorded_on="2024-03-04", **ABOUT), CONCERN).refused("id-in-use")
    late = of(DecideMeasure, measure_id="M1", cites="7.2", decided_on="2024-05-06", heard_on="2024-05-07", **ABOUT)
    when(late, CONCERN).refused("heard-after-decision")


SANCTION = of(RecordSanction, sanction_id="S1", cadre_id="C1", kind="warning", from_="2024-03-01", until="2024-08-31")
OPENED = of(OpenInvestigation, investigation_id="I1", cadre_id="C1", opened_on="2024-03-01")
CLOSED = of(CloseInvestigation, investigation_id="I1", cadre_id="C1", closed_on="2024-06-01")


def test_sanctions_and_investigations() -> None:
    when(SANCTION).accepted()
    when(of(RecordSanction, sanction_id="S1", cadre_id="C1", kind="warning", from_="2024-03-01", until="2024-02-28")).refused(
        "until-before-from"
    )
    when(CLOSED, OPENED).accepted()
    when(CLOSED).refused("unknown-investigation")
    when(of(CloseInvestigation, investigation_id="I1", cadre_id="C1", closed_on="2024-02-28"), OPENED).refused("dates-out-of-order")
    when(of(CloseInvestigation, investigation_id="I1", cadre_id="C1", closed_on="2024-06-02"), OPENED, CLOSED).refused(
        "investigation-closed"
    )
    retracted = of(RetractComplianceFact, retracts="compliance/sanction-S1@1", cadre_id="C1", retracted_on="2024-04-01")
    when(retracted, SANCTION).accepted()
    when(retracted).refused("unknown-fact")


BRANCH, SIGNER = Actor("B1", "branch", "U1"), Actor("S1", "section")


def determined(result: str, **other: Any) -> Fact:
    return of(DeterminePerformance, cadre_id="C1", result=result, from_="2024-03-01", private={"reasons": "seen at work"}, **other)


def countersigned(result: str, by: Actor = SIGNER, from_: str = "2024-03-01") -> By:
    said = {"countersigned_on": "2024-03-05", "countersigned_by": by.id}
    return By(by, of(CountersignDetermination, cadre_id="C1", result=result, from_=from_, **said))


def called(command: Fact, *before: Fact | By, by: Actor = BRANCH) -> Asked:
    return given(*KNOWN, *before).when(command, decide, by)


def test_a_determination_may_be_stated_anew_each_time_countersigned() -> None:
    cannot, restored = determined("cannot", countersigned_by="S1"), determined("restored", countersigned_by="S1")
    called(determined("cannot"), countersigned("cannot")).then(cannot)
    called(determined("restored"), countersigned("cannot"), cannot, countersigned("restored")).then(restored)
    called(determined("restored"), countersigned("cannot"), countersigned("restored"), cannot).refused("not-countersigned")
    called(determined("cannot"), countersigned("cannot"), cannot, restored).refused("not-countersigned")
    called(determined("cannot"), countersigned("cannot"), cannot, restored, countersigned("cannot")).then(cannot)


def test_a_determination_rests_on_the_section() -> None:
    called(determined("cannot")).refused("not-countersigned")
    called(determined("cannot").model_copy(update={"private": None}), countersigned("cannot")).refused("reason-missing")
    called(determined("can"), countersigned("cannot")).refused("not-countersigned")
    called(determined("cannot"), countersigned("cannot", from_="2024-03-02")).refused("not-countersigned")
    called(determined("cannot"), countersigned("cannot"), by=SIGNER).refused("countersigner-is-another")
    command = countersigned("can").fact
    called(command.model_copy(update={"countersigned_by": None}), by=SIGNER).then(command)
    called(command, by=Actor("S2", "section")).refused("not-your-signature")
    called(command, countersigned("can"), by=SIGNER).nothing()
    called(command.model_copy(update={"cadre_id": "C9"}), by=SIGNER).refused("unknown-cadre")
    paper = Actor("S1", "section", on_behalf_of="branch", document="No. 3")
    called(determined("cannot"), by=paper).then(determined("cannot", countersigned_by="S1"))


GRADE = of(ConfirmGrade, cadre_id="C1", year=2024, grade="qualified", confirmed_on="2025-01-10")
REVISED = of(ReviseGrade, cadre_id="C1", year=2024, grade="basically_qualified", revised_on="2025-03-10")
YEAR = of(CloseAppraisalYear, year=2024, closed_on="2025-01-31")


def test_a_grade_is_confirmed_once_and_then_revised() -> None:
    when(GRADE).accepted()
    when(of(ConfirmGrade, cadre_id="C1", year=2024, grade="excellent", confirmed_on="2025-01-10"), GRADE).refused("grade-already-confirmed")
    when(of(ConfirmGrade, cadre_id="C1", year=2024, grade="qualified", confirmed_on="2023-12-31")).refused("before-the-year")
    when(REVISED, GRADE).accepted()
    when(REVISED, GRADE, YEAR).accepted()
    when(REVISED).refused("grade-not-confirmed")
    back = of(ReviseGrade, cadre_id="C1", year=2024, grade="qualified", revised_on="2025-04-10")
    when(back, GRADE, REVISED).accepted()
    when(of(ReviseGrade, cadre_id="C1", year=2024, grade="qualified", revised_on="2025-01-09"), GRADE).refused("dates-out-of-order")


def test_a_grade_above_the_cap_needs_a_reason() -> None:
    """Above what was published last, for that year, and only where something is allowed."""
    when(GRADE, answer("ineligible", BELOW)).refused("override-reason-missing")
    when(GRADE, answer("ineligible", BELOW), answer("eligible", (*BELOW, "qualified"), 2)).accepted()
    when(GRADE, answer("undetermined", ())).accepted()
    when(GRADE, answer("ineligible", BELOW, year=2023)).accepted()
    when(
        of(ConfirmGrade, **GRADE.model_dump(exclude_none=True) | {"private": {"override_reason": "x"}}), answer("ineligible", BELOW)
    ).accepted()
    up: dict[str, Any] = {"cadre_id": "C1", "year": 2024, "grade": "qualified", "revised_on": "2025-04-10"}
    when(of(ReviseGrade, **up), GRADE, REVISED, answer("ineligible", BELOW)).refused("override-reason-missing")
    when(of(ReviseGrade, **up, private={"reason": "x"}), GRADE, REVISED, answer("ineligible", BELOW)).accepted()
    when(REVISED, GRADE, answer("ineligible", BELOW)).accepted()


BELOW = ("basically_qualified", "unqualified")


def answer(outcome: str, allowed: tuple[str, ...], version: int = 1, year: int = 2024) -> Fact:
    said = {"cadre_id": "C1", "year": year, "as_of": day("2025-01-02"), "outcome": outcome, "allowed_grades": allowed, "reasons": ()}
    return AppraisalEligibilityDerived.model_validate(said | {"policy": "P0", "inputs": {}})


def test_a_year_is_closed_once() -> None:
    when(YEAR).accepted()
    when(of(CloseAppraisalYear, year=2024, closed_on="2025-02-28"), YEAR).refused("year-already-closed")
    when(of(CloseAppraisalYear, year=2024, closed_on="2023-12-31")).refused("before-the-year")
    assert subjects(YEAR) == ("year-2024",)


ABSENCE = of(AbsenceRecorded, absence_id="A1", cadre_id="C1", unit_id="U1", from_="2024-03-04", until="2024-03-08")
SERVED = of(ServeDecision, decision="compliance/sanction-S1@1", cadre_id="C1", served_on="2024-03-10")
REVIEW = of(RequestReview, review_id="R1", cadre_id="C1", against="assignments/absence-A1@1", requested_on="2024-03-15")
APPEAL = of(FileAppeal, appeal_id="P1", review_id="R1", cadre_id="C1", against="assignments/absence-A1@1", filed_on="2024-05-15")


def test_what_is_contested_is_a_fact_about_the_cadre() -> None:
    when(SERVED, SANCTION).accepted()
    when(SERVED).refused("unknown-fact")
    other_day = of(ServeDecision, decision="compliance/sanction-S1@1", cadre_id="C1", served_on="2024-03-11")
    when(other_day, SANCTION, SERVED).refused("decision-already-served")
    when(REVIEW, ABSENCE).accepted()
    when(REVIEW).refused("unknown-fact")
    when(REVIEW.model_copy(update={"cadre_id": "C2"}), ABSENCE).refused("unknown-fact")
    decided = of(DecideReview, review_id="R1", cadre_id="C1", outcome="upheld", decided_on="2024-04-01")
    called(decided, ABSENCE, REVIEW, by=HIGHER).accepted()
    when(decided, ABSENCE, REVIEW).refused("same-person-decides")
    when(decided).refused("unknown-review")
    when(of(DecideReview, review_id="R1", cadre_id="C1", outcome="changed", decided_on="2024-04-01"), ABSENCE, REVIEW, decided).refused(
        "review-already-decided"
    )
    when(APPEAL, ABSENCE, REVIEW).accepted()
    when(APPEAL, ABSENCE).refused("unknown-review")

    def another(decided_by: Actor, *first: By) -> Asked:
        return called(heard, *first, REVIEW, By(ONE, decided), APPEAL, by=decided_by)

    heard = of(DecideAppeal, appeal_id="P1", cadre_id="C1", outcome="upheld", decided_on="2024-06-01")
    when(heard).refused("unknown-appeal")
    another(OTHER, By(HIGHER, ABSENCE)).accepted()
    another(ONE, By(HIGHER, ABSENCE)).refused("same-person-decides")
    another(HIGHER, By(HIGHER, ABSENCE)).refused("same-person-decides")
    back = of(RetractComplianceFact, retracts="compliance/review-R1@2", cadre_id="C1", retracted_on="2024-05-20")
    called(heard, By(HIGHER, ABSENCE), REVIEW, By(ONE, decided), APPEAL, back, by=ONE).accepted()  # what was taken back decides nothing
    on_paper = Actor("H1", "committee", on_behalf_of="branch", document="1")
    another(HIGHER, By(on_paper, ABSENCE)).accepted()
    another(Actor("K1", "section", on_behalf_of="committee", document="1"), By(HIGHER, ABSENCE)).accepted()
    when(heard.model_copy(update={"outcome": "revoked"}), ABSENCE, REVIEW, APPEAL, heard).refused("appeal-already-decided")


HIGHER = Actor("H1", "committee")
COMPLAINT = of(RecordComplaint, complaint_id="Q1", unit_id="U1", source_ref="X1", received_on="2024-03-04")
SETTLED = of(DecideComplaint, complaint_id="Q1", unit_id="U1", outcome="substantiated", decided_on="2024-03-20")
NEGLECT = of(DetermineUnitNeglect, unit_id="U1", year=2024, determined_on="2024-12-01")
CIRCULAR = of(IssueUnitCircular, unit_id="U1", year=2024, document_no="D9", issued_on="2024-12-20")
RECALLED = of(WithdrawUnitCircular, unit_id="U1", year=2024, document_no="D9", withdrawn_on="2025-01-20")


def candidate(kind: type[Fact], code: str = "circular_candidate") -> Fact:
    said = {"finding_id": f"{code}-U1-2024-06-01", "code": code, "about": "U1", "evidence": ()}
    return kind.model_validate(said | ({"accountable": "committee", "article": "9"} if kind is FindingRaised else {}))


def test_units_answer_for_their_management() -> None:
    when(COMPLAINT).accepted()
    when(COMPLAINT.model_copy(update={"unit_id": "U9"})).refused("unknown-unit")
    when(SETTLED, COMPLAINT).accepted()
    when(SETTLED).refused("unknown-complaint")
    when(SETTLED.model_copy(update={"outcome": "dismissed"}), COMPLAINT, SETTLED).refused("complaint-already-decided")
    when(CIRCULAR, NEGLECT).accepted()
    when(CIRCULAR).refused("circular-without-ground")
    when(CIRCULAR, NEGLECT.model_copy(update={"year": 2023})).refused("circular-without-ground")
    when(CIRCULAR, candidate(FindingRaised)).accepted()
    when(CIRCULAR, candidate(FindingRaised), candidate(FindingCleared)).refused("circular-without-ground")
    when(CIRCULAR, candidate(FindingRaised, code="unit_connivance")).refused("circular-without-ground")
    when(CIRCULAR.model_copy(update={"issued_on": day("2024-12-21")}), CIRCULAR).refused("id-in-use")
    when(RECALLED, CIRCULAR).accepted()
    when(RECALLED).refused("unknown-circular")
    when(RECALLED.model_copy(update={"withdrawn_on": day("2025-01-21")}), CIRCULAR, RECALLED).refused("circular-withdrawn")


NUMBERS = {"absence.long.consecutive": "> 10 workdays"}
PROPOSAL = of(
    ProposePolicy, proposal_id="G1", kind="policy", effective_from="2025-01-01", parameters=NUMBERS, source="N", proposed_on="2022-04-07"
)


def policy(policy_id: str = "P1", **other: Any) -> Fact:
    said: dict[str, Any] = {"effective_from": "2025-01-01", "parameters": NUMBERS, "source": "N", "document_no": "D5"}
    return of(PublishPolicy, policy_id=policy_id, **(said | other))


READING = of(IssueInterpretation, interpretation_id="N1", clause="8.2", parameters=NUMBERS, issued_on="2024-03-01", document_no="D6")
SUPERIOR = of(
    RegisterSuperiorPolicy, policy_id="P2", effective_from="2024-03-01", parameters=NUMBERS, source="S", favourable=True, document_no="D7"
)
REPEAL = of(RepealPolicy, policy_id="P1", repealed_on="2026-01-01", document_no="D8")


def law(command: Fact, *before: Fact) -> None:
    """It may be published, by those who may."""
    becomes_law(given(*KNOWN, *before, *approved(command)).when(under(command), decide, ONE))


def test_parameters_are_known_and_their_values_possible() -> None:
    for command in (policy(), READING, SUPERIOR, PROPOSAL):
        for parameters, code in (
            ({"art8.readin": "R1"}, "unknown-parameter"),
            ({"art8.reading": "R5"}, "bad-parameter-value"),
            ({}, "nothing-given"),
        ):
            when(command.model_copy(update={"parameters": parameters})).refused(code)
    when(PROPOSAL.model_copy(update={"parameters": None, "kind": "repeal", "repeals": "P1"})).accepted()


def test_nothing_is_repealed_before_it_begins() -> None:
    for begun, begins in ((policy(), "2025-01-01"), (SUPERIOR, "2024-03-01"), (READING, "2024-03-01")):
        id_ = getattr(begun, "policy_id", None) or getattr(begun, "interpretation_id", "")
        law(of(RepealPolicy, policy_id=id_, repealed_on=begins, document_no="D8"), begun)
        before = day(begins) - timedelta(days=1)
        when(of(RepealPolicy, policy_id=id_, repealed_on=before.isoformat(), document_no="D8"), begun).refused("repealed-before-it-begins")


def test_what_is_built_in_is_neither_repealed_nor_published() -> None:
    when(REPEAL.model_copy(update={"policy_id": "P0"})).refused("built-in-policy")
    when(policy().model_copy(update={"policy_id": "P0"})).refused("built-in-policy")
    when(SUPERIOR.model_copy(update={"policy_id": "P0"})).refused("built-in-policy")
    when(READING.model_copy(update={"interpretation_id": "P0"})).refused("built-in-policy")


def test_what_was_published_is_followed_not_changed() -> None:
    when(policy(source="T"), policy()).refused("id-in-use")
    when(SUPERIOR.model_copy(update={"policy_id": "P1"}), policy()).refused("id-in-use")
    when(READING.model_copy(update={"clause": "7.1"}), READING).refused("id-in-use")
    law(REPEAL, policy())
    when(REPEAL).refused("unknown-policy")
    law(of(RepealPolicy, policy_id="N1", repealed_on="2026-01-01", document_no="D8"), READING)
    when(REPEAL.model_copy(update={"repealed_on": day("2026-01-02")}), policy(), REPEAL).refused("policy-repealed")


def calendar(version: int = 1, off: str = "2025-01-01", work: str = "2025-01-26") -> Fact:
    return of(PublishCalendar, year=2025, version=version, off_days=(day(off),), work_days=(day(work),), notice="D9")


VACATION = of(PublishSchoolCalendar, unit_id="U1", vacations=({"from": day("2024-07-08"), "until": day("2024-08-30")},), source="D10")


def test_a_calendar_is_of_its_year() -> None:
    when(calendar()).accepted()
    when(calendar(off="2024-12-31")).refused("day-outside-year")
    when(calendar(work="2025-01-01")).refused("day-both-off-and-work")
    when(calendar(off="2025-01-02"), calendar()).refused("id-in-use")
    when(calendar(2, off="2025-01-02"), calendar()).accepted()
    when(VACATION).accepted()
    when(VACATION.model_copy(update={"unit_id": "U9"})).refused("unknown-unit")
    backwards = ({"from": day("2024-07-08"), "until": day("2024-07-07")},)
    when(of(PublishSchoolCalendar, vacations=backwards, source="D10")).refused("until-before-from")


def test_nothing_is_said_to_be_erased_that_is_not() -> None:
    when(of(EraseEvidence, evidence_id="E1", cadre_id="C1", erased_on="2024-03-01")).refused("erasure-not-available")
    for kind, field in ((ErasePersonalData, "erased_on"), (RestrictProcessing, "restricted_on"), (LiftRestriction, "lifted_on")):
        when(of(kind, cadre_id="C1", classes=("health",), **{field: "2024-03-01"})).refused("erasure-not-available")


def made(command: Any, proposal_id: str) -> tuple[By, By, By, By]:
    """Proposed, approved by two, published."""
    put = ProposePolicy.model_validate(proposal(command, proposal_id).model_dump(exclude_unset=True, exclude_none=True))
    approve = ApprovePolicy(proposal_id=proposal_id, approved_on=day("2024-03-02"))
    return By(SECTION, put), By(ONE, approve), By(OTHER, approve), By(ONE, command.model_copy(update={"proposal_id": proposal_id}))


STORY: tuple[Fact | By, ...] = (
    EXIT_TALK, UNIT_TALK, EXCHANGE, TRAINING, CONCERN, REMINDED, CRITICISED, NOT_CORRECTED, REPORTED, MEASURE, CORRECTED, SANCTION,
    OPENED, CLOSED, countersigned("can"), By(BRANCH, determined("can")), GRADE, REVISED, YEAR, SERVED, REVIEW,
    By(ONE, of(DecideReview, review_id="R1", cadre_id="C1", outcome="upheld", decided_on="2024-04-01")), APPEAL,
    By(OTHER, of(DecideAppeal, appeal_id="P1", cadre_id="C1", outcome="upheld", decided_on="2024-06-01")), COMPLAINT, SETTLED, NEGLECT, CIRCULAR,
    RECALLED, *made(policy(), "G1"), *made(READING, "G2"), *made(SUPERIOR, "G3"), *made(REPEAL, "G4"),
    of(ProposePolicy, **PROPOSAL.model_dump() | {"proposal_id": "G5"}), of(CloseProposal, proposal_id="G5", outcome="rejected"),
    calendar(), VACATION,
    of(RetractComplianceFact, retracts="compliance/sanction-S1@1", cadre_id="C1", retracted_on="2024-04-01"),
)  # fmt: skip


def test_every_command_is_answered() -> None:
    assert lived_through(decide, (*KNOWN, ABSENCE), STORY) | NOT_YET == set(COMMANDS) == set(TABLE)


REFERENCES = ["assignments/absence-A1@1", "compliance/cadre-C1@1", "compliance/cadre-C1@2", "compliance/sanction-sanction_id-1@1"]


@settings(max_examples=80, deadline=None)
@draw(st.lists(proposals(COMMANDS, REFERENCES), min_size=5, max_size=25))
def test_nothing_is_said_twice(commands: list[Fact]) -> None:
    nothing_is_said_twice(decide, (*KNOWN, ABSENCE), commands)


@pytest.mark.parametrize(
    ("code", "command", "before"),
    [
        ("nothing-given", of(RecordConcern, unit_id="U1", kinds=(), recorded_on="2024-03-04", **ABOUT), []),
        ("dates-out-of-order", of(GiveCriticism, given_on="2024-03-03", **ABOUT), [CONCERN]),
        ("dates-out-of-order", of(RecordNonCorrection, recorded_on="2024-03-03", **ABOUT), [CONCERN]),
        ("dates-out-of-order", of(ConfirmCorrection, confirmed_on="2024-03-03", **ABOUT), [CONCERN]),
        ("dates-out-of-order", of(ReportConcern, document_no="D1", reported_on="2024-03-03", **ABOUT), [CONCERN]),
        ("unknown-cadre", MEASURE.model_copy(update={"cadre_id": "C9", "concern_id": None}), []),
        ("id-in-use", MEASURE.model_copy(update={"cites": "10"}), [CONCERN, MEASURE]),
        ("id-in-use", SANCTION.model_copy(update={"kind": "demerit"}), [SANCTION]),
        ("id-in-use", OPENED.model_copy(update={"opened_on": day("2024-03-02")}), [OPENED]),
        ("unknown-investigation", CLOSED.model_copy(update={"cadre_id": "C2"}), [OPENED]),
        ("id-in-use", REVIEW.model_copy(update={"requested_on": day("2024-03-16")}), [ABSENCE, REVIEW]),
        (
            "dates-out-of-order",
            of(DecideReview, review_id="R1", cadre_id="C1", outcome="upheld", decided_on="2024-03-14"),
            [ABSENCE, REVIEW],
        ),
        ("unknown-fact", of(FileAppeal, appeal_id="P1", cadre_id="C1", against="assignments/absence-A1@1", filed_on="2024-05-15"), []),
        ("id-in-use", APPEAL.model_copy(update={"filed_on": day("2024-05-16")}), [ABSENCE, REVIEW, APPEAL]),
        (
            "dates-out-of-order",
            of(DecideAppeal, appeal_id="P1", cadre_id="C1", outcome="upheld", decided_on="2024-05-14"),
            [ABSENCE, REVIEW, APPEAL],
        ),
        ("id-in-use", COMPLAINT.model_copy(update={"source_ref": "X2"}), [COMPLAINT]),
        ("dates-out-of-order", SETTLED.model_copy(update={"decided_on": day("2024-03-03")}), [COMPLAINT]),
        ("dates-out-of-order", RECALLED.model_copy(update={"withdrawn_on": day("2024-12-19")}), [CIRCULAR]),
        ("id-in-use", PROPOSAL.model_copy(update={"source": "M"}), [PROPOSAL]),
        ("nothing-given", of(PublishSchoolCalendar, vacations=(), source="D10"), []),
    ],
)
def test_refused(code: str, command: Fact, before: list[Fact]) -> None:
    when(command, *before).refused(code)


@pytest.mark.parametrize(
    ("command", "before"),
    [
        (of(GiveReminder, held_on="2024-03-04", **ABOUT), [CONCERN]),
        (of(GiveReminder, held_on="2024-03-06", **ABOUT), [CONCERN, REMINDED]),
        (of(CloseInvestigation, investigation_id="I1", cadre_id="C1", closed_on="2024-03-01"), [OPENED]),
        (of(ConfirmGrade, cadre_id="C1", year=2024, grade="qualified", confirmed_on="2024-12-20"), []),
        (of(ReviseGrade, cadre_id="C1", year=2024, grade="unqualified", revised_on="2025-01-10"), [GRADE]),
        (of(CloseAppraisalYear, year=2024, closed_on="2024-12-31"), []),
        (of(FileAppeal, appeal_id="P1", cadre_id="C1", against="assignments/absence-A1@1", filed_on="2024-05-15"), [ABSENCE]),
        (of(PublishSchoolCalendar, vacations=({"from": day("2024-07-08"), "until": day("2024-07-08")},), source="D10"), [VACATION]),
        (NEGLECT.model_copy(update={"determined_on": day("2024-12-02")}), [NEGLECT]),
    ],
)
def test_recorded(command: Fact, before: list[Fact]) -> None:
    when(command, *before).accepted()


def test_strangers_are_named() -> None:
    known = (*KNOWN, ABSENCE)
    assert strangers(decide, known, STORY, "cadre_id", "unknown-cadre") == ["RetractComplianceFact: unknown-fact"]
    assert strangers(decide, known, STORY, "unit_id", "unknown-unit") == []
