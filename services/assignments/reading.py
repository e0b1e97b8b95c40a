"""Duties, tasks, leaves and absences as they are listed: folded from their facts. Grounds, reasons and how an absence was
characterised are not shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.assignments import AbsenceCorrected, AbsenceRecorded, AbsenceRescinded, TaskAssigned, TaskOutcomeRecorded
from contracts.message import Event
from contracts.registry import CadreRegistered, CadreTransferred
from services.assignments.duty import Duty
from services.assignments.leave import Leave
from services.kernel.past import Past

Item = dict[str, Any]
DUTY_STATES = ("proposed", "declined", "assigned", "ended")
TASK_STATES = ("open", "completed", "partly", "not_completed", "not_attributable")
LEAVE_STATES = ("requested", "returned", "reviewed", "refused", "reported", "approved", "rejected", "withdrawn", "revoked", "ended")
ABSENCE_STATES = ("recorded", "corrected", "rescinded")


def object_id(first: Event) -> str:
    """`L7` of the stream `leave-L7`."""
    return first.stream.split("-", 1)[1]


def duty(first: Event, past: Past) -> Item | None:
    found = Duty.of(past, object_id(first))
    begun = found.assigned or found.proposed
    if begun is None:
        return None
    until = found.assigned.until if found.assigned else None
    return {
        "duty_id": begun.duty_id,
        "cadre_id": begun.cadre_id,
        "unit_id": begun.host_unit_id,
        "category": begun.category,
        "state": "ended" if found.ended else "assigned" if found.assigned else "declined" if found.declined else "proposed",
        "from": _day(found.assigned.from_ if found.assigned else None),
        "until": _day(min(until, found.ended.ended_on) if until and found.ended else found.ended.ended_on if found.ended else until),
    }


def task(first: Event, past: Past) -> Item | None:
    found = past.last(TaskAssigned, task_id=object_id(first))
    if found is None:
        return None
    outcome = past.last(TaskOutcomeRecorded, task_id=found.task_id)
    return {
        "task_id": found.task_id,
        "duty_id": found.duty_id,
        "cadre_id": found.cadre_id,
        "unit_id": _host(past, found.duty_id),
        "year": found.year,
        "due_on": _day(found.due_on),
        "state": outcome.outcome if outcome else "open",
    }


def leave(first: Event, past: Past, on: date) -> Item | None:
    """The unit is that of the cadre on the day."""
    found = Leave.of(past, object_id(first))
    if found is None:
        return None
    return {
        "leave_id": found.leave_id,
        "cadre_id": found.cadre_id,
        "unit_id": _unit(past, found.cadre_id, on),
        "state": found.state,
        "from": _day(found.first_day),
        "until": _day(found.last_day),
        "level": found.decision.level if found.decision else None,
        "returned_on": _day(found.confirmed.returned_on if found.confirmed else None),
    }


def absence(first: Event, past: Past) -> Item | None:
    found = past.last(AbsenceRecorded, absence_id=object_id(first))
    if found is None:
        return None
    corrected = past.last(AbsenceCorrected, absence_id=found.absence_id)
    rescinded = past.last(AbsenceRescinded, absence_id=found.absence_id)
    return {
        "absence_id": found.absence_id,
        "cadre_id": found.cadre_id,
        "unit_id": found.unit_id,
        "state": "rescinded" if rescinded else "corrected" if corrected else "recorded",
        "from": _day(found.from_),
        "until": _day(found.until),
        "fraction": 0.5 if found.half else found.fraction,
        "removed": [{"from": _day(p.from_), "until": _day(p.until)} for p in corrected.removed] if corrected else [],
    }


def _unit(past: Past, cadre_id: str, on: date) -> str | None:
    registered = past.last(CadreRegistered, cadre_id=cadre_id)
    unit = registered.unit_id if registered else None
    for move in sorted(past.all(CadreTransferred, cadre_id=cadre_id), key=lambda m: m.transferred_on):
        unit = move.to_unit_id if move.transferred_on <= on else unit
    return unit


def _host(past: Past, duty_id: str) -> str | None:
    assigned = Duty.of(past, duty_id).assigned
    return assigned.host_unit_id if assigned else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
