"""Work shared among copies of a process: all of it comes back, what goes wrong is raised, nobody is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.compliance import cores


@pytest.mark.parametrize("many", [1, 2, 3])
def test_everything_is_found_once(many: int) -> None:
    found = dict(cores.each(lambda n: (n, os.getpid()), range(20), many))
    assert sorted(found) == list(range(20))
    assert len(set(found.values())) == many
    assert (os.getpid() in found.values()) == (many == 1)


def test_what_goes_wrong_there_is_raised_here(tmp_path: Path) -> None:
    def work(n: int) -> int:
        (tmp_path / str(os.getpid())).touch()
        if n == 7:
            raise LookupError(f"no {n}")
        return n

    for many in (1, 2):
        with pytest.raises(LookupError, match="no 7"):
            list(cores.each(work, range(20), many))
    helpers = {int(file.name) for file in tmp_path.iterdir()} - {os.getpid()}
    assert helpers
    assert not any(_runs(pid) for pid in helpers)


def test_a_process_that_is_ended_is_not_taken_for_one_that_is_done() -> None:
    def work(n: int) -> bytes:
        if n == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return b"x" * 100_000

    with pytest.raises(ChildProcessError, match="-9"):
        list(cores.each(work, range(20), 2))


PROGRAM = """
import os, time
from services.compliance import cores

def work(n):
    os.write(1, f"{os.getpid()}\\n".encode())  # whole lines, whoever else writes
    time.sleep(0.05)
    return b"x" * 200_000

for _ in cores.each(work, range(10_000), 2):
    time.sleep(0.05)
"""


def test_they_do_not_outlive_the_one_whom_they_help() -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        helpers = {int(process.stdout.readline()) for _ in range(8)}
        assert len(helpers) == 2
        process.kill()
    end = time.monotonic() + 20
    while any(_runs(pid) for pid in helpers):
        assert time.monotonic() < end, "they still run"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
