"""Local accounts: a principal and the argon2 hash of a password. Where an OpenID provider says who somebody is, nobody needs one.

Nothing here tells whether there is an account: what is wrong about a sign-in, and how long finding out takes, is the same."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from typing import Any, NamedTuple

import psycopg
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from psycopg_pool import AsyncConnectionPool

from services.kernel.refusal import refused

DDL = """
create table if not exists accounts (principal text collate "C" primary key, hash text not null, first bool not null,
  failures int not null default 0, locked_until timestamptz, changed_at timestamptz not null default clock_timestamp());
"""
TRIES = 5
LOCKED = timedelta(minutes=15)
"""After so many wrong passwords in a row, for so long."""
SHORTEST, LONGEST = 10, 200
"""Characters of a password of one's own."""

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


class Account(NamedTuple):
    principal: str
    hash: str
    first: bool
    locked: bool


class Accounts:
    def __init__(self, pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]) -> None:
        self.pool = pool

    async def give(self, principal: str) -> str:
        """Makes an account, or gives it a new first password, which has to be changed; returns that password."""
        password = secrets.token_urlsafe(12)
        hashed = await asyncio.to_thread(_hasher.hash, password)
        async with self.pool.connection() as c:
            await c.execute(
                "insert into accounts (principal, hash, first) values (%s, %s, true) on conflict (principal) do update "
                "set hash = excluded.hash, first = true, failures = 0, locked_until = null, changed_at = clock_timestamp()",
                (principal, hashed),
            )
        return password

    async def sign_in(self, principal: str, password: str) -> bool:
        """Whether the password still has to be changed. Raises Refused `sign-in-failed`: there is no such account, or the password
        is wrong, or it was wrong too often."""
        found = await self._account(principal)
        if not await asyncio.to_thread(_is, found.hash if found else _NOBODY, password) or found is None or found.locked:
            if found is not None and not found.locked:
                await self._failed(principal)
            raise refused("sign-in-failed")
        async with self.pool.connection() as c:  # many tries at once: those that came after the last one that counts are too late
            good = (
                "update accounts set failures = 0, locked_until = null where principal = %s and hash = %s "
                "and coalesce(locked_until <= clock_timestamp(), true)"
            )
            if (await c.execute(good, (principal, found.hash))).rowcount != 1:
                raise refused("sign-in-failed")
        return found.first

    async def change(self, principal: str, old: str, new: str) -> None:
        """Raises Refused `sign-in-failed` for a wrong old password, `weak-password` for a new one that will not do."""
        await self.sign_in(principal, old)
        if not SHORTEST <= len(new) <= LONGEST or new == old or principal.lower() in new.lower() or len(set(new)) < 4:
            raise refused("weak-password", "new")
        hashed = await asyncio.to_thread(_hasher.hash, new)
        async with self.pool.connection() as c:
            await c.execute(
                "update accounts set hash = %s, first = false, changed_at = clock_timestamp() where principal = %s", (hashed, principal)
            )

    async def _account(self, principal: str) -> Account | None:
        query = "select principal, hash, first, coalesce(locked_until > clock_timestamp(), false) from accounts where principal = %s"
        async with self.pool.connection() as c:
            row = await (await c.execute(query, (principal,))).fetchone()
        return Account(*row) if row else None

    async def _failed(self, principal: str) -> None:
        async with self.pool.connection() as c:
            await c.execute(
                "update accounts set failures = (failures + 1) %% %s, locked_until = case when failures + 1 >= %s "
                "then clock_timestamp() + %s end where principal = %s",
                (TRIES, TRIES, LOCKED, principal),
            )


def _is(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except VerifyMismatchError:
        return False
