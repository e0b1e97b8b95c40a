"""What the law may say, as the committee sets and reads it and superior bodies set it above (Article 10): what has a number and a day is
never changed, only followed by another. Who decides it is for `adoption`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from contracts.compliance import (
    InterpretationIssued,
    IssueInterpretation,
    PolicyPublished,
    PolicyRepealed,
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


def publish(c: PublishPolicy, past: Past) -> Sequence[Fact]:
    _not_built_in(c.policy_id, "policy_id")
    check(c.parameters)
    stated = past.any_of(PolicyPublished, SuperiorPolicyRegistered, policy_id=c.policy_id)
    return once(c, stated[-1] if stated else None)


def issue(c: IssueInterpretation, past: Past) -> Sequence[Fact]:
    _not_built_in(c.interpretation_id, "interpretation_id")
    check(c.parameters)
    return once(c, past.last(InterpretationIssued, interpretation_id=c.interpretation_id))


def register_superior(c: RegisterSuperiorPolicy, past: Past) -> Sequence[Fact]:
    _not_built_in(c.policy_id, "policy_id")
    check(c.parameters)
    stated = past.any_of(PolicyPublished, SuperiorPolicyRegistered, policy_id=c.policy_id)
    return once(c, stated[-1] if stated else None)


def repeal(c: RepealPolicy, past: Past) -> Sequence[Fact]:
    """A policy, a superior rule, or an interpretation by its own id."""
    _not_built_in(c.policy_id, "policy_id")
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


DECIDERS: Mapping[type[Fact], Decider] = {
    PublishPolicy: publish,
    IssueInterpretation: issue,
    RegisterSuperiorPolicy: register_superior,
    RepealPolicy: repeal,
}
