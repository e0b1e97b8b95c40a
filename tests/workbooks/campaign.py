"""Every workbook of the district, spoilt in every way: a clear answer each time, and no more memory than a small machine has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from services.workbooks.reading import Kind
from tests.workbooks import district, innocent, spoiling
from tests.workbooks.spoiling import Spoil
from tests.workbooks.trial import Told, alone

FILES: dict[str, Kind] = {
    "units.csv": "units", "roster.xlsx": "roster", "roster_2022.xls": "roster", "attendance/2024-09.xlsx": "attendance",
    "leave_ledger.xlsx": "leave", "duties.xlsx": "duties", "talks_and_training.xlsx": "training", "training_2023.csv": "training",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    way: Spoil
    seed: str
    harmless: bool

    def __str__(self) -> str:
        return f"{self.name} {self.way.__name__} {self.seed}"

    def run(self) -> Told:
        kind, data = FILES[self.name], district.bytes_of(self.name)
        told = alone(kind, self.name, data, self.way, self.seed)
        if self.harmless and not told.wrong:
            plain = alone(kind, self.name, data, lambda same, _: same, self.seed)
            if (told.said, told.rows) != (plain.said, plain.rows):
                told.wrong.append(f"read otherwise than before: {told.said}, not {plain.said}")
        return told


def cases(seed: int, number: int) -> Iterator[Case]:
    """Every way in turn, each on a file by lot."""
    chance = random.Random(seed)
    ways = [(way, ends, False) for ends, own in ((".xlsx", spoiling.XLSX), (".xls", spoiling.XLS), (".csv", spoiling.TEXT)) for way in own]
    ways += [(way, ends, True) for ends, own in ((".xlsx", innocent.XLSX), (".csv", innocent.TEXT)) for way in own]
    chance.shuffle(ways)
    for n in range(number):
        way, ends, harmless = ways[n % len(ways)]
        yield Case(chance.choice([name for name in FILES if name.endswith(ends)]), way, f"{seed}.{n}", harmless)
