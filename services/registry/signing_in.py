"""How somebody gets a token: with a password of a local account, or one for a program of theirs; and how it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery

from contracts.message import CHINA
from contracts.registry import IssueToken, RevokeToken, TokenIssued, TokenRevoked
from services.kernel import query
from services.kernel.admission import Admission
from services.kernel.caller import Asker, Gate, caller
from services.kernel.clock import today
from services.kernel.ledger import Outcome
from services.kernel.past import Past
from services.kernel.refusal import Refused, refused
from services.kernel.service import Service
from services.kernel.shapes import DAY, ID, TEXT, Shape
from services.kernel.tokens import Bearer, Signer
from services.kernel.told import Told
from services.registry.accounts import Accounts

SESSION = timedelta(hours=8)
FIRST = timedelta(minutes=15)
"""How long somebody with a first password has to set another."""
LONGEST = timedelta(days=366)
"""Of a token for a program."""
UNSEEN = "insert into reads (actor, role, unit, what, purpose, allowed, code) values (%s, '-', '-', %s, null, %s, %s)"


SAMPLE = {"token": "eyJ…", "token_id": "t-0f3a9c2b7d4e6a18", "principal": "p-s1", "expires_at": 1795741464}
WORDS = {"type": "string", "minLength": 1, "maxLength": 1000}
BAD = ("not-json", "not-json-content-type", "bad-request", "field-missing", "bad-query")


def _object(**fields: Shape) -> Shape:
    return {"type": "object", "required": [*fields], "additionalProperties": False, "properties": fields}


TOLD = {
    "POST /sessions": Told(
        SAMPLE | {"must_change_password": False},
        ("sign-in-failed", "sign-in-elsewhere", *BAD),
        body=(_object(principal=ID, password=WORDS), {"principal": "p-s1", "password": "correct horse battery"}),
        statuses=("201",),
    ),
    "DELETE /sessions": Told({"revoked": "t-0f3a9c2b7d4e6a18"}),
    "/password": Told(
        SAMPLE | {"must_change_password": False},
        ("sign-in-failed", "weak-password", "sign-in-elsewhere", *BAD),
        body=(_object(old=WORDS, new=WORDS), {"old": "first", "new": "correct horse battery"}),
    ),
    "/accounts": Told(
        {"principal": "p-s1", "password": "shown-this-once"}, BAD, body=(_object(principal=ID), {"principal": "p-s1"}), statuses=("201",)
    ),
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
    "/oidc/login": Told({}, ("provider-unavailable",), statuses=("302",)),
    "/oidc/callback": Told(
        SAMPLE | {"must_change_password": False},
        ("sign-in-failed", "provider-unavailable"),
        dict.fromkeys(("code", "state", "error", "iss", "session_state"), TEXT),
    ),
}


class SigningIn:
    def __init__(self, service: Service, gate: Gate) -> None:
        self.service, self.gate = service, gate
        self.accounts = Accounts(service.ledger.pool)
        path = service.settings.token_signing_key_file
        self._signer = Signer.read(path) if path else None

    @property
    def signer(self) -> Signer:
        if self._signer is None:
            raise refused("sign-in-elsewhere")
        return self._signer

    async def with_password(self, principal: str, password: str) -> dict[str, Any]:
        try:
            first = await self.accounts.sign_in(principal, password)
        except Refused as refusal:
            await self.seen(principal, "sign_in", refusal.code)
            raise
        return await self.session(principal, first=first)

    async def session(self, principal: str, *, first: bool = False) -> dict[str, Any]:
        await self.seen(principal, "sign_in", None)
        token, bearer = self.signer.sign(principal, "first" if first else "session", (FIRST if first else SESSION).total_seconds())
        return self.told(token, bearer) | {"must_change_password": first}

    def told(self, token: str, bearer: Bearer) -> dict[str, Any]:
        return {"token": token, "token_id": bearer.token_id, "principal": bearer.principal, "expires_at": bearer.expires_at}

    async def seen(self, principal: str, what: str, code: str | None) -> None:
        """Who signed in, and who tried."""
        async with self.service.ledger.pool.connection() as c:
            await c.execute(UNSEEN, (principal, what, code is None, code))

    async def record(self, request: Asker, command: IssueToken | RevokeToken) -> Outcome:
        by = query.actor(request, caller(request).bearer.principal)
        outcome = await self.service.ledger.execute(command, by, admit=Admission(self.gate, request, by).admit)
        self.gate.forget(command.principal)
        return outcome


def handlers(service: Service, gate: Gate) -> Sequence[Any]:
    signing = SigningIn(service, gate)

    @post("/sessions", status_code=201, summary="Sign in with principal and password; answers with a token")
    async def sign_in(request: Asker) -> Response[bytes]:
        said = await _body(request, principal=str, password=str)
        query.identifier("principal", said["principal"])
        return _json(await signing.with_password(said["principal"], said["password"]), 201)

    @delete("/sessions", status_code=200, summary="Sign out: the token shown is good for nothing any more")
    async def sign_out(request: Asker) -> Response[bytes]:
        bearer = caller(request).bearer
        await signing.record(request, RevokeToken(principal=bearer.principal, token_id=bearer.token_id))
        return _json({"revoked": bearer.token_id})

    @post("/password", status_code=200, summary="Set a password of one's own; every new session needs it")
    async def password(request: Asker) -> Response[bytes]:
        said = await _body(request, old=str, new=str)
        principal = caller(request).bearer.principal
        try:
            await signing.accounts.change(principal, said["old"], said["new"])
        except Refused as refusal:
            await signing.seen(principal, "password", refusal.code)
            raise
        await signing.seen(principal, "password", None)
        return _json(await signing.session(principal))

    @post("/accounts", status_code=201, summary="Make a local account, or give it a new first password, shown this once")
    async def account(request: Asker) -> Response[bytes]:
        said = await _body(request, principal=str)
        query.identifier("principal", said["principal"])
        await gate.may(request, "manage_subscribers", act=True)
        first = await signing.accounts.give(said["principal"])
        await signing.seen(said["principal"], "account", None)
        await gate.record_act(request, "account", said["principal"])
        return _json({"principal": said["principal"], "password": first}, 201)

    return [sign_in, sign_out, password, account, *_tokens(service, gate, signing)]


def _tokens(service: Service, gate: Gate, signing: SigningIn) -> Sequence[Any]:
    @get("/me", summary="Who one is here, and which roles one holds today")
    async def me(request: Asker) -> Response[bytes]:
        who = caller(request)
        grants = [{"role": g.role, "unit_id": g.unit_id, "cadre_id": g.cadre_id} for g in who.grants]
        return _json(
            {"principal": who.bearer.principal, "kind": who.bearer.kind, "grants": grants, "today": today(service.clock).isoformat()}
        )

    @post("/tokens", status_code=201, summary="Make a token for a program, in one's own name; shown this once")
    async def issue(request: Asker) -> Response[bytes]:
        if caller(request).bearer.kind != "session":  # a token that leaked, or a program's, makes no further ones
            await gate.refuse(request, "token")
        said = await _body(request, until=str, client=(str, type(None)))
        until, client = query.day("until", said["until"]), query.identifier("client", said.get("client"))
        on = today(service.clock)
        if until is None or not on <= until <= on + LONGEST:
            raise refused("token-too-long", "until")
        principal = caller(request).bearer.principal
        midnight = datetime.combine(until + timedelta(days=1), datetime.min.time(), CHINA)
        seconds = (midnight - service.clock()).total_seconds()
        token, bearer = signing.signer.sign(principal, "api", seconds)
        await signing.record(request, IssueToken(principal=principal, token_id=bearer.token_id, client=client, until=until))
        return _json(signing.told(token, bearer), 201)

    @get("/tokens", summary="The tokens of programs that were made for somebody, and what became of them")
    async def tokens(request: Asker, principal: FromQuery[str | None] = None) -> Response[bytes]:
        whose = await _whose(request, query.identifier("principal", principal))
        return _json({"items": _listed(Past(await gate.facts(whose)), today(service.clock)), "next": None})

    @delete("/tokens/{token_id:str}", status_code=200, summary="Take a token back, at once and everywhere")
    async def revoke(request: Asker, token_id: FromPath[str], principal: FromQuery[str | None] = None) -> Response[bytes]:
        whose = await _whose(request, query.identifier("principal", principal))
        if Past(await gate.facts(whose)).last(TokenIssued, token_id=token_id) is None:
            await gate.refuse(request, "token", thing=token_id if query.ID.fullmatch(token_id) else None, code="unknown-token")
        await signing.record(request, RevokeToken(principal=whose, token_id=token_id))
        return _json({"revoked": token_id})

    async def _whose(request: Asker, named: str | None) -> str:
        """One's own, or for an operator anybody's."""
        own = caller(request).bearer.principal
        if named not in (None, own):
            await gate.may(request, "manage_subscribers", act=True)
        gate.forget(named or own)
        return named or own

    return [me, issue, tokens, revoke]


def _listed(past: Past, on: date) -> list[dict[str, Any]]:
    gone = {t.token_id for t in past.all(TokenRevoked)}
    return [
        {
            "token_id": t.token_id,
            "client": t.client,
            "until": t.until.isoformat(),
            "state": "revoked" if t.token_id in gone else "expired" if t.until < on else "good",
        }
        for t in past.all(TokenIssued)
    ]


async def _body(request: Asker, **fields: Any) -> dict[str, Any]:
    """A small JSON object with these fields and no others. What is in it is said nowhere."""
    if query.content_type(request) != "application/json":
        raise refused("not-json-content-type")
    try:
        said = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise refused("not-json") from None
    if not isinstance(said, dict) or set(said) - set(fields):
        raise refused("bad-request")
    for name, kind in fields.items():
        if not isinstance(said.get(name), kind) or (isinstance(said.get(name), str) and not 0 < len(said[name]) <= 1000):
            raise refused("field-missing", name)
    return said


def _json(body: Any, status: int = 200) -> Response[bytes]:
    return Response(orjson.dumps(body), status_code=status, media_type="application/json", headers={"Cache-Control": "no-store"})
