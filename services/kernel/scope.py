"""Which rows of the database somebody sees: row-level security, set for one transaction, enforced by PostgreSQL whatever is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import psycopg
from psycopg.sql import SQL, Identifier, Literal
from psycopg_pool import AsyncConnectionPool

from contracts.access import ANYWHERE, Grant, subscribed, table
from contracts.message import facts

DDL = Path(__file__).with_name("scope.sql").read_text(encoding="utf-8")
GUARDED = {"log": "subject", "facts": "subject", "moves": "cadre", "answers": "cadre", "attachments": "cadre_id"}
"""Tables that a reader may read, by the column that says whom a row is about. Everything else is the service's own."""
EVERYBODYS = "policy_and_calendar"


class Scope(NamedTuple):
    """Without anything, nothing is seen. `hidden`: types of facts that this somebody may see of nobody."""

    on: date
    sees_all: bool = False
    units: frozenset[str] = frozenset()
    cadres: frozenset[str] = frozenset()
    hidden: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.sees_all or self.units or self.cadres)

    def text(self) -> str:
        said = {"on": self.on.isoformat(), "all": self.sees_all, "units": sorted(self.units), "cadres": sorted(self.cadres)}
        return orjson.dumps(said | {"hidden": self.hidden}).decode()


def scope(what: str, grants: Sequence[Grant], on: date) -> Scope:
    """Of a class of `reads`, for the grants held."""
    rules = table().reads[what]
    units, cadres, everything = set[str](), set[str](), False
    for grant in grants:
        reach = rules.get(grant.role, "").partition("+")[0]
        if not reach or (grant.role == "subscriber" and reach == "granted" and not subscribed(what, grant)):
            continue
        names_nobody = grant.unit_id is None and grant.cadre_id is None
        if (
            ANYWHERE in (grant.unit_id, grant.cadre_id)
            or (reach == "all" and names_nobody)
            or (grant.role == "subscriber" and names_nobody)
        ):
            everything = True
        if reach != "unit" and grant.cadre_id is not None:
            cadres.add(grant.cadre_id)
        elif reach != "own" and grant.unit_id is not None:
            units.add(grant.unit_id)
    return Scope(on, everything, frozenset(units), frozenset(cadres), _hidden(frozenset(g.role for g in grants)))


def _hidden(roles: frozenset[str]) -> tuple[str, ...]:
    known = table()
    shut = {what for what, rules in known.reads.items() if not roles & rules.keys()}
    return tuple(sorted(kind for kind, fact in facts().items() if known.classes[fact.event_name()] in shut))


@asynccontextmanager
async def reading(
    pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]], service: str, seen: Scope
) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A connection that reads as somebody who sees no more than this, until the block ends."""
    async with pool.connection() as conn, conn.transaction():
        setting = "select set_config('role', %b, true), set_config('taizhang.scope', %b, true)"
        await conn.execute(setting, (f"{service}_reader", seen.text()), prepare=True)
        yield conn


def guard(c: psycopg.Connection[Any], service: str) -> None:
    """Row-level security on every guarded table that is there. The service itself decides and derives: it sees every row."""
    everybodys = [kind for kind, fact in facts().items() if table().classes[fact.event_name()] == EVERYBODYS]
    for name, about in GUARDED.items():
        if c.execute("select to_regclass(%s)::text", (name,)).fetchone() == (None,):
            continue
        typed = name in ("log", "facts")
        by_type = SQL(" or type = any ({}))").format(Literal(everybodys)) if typed else SQL(")")
        shut = SQL(" and type <> all ((select hidden())::text[])") if typed else SQL("")
        sees = SQL("((select sees_all()) or {} = any ((select seen())::text[])").format(Identifier(about)) + by_type + shut
        on, names = Identifier(name), {"service": Identifier(service), "reader": Identifier(f"{service}_reader")}
        c.execute(SQL("alter table {} enable row level security").format(on))
        for policy in ("service", "reader"):
            c.execute(SQL("drop policy if exists {} on {}").format(Identifier(policy), on))
        c.execute(SQL("create policy service on {} to {service} using (true) with check (true)").format(on, **names))
        c.execute(SQL("create policy reader on {} for select to {reader} using ({})").format(on, sees, **names))
        c.execute(SQL("grant select on {} to {reader}").format(on, **names))
    c.execute(SQL("grant usage on schema public to {}").format(Identifier(f"{service}_reader")))
