"""`taizhang up` as people type it: the real services, begun from a log file, found by the doctor, ended by a signal."""

from __future__ import annotations

import json
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

from contracts.canonical import canonical
from services.local.instance import find
from services.local.process import living_in

FACTS = Path(__file__).parents[1] / "data" / "facts.jsonl"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="taizhang-test-") as name:
        monkeypatch.setenv("XDG_STATE_HOME", str(Path(name) / "state"))
        yield Path(name)


@pytest.fixture
def log(folder: Path) -> Path:
    """A whole log of registry: those facts of the sample that have all before them in their stream, counted anew."""
    lines, versions = list[bytes](), dict[str, int]()
    for event in map(json.loads, FACTS.read_text().splitlines()):
        stream, version = event["id"].rsplit("@", 1)
        if event["source"] == "/taizhang/registry" and int(version) == versions.get(stream, 0) + 1:
            versions[stream] = int(version)
            lines.append(canonical(event | {"sequence": f"{len(lines) + 1:020}"}))
    file = folder / "registry.jsonl"
    file.write_bytes(b"\n".join(lines))
    return file


def taizhang(*words: object) -> subprocess.Popen[str]:
    """As a shell's `&` starts it: Ctrl-C ignored until somebody wants it."""
    program = ["/bin/sh", "-c", 'trap "" INT; exec "$0" -m services.cli "$@"', sys.executable, *map(str, words)]
    return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_up_from_a_log(folder: Path, log: Path) -> None:
    up = taizhang("up", "--data", folder / "data", "--from", log)
    assert up.stdout
    try:
        lines_out = [up.stdout.readline().split() for _ in range(4)]
        assert all(lines_out), up.communicate()
        urls = dict(lines_out)
        instance = find()
        assert instance
        assert instance.pid == up.pid
        assert instance.urls == urls
        assert httpx.get(f"{urls['registry']}/health/live").status_code == 200
        assert instance.admin_dsn
        with psycopg.connect(instance.admin_dsn, dbname="registry") as c:
            lines = [row[0].encode() for row in c.execute("select line from log order by position")]
        assert lines == log.read_bytes().splitlines()
        doctor = taizhang("doctor")
        said = doctor.communicate()[0]
        assert (doctor.returncode, [x for x in said.splitlines() if "✗" in x]) == (0, []), said
        second = taizhang("up", "--data", folder / "data")
        assert "another Taizhang is using" in second.communicate()[1]
        assert second.returncode == 4
        up.send_signal(signal.SIGINT)
        assert "stopped" in up.communicate(timeout=20)[1]
        assert up.returncode == 0
    finally:
        if up.poll() is None:
            os.kill(up.pid, signal.SIGKILL)
            up.communicate()
    assert find() is None
    assert not living_in(folder / "data" / "postgres")
    again = taizhang("up", "--data", folder / "data", "--from", log)
    assert "is not empty: files begin an empty one only" in again.communicate()[1]
    assert again.returncode == 4


def test_what_is_no_log_is_refused_before_anything_starts(folder: Path) -> None:
    (folder / "letter.txt").write_text("no facts\n")
    up = taizhang("up", "--data", folder / "data", "--from", folder / "letter.txt")
    assert "line 1 is not a fact of ours" in up.communicate()[1]
    assert up.returncode == 2
    assert not (folder / "data").exists()
