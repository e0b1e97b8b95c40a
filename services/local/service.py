"""One service as a process of its own: imported early, told its environment when there is one, ready when it says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from services.local.process import body, end, status, tethered

DRAIN = 15.0
"""Seconds that a service has to finish what it has begun."""


class Service:
    """`environment` is asked for at every start. `program` stands in for the service in tests of the supervisor."""

    def __init__(
        self, name: str, port: int, folder: Path, log: Path, environment: Callable[[], Mapping[str, str]], program: Sequence[str] = ()
    ) -> None:
        self.name, self.port, self.folder, self.log, self.environment = name, port, folder, log, environment
        self.program = list(program) or [sys.executable, "-P", "-m", "services.local.child", name]
        self.process: subprocess.Popen[bytes] | None = None
        self._told = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def prepare(self) -> None:
        """Begins to import. It ends with us, and at once: what it had acknowledged is in the database."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("TAIZHANG_")}
        environment = inherited | {"PYTHONUNBUFFERED": "1"}
        self.process = tethered(self.program, self.folder, self.log, environment, signal.SIGKILL, told=True)
        self._told = False

    def start(self) -> None:
        if self.pid is None:
            self.prepare()
        assert self.process
        assert self.process.stdin
        if not self._told:
            with suppress(BrokenPipeError), self.process.stdin as told:  # it ended while importing: whoever waits for it will say so
                told.write(json.dumps(dict(self.environment())).encode() + b"\n")
            self._told = True

    def stop(self, *, at_once: bool = False) -> int | None:
        if self.process is None:
            return None
        self.ask_to_end(at_once=at_once)
        return end(self.process, signal.SIGTERM, signal.SIGKILL, DRAIN)

    def ask_to_end(self, *, at_once: bool = False) -> None:
        """Without waiting, so that several drain at the same time."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL if at_once or not self._told else signal.SIGTERM)

    def answers(self) -> bool:
        return status(self.port, "/health/live") == 200

    def wait_ready(self, timeout: float, check: Callable[[], None] = lambda: None, *, alive: bool = True) -> None:
        """`alive`: an end meanwhile is final, nobody starts it again."""
        deadline = time.monotonic() + timeout
        while status(self.port, "/health/ready") != 200:
            check()
            if alive and self.pid is None:
                raise RuntimeError(f"{self.name} 没有启动，见 {self.log} · {self.name} did not start, see {self.log}")
            if time.monotonic() > deadline:
                zh, en = (missing(body(self.port, "/health/ready"), language) for language in ("zh", "en"))
                raise TimeoutError(f"{self.name} 没有就绪({zh}),见 {self.log} · {self.name} is not ready ({en}), see {self.log}")
            time.sleep(0.02)


def missing(said: bytes, language: str) -> str:
    """The parts that a service names as not ready (the body of `/health/ready`), with their alarms where they have one."""
    try:
        parts: dict[str, dict[str, Any]] = json.loads(said)["parts"]
    except (ValueError, KeyError, TypeError):
        return "?"
    found = []
    for name, part in parts.items():
        if not part.get("ok"):
            alarm = part.get("alarm") or {}
            found.append(f"{name}: {alarm.get(language) or part.get('trouble') or '-'}")
    return "; ".join(found)
