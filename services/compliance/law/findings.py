"""Findings: what somebody owes or did wrong, and who (rules 8). A finding never changes a cadre's answer.

Scope is tested on the due day, else on the day of the act. A finding holds until the owed act is recorded, however late;
`cleared` ones are kept for the scorecard of the unit only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

from contracts.answers import Accountable, Appraisal, Finding, Promotion
from contracts.codes import Offices
from contracts.message import end_of_day
from services.compliance.law.case import Case
from services.compliance.law.runs import Crossing

LONGEST_ID = 64
ONE_DAY = timedelta(days=1)
NEVER = date.max
"""Since when a finding holds that is none: what is owed, and no finding follows."""

Act = tuple[date, str]
"""What makes a finding good: its day and its event id."""


class Raised(NamedTuple):
    """`since`: the first day on which it holds; until then it is what somebody owes. `unit`: the cadre's on the due day, else on the day
    of the act. `first`: the first day of the evidence as it was when the finding began, where nothing is due. `good`: what made it
    good, as far as it has a name. `owed_since`: from when the act is owed, where one is."""

    code: str
    article: str
    accountable: Accountable
    since: date
    unit: str
    due_on: date | None = None
    evidence: tuple[str, ...] = ()
    cleared: bool = False
    first: date | None = None
    office: Offices | None = None
    good: tuple[str, ...] = ()
    owed_since: date | None = None

    def id(self, about: str) -> str:
        """`<code>-<about>-<due day or first day of the evidence>`. Findings with one id are one finding to whoever is told. Where a
        long `about` would make it longer than an id may be, its digest stands for it."""
        day = self.due_on or self.first or self.since
        room = LONGEST_ID - len(self.code) - len(f"--{day}")
        return f"{self.code}-{about if len(about) <= room else sha256(about.encode()).hexdigest()[:room]}-{day}"

    def todo(self, about: str) -> str:
        """The same as long as it is the same act that is owed, whatever happens to its due day."""
        what = "|".join((about, self.office or "", *self.evidence[:1]))
        return f"{self.code}-{self.owed_since or self.first or self.since}-{sha256(what.encode()).hexdigest()[:16]}"

    def finding(self, about: str) -> Finding:
        return Finding(
            code=self.code,
            article=self.article,
            accountable=self.accountable,
            unit_id=None if self.unit == "-" else self.unit,
            due_on=self.due_on,
            evidence=self.evidence,
            about=about,
            office=self.office,
        )


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a detector may look at. `earlier` gives the case of another day and instant, the other two ask it. A detector says in
    `ahead` on which later days its findings begin or end though nothing new is known."""

    case: Case
    year: int
    earlier: Callable[[date, str], Case]
    promote: Callable[[Case], Promotion]
    appraise: Callable[[Case, int], Appraisal]
    absence: Callable[[Case, int], Crossing | None]
    """The long absence of an appraisal year (B)."""
    ahead: set[date]

    @property
    def appraisal(self) -> Appraisal:
        return self.appraise(self.case, self.year)

    @property
    def as_of(self) -> date:
        return self.case.as_of

    def at_the_end_of(self, day: date) -> Case:
        """As it was known then, and no more than is known now."""
        return self.earlier(day, min(end_of_day(day), self.case.dossier.known_at))

    def due(self, parameter: str, trigger: date, *, workdays: bool = True) -> date:
        """The due day by a deadline as in force on the triggering day."""
        return self.case.dossier.system.due(parameter, trigger, workdays=workdays)

    def overdue(
        self,
        code: str,
        article: str,
        accountable: Accountable,
        due: date,
        evidence: Iterable[str],
        *,
        done: Act | None = None,
        unit: str | None = None,
        office: Offices | None = None,
        owed_since: date | None = None,
    ) -> Iterator[Raised]:
        """From the day after the due day until the act was done. What is owed on the day of the question is given before, too: its
        `since` is still to come. `unit`: whose it is, where it is not that of the due day."""
        on_time = done is not None and done[0] <= due
        if on_time or not self.case.scope.covers(due.toordinal()):
            return
        since, unit = due + ONE_DAY, unit or self.unit(due)
        if self.case.as_of < since:
            if done is not None:
                return
            self.ahead.add(since)
            if owed_since is None:
                return
            if self.case.as_of < owed_since:
                self.ahead.add(owed_since)
                return
        ids, good = tuple(evidence), (done[1],) if done else ()
        yield Raised(code, article, accountable, since, unit, due, ids, done is not None, office=office, good=good, owed_since=owed_since)

    def waits(
        self, code: str, article: str, accountable: Accountable, since: date, evidence: Iterable[str], due: date | None = None
    ) -> Iterator[Raised]:
        """What waits for somebody from a day on, while the cadre is in scope, and never becomes a finding of this code by itself."""
        if since > self.as_of:
            self.ahead.update({since} if self.case.scope.covers(since.toordinal()) else ())
        elif self.case.scope.covers(self.case.dossier.today):
            yield Raised(code, article, accountable, NEVER, self.unit(self.as_of), due, tuple(evidence), owed_since=since)

    def act(self, code: str, article: str, accountable: Accountable, on: date, evidence: Iterable[str]) -> Iterator[Raised]:
        """What was done or not done on a day, without a due day."""
        if self.case.scope.covers(on.toordinal()):
            ids = tuple(evidence)
            yield Raised(code, article, accountable, on, self.unit(on), None, ids, first=self.first(ids))

    def first(self, evidence: Iterable[str]) -> date | None:
        """The earliest day of these facts."""
        times = self.case.dossier.known.times
        return min((times[i] for i in evidence if i in times), default=None)

    def unit(self, day: date) -> str:
        return self.case.dossier.unit_on(day)


Detector = Callable[[Inquiry], Iterable[Raised]]
