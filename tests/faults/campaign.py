"""The faults themselves. Each function brings one kind about while people work, and returns what was found wrong afterwards."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from services.kernel.broker import connect
from tests.faults import whole
from tests.faults.load import Load
from tests.faults.system import PARTS, SERVICES, System

Say = Callable[[str], None]


def killed(system: System, load: Load, seed: int, rounds: int, say: Say, parts: Sequence[str] = (*PARTS, "supervisor")) -> list[str]:
    """Each part `rounds` times, in random order, the next one often before the last has recovered; the supervisor among them."""
    rng = random.Random(seed)
    victims = [part for part in parts for _ in range(rounds)]
    rng.shuffle(victims)
    with load.running(seed):
        for n, victim in enumerate(victims, 1):
            _worked(load, rng.choice([0, 1, 10, 30]))
            time.sleep(rng.uniform(0, 0.3))
            system.kill(victim)
            say(f"{n}/{len(victims)} {victim} killed, {len(load.acknowledged)} commands acknowledged")
        system.settled()
        time.sleep(0.5)
    return whole.problems(system, load)


def _worked(load: Load, commands: int) -> None:
    """Until so many more were acknowledged: most faults meet a system at work, some one that has not come back from the last."""
    wanted, end = len(load.acknowledged) + commands, time.monotonic() + 30
    while len(load.acknowledged) < wanted and time.monotonic() < end:
        time.sleep(0.01)


def streams_deleted(system: System, load: Load, seed: int, restart: bool = True) -> list[str]:
    """The streams come back as they were: the same numbers, ids, headers and bytes."""
    with load.running(seed):
        time.sleep(1)
    if wrong := whole.problems(system, load):
        return wrong
    before = whole.streams(system)
    asyncio.run(_delete(system.operator))
    if restart:
        for service in SERVICES:
            system.restart(service)
    end = time.monotonic() + 60
    after = None
    while after != before and time.monotonic() < end:
        time.sleep(0.3)
        with suppress(Exception):
            after = whole.streams(system)
    wrong = [] if after == before else ["the streams are not what they were"]
    with load.running(seed + 1):
        time.sleep(1)
    return wrong + whole.problems(system, load)


async def _delete(url: str) -> None:
    nc = await connect(url, "operator")
    for service in SERVICES:
        assert await nc.jetstream().delete_stream(f"TAIZHANG_{service.upper()}")
    await nc.close()


def broker_stopped(system: System, load: Load, seed: int, seconds: float = 4) -> list[str]:
    """First it hangs, then it is gone: no command fails or waits for it; when it is back, answers catch up."""
    wrong = []
    for name, away in (("hangs", _hanging), ("is gone", _gone)):
        with away(system):
            time.sleep(0.3)
            before, load.again, load.longest = len(load.acknowledged), 0, 0.0
            with load.running(seed, newcomers=False):
                time.sleep(seconds)
            if len(load.acknowledged) - before < 20:
                wrong.append(f"while the broker {name}, only {len(load.acknowledged) - before} commands were acknowledged")
            if load.again:
                wrong.append(f"while the broker {name}, {load.again} commands had to be sent again")
            if load.longest > 2:
                wrong.append(f"while the broker {name}, a command took {load.longest:.1f} s")
        system.settled()
        wrong += whole.problems(system, load)
    return wrong


@contextmanager
def _hanging(system: System) -> Iterator[None]:
    pid = system.pid("nats")
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def _gone(system: System) -> Iterator[None]:
    """Killed as often as it is started again."""
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.01):
            if pid := system.pid("nats"):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        over.set()
        killer.join()
