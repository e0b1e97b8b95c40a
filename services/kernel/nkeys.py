"""What NATS calls an nkey (Ed25519, named in base 32) and a JWT of its own kind, as far as the registry needs them to say who may connect
to the bus."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import crc_hqx
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ACCOUNT = 0
"""First byte of the name of an account's key."""
HEADER = b'{"typ":"JWT","alg":"ed25519-nkey"}'


class Issuer:
    """The account in whose name users are let in. Its key is derived from the one that signs tokens: whoever may say who somebody is may
    say what they hear, and there is one secret to keep."""

    def __init__(self, token_seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(hmac.digest(token_seed, b"taizhang bus", hashlib.sha256))
        self.name = _named(self._key.public_key().public_bytes_raw())

    def sign(self, claims: Mapping[str, Any]) -> str:
        said = {"iss": self.name, "jti": secrets.token_hex(16), **claims}
        text = f"{_text(HEADER)}.{_text(orjson.dumps(said))}"
        return f"{text}.{_text(self._key.sign(text.encode()))}"


def claims(token: bytes) -> Any:
    """What a token of the server says; who sent it is for the permissions of the bus. Raises ValueError."""
    _, body, _ = token.split(b".")
    return orjson.loads(urlsafe_b64decode(body + b"=" * (-len(body) % 4)))


def _named(public: bytes) -> str:
    raw = bytes([ACCOUNT]) + public
    return b32encode(raw + crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
