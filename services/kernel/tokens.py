"""Signed tokens (JWT, Ed25519): who somebody is, until when. Services check them with the public key alone; what somebody may do is
asked of the facts each time, so that a role that ends, ends at once."""

from __future__ import annotations

import secrets
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from contracts.access import BEGINNING, ROLES, Grant
from services.kernel.refusal import refused
from services.kernel.seal import read_keks

ALGORITHM = "Ed25519"
ISSUER = "taizhang"
KEPT = 10_000
"""Tokens whose signature was found good are remembered, so many at most."""

Kind = Literal["session", "api", "first", "instance"]
"""`first`: may only set a password of one's own. `instance`: made with the instance's own key for programs on its machine; it carries
its roles, since no fact grants them."""


class Bearer(NamedTuple):
    principal: str
    token_id: str
    kind: Kind
    grants: tuple[Grant, ...] = ()
    """Of an instance token only; everybody else's are facts."""
    expires_at: int | None = None


class Signer:
    """Has the private key: the registry, and whoever keeps the instance."""

    def __init__(self, name: str, seed: bytes) -> None:
        private = Ed25519PrivateKey.from_private_bytes(seed)
        self.name, self.seed, self.public = name, seed, private.public_key().public_bytes_raw()
        self._key = OKPKey.import_key({**_jwk(self.public), "d": _text(seed)}, {"kid": name})

    @classmethod
    def read(cls, path: Path) -> Signer:
        """The last line of `name:base64 of 32 bytes`."""
        name, seed = list(read_keks(path).items())[-1]
        return cls(name, seed)

    def sign(self, principal: str, kind: Kind, seconds: float | None, roles: Sequence[str] = ()) -> tuple[str, Bearer]:
        """`roles` of an instance token: `section`, or `branch:U01`, `cadre:C0001`; `*` for any unit or cadre."""
        now = int(time.time())
        claims: dict[str, Any] = {"iss": ISSUER, "sub": principal, "jti": f"t-{secrets.token_hex(8)}", "iat": now, "kind": kind}
        if seconds is not None:
            claims["exp"] = now + int(seconds)
        if kind == "instance":
            claims["roles"] = list(roles)
        token = jwt.encode({"alg": ALGORITHM, "kid": self.name}, claims, self._key, algorithms=[ALGORITHM])
        return token, _bearer(claims)


class Verifier:
    """Has the public keys, by name."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = KeySet([OKPKey.import_key(_jwk(public), {"kid": name}) for name, public in keys.items()])
        self._known: dict[str, Bearer] = {}

    @classmethod
    def read(cls, path: Path) -> Verifier:
        return cls(read_keks(path))

    def verify(self, token: str) -> Bearer:
        """Raises Refused `unauthenticated` for what was not signed here, `token-expired` for what is over."""
        found = self._known.get(token)
        if found is None:
            found = self._check(token)
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[token] = found
        if found.expires_at is not None and found.expires_at <= time.time():
            raise refused("token-expired")
        return found

    def _check(self, token: str) -> Bearer:
        if len(token) > 4096:
            raise refused("unauthenticated")
        try:
            claims = jwt.decode(token, self._keys, algorithms=[ALGORITHM]).claims
            if claims["iss"] != ISSUER:
                raise refused("unauthenticated")
            return _bearer(claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise refused("unauthenticated") from None


def _bearer(claims: Mapping[str, Any]) -> Bearer:
    kind, expires = claims["kind"], claims.get("exp")
    if kind != "instance" and not isinstance(expires, int):
        raise ValueError("a token of a person ends some day")
    return Bearer(str(claims["sub"]), str(claims["jti"]), kind, tuple(map(_grant, claims.get("roles", ()))), expires)


def _grant(text: str) -> Grant:
    role, _, whose = text.partition(":")
    if role not in (*ROLES, BEGINNING):
        raise ValueError("no such role")
    if not whose:
        return Grant(role)
    return Grant(role, cadre_id=whose) if role in ("cadre", "medical_reviewer") else Grant(role, unit_id=whose)


def fresh_key(name: str) -> tuple[str, str]:
    """A line for the file of the private key, and one for that of the public keys."""
    seed = secrets.token_bytes(32)
    return f"{name}:{b64encode(seed).decode()}\n", f"{name}:{b64encode(Signer(name, seed).public).decode()}\n"


def _jwk(public: bytes) -> dict[str, Any]:
    return {"kty": "OKP", "crv": "Ed25519", "x": _text(public)}


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
