"""Tries mutants: each in a process of its own, forked from one that has collected the tests, and only by those tests that come to
the line. A change outside functions needs the modules read anew: those are tried first, before anything of the law is imported."""

from __future__ import annotations

import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import tempfile
import time
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.mutants import Mutant

LAW = "services.compliance.law"
PATHS = ("tests/law", "tests/scenarios/test_golden.py")
WITHOUT = ("test_histories", "test_properties", "test_speed")
"""Long, and true of any law, right or wrong: order, doubling, the past."""
OFTEN = 30
"""How often in one test a function is followed line by line."""
ARGS = [
    *PATHS,
    *(f"--ignore=tests/law/{name}.py" for name in WITHOUT),
    "-q",
    "-x",
    "--noconftest",
    "-p",
    "no:cacheprovider",
    "-o",
    "faulthandler_timeout=0",
    "--no-header",
]
WHOLE_SECONDS, LEAST_SECONDS, TIMES = 240, 5.0, 20
"""Of CPU: what all tests may take, what one test may take at least, and how often as long as it took without a fault. What takes
longer does not end, and is killed."""
MEMORY = 3 << 30
SURVIVED, KILLED = 0, 1


class Reading(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module in its mutated form."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.mutant.module:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=str(self.mutant.file))

    def exec_module(self, module: types.ModuleType) -> None:
        module.__file__ = str(self.mutant.file)
        exec(compile(self.mutant.mutated(), str(self.mutant.file), "exec"), module.__dict__)


def read_anew(mutant: Mutant) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (WHOLE_SECONDS, WHOLE_SECONDS))
    sys.meta_path.insert(0, Reading(mutant))
    return int(pytest.main(ARGS)) != pytest.ExitCode.OK


def in_children(mutants: Sequence[Mutant], trial: Callable[[Mutant], int], jobs: int) -> Iterator[tuple[Mutant, bool]]:
    """Which were killed, as they come."""
    waiting, running = list(mutants)[::-1], dict[int, Mutant]()
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            running[_forked(functools.partial(trial, mutant))] = mutant
        pid, status = os.wait()
        if pid in running:
            yield running.pop(pid), status != 0


def _forked(work: Callable[[], int]) -> int:
    sys.stdout.flush()
    if pid := os.fork():
        return pid
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        code = work()
    except BaseException:
        code = KILLED
    os._exit(code)


class Trials:
    """A plugin: instead of running the tests once it runs them for each mutant."""

    def __init__(self, mutants: Sequence[Mutant], jobs: int, tell: Callable[[Mutant, bool, bool], None]) -> None:
        self.mutants, self.jobs, self.tell = mutants, jobs, tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.took, self.reach = self._without_a_fault(session)
        for mutant, killed in in_children(self.mutants, functools.partial(self._try, session), self.jobs):
            self.tell(mutant, killed, bool(self._tests(mutant)))
        return True

    def _try(self, session: pytest.Session, mutant: Mutant) -> int:
        placed(mutant)
        for nodeid in self._tests(mutant):
            signal.setitimer(signal.ITIMER_VIRTUAL, max(LEAST_SECONDS, TIMES * self.took[nodeid]))
            self.items[nodeid].config.hook.pytest_runtest_protocol(item=self.items[nodeid], nextitem=None)
            if session.testsfailed:
                return KILLED
        return SURVIVED

    def _tests(self, mutant: Mutant) -> list[str]:
        """Those that come to it, the quick ones first."""
        lines = self.reach[str(mutant.file)]
        found = {test for line in range(mutant.line, mutant.last + 1) for test in lines.get(line, ())}
        return sorted(found, key=lambda test: self.took[test])

    def _without_a_fault(self, session: pytest.Session) -> tuple[dict[str, float], dict[str, dict[int, list[str]]]]:
        """CPU seconds of each test, and by file and line the tests that come there."""
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            pid = _forked(functools.partial(self._followed, session, Path(file.name)))
            if os.waitpid(pid, 0)[1]:
                raise SystemExit("the tests fail without any fault: make test")
            found = json.loads(Path(file.name).read_bytes())
        reach: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for test, (_, lines) in found.items():
            for name, line in lines:
                reach[name][line].append(test)
        return {test: took for test, (took, _) in found.items()}, reach

    def _followed(self, session: pytest.Session, into: Path) -> int:
        found: dict[str, tuple[float, list[tuple[str, int]]]] = {}
        folder = str(Path("services/compliance/law").resolve()) + os.sep
        remembering = memories()
        for nodeid, item in self.items.items():
            for remembers in remembering:
                remembers.cache_clear()
            met: set[tuple[str, int]] = set()
            began = time.process_time()
            _follow(folder, met)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            sys.settrace(None)
            found[nodeid] = (time.process_time() - began, sorted(met))
        into.write_text(json.dumps(found))
        return KILLED if session.testsfailed else SURVIVED


def _follow(folder: str, met: set[tuple[str, int]]) -> None:
    calls: Counter[types.CodeType] = Counter()

    def line(frame: types.FrameType, event: str, arg: object) -> Any:
        met.add((frame.f_code.co_filename, frame.f_lineno))
        return line

    def call(frame: types.FrameType, event: str, arg: object) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(folder) or calls[code] > OFTEN:
            return None
        calls[code] += 1
        met.add((code.co_filename, frame.f_lineno))
        return line

    sys.settrace(call)


def placed(mutant: Mutant) -> None:
    """Puts the mutated code into the function that is there, and lets the law forget what it remembers."""
    filename = str(mutant.file)
    new = {(c.co_qualname, c.co_firstlineno): c for c in _codes(compile(mutant.mutated(), filename, "exec"))}
    found = 0
    for known in gc.get_objects():
        if (
            isinstance(known, types.FunctionType)
            and known.__code__.co_filename == filename
            and known.__code__.co_qualname == mutant.function
        ):
            known.__code__ = new[known.__code__.co_qualname, known.__code__.co_firstlineno]
            found += 1
    if not found:
        raise LookupError(mutant.function)
    for remembers in memories():
        remembers.cache_clear()


def memories() -> list[Any]:
    return [o for o in gc.get_objects() if isinstance(o, functools._lru_cache_wrapper) and o.__module__.startswith(LAW)]


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _codes(inner)
