"""How a proposal becomes law (Article 10): the section proposes, two people of the committee approve, each for themselves and neither
the proposer, and what they approved is published as they approved it. That they are of the committee is asked when they act; who is
named by a paper must have held the role on that day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from contracts.compliance import (
    ApprovePolicy,
    CloseProposal,
    InterpretationIssued,
    IssueInterpretation,
    PolicyApproved,
    PolicyProposed,
    PolicyPublished,
    PolicyRepealed,
    ProposalClosed,
    ProposePolicy,
    PublishPolicy,
    RegisterSuperiorPolicy,
    RepealPolicy,
    RetractComplianceFact,
    SuperiorPolicyRegistered,
)
from contracts.message import Event, Fact
from services.compliance import policy
from services.compliance.parameters import check
from services.kernel.deciding import Deciders, InPerson
from services.kernel.line import Actor
from services.kernel.past import Past, in_order, once, retract, same
from services.kernel.persons import must_be_another, signed
from services.kernel.refusal import refused

P = TypeVar("P", PublishPolicy, IssueInterpretation, RegisterSuperiorPolicy, RepealPolicy)
PEOPLE = 2
KIND: Mapping[type[Fact], str] = {
    PublishPolicy: "policy",
    IssueInterpretation: "interpretation",
    RegisterSuperiorPolicy: "superior",
    RepealPolicy: "repeal",
}
SAID: Mapping[str, tuple[tuple[str, str], ...]] = {
    "policy": (("effective_from", "effective_from"), ("parameters", "parameters")),
    "interpretation": (("effective_from", "applies_from"), ("parameters", "parameters"), ("clause", "clause")),
    "superior": (("effective_from", "effective_from"), ("parameters", "parameters"), ("favourable", "favourable")),
    "repeal": (("effective_from", "repealed_on"), ("repeals", "policy_id")),
}
"""By kind: what a proposal says, and the field of the command in which it is published. Only an interpretation may leave its day open."""
LAW = (PolicyPublished, InterpretationIssued, SuperiorPolicyRegistered, PolicyRepealed)


@dataclass(frozen=True, slots=True)
class Proposal:
    """As it stands: what was approved before it was put forward, or of an earlier one under its id, does not count."""

    proposed: PolicyProposed
    entered: Event
    approvals: tuple[PolicyApproved, ...]
    closed: ProposalClosed | None

    @classmethod
    def of(cls, past: Past, proposal_id: str) -> Self:
        """Refuses `unknown-proposal`."""
        own = [e for e in past.events if e.id not in past.retracted and getattr(e.data, "proposal_id", None) == proposal_id]
        put = [n for n, e in enumerate(own) if isinstance(e.data, PolicyProposed)]
        if not put:
            raise refused("unknown-proposal", "proposal_id")
        proposed, since = own[put[-1]], [e.data for e in own[put[-1] + 1 :]]
        assert isinstance(proposed.data, PolicyProposed)
        closed = [f for f in since if isinstance(f, ProposalClosed)]
        return cls(proposed.data, proposed, tuple(f for f in since if isinstance(f, PolicyApproved)), closed[-1] if closed else None)

    @property
    def approvers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(a.approver for a in self.approvals if a.approver))

    def must_be_open(self) -> None:
        if self.closed:
            raise refused("proposal-closed", "proposal_id")


def propose(c: ProposePolicy, past: Past) -> Sequence[Fact]:
    """It says all that will be published, so that nothing is left to whoever publishes it."""
    if c.parameters is not None:
        check(c.parameters)
    for field, _ in SAID[c.kind]:
        if getattr(c, field) is None and (c.kind, field) != ("interpretation", "effective_from"):
            raise refused("proposal-incomplete", field)
    return once(c, past.last(PolicyProposed, proposal_id=c.proposal_id))


def approve(c: ApprovePolicy, past: Past, actor: Actor) -> Sequence[Fact]:
    proposal = Proposal.of(past, c.proposal_id)
    approver = signed(past, actor, c.approver, "approver", "committee", c.approved_on)
    if approver in proposal.approvers:
        return ()
    proposal.must_be_open()
    if approver == proposal.entered.actor:
        raise refused("own-proposal", "approver")
    in_order(proposal.proposed.proposed_on, c.approved_on, "approved_on")
    return (c.model_copy(update={"approver": approver}),)


def close(c: CloseProposal, past: Past) -> Sequence[Fact]:
    """Rejects it. Adopted it is by being published."""
    if c.outcome == "adopted":
        raise refused("adopted-by-publishing", "outcome")
    proposal = Proposal.of(past, c.proposal_id)
    if same(c, proposal.closed):
        return ()
    proposal.must_be_open()
    in_order(proposal.proposed.proposed_on, c.closed_on, "closed_on")
    return (c,)


def adopt(c: P, past: Past, actor: Actor) -> Sequence[Fact]:
    """Publishes it and closes the proposal, both or neither. Who approved is filled in, not claimed."""
    decide = policy.DECIDERS[type(c)]
    if c.proposal_id is None:
        if decide(c, past):
            raise refused("proposal-needed", "proposal_id")
        return ()
    proposal = Proposal.of(past, c.proposal_id)
    published = c.model_copy(update={"approved_by": proposal.approvers or None})
    said: Sequence[Fact] = decide(published, past)
    if not said:
        return ()
    proposal.must_be_open()
    _as_proposed(c, proposal.proposed)
    if len(proposal.approvers) < PEOPLE or (c.approved_by is not None and set(c.approved_by) != set(proposal.approvers)):
        raise refused("two-people-needed", "approved_by" if c.approved_by is not None else "proposal_id")
    must_be_another(actor, [proposal.entered], "own-proposal")
    return (*said, ProposalClosed(proposal_id=c.proposal_id, outcome="adopted"))


def _as_proposed(c: Any, proposed: PolicyProposed) -> None:
    if proposed.kind != KIND[type(c)]:
        raise refused("differs-from-proposal", "proposal_id")
    for field, published in SAID[proposed.kind]:
        if getattr(proposed, field) != getattr(c, published):
            raise refused("differs-from-proposal", published)


def take_back(c: RetractComplianceFact, past: Past, actor: Actor) -> Sequence[Fact]:
    """Law is not taken back by one person: it is ended or followed as it was made, by two. An approval is taken back by who gave it."""
    event = past.event(c.retracts)
    if event is not None and event.id not in past.retracted:
        if isinstance(event.data, LAW):
            raise refused("law-is-repealed", "retracts")
        if isinstance(event.data, ProposalClosed) and event.data.outcome == "adopted":
            raise refused("not-retractable", "retracts")
        if isinstance(event.data, PolicyProposed | PolicyApproved):
            Proposal.of(past, event.data.proposal_id).must_be_open()
        if isinstance(event.data, PolicyApproved) and actor.on_behalf_of is None and event.data.approver != actor.id:
            raise refused("not-your-signature", "retracts")
    return retract(c, past)


DECIDERS: Deciders = {
    ProposePolicy: propose,
    ApprovePolicy: InPerson(approve),
    CloseProposal: close,
    PublishPolicy: InPerson(adopt),
    IssueInterpretation: InPerson(adopt),
    RegisterSuperiorPolicy: InPerson(adopt),
    RepealPolicy: InPerson(adopt),
    RetractComplianceFact: InPerson(take_back),
}
