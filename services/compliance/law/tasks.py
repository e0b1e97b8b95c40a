"""The tasks of a year and the duties in force: what the presumption of Article 8.2 rests on and what rebuts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.assignments import DutyAssigned, DutyEnded, TaskAssigned, TaskOutcomeRecorded
from contracts.message import Event
from services.compliance.law.case import Case
from services.compliance.law.findings import Inquiry, Raised


@dataclass(frozen=True, slots=True)
class Tasks:
    """`failed`: evidence of outcomes that were not completed; `rebutted`: there are tasks and every one is done or excused.
    `evidence`: every task of the year as it was assigned and as it came out."""

    failed: tuple[str, ...]
    rebutted: bool
    any: bool
    evidence: tuple[str, ...]


def tasks_of(case: Case, year: int) -> Tasks:
    outcomes = outcomes_of(case, year)
    failed = [events[-1].id for events, outcome in outcomes.values() if outcome == "not_completed"]
    done = all(outcome in ("completed", "not_attributable") for _, outcome in outcomes.values())
    evidence = tuple(e.id for events, _ in outcomes.values() for e in events)
    return Tasks(tuple(failed), bool(outcomes) and done, bool(outcomes), evidence)


def outcomes_of(case: Case, year: int) -> dict[str, tuple[list[Event], str | None]]:
    """By task of the year: its assignment and its last outcome, and what that was."""
    assigned = {t.task_id: (e, t.year) for e, t in case.dossier.of(TaskAssigned)}
    found: dict[str, tuple[list[Event], str | None]] = {i: ([e], None) for i, (e, y) in assigned.items() if y == year}
    for event, outcome in case.dossier.of(TaskOutcomeRecorded):
        if outcome.task_id in found or (outcome.task_id not in assigned and outcome.year == year):
            before = found.get(outcome.task_id, ([], None))[0]
            found[outcome.task_id] = ([*before, event], outcome.outcome)
    return dict(sorted(found.items()))


def duties_in_force(case: Case, days: Sequence[int]) -> list[str]:
    """The duties in force, their last day included, on one of the days."""
    ended = {x.duty_id: x.ended_on for _, x in case.dossier.of(DutyEnded)}
    found = []
    for event, duty in case.dossier.of(DutyAssigned):
        last = min(duty.until or date.max, ended.get(duty.duty_id, date.max)).toordinal()
        if any(duty.from_.toordinal() <= day <= last for day in days):
            found.append(event.id)
    return found


def outcome_to_record(inquiry: Inquiry) -> Iterator[Raised]:
    """Of a task whose outcome nobody has recorded. Due is what its assignment says."""
    known = {t.task_id for _, t in inquiry.case.dossier.of(TaskOutcomeRecorded)}
    for event, task in inquiry.case.dossier.of(TaskAssigned):
        if task.task_id not in known:
            yield from inquiry.waits("outcome_to_record", "8.2", "branch", event.time, [event.id], task.due_on)
