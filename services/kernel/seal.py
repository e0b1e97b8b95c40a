"""Personal fields: AES-256-GCM under one data key per (owner, class), the owner being a cadre or a unit.

The event names only the SHA-256 of the ciphertext. Data keys are wrapped by a key-encryption key and live in a database of
their own; destroying a row of `keys` erases what it sealed, for ever, and changes no event."""

from __future__ import annotations

import hmac
import os
import time
from base64 import b64decode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg_pool import ConnectionPool
from psycopg_pool.base import AttemptWithBackoff

DDL = """create table if not exists keys (owner text, class text, kek text, wrapped bytea, erased_at timestamptz,
  primary key (owner, class), check ((wrapped is null) = (erased_at is not null)))"""
NONCE = 12
AttemptWithBackoff.DELAY_BACKOFF = 1.0
PATIENCE = 5
"""Seconds that a request waits for a connection: a machine that was busy for a moment turns nobody away."""
FOR_EVER = float("inf")
"""Pools try again every second and never give up: a database that is back is used within a second, however long it was away. (By
default each pause is twice the one before; and a pool that gave up was seen to hand out nothing any more.)"""


class Erased(Exception):
    """The key was destroyed: nothing can be read, and nothing new can be sealed."""


def read_keks(path: Path) -> dict[str, bytes]:
    """Key-encryption keys by name, the current one last: lines of `name:base64 of 32 bytes`."""
    keks: dict[str, bytes] = {}
    for n, line in enumerate(path.read_text(encoding="ascii").split(), 1):
        name, _, key = line.partition(":")
        raw = b64decode(key, validate=True)
        if not name or len(raw) != 32:
            raise ValueError(f"{path.name}, line {n}: expected name:base64 of 32 bytes")
        keks[name] = raw
    if not keks:
        raise ValueError(f"{path.name} holds no key")
    return keks


class DataKey(NamedTuple):
    aead: AESGCM
    mac: bytes


class Cell(NamedTuple):
    """A ciphertext and what it is bound to."""

    event_id: str
    owner: str
    key_class: str
    sealed: bytes


