"""The readings of Article 8.2 as data. B: long unexcused absence. W: absence characterised as truancy, where that counts by
itself. C: the tasks were not done. C*: C, or presumed from B when there was something to do and nothing rebuts it.

All four are always worked out; one is in force. No other is hidden: where their outcomes differ the answer says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.answers import Reading


@dataclass(frozen=True, slots=True)
class Elements:
    """`presumed` is None where a presumption cannot be drawn, because nothing was ever assigned."""

    long: bool
    awol: bool
    failed: bool
    presumed: bool | None


def _cumulative_strict(e: Elements) -> bool | None:
    return (e.long or e.awol) and e.failed


def _cumulative_presumed(e: Elements) -> bool | None:
    if e.failed:
        return e.long or e.awol
    return e.presumed if e.long else False


def _absence(e: Elements) -> bool | None:
    return e.long or e.awol


def _two_limbs(e: Elements) -> bool | None:
    return e.long or e.awol or e.failed


READINGS: Mapping[Reading, Callable[[Elements], bool | None]] = {
    "R1": _cumulative_strict,
    "R2": _cumulative_presumed,
    "R3": _absence,
    "R4": _two_limbs,
}
"""Whether the cap holds; None where it cannot be said."""
