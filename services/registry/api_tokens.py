"""Tokens for programs: made with a session, listed, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery

from contracts.message import CHINA
from contracts.registry import IssueToken, RevokeToken, TokenIssued
from services.kernel import query
from services.kernel.caller import Asker, Gate, caller
from services.kernel.clock import today
from services.kernel.past import Past
from services.kernel.refusal import Refused, refused
from services.kernel.service import Service
from services.kernel.shapes import DAY, ID
from services.kernel.told import Told
from services.registry.signing_in import BAD, SAMPLE, SigningIn, body_of, json_of, listed

LONGEST = timedelta(days=366)
TOLD = {
    "/me": Told(
        {"principal": "p-s1", "kind": "session", "grants": [{"role": "section", "unit_id": None, "cadre_id": None}], "today": "2025-03-03"}
    ),
    "GET /tokens": Told(
        {"items": [{"token_id": "t-0f3a9c2b7d4e6a18", "client": "payroll", "until": "2025-12-31", "state": "good"}], "next": None},
        ("bad-query",),
        {"principal": ID},
    ),
    "POST /tokens": Told(
        SAMPLE,
        ("token-too-long", "sign-in-elsewhere", "forbidden", *BAD),
        body=(
            {"type": "object", "required": ["until"], "additionalProperties": False, "properties": {"until": DAY, "client": ID}},
            {"until": "2025-12-31", "client": "payroll"},
        ),
        statuses=("201",),
    ),
    "/tokens/{token_id}": Told({"revoked": "t-0f3a9c2b7d4e6a18"}, ("unknown-token", "bad-query"), {"token_id": ID, "principal": ID}),
}


def handlers(service: Service, gate: Gate) -> Sequence[Any]:
    signing = SigningIn(service, gate)

    @get("/me", summary="Who one is here, and which roles one holds today")
    async def me(request: Asker) -> Response[bytes]:
        who = caller(request)
        grants = [{"role": g.role, "unit_id": g.unit_id, "cadre_id": g.cadre_id} for g in who.grants]
        return json_of(
            {"principal": who.bearer.principal, "kind": who.bearer.kind, "grants": grants, "today": today(service.clock).isoformat()}
        )

    @post("/tokens", status_code=201, summary="Make a token for a program, in one's own name; shown this once")
    async def issue(request: Asker) -> Response[bytes]:
        if caller(request).bearer.kind != "session":  # a token that leaked, or a program's, makes no further ones
            await gate.refuse(request, "token")
        said = await body_of(request, until=str, client=(str, type(None)))
        until, client = query.day("until", said["until"]), query.identifier("client", said.get("client"))
        on = today(service.clock)
        if until is None or not on <= until <= on + LONGEST:
            raise refused("token-too-long", "until")
        principal = caller(request).bearer.principal
        midnight = datetime.combine(until + timedelta(days=1), datetime.min.time(), CHINA)
        seconds = (midnight - service.clock()).total_seconds()
        token, bearer = signing.signer.sign(principal, "api", seconds)
        await signing.record(request, IssueToken(principal=principal, token_id=bearer.token_id, client=client, until=until))
        try:  # the session may have been ended meanwhile, and all tokens of its principal with it
            await gate.standing(principal, caller(request).bearer.token_id)
        except Refused:
            await signing.record(request, RevokeToken(principal=principal, token_id=bearer.token_id))
            raise
        return json_of(signing.told(token, bearer), 201)

    @get("/tokens", summary="The tokens of programs that were made for somebody, and what became of them")
    async def tokens(request: Asker, principal: FromQuery[str | None] = None) -> Response[bytes]:
        whose = await _whose(request, query.identifier("principal", principal))
        return json_of({"items": listed(Past(await gate.facts(whose)), today(service.clock)), "next": None})

    @delete("/tokens/{token_id:str}", status_code=200, summary="Take a token back, at once and everywhere")
    async def revoke(request: Asker, token_id: FromPath[str], principal: FromQuery[str | None] = None) -> Response[bytes]:
        whose = await _whose(request, query.identifier("principal", principal))
        if Past(await gate.facts(whose)).last(TokenIssued, token_id=token_id) is None:
            await gate.refuse(request, "token", thing=token_id if query.ID.fullmatch(token_id) else None, code="unknown-token")
        await signing.record(request, RevokeToken(principal=whose, token_id=token_id))
        return json_of({"revoked": token_id})

    async def _whose(request: Asker, named: str | None) -> str:
        """One's own, or for an operator anybody's."""
        own = caller(request).bearer.principal
        if named not in (None, own):
            await gate.may(request, "manage_subscribers", act=True)
        gate.forget(named or own)
        return named or own

    return [me, issue, tokens, revoke]