class Vault:
    """A destroyed key is forgotten by every process within `ttl` seconds; until then it can still read."""

    def __init__(self, dsn: str, keks: Mapping[str, bytes], ttl: float = 30) -> None:
        self._pool = ConnectionPool[psycopg.Connection[Any]](
            dsn,
            min_size=0,
            max_size=4,
            kwargs={"autocommit": True, "options": "-c statement_timeout=5000"},
            timeout=PATIENCE,
            reconnect_timeout=FOR_EVER,
            check=ConnectionPool.check_connection,
            open=True,
        )
        self._ttl, self._current = ttl, list(keks)[-1]
        self._keks = {name: AESGCM(key) for name, key in keks.items()}
        self._cache: dict[tuple[str, str], tuple[float, DataKey]] = {}

    def seal(self, event_id: str, owner: str, key_class: str, fields: Mapping[str, Any]) -> bytes:
        """The bytes to store beside the event; their SHA-256 goes into it. They open only for this event, owner and class."""
        return self.seal_bytes(event_id, owner, key_class, orjson.dumps(fields, option=orjson.OPT_SORT_KEYS))

    def seal_bytes(self, name: str, owner: str, key_class: str, text: bytes) -> bytes:
        """The same for what is no set of fields: `name` is whatever the bytes are known by."""
        nonce = os.urandom(NONCE)
        return nonce + self._key(owner, key_class, create=True).aead.encrypt(nonce, text, _bound(name, owner, key_class))

    def open(self, event_id: str, owner: str, key_class: str, sealed: bytes) -> dict[str, Any]:
        """Raises Erased, or InvalidTag where a ciphertext was moved to another event, owner or class."""
        key = self._key(owner, key_class, create=False)
        return self._opened(Cell(event_id, owner, key_class, sealed), key.aead) or {}

    def open_bytes(self, name: str, owner: str, key_class: str, sealed: bytes) -> bytes:
        """Raises Erased, or InvalidTag where a ciphertext was moved to another name, owner or class."""
        bound = _bound(name, owner, key_class)
        return self._key(owner, key_class, create=False).aead.decrypt(sealed[:NONCE], sealed[NONCE:], bound)

    @staticmethod
    def _opened(cell: Cell, key: AESGCM | None) -> dict[str, Any] | None:
        if key is None:
            return None
        bound = _bound(cell.event_id, cell.owner, cell.key_class)
        fields: dict[str, Any] = orjson.loads(key.decrypt(cell.sealed[:NONCE], cell.sealed[NONCE:], bound))
        return fields

    def open_all(self, cells: Sequence[Cell]) -> list[dict[str, Any] | None]:
        """Many at once, in one round trip and without keeping a key; None where it was erased."""
        wanted = sorted({(c.owner, c.key_class) for c in cells})
        if not wanted:
            return []
        known = "select owner, class, kek, wrapped from keys join unnest(%s::text[], %s::text[]) u(o, c) on owner = o and class = c"
        with self._pool.connection() as c:
            rows = c.execute(known, ([o for o, _ in wanted], [k for _, k in wanted])).fetchall()
        keys = {(owner, kind): AESGCM(self._unwrapped(owner, kind, kek, wrapped)) for owner, kind, kek, wrapped in rows if wrapped}
        return [self._opened(cell, keys.get((cell.owner, cell.key_class))) for cell in cells]

    def erased(self, key_class: str) -> list[str]:
        """The owners whose key of this class was destroyed."""
        with self._pool.connection() as c:
            return [owner for (owner,) in c.execute("select owner from keys where class = %s and erased_at is not null", (key_class,))]

    def digest(self, owner: str, key_class: str, text: bytes) -> bytes:
        """Tells whether a text with personal data is the same as before, to nobody who has not the key; gone when it is destroyed."""
        return hmac.digest(self._key(owner, key_class, create=True).mac, text, "sha256")

    def is_cached(self, owner: str, key_class: str) -> bool:
        """Whether sealing will need no database: then it takes microseconds."""
        return self._cache.get((owner, key_class), (0.0, None))[0] >= time.monotonic()

    def erase(self, owner: str, key_class: str) -> None:
        """Leaves a tombstone, so that no process makes the key anew."""
        with self._pool.connection() as c:
            c.execute(
                "insert into keys values (%s, %s, null, null, now()) on conflict (owner, class) do update "
                "set wrapped = null, kek = null, erased_at = coalesce(keys.erased_at, now())",
                (owner, key_class),
            )
        self._cache.pop((owner, key_class), None)

    def close(self) -> None:
        self._pool.close()

    def _key(self, owner: str, key_class: str, create: bool) -> DataKey:
        until, key = self._cache.get((owner, key_class), (0.0, None))
        if key is None or until < time.monotonic():
            key = self._load(owner, key_class, create)
            self._cache[owner, key_class] = time.monotonic() + self._ttl, key
        return key

    def _load(self, owner: str, key_class: str, create: bool) -> DataKey:
        bound = _owned(owner, key_class)
        known = "select kek, wrapped from keys where owner = %s and class = %s"
        with self._pool.connection() as c:
            if create:
                nonce = os.urandom(NONCE)
                fresh = nonce + self._keks[self._current].encrypt(nonce, AESGCM.generate_key(256), bound)
                made = "insert into keys values (%s, %s, %s, %s) on conflict do nothing returning kek, wrapped"
                row = (
                    c.execute(made, (owner, key_class, self._current, fresh)).fetchone() or c.execute(known, (owner, key_class)).fetchone()
                )
            else:
                row = c.execute(known, (owner, key_class)).fetchone()
        if row is None or row[1] is None:
            raise Erased(f"{owner} {key_class}")
        raw = self._unwrapped(owner, key_class, row[0], row[1])
        return DataKey(AESGCM(raw), hmac.digest(raw, b"digest of a command", "sha256"))

    def _unwrapped(self, owner: str, key_class: str, kek: str, wrapped: bytes) -> bytes:
        return self._keks[kek].decrypt(wrapped[:NONCE], wrapped[NONCE:], _owned(owner, key_class))


def _owned(owner: str, key_class: str) -> bytes:
    """A wrapped key moved to another owner does not open."""
    return f"{owner}|{key_class}".encode()


def _bound(event_id: str, owner: str, key_class: str) -> bytes:
    return f"{event_id}|{owner}|{key_class}".encode()
