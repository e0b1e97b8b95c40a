"""`make faults`: the campaigns, whole. SEED= chooses the run, N= how often each process is killed, EVENTS= how much is written."""

from __future__ import annotations

import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from services.local.postgres import Postgres
from tests.faults import campaign, writers
from tests.faults.load import Load
from tests.faults.system import System

Outcome = Sequence[str]


def say(text: str) -> None:
    print(f"  {text}", flush=True)


class Tally:
    passed = failed = 0

    def run(self, name: str, fault: Callable[[], Outcome]) -> None:
        print(name, flush=True)
        began = time.monotonic()
        try:
            wrong = fault()
        except Exception as error:
            wrong = [f"{type(error).__name__}: {error}"]
        for line in wrong[:20]:
            say(f"wrong: {line}")
        self.passed += not wrong
        self.failed += bool(wrong)
        say(f"{'failed' if wrong else 'passed'} after {time.monotonic() - began:.0f} s")


def write(tally: Tally, folder: Path, seed: int, events: int) -> None:
    server = Postgres(folder / "postgres", secrets.token_hex(16)).start()

    def fresh() -> str:
        name = f"w{secrets.token_hex(4)}"
        with psycopg.connect(server.dsn(), autocommit=True) as c:
            c.execute(f"create database {name}".encode())
        return make_conninfo(server.dsn(), dbname=name)

    def ours() -> Outcome:
        seen = writers.ours(fresh(), events, seed)
        say(str(seen))
        return [] if seen.whole and seen.there >= events and seen.cut else [str(seen)]

    def stock() -> Outcome:
        seen = writers.stock(fresh(), events, seed)
        say(f"the library's own functions: {seen.missed} of {seen.there} missed")
        return [] if seen.missed else ["this reader would not notice a loss"]

    try:
        tally.run(f"{writers.PROCESSES * writers.THREADS} writers, a reader that counts, connections cut", ours)
        tally.run("the same reader where facts do get lost", stock)
    finally:
        server.stop()


def break_(tally: Tally, folder: Path, seed: int, rounds: int) -> None:
    with System(folder) as system:
        load = Load(system)
        tally.run(f"kill -9, each process {rounds} times", lambda: campaign.killed(system, load, seed, rounds, say))
        say(f"{len(load.acknowledged)} commands acknowledged, {load.again} sent again, the longest after {load.longest:.1f} s")
        tally.run("streams deleted, relays restarted", lambda: campaign.streams_deleted(system, load, seed + 1))
        tally.run("streams deleted under a running relay", lambda: campaign.streams_deleted(system, load, seed + 2, restart=False))
        tally.run("the broker stopped", lambda: campaign.broker_stopped(system, load, seed + 3))


def main() -> int:
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    rounds, events = int(os.environ.get("N") or 20), int(os.environ.get("EVENTS") or 20_000)
    print(f"SEED={seed} N={rounds} EVENTS={events}", flush=True)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        write(tally, Path(folder), seed, events)
        break_(tally, Path(folder), seed, rounds)
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
