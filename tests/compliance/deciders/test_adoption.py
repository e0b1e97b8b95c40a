"""Two people of the committee make law of what the section proposed; nobody makes it alone."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compliance import (
    ApprovePolicy,
    CloseProposal,
    ComplianceFactRetracted,
    IssueInterpretation,
    PolicyPublished,
    PolicyRepealed,
    ProposalClosed,
    ProposePolicy,
    PublishPolicy,
    RegisterSuperiorPolicy,
    RepealPolicy,
    RetractComplianceFact,
)
from contracts.message import Fact
from contracts.registry import RoleGranted
from services.compliance.deciding import decide
from services.kernel.line import Actor
from tests.compliance.approving import ONE, OTHER, SECTION, approval, approved, becomes_law, proposal, under
from tests.dsl import Asked, By, day, given

NUMBERS: dict[str, Any] = {"absence.long.consecutive": "> 10 workdays"}
POLICY = PublishPolicy(policy_id="P1", effective_from=day("2025-01-01"), parameters=NUMBERS, source="N", document_no="D5")
READING = IssueInterpretation(interpretation_id="N1", clause="8.2", parameters=NUMBERS, issued_on=day("2024-03-01"), document_no="D6")
SUPERIOR = RegisterSuperiorPolicy(
    policy_id="P2", effective_from=day("2024-03-01"), parameters=NUMBERS, source="S", favourable=True, document_no="D7"
)
REPEAL = RepealPolicy(policy_id="P0001", repealed_on=day("2026-01-01"), document_no="D8")
OLD = PolicyPublished(policy_id="P0001", effective_from=day("2023-01-01"), parameters=NUMBERS, source="N", document_no="D1")
PAPER = Actor("S1", "section", on_behalf_of="committee", document="会议纪要〔2024〕3号")


def when(command: Fact, *before: Fact | By, by: Actor = ONE) -> Asked:
    return given(OLD, *before).when(command, decide, by)


@pytest.mark.parametrize("command", [POLICY, READING, SUPERIOR, REPEAL], ids=lambda c: type(c).__name__)
def test_it_becomes_law_as_it_was_approved(command: Fact) -> None:
    becomes_law(when(under(command), *approved(command)))
    when(command).refused("proposal-needed")
    when(under(command)).refused("unknown-proposal")
    when(under(command), *approved(command)[:1]).refused("two-people-needed")
    when(under(command), *approved(command)[:2]).refused("two-people-needed")
    when(under(command), *approved(command)[1:]).refused("unknown-proposal")


@pytest.mark.parametrize(
    ("command", "change"),
    [
        (POLICY, {"effective_from": day("2025-01-02")}),
        (POLICY, {"parameters": {"absence.long.consecutive": "> 9 workdays"}}),
        (READING, {"clause": "7.1"}),
        (READING, {"applies_from": day("2022-04-07")}),
        (READING, {"parameters": {"art8.reading": "R3"}}),
        (SUPERIOR, {"favourable": False}),
        (SUPERIOR, {"effective_from": day("2024-03-02")}),
        (REPEAL, {"repealed_on": day("2025-12-31")}),
    ],
)
def test_nothing_else_is_published_under_the_approval(command: Fact, change: dict[str, Any]) -> None:
    when(under(command.model_copy(update=change)), *approved(command)).refused("differs-from-proposal")


def test_a_repeal_ends_what_was_named() -> None:
    other = OLD.model_copy(update={"policy_id": "P0002"})
    when(under(REPEAL.model_copy(update={"policy_id": "P0002"})), other, *approved(REPEAL)).refused("differs-from-proposal")


def test_one_kind_is_not_published_as_another() -> None:
    said = SUPERIOR.model_dump(exclude={"favourable", "policy_id"})
    when(under(PublishPolicy.model_validate(said | {"policy_id": "P9"})), *approved(SUPERIOR)).refused("differs-from-proposal")


def test_what_was_approved_is_published_once() -> None:
    """Also under another id, and after it was repealed."""
    done = under(POLICY.model_copy(update={"approved_by": ("K1", "K2")}))
    closed = ProposalClosed(proposal_id="G1", outcome="adopted")
    history = (*approved(POLICY), done, closed)
    when(under(POLICY), *history, by=OTHER).nothing()
    when(under(POLICY.model_copy(update={"policy_id": "P8"})), *history).refused("proposal-closed")
    ended = PolicyRepealed(policy_id="P1", repealed_on=day("2025-06-01"), document_no="D9")
    when(under(POLICY.model_copy(update={"policy_id": "P8"})), *history, ended).refused("proposal-closed")
    when(RetractComplianceFact(retracts="compliance/proposal-G1@4", retracted_on=day("2025-01-01")), *history).refused("not-retractable")


def test_a_rejected_proposal_is_dead() -> None:
    rejected = CloseProposal(proposal_id="G1", outcome="rejected", closed_on=day("2024-04-01"))
    when(rejected, *approved(POLICY)).accepted()
    when(under(POLICY), *approved(POLICY), rejected).refused("proposal-closed")
    when(ApprovePolicy(proposal_id="G1", approved_on=day("2024-04-02")), approved(POLICY)[0], rejected).refused("proposal-closed")
    when(rejected.model_copy(update={"closed_on": day("2024-04-02")}), *approved(POLICY), rejected).refused("proposal-closed")
    when(rejected.model_copy(update={"closed_on": day("2022-04-06")}), *approved(POLICY)).refused("dates-out-of-order")
    when(CloseProposal(proposal_id="G1", outcome="adopted"), *approved(POLICY)).refused("adopted-by-publishing")
    when(rejected).refused("unknown-proposal")


APPROVE = ApprovePolicy(proposal_id="G1", approved_on=day("2022-04-08"))


def test_each_approves_for_themselves() -> None:
    put = By(SECTION, proposal(POLICY))
    when(APPROVE, put).then(APPROVE.model_copy(update={"approver": "K1"}))
    when(APPROVE.model_copy(update={"approver": "K1"}), put).accepted()
    when(APPROVE.model_copy(update={"approver": "K2"}), put).refused("not-your-signature")
    when(APPROVE, put, by=Actor("S1", "committee")).refused("own-proposal")
    when(APPROVE.model_copy(update={"approved_on": day("2022-04-06")}), put).refused("dates-out-of-order")
    when(APPROVE).refused("unknown-proposal")
    when(APPROVE.model_copy(update={"approved_on": day("2022-05-08")}), put, approval(ONE)).nothing()


def test_who_proposed_it_does_not_publish_it() -> None:
    when(under(POLICY), *approved(POLICY), by=Actor("S1", "committee")).refused("own-proposal")
    becomes_law(when(under(POLICY), *approved(POLICY), by=PAPER))


def test_who_approved_is_filled_in_and_not_claimed() -> None:
    claimed = under(POLICY.model_copy(update={"approved_by": ("K1", "K9")}))
    when(claimed, *approved(POLICY)).refused("two-people-needed")
    when(claimed, By(SECTION, proposal(POLICY))).refused("two-people-needed")
    becomes_law(when(under(POLICY.model_copy(update={"approved_by": ("K2", "K1")})), *approved(POLICY)))


def test_a_paper_names_who_approved_and_they_were_of_the_committee() -> None:
    put = By(SECTION, proposal(POLICY))
    granted = RoleGranted.model_validate({"principal": "K1", "role": "committee", "from": day("2022-04-08")})
    named = APPROVE.model_copy(update={"approver": "K1"})
    when(named, put, granted, by=PAPER).accepted()
    when(named.model_copy(update={"approved_on": day("2022-04-07")}), put, granted, by=PAPER).refused("signer-without-role")
    when(named, put, by=PAPER).refused("signer-without-role")
    when(APPROVE, put, granted, by=PAPER).refused("signer-not-named")
    proposer = RoleGranted.model_validate({"principal": "S1", "role": "committee", "from": day("2022-04-01")})
    when(APPROVE.model_copy(update={"approver": "S1"}), put, proposer, by=PAPER).refused("own-proposal")


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("policy", "effective_from"), ("policy", "parameters"), ("interpretation", "parameters"), ("interpretation", "clause"),
        ("superior", "effective_from"), ("superior", "parameters"), ("superior", "favourable"),
        ("repeal", "effective_from"), ("repeal", "repeals"),
    ],
)  # fmt: skip
def test_a_proposal_says_all_that_will_be_published(kind: str, field: str) -> None:
    whole = {"effective_from": day("2025-01-01"), "parameters": NUMBERS, "clause": "8.2", "favourable": True, "repeals": "P0001"}
    put = ProposePolicy.model_validate({"proposal_id": "G1", "kind": kind, "source": "N", "proposed_on": day("2024-03-01")} | whole)
    when(put, by=SECTION).accepted()
    when(put.model_copy(update={field: None}), by=SECTION).refused("proposal-incomplete")


def test_what_was_approved_before_it_was_put_forward_anew_does_not_count() -> None:
    """A proposal that was taken back and put forward again under its id, saying something else."""
    other = POLICY.model_copy(update={"effective_from": day("2025-02-01")})
    back = ComplianceFactRetracted(retracts="compliance/proposal-G1@1", retracted_on=day("2024-03-02"))
    history = (*approved(POLICY), By(SECTION, back), By(SECTION, proposal(other)))
    when(under(other), *history).refused("two-people-needed")
    when(under(other), *history, approval(ONE)).refused("two-people-needed")
    becomes_law(when(under(other), *history, approval(ONE), approval(OTHER)))


def test_an_approval_is_taken_back_by_who_gave_it_while_it_is_open() -> None:
    back = RetractComplianceFact(retracts="compliance/proposal-G1@2", retracted_on=day("2024-03-02"))
    when(back, *approved(POLICY)).accepted()
    when(back, *approved(POLICY), by=OTHER).refused("not-your-signature")
    when(under(POLICY), *approved(POLICY), back).refused("two-people-needed")
    when(back, *approved(POLICY), ProposalClosed(proposal_id="G1", outcome="adopted")).refused("proposal-closed")


@pytest.mark.parametrize("law", [POLICY, READING, SUPERIOR, REPEAL], ids=lambda c: type(c).__name__)
def test_nobody_takes_law_back_alone(law: Fact) -> None:
    last = given(OLD, law).history[-1]
    when(RetractComplianceFact(retracts=last.id, retracted_on=day("2026-03-02")), law).refused("law-is-repealed")
