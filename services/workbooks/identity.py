"""Ids that follow from what a row says and where it stands: the same workbook names the same things when it comes again.

A cadre's id must tell nothing about the cadre, and a plain hash of a name is undone by trying names. It is therefore keyed
by the workbook itself, which nobody has who sees only events: the key cannot be had from the SHA-256 that an import
publishes, because it is the hash of something else. A person who is registered already keeps their id, whichever workbook
names them next (`known.py`).
"""

from __future__ import annotations

import hashlib
import hmac

import orjson


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def id_key(data: bytes) -> bytes:
    return hashlib.sha256(b"taizhang: key of the ids of a workbook\x00" + data).digest()


def digest_of(*parts: object) -> str:
    """SHA-256 of values, unambiguous about where one ends."""
    return hashlib.sha256(orjson.dumps(parts, default=str)).hexdigest()


def cadre_id(key: bytes, unit_id: str, name: str, distinguishing: str) -> str:
    """`distinguishing` tells two people of one name in one unit apart: birth as written, or the identity number."""
    return "c-" + hmac.new(key, orjson.dumps([unit_id, name, distinguishing]), hashlib.sha256).hexdigest()[:16]


def derived(kind: str, *parts: object) -> str:
    """An id of something that is no person."""
    return f"{kind}-{digest_of(kind, *parts)[:20]}"
