"""Reads `golden.yaml`: facts as lines of a log, questions as questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contracts.canonical import canonical
from contracts.message import CHINA, Fact, facts, instant, midnight

FILE = Path(__file__).parent / "golden.yaml"
ENVELOPE = ("day", "known")
BY_NAME: Mapping[str, type[Fact]] = {kind.__name__: kind for kind in facts().values()}


@dataclass(frozen=True, slots=True)
class Asked:
    scenario: str
    number: int
    lines: tuple[bytes, ...]
    ask: dict[str, Any]

    @property
    def as_of(self) -> date:
        return self.ask["as_of"]  # type: ignore[no-any-return]

    @property
    def known_at(self) -> date:
        return self.ask.get("known_at", self.as_of)  # type: ignore[no-any-return]

    @property
    def year(self) -> int:
        return int(self.ask.get("year", self.as_of.year))

    def __str__(self) -> str:
        return f"{self.scenario}-{self.number}"


@cache
def loaded() -> dict[str, Any]:
    return yaml.load(FILE.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # type: ignore[no-any-return]


@cache
def scenarios() -> dict[str, tuple[tuple[bytes, ...], tuple[dict[str, Any], ...]]]:
    document = loaded()
    return {
        s["id"]: (tuple(lines([*document["fixtures"].get(s.get("fixture"), []), *s["facts"]])), tuple(s["ask"]))
        for s in document["scenarios"]
    }


def questions() -> list[Asked]:
    return [Asked(id_, i, facts_, ask) for id_, (facts_, asks) in scenarios().items() for i, ask in enumerate(asks, 1)]


def lines(given: list[dict[str, Any]]) -> Iterator[bytes]:
    """In the order of their recording: at 18:00 of the day on which each was known, those of one day as listed."""
    sequences: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    for i, fact in sorted(enumerate(given), key=lambda f: (f[1].get("known", f[1]["day"]), f[0])):
        name = next(key for key in fact if key not in ENVELOPE)
        known = fact.get("known", fact["day"])
        at = datetime(known.year, known.month, known.day, 18, tzinfo=CHINA) + timedelta(microseconds=i)
        yield line(BY_NAME[name], dict(fact[name]), fact["day"], at, sequences, versions)


def line(kind: type[Fact], data: dict[str, Any], day: date, at: datetime, sequences: Counter[str], versions: Counter[str]) -> bytes:
    """One line of a log, as a service would have written it."""
    for name, default in (("cadre_id", "C1"), ("unit_id", "U1")):
        if name in kind.model_fields and kind.model_fields[name].is_required():
            data.setdefault(name, default)
    fact = kind.model_validate(data)
    stream = fact.stream()
    sequences[kind.SERVICE] += 1
    versions[f"{kind.SERVICE}/{stream}"] += 1
    event = {
        "specversion": "1.0",
        "id": f"{kind.SERVICE}/{stream}@{versions[f'{kind.SERVICE}/{stream}']}",
        "source": f"/taizhang/{kind.SERVICE}",
        "type": kind.type(),
        "subject": fact.subject(),
        "time": midnight(day),
        "recordedtime": instant(at),
        "sequence": f"{sequences[kind.SERVICE]:020d}",
        "actor": "p-test",
        "role": "section",
        "unitref": "U1",
        "correlationid": "rq-test",
        "causationid": "cmd-test",
        "dataschema": f"/schemas/{kind.type()}.json",
        "datacontenttype": "application/json",
        "data": fact.public(),
    }
    return canonical(event)
