"""What a replay found: how much is equal, and every difference."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

KINDS = {
    "fact": ("事实", "facts kept"),
    "answer": ("现行答案", "standing answers"),
    "finding": ("现行事项", "standing findings"),
    "published": ("历次答案", "published answers"),
}
COLUMNS = ("kind", "who", "about", "live", "rebuilt")

Side = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """`live`: what the instance has; `rebuilt`: what follows from the log. None where there is nothing."""

    kind: str
    who: str
    about: str
    live: Side | None
    rebuilt: Side | None

    def row(self) -> dict[str, Any]:
        return {"kind": self.kind, "who": self.who, "about": self.about, "live": self.live, "rebuilt": self.rebuilt}


@dataclass(slots=True)
class Report:
    positions: dict[str, int]
    as_of: date = date.min
    """The day as of which the standing answers were derived anew."""
    equal: Counter[str] = field(default_factory=Counter)
    """By kind."""
    differences: list[Difference] = field(default_factory=list)

    def add(self, kind: str, who: str, about: str, live: Side | None, rebuilt: Side | None) -> None:
        """Counts what is equal, keeps what is not."""
        if live == rebuilt:
            self.equal[kind] += 1
        else:
            self.differences.append(Difference(kind, who, about, live, rebuilt))

    def shown(self, output: str) -> str:
        if output == "json":
            return orjson.dumps(self._whole(), option=orjson.OPT_INDENT_2).decode() + "\n"
        rows = [d.row() for d in self.differences]
        if output == "jsonl":
            return "".join(orjson.dumps(row).decode() + "\n" for row in rows)
        return _csv(rows) if output == "csv" else "\n".join(self._table()) + "\n"

    def _whole(self) -> dict[str, Any]:
        different = Counter(d.kind for d in self.differences)
        kinds = {kind: {"equal": self.equal[kind], "different": different[kind]} for kind in KINDS}
        return {
            "as_of": self.as_of.isoformat(),
            "positions": self.positions,
            **kinds,
            "differences": [d.row() for d in self.differences],
        }

    def _table(self) -> Iterator[str]:
        yield f"{self.as_of}  " + " ".join(f"{service}={position}" for service, position in self.positions.items())
        different = Counter(d.kind for d in self.differences)
        for kind, (zh, en) in KINDS.items():
            if self.equal[kind] or different[kind]:
                yield f"{zh} {en}: {self.equal[kind]} 相同 equal, {different[kind]} 不同 different"
        for d in self.differences:
            yield f"\n{d.kind} {d.who} {d.about}"
            yield f"  现有 live     {_words(d.live)}"
            yield f"  重建 rebuilt  {_words(d.rebuilt)}"


def _words(side: Side | None) -> str:
    return "—" if side is None else " ".join(f"{k}={' '.join(v) if isinstance(v, list | tuple) else v}" for k, v in side.items())


def _csv(rows: Iterable[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "live": _words(row["live"]), "rebuilt": _words(row["rebuilt"])} for row in rows)
    return text.getvalue()
