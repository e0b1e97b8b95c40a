"""Processes of their own for what is tried: each says by which test it was noticed, or nothing."""

from __future__ import annotations

import functools
import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence

from tests.mutation.mutants import Mutant

MEMORY = 3 << 30
BY_ITS_END = "it does not end as it should"

Work = Callable[[], str | None]


def in_children(mutants: Sequence[Mutant], trial: Callable[[Mutant], str | None], jobs: int) -> Iterator[tuple[Mutant, str | None]]:
    """What noticed each, as they come."""
    waiting, running = list(mutants)[::-1], dict[int, tuple[Mutant, int]]()
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            pid, told = _forked(functools.partial(trial, mutant))
            running[pid] = mutant, told
        pid, status = os.wait()
        if pid in running:
            mutant, told = running.pop(pid)
            yield mutant, _said(told, status)


def at_once(work: Sequence[Work]) -> list[str | None]:
    running = [_forked(w) for w in work]
    return [_said(told, os.waitpid(pid, 0)[1]) for pid, told in running]


def _said(told: int, status: int) -> str | None:
    with open(told, encoding="utf-8") as pipe:
        return pipe.read() or (BY_ITS_END if status else None)


def _forked(work: Work) -> tuple[int, int]:
    """The process, and where it says what noticed it. Shorter than a pipe holds, so that nobody has to read along."""
    sys.stdout.flush()
    reading, writing = os.pipe()
    if pid := os.fork():
        os.close(writing)
        return pid, reading
    code = 1
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        noticed = work()
        os.write(writing, (noticed or "").encode()[:4096])
        code = 0
    finally:
        os._exit(code)
