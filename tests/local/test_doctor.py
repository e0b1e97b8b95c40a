"""What the doctor says about a real PostgreSQL and NATS, with stand-ins for the services."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from services.kernel.schema import migrate
from services.local import doctor
from services.local.instance import Instance, announced, find, place
from services.local.nats import READS
from services.local.process import free_ports, status
from services.local.supervisor import Taizhang

STANDIN = {name: [sys.executable, str(Path(__file__).with_name("standin.py"))] for name in READS}


def schemas(t: Taizhang) -> None:
    for service in READS:
        migrate(t.admin_dsn, service, None)


@pytest.fixture(scope="module")
def running() -> Iterator[Taizhang]:
    with (
        tempfile.TemporaryDirectory(prefix="taizhang-test-") as folder,
        Taizhang(Path(folder) / "data", before=schemas, programs=STANDIN) as t,
    ):
        yield t


def wrong(instance: Instance) -> dict[str, str]:
    return {check.name: check.en for check in doctor.diagnose(instance) if check.state != "ok"}


def test_nothing_is_wrong(running: Taizhang) -> None:
    assert wrong(running.instance) == {}
    names = {check.name for check in doctor.diagnose(running.instance)}
    assert names >= {
        "registry",
        "nats",
        "nats-sync",
        "postgres",
        "fsync",
        "data_checksums",
        "clock",
        "stream-registry",
        "compliance-assignments",
        "disk",
    }


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_database_that_may_lose_is_named(running: Taizhang, setting: str) -> None:
    """The command line of the server wins over files: a database's own setting is what remains to be wrong, or the server's."""
    other = running.instance
    if setting == "synchronous_commit":
        with psycopg.connect(running.admin_dsn, autocommit=True) as admin:
            admin.execute("alter role postgres set synchronous_commit = off")
        try:
            assert "a power cut loses" in wrong(other)[setting]
        finally:
            with psycopg.connect(running.admin_dsn, autocommit=True) as admin:
                admin.execute("alter role postgres reset synchronous_commit")
    else:
        running.postgres.settings[setting] = "off"
        try:
            running.restart("postgres")
            assert "a power cut loses" in wrong(other)[setting]
        finally:
            running.postgres.settings[setting] = "on"
            running.restart("postgres")
    assert setting not in wrong(other)


def test_who_is_behind_and_what_is_parked_are_named(running: Taizhang) -> None:
    with psycopg.connect(running.database("assignments")) as c:
        c.execute("update head set position = 7")
    with psycopg.connect(running.database("compliance")) as c:
        c.execute("insert into parked (source, position, subject, reason) values ('registry', 3, 'C1', 'KeyError')")
    try:
        assert wrong(running.instance) == {
            "stream-assignments": "the stream of assignments is at 0, the log at 7",
            "compliance-assignments": "compliance following assignments is at 0, the log at 7",
            "parked-compliance": "compliance has parked 1 subjects",
        }
    finally:
        with psycopg.connect(running.database("assignments")) as c:
            c.execute("update head set position = 0")
        with psycopg.connect(running.database("compliance")) as c:
            c.execute("delete from parked")


def test_a_bus_that_acknowledges_too_early_is_named(running: Taizhang) -> None:
    with tempfile.TemporaryDirectory(prefix="taizhang-test-") as store:
        port, monitor = free_ports(2)
        program: list[str] = [
            str(Path(sysconfig.get_path("scripts")) / "nats-server"),
            "-js",
            "-sd",
            store,
            "-a",
            "127.0.0.1",
            "-p",
            str(port),
            "-m",
            str(monitor),
        ]
        lazy = subprocess.Popen(program, stderr=subprocess.DEVNULL)
        try:
            while status(monitor, "/healthz") != 200:
                time.sleep(0.02)
            found = {c.name: c.state for c in doctor._bus(f"http://127.0.0.1:{monitor}")}
            assert found == {"nats": "ok", "nats-sync": "wrong"}
        finally:
            lazy.terminate()
            lazy.wait()
    assert {c.name: c.state for c in doctor._bus(f"http://127.0.0.1:{monitor}")} == {"nats": "down"}


def test_command_and_its_exit_status(running: Taizhang, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def taizhang() -> tuple[int, dict[str, object]]:
        done = subprocess.run([sys.executable, "-m", "services.cli", "doctor", "-o", "json"], capture_output=True, text=True)
        return done.returncode, json.loads(done.stdout)

    assert taizhang()[0] == 5
    with announced(running.instance):
        assert place().stat().st_mode & 0o777 == 0o600
        exit_status, said = taizhang()
        assert (exit_status, said["ready"]) == (0, True), said
        with psycopg.connect(running.database("compliance"), autocommit=True) as c:
            c.execute("insert into parked (source, position, subject, reason) values ('registry', 3, 'C1', 'KeyError')")
            assert taizhang()[0] == 1
            c.execute("delete from parked")
    assert not place().exists()


def test_instance_of_a_killed_process_is_none(running: Taizhang, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with announced(running.instance):
        assert find() == running.instance
        with subprocess.Popen(["sleep", "60"]) as stranger:
            left = json.loads(place().read_text()) | {"pid": stranger.pid}  # a pid that was given out again
            place().write_text(json.dumps(left))
            assert find() is None
            os.kill(stranger.pid, signal.SIGKILL)
