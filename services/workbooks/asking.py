"""What the services know already, asked over their own HTTP: units, cadres with their names, earlier attendance sheets."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import assignments as a
from contracts import compliance as c
from contracts import registry as r
from contracts.message import Fact
from services.client import Client
from services.problems import Problem
from services.workbooks.known import Known

_REGISTRY: tuple[type[Fact], ...] = (
    r.UnitRegistered,
    r.UnitRenamed,
    r.CadreRegistered,
    r.CadreTransferred,
    r.CadreExited,
    r.CadreDeceased,
    r.PostGradeRecorded,
    r.RetirementCompleted,
    r.RegistryFactRetracted,
)
_ATTENDANCE = (a.AttendanceSheetImported, a.AbsenceRecorded, a.AbsenceCorrected, a.AbsenceRescinded, a.AssignmentsFactRetracted)
_LEAVE = (
    a.LeaveRequested,
    a.LeaveRatified,
    a.LeaveReturned,
    a.LeaveSupplemented,
    a.LeaveUnitReviewed,
    a.LeaveReported,
    a.LeaveApproved,
    a.LeaveRejected,
    a.NoticeServed,
    a.LeaveExtended,
    a.LeaveWithdrawn,
    a.LeaveRevoked,
    a.ReturnDeclared,
    a.ReturnConfirmed,
    a.AssignmentsFactRetracted,
)
_DUTIES = (
    a.DutyPreferenceDeclared,
    a.DutyProposed,
    a.DutyDeclined,
    a.DutyAssigned,
    a.DutyEnded,
    a.TaskAssigned,
    a.TaskOutcomeRecorded,
    a.AssignmentsFactRetracted,
)
_TRAINING = (c.ExitTalkHeld, c.UnitTalkHeld, c.ThoughtExchangeHeld, c.TrainingAttended, c.ComplianceFactRetracted)
NEEDED: dict[str, dict[str, tuple[type[Fact], ...]]] = {
    "units": {"registry": _REGISTRY},
    "roster": {"registry": _REGISTRY},
    "attendance": {"registry": _REGISTRY, "assignments": _ATTENDANCE},
    "leave": {"registry": _REGISTRY, "assignments": _LEAVE},
    "duties": {"registry": _REGISTRY, "assignments": _DUTIES},
    "training": {"registry": _REGISTRY, "compliance": _TRAINING},
}
"""By kind of workbook: the facts that its reader looks at. They include all that it brings about, so that what was recorded
before is known by its position."""


OF_A_UNIT = ("attendance", "training", "duties")
"""Kinds that a branch may import, of its unit."""


def ask(client: Client, kind: str) -> Known:
    """What a reader of this kind needs. A branch is told of its units, and of their cadres alone. Raises Problem."""
    try:
        known = _ask(client, kind)
    except Problem as problem:
        units = _branches(client) if problem.code == "forbidden" and kind in OF_A_UNIT else ()
        if not units:
            raise
        known = _ask(client, kind, units)
        known.branch = units[0]
        for item in client.items("registry", "/units", {"limit": 500}):
            if item["unit_id"] not in known.units:
                known.add(r.UnitRegistered.model_validate({name: item[name] for name in r.UnitRegistered.model_fields if name in item}))
    if kind != "units":
        known.name({item["cadre_id"]: item.get("name") or "" for item in client.items("registry", "/cadres", {"limit": 500})})
    return known


def _ask(client: Client, kind: str, units: Sequence[str | None] = (None,)) -> Known:
    known = Known()
    for service, types in NEEDED[kind].items():
        events = sorted((event for unit in units for event in client.feed(service, types=types, unit=unit)), key=lambda e: e.sequence)
        if events:  # what is read here, later commands to other services must know too
            client.positions[service] = max(client.positions.get(service, 0), events[-1].sequence)
        retracted = {e.data.retracts for e in events if hasattr(e.data, "retracts")}
        for event in events:
            known.see(event, event.id in retracted)
    return known


def _branches(client: Client) -> Sequence[str]:
    """The units whose branch the caller is today."""
    return sorted({grant["unit_id"] for grant in client.get("registry", "/me")["grants"] if grant["role"] == "branch"})
