"""`taizhang up` as people type it: the real services, begun from a log file, found by the doctor, ended by a signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from services.local.instance import find
from services.local.process import living_in

LOG = Path(__file__).parents[1] / "data" / "facts.jsonl"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="taizhang-test-") as name:
        monkeypatch.setenv("XDG_STATE_HOME", str(Path(name) / "state"))
        yield Path(name)


def taizhang(*words: object) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "services.cli", *map(str, words)]
    return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_up_from_a_log(folder: Path) -> None:
    up = taizhang("up", "--data", folder / "data", "--from", LOG)
    assert up.stdout
    try:
        urls = dict(up.stdout.readline().split() for _ in range(3))
        assert set(urls) == {"registry", "assignments", "compliance"}, up.stderr and up.stderr.read()
        instance = find()
        assert instance
        assert instance.pid == up.pid
        assert instance.urls == urls
        assert httpx.get(f"{urls['registry']}/health/ready").status_code == 200
        assert instance.admin_dsn
        with psycopg.connect(instance.admin_dsn, dbname="registry") as c:
            row = c.execute("select position from head").fetchone()
            assert row
            assert row[0] > 0
        doctor = taizhang("doctor")
        assert "✗" not in doctor.communicate()[0]
        assert doctor.returncode == 0
        second = taizhang("up", "--data", folder / "data")
        assert "another Taizhang is using" in second.communicate()[1]
        assert second.returncode == 4
        up.send_signal(signal.SIGTERM)
        assert "stopped" in up.communicate(timeout=20)[1]
        assert up.returncode == 0
    finally:
        if up.poll() is None:
            os.kill(up.pid, signal.SIGKILL)
            up.communicate()
    assert find() is None
    assert not living_in(folder / "data" / "postgres")
    again = taizhang("up", "--data", folder / "data", "--from", LOG)
    assert "is not empty: files begin an empty one only" in again.communicate()[1]
    assert again.returncode == 4


def test_what_is_no_log_is_refused_before_anything_starts(folder: Path) -> None:
    (folder / "letter.txt").write_text("no facts\n")
    up = taizhang("up", "--data", folder / "data", "--from", folder / "letter.txt")
    assert "line 1 is not a fact of ours" in up.communicate()[1]
    assert up.returncode == 2
    assert not (folder / "data").exists()
