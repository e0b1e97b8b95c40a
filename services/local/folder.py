"""The data folder: one ledger, kept by one process at a time, with its secrets, logs and the stores of PostgreSQL and NATS."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.kernel.tokens import fresh_key
from services.local.nats import READS, USERS
from services.local.private import write_private
from services.local.process import locked

MARK = "taizhang.json"
PASSING = "taizhang-demo-"
LOG_BYTES = 10_000_000
"""A log that has grown beyond this is set aside, replacing the one set aside before, when its part starts with the folder."""


class Unusable(Exception):
    """The folder cannot be used; the text says why in both languages."""


class Folder:
    """Opening creates what is missing and takes the lock; the kernel gives the lock back however we end."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path = self.path.resolve()
            foreign = [p for p in self.path.iterdir() if p.name not in ("kek", "token-key", "token-keys") and not p.name.startswith(".")]
            if foreign and not (self.path / MARK).exists():
                raise Unusable(f"{self.path} 不是台账的数据文件夹，也不是空的 · is neither empty nor a data folder of Taizhang")
            lock = locked(self.path / ".lock")
            if lock is None:
                raise Unusable(f"另一个台账进程正在使用 {self.path} · another Taizhang is using {self.path}")
            self._lock = lock
            self.secrets = self._secrets()
            (self.path / "logs").mkdir(mode=0o700, exist_ok=True)
        except PermissionError:
            raise Unusable(f"无权使用 {self.path} · no permission to use {self.path}") from None
        except (NotADirectoryError, FileExistsError):
            raise Unusable(f"{self.path} 不是文件夹 · is not a folder") from None

    def close(self) -> None:
        self._lock.close()

    @property
    def kek(self) -> Path:
        """The key that wraps the keys of the personal fields: without it they cannot be read, with the database alone neither."""
        return self.path / "kek"

    @property
    def token_signing_key(self) -> Path:
        """The private key of the tokens: whoever has it can be anybody."""
        return self.path / "token-key"

    @property
    def token_keys(self) -> Path:
        return self.path / "token-keys"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def nats(self) -> Path:
        return self.path / "nats"

    @property
    def uploads(self) -> Path:
        """Of the console: what was handed in, encrypted, for some days."""
        return self.path / "uploads"

    def log(self, part: str) -> Path:
        return self.path / "logs" / f"{part}.log"

    def set_aside_logs(self) -> None:
        for log in (self.path / "logs").glob("*.log"):
            if log.stat().st_size > LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))

    def _secrets(self) -> dict[str, str]:
        """Passwords of the database roles (`postgres/…`) and of the users of the bus (`nats/…`), and the token of this instance."""
        mark = self.path / MARK
        known: dict[str, str] = json.loads(mark.read_text(encoding="utf-8"))["secrets"] if mark.exists() else {}
        names = ["token", "postgres/postgres", *(f"postgres/{s}" for s in READS), *(f"nats/{u}" for u in USERS)]
        if not self.kek.exists():
            if mark.exists():
                raise Unusable(f"{self.kek} 不见了：没有它，个人信息无法读出 · is missing: without it personal fields cannot be read")
            write_private(self.kek, f"local-1:{b64encode(secrets.token_bytes(32)).decode()}\n")
        if not (self.token_signing_key.exists() and self.token_keys.exists()):
            private, public = fresh_key("local-1")
            write_private(self.token_signing_key, private)
            write_private(self.token_keys, public)
        if missing := [name for name in names if name not in known]:
            known |= {name: secrets.token_hex(24) for name in missing}
            write_private(mark, json.dumps({"format": 1, "secrets": known}, indent=1) + "\n")
        return known


def lasting() -> Path:
    """Where a ledger lives when nobody says where."""
    if home := os.environ.get("XDG_DATA_HOME"):
        return Path(home) / "taizhang"
    return Path("/var/lib/taizhang") if os.geteuid() == 0 else Path.home() / ".local" / "share" / "taizhang"


@contextmanager
def passing() -> Iterator[Path]:
    """A folder for a ledger that nobody keeps: gone afterwards, and at the next call when we were killed before."""
    for left in Path(tempfile.gettempdir()).glob(f"{PASSING}*"):
        if (left / MARK).exists() and left.stat().st_uid == os.geteuid() and (lock := locked(left / ".lock")):
            shutil.rmtree(left, ignore_errors=True)
            lock.close()
    path = Path(tempfile.mkdtemp(prefix=PASSING))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
