"""Where the tests keep their files: in memory, where there is room. Every database of its own is some three hundred files and every commit
a flush, and on a disk these cost more than what is tested. Nothing is proved less: `fsync` stays on, and what is killed here is a process,
whose files outlive it in memory as on a disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 2**30


def used(folder: Path = MEMORY) -> bool:
    """From now on by this process and by those that it starts, unless TMPDIR already says where."""
    if "TMPDIR" in os.environ or not fits(folder):
        return False
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    return True


def fits(folder: Path) -> bool:
    """Some keep this folder small, or run no programs from it."""
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return False
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC and min(shutil.disk_usage(folder).free, _available()) >= ROOM_BYTES


def _available() -> int:
    lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    return int(lines["MemAvailable"].split()[0]) * 1024
