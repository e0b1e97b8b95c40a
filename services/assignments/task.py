"""Tasks of a duty, and how each came out (Articles 5, 8). The last outcome stands."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.assignments import AssignTask, RecordTaskOutcome, TaskAssigned, TaskOutcomeRecorded
from contracts.message import Fact
from services.assignments import known
from services.assignments.duty import Duty
from services.kernel.past import Past, in_order, once, restated
from services.kernel.refusal import refused


def assign(c: AssignTask, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    in_order(c.assigned_on, c.due_on, "due_on")
    stated = past.last(TaskAssigned, task_id=c.task_id)
    if stated is None:
        duty = Duty.of(past, c.duty_id)
        duty.must_be_of(c.cadre_id)
        if duty.assigned is None:
            raise refused("duty-not-assigned", "duty_id")
    return once(c, stated)


def record_outcome(c: RecordTaskOutcome, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    task = past.last(TaskAssigned, task_id=c.task_id)
    if task is None or task.cadre_id != c.cadre_id:
        raise refused("unknown-task", "task_id")
    if task.year != c.year:
        raise refused("wrong-year", "year")
    in_order(task.assigned_on, c.recorded_on, "recorded_on")
    return restated(c, past.last(TaskOutcomeRecorded, task_id=c.task_id))
