"""How fast `taizhang decide` answers for everybody from a log whose lines are in no order, and what memory it needs.

`replay-1-core` counts CPU seconds of one process that may use one core, so that a busy machine measures the same; `replay-2-cores` counts
seconds of the clock. The limit is `orjson.loads` over the same lines.
`replay-memory-growth` is the peak RSS over a log ten times as long. REPLAY_CADRES says how many cadres the longer of the two logs has, about
fifty-two facts each (default 20,000, a million facts, against 2,000; 200,000 for ten million against one).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import orjson

from bench.figures import Figure
from bench.ledger import write
from services.compliance.cores import usable

FIGURES = ("replay-1-core", "replay-2-cores", "replay-memory-growth")
CADRES = int(os.environ.get("REPLAY_CADRES", "20000"))
LEAST, MOST = 50_000, 1 << 30
DECIDE = """
import os, resource, sys, time
from datetime import date
from pathlib import Path
from services.compliance.offline import run
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[2])])
begun = time.perf_counter()
code = run([Path(sys.argv[1])], None, None, date(2026, 6, 17), "2026-06-17", None, None, "jsonl")
print(code, time.process_time(), time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)
"""


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        facts = write(log, CADRES)
        limit = facts / _loads(log)
        seconds, _, peak = _decide(log, 1)
        if "replay-2-cores" in wanted:
            _, clock, _ = _decide(log, 2)
            promise = f"{facts:,} facts on {min(2, usable())} cores"
            yield Figure("replay-2-cores", facts / clock, "facts/s", limit, facts / clock / limit, {}, promise)
        if "replay-1-core" in wanted:
            rate = facts / seconds
            yield Figure("replay-1-core", rate, "facts/s", limit, rate / limit, {}, f"≥ {LEAST:,} facts/s of {facts:,}", rate >= LEAST)
        if "replay-memory-growth" in wanted:
            write(log, CADRES // 10)
            _, _, smaller = _decide(log, 1)
            promise = f"{facts:,} facts: {peak >> 20} MiB < {MOST >> 20}"
            yield Figure("replay-memory-growth", peak / smaller, "times", promise=promise, kept=peak < MOST)


def _decide(log: Path, cores: int) -> tuple[float, float, int]:
    """CPU seconds of the process, seconds of the clock, and the highest memory in bytes."""
    with tempfile.TemporaryFile() as out:
        done = subprocess.run([sys.executable, "-c", DECIDE, str(log), str(cores)], stdout=out, stderr=subprocess.PIPE, check=True)
    code, seconds, clock, peak = done.stderr.decode().splitlines()[-1].split()
    assert code == "0", done.stderr.decode()
    return float(seconds), float(clock), int(peak)


def _loads(log: Path) -> float:
    begun = time.process_time()
    with log.open("rb") as lines:
        for line in lines:
            orjson.loads(line)
    return time.process_time() - begun
