"""Duties, tasks, leaves, absences and what else assignments keeps, as they are shown: folded from their facts. Grounds, reasons and how
an absence was characterised are not shown."""

from __future__ import annotations

from datetime import date

from contracts.assignments import (
    AbsenceCorrected,
    AbsenceRecorded,
    AbsenceRescinded,
    AttendanceSheetImported,
    DutyActivityRecorded,
    DutyPreferenceDeclared,
    PresenceRecorded,
    PresenceRescinded,
    RosterPublished,
    TaskAssigned,
    TaskOutcomeRecorded,
)
from contracts.message import Event
from contracts.registry import CadreRegistered, CadreTransferred
from services.assignments.duty import Duty
from services.assignments.leave import Leave
from services.kernel.pages import cited, identity
from services.kernel.past import Past
from services.kernel.resource import Item
from services.kernel.shapes import said

DUTY_STATES = ("proposed", "declined", "assigned", "ended")
TASK_STATES = ("open", "completed", "partly", "not_completed", "not_attributable")
LEAVE_STATES = ("requested", "returned", "reviewed", "refused", "reported", "approved", "rejected", "withdrawn", "revoked", "ended")
ABSENCE_STATES = ("recorded", "corrected", "rescinded")


def duty(first: Event, past: Past, _: date) -> Item | None:
    found = Duty.of(past, identity(first, "duty-"))
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


def task(first: Event, past: Past, _: date) -> Item | None:
    found = past.last(TaskAssigned, task_id=identity(first, "task-"))
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
    found = Leave.of(past, identity(first, "leave-"))
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
        "decision": "approved" if found.approved else "rejected" if found.decision else None,
        "decision_no": found.decision.decision_no if found.decision else None,
        "returned_on": _day(found.confirmed.returned_on if found.confirmed else None),
    }


def absence(first: Event, past: Past, _: date) -> Item | None:
    found = past.last(AbsenceRecorded, absence_id=identity(first, "absence-"))
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


def activity(first: Event, past: Past, _: date) -> Item | None:
    if first.id in past.retracted or not isinstance(first.data, DutyActivityRecorded):
        return None
    return {"activity": cited(first), **said(first.data)}


def preference(first: Event, past: Past, _: date) -> Item | None:
    if first.id in past.retracted or not isinstance(first.data, DutyPreferenceDeclared):
        return None
    later = [p for p in past.all(DutyPreferenceDeclared, cadre_id=first.data.cadre_id) if p.declared_on > first.data.declared_on]
    return {"preference": cited(first), **said(first.data), "state": "replaced" if later else "declared"}


def presence(first: Event, past: Past, _: date) -> Item | None:
    found = first.data
    if first.id in past.retracted or not isinstance(found, PresenceRecorded):
        return None
    named = found.presence_id
    taken = named is not None and past.last(PresenceRescinded, presence_id=named) is not None
    return {"presence": cited(first), **said(found), "state": "rescinded" if taken else "recorded"}


def roster(first: Event, past: Past, _: date) -> Item | None:
    found = past.last(RosterPublished, roster_id=identity(first, "roster-"))
    return said(found) if found else None


def sheet(first: Event, past: Past, _: date) -> Item | None:
    found = past.last(AttendanceSheetImported, sheet_id=identity(first, "sheet-"))
    return said(found) if found else None


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
