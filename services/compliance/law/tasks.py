"""The tasks of a year and the duties in force: what the presumption of Article 8.2 rests on and what rebuts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.assignments import DutyAssigned, DutyEnded, TaskAssigned, TaskOutcomeRecorded
from services.compliance.law.case import Case


@dataclass(frozen=True, slots=True)
class Tasks:
    """`failed`: evidence of outcomes that were not completed; `rebutted`: there are tasks and every one is done or excused."""

    failed: tuple[str, ...]
    rebutted: bool
    any: bool


def tasks_of(case: Case, year: int) -> Tasks:
    assigned = {t.task_id: (e, t.year) for e, t in case.dossier.of(TaskAssigned)}
    outcomes = {t.task_id: (e, t) for e, t in case.dossier.of(TaskOutcomeRecorded)}
    known = {i for i, (_, y) in assigned.items() if y == year}
    known |= {i for i, (_, t) in outcomes.items() if i not in assigned and t.year == year}
    failed = [outcomes[i][0].id for i in sorted(known) if i in outcomes and outcomes[i][1].outcome == "not_completed"]
    done = all(i in outcomes and outcomes[i][1].outcome in ("completed", "not_attributable") for i in known)
    return Tasks(tuple(failed), bool(known) and done, bool(known))


def duty_in_force(case: Case, days: Sequence[int]) -> bool:
    """A duty, its last day included, on one of the days."""
    ended = {x.duty_id: x.ended_on for _, x in case.dossier.of(DutyEnded)}
    for _, duty in case.dossier.of(DutyAssigned):
        last = min(duty.until or date.max, ended.get(duty.duty_id, date.max)).toordinal()
        if any(duty.from_.toordinal() <= day <= last for day in days):
            return True
    return False
