"""The databases and roles of a service. Tables belong to a role that nobody logs in as; the service may read its log, and add to it
only through the functions that place a fact after the last. Safe to run again and from several processes at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier, Literal

from services.kernel import follow, log, scope, seal

LOCK = 0x7A68_0001
GRANTS = """
grant usage on schema public to {role};
revoke create on schema public from public;
grant select, insert, update, delete on all tables in schema public to {role};
revoke insert, update, delete, truncate on log, log_events, commands, head from {role};
revoke update, delete, truncate on reads from {role};
revoke insert, update, delete on moves, merges from {role};
revoke execute on function append, append_one, remember, reach from public;
grant execute on function append, append_one, remember, reach to {role};
"""


def migrate(admin_dsn: str, service: str, password: str | None, ddl: str = "") -> None:
    """Creates or completes the databases `<service>` and `<service>_keys`, owned by `<service>_owner`, and the login role
    `<service>` with this password (None leaves it as it is). `admin_dsn` may create roles and databases."""
    owner = f"{service}_owner"
    with _locked(admin_dsn) as c:
        _role(c, owner, SQL("nologin"))
        _role(c, service, SQL("login") if password is None else SQL("login password {}").format(Literal(password)))
        _role(c, f"{service}_reader", SQL("nologin"))
        c.execute(SQL("grant {} to {}").format(Identifier(f"{service}_reader"), Identifier(service)))
        for database in (service, f"{service}_keys"):
            if not c.execute("select 1 from pg_database where datname = %s", (database,)).fetchone():
                c.execute(SQL("create database {} owner {}").format(Identifier(database), Identifier(owner)))
                c.execute(SQL("revoke connect on database {} from public").format(Identifier(database)))
                c.execute(SQL("grant connect on database {} to {}").format(Identifier(database), Identifier(service)))
    for database, statements in ((service, (log.DDL, follow.DDL, scope.DDL, ddl)), (f"{service}_keys", (seal.DDL,))):
        with _locked(make_conninfo(admin_dsn, dbname=database)) as c, c.transaction():
            c.execute(SQL("set local role {}").format(Identifier(owner)))
            for statement in statements:
                if statement:
                    c.execute(statement.encode())
            grants = GRANTS if database == service else "grant select, insert, update on keys to {role};"
            c.execute(SQL(grants).format(role=Identifier(service)))
            if database == service:
                scope.guard(c, service)


@contextmanager
def _locked(dsn: str) -> Iterator[psycopg.Connection[Any]]:
    """`create … if not exists` is not safe against itself."""
    with psycopg.connect(dsn, autocommit=True) as c:
        c.execute("select pg_advisory_lock(%s)", (LOCK,))
        c.execute("set client_min_messages = warning")
        yield c


def _role(c: psycopg.Connection[Any], name: str, options: SQL | Any) -> None:
    verb = SQL("alter") if c.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone() else SQL("create")
    c.execute(SQL("{} role {} {}").format(verb, Identifier(name), options))


def main(service: str, ddl: str) -> None:
    """`taizhang migrate SERVICE`: TAIZHANG_ADMIN_DSN, and TAIZHANG_PASSWORD for the login role; either also as a file, `…_FILE`."""
    admin = _told("TAIZHANG_ADMIN_DSN")
    if not admin:
        print("TAIZHANG_ADMIN_DSN is not set: name a database account that may create roles and databases.", file=sys.stderr)
        print("未设置 TAIZHANG_ADMIN_DSN：请给出可以创建角色和数据库的数据库账号。", file=sys.stderr)
        raise SystemExit(2)
    try:
        migrate(admin, service, _told("TAIZHANG_PASSWORD"), ddl)
    except psycopg.OperationalError as error:
        print(
            f"{service}: the database does not answer ({type(error).__name__}): is it running, and is TAIZHANG_ADMIN_DSN right?",
            file=sys.stderr,
        )
        raise SystemExit(5) from None
    print(f"{service}: ready", file=sys.stderr)


def _told(name: str) -> str | None:
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(name)
