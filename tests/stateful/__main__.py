"""`make stateful`: every aggregate against its plain model, on random commands. SEED= chooses them, N= how many histories in all."""

from __future__ import annotations

import os
import secrets
import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.machine import Machine, Model, machine
from tests.stateful.models import MODELS

STEPS = 30


def run(model: type[Model], seed: int, histories: int, steps: int = STEPS) -> type[Machine]:
    """Raises AssertionError with the shortest history on which decider and model differ."""
    lives = machine(model)
    chosen = settings(
        max_examples=histories, stateful_step_count=steps, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink), print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(seeded(seed)(lives), settings=chosen)
    return lives


def main() -> int:
    seed, many = int(os.environ.get("SEED") or secrets.randbelow(10**6)), int(os.environ.get("N") or 5000)
    print(f"SEED={seed} N={many}", flush=True)
    passed = failed = 0
    only = os.environ.get("ONLY", "").split()
    for model in [m for m in MODELS if not only or m.__name__ in only]:
        began, each = time.process_time(), max(1, many // len(MODELS))
        try:
            lives = run(model, seed, each)
        except AssertionError:
            traceback.print_exc(limit=0)
            failed += 1
            continue
        passed += lives.lived
        said = ", ".join(f"{code} {n}" for code, n in sorted(lives.outcomes.items(), key=lambda pair: -pair[1]))
        print(f"{model.__name__:15} {lives.lived:5} histories, {time.process_time() - began:5.1f} s: {said}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
