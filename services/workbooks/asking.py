"""What the services know already, asked over their own HTTP: units, cadres with their names, earlier attendance sheets."""

from __future__ import annotations

from collections.abc import Iterator

from contracts import assignments as a
from contracts import registry as r
from contracts.message import Fact
from services.client import Client
from services.workbooks.known import Known

_TYPES: dict[str, tuple[type[Fact], ...]] = {
    "registry": (
        r.UnitRegistered,
        r.UnitRenamed,
        r.CadreRegistered,
        r.CadreTransferred,
        r.CadreExited,
        r.RetirementCompleted,
        r.RegistryFactRetracted,
    ),
    "assignments": (a.AttendanceSheetImported, a.AbsenceRecorded, a.AbsenceCorrected, a.AbsenceRescinded, a.AssignmentsFactRetracted),
}
_NEEDED = {"units": ("registry",), "roster": ("registry",), "attendance": ("registry", "assignments")}


def ask(client: Client, kind: str) -> Known:
    """What a reader of this kind needs. Raises Problem."""
    known = Known.of(fact for service in _NEEDED[kind] for fact in _facts(client, service))
    if kind != "units":
        known.name({item["cadre_id"]: item.get("name") or "" for item in client.items("registry", "/cadres", {"limit": 500})})
    return known


def _facts(client: Client, service: str) -> Iterator[Fact]:
    """In order, without what was retracted. What is read here, later commands to other services must know too."""
    events = list(client.feed(service, types=_TYPES[service]))
    retracted = {e.data.retracts for e in events if hasattr(e.data, "retracts")}
    if events:
        client.positions[service] = max(client.positions.get(service, 0), events[-1].sequence)
    return (e.data for e in events if e.id not in retracted)
