"""Who asks: of a request, the somebody behind its token and what they may do today. Whatever nobody may is refused and recorded."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from litestar import Request

from contracts.access import ANYWHERE, NOBODY, About, Grant, Verdict, held, may_do, may_read, of_everybody
from contracts.message import Event
from services.kernel import query
from services.kernel.clock import today
from services.kernel.pace import evenly
from services.kernel.refusal import Refused, refused
from services.kernel.scope import EVERYBODYS, Scope, reading, scope
from services.kernel.service import Service
from services.kernel.tally import Tally
from services.kernel.tokens import Bearer

MACHINE = "service"
LAW = (EVERYBODYS, "proofs_and_checkpoints")
"""What is about nobody, and not about everybody: a grant that names somebody is enough to read it."""
KNOWN = 10_000
"""Principals whose facts are kept at hand, so many at most."""
FRESH = 1.0
"""Seconds for which what was found about a principal is believed: so soon does a revoked role or token end."""
FACTS = """select line from log where stream = 'principal-' || %b::text
  union all select line from facts where type = any (array['taizhang.registry.RoleGranted.v1', 'taizhang.registry.RoleRevoked.v1',
    'taizhang.registry.TokenIssued.v1', 'taizhang.registry.TokenRevoked.v1', 'taizhang.registry.RegistryFactRetracted.v1']) and principal_of(line) = %b"""
WHERE = "select unit_of(%s, %s) from moves where cadre = %s limit 1"
RECORD = "insert into reads (actor, role, unit, what, cadre, object, purpose, allowed, code) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"

Asker = Request[Any, Any, Any]


class Caller(NamedTuple):
    """`grants`: those held today, or of them the ones that the request names. A machine of this instance holds none: it may fetch the
    facts of others, nothing else."""

    bearer: Bearer
    grants: tuple[Grant, ...]
    purpose: str | None = None
    began: float = 0.0
    """When the request was let in, of the monotonic clock."""

    @property
    def is_machine(self) -> bool:
        return self.bearer.token_id == MACHINE

    @property
    def role(self) -> str:
        return self.grants[0].role if self.grants else "-"


def caller(request: Asker) -> Caller:
    """Of a request that was let in. Raises Refused `unauthenticated` where nobody showed a token."""
    found = request.scope.get("taizhang.caller")
    if not isinstance(found, Caller):
        raise refused("unauthenticated")
    return found


class Gate:
    """One a service: knows callers by their tokens, and keeps what they read."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.tally = Tally(service.ledger.pool)
        service.background(self.tally.run)
        self._known: dict[str, tuple[float, tuple[Event, ...]]] = {}

    def known(self, request: Asker) -> Bearer:
        """Who shows this token, which was signed here. Raises Refused. Asks nobody: before it is waited for what a request names."""
        shown = request.headers.get("Authorization", "")
        if query.shows(request, self.service.settings.service_token.get_secret_value()):
            return Bearer(MACHINE, MACHINE, "instance")
        scheme, _, token = shown.partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise refused("unauthenticated")
            return self.service.verifier.verify(token.strip())
        except Refused as refusal:
            self.tally.note("-", "admission", refusal.code)
            raise

    async def admit(self, request: Asker, bearer: Bearer) -> None:
        """Lets the request in, with what its bearer may do, or raises Refused."""
        began = time.monotonic()
        if bearer.token_id == MACHINE:
            request.scope["taizhang.caller"] = Caller(bearer, (), None, began)  # type: ignore[typeddict-unknown-key]
            return
        if query.after(request):
            self.forget(bearer.principal)  # what the request names as written may be its own grant
        try:
            grants = await self._grants(request, bearer)
            if (named := query.named_actor(request)) not in (None, bearer.principal):
                if bearer.kind != "instance":
                    raise refused("not-yourself")
                bearer = bearer._replace(principal=named)
        except Refused as refusal:
            if refusal.status == 401:
                self.tally.note(bearer.principal, "admission", refusal.code)
            elif refusal.status == 403:
                await self._record(Caller(bearer, ()), "admission", NOBODY, None, None, refusal.code)
            raise
        request.scope["taizhang.caller"] = Caller(bearer, grants, query.purpose(request), began)  # type: ignore[typeddict-unknown-key]

    async def _grants(self, request: Asker, bearer: Bearer) -> tuple[Grant, ...]:
        if bearer.kind == "first" and request.scope["path"] != "/password":
            raise refused("password-change-due")
        grants = bearer.grants
        if bearer.kind != "instance":
            grants = await self.standing(bearer.principal, bearer.token_id)
        role, unit = query.role(request), query.unit(request)
        chosen = tuple(g for g in grants if role in (None, g.role) and (unit is None or g.unit_id in (None, unit, ANYWHERE)))
        if grants and not chosen:
            raise refused("role-not-held")
        return chosen

    async def standing(self, principal: str, token_id: str) -> tuple[Grant, ...]:
        """What a principal holds today. Raises Refused `token-revoked`."""
        facts = await self.facts(principal)
        if any(getattr(e.data, "token_id", None) == token_id for e in facts if e.data.event_name() == "TokenRevoked"):
            raise refused("token-revoked")
        return held(facts, today(self.service.clock))

    async def facts(self, principal: str) -> tuple[Event, ...]:
        """All that is recorded about a principal, at most a second old."""
        until, found = self._known.get(principal, (0.0, ()))
        if until < time.monotonic():
            async with self.service.ledger.pool.connection() as c:
                rows = await (await c.execute(FACTS, (principal, principal), prepare=True)).fetchall()
            found = tuple(Event.parse(line) for (line,) in rows)
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[principal] = time.monotonic() + FRESH, found
        return found

    def forget(self, principal: str) -> None:
        """After something was recorded about the principal here."""
        self._known.pop(principal, None)

    async def may(self, request: Asker, what: str, about: About = NOBODY, *, act: bool = False, thing: str | None = None) -> Verdict:
        """Raises Refused `forbidden`, and records that; a reading that is to be recorded is recorded before this returns. `act`: one of
        the `system_acts`. `thing`: an id of what is read."""
        who = caller(request)
        grants = who.grants if about != NOBODY or what in LAW else of_everybody(who.grants)
        verdict = (may_do if act else may_read)(what, grants, about)
        if verdict == "no":
            await self.refuse(request, what, about, thing)
        if verdict == "logged":
            own = about.cadre_id is not None and any(g.role == "cadre" and g.cadre_id in (about.cadre_id, ANYWHERE) for g in grants)
            if who.purpose is None and not own:
                raise refused("purpose-missing", "Taizhang-Purpose")
            await self._record(who, what, about, thing, "own" if own else who.purpose, None)
        return verdict

    async def refuse(self, request: Asker, what: str, about: About = NOBODY, thing: str | None = None, code: str = "forbidden") -> None:
        """Records the refusal and raises it, at a moment that does not tell what was found before."""
        await self._record(caller(request), what, about, thing, None, code)
        await evenly(caller(request).began)
        raise refused(code)

    async def cadre(self, request: Asker, what: str, cadre_id: str, on: date | None = None, thing: str | None = None) -> About:
        """The cadre in the unit of the day, for somebody who may read this of the cadre. Whoever may not is told what is told of a cadre
        that nobody knows; `forbidden` where the role may read it of nobody."""
        query.named(cadre_id, "unknown-cadre")
        day = on or today(self.service.clock)
        seen = self.scope(request, what, day)
        if seen.is_empty:
            await self.refuse(request, what, About(cadre_id), thing)
        async with reading(self.service.ledger.pool, self.service.name, seen) as c:
            row = await (await c.execute(WHERE, (cadre_id, day, cadre_id), prepare=True)).fetchone()
        about = About(cadre_id, row[0] if row else None)
        if row is None or may_read(what, caller(request).grants, about) == "no":
            await self.refuse(request, what, About(cadre_id), thing, "unknown-cadre")
        await self.may(request, what, about, thing=thing)
        return about

    async def place(self, cadre_id: str, on: date) -> About:
        """The cadre in the unit of a day, whoever asks: for those who decide themselves what to tell."""
        async with self.service.ledger.pool.connection() as c:
            row = await (await c.execute("select unit_of(%s, %s)", (cadre_id, on), prepare=True)).fetchone()
        return About(cadre_id, row[0] if row else None)

    async def visible(self, request: Asker, what: str, subjects: Collection[str], on: date) -> frozenset[str]:
        """Of these subjects, cadres or units, those of whom the asker may read this. Asked beside row-level security, not instead."""
        grants = caller(request).grants
        if what == EVERYBODYS:
            return frozenset(subjects) if may_read(what, grants) != "no" else frozenset()
        async with self.service.ledger.pool.connection() as c:
            query = "select s, unit_of(s, %s::date) from unnest(%s::text[]) s"
            found = await (await c.execute(query, (on, list(subjects)), prepare=True)).fetchall()
        abouts = {s: About(unit_id=s) if unit is None else About(s, unit) for s, unit in found}
        return frozenset(s for s, about in abouts.items() if may_read(what, grants, about) != "no")

    def scope(self, request: Asker, what: str, on: date | None = None) -> Scope:
        return scope(what, caller(request).grants, on or today(self.service.clock))

    async def listing(self, request: Asker, what: str, on: date | None = None) -> Scope:
        """The scope of a list. Raises Refused `forbidden` where there is nothing that this caller might ever see in it."""
        seen = self.scope(request, what, on)
        if seen.is_empty:
            await self.refuse(request, what)
        if may_read(what, caller(request).grants, _first(seen)) == "logged":
            await self.may(request, what, _first(seen))
        return seen

    async def shows(self, request: Asker, what: str, item: Mapping[str, Any]) -> None:
        """That one thing of a resource, which the scope let through, is shown: recorded where that is to be recorded."""
        about = About(item.get("cadre_id"), item.get("unit_id"))
        if may_read(what, caller(request).grants, about) == "logged":
            await self.may(request, what, about, thing=item.get("last_event"))

    async def noted(self, request: Asker, what: str, about: About) -> None:
        """That what is recorded as read was read along with something else; without a purpose, in the course of duty."""
        await self._record(caller(request), what, about, None, caller(request).purpose or "duty", None)

    async def record_act(self, request: Asker, what: str, thing: str) -> None:
        """Something done that is no fact of the ledger: an account made, say."""
        await self._record(caller(request), what, NOBODY, thing, caller(request).purpose, None)

    async def _record(self, who: Caller, what: str, about: About, thing: str | None, purpose: str | None, code: str | None) -> None:
        row = (
            who.bearer.principal,
            who.role,
            who.grants[0].unit_id or "-" if who.grants else "-",
            what,
            about.cadre_id or about.unit_id,
            thing,
        )
        async with self.service.ledger.pool.connection() as c:
            await c.execute(RECORD, (*row, purpose, code is None, code))


def _first(seen: Scope) -> About:
    """Somebody within a scope, to ask whether a list of it is to be recorded."""
    return NOBODY if seen.sees_all else About(min(seen.cadres, default=None), min(seen.units, default=None))
