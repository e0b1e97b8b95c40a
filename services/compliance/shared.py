"""What is about no single cadre: which facts they are, and the law prepared from them, once for each change."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import psycopg
from pydantic.fields import FieldInfo

from contracts.assignments import AttendanceSheetImported
from contracts.compliance import PolicyApproved, PolicyProposed, ProposalClosed
from contracts.message import Event, facts
from contracts.registry import RoleGranted, RoleRevoked, TokenIssued, TokenRevoked, WorkbookImported
from services.compliance import law
from services.compliance.publishing import rows

DDL = """
create table if not exists shared (one bool primary key default true check (one), version bigint not null);
insert into shared values (true, 0) on conflict do nothing;
create index if not exists facts_type on facts (type, subject);
"""
OPTIONAL = FieldInfo(default=None)
UNREAD = (
    AttendanceSheetImported, WorkbookImported, RoleGranted, RoleRevoked, TokenIssued, TokenRevoked, PolicyProposed, PolicyApproved,
    ProposalClosed,
)  # fmt: skip
"""Facts about no cadre that no rule reads: they change no answer."""
SHARED = frozenset(
    name
    for name, fact in facts().items()
    if not fact.DERIVED and fact not in UNREAD and not fact.model_fields.get("cadre_id", OPTIONAL).is_required()
)
"""Types of the facts that are about no single cadre, or may be (a retraction)."""

EVERYBODY = "*"
"""Stands where an id of a unit would: what concerns every cadre."""

Conn = psycopg.AsyncConnection[Any]


class Shared:
    """Remembers the law of one version. A version is drawn by lot: one that was rolled back never comes again with other facts,
    whichever process drew it."""

    def __init__(self) -> None:
        self._known: tuple[int, law.Common] | None = None
        self._last: dict[str, Event] = {}

    async def common(self, conn: Conn, version: int) -> law.Common:
        """`version` and the facts must be of one moment: read in one snapshot, or while `hold` keeps others from changing them."""
        known = self._known
        if known is None or known[0] != version:
            lines = await rows(conn, "select line from facts where type = any(%s)", sorted(SHARED))
            known = self._known = version, law.Common.of([Event.parse(line) for (line,) in lines])
            self._last = {}
            for event in sorted(known[1].events, key=recorded):
                self._last[event.subject if getattr(event.data, "unit_id", None) == event.subject else EVERYBODY] = event
        return known[1]

    def cause(self, own: Sequence[Event], unit: str) -> Event:
        """The last recorded of a cadre's own facts, of those about the unit, and of the law and the calendars as last read."""
        return max([*own, *(e for key in (EVERYBODY, unit) if (e := self._last.get(key)))], key=recorded)


def recorded(event: Event) -> tuple[str, str]:
    """In the order of recording, of all services."""
    return event.recordedtime, event.source


def is_shared(event: Event) -> bool:
    return event.type in SHARED and getattr(event.data, "cadre_id", None) is None


async def changed(conn: Conn) -> None:
    """Waits for those who derive in other processes, and keeps them waiting until the commit: whoever they answered is seen when it is
    asked whom the change concerns."""
    await conn.execute("update shared set version = %s", (secrets.randbits(62),))


async def hold(conn: Conn) -> None:
    """Until the commit nobody else changes what is shared. Comes before anything else that is locked."""
    await conn.execute("select from shared for share")
