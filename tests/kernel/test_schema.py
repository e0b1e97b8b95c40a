"""What the database itself refuses, also to the service's own role and to the owner of its tables."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import NamedTuple

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege, RaiseException

from services.kernel import schema
from services.kernel.log import Log
from services.kernel.seal import Vault
from tests.kernel.drafts import draft, head, table, whole


class Service(NamedTuple):
    name: str
    admin: str
    """The superuser, in the service's database."""
    dsn: str
    """The service's own role."""
    keys: str


@pytest.fixture
def service(postgres: str) -> Iterator[Service]:
    yield from made(postgres)


@pytest.fixture(scope="module")
def unchanged(postgres: str) -> Iterator[Service]:
    """With two facts. One for all that is refused: nothing of it leaves a trace."""
    for service in made(postgres):
        with closing(Log(service.name, service.dsn)) as log:
            log.append([draft("a")], "cmd", b"d")
            log.append([draft("b")])
        yield service
        assert head(service.admin)[0] == 2


def made(postgres: str) -> Iterator[Service]:
    name, password = f"svc{secrets.token_hex(4)}", secrets.token_hex(8)
    schema.migrate(postgres, name, password)
    own = make_conninfo(postgres, user=name, password=password)
    yield Service(name, make_conninfo(postgres, dbname=name), make_conninfo(own, dbname=name), make_conninfo(own, dbname=f"{name}_keys"))
    with psycopg.connect(postgres, autocommit=True) as c:
        for database in (name, f"{name}_keys"):
            c.execute(f"drop database {database} with (force)".encode())
        for role in (name, f"{name}_owner"):
            c.execute(f"drop owned by {role}".encode())
            c.execute(f"drop role {role}".encode())


def test_the_role_can_do_its_work(service: Service) -> None:
    with closing(Log(service.name, service.dsn)) as log:
        log.append([draft("a")], "cmd", b"d")
        log.append([draft("a", 2), draft("b")])
        assert log.append([draft("a")], "cmd", b"d").repeat
    whole(table(service.dsn))
    with closing(Vault(service.keys, {"k": b"k" * 32})) as vault:
        sealed = vault.seal("registry/a@1", "C1", "identity", {"name": "甲"})
        assert vault.open("registry/a@1", "C1", "identity", sealed) == {"name": "甲"}
        vault.erase("C1", "identity")


CHANGES = [
    "update log set line = '{}'",
    "update log set sealed = null where position = 1",
    "update log set position = 9 where position = 2",
    "update log set line = line",
    "update log set line = '{}' where false",
    "delete from log",
    "delete from log where position = 2",
    "truncate log",
    "truncate log cascade",
    "insert into log table log on conflict (position) do update set line = excluded.line",
    "merge into log using (select 1 p) s on position = p when matched then delete",
    "delete from commands",
    "update commands set digest = ''",
    "truncate commands",
]
REMOVALS = [
    "alter table log disable trigger append_only",
    "alter table log disable trigger all",
    "drop trigger append_only on log",
    "drop table log",
    "drop table log cascade",
    "create or replace function refuse() returns trigger language plpgsql as $$ begin return new; end $$",
    "create or replace rule forget as on insert to log do instead nothing",
    "alter table log rename to gone",
    "alter table log owner to current_user",
    "create table mine (a int)",
    "set session_replication_role = replica",
    "insert into log table log",
    "delete from log_events",
    "insert into commands values ('x', 1, 1, '')",
    "update head set position = 9",
    "update head set recorded_at = '2099-01-01'",
    "delete from head",
    "truncate head",
    "copy log from program 'true'",
    "copy log to program 'true'",
    "lock table log in access exclusive mode",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_nothing_that_was_recorded_changes(unchanged: Service, statement: str) -> None:
    """Not by the service, which has no right to; not by the owner of the tables nor the superuser, whom the trigger stops."""
    service = unchanged
    with closing(Log(service.name, service.dsn)) as log:
        before = table(service.admin)
        with psycopg.connect(service.dsn, autocommit=True) as c, pytest.raises(InsufficientPrivilege):
            c.execute(statement.encode())
        for role in (f"{service.name}_owner", "postgres"):
            with psycopg.connect(service.admin, autocommit=True) as c:
                c.execute(f"set role {role}".encode())
                with pytest.raises(RaiseException, match="refused"):
                    c.execute(statement.encode())
        assert table(service.admin) == before
        assert log.append([draft("a")], "cmd", b"d").repeat


@pytest.mark.parametrize("statement", REMOVALS)
def test_the_role_cannot_take_the_refusal_away(unchanged: Service, statement: str) -> None:
    with psycopg.connect(unchanged.dsn) as c:
        with pytest.raises(psycopg.Error) as refusal:
            c.execute(statement.replace("current_user", unchanged.name).encode())
        assert refusal.value.sqlstate in ("42501", "0LP01"), refusal.value.sqlstate
    with closing(Log(unchanged.name, unchanged.dsn)) as log:
        assert log.append([draft("a")], "cmd", b"d").repeat


def test_services_are_apart(service: Service, postgres: str) -> None:
    """A service's role gets into its own two databases and no other; the key database is not readable from the log's side."""
    other = f"svc{secrets.token_hex(4)}"
    schema.migrate(postgres, other, secrets.token_hex(8))
    for database in (other, f"{other}_keys"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(make_conninfo(service.dsn, dbname=database))
    with psycopg.connect(service.dsn) as c, pytest.raises(InsufficientPrivilege):
        c.execute(f"set role {service.name}_owner".encode())
    with psycopg.connect(postgres, autocommit=True) as c:
        for database in (other, f"{other}_keys"):
            c.execute(f"drop database {database} with (force)".encode())


def test_again_and_at_once(service: Service, postgres: str) -> None:
    """It may be run again, by several at the same time, with facts there and the service at work."""
    with closing(Log(service.name, service.dsn)) as log:
        log.append([draft("a")])
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: schema.migrate(postgres, service.name, None), range(4)))
        assert log.append([draft("a", 2)]).first == 2
    with psycopg.connect(service.dsn, autocommit=True) as c, pytest.raises(InsufficientPrivilege):
        c.execute("delete from log")
