"""Passwords and their argon2 hashes, worked out by threads of their own: whoever floods the sign-in waits for each other, not everybody."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.kernel.refusal import refused

THREADS = 2
"""Each needs a processor for some 50 ms and 64 MiB."""
WAITING = 32
"""Passwords that wait for a thread at most: a second or so."""

T = TypeVar("T")
_hasher = PasswordHasher()


@cache
def nobody() -> str:
    """What no password fits."""
    return _hasher.hash(secrets.token_urlsafe(16))


class Hashing:
    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._threads.submit(nobody)  # nobody waits for it at the start, nor at the first sign-in
        self._under_way = 0

    async def hash(self, password: str) -> str:
        """Raises Refused `sign-in-busy`."""
        return await self._work(lambda: _hasher.hash(password))

    async def is_of(self, hashed: str | None, password: str) -> bool:
        """Takes as long for an account that is not there. Raises Refused `sign-in-busy`."""
        good = await self._work(lambda: verify(hashed or nobody(), password))
        return good and hashed is not None

    async def _work(self, work: Callable[[], T]) -> T:
        if self._under_way >= THREADS + WAITING:
            raise refused("sign-in-busy")
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._under_way -= 1


def verify(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
