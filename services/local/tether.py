"""Run as a script: start a program that the kernel ends when the thread that started it ends.

    tether.py PARENT SIGNAL UID GID FOLDER PROGRAM ARGUMENT…

A program of its own, and not a hook between fork and exec: such hooks may deadlock in a process with threads. It needs nothing
but the standard library, because it may run as root from a folder that the account it becomes cannot read. `UID` is -1 when the
account stays. The folder is entered before the account changes, so that it need not be reachable for it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(argv: list[str]) -> None:
    parent, deathsig, uid, gid, folder, *program = argv
    os.chdir(folder)
    if int(uid) >= 0:
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(deathsig))  # after setuid, which clears it
    if os.getppid() != int(parent):  # it ended before we asked
        os._exit(1)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(program[0], program)  # noqa: S606 -- that is what it is for


if __name__ == "__main__":
    main(sys.argv[1:])
