"""One appraisal year of one cadre: what was counted in it, and the elements that the readings of Article 8.2 put together (rules 6.1
to 6.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from services.compliance.law import article_10
from services.compliance.law.case import NOTHING, Case
from services.compliance.law.grounds import Ground
from services.compliance.law.policy import InForce
from services.compliance.law.readings import Elements
from services.compliance.law.runs import Crossing
from services.compliance.law.tasks import Tasks, duties_in_force, tasks_of
from services.compliance.law.truancy import AWOL, awol_run


@dataclass(eq=False)
class Year:
    """One appraisal year of one cadre."""

    case: Case
    year: int
    first: int = field(init=False)
    last: int = field(init=False)
    """The last day that counts: 31 December, or the day of the question."""
    _elements: dict[frozenset[str], Elements] = field(default_factory=dict)
    _absence: dict[frozenset[str], tuple[Crossing | None, list[int] | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.first = date(self.year, 1, 1).toordinal()
        self.last = min(date(self.year, 12, 31), self.case.as_of).toordinal()

    @cached_property
    def tasks(self) -> Tasks:
        return tasks_of(self.case, self.year)

    @cached_property
    def truancy(self) -> Ground | None:
        return article_10.stricter_on_truancy(self.case, self.year)

    def elements(self, assumed: frozenset[str]) -> Elements:
        if assumed not in self._elements:
            self._elements[assumed] = elements(self, self.tasks, assumed)
        return self._elements[assumed]

    def absence(self, assumed: frozenset[str] = NOTHING) -> tuple[Crossing | None, list[int] | None]:
        """(B, W): the crossing of a threshold, and where truancy counts by itself, its days."""
        if assumed not in self._absence:
            self._absence[assumed] = (self._long(assumed), self._awol())
        return self._absence[assumed]

    def _long(self, assumed: frozenset[str]) -> Crossing | None:
        case = self.case
        if not case.in_scope:
            return None
        transition, attribution, window = (
            str(case.setting_of_year(name, self.year).value)
            for name in ("policy.transition", "absence.run_attribution", "absence.long.window")
        )
        for run in case.runs(assumed):
            within = [day for day in run if self.first <= day <= self.last]
            counted = within if attribution == "split" else run
            found = case.over("absence.long.consecutive", [(d, 1.0) for d in counted], transition) if within else None
            if found and (attribution != "crossing_year" or self.first <= found.day <= self.last):
                return found
        return case.over_cumulative(case.counted(assumed), self.year, window, transition)

    def unexcused(self, assumed: frozenset[str] = NOTHING) -> list[int]:
        """The days of the year that count."""
        return [d for d, amount in self.case.counted(assumed) if amount and self.first <= d <= self.last]

    def setting(self, name: str) -> InForce:
        return self.case.setting_of_year(name, self.year)

    def _awol(self) -> list[int] | None:
        if self.case.setting_of_year("art8.long_modifies_awol", self.year).value is not False:
            return None
        return awol_run(self.case, self.year, self.case.setting_of_year(AWOL, self.year).threshold)


def long_absence_of(case: Case, year: int) -> Crossing | None:
    """The long absence of the year, whatever follows from it."""
    return Year(case, year).absence()[0]


def elements(year: Year, tasks: Tasks, assumed: frozenset[str]) -> Elements:
    long, awol = year.absence(assumed)
    presumed: bool | None = False
    if long is not None and not tasks.rebutted:
        presumed = True if tasks.any or duties_in_force(year.case, year.unexcused(assumed)) else None
    return Elements(long is not None, awol is not None, bool(tasks.failed), presumed)
