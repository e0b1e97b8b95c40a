"""What a random history is made of: statements, each known some day, that become events in the order of their recording."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from contracts.effective import effective_on
from contracts.message import CHINA, Event
from tests.scenarios.golden import BY_NAME, line

EVIDENCE = [{"evidence_id": "e1", "sha256": "a" * 64, "media_type": "application/pdf"}]
STRETCHES = (
    date(2022, 3, 20), date(2024, 4, 22), date(2024, 12, 16), date(2025, 6, 23), date(2025, 9, 22), date(2025, 12, 8), date(2026, 8, 20),
    date(2026, 12, 10),
)  # fmt: skip
"""The Measures taking effect, holidays with make-up days, vacations, New Year, the year that has no calendar yet."""


@dataclass(frozen=True, slots=True)
class To:
    """The event that another statement became."""

    statement: int


@dataclass(slots=True)
class Statement:
    name: str
    data: dict[str, Any]
    known: date


@dataclass(frozen=True, slots=True, eq=False)
class History:
    events: tuple[Event, ...]
    as_of: date
    known_at: str
    year: int

    def without(self, gone: Event) -> History:
        return History(tuple(e for e in self.events if e is not gone), self.as_of, self.known_at, self.year)

    def __str__(self) -> str:
        lines = [f"as_of {self.as_of} known_at {self.known_at} year {self.year}"]
        for e in sorted(self.events, key=lambda e: (e.recordedtime, e.sequence)):
            lines.append(f"  {e.recordedtime} {e.id} {e.type.split('.')[2]} time {e.time} {e.data.public()}")
        return "\n".join(lines)


@dataclass(slots=True)
class Telling:
    """A history while it is told."""

    chance: random.Random
    first: date
    length: int
    said: list[Statement] = field(default_factory=list)
    periods: list[tuple[date, int]] = field(default_factory=list)

    def day(self, spread: int = 0) -> date:
        return self.first + timedelta(days=self.chance.randint(-spread, self.length + spread))

    def pick(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def odds(self, share: float) -> bool:
        return self.chance.random() < share

    def period(self) -> dict[str, date]:
        """As often as not about the same days as an earlier one."""
        first, length = self.day(5), self.pick(0, 1, 2, 3, 4, 5, 8, 13, 21, 30)
        if self.periods and self.odds(0.55):
            first, length = self.chance.choice(self.periods)
            first, length = first + timedelta(days=self.pick(0, 0, 0, 1, 3, -2)), max(0, length + self.pick(0, 0, 0, 2, -3))
        self.periods.append((first, length))
        return {"from": first, "until": first + timedelta(days=length)}

    def say(self, name: str, on: date, /, **data: Any) -> int:
        delay = self.pick(-3, 0, 0, 0, 0, 1, 2, 5, 12, 40)
        given = {k.rstrip("_"): v for k, v in data.items() if v is not None}
        self.said.append(Statement(name, given, on + timedelta(days=delay)))
        return len(self.said) - 1

    def known_long(self, name: str, on: date, /, **data: Any) -> int:
        number = self.say(name, on, **data)
        self.said[number].known = on
        return number


def recorded(said: list[Statement], chance: random.Random) -> list[Event]:
    """In the order in which they were known; what refers to something that is not there is refused, as a service would."""
    sequences: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    events: list[Event] = []
    became: dict[int, str] = {}
    order = sorted(range(len(said)), key=lambda i: (said[i].known, chance.random() if i > 3 else 0))
    for position, i in enumerate(order):
        data, kind = dict(said[i].data), BY_NAME[said[i].name]
        target = next((v for v in data.values() if isinstance(v, To)), None)
        if target is not None and target.statement not in became:
            continue
        data = {k: became[v.statement] if isinstance(v, To) else v for k, v in data.items()}
        if kind.model_fields.get("cadre_id") and kind.model_fields["cadre_id"].is_required():
            data.setdefault("cadre_id", "C1")
        known = said[i].known
        try:
            day = effective_on(kind.model_validate(data), known, events)
        except LookupError:
            continue
        at = datetime(known.year, known.month, known.day, 10, tzinfo=CHINA) + timedelta(microseconds=position)
        events.append(Event.parse(line(kind, data, day, at, sequences, versions)))
        became[i] = events[-1].id
    return events
