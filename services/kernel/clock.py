"""The service clock: one injected function. Knowledge time comes from it; no decider and no rule reads a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from contracts.message import CHINA

Clock = Callable[[], datetime]
"""An instant with its zone."""


def system() -> datetime:
    return datetime.now(UTC)


def from_file(path: Path) -> Clock:
    """For demo and tests: the instant written in the file, plus the time since the file was written. The file may be
    rewritten while the service runs; a writer replaces it (rename) so that it is never read half-written."""

    def now() -> datetime:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        at = datetime.fromisoformat(path.read_text().strip())
        if at.tzinfo is None:
            at = at.replace(tzinfo=CHINA)
        return at + max(datetime.now(UTC) - written, timedelta())

    return now


def clock(path: Path | None) -> Clock:
    return system if path is None else from_file(path)


def today(now: Clock) -> date:
    """The civil day in Asia/Shanghai."""
    return now().astimezone(CHINA).date()
