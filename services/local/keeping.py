"""Keeps the parts of a whole running: starts them in order, starts again what died, stops them in the reverse order."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Protocol

import psycopg

from services.local.progress import Say

LOOK = 0.05
CALM = 10.0
"""Seconds after which an earlier death no longer delays the next start."""
LONGEST_DELAY = 5.0
PROBE = 5.0
PATIENCE = 12
"""Probes in a row without an answer after which a part that lives is started again: a minute, since one that works hard may be
silent for a while."""
TROUBLE = (OSError, RuntimeError, psycopg.Error)


class Part(Protocol):
    """`start` returns when the part is started, `stop` when it is gone; `pid` is None when it is not running."""

    name: str

    def start(self) -> object: ...

    def stop(self, *, at_once: bool = False) -> object: ...

    def answers(self) -> bool: ...

    @property
    def pid(self) -> int | None: ...


class Interrupted(Exception):
    """We were told to stop before everything had started."""


class Keeper(threading.Thread):
    """All parts are started by this one thread, which lives as long as they do: processes are tied to the thread that started them.

    `begin` runs in it and adds every part to `parts` before it starts it."""

    def __init__(self, begin: Callable[[Keeper], None], say: Say) -> None:
        super().__init__(name="keeper", daemon=True)
        self.parts: list[Part] = []
        self.error: BaseException | None = None
        self.begun, self.ended = threading.Event(), threading.Event()
        self.hurry = threading.Event()
        self._begin, self._say = begin, say
        self._stopping = threading.Event()
        self._asked: SimpleQueue[tuple[Part, Future[None]]] = SimpleQueue()
        self._starts: dict[str, tuple[float, int]] = {}
        self._silent: dict[str, int] = {}

    def check(self) -> None:
        """Between two steps of a start. Raises Interrupted when there is to be no next one."""
        if self._stopping.is_set():
            raise Interrupted

    def run(self) -> None:
        try:
            self._begin(self)
            self.begun.set()
            self._watch()
        except BaseException as error:
            self.error = error
        finally:
            for part in reversed(self.parts):
                with suppress(*TROUBLE):
                    part.stop(at_once=self.hurry.is_set())
            self.begun.set()
            self.ended.set()

    def stop(self) -> None:
        self._stopping.set()

    def restart(self, part: Part) -> Future[None]:
        """In order: asked to end, waited for, started again."""
        done: Future[None] = Future()
        self._asked.put((part, done))
        return done

    def _watch(self) -> None:
        probe_at = time.monotonic() + PROBE
        while not self._stopping.is_set():
            with suppress(Empty):
                part, done = self._asked.get(timeout=LOOK)
                self._restart(part, done)
            for part in self.parts:
                if part.pid is None:
                    self._revive(part)
            if time.monotonic() >= probe_at:
                self._probe()
                probe_at = time.monotonic() + PROBE

    def _restart(self, part: Part, done: Future[None]) -> None:
        try:
            part.stop()
            part.start()
            done.set_result(None)
        except TROUBLE as error:
            done.set_exception(error)

    def _revive(self, part: Part) -> None:
        """The first time at once, then after 0.2, 0.4, 0.8 … 5 seconds."""
        now = time.monotonic()
        last, deaths = self._starts.get(part.name, (-math.inf, 0))
        if now - last > CALM:
            deaths = 0
        if deaths and now < last + min(0.1 * 2**deaths, LONGEST_DELAY):
            return
        self._starts[part.name] = (now, deaths + 1)
        self._silent.pop(part.name, None)
        self._say(f"{part.name} 已停止，正在重新启动", f"{part.name} has ended, starting it again")
        try:
            part.start()
        except TROUBLE as error:
            self._say(f"{part.name} 未能启动：{type(error).__name__}", f"{part.name} did not start: {type(error).__name__}")

    def _probe(self) -> None:
        for part in self.parts:
            self._silent[part.name] = 0 if part.pid is None or part.answers() else self._silent.get(part.name, 0) + 1
            if self._silent[part.name] >= PATIENCE:
                self._say(f"{part.name} 没有回应，正在重新启动", f"{part.name} does not answer, starting it again")
                part.stop(at_once=True)
                self._revive(part)
