"""Spans of days in and out of scope, as Article 2 draws them for one cadre."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from contracts.message import Event


@dataclass(frozen=True, slots=True)
class Exit:
    on: date
    event: Event
    correction: Event | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` until the next span begins; in scope when `why_out` is None."""

    first: int
    exit: Exit | None
    why_out: str | None
    event: Event | None


@dataclass(eq=False)
class Scope:
    spans: Sequence[Span]
    exits: Sequence[Exit]

    @cached_property
    def _starts(self) -> list[int]:
        return [s.first for s in self.spans]

    def on(self, day: int) -> Span:
        return self.spans[bisect_right(self._starts, day) - 1]

    def covers(self, day: int) -> bool:
        return self.spans[bisect_right(self._starts, day) - 1].why_out is None

    def first_within(self, first: int, last: int) -> int | None:
        """The first day in scope from `first` to `last`, both included."""
        if first > last:
            return None
        if self.covers(first):
            return first
        return next((s.first for s in self.spans if first < s.first <= last and s.why_out is None), None)

    @cached_property
    def change_days(self) -> frozenset[int]:
        return frozenset(self._starts)

    def constant(self, first: int, last: int) -> bool:
        return not any(first < s <= last for s in self._starts)
