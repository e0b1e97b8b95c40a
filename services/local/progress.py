"""What is going on, in both languages, on stderr: one line a step, with the seconds since the beginning."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

Say = Callable[[str, str], None]
"""Called with a line in Chinese and in English."""


def silent(zh: str, en: str) -> None:
    """For those who watch otherwise."""


class Progress:
    """Coloured on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._tty = sys.stderr.isatty()

    def __call__(self, zh: str, en: str) -> None:
        elapsed = f"{time.monotonic() - self._begun:5.1f} s"
        if self._tty:
            from rich.console import Console
            from rich.text import Text

            line = Text.assemble((elapsed, "dim"), "  ", zh, (f" · {en}", "dim"))
            Console(stderr=True, highlight=False).print(line, soft_wrap=True)
        else:
            print(f"{elapsed}  {zh} · {en}", file=sys.stderr, flush=True)
