"""Tries mutants: each in a process of its own, forked from one that has collected the tests, and only by those tests that come to
the statement. A change outside functions needs the modules read anew: those are tried first, before anything of the law is imported."""

from __future__ import annotations

import ast
import builtins
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
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.mutants import FUNCTIONS, Mutant, said

LAW = "services.compliance.law"
READ_ONCE = f"{LAW}.numbers"
"""Too slow to be read again for each test; it is read early."""
PATHS = ("tests/law", "tests/scenarios/test_golden.py")
WITHOUT = ("test_histories", "test_properties", "test_speed")
"""Long, and true of any law, right or wrong: order, doubling, the past."""
ARGS = [
    *PATHS,
    *(f"--ignore=tests/law/{name}.py" for name in WITHOUT),
    "-k",
    "not test_through_decide and not test_two_sources_agree",  # what `test_pure` asks, and the calendars of two packages
    "-q",
    "-x",
    "--noconftest",
    "-p",
    "no:cacheprovider",
    "-o",
    "faulthandler_timeout=0",
    "--no-header",
]
OF_EXPLANATIONS = "tests/law/test_would_change.py", (f"{LAW}.acts", f"{LAW}.explaining")
"""Tests that ask the law hundreds of times over what other tests ask once, and the modules that they are about."""
MOST_SECONDS = 18.0
"""Of CPU, as the tests take without a fault: the quickest that come to a fault, up to so much, are asked about it. Leaving out the
slow ones can only make the law look worse tested than it is."""
WHOLE_SECONDS, LEAST_SECONDS, TIMES = 60, 3.0, 20
"""Of CPU: what all tests may take, what one test may take at least, and how often as long as it took without a fault. What takes
longer does not end, and is killed."""
MEMORY = 3 << 30
SURVIVED, KILLED = 0, 1
MET, EARLY = "__met__", "before the first test"


@dataclass(frozen=True, slots=True)
class Known:
    """What was seen without any fault."""

    took: Mapping[str, float]
    """CPU seconds of each test."""
    reach: Mapping[str, Mapping[int, Sequence[str]]]
    """By file and line of a statement the tests that come there."""
    early: frozenset[tuple[str, int]]
    """The statements that are come to while modules are read, tables made: a change there is one outside functions."""

    def is_early(self, mutant: Mutant) -> bool:
        return mutant.function is None or (str(mutant.file), mutant.statement) in self.early

    def by(self, mutant: Mutant) -> list[str]:
        return self.quickest(self.about(mutant.module, self.reach.get(str(mutant.file), {}).get(mutant.statement, ())))

    def about(self, module: str, tests: Iterable[str]) -> Iterator[str]:
        explanations, of = OF_EXPLANATIONS
        return (t for t in tests if module in of or not t.startswith(explanations))

    def quickest(self, tests: Iterable[str]) -> list[str]:
        """The quick ones first, as many as may be asked."""
        left, found = MOST_SECONDS, list[str]()
        for test in sorted(tests, key=lambda t: self.took.get(t, MOST_SECONDS)):
            left -= self.took.get(test, MOST_SECONDS)
            if left < 0:
                break
            found.append(test)
        return found


Changed = tuple[Path, Callable[[], ast.Module]]


class Reading(importlib.abc.MetaPathFinder):
    """Finds modules in a changed form."""

    def __init__(self, changed: Mapping[str, Changed]) -> None:
        self.changed = changed

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self.changed:
            return None
        file, tree = self.changed[fullname]
        return importlib.util.spec_from_file_location(fullname, file, loader=Loader(fullname, str(file), tree))


class Loader(importlib.machinery.SourceFileLoader):
    """Reads a tree for what the file says, and all else of the file as it is."""

    def __init__(self, fullname: str, path: str, tree: Callable[[], ast.Module]) -> None:
        super().__init__(fullname, path)
        self.tree = tree

    def get_code(self, fullname: str) -> types.CodeType:
        return compile(self.tree(), self.path, "exec")


