"""An invented story: facts before their services numbered them. It depends on the seed and the name of its subject alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from contracts.message import CHINA

FIRST, LAST = date(2022, 4, 8), date(2026, 6, 16)


@dataclass(slots=True)
class Said:
    """A fact before its service numbered it. `cites`: the field of `data` that names another fact of the same story."""

    at: datetime
    service: str
    stream: str
    kind: str
    subject: str
    time: date
    role: str
    unit: str
    data: dict[str, Any]
    cites: tuple[str, Said] | None = None
    id: str = ""


@dataclass
class Story:
    """Facts in the order of their recording, with their ids."""

    seed: str
    subject: str
    unit: str
    said: list[Said] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = Random(f"{self.seed}/{self.subject}")

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def later(self, day: date, least: int, most: int) -> date:
        return day + timedelta(self.dice.randint(least, most))

    def say(self, where: str, kind: str, day: date, role: str = "branch", /, *, known: date | None = None, **data: Any) -> Said:
        """`where` is service/stream; the fact is true from `day` and recorded then, or on `known`."""
        service, stream = where.split("/")
        on = max(known or day, FIRST)
        at = datetime(on.year, on.month, on.day, 8, tzinfo=CHINA) + timedelta(microseconds=self.dice.randrange(9 * 3600 * 1_000_000))
        values = {name.rstrip("_"): str(value) if isinstance(value, date) else value for name, value in data.items()}
        said = Said(at, service, stream, kind, self.subject, day, role, self.unit, values)
        if on <= LAST:
            self.said.append(said)
        return said

    def told(self) -> Iterator[Said]:
        versions: Counter[tuple[str, str]] = Counter()
        for said in sorted(self.said, key=lambda s: s.at):
            versions[said.service, said.stream] += 1
            said.id = f"{said.service}/{said.stream}@{versions[said.service, said.stream]}"
        for said in self.said:
            if said.cites is not None:
                said.data[said.cites[0]] = said.cites[1].id
        yield from self.said
