"""What a decision rests on, and where it stood when it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from contracts.message import Event, Fact


class Past(NamedTuple):
    """`versions` of the streams and `last` positions of the subjects, both in the service's own log; `answered`: whether the
    command is there already."""

    events: tuple[Event, ...]
    versions: Mapping[str, int]
    last: Mapping[str, int]
    answered: bool = False

    @property
    def position(self) -> int:
        return max(self.last.values(), default=0)

    def seen(self, subject: str) -> int:
        return self.last.get(subject, 0)

    def subject(self, fact: Fact) -> str:
        """A retraction is about what the retracted fact is about."""
        retracted = getattr(fact, "retracts", None)
        return next((e.subject for e in self.events if e.id == retracted), fact.subject())