def read_anew(known: Known, mutant: Mutant) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (WHOLE_SECONDS, WHOLE_SECONDS))
    sys.meta_path.insert(0, Reading({mutant.module: (mutant.file, mutant.mutated)}))
    return int(pytest.main(ARGS, plugins=[Quickest(known, mutant.module)])) != pytest.ExitCode.OK


class Quickest:
    """A plugin: the order in which a fault is found soonest."""

    def __init__(self, known: Known, module: str) -> None:
        self.known, self.module = known, module

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        by_id = {item.nodeid: item for item in items}
        if not by_id.keys() <= self.known.took.keys():
            raise LookupError("other tests than without a fault")
        items[:] = [by_id[test] for test in self.known.quickest(self.known.about(self.module, by_id))]


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

    def __init__(self, known: Known, mutants: Sequence[Mutant], jobs: int, tell: Callable[[Mutant, bool, bool], None]) -> None:
        self.known, self.mutants, self.jobs, self.tell = known, mutants, jobs, tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        for mutant, killed in in_children(self.mutants, functools.partial(self._try, session), self.jobs):
            self.tell(mutant, killed, bool(self.known.by(mutant)))
        return True

    def _try(self, session: pytest.Session, mutant: Mutant) -> int:
        placed(mutant)
        for nodeid in self.known.by(mutant):
            signal.setitimer(signal.ITIMER_VIRTUAL, max(LEAST_SECONDS, TIMES * self.known.took[nodeid]))
            self.items[nodeid].config.hook.pytest_runtest_protocol(item=self.items[nodeid], nextitem=None)
            if session.testsfailed:
                return KILLED
        return SURVIVED


def without_a_fault(modules: Mapping[str, Path]) -> Known:
    """Runs all tests once, in a process of its own, and sees which come where."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        pid = _forked(functools.partial(_followed, modules, Path(file.name)))
        if os.waitpid(pid, 0)[1]:
            raise SystemExit("the tests fail without any fault: make test")
        found = json.loads(Path(file.name).read_bytes())
    reach: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    _, early = found.pop(EARLY)
    for test, (_, lines) in found.items():
        for name, line in lines:
            reach[name][line].append(test)
    return Known({test: took for test, (took, _) in found.items()}, reach, frozenset((name, line) for name, line in early))


def _followed(modules: Mapping[str, Path], into: Path) -> int:
    seen = Followed()
    changed = {name: (file, functools.partial(marked, file)) for name, file in modules.items()}
    setattr(builtins, MET, seen.met.add)
    sys.meta_path.insert(0, Reading(changed))
    code = pytest.main(ARGS, plugins=[seen])
    into.write_text(json.dumps(seen.found))
    return KILLED if code != pytest.ExitCode.OK else SURVIVED


class Followed:
    """A plugin: how long each test takes, and which statements it comes to."""

    def __init__(self) -> None:
        self.met: set[tuple[str, int]] = set()
        self.found: dict[str, tuple[float, list[tuple[str, int]]]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if not self.found:
            self.found[EARLY] = 0.0, sorted(self.met)
            self.remembering = [m for m in memories() if m.__module__ != READ_ONCE]
        for remembers in self.remembering:
            remembers.cache_clear()
        self.met.clear()
        began = time.process_time()
        result = yield
        self.found[item.nodeid] = (time.process_time() - began, sorted(self.met))
        return result


def marked(file: Path) -> ast.Module:
    """The module, with each statement of a function saying that it was come to."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = {id(n): n for f in ast.walk(tree) if isinstance(f, FUNCTIONS) for n in ast.walk(f) if not isinstance(n, ast.ClassDef)}
    for node in inside.values():
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and all(isinstance(v, ast.stmt) for v in value):
                setattr(node, name, [x for v in value for x in ([v] if said(v) else [_saying(file, v), v])])
    return ast.fix_missing_locations(tree)


def _saying(file: Path, statement: ast.stmt) -> ast.stmt:
    here = ast.Tuple([ast.Constant(str(file)), ast.Constant(statement.lineno)], ast.Load())
    return ast.Expr(ast.Call(ast.Name(MET, ast.Load()), [here], []))


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
