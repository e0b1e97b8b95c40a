"""What the services know already, asked over their own HTTP: units, cadres with their names, earlier attendance sheets."""

from __future__ import annotations

from contracts import assignments as a
from contracts import compliance as c
from contracts import registry as r
from contracts.message import Event, Fact
from services.client import Client
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


def ask(client: Client, kind: str) -> Known:
    """What a reader of this kind needs. Raises Problem."""
    known = Known()
    for service, types in NEEDED[kind].items():
        events = _events(client, service, types)
        retracted = {e.data.retracts for e in events if hasattr(e.data, "retracts")}
        for event in events:
            known.see(event, event.id in retracted)
    if kind != "units":
        known.name({item["cadre_id"]: item.get("name") or "" for item in client.items("registry", "/cadres", {"limit": 500})})
    return known


def _events(client: Client, service: str, types: tuple[type[Fact], ...]) -> list[Event]:
    """In order. What is read here, later commands to other services must know too."""
    events = list(client.feed(service, types=types))
    if events:
        client.positions[service] = max(client.positions.get(service, 0), events[-1].sequence)
    return events
