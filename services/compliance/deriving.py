"""What follows from the facts for one cadre on one day, and what of it is news.

An answer is published when its outcome, allowed grades, reason codes, readings or review change; everything else about it
(the day asked about, the sentences, the evidence) may differ from one derivation to the next without being news."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from contracts.answers import Answer, Appraisal, Promotion
from contracts.canonical import canonical
from contracts.compliance import AppraisalEligibilityDerived, PromotionEligibilityDerived
from contracts.message import Event, Fact
from contracts.registry import CadreRegistered, CadreReinstated, CadreTransferred
from services.compliance import law, todos
from services.compliance.law.findings import Raised
from services.compliance.todos import Owed

EVERYTHING = "9999-12-31T23:59:59.999999Z"
"""Known at: whatever has been read counts for what is derived, also what a clock recorded that is ahead of ours."""


@dataclass(frozen=True, slots=True)
class Derived:
    """`about`: "promotion" or the appraisal year. `gist` is equal exactly when the answer is the same."""

    about: str
    stream: str
    outcome: str
    codes: tuple[str, ...]
    gist: bytes
    next_change_on: date | None
    answer: Promotion | Appraisal
    policy: str
    unit: str

    @property
    def digest(self) -> str:
        return sha256(self.gist).hexdigest()

    def fact(self, cadre_id: str, as_of: date, inputs: Mapping[str, int], supersedes: str | None) -> Fact:
        common: dict[str, Any] = {
            "cadre_id": cadre_id,
            "as_of": as_of,
            "outcome": self.outcome,
            "reasons": self.answer.reasons,
            "policy": self.policy,
            "inputs": dict(inputs),
        }
        if supersedes:
            common["supersedes"] = supersedes
        if self.next_change_on:
            common["next_change_on"] = self.next_change_on
        if isinstance(self.answer, Promotion):
            return PromotionEligibilityDerived(**common)
        return AppraisalEligibilityDerived(**common, year=int(self.about), allowed_grades=self.answer.allowed_grades)


class Found(NamedTuple):
    """`findings` by their ids, those that were made good included. `todos`: what is to be done about the cadre. `again_on`: the day on
    which to look again though nothing new is known."""

    answers: Sequence[Derived] = ()
    findings: Mapping[str, Raised] = MappingProxyType({})
    unit: str = "-"
    again_on: date | None = None
    todos: Sequence[Owed] = ()


def derive(
    common: law.Common, cadre_id: str, events: Sequence[Event], as_of: date, known_at: str, published: Collection[int] = ()
) -> Found:
    """The promotion answer and that of every appraisal year in scope, Articles 7 and 8; and of the years for which an answer was
    `published`, in scope or not any more."""
    out = law.outlook(common, law.Cadre.of(cadre_id, events), as_of, known_at, published)
    shown = [a for y, a in sorted(out.answers.items()) if y in published or a.appraisal.outcome != "not_applicable" or _judged(a)]
    unit = unit_of(events, as_of)
    derived = [_promotion(out.answers[max(out.answers)], unit)] + [_appraisal(a, unit) for a in shown]
    days = [d for d in (out.again_on, *(d.next_change_on for d in derived)) if d]
    return Found(derived, out.findings, unit, min(days, default=None), todos.of(cadre_id, out.owed, as_of))


def unit_of(events: Sequence[Event], on: date) -> str:
    """The unit whose personnel relation the cadre has on a day, as far as the cadre's own facts say; "-" when none does."""
    unit = "-"
    for e in sorted((e for e in events if e.time <= on), key=lambda e: (e.time, e.recordedtime)):
        if isinstance(e.data, CadreTransferred):
            unit = e.data.to_unit_id
        elif isinstance(e.data, CadreRegistered | CadreReinstated):
            unit = e.data.unit_id
    return unit


def _judged(answer: Answer) -> bool:
    """In scope in that year, even where no professional-technical appraisal applies."""
    return any(r.code != "out_of_scope" for r in answer.appraisal.reasons)


def _promotion(answer: Answer, unit: str) -> Derived:
    p = answer.promotion
    codes = tuple(r.code for r in p.reasons)
    gist = canonical({"outcome": p.outcome, "codes": list(codes)})
    return Derived("promotion", f"promotion-{answer.cadre_id}", p.outcome, codes, gist, p.next_change_on, p, _ref(answer), unit)


def _appraisal(answer: Answer, unit: str) -> Derived:
    a = answer.appraisal
    codes = tuple(r.code for r in a.reasons)
    gist = canonical(
        {
            "outcome": a.outcome,
            "codes": list(codes),
            "allowed_grades": list(a.allowed_grades),
            "readings": dict(a.readings),
            "under_review": a.under_review,
        }
    )
    return Derived(
        str(answer.year), f"appraisal-{answer.cadre_id}-{answer.year}", a.outcome, codes, gist, a.next_change_on, a, _ref(answer), unit
    )


def _ref(answer: Answer) -> str:
    return "+".join(answer.policy)
