"""`make mutation`: does a test notice when the law is changed? SEED= chooses the faults, N= how many, JOBS= how many at once."""

from __future__ import annotations

import functools
import os
import random
import resource
import secrets
import sys
import time
from pathlib import Path

import chinese_calendar  # noqa: F401 - read once, for all that are forked
import hypothesis  # noqa: F401
import pytest
import yaml

from tests.mutation.children import in_children
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.trial import LAW, OPTIONS, PATHS, Trials, read_anew, without_a_fault
from tests.scenarios import golden

FOLDER = Path("services/compliance/law").resolve()
SURVIVORS = Path(__file__).parent / "survivors.yaml"
LEAST = 0.85
"""The share of the faults that the tests have to notice."""


def modules() -> dict[str, Path]:
    return {_module(file): file for file in sorted(FOLDER.rglob("*.py"))}


def every() -> list[Mutant]:
    return [m for name, file in modules().items() for m in mutants(file, name)]


def _module(file: Path) -> str:
    inner = file.relative_to(FOLDER).with_suffix("").parts
    return ".".join((LAW, *(p for p in inner if p != "__init__"))) if inner != ("__init__",) else LAW


class Told:
    """Prints what survives as it is found, and counts."""

    def __init__(self, of: int) -> None:
        self.of, self.killed, self.explained, self.tried = of, 0, 0, 0
        self.reasons: dict[str, str] = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8")) or {}

    def __call__(self, mutant: Mutant, killed: bool, reached: bool = True) -> None:
        self.tried += 1
        self.killed += killed
        if not killed:
            reason = self.reasons.get(mutant.key)
            self.explained += reason is not None
            print(f"{mutant.file.relative_to(Path.cwd())}:{mutant.line} {mutant.where}")
            print("  - {}\n  + {}".format(*mutant.change))
            print(f"  {'survived' if reached else 'no test comes here'}: {reason or 'not explained'}")
        if self.tried % 25 == 0:
            print(f"· {self.tried} of {self.of}, killed {self.killed}", flush=True)


def main() -> int:
    seed, n = int(os.environ.get("SEED") or secrets.randbelow(1_000_000)), int(os.environ.get("N") or 500)
    jobs = int(os.environ.get("JOBS") or min(2, os.cpu_count() or 1))
    found = every()
    chosen = random.Random(seed).sample(found, min(n, len(found)))
    print(f"seed {seed}: {len(chosen)} of {len(found)} faults", flush=True)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    golden.questions()
    began, told = time.monotonic(), Told(len(chosen))
    for mutant in chosen:
        if mutant.key in told.reasons:
            told(mutant, killed=False)  # no test can notice it, or none is meant to: not tried, and counted as not noticed
    tried = [m for m in chosen if m.key not in told.reasons]
    known = without_a_fault(modules())
    outside, inside = [m for m in tried if known.is_early(m)], [m for m in tried if not known.is_early(m)]
    print(f"{len(known.took)} tests without a fault: {sum(known.took.values()):.0f} s of CPU", flush=True)
    for mutant, noticed in in_children(outside, functools.partial(read_anew, known), jobs):
        if noticed:
            known.notice(mutant, noticed)
        told(mutant, noticed is not None)
    sys.stdout.flush()
    pytest.main([*PATHS, *OPTIONS, "-s"], plugins=[Trials(known, inside, jobs, told)])
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    if told.tried < len(chosen):
        print(f"{len(chosen) - told.tried} faults were not tried: the tests do not run without any fault either")
    share = told.killed / len(chosen)
    print(f"seed {seed}, {time.monotonic() - began:.0f} s, of CPU {children.ru_utime + children.ru_stime:.0f} s")
    print(f"killed {told.killed} of {len(chosen)} ({share:.1%}), {told.explained} survivors explained")
    print(f"{told.killed + told.explained} passed, {len(chosen) - told.killed - told.explained} failed")
    return 0 if told.tried == len(chosen) and share >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
