"""What a provider says wrongly: a refusal each time, never an error."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import SecretStr

from services.kernel.refusal import Refused
from services.registry.oidc import Provider

KEY = ECKey.generate_key("P-256", {"kid": "k1"})
KEYS = {"keys": [KEY.as_dict(private=False)]}
NOW = time.time()
CLAIMS = {"aud": "taizhang", "nonce": "n", "exp": NOW + 86_400, "iat": NOW, "sub": "P1"}


@contextmanager
def provider(**changed: Any) -> Iterator[Provider]:
    """`description`, `keys`, `answer`: what it says instead; text is sent as it is."""

    class Says(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            base = f"http://127.0.0.1:{server.server_port}"
            places = {"issuer": base, "authorization_endpoint": f"{base}/go", "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys"}
            said = {"/keys": changed.get("keys", KEYS), "/token": changed.get("answer")}.get(
                self.path, places | changed.get("description", {})
            )
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said.encode() if isinstance(said, str) else json.dumps(said).encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings: Any = SimpleNamespace(
        oidc_issuer=f"http://127.0.0.1:{server.server_port}", oidc_client_id="taizhang", oidc_client_secret=SecretStr(""), oidc_claim="sub",
        oidc_redirect_uri="http://127.0.0.1/oidc/callback",
    )  # fmt: skip
    try:
        yield Provider(settings)
    finally:
        server.shutdown()
        server.server_close()


def principal(claims: dict[str, Any], **changed: Any) -> str:
    with provider(**changed) as p:
        said = {"iss": p.settings.oidc_issuer} | CLAIMS | claims
        token = jwt.encode({"alg": "ES256", "kid": "k1"}, said, KEY)
        return asyncio.run(p.principal(changed.get("token", token), "n"))


@pytest.mark.parametrize("good", [{}, {"aud": ["taizhang"]}, {"aud": ["taizhang", "other"], "azp": "taizhang"}, {"azp": "taizhang"}])
def test_what_is_believed(good: dict[str, Any]) -> None:
    assert principal(good) == "P1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "other"}, {"aud": ["taizhang", "other"]}, {"aud": ["taizhang", "other"], "azp": "other"}, {"azp": "other"}, {"azp": 7},
        {"aud": None}, {"aud": {}}, {"iss": "http://127.0.0.1"}, {"iss": 7}, {"nonce": "m"}, {"exp": "soon"}, {"exp": None}, {"exp": NOW - 120},
        {"iat": "then"}, {"iat": None}, {"iat": []}, {"iat": NOW + 86_400}, {"sub": 7}, {"sub": "not an id"}, {"sub": None},
    ],
)  # fmt: skip
def test_a_token_that_says_something_else(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="sign-in-failed"):
        principal(wrong)


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "e30.e30.", "é.é.é", jwt.encode({"alg": "ES256"}, CLAIMS, ECKey.generate_key("P-256"))]
)
def test_a_token_that_is_none(token: str) -> None:
    with pytest.raises(Refused, match="sign-in-failed"):
        principal({}, token=token)


@pytest.mark.parametrize(
    "keys", [{}, {"keys": None}, {"keys": 7}, {"keys": ["k"]}, {"keys": [{}]}, {"keys": [{"kty": "EC", "crv": "P-256", "x": "!", "y": 1}]},
             {"keys": [{"kty": "none"}]}, [], "no JSON", {"keys": {"kty": "RSA"}}],
)  # fmt: skip
def test_keys_that_are_none(keys: Any) -> None:
    with pytest.raises(Refused, match=r"provider-unavailable|sign-in-failed"):
        principal({}, keys=keys)


@pytest.mark.parametrize(
    "description", [{"jwks_uri": None}, {"jwks_uri": 7}, {"jwks_uri": "http://127.0.0.1:port"}, {"issuer": None}, {"issuer": "x"}, {"token_endpoint": None},
                    {"authorization_endpoint": []}],
)  # fmt: skip
def test_a_description_that_is_none(description: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="provider-unavailable"):
        principal({}, description=description)


@pytest.mark.parametrize("answer", ["no JSON", "[]", "{}", '{"id_token": 7}', "null", '"x"'])
def test_an_answer_without_a_token(answer: str) -> None:
    with provider(answer=answer) as p, pytest.raises(Refused, match="sign-in-failed"):
        asyncio.run(p.id_token("code", "verifier"))
