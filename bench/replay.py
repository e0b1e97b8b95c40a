"""How fast `taizhang decide` answers for everybody from a log whose lines are in no order, and what memory it needs.

`replay-1-core` counts CPU seconds of one process, so that a busy machine measures the same; the limit is `orjson.loads` over the same lines.
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

FIGURES = ("replay-1-core", "replay-memory-growth")
CADRES = int(os.environ.get("REPLAY_CADRES", "20000"))
LEAST, MOST = 50_000, 1 << 30
DECIDE = """
import resource, sys, time
from datetime import date
from pathlib import Path
from services.compliance.offline import run
code = run([Path(sys.argv[1])], None, None, date(2026, 6, 17), "2026-06-17", None, None, "jsonl")
print(code, time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)
"""


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        facts = write(log, CADRES)
        seconds, peak = _decide(log)
        if "replay-1-core" in wanted:
            rate, limit = facts / seconds, facts / _loads(log)
            yield Figure("replay-1-core", rate, "facts/s", limit, rate / limit, {}, f"≥ {LEAST:,} facts/s of {facts:,}", rate >= LEAST)
        if "replay-memory-growth" in wanted:
            write(log, CADRES // 10)
            _, smaller = _decide(log)
            promise = f"{facts:,} facts: {peak >> 20} MiB < {MOST >> 20}"
            yield Figure("replay-memory-growth", peak / smaller, "times", promise=promise, kept=peak < MOST)


def _decide(log: Path) -> tuple[float, int]:
    """CPU seconds, and the highest memory in bytes."""
    with tempfile.TemporaryFile() as out:
        done = subprocess.run([sys.executable, "-c", DECIDE, str(log)], stdout=out, stderr=subprocess.PIPE, check=True)
    code, seconds, peak = done.stderr.decode().splitlines()[-1].split()
    assert code == "0", done.stderr.decode()
    return float(seconds), int(peak)


def _loads(log: Path) -> float:
    begun = time.process_time()
    with log.open("rb") as lines:
        for line in lines:
            orjson.loads(line)
    return time.process_time() - begun
