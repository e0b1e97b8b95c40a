"""Answers derived anew, from nothing but facts: what should stand today, and what must have been derived at positions that a published
answer names. The same law as the one that publishes, over facts that come from elsewhere."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from contracts.compliance import AppraisalEligibilityDerived, PromotionEligibilityDerived
from contracts.message import Event
from services.compliance import law
from services.compliance.circulars import CONNIVANCE
from services.compliance.deriving import EVERYTHING, derive
from services.compliance.law.findings import Raised
from services.compliance.raising import KEPT_BACK

Derivation = PromotionEligibilityDerived | AppraisalEligibilityDerived


class Answered(NamedTuple):
    """An answer as far as it is news; `digest` is equal exactly when all of it is."""

    outcome: str
    codes: tuple[str, ...]
    digest: str


class Standing(NamedTuple):
    """What should stand about a cadre: answers by what they are about, and the findings that hold. `tolerating`: units that have, or
    had, an absence of the cadre to answer for."""

    answers: Mapping[str, Answered]
    findings: frozenset[str]
    tolerating: frozenset[str]


class Told(NamedTuple):
    """What a published answer says."""

    outcome: str
    codes: tuple[str, ...]
    allowed_grades: tuple[str, ...]


def standing(common: law.Common, cadre_id: str, events: Sequence[Event], today: date, published: Collection[int]) -> Standing:
    """`published`: years for which an answer stands, in scope or not."""
    found = derive(common, cadre_id, events, today, EVERYTHING, published)
    answers = {d.about: Answered(d.outcome, d.codes, d.digest) for d in found.answers}
    tolerating = frozenset(r.unit for r in found.findings.values() if r.code == CONNIVANCE)
    return Standing(answers, _holding(found.findings), tolerating)


def standing_of_unit(common: law.Common, unit_id: str, tolerated: Mapping[str, Sequence[Event]], today: date) -> frozenset[str]:
    """The findings about the unit itself that hold. `tolerated`: the facts of those whose absence units may have tolerated."""
    cadres = [law.Cadre.of(cadre, events) for cadre, events in sorted(tolerated.items())]
    return _holding(law.unit_outlook(common, cadres, unit_id, today, EVERYTHING)[0])


def _holding(findings: Mapping[str, Raised]) -> frozenset[str]:
    return frozenset(id_ for id_, r in findings.items() if not r.cleared and r.code not in KEPT_BACK)


def told(said: Derivation) -> Told:
    grades = said.allowed_grades if isinstance(said, AppraisalEligibilityDerived) else ()
    return Told(said.outcome, tuple(r.code for r in said.reasons), tuple(grades))


class Then:
    """The facts that are about no single cadre, as they were at positions. `shared`: all of them, in any order."""

    def __init__(self, shared: Iterable[Event]) -> None:
        self._shared = sorted(shared, key=lambda e: (e.service, e.sequence))
        self._places = [(e.service, e.sequence) for e in self._shared]
        self._services = sorted({e.service for e in self._shared})
        self._upto = lru_cache(maxsize=256)(self._common)

    def common(self, inputs: Mapping[str, int]) -> law.Common:
        return self._upto(*(bisect_right(self._places, (service, inputs.get(service, 0))) for service in self._services))

    def told(self, cadre_id: str, events: Sequence[Event], said: Sequence[Derivation]) -> list[Told]:
        """What follows for derivations of one day at the same positions. `events`: the cadre's, later ones too."""
        as_of, inputs = said[0].as_of, said[0].inputs
        own = [e for e in events if e.sequence <= inputs.get(e.service, 0)]
        years = [s.year if isinstance(s, AppraisalEligibilityDerived) else s.as_of.year for s in said]
        cadre = law.Cadre.of(cadre_id, own)
        found = law.answers(self.common(inputs), cadre, as_of, EVERYTHING, years, findings=False, next_change=False)
        parts = [
            found[y].promotion if isinstance(s, PromotionEligibilityDerived) else found[y].appraisal
            for s, y in zip(said, years, strict=True)
        ]
        return [Told(p.outcome, tuple(r.code for r in p.reasons), tuple(getattr(p, "allowed_grades", ()))) for p in parts]

    def _common(self, *ends: int) -> law.Common:
        starts = (bisect_left(self._places, (service, 0)) for service in self._services)
        return law.Common.of([e for start, end in zip(starts, ends, strict=True) for e in self._shared[start:end]])
