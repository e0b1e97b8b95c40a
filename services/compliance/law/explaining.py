"""What would change an answer: the same question asked again with the facts of an act added, known at the instant of the
question and true from the day that the catalogue gives them. Acts are tried one by one; then those that change nothing alone,
two by two. Nothing is inferred: every change that is named was found by the function that gave the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from contracts.answers import Answer, Change, Effect, NotTried, WouldChange
from contracts.effective import effective_on
from contracts.message import Event, Fact, civil_day
from services.compliance.law.acts import Proposal, proposals
from services.compliance.law.answering import answers
from services.compliance.law.dossier import Cadre
from services.compliance.law.system import Common
from services.compliance.law.view import View

MOST_PAIRS = 400
PROMOTION = ("out_of_scope", "ineligible", "undetermined", "eligible")
APPRAISAL = ("not_applicable", "ineligible", "no_grade", "undetermined", "eligible")
EFFECTS: tuple[Effect, ...] = ("better", "mixed", "worse")
AFTER_ALL = 10**15
"""A position behind everything that was recorded."""
OPEN = ("undetermined", "not_applicable")


def would_change(common: Common, cadre: Cadre, answer: Answer) -> WouldChange:
    """`answer`: the one that `answers` gave to this question."""
    case = View(common, cadre, answer.known_at).on(answer.as_of).case
    proposed, left_out = proposals(case, answer)
    trial = Trial(common, answer, case.dossier.known.events)
    changes: list[Change] = []
    inert: list[Proposal] = []
    for proposal in proposed:
        if change := trial.change(proposal):
            changes.append(change)
        else:
            inert.append(proposal)
    pairs = [(a, b) for a, b in combinations(range(len(inert)), 2) if inert[a].thing != inert[b].thing]
    pairs.sort(key=sum)
    for a, b in pairs[:MOST_PAIRS]:
        if change := trial.change(inert[a], inert[b]):
            changes.append(change)
    if len(pairs) > MOST_PAIRS:
        left_out = (*left_out, NotTried(left_out=len(pairs) - MOST_PAIRS))
    changes.sort(key=_place)
    return WouldChange(changes=tuple(changes), tried=len(proposed) + min(len(pairs), MOST_PAIRS), not_tried=left_out)


def _place(change: Change) -> tuple[int, int, int]:
    """What betters comes first, and what betters most; one act before two."""
    reached = PROMOTION.index(change.promotion) + APPRAISAL.index(change.appraisal)
    return EFFECTS.index(change.effect), -reached, len(change.acts)


@dataclass(frozen=True, slots=True)
class Trial:
    common: Common
    before: Answer
    known: Sequence[Event]
    """All that was known about the cadre at the instant of the question."""

    def change(self, *proposed: Proposal) -> Change | None:
        supposed = self._recorded([fact for p in proposed for fact in p.facts])
        cadre = Cadre(self.before.cadre_id, [*self.known, *supposed])
        after = self._ask(cadre, self.before.year)
        if not differs(self.before, after):
            return None
        times = iter([e.time for e in supposed])
        return Change(
            acts=tuple(p.act([next(times) for _ in p.facts]) for p in proposed),
            effect=_effect(self.before, after),
            promotion=after.promotion.outcome,
            promotion_codes=tuple(r.code for r in after.promotion.reasons),
            appraisal=after.appraisal.outcome,
            appraisal_codes=tuple(r.code for r in after.appraisal.reasons),
            allowed_grades=after.appraisal.allowed_grades,
            breaches=self._breaches(cadre, proposed),
        )

    def _ask(self, cadre: Cadre, year: int) -> Answer:
        return answers(self.common, cadre, self.before.as_of, self.before.known_at, (year,), findings=False, next_change=False)[year]

    def _recorded(self, facts: Sequence[Fact]) -> list[Event]:
        return [_event(fact, self.before, self.known, n) for n, fact in enumerate(facts)]

    def _breaches(self, cadre: Cadre, proposed: Sequence[Proposal]) -> tuple[str, ...]:
        """A grade may be revised to one that its year does not allow; it must not go unsaid."""
        for proposal in proposed:
            for fact in proposal.facts:
                if proposal.year is not None and (grade := getattr(fact, "grade", None)):
                    of_year = self._ask(cadre, proposal.year).appraisal
                    if of_year.outcome not in OPEN and grade not in of_year.allowed_grades:
                        return ("grade_above_cap",)
        return ()


def differs(before: Answer, after: Answer) -> bool:
    """In an outcome or in the grades that are allowed."""
    return _said(before) != _said(after)


def _said(answer: Answer) -> tuple[object, ...]:
    return answer.promotion.outcome, answer.appraisal.outcome, answer.appraisal.allowed_grades


def _effect(before: Answer, after: Answer) -> Effect:
    steps = [
        PROMOTION.index(after.promotion.outcome) - PROMOTION.index(before.promotion.outcome),
        APPRAISAL.index(after.appraisal.outcome) - APPRAISAL.index(before.appraisal.outcome),
        len(after.appraisal.allowed_grades) - len(before.appraisal.allowed_grades)
        if after.appraisal.outcome == before.appraisal.outcome
        else 0,
    ]
    if min(steps) < 0:
        return "mixed" if max(steps) > 0 else "worse"
    return "better"


def _event(fact: Fact, asked: Answer, known: Sequence[Event], n: int) -> Event:
    """As the service would record it at the instant of the question, after everything else."""
    version = 1 + max((e.version for e in known if e.service == fact.SERVICE and e.stream == fact.stream()), default=0) + n
    time: date = effective_on(fact, civil_day(asked.known_at), known)
    return Event(
        f"{fact.SERVICE}/{fact.stream()}@{version}", f"/taizhang/{fact.SERVICE}", fact.type(), fact.subject(), time, asked.known_at,
        AFTER_ALL + n, "-", "section", "-", "-", "-", fact,
    )  # fmt: skip
