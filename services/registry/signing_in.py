"""How somebody gets a token: with a password of a local account, or one for a program of theirs; and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import orjson
from litestar import Response, delete, post

from contracts.message import Event, Fact
from contracts.registry import IssueToken, RevokeToken, TokenIssued, TokenRevoked
from services.kernel import query
from services.kernel.admission import Admission
from services.kernel.caller import Asker, Gate, caller
from services.kernel.clock import today
from services.kernel.ledger import Outcome
from services.kernel.line import Actor
from services.kernel.past import Past
from services.kernel.refusal import refused
from services.kernel.service import Service
from services.kernel.shapes import ID, TEXT, Shape
from services.kernel.tokens import Bearer, Signer
from services.kernel.told import Told
from services.registry.accounts import Accounts, Tried

SESSION = timedelta(hours=8)
FIRST = timedelta(minutes=15)
"""How long somebody with a first password has to set another."""
UNSEEN = "insert into reads (actor, role, unit, what, purpose, allowed, code) values (%s, '-', '-', %s, null, %s, %s)"


SAMPLE = {"token": "eyJ…", "token_id": "t-0f3a9c2b7d4e6a18", "principal": "p-s1", "expires_at": 1795741464}
WORDS = {"type": "string", "minLength": 1, "maxLength": 1000}
BAD = ("not-json", "not-json-content-type", "bad-request", "field-missing", "bad-query")


def _object(**fields: Shape) -> Shape:
    return {"type": "object", "required": [*fields], "additionalProperties": False, "properties": fields}


TOLD = {
    "POST /sessions": Told(
        SAMPLE | {"must_change_password": False},
        ("sign-in-failed", "first-password-over", "sign-in-busy", "sign-in-elsewhere", *BAD),
        body=(_object(principal=ID, password=WORDS), {"principal": "p-s1", "password": "correct horse battery"}),
        statuses=("201",),
    ),
    "DELETE /sessions": Told({"revoked": "t-0f3a9c2b7d4e6a18"}, ("token-of-the-instance",)),
    "/password": Told(
        SAMPLE | {"must_change_password": False},
        ("sign-in-failed", "first-password-over", "sign-in-busy", "weak-password", "sign-in-elsewhere", *BAD),
        body=(_object(old=WORDS, new=WORDS), {"old": "first", "new": "correct horse battery"}),
    ),
    "/accounts": Told(
        {"principal": "p-s1", "password": "shown-this-once"},
        ("sign-in-busy", *BAD),
        body=(_object(principal=ID), {"principal": "p-s1"}),
        statuses=("201",),
    ),
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
        self.accounts = Accounts(service.ledger.pool, timedelta(days=service.settings.first_password_days))
        path = service.settings.token_signing_key_file
        self._signer = Signer.read(path) if path else None

    @property
    def signer(self) -> Signer:
        if self._signer is None:
            raise refused("sign-in-elsewhere")
        return self._signer

    async def with_password(self, principal: str, password: str, address: str, what: str = "sign_in") -> Tried:
        """Of a password that is good. Raises Refused `sign-in-failed` in the same words for what is wrong and for what is
        locked, `first-password-over`, `sign-in-busy`; each try is recorded, under the name of an account that there is."""
        tried = await self.accounts.attempt(principal, password, address)
        if tried.good:
            return tried
        code = "first-password-over" if tried.over else "sign-in-failed"
        if tried.known and not tried.locked:
            self.gate.tally.each(principal, what, code)
        else:
            self.gate.tally.note(principal if tried.known else "-", what, code)
        raise refused(code)

    async def session(self, principal: str, tried: Tried | None = None) -> dict[str, Any]:
        """`tried`: the password, where one opens it."""
        first = tried is not None and tried.first
        lasts = (FIRST if first else SESSION).total_seconds()
        token, bearer = self.signer.sign(principal, "first" if first else "session", lasts)
        await self.accounts.opened(principal, bearer.token_id, lasts, tried and tried.hash)
        await self.seen(principal, "sign_in", None)
        return self.told(token, bearer) | {"must_change_password": first}

    async def end_all(self, request: Asker, principal: str) -> None:
        """Every session and every token for a program that somebody has: whoever came to one by the old password is out."""
        by = query.actor(request, caller(request).bearer.principal)

        async def admitted(_: Fact, __: Sequence[Event]) -> Actor:
            return replace(by, role=caller(request).role)

        async def end(ids: Iterable[str]) -> None:
            for token_id in ids:
                await self.service.ledger.execute(RevokeToken(principal=principal, token_id=token_id), by, admit=admitted)
            self.gate.forget(principal)

        await end(await self.accounts.sessions(principal))  # first: a token that one of them makes now is not handed out any more
        past = Past(await self.gate.facts(principal))
        await end(t["token_id"] for t in listed(past, today(self.service.clock)) if t["state"] == "good")

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
        said = await body_of(request, principal=str, password=str)
        query.identifier("principal", said["principal"])
        tried = await signing.with_password(said["principal"], said["password"], address_of(request))
        return json_of(await signing.session(said["principal"], tried), 201)

    @delete("/sessions", status_code=200, summary="Sign out: the token shown is good for nothing any more")
    async def sign_out(request: Asker) -> Response[bytes]:
        bearer = caller(request).bearer
        if bearer.kind == "instance":
            raise refused("token-of-the-instance")
        await signing.record(request, RevokeToken(principal=bearer.principal, token_id=bearer.token_id))
        return json_of({"revoked": bearer.token_id})

    @post("/password", status_code=200, summary="Set a password of one's own; every new session needs it")
    async def password(request: Asker) -> Response[bytes]:
        said = await body_of(request, old=str, new=str)
        principal = caller(request).bearer.principal
        tried = await signing.with_password(principal, said["old"], address_of(request), "password")
        changed = await signing.accounts.change(principal, said["old"], said["new"], tried.hash)
        await signing.end_all(request, principal)
        await signing.seen(principal, "password", None)
        return json_of(await signing.session(principal, tried._replace(first=False, hash=changed)))

    @post("/accounts", status_code=201, summary="Make a local account, or give it a new first password, shown this once")
    async def account(request: Asker) -> Response[bytes]:
        said = await body_of(request, principal=str)
        query.identifier("principal", said["principal"])
        await gate.may(request, "manage_subscribers", act=True)
        first = await signing.accounts.give(said["principal"])
        gate.forget(said["principal"])
        await signing.end_all(request, said["principal"])
        await signing.seen(said["principal"], "account", None)
        await gate.record_act(request, "account", said["principal"])
        return json_of({"principal": said["principal"], "password": first}, 201)

    return [sign_in, sign_out, password, account]


async def body_of(request: Asker, **fields: Any) -> dict[str, Any]:
    """A small JSON object with these fields and no others. What is in it is said nowhere."""
    try:
        said = orjson.loads(await query.of_json(request))
    except orjson.JSONDecodeError:
        raise refused("not-json") from None
    if not isinstance(said, dict) or set(said) - set(fields):
        raise refused("bad-request")
    for name, kind in fields.items():
        if not isinstance(said.get(name), kind) or (isinstance(said.get(name), str) and not 0 < len(said[name]) <= 1000):
            raise refused("field-missing", name)
    return said


def address_of(request: Asker) -> str:
    """Whence somebody asks, as the server knows it (behind a proxy that it believes: FORWARDED_ALLOW_IPS)."""
    return request.client.host if request.client else "-"


def listed(past: Past, on: date) -> list[dict[str, Any]]:
    """The tokens that were made for programs of somebody."""
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


def json_of(body: Any, status: int = 200) -> Response[bytes]:
    return Response(orjson.dumps(body), status_code=status, media_type="application/json", headers={"Cache-Control": "no-store"})
