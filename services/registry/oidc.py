"""Signing in with an OpenID provider: the code flow with PKCE, a state and a nonce that are good once and in the browser that began. What the
provider says is who somebody is; what they may do are our facts. Whatever it says wrongly is a refusal, never a failure of ours."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import orjson
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from litestar import Response, get
from litestar.params import FromQuery, QueryParameter

from services.kernel import query
from services.kernel.caller import Asker, Gate
from services.kernel.refusal import Refused, refused
from services.kernel.service import Service
from services.kernel.settings import Settings
from services.registry.signing_in import SigningIn

DDL = """
create table if not exists oidc_states (state text primary key, verifier text not null, nonce text not null,
  at timestamptz not null default clock_timestamp());
alter table oidc_states add column if not exists browser text not null default '';
"""
PATIENCE = 10.0
TOKEN = re.compile(r"[A-Za-z0-9]{32}")
WRONG = (ValueError, KeyError, TypeError, AttributeError)
"""What is raised by the library for keys and tokens that are none."""
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA", "Ed25519"]
COOKIE = "taizhang_oidc"
"""Ties a sign-in to the browser that began it: nobody is signed in by following somebody else's way back."""
BEGUN = 15 * 60
"""Seconds in which a sign-in has to be finished."""
LEEWAY = 60
"""Seconds by which the clocks of both may differ."""


class Provider:
    """Its description and keys are asked for when they are needed, and again when a key is not known."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._described: dict[str, Any] = {}
        self._keys: KeySet | None = None

    async def described(self) -> dict[str, Any]:
        if not self._described:
            address = self.settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = await self._get(address)
            parts = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
            if not all(isinstance(found.get(part), str) for part in parts):
                raise refused("provider-unavailable")
            if found["issuer"].rstrip("/") != self.settings.oidc_issuer.rstrip("/"):
                raise refused("provider-unavailable")
            self._described = found
        return self._described

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where somebody signs in."""
        said = {
            "response_type": "code", "scope": "openid", "client_id": self.settings.oidc_client_id, "state": state, "nonce": nonce,
            "redirect_uri": self.settings.oidc_redirect_uri, "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }  # fmt: skip
        return str(add_params_to_uri((await self.described())["authorization_endpoint"], list(said.items())))

    async def id_token(self, code: str, verifier: str) -> str:
        """What the provider gives for a code. Raises Refused where it gives nothing."""
        s, secret = self.settings, self.settings.oidc_client_secret.get_secret_value()
        said = {"grant_type": "authorization_code", "code": code, "redirect_uri": s.oidc_redirect_uri, "code_verifier": verifier}
        address = (await self.described())["token_endpoint"]
        try:
            async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as http:
                if secret:
                    auth = httpx.BasicAuth(quote(s.oidc_client_id, safe=""), quote(secret, safe=""))
                    answer = await http.post(address, data=said, auth=auth)
                else:
                    answer = await http.post(address, data=said | {"client_id": s.oidc_client_id})
                told = orjson.loads(answer.content)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise refused("provider-unavailable") from None
        except ValueError:
            told = {}
        if answer.status_code != 200 or not isinstance(told, dict) or not isinstance(told.get("id_token"), str):
            raise refused("sign-in-failed")
        return str(told["id_token"])

    async def principal(self, id_token: str, nonce: str) -> str:
        """Whom a token names that was made by the provider, for us, for this very sign-in. Raises Refused."""
        claims = await self._claims(id_token)
        audience, us = claims.get("aud"), self.settings.oidc_client_id
        several = isinstance(audience, list) and len(audience) > 1
        named, now = claims.get(self.settings.oidc_claim), time.time()
        ends, made = claims.get("exp"), claims.get("iat", now)
        good = (
            str(claims.get("iss", "")).rstrip("/") == self.settings.oidc_issuer.rstrip("/")
            and us in (audience if isinstance(audience, list) else [audience])
            and claims.get("azp", None if several else us) == us  # of several audiences it names for whom it was made
            and claims.get("nonce") == nonce
            and isinstance(ends, int | float)
            and isinstance(made, int | float)
            and ends > now - LEEWAY
            and made < now + LEEWAY
        )
        if not good or not isinstance(named, str) or not query.ID.fullmatch(named):
            raise refused("sign-in-failed")
        return named

    async def _claims(self, id_token: str) -> dict[str, Any]:
        for fresh in (False, True):
            if self._keys is None or fresh:
                told = await self._get((await self.described())["jwks_uri"])
                try:
                    self._keys = KeySet.import_key_set(told)  # type: ignore[arg-type]
                except (JoseError, *WRONG):
                    raise refused("provider-unavailable") from None
            try:
                return dict(jwt.decode(id_token, self._keys, algorithms=ALGORITHMS).claims)
            except (JoseError, *WRONG):
                continue
        raise refused("sign-in-failed")

    async def _get(self, address: str) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as http:
                answer = await http.get(address)
                answer.raise_for_status()
                found = orjson.loads(answer.content)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise refused("provider-unavailable") from None
        if not isinstance(found, dict):
            raise refused("provider-unavailable")
        return found


def handlers(service: Service, gate: Gate) -> Sequence[Any]:
    """None where no provider is set."""
    if not service.settings.oidc_issuer:
        return ()
    provider, signing = Provider(service.settings), SigningIn(service, gate)

    @get("/oidc/login", summary="Go to the OpenID provider to sign in")
    async def login(request: Asker) -> Response[bytes]:
        verifier, nonce, state = generate_token(64), generate_token(32), generate_token(32)
        browser = request.cookies.get(COOKIE, "")  # one that has begun elsewhere in this browser can still be finished
        if not TOKEN.fullmatch(browser):
            browser = generate_token(32)
        where = await provider.address(state, nonce, verifier)
        async with service.ledger.pool.connection() as c:
            await c.execute("delete from oidc_states where at < clock_timestamp() - make_interval(secs => %s)", (BEGUN,))
            begun = (state, verifier, nonce, _digest(browser))
            await c.execute("insert into oidc_states (state, verifier, nonce, browser) values (%s, %s, %s, %s)", begun)
        secure = "; Secure" if service.settings.oidc_redirect_uri.startswith("https:") else ""
        cookie = f"{COOKIE}={browser}; Path=/oidc; Max-Age={BEGUN}; HttpOnly; SameSite=Lax{secure}"
        return Response(b"", status_code=302, headers={"Location": where, "Cache-Control": "no-store", "Set-Cookie": cookie})

    @get("/oidc/callback", summary="Where the provider sends somebody back to; answers with a token")
    async def callback(
        request: Asker,
        code: FromQuery[str | None] = None,
        told: Annotated[str | None, QueryParameter(name="state")] = None,
        error: FromQuery[str | None] = None,
        iss: FromQuery[str | None] = None,
        session_state: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        async with service.ledger.pool.connection() as c:
            taken = """delete from oidc_states where state = %s and browser = %s and at > clock_timestamp() - make_interval(secs => %s)
              returning verifier, nonce"""
            row = await (await c.execute(taken, (told or "", _digest(request.cookies.get(COOKIE, "")), BEGUN))).fetchone()
        if row is None or not code or error:
            gate.tally.note("-", "sign_in", "sign-in-failed")
            raise refused("sign-in-failed")
        try:
            principal = await provider.principal(await provider.id_token(code, row[0]), row[1])
        except Refused as refusal:
            gate.tally.note("-", "sign_in", refusal.code)
            raise
        body = orjson.dumps(await signing.session(principal))
        return Response(body, status_code=200, media_type="application/json", headers={"Cache-Control": "no-store"})

    return [login, callback]


def _digest(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()
