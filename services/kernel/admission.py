"""Whether a command may be given: decided from the facts that the decision itself rests on, before it is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from contracts.access import ANYWHERE, NOBODY, About, Grant, may_act, of_everybody
from contracts.effective import effective_on
from contracts.message import Event, Fact
from services.kernel.caller import Asker, Gate, caller
from services.kernel.clock import today
from services.kernel.line import Actor
from services.kernel.refusal import refused

NEW = "CadreRegistered"
GRANTS = ("RoleGranted", "RoleRevoked")
TOKENS = ("TokenIssued", "TokenRevoked")
OF_A_UNIT = ("cadre", "branch", "unit_head")
"""Roles whose grants a branch may enter from the committee's paper: no paper that a unit enters makes a committee."""
Agree = Callable[[Fact], Awaitable[None]]
"""Raises Refused where a command does not agree with what the service keeps beside its facts."""


class Admission(NamedTuple):
    """Of one request."""

    gate: Gate
    request: Asker
    by: Actor
    """Who enters it and on whose paper; the role is still to be found."""
    agree: Agree | None = None

    async def admit(self, command: Fact, past: Sequence[Event]) -> Actor:
        """Who acts, in which role. Raises Refused `forbidden`, recorded, without telling whether what is named exists."""
        request, behalf = self.request, self.by.on_behalf_of
        if behalf is not None and self.by.document is None:
            raise refused("paper-missing", "Taizhang-Document-No")
        meant, kind, cadre_id, unit_id = _meant(command, past)
        if kind.event_name() in GRANTS and getattr(meant, "principal", None) == caller(request).bearer.principal:
            await self.gate.refuse(request, command.event_name(), code="own-grant")
        grant = self._grant(command, kind, About(cadre_id, None if cadre_id else unit_id), behalf)
        if grant is None and cadre_id is not None:
            unit = await self._unit(command, cadre_id, past)
            grant = self._grant(command, kind, About(cadre_id, unit or (unit_id if kind.event_name() == NEW else None)), behalf)
        if grant is None or (grant.role == "branch" and kind.event_name() in GRANTS and getattr(meant, "role", None) not in OF_A_UNIT):
            await self.gate.refuse(request, command.event_name(), About(cadre_id, unit_id))
            raise AssertionError
        if command.event_name() in TOKENS and grant.role != "operator" and (code := self._strange(command, past)):
            await self.gate.refuse(request, command.event_name(), code=code)
        if self.agree:
            await self.agree(command)
        unit = grant.unit_id if grant.unit_id not in (None, ANYWHERE) else self.by.unit
        return replace(self.by, role=grant.role, unit=unit)

    def _grant(self, command: Fact, kind: type[Fact], about: About, behalf: str | None) -> Grant | None:
        who = caller(self.request)
        own = getattr(command, "principal", None) == who.bearer.principal
        grants = who.grants if own or about != NOBODY else of_everybody(who.grants)
        return may_act(command, kind, grants, about, behalf, own=own)

    def _strange(self, command: Fact, past: Sequence[Event]) -> str | None:
        """Why somebody may not make or take back this token of their own: who may do nothing needs none for a program, and only one that
        was made is taken back. Anybody who can sign in could fill the log otherwise."""
        who, token_id = caller(self.request), getattr(command, "token_id", None)
        if command.event_name() == "TokenIssued":
            return None if who.grants else "forbidden"
        made = any(e.data.event_name() == "TokenIssued" and getattr(e.data, "token_id", None) == token_id for e in past)
        return None if made or token_id == who.bearer.token_id else "unknown-token"

    async def _unit(self, command: Fact, cadre_id: str, past: Sequence[Event]) -> str | None:
        """Where the cadre belongs on the day from which the fact is true; today where that day is not known."""
        on = today(self.gate.service.clock)
        with suppress(LookupError):  # it refers to what is not there: the decider says so to whoever may act at all
            on = effective_on(command, on, past)
        async with self.gate.service.ledger.pool.connection() as c:
            row = await (await c.execute("select unit_of(%s, %s)", (cadre_id, on), prepare=True)).fetchone()
        return row[0] if row else None


def _meant(command: Fact, past: Sequence[Event]) -> tuple[Any, type[Fact], str | None, str | None]:
    """What would be recorded, of which kind, about whom: a retraction is the business of whoever may record what it takes back."""
    named: Any = command
    if (retracts := getattr(command, "retracts", None)) is not None:
        event = next((e for e in past if e.id == retracts), None)
        if event is None or event.data.DERIVED or hasattr(event.data, "retracts"):
            return command, type(command), getattr(command, "cadre_id", None), getattr(command, "unit_id", None)
        named = event.data
    return named, type(named), getattr(named, "cadre_id", None), getattr(named, "unit_id", None)
