"""Signing in with an OpenID provider: the code flow with PKCE, a state and a nonce that are good once. What the provider says is who
somebody is; what they may do are our facts."""

from __future__ import annotations

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
from services.kernel.caller import Gate
from services.kernel.refusal import Refused, refused
from services.kernel.service import Service
from services.kernel.settings import Settings
from services.registry.signing_in import SigningIn

DDL = """
create table if not exists oidc_states (state text primary key, verifier text not null, nonce text not null,
  at timestamptz not null default clock_timestamp());
"""
PATIENCE = 10.0
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA", "Ed25519"]
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
            if str(found.get("issuer", "")).rstrip("/") != self.settings.oidc_issuer.rstrip("/"):
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
        except httpx.HTTPError:
            raise refused("provider-unavailable") from None
        except ValueError:
            told = {}
        if answer.status_code != 200 or not isinstance(told, dict) or not isinstance(told.get("id_token"), str):
            raise refused("sign-in-failed")
        return str(told["id_token"])

    async def principal(self, id_token: str, nonce: str) -> str:
        """Whom a token names that was made by the provider, for us, for this very sign-in. Raises Refused."""
        claims = await self._claims(id_token)
        audience = claims.get("aud")
        named, now = claims.get(self.settings.oidc_claim), time.time()
        good = (
            str(claims.get("iss", "")).rstrip("/") == self.settings.oidc_issuer.rstrip("/")
            and self.settings.oidc_client_id in (audience if isinstance(audience, list) else [audience])
            and claims.get("nonce") == nonce
            and isinstance(claims.get("exp"), int | float)
            and claims["exp"] > now - LEEWAY
            and claims.get("iat", now) < now + LEEWAY
        )
        if not good or not isinstance(named, str) or not query.ID.fullmatch(named):
            raise refused("sign-in-failed")
        return named

    async def _claims(self, id_token: str) -> dict[str, Any]:
        for fresh in (False, True):
            if self._keys is None or fresh:
                self._keys = KeySet.import_key_set(await self._get((await self.described())["jwks_uri"]))  # type: ignore[arg-type]
            try:
                return dict(jwt.decode(id_token, self._keys, algorithms=ALGORITHMS).claims)
            except (JoseError, ValueError):
                continue
        raise refused("sign-in-failed")

    async def _get(self, address: str) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as http:
                answer = await http.get(address)
                answer.raise_for_status()
                found = orjson.loads(answer.content)
        except (httpx.HTTPError, ValueError):
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
    async def login() -> Response[bytes]:
        verifier, nonce, state = generate_token(64), generate_token(32), generate_token(32)
        where = await provider.address(state, nonce, verifier)
        async with service.ledger.pool.connection() as c:
            await c.execute("delete from oidc_states where at < clock_timestamp() - interval '15 minutes'")
            await c.execute("insert into oidc_states (state, verifier, nonce) values (%s, %s, %s)", (state, verifier, nonce))
        return Response(b"", status_code=302, headers={"Location": where, "Cache-Control": "no-store"})

    @get("/oidc/callback", summary="Where the provider sends somebody back to; answers with a token")
    async def callback(
        code: FromQuery[str | None] = None,
        told: Annotated[str | None, QueryParameter(name="state")] = None,
        error: FromQuery[str | None] = None,
        iss: FromQuery[str | None] = None,
        session_state: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        async with service.ledger.pool.connection() as c:
            taken = "delete from oidc_states where state = %s and at > clock_timestamp() - interval '15 minutes' returning verifier, nonce"
            row = await (await c.execute(taken, (told or "",))).fetchone()
        if row is None or not code or error:
            await signing.seen("-", "sign_in", "sign-in-failed")
            raise refused("sign-in-failed")
        try:
            principal = await provider.principal(await provider.id_token(code, row[0]), row[1])
        except Refused as refusal:
            await signing.seen("-", "sign_in", refusal.code)
            raise
        body = orjson.dumps(await signing.session(principal))
        return Response(body, status_code=200, media_type="application/json", headers={"Cache-Control": "no-store"})

    return [login, callback]
