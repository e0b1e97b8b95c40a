"""Local accounts: a principal and the hash of a password. Where an OpenID provider says who somebody is, nobody needs one.

Nothing here tells whether there is an account: what is asked of the database, how long it takes and what is said is the same."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, NamedTuple

import psycopg
from psycopg_pool import AsyncConnectionPool

from services.kernel.refusal import refused
from services.registry.hashing import Hashing

DDL = """
create table if not exists accounts (principal text collate "C" primary key, hash text not null, first bool not null,
  changed_at timestamptz not null default clock_timestamp());
-- Wrong passwords in a row, by a digest of account and address: what was typed as a name may be anything.
create table if not exists tries (who bytea primary key, failures int not null, until timestamptz not null, at timestamptz not null);
create index if not exists tries_at on tries (at);
create table if not exists sessions (token_id text collate "C" primary key, principal text collate "C" not null, until timestamptz not null);
create index if not exists sessions_principal on sessions (principal);
"""
TRIES = 5
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(minutes=15)
"""After so many wrong passwords in a row an account is locked for an address, for a minute, and with each further one for twice as
long. From elsewhere it opens: nobody locks somebody else out."""
FORGOTTEN = timedelta(hours=1)
"""After the last wrong password."""
SHORTEST, LONGEST = 10, 200
"""Characters of a password of one's own."""
ACCOUNT = """select hash, coalesce(first, false), coalesce(first and changed_at < clock_timestamp() - %s, false),
  coalesce((select until > clock_timestamp() from tries where who = %s), false)
  from (values (1)) one left join accounts on principal = %s"""
FAILED = """insert into tries as t (who, failures, until, at) values (%s, 1, clock_timestamp(), clock_timestamp())
  on conflict (who) do update set at = clock_timestamp(), failures = case when t.at < clock_timestamp() - %s then 1 else t.failures + 1 end,
    until = case when t.at >= clock_timestamp() - %s and t.failures + 1 >= %s
      then clock_timestamp() + least(%s, %s * power(2, least(t.failures + 1 - %s, 10))) else clock_timestamp() end"""
GOOD = "delete from tries where who = %s and until <= clock_timestamp()"
OPENED = """insert into sessions (token_id, principal, until)
  select %s, %s, clock_timestamp() + %s from accounts where principal = %s and hash = %s for share"""
STILL = "select exists (select from tries where who = %s), exists (select from accounts where principal = %s and hash = %s)"


class Tried(NamedTuple):
    """`known`: whether there is such an account, which is for the record alone. `first`: the password has to be changed; `over`: it is
    right, and should have been changed in time. `hash`: with which it was found good."""

    good: bool
    known: bool
    locked: bool
    first: bool
    over: bool = False
    hash: str | None = None


class Accounts:
    """`first_lasts`: how long a first password is good."""

    def __init__(self, pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]], first_lasts: timedelta) -> None:
        self.pool, self.first_lasts, self.hashing = pool, first_lasts, Hashing()

    async def give(self, principal: str) -> str:
        """Makes an account, or gives it a new first password, which has to be changed; returns that password."""
        password = secrets.token_urlsafe(12)
        hashed = await self.hashing.hash(password)
        async with self.pool.connection() as c:
            await c.execute(
                "insert into accounts (principal, hash, first) values (%s, %s, true) on conflict (principal) do update "
                "set hash = excluded.hash, first = true, changed_at = clock_timestamp()",
                (principal, hashed),
            )
        return password

    async def attempt(self, principal: str, password: str, address: str) -> Tried:
        """Raises Refused `sign-in-busy`."""
        who = hashlib.sha256(f"{principal}\n{address}".encode()).digest()
        async with self.pool.connection() as c:
            row = await (await c.execute(ACCOUNT, (self.first_lasts, who, principal), prepare=True)).fetchone()
        assert row
        hashed, first, over, locked = row
        tried = Tried(False, hashed is not None, locked, first)
        if locked:
            return tried
        if not await self.hashing.is_of(hashed, password):
            async with self.pool.connection() as c:
                await c.execute(FAILED, (who, FORGOTTEN, FORGOTTEN, TRIES, LONGEST_LOCK, FIRST_LOCK, TRIES), prepare=True)
                await c.execute("delete from tries where at < clock_timestamp() - %s", (FORGOTTEN,), prepare=True)
            return tried
        async with self.pool.connection() as c:  # many tries at once: those that came after the last one that counts are too late
            await c.execute(GOOD, (who,), prepare=True)
            (shut, same) = await (await c.execute(STILL, (who, principal, hashed), prepare=True)).fetchone() or (True, False)
        good = same and not shut
        return tried._replace(good=good and not over, locked=shut, over=good and over, hash=hashed)

    async def change(self, principal: str, old: str, new: str, found: str | None) -> str:
        """Of somebody whose old password was found good by its hash `found`; the new hash. Raises Refused `weak-password` for a new one
        that will not do, and `sign-in-failed` where the old one was changed meanwhile: what an operator gives anew stays."""
        if not SHORTEST <= len(new) <= LONGEST or new == old or principal.lower() in new.lower() or len(set(new)) < 4:
            raise refused("weak-password", "new")
        hashed = await self.hashing.hash(new)
        async with self.pool.connection() as c:
            changed = await c.execute(
                "update accounts set hash = %s, first = false, changed_at = clock_timestamp() where principal = %s and hash = %s",
                (hashed, principal, found),
            )
        if changed.rowcount != 1:
            raise refused("sign-in-failed")
        return hashed

    async def opened(self, principal: str, token_id: str, seconds: float, hashed: str | None = None) -> None:
        """Remembers a session as long as it may last, so that it can be ended. `hashed`: of the password that opened it. Raises Refused
        `sign-in-failed` where that was changed meanwhile."""
        async with self.pool.connection() as c:
            await c.execute("delete from sessions where until < clock_timestamp()")
            said = (token_id, principal, timedelta(seconds=seconds))
            if hashed is None:
                await c.execute("insert into sessions (token_id, principal, until) values (%s, %s, clock_timestamp() + %s)", said)
            elif (await c.execute(OPENED, (*said, principal, hashed))).rowcount != 1:
                raise refused("sign-in-failed")

    async def sessions(self, principal: str) -> list[str]:
        """Those that have not run out."""
        async with self.pool.connection() as c:
            query = "select token_id from sessions where principal = %s and until > clock_timestamp()"
            return [row[0] for row in await (await c.execute(query, (principal,))).fetchall()]
