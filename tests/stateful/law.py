"""How law is made, told plainly: proposed by one, approved by two others, published once and as it was approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts import compliance as c_
from services.compliance.deciding import decide
from services.kernel.line import Actor
from tests.dsl import By
from tests.proposals import DAYS
from tests.stateful.machine import NONE, PAPER, Model, pick, whole

LONG, SHORT = {"absence.long.consecutive": "> 10 workdays"}, {"absence.long.consecutive": "> 9 workdays"}
SAYS = {
    "policy": {"effective_from": "effective_from", "parameters": "parameters"},
    "interpretation": {"effective_from": "applies_from", "parameters": "parameters", "clause": "clause"},
    "superior": {"effective_from": "effective_from", "parameters": "parameters", "favourable": "favourable"},
    "repeal": {"effective_from": "repealed_on", "repeals": "policy_id"},
}
KINDS: dict[Any, str] = {
    c_.PublishPolicy: "policy",
    c_.IssueInterpretation: "interpretation",
    c_.RegisterSuperiorPolicy: "superior",
    c_.RepealPolicy: "repeal",
}


class Law(Model):
    decide = staticmethod(decide)
    put = c_.PolicyProposed.model_validate(
        {"proposal_id": "G1", "kind": "policy", "effective_from": DAYS[3], "parameters": LONG, "source": "N", "proposed_on": DAYS[0]}
    )
    before = (By(Actor("S1", "section"), put),)
    proposal = {"proposal_id": pick("G1", "G1", "G2")}
    numbers, begins = pick(LONG, LONG, LONG, SHORT), pick(DAYS[3], DAYS[3], DAYS[4])
    under = {"proposal_id": pick("G1", "G1", "G1", "G2", None), "approved_by": NONE}
    policy = {**under, "policy_id": pick("P1", "P1", "P2"), "effective_from": begins, "parameters": numbers}
    commands = {
        c_.ProposePolicy: {
            **proposal, "parameters": pick(LONG, LONG, LONG, None), "effective_from": pick(DAYS[3], DAYS[3], DAYS[3], None), "repeals": pick("P1"),
            "clause": pick("8.2", "8.2", None), "favourable": pick(True), "proposed_on": pick(*DAYS[:2]),
            "kind": pick("policy", "policy", "interpretation", "superior", "repeal"),
        },
        c_.ApprovePolicy: {**proposal, "approved_on": pick(*DAYS[:3]), "approver": pick(None, None, None, "K1")},
        c_.CloseProposal: {**proposal, "outcome": pick("rejected", "rejected", "adopted"), "closed_on": pick(None, *DAYS[:2])},
        c_.PublishPolicy: policy,
        c_.IssueInterpretation: {**under, "interpretation_id": pick("N1"), "applies_from": pick(None, DAYS[3]), "parameters": numbers, "clause": pick("8.2")},
        c_.RegisterSuperiorPolicy: {**policy, "favourable": pick(True, True, False)},
        c_.RepealPolicy: {**under, "policy_id": pick("P1", "P1", "N1"), "repealed_on": begins},
    }  # fmt: skip

    def __init__(self) -> None:
        self.proposals, self.proposer = {"G1": self.put}, {"G1": "S1"}
        self.approvers, self.closed = {"G1": list[str]()}, dict[str, Any]()
        self.law, self.repealed = dict[str, Any](), dict[str, Any]()

    def stated(self, c: Any) -> Any:
        if isinstance(c, c_.ProposePolicy):
            return self.proposals.get(c.proposal_id)
        if isinstance(c, c_.CloseProposal):
            return self.closed.get(c.proposal_id)
        if isinstance(c, c_.ApprovePolicy):
            return None
        return (self.repealed if isinstance(c, c_.RepealPolicy) else self.law).get(self.name(c))

    def name(self, c: Any) -> str:
        return str(getattr(c, "policy_id", None) or c.interpretation_id)

    def stands(self, c: Any) -> bool:
        told = self.stated(c)
        filled = {"approved_by": getattr(told, "approved_by", None)} if type(c) in KINDS else {}
        return type(told) is type(c) and whole(told) == whole(c) | filled

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        if isinstance(c, c_.ProposePolicy):
            self.proposals[c.proposal_id], self.proposer[c.proposal_id], self.approvers[c.proposal_id] = c, actor.id, []
        elif isinstance(c, c_.ApprovePolicy):
            self.approvers[c.proposal_id].append(actor.id)
        elif isinstance(c, c_.CloseProposal):
            self.closed[c.proposal_id] = c
        else:
            published = c.model_copy(update={"approved_by": tuple(self.approvers[c.proposal_id])})
            (self.repealed if isinstance(c, c_.RepealPolicy) else self.law)[self.name(c)] = published
            self.closed[c.proposal_id] = "adopted"

    def adds_nothing(self, c: Any, actor: Actor) -> bool:
        return isinstance(c, c_.ApprovePolicy) and actor.id in self.approvers[c.proposal_id]

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        if isinstance(c, c_.ProposePolicy):
            needed = set(SAYS[c.kind]) - ({"effective_from"} if c.kind == "interpretation" else set())
            yield from ["proposal-incomplete"] if any(getattr(c, field) is None for field in needed) else []
            yield from ["id-in-use"] if c.proposal_id in self.proposals else []
            return
        if isinstance(c, c_.CloseProposal) and c.outcome == "adopted":
            yield "adopted-by-publishing"
        if c.proposal_id is not None and c.proposal_id not in self.proposals:
            yield "unknown-proposal"
        elif isinstance(c, c_.ApprovePolicy):
            yield from self.approval(c, actor)
        elif isinstance(c, c_.CloseProposal):
            yield from ["proposal-closed"] if c.proposal_id in self.closed else []
            yield from ["dates-out-of-order"] if c.closed_on and c.closed_on < self.proposals[c.proposal_id].proposed_on else []
        else:
            yield from self.publication(c, actor)

    def approval(self, c: Any, actor: Actor) -> Iterator[str]:
        if actor == PAPER:
            yield "signer-not-named" if c.approver is None else "signer-without-role"
        elif c.approver not in (None, actor.id):
            yield "not-your-signature"
        elif actor.id not in self.approvers[c.proposal_id]:
            yield from ["proposal-closed"] if c.proposal_id in self.closed else []
            yield from ["own-proposal"] if self.proposer[c.proposal_id] == actor.id else []
            yield from ["dates-out-of-order"] if c.approved_on < self.proposals[c.proposal_id].proposed_on else []

    def publication(self, c: Any, actor: Actor) -> Iterator[str]:
        if isinstance(c, c_.RepealPolicy):
            ended = self.law.get(c.policy_id)
            if ended is None:
                yield "unknown-policy"
            else:
                begins = ended.applies_from or ended.issued_on if isinstance(ended, c_.IssueInterpretation) else ended.effective_from
                yield from ["repealed-before-it-begins"] if c.repealed_on < begins else []
            yield from ["policy-repealed"] if c.policy_id in self.repealed else []
        elif self.name(c) in self.law:
            yield "id-in-use"
        if c.proposal_id is None:
            yield "proposal-needed"
            return
        proposal, kind = self.proposals[c.proposal_id], KINDS[type(c)]
        if proposal.kind != kind or any(getattr(proposal, said) != getattr(c, published) for said, published in SAYS[kind].items()):
            yield "differs-from-proposal"
        yield from ["proposal-closed"] if c.proposal_id in self.closed else []
        yield from ["two-people-needed"] if len(self.approvers[c.proposal_id]) < 2 else []
        yield from ["own-proposal"] if actor != PAPER and self.proposer[c.proposal_id] == actor.id else []


MODELS: tuple[type[Model], ...] = (Law,)
