"""Work shared among processes that are copies of this one, each with what was read before. They end with it, whatever ends it: what
they find goes through a pipe that nobody reads any more."""

from __future__ import annotations

import os
import pickle
import selectors
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import IO, NoReturn, TypeVar

T = TypeVar("T")


def usable() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(work: Callable[[int], T], numbers: Sequence[int], cores: int) -> Iterator[T]:
    """What `work` gives for each number, in no order that means anything; on one core one after the other, here. Raises what it raises."""
    if cores < 2:
        yield from map(work, numbers)
        return
    children: dict[int, IO[bytes]] = {}
    try:
        for share in range(cores):
            reading, writing = os.pipe()
            if not (pid := os.fork()):
                os.close(reading)
                for others in children.values():
                    others.close()
                _carry_out(work, numbers[share::cores], writing)
            os.close(writing)
            children[pid] = os.fdopen(reading, "rb")
        with selectors.DefaultSelector() as selector:
            for results in children.values():
                selector.register(results, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    results = key.fileobj  # type: ignore[assignment]
                    try:
                        done, found = pickle.load(results)  # noqa: S301 -- from a copy of this very process
                    except (EOFError, pickle.UnpicklingError):  # its end, or what it said last was cut off
                        selector.unregister(results)
                        continue
                    if not done:
                        raise found
                    yield found
        _ended(children)
    finally:
        for pid, results in children.items():
            results.close()
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _carry_out(work: Callable[[int], object], numbers: Sequence[int], writing: int) -> NoReturn:
    code = 1
    try:
        with os.fdopen(writing, "wb") as results:
            for number in numbers:
                try:
                    found: tuple[bool, object] = True, work(number)
                except Exception as error:  # the one who asked raises it
                    found = False, error
                pickle.dump(found, results)
                results.flush()
                if not found[0]:
                    break
        code = 0
    finally:
        os._exit(code)


def _ended(children: dict[int, IO[bytes]]) -> None:
    """Raises ChildProcessError when one of them did not come to its end."""
    for pid in list(children):
        _, status = os.waitpid(pid, 0)
        children.pop(pid).close()
        if status:
            raise ChildProcessError(f"a process that helped was ended: {os.waitstatus_to_exitcode(status)}")
