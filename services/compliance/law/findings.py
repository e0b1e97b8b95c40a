"""Findings: what somebody owes or did wrong, and who (rules 8). A finding never changes a cadre's answer.

Scope is tested on the due day, else on the day of the act. A finding holds until the owed act is recorded, however late;
`cleared` ones are kept for the scorecard of the unit only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.answers import Accountable, Appraisal, Finding, Promotion
from contracts.message import end_of_day
from services.compliance.law.case import Case
from services.compliance.law.runs import Crossing


@dataclass(frozen=True, slots=True)
class Raised:
    """`since`: the first day on which it holds. `unit`: the cadre's on the due day, else on the day of the act."""

    code: str
    article: str
    accountable: Accountable
    since: date
    unit: str
    due_on: date | None = None
    evidence: tuple[str, ...] = ()
    cleared: bool = False

    def finding(self, about: str) -> Finding:
        return Finding(
            code=self.code,
            article=self.article,
            accountable=self.accountable,
            unit_id=None if self.unit == "-" else self.unit,
            due_on=self.due_on,
            evidence=self.evidence,
            about=about,
        )


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a detector may look at. `earlier` gives the case of another day and instant, the other two ask it."""

    case: Case
    year: int
    promotion: Promotion
    appraisal: Appraisal
    earlier: Callable[[date, str], Case]
    promote: Callable[[Case], Promotion]
    appraise: Callable[[Case, int], Appraisal]
    absence: Callable[[Case, int], Crossing | None]
    """The long absence of an appraisal year (B)."""

    @property
    def as_of(self) -> date:
        return self.case.as_of

    def at_the_end_of(self, day: date) -> Case:
        """As it was known then, and no more than is known now."""
        return self.earlier(day, min(end_of_day(day), self.case.dossier.known_at))

    def due(self, parameter: str, trigger: date, *, workdays: bool = True) -> date:
        """The due day by a deadline as in force on the triggering day."""
        number = self.case.policies.on(parameter, trigger).number
        return self.case.dossier.system.calendar.deadline(trigger, number) if workdays else trigger + timedelta(days=number)

    def overdue(
        self, code: str, article: str, accountable: Accountable, due: date, evidence: Iterable[str], *, done_on: date | None = None
    ) -> Iterator[Raised]:
        """From the day after the due day until the act was done."""
        since = due + timedelta(days=1)
        on_time = done_on is not None and done_on <= due
        if self.as_of >= since and not on_time and self.case.scope.covers(due.toordinal()):
            yield Raised(code, article, accountable, since, self.unit(due), due, tuple(evidence), done_on is not None)

    def act(self, code: str, article: str, accountable: Accountable, on: date, evidence: Iterable[str]) -> Iterator[Raised]:
        """What was done or not done on a day, without a due day."""
        if self.case.scope.covers(on.toordinal()):
            yield Raised(code, article, accountable, on, self.unit(on), None, tuple(evidence))

    def unit(self, day: date) -> str:
        return self.case.dossier.unit_on(day)


Detector = Callable[[Inquiry], Iterable[Raised]]
