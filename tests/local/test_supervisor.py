"""The process tree, with real PostgreSQL and NATS and stand-ins for the services."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from services.local.folder import MARK, Folder, Unusable, passing
from services.local.nats import Nats
from services.local.process import living_in
from services.local.supervisor import Taizhang

STANDIN = {name: [sys.executable, str(Path(__file__).with_name("standin.py"))] for name in ("registry", "compliance")}
KEEP = """
import sys, time
from pathlib import Path
from services.local.supervisor import Taizhang
from tests.local.test_supervisor import STANDIN
with Taizhang(Path(sys.argv[1]), programs=STANDIN) as t:
    print(*(t.pid(n) for n in ("postgres", "nats", "registry", "compliance")), flush=True)
    t.wait()
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Taizhang]:
    with tempfile.TemporaryDirectory(prefix="taizhang-test-") as folder, Taizhang(Path(folder) / "data", programs=STANDIN) as t:
        yield t


def within(seconds: float, holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.01)


def told(t: Taizhang, service: str) -> dict[str, str]:
    with urllib.request.urlopen(f"{t.urls[service]}/health/live", timeout=2) as answer:
        found: dict[str, str] = json.load(answer)
        return found


def test_service_is_told_where_everything_is(running: Taizhang) -> None:
    environment = told(running, "compliance")
    assert environment["TAIZHANG_REGISTRY_URL"] == running.urls["registry"]
    assert environment["TAIZHANG_NATS_URL"].startswith("nats://compliance:")
    assert environment["TAIZHANG_NATS_MONITOR"] == running.monitor_url
    assert "TAIZHANG_CLOCK" not in environment
    with psycopg.connect(running.admin_dsn) as admin:
        row = admin.execute("select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('data_checksums')")
        assert row.fetchone() == ("on", "on", "on")


@pytest.mark.parametrize("part", ["postgres", "nats", "registry"])
def test_killed_part_is_there_again_at_the_same_place(running: Taizhang, part: str) -> None:
    before = running.admin_dsn, running.nats_url, running.urls
    with psycopg.connect(running.admin_dsn, autocommit=True) as admin:
        admin.execute("create table if not exists kept as select 1 as one")
    killed = running.pid(part)
    assert killed
    os.kill(killed, signal.SIGKILL)
    within(5, lambda: running.pid(part) not in (None, killed))
    running.wait_ready(part, 5)
    within(5, lambda: _answers(running, part))
    assert (running.admin_dsn, running.nats_url, running.urls) == before


def test_restart_in_order(running: Taizhang) -> None:
    before = running.pid("registry")
    running.restart("registry")
    assert running.pid("registry") not in (None, before)
    assert told(running, "registry")["TAIZHANG_PORT"] == running.urls["registry"].rsplit(":", 1)[1]


def test_second_supervisor_is_refused(running: Taizhang) -> None:
    with pytest.raises(Unusable, match="another Taizhang"):
        Taizhang(running.data, programs=STANDIN)


def test_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("private")
    with pytest.raises(Unusable, match="neither empty"):
        Taizhang(tmp_path)


def test_ledger_without_its_key_is_refused(tmp_path: Path) -> None:
    first = Taizhang(tmp_path / "data", programs=STANDIN)
    first.stop()
    (tmp_path / "data" / "kek").unlink()
    with pytest.raises(Unusable, match="cannot be read"):
        Taizhang(tmp_path / "data", programs=STANDIN)


def test_secrets_are_the_owners_alone(running: Taizhang) -> None:
    assert running.data.stat().st_mode & 0o777 == 0o700
    for name in (MARK, "kek", "nats/nats.conf", "logs/postgres.log", "logs/registry.log"):
        assert (running.data / name).stat().st_mode & 0o777 == 0o600, name


def test_killed_supervisor_leaves_nothing_and_the_next_start_works() -> None:
    with tempfile.TemporaryDirectory(prefix="taizhang-test-") as folder:
        data = Path(folder) / "data"
        keeper = subprocess.Popen([sys.executable, "-c", KEEP, data], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        assert keeper.stdout
        pids = [int(pid) for pid in keeper.stdout.readline().split()]
        assert len(pids) == 4
        keeper.kill()
        keeper.wait()
        keeper.stdout.close()
        with Taizhang(data, programs=STANDIN) as again:  # at once: it waits for what is still going down
            assert not set(pids) & set(_alive(pids))
            assert _answers(again, "postgres")
            assert _answers(again, "nats")


def test_start_that_fails_says_where_to_look_and_leaves_nothing() -> None:
    with tempfile.TemporaryDirectory(prefix="taizhang-test-") as folder:
        broken = {"registry": [sys.executable, "-c", "raise SystemExit('no')"]}
        data = Path(folder) / "data"
        with pytest.raises(RuntimeError, match=r"registry did not start, see .*registry\.log"), Taizhang(data, programs=broken):
            pass
        assert not living_in(data / "postgres")
        assert not living_in(data / "nats")


def test_servers_from_elsewhere_are_used_when_named(
    running: Taizhang, nats_server: Nats, postgres: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TAIZHANG_POSTGRES_URL", postgres)
    monkeypatch.setenv("TAIZHANG_NATS_URL", nats_server.url("registry"))
    with Taizhang(tmp_path / "data", programs=STANDIN) as t:
        environment = told(t, "registry")
        assert t.admin_dsn == postgres
        assert environment["TAIZHANG_NATS_URL"] == nats_server.url("registry")
        assert environment["TAIZHANG_NATS_MONITOR"] == "http://127.0.0.1:8222"
        there = conninfo_to_dict(environment["TAIZHANG_KEYS_DSN"])
        assert (there["host"], there["dbname"], there["user"]) == (conninfo_to_dict(postgres)["host"], "registry_keys", "registry")
        assert t.pid("postgres") is None
        assert t.pid("nats") is None
        assert not (t.data / "postgres").exists()


def test_folder_of_a_killed_demo_is_swept_and_that_of_a_running_one_is_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with passing() as lives:
        first = Folder(lives)
        with passing() as other:
            assert lives.exists()
            assert other != lives
        first.close()  # as the kernel does for a killed process
        with passing():
            assert not lives.exists()
    assert not list(tmp_path.iterdir())


def _answers(t: Taizhang, part: str) -> bool:
    if part == "postgres":
        try:
            psycopg.connect(t.admin_dsn).close()
        except psycopg.OperationalError:
            return False
        return True
    return t.nats.answers() if part == "nats" else bool(told(t, part))


def _alive(pids: list[int]) -> list[int]:
    """Not what is dead and only waits to be buried."""
    found = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if state not in "ZX":
            found.append(pid)
    return found
