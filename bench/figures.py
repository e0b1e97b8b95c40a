"""One measured figure: what was measured, beside the limit that it was measured against and the peers measured in the same run.

`limit` is a number measured or promised in the unit of the figure: for a throughput the fastest that this machine allows (the bare
SQL function, the bare broker), for a delay the most that is allowed. `ratio` is `value / limit`. `peers` are ratios to other programs
doing the same work in the same run, so that a figure of a slow machine still says something.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """`promise` says in words what is promised of the figure, `kept` whether it held; neither is written to the JSON file."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    ratio: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict)
    promise: str = ""
    kept: bool | None = None

    @classmethod
    def against(
        cls,
        name: str,
        value: float,
        unit: str,
        limit: float,
        *,
        peers: Mapping[str, float] | None = None,
        least: float | None = None,
        most: float | None = None,
    ) -> "Figure":
        """A figure with its ratio to `limit`; `least` and `most` bound that ratio, `peers` are given as their values in the same unit."""
        ratio = value / limit
        bounds = [f"ratio ≥ {least:g}"] if least is not None else []
        bounds += [f"ratio ≤ {most:g}"] if most is not None else []
        kept = (least is None or ratio >= least) and (most is None or ratio <= most)
        compared = {peer: value / theirs for peer, theirs in (peers or {}).items()}
        return cls(name, value, unit, limit, ratio, compared, " and ".join(bounds), kept if bounds else None)

    def row(self) -> dict[str, object]:
        """The form of `bench/latest.json`."""
        return {
            "name": self.name,
            "value": _short(self.value),
            "unit": self.unit,
            "limit": None if self.limit is None else _short(self.limit),
            "ratio": None if self.ratio is None else _short(self.ratio),
            "peers": {peer: _short(ratio) for peer, ratio in self.peers.items()},
        }


def as_json(figures: Iterable[Figure]) -> str:
    return json.dumps([figure.row() for figure in figures], ensure_ascii=False, indent=1) + "\n"


def as_table(figures: Sequence[Figure]) -> str:
    head = ("figure", "value", "unit", "limit", "ratio", "against peers", "promise")
    rows = [head, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    numeric = {1, 3, 4}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in numeric else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cells(figure: Figure) -> tuple[str, ...]:
    verdict = {None: "", True: " ✔", False: " ✘"}[figure.kept]
    return (
        figure.name,
        f"{_short(figure.value):,}",
        figure.unit,
        "" if figure.limit is None else f"{_short(figure.limit):,}",
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        ", ".join(f"{ratio:.2f} × {peer}" for peer, ratio in figure.peers.items()),
        figure.promise + verdict,
    )


def _short(value: float) -> float:
    """Four significant digits below a thousand, whole numbers above: more would pretend to a precision that no run has."""
    return round(value) if abs(value) >= 1000 else float(f"{value:.4g}")
