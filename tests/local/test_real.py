"""The real services in the process tree."""

from __future__ import annotations

import os
import signal
import time

import httpx
import pytest

from services.local.doctor import diagnose
from services.local.nats import READS
from services.local.supervisor import Taizhang


@pytest.mark.parametrize("part", ["postgres", "nats", "compliance"])
def test_killed_part_comes_back_and_everything_is_ready_again(taizhang: Taizhang, part: str) -> None:
    killed = taizhang.pid(part)
    assert killed
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while taizhang.pid(part) in (None, killed):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for service in READS:
        taizhang.wait_ready(service, 30)
    assert taizhang.pid(part) != killed


def test_doctor_finds_nothing_wrong(taizhang: Taizhang) -> None:
    """Soon: whoever lost the broker a moment ago notices within a second."""
    deadline = time.monotonic() + 20
    while wrong := [check for check in diagnose(taizhang.instance) if check.state != "ok"]:
        assert time.monotonic() < deadline, wrong
        time.sleep(0.2)


def test_services_listen_on_loopback_only(taizhang: Taizhang) -> None:
    for url in taizhang.urls.values():
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}/health/live").status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(url.replace("127.0.0.1", "127.0.0.2"), timeout=2)
