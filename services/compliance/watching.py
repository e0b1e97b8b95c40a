"""How far a long piece of work has come, on stderr: a bar on a terminal, else a line now and then; nothing of a short one."""

from __future__ import annotations

import sys
import time
from types import TracebackType

WIDTH = 30
BAR, LINE = 0.2, 10.0
"""Seconds between two signs of life: on a terminal, elsewhere."""


class Watching:
    def __init__(self) -> None:
        self._begun = self._said = time.monotonic()
        self._tty = sys.stderr.isatty()
        self._drawn = False

    def __call__(self, zh: str, en: str, share: float) -> None:
        now = time.monotonic()
        if now - self._said < (BAR if self._tty else LINE):
            return
        self._said = now
        text = f"{zh} {en} {min(share, 1):4.0%}  {now - self._begun:.0f} s"
        if self._tty:
            done = round(WIDTH * min(share, 1))
            print(f"\r[{'#' * done}{'.' * (WIDTH - done)}] {text}\033[K", end="", file=sys.stderr, flush=True)
            self._drawn = True
        else:
            print(text, file=sys.stderr, flush=True)

    def __enter__(self) -> Watching:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """The bar goes before anything else is said."""
        if self._drawn:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
