"""What comes before a publication: the proposal that says the same, and two people of the committee who approved it."""

from __future__ import annotations

from typing import Any

from contracts.compliance import PolicyApproved, PolicyProposed, ProposalClosed
from contracts.message import Fact
from services.compliance.adoption import KIND, SAID
from services.kernel.line import Actor
from tests.dsl import Asked, By, day

SECTION, ONE, OTHER = Actor("S1", "section"), Actor("K1", "committee"), Actor("K2", "committee")


def proposal(command: Any, proposal_id: str = "G1", **other: Any) -> PolicyProposed:
    """The proposal of what the command publishes."""
    kind = KIND[type(command)]
    said = {field: getattr(command, published) for field, published in SAID[kind]}
    return PolicyProposed.model_validate(
        {"proposal_id": proposal_id, "kind": kind, "source": "N", "proposed_on": day("2022-04-07"), **said, **other}
    )


def approval(actor: Actor, on: str = "2022-04-08", proposal_id: str = "G1") -> By:
    return By(actor, PolicyApproved(proposal_id=proposal_id, approved_on=day(on), approver=actor.id))


def approved(command: Any) -> tuple[By, By, By]:
    return By(SECTION, proposal(command)), approval(ONE), approval(OTHER)


def becomes_law(asked: Asked) -> None:
    """Published with both named, and the proposal closed."""
    published = asked.command.model_copy(update={"approved_by": ("K1", "K2")})
    asked.then(published, ProposalClosed(proposal_id="G1", outcome="adopted"))


def under(command: Any) -> Fact:
    """The command as it names the proposal."""
    fact: Fact = command.model_copy(update={"proposal_id": "G1"})
    return fact
