"""The running instance: a file in its user's state folder that only they can read, so that other commands find it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.local.private import write_private
from services.local.progress import Say, silent


@dataclass(frozen=True, slots=True)
class Instance:
    """`urls` by service; `token` is the local one (roles section and operator); `nats_url` is the subscriber's; `pid` with `birth`
    (ticks since the machine started) is one process and never another; `monitor_url` is the monitoring port of NATS, if known."""

    urls: Mapping[str, str]
    token: str
    nats_url: str
    pid: int
    data: str
    started_at: str
    birth: int
    monitor_url: str | None = None
    admin_dsn: str | None = None

    @property
    def alive(self) -> bool:
        return _birth(self.pid) == self.birth


def of_this_process(
    urls: Mapping[str, str], token: str, nats_url: str, data: Path, monitor_url: str | None = None, admin_dsn: str | None = None
) -> Instance:
    now, pid = datetime.now(UTC).isoformat(timespec="seconds"), os.getpid()
    return Instance(dict(urls), token, nats_url, pid, str(data), now, _birth(pid) or 0, monitor_url, admin_dsn)


def place() -> Path:
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "taizhang" / "instance.json"


def find() -> Instance | None:
    """The instance that runs, or None. A file that a killed one left behind is none."""
    try:
        found = Instance(**json.loads(place().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return found if found.alive else None


@contextmanager
def announced(instance: Instance, say: Say = silent) -> Iterator[None]:
    """Others find it for as long as this lasts. One that ran before and still runs is found again afterwards. A user without a
    home is served all the same, and names the URLs."""
    file, before = place(), find()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(file, json.dumps(asdict(instance), indent=1) + "\n")
    except OSError as error:
        say(
            f"无法写入 {file}({type(error).__name__}):其他命令须用 --url",
            f"{file} cannot be written ({type(error).__name__}): other commands need --url",
        )
    try:
        yield
    finally:
        now = find()
        if now is not None and (now.pid, now.birth) == (instance.pid, instance.birth):
            if before is not None and before.alive:
                write_private(file, json.dumps(asdict(before), indent=1) + "\n")
            else:
                file.unlink(missing_ok=True)


def _birth(pid: int) -> int | None:
    """When the process began; None when there is none, or only what its parent has not yet buried."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, ValueError, IndexError):
        return None
    return None if state in "ZX" else int(fields[18])
