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
import resource
import signal
import sys
import tempfile
import time
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.children import at_once, in_children
from tests.mutation.mutants import FUNCTIONS, Mutant, said

LAW = "services.compliance.law"
READ_ONCE = f"{LAW}.numbers"
"""Too slow to be read again for each test; it is read early."""
PATHS = ("tests/law", "tests/scenarios/test_golden.py", "tests/compliance/test_todos.py")
WITHOUT = ("test_histories", "test_properties", "test_speed")
"""Long, and true of any law, right or wrong: order, doubling, the past."""
OPTIONS = [
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
"""Tests that ask the law hundreds of times over what other tests ask once, and the modules that they are about: of those they ask
first, of others not at all."""
MOST_SECONDS = 16.0
"""Of CPU, as the tests take without a fault: those that come to a fault, up to so much, are asked about it. Leaving out the others
can only make the law look worse tested than it is."""
WHOLE_SECONDS, LEAST_SECONDS, TIMES = 90, 3.0, 20
"""Of CPU: what all tests may take, what one test may take at least, and how often as long as it took without a fault. What takes
longer does not end, and is killed."""
HERE, ASKING = 20, 0.02
"""How much it says of a test that it noticed a fault of the same function, and what asking it costs besides. That it noticed others
says nothing: the tests that notice most would leave no time for those that were written for it."""
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
    noticed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many faults of a function a test has noticed so far."""

    def is_early(self, mutant: Mutant) -> bool:
        return mutant.function is None or (str(mutant.file), mutant.statement) in self.early

    def notice(self, mutant: Mutant, test: str) -> None:
        self.noticed[_place(mutant), test] += 1

    def by(self, mutant: Mutant) -> list[str]:
        return self.best(mutant, self.reach.get(str(mutant.file), {}).get(mutant.statement, ()))

    def best(self, mutant: Mutant, tests: Iterable[str]) -> list[str]:
        """First those that noticed faults of the same function, then the quickest, as many as may be asked."""
        explanations, of = OF_EXPLANATIONS
        own = mutant.module in of
        about = (t for t in tests if own or not t.startswith(explanations))
        left, found = MOST_SECONDS, list[str]()
        for test in sorted(about, key=lambda t: (own and not t.startswith(explanations), -self._worth(mutant, t))):
            left -= self.took.get(test, 0.0)
            if left < 0:
                break
            found.append(test)
        return found

    def limit(self, test: str) -> float:
        return max(LEAST_SECONDS, TIMES * self.took.get(test, 0.0))

    def _worth(self, mutant: Mutant, test: str) -> float:
        return (1 + HERE * self.noticed[_place(mutant), test]) / (ASKING + self.took.get(test, 0.0))


def _place(mutant: Mutant) -> str:
    return f"{mutant.module}:{mutant.where}"


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


def read_anew(known: Known, mutant: Mutant) -> str | None:
    """The tests that are quickest, until one notices."""
    resource.setrlimit(resource.RLIMIT_CPU, (WHOLE_SECONDS, WHOLE_SECONDS))
    sys.meta_path.insert(0, Reading({mutant.module: (mutant.file, mutant.mutated)}))
    best_first = BestFirst(known, mutant)
    code = pytest.main([*PATHS, *OPTIONS], plugins=[best_first])
    return None if code == pytest.ExitCode.OK else best_first.failed or "reading it"


class BestFirst:
    """A plugin: the order in which a fault is found soonest. A table that has changed may make other tests than there were."""

    def __init__(self, known: Known, mutant: Mutant) -> None:
        self.known, self.mutant, self.failed = known, mutant, ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        by_id = {item.nodeid: item for item in items}
        items[:] = [by_id[test] for test in self.known.best(self.mutant, by_id)]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, self.known.limit(nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid


class Trials:
    """A plugin: instead of running the tests once it runs them for each mutant."""

    def __init__(self, known: Known, mutants: Sequence[Mutant], jobs: int, tell: Callable[[Mutant, str | None, bool], None]) -> None:
        self.known, self.mutants, self.jobs, self.tell = known, mutants, jobs, tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.places = Places()
        gc.collect()
        gc.freeze()  # so that what is shared with the children stays shared
        for mutant, noticed in in_children(self.mutants, functools.partial(self._try, session), self.jobs):
            if noticed:
                self.known.notice(mutant, noticed)
            self.tell(mutant, noticed, bool(self.known.by(mutant)))
        return True

    def _try(self, session: pytest.Session, mutant: Mutant) -> str | None:
        gc.disable()
        self.places.put(mutant)
        for nodeid in self.known.by(mutant):
            signal.setitimer(signal.ITIMER_VIRTUAL, self.known.limit(nodeid))
            self.items[nodeid].config.hook.pytest_runtest_protocol(item=self.items[nodeid], nextitem=None)
            if session.testsfailed:
                return nodeid
        return None


def without_a_fault(modules: Mapping[str, Path], jobs: int) -> Known:
    """Runs all tests once, in processes of their own, and sees which come where."""
    took: dict[str, float] = {}
    reach: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    early: set[tuple[str, int]] = set()
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder) / str(n) for n in range(jobs)]
        work = [functools.partial(_followed, modules, Part(n, jobs), into) for n, into in enumerate(parts)]
        if any(at_once(work)):
            raise SystemExit("the tests fail without any fault: make test")
        for part in parts:
            found = json.loads(part.read_bytes())
            early |= {(name, line) for name, line in found.pop(EARLY)[1]}
            for test, (seconds, lines) in found.items():
                took[test] = seconds
                for name, line in lines:
                    reach[name][line].append(test)
    return Known(took, reach, frozenset(early))


class Part:
    """A plugin: of the tests every so manieth."""

    def __init__(self, first: int, of: int) -> None:
        self.first, self.of = first, of

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = items[self.first :: self.of]


def _followed(modules: Mapping[str, Path], part: Part, into: Path) -> str | None:
    seen = Followed()
    changed = {name: (file, functools.partial(marked, file)) for name, file in modules.items()}
    setattr(builtins, MET, seen.met.add)
    sys.meta_path.insert(0, Reading(changed))
    code = pytest.main([*PATHS, *OPTIONS], plugins=[seen, part])
    into.write_text(json.dumps(seen.found))
    return None if code == pytest.ExitCode.OK else "a test"


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


class Places:
    """Where the functions of the law are, and what it remembers: looked for once, before anything is forked."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, str], list[types.FunctionType]] = defaultdict(list)
        for known in gc.get_objects():
            if isinstance(known, types.FunctionType):
                self.functions[known.__code__.co_filename, known.__code__.co_qualname].append(known)
        self.memories = memories()

    def put(self, mutant: Mutant) -> None:
        """The mutated code into the function that is there; the law forgets what it remembers."""
        filename = str(mutant.file)
        new = {(c.co_qualname, c.co_firstlineno): c for c in _codes(compile(mutant.mutated(), filename, "exec"))}
        for known in self.functions[filename, mutant.function or ""]:
            known.__code__ = new[known.__code__.co_qualname, known.__code__.co_firstlineno]
        if not self.functions[filename, mutant.function or ""]:
            raise LookupError(mutant.function)
        for remembers in self.memories:
            remembers.cache_clear()


def memories() -> list[Any]:
    return [o for o in gc.get_objects() if isinstance(o, functools._lru_cache_wrapper) and o.__module__.startswith(LAW)]


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _codes(inner)
