"""The whole of Taizhang in processes of its own, so that each of them can be killed, the one that supervises too.

`python -m tests.faults.system FOLDER` is that one: it answers a line with a line of JSON. The rest is the tests' side of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

from psycopg.conninfo import make_conninfo

from services.local.supervisor import Taizhang
from tests.everybody import EVERY_ROLE, shown

SERVICES = ("registry", "assignments", "compliance")
PARTS = ("postgres", "nats", *SERVICES)
READER = "compliance"
"""The user of the broker who may read every stream."""


class System:
    """`urls` are those of the present start: a new supervisor chooses new ports. `deaths` counts kills by part."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.deaths = folder, dict.fromkeys((*PARTS, "supervisor"), 0)
        self.urls: dict[str, str] = {}
        self.shown: Mapping[str, str] = {}
        self._process: subprocess.Popen[str] | None = None
        self._asking = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            with suppress(OSError):
                self._pipe.close()
            self._process.wait(60)

    def start(self) -> None:
        with (self.folder / "supervisor.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.system", str(self.folder / "data")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        told = self._heard()
        self.urls, self.admin, self.nats = told["urls"], told["admin"], told["nats"]
        self.operator, self.shown = told["operator"], shown(told["token"])

    def pid(self, part: str) -> int | None:
        """None while it is being started again."""
        pid: int | None = self._ask("pid", part)
        return pid

    def kill(self, part: str) -> None:
        """kill -9, of the supervisor too, which is then started again: it does not come back by itself."""
        self.deaths[part] += 1
        if part == "supervisor":
            assert self._process
            self._process.kill()
            self._process.communicate()
            self.start()
            return
        end = time.monotonic() + 30
        while (pid := self.pid(part)) is None:
            assert time.monotonic() < end, f"{part} does not come back"
            time.sleep(0.02)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def restart(self, part: str) -> None:
        self._ask("restart", part)

    def settled(self) -> None:
        """Until every part is there and ready."""
        for part in PARTS:
            self._ask("ready", part)

    def database(self, service: str) -> str:
        return make_conninfo(self.admin, dbname=service)

    def _ask(self, *words: str) -> Any:
        with self._asking:
            self._pipe.write(" ".join(words) + "\n")
            self._pipe.flush()
            return self._heard()

    @property
    def _pipe(self) -> IO[str]:
        assert self._process
        assert self._process.stdin
        return self._process.stdin

    def _heard(self) -> Any:
        assert self._process
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"it did not start, see {self.folder / 'supervisor.log'}")
        return json.loads(line)


def main(folder: Path) -> None:
    """Ends with its input."""

    def say(zh: str, en: str) -> None:
        print(en, file=sys.stderr, flush=True)

    with Taizhang(folder, say=say) as t:
        nats = {"nats": t.nats.url(READER), "operator": t.nats.url("operator")}
        print(json.dumps({"urls": t.urls, "admin": t.admin_dsn, "token": t.token_for(*EVERY_ROLE), **nats}), flush=True)
        for line in sys.stdin:
            word, part = line.split()
            if word == "restart":
                t.restart(part)
            elif word == "ready":
                while t.pid(part) is None:
                    time.sleep(0.02)
                t.wait_ready(part)
            print(json.dumps(t.pid(part)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
