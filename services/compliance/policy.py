"""The law as the committee sets and reads it, and what superior bodies set above it (Article 10). Published by two people, neither
of whom proposed it; what has a number and a day is never changed, only followed by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

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
from services.compliance.law.policy import BUILT_IN
from services.compliance.parameters import check
from services.kernel.deciding import Decider
from services.kernel.past import Past, final, in_order, once
from services.kernel.refusal import refused

Published = PublishPolicy | IssueInterpretation | RegisterSuperiorPolicy | RepealPolicy


def propose(c: ProposePolicy, past: Past) -> Sequence[Fact]:
    if c.parameters is not None:
        check(c.parameters)
    return once(c, past.last(PolicyProposed, proposal_id=c.proposal_id))


def publish(c: PublishPolicy, past: Past) -> Sequence[Fact]:
    _not_built_in(c.policy_id, "policy_id")
    check(c.parameters)
    _approved(c, past)
    stated = past.any_of(PolicyPublished, SuperiorPolicyRegistered, policy_id=c.policy_id)
    return once(c, stated[-1] if stated else None)


def issue(c: IssueInterpretation, past: Past) -> Sequence[Fact]:
    _not_built_in(c.interpretation_id, "interpretation_id")
    check(c.parameters)
    _approved(c, past)
    return once(c, past.last(InterpretationIssued, interpretation_id=c.interpretation_id))


def register_superior(c: RegisterSuperiorPolicy, past: Past) -> Sequence[Fact]:
    _not_built_in(c.policy_id, "policy_id")
    check(c.parameters)
    _approved(c, past)
    stated = past.any_of(PolicyPublished, SuperiorPolicyRegistered, policy_id=c.policy_id)
    return once(c, stated[-1] if stated else None)


def repeal(c: RepealPolicy, past: Past) -> Sequence[Fact]:
    """A policy, a superior rule, or an interpretation by its own id."""
    _not_built_in(c.policy_id, "policy_id")
    _approved(c, past)
    begun = [_first_day(f) for f in past.any_of(PolicyPublished, SuperiorPolicyRegistered, policy_id=c.policy_id)]
    begun += [_first_day(f) for f in past.all(InterpretationIssued, interpretation_id=c.policy_id)]
    if not begun:
        raise refused("unknown-policy", "policy_id")
    in_order(min(begun), c.repealed_on, "repealed_on", "repealed-before-it-begins")
    return final(c, past.last(PolicyRepealed, policy_id=c.policy_id), "policy-repealed")


def _not_built_in(id_: str, field: str) -> None:
    """Answers say P0 for what nobody published."""
    if id_ == BUILT_IN:
        raise refused("built-in-policy", field)


def _first_day(fact: Fact) -> date:
    if isinstance(fact, InterpretationIssued):
        return fact.applies_from or fact.issued_on
    assert isinstance(fact, PolicyPublished | SuperiorPolicyRegistered)
    return fact.effective_from


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


DECIDERS: Mapping[type[Fact], Decider] = {
    ProposePolicy: propose,
    PublishPolicy: publish,
    IssueInterpretation: issue,
    RegisterSuperiorPolicy: register_superior,
    RepealPolicy: repeal,
}
