"""Programs that end with us, and what is left of those that did not."""

from __future__ import annotations

import fcntl
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TETHER = Path(__file__).with_name("tether.py")


@dataclass(frozen=True, slots=True)
class Account:
    """The account that a program runs as when we are root."""

    name: str
    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Whether every folder above `path` lets the account through. Access control lists are not read: then the answer may be a
        no that is a yes, never the reverse for the usual modes."""
        for folder in path.resolve().parents:
            there = folder.stat()
            bit = 0o100 if there.st_uid == self.uid else 0o010 if there.st_gid == self.gid else 0o001
            if not there.st_mode & bit:
                return False
        return True


def tethered(
    program: Sequence[str | Path],
    folder: Path,
    log: Path,
    env: Mapping[str, str],
    deathsig: signal.Signals,
    account: Account | None = None,
    *,
    told: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a program in `folder`, its talk appended to `log`; it gets `deathsig` when the **thread** that called this ends.
    `told`: something will be written to its stdin."""
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    head = [sys.executable, "-I", "-S", str(TETHER), os.getpid(), int(deathsig), uid, gid, folder]
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [str(part) for part in (*head, *program)],
            stdin=subprocess.PIPE if told else subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            env=dict(env),
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(descriptor)


def living_in(folder: Path) -> list[int]:
    """Processes whose current folder is this one. A zombie has none, and a pid that was given out again has another."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def end_leftovers(folder: Path, leader: int | None, ask: signal.Signals, timeout: float = 30) -> None:
    """Wait until nobody lives in `folder` any more; `leader` is asked to end, the others follow it."""
    deadline = time.monotonic() + timeout
    left = living_in(folder)
    if leader in left:
        os.kill(leader, ask)
    while left:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{folder} 仍被进程 {left} 占用 · is still used by processes {left}")
        time.sleep(0.02)
        left = living_in(folder)


def end(process: subprocess.Popen[bytes], ask: signal.Signals, insist: signal.Signals, timeout: float) -> int:
    """Ask, wait, insist. The exit status."""
    if process.poll() is None:
        process.send_signal(ask)
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.send_signal(insist)
        return process.wait(10)


def locked(path: Path) -> IO[str] | None:
    """A lock that lasts as long as this process or the file is open; None when another has it."""
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on, below those that the kernel gives to outgoing connections: a client that tries to
    come back to a stopped server could otherwise be given the server's own port, and keep it."""
    found: list[int] = []
    for port in random.SystemRandom().sample(range(15_000, 32_000), 2_000):
        if len(found) == count:
            return found
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
    raise RuntimeError("没有空闲端口 · no free port")


def get(port: int, path: str, timeout: float = 1.0) -> tuple[int, bytes] | None:
    """Status and body of a GET on 127.0.0.1; None when nobody answers in time."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def status(port: int, path: str) -> int | None:
    answer = get(port, path)
    return answer and answer[0]


def body(port: int, path: str) -> bytes:
    answer = get(port, path)
    return answer[1] if answer else b""
