"""The law as the committee sets and reads it, and what superior bodies set above it (Article 10). Published by two people, neither
of whom proposed it; what has a number and a day is never changed, only followed by another."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compliance import (
    InterpretationIssued,
    IssueInterpretation,
    PolicyProposed,
    PolicyPublished,
    PolicyRepealed,
    ProposePolicy,
    PublishPolicy,
    RegisterSuperiorPolicy,
    RepealPolicy,
    SuperiorPolicyRegistered,
)
from contracts.message import Fact
from services.kernel.past import Past, final, once
from services.kernel.refusal import refused

Published = PublishPolicy | IssueInterpretation | RegisterSuperiorPolicy | RepealPolicy


def propose(c: ProposePolicy, past: Past) -> Sequence[Fact]:
    return once(c, past.last(PolicyProposed, proposal_id=c.proposal_id))


def publish(c: PublishPolicy, past: Past) -> Sequence[Fact]:
    _approved(c, past)
    stated = past.any_of(PolicyPublished, SuperiorPolicyRegistered, policy_id=c.policy_id)
    return once(c, stated[-1] if stated else None)


def issue(c: IssueInterpretation, past: Past) -> Sequence[Fact]:
    _approved(c, past)
    return once(c, past.last(InterpretationIssued, interpretation_id=c.interpretation_id))


def register_superior(c: RegisterSuperiorPolicy, past: Past) -> Sequence[Fact]:
    _approved(c, past)
    stated = past.any_of(PolicyPublished, SuperiorPolicyRegistered, policy_id=c.policy_id)
    return once(c, stated[-1] if stated else None)


def repeal(c: RepealPolicy, past: Past) -> Sequence[Fact]:
    """A policy, a superior rule, or an interpretation by its own id."""
    _approved(c, past)
    known = past.any_of(PolicyPublished, SuperiorPolicyRegistered, policy_id=c.policy_id)
    if not known and past.last(InterpretationIssued, interpretation_id=c.policy_id) is None:
        raise refused("unknown-policy", "policy_id")
    return final(c, past.last(PolicyRepealed, policy_id=c.policy_id), "policy-repealed")


def _approved(c: Published, past: Past) -> None:
    """Where those who approved are named they are two, and neither entered the proposal."""
    proposers = set()
    if c.proposal_id is not None:
        proposed = [e for e in past.events if isinstance(e.data, PolicyProposed) and e.data.proposal_id == c.proposal_id]
        if not proposed:
            raise refused("unknown-proposal", "proposal_id")
        proposers = {e.actor for e in proposed}
    if c.approved_by is not None and (len(set(c.approved_by)) < 2 or proposers & set(c.approved_by)):
        raise refused("two-people-needed", "approved_by")
