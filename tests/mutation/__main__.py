"""`make mutation`: does a test notice when the law is changed? SEED= chooses the faults, several seeds
several samples of them, N= how many of each, JOBS= how many at once. The tests are those of the law, with more of the histories of
`make histories` than `make test` has time for."""

from __future__ import annotations

import functools
import os
import random
import re
import resource
import secrets
import sys
import time
from pathlib import Path

import chinese_calendar  # noqa: F401 - read once, for all that are forked
import hypothesis  # noqa: F401
import pytest
import yaml

from tests.law import told
from tests.mutation.children import in_children
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.trial import LAW, OPTIONS, PATHS, Trials, read_anew, without_a_fault
from tests.scenarios import golden

FOLDER = Path("services/compliance/law").resolve()
SURVIVORS = Path(__file__).parent / "survivors.yaml"
HISTORIES, HISTORIES_OF_DAYS = 1600, 300
OF_HISTORIES = re.compile(r"test_agreement.py::test_answers.*\[([0-9]+)\]$")
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
        self.of, self.explained, self.tried, self.by_more = of, 0, 0, 0
        self.killed: set[Mutant] = set()
        self.reasons: dict[str, str] = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8")) or {}

    def __call__(self, mutant: Mutant, noticed: str | None, reached: bool = True) -> None:
        """`noticed`: the test that did."""
        self.tried += 1
        if noticed is not None:
            self.killed.add(mutant)
            of = OF_HISTORIES.search(noticed)
            self.by_more += of is not None and int(of[1]) >= told.WHOLE
        else:
            reason = self.reasons.get(mutant.key)
            self.explained += reason is not None
            print(f"{mutant.file.relative_to(Path.cwd())}:{mutant.line} {mutant.where}")
            print("  - {}\n  + {}".format(*mutant.change))
            print(f"  {'survived' if reached else 'no test comes here'}: {reason or 'not explained'}")
        if self.tried % 25 == 0:
            print(f"· {self.tried} of {self.of}, killed {len(self.killed)}", flush=True)


def main() -> int:
    seeds = [int(s) for s in os.environ.get("SEED", "").split()] or [secrets.randbelow(1_000_000)]
    n, jobs = int(os.environ.get("N") or 500), int(os.environ.get("JOBS") or min(2, os.cpu_count() or 1))
    found = every()
    samples = {seed: random.Random(seed).sample(found, min(n, len(found))) for seed in seeds}
    chosen = list(dict.fromkeys(m for sample in samples.values() for m in sample))
    print(f"seed {' '.join(map(str, seeds))}: {len(chosen)} of {len(found)} faults", flush=True)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ[told.MORE] = str(HISTORIES)
    golden.questions()
    told.heard(HISTORIES_OF_DAYS, HISTORIES)
    began, tell = time.monotonic(), Told(len(chosen))
    for mutant in chosen:
        if mutant.key in tell.reasons:
            tell(mutant, None)  # no test can notice it, or none is meant to: not tried, and counted as not noticed
    tried = [m for m in chosen if m.key not in tell.reasons]
    known = without_a_fault(modules(), jobs)
    outside, inside = [m for m in tried if known.is_early(m)], [m for m in tried if not known.is_early(m)]
    print(f"{len(known.took)} tests without a fault: {sum(known.took.values()):.0f} s of CPU", flush=True)
    for mutant, noticed in in_children(outside, functools.partial(read_anew, known), jobs):
        if noticed:
            known.notice(mutant, noticed)
        tell(mutant, noticed)
    sys.stdout.flush()
    pytest.main([*PATHS, *OPTIONS, "-s"], plugins=[Trials(known, inside, jobs, tell)])
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    if tell.tried < len(chosen):
        print(f"{len(chosen) - tell.tried} faults were not tried: the tests do not run without any fault either")
    print(f"{time.monotonic() - began:.0f} s, of CPU {children.ru_utime + children.ru_stime:.0f} s")
    shares = {seed: len(tell.killed.intersection(sample)) / len(sample) for seed, sample in samples.items()}
    for seed, sample in samples.items():
        print(f"seed {seed}: killed {len(tell.killed.intersection(sample))} of {len(sample)} ({shares[seed]:.1%})")
    print(f"{tell.by_more} of {len(tell.killed)} noticed first by a history that make test leaves out")
    print(f"{tell.explained} of {len(chosen) - len(tell.killed)} survivors explained")
    print(f"{len(tell.killed) + tell.explained} passed, {len(chosen) - len(tell.killed) - tell.explained} failed")
    return 0 if tell.tried == len(chosen) and min(shares.values()) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
