"""What may bar promotion, within the present scope: the leave that nobody has returned from, the absence that became long, and the
determinations that beat every presumption (rules 7.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import cast

from contracts.assignments import ReturnConfirmed, ReturnDeclared
from contracts.compliance import PerformanceDetermined
from contracts.message import Event
from services.compliance.law.case import NOTHING, Case
from services.compliance.law.counting import recording
from services.compliance.law.leaves import Leave, Period
from services.compliance.law.runs import Crossing


@dataclass(frozen=True, slots=True)
class Barring:
    """A leave, from the first of its days in scope on."""

    leave: Leave
    period: Period
    since: int


@dataclass(eq=False)
class Present:
    """The present scope: only what lies after the exit that counts."""

    case: Case
    exited_on: date

    @cached_property
    def determinations(self) -> list[tuple[date, Event, str]]:
        found = [(d.from_, e, d.result) for e, d in self.case.dossier.of(PerformanceDetermined) if d.from_ >= self.exited_on]
        return sorted(found, key=lambda d: (d[0], recording(d[1])))

    @cached_property
    def restored_on(self) -> date:
        """First day of the last determination that he can perform, or the beginning of time."""
        return max((on for on, _, result in self.determinations if result != "cannot"), default=date.min)

    @cached_property
    def permanent(self) -> bool:
        return self.case.setting("art7.bar_duration").value == "permanent"

    @cached_property
    def returns(self) -> list[int]:
        return [x.last(ReturnConfirmed).returned_on.toordinal() for x in self.case.leaves if x.event(ReturnConfirmed)]  # type: ignore[union-attr]

    def began(self, first: int, last: int) -> int | None:
        """The first of the days that lies in the present scope, up to the day of the question."""
        return self.case.scope.first_within(max(first, self.exited_on.toordinal()), min(last, self.case.dossier.today))


def leaves_that_bar(present: Present) -> Iterator[Barring]:
    """Approved special leaves of the present scope that have begun and from which nobody confirmed a return."""
    for leave in present.case.leaves:
        if leave.special is None or leave.protected:
            continue
        began = present.began(*leave.special)
        if began is None:
            continue
        ended = any(day > leave.special[0] for day in present.returns) or began < present.restored_on.toordinal()
        if present.permanent or not ended:
            yield Barring(leave, leave.special, began)


def declared_back(case: Case, barring: Barring) -> bool:
    declared = [x.last(ReturnDeclared) for x in case.leaves]
    return any(d is not None and d.returned_on.toordinal() > barring.period[0] for d in declared)


def standing_absence(present: Present, assumed: frozenset[str] = NOTHING, *, missing: bool = False) -> Crossing | None:
    """The crossing that bars. A determination resets the count; where bars are permanent, one that stood before it stays."""
    case = present.case
    if not case.in_scope:
        return None
    resets = sorted({on for on, _, result in present.determinations if result != "cannot"})
    starts = [present.exited_on, *resets]
    for i, start in enumerate(starts):
        if present.permanent or i == len(starts) - 1:
            end = starts[i + 1].toordinal() if i + 1 < len(starts) else case.dossier.today + 1
            if found := crossing_of(case, start.toordinal(), end, assumed, missing):
                return found
    return None


def crossing_of(case: Case, since: int, end: int, assumed: frozenset[str], missing: bool) -> Crossing | None:
    """Asked for by several articles and findings, worked out once."""
    key = (crossing_of, since, end, assumed, missing)
    if key not in case.dossier.memory:
        case.dossier.memory[key] = _crossing(case, since, end, assumed, missing)
    return cast("Crossing | None", case.dossier.memory[key])


def _crossing(case: Case, since: int, end: int, assumed: frozenset[str], missing: bool) -> Crossing | None:
    transition, window = (str(case.setting(name).value) for name in ("policy.transition", "absence.long.window"))
    found: list[Crossing] = []
    for run in case.runs(assumed, since=since, missing=missing):
        within = [(day, 1.0) for day in run if day < end]
        if long := case.over("absence.long.consecutive", within, transition):
            found.append(long)
    counted = [c for c in case.counted(assumed, since=since, missing=missing) if c[0] < end]
    for year in sorted({date.fromordinal(day).year for day, _ in counted}):
        if long := case.over_cumulative(counted, year, window, transition):
            found.append(long)
    return min(found, key=lambda c: c.day) if found else None
