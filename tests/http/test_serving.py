"""A service as a process: started by its environment, stopped by a signal, and silent about people."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

from contracts.message import CHINA
from services.kernel.clock import from_file, today
from services.kernel.settings import is_loopback
from services.local.nats import Nats
from services.local.process import free_ports
from tests.http.conftest import TOKEN, District

SERVE = [sys.executable, "-m", "services.cli", "serve", "registry"]
KNOWN = {"Authorization": f"Bearer {TOKEN}"}
CANARY = "金丝雀7f3a"


def environment(district: District, nats: Nats, port: int) -> dict[str, str]:
    told = district.settings["registry"]
    return os.environ | {
        "TAIZHANG_DSN": told.dsn.get_secret_value(),
        "TAIZHANG_KEYS_DSN": told.keys_dsn.get_secret_value(),
        "TAIZHANG_KEK_FILE": str(told.kek_file),
        "TAIZHANG_TOKEN_KEYS_FILE": str(told.token_keys_file),
        "TAIZHANG_NATS_URL": nats.url("registry"),
        "TAIZHANG_NATS_MONITOR": nats.monitor_url,
        "TAIZHANG_PORT": str(port),
        "TAIZHANG_LOG_LEVEL": "debug",
    }


def test_a_second_process_of_a_service_serves_too_and_logs_no_one(district: District, nats_server: Nats, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(SERVE, env=environment(district, nats_server, port), stdout=log, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20, headers=KNOWN) as client:
            _until_ready(client, process)
            unit = district.fresh("U")
            said = {"unit_id": unit, "name": f"{CANARY} school", "kind": "school"}
            assert client.post("/commands/RegisterUnit", json=said).status_code == 201
            for body in ({"unit_id": CANARY}, said | {CANARY: 1}, said | {"name": [CANARY]}, said | {"name": CANARY}):
                assert client.post("/commands/RegisterUnit", json=body).status_code in (409, 422)
            assert client.get(f"/units/{unit}").json()["name"] == f"{CANARY} school"
            assert client.get(f"/{CANARY}", params={"q": CANARY}).status_code == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)
    finally:
        process.kill()
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines
    assert all(orjson.loads(line)["service"] == "registry" for line in lines), "one JSON object a line"
    assert CANARY not in (tmp_path / "log").read_text()
    assert "%E9%87%91" not in (tmp_path / "log").read_text(), "nor percent-encoded"


def _until_ready(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended"
        try:
            if client.get("/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("not ready in 30 s")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"TAIZHANG_HOST": "0.0.0.0"}, "loopback"), ({"TAIZHANG_DSN": None}, "TAIZHANG_DSN"), ({"TAIZHANG_PORT": "http"}, "TAIZHANG_PORT")],
)
def test_settings_that_cannot_be_used_are_named(district: District, nats_server: Nats, change: dict[str, str | None], said: str) -> None:
    told = environment(district, nats_server, 8000) | change
    ended = subprocess.run(SERVE, env={k: v for k, v in told.items() if v is not None}, capture_output=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert said in ended.stderr.decode()
    assert "服务的设置不可用" in ended.stderr.decode()
    assert nats_server.url("registry") not in ended.stderr.decode(), "no password"


def test_loopback_is_what_only_this_machine_reaches() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost"))
    assert not any(is_loopback(host) for host in ("0.0.0.0", "::", "10.0.0.1", "example.org", ""))


def test_a_told_clock_goes_on_from_what_it_was_told(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("2024-12-31T23:59:59+08:00")
    clock = from_file(file)
    first = clock()
    assert timedelta() <= first - datetime(2024, 12, 31, 15, 59, 59, tzinfo=UTC) < timedelta(seconds=20)
    assert clock() >= first
    file.write_text("2025-01-01T08:00:00")
    assert clock().astimezone(CHINA).hour == 8, "a time without a zone is China's"
    os.utime(file, (time.time() - 86400, time.time() - 86400))
    assert str(today(clock)) == "2025-01-02"
