"""`python -m bench [FIGURE…]`: measure, print a table, write bench/latest.json.

Every module named in MODULES has `FIGURES`, the names that it measures, and `measure(wanted)`, which yields those of them that are wanted.
`ONLY="name name"` in the environment does what arguments do. Ends with 1 when a promise was not kept, 2 when a name is unknown.
"""

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import cast

from bench.figures import Figure, as_json, as_table

MODULES: tuple[str, ...] = (
    "bench.append",
    "bench.relay",
    "bench.project",
    "bench.latency",
    "bench.preview",
    "bench.replay",
    "bench.answer",
)
LATEST = Path(__file__).with_name("latest.json")

Measure = Callable[[frozenset[str]], Iterable[Figure]]


def main(arguments: Sequence[str]) -> int:
    loaded = [importlib.import_module(module) for module in MODULES]
    known = [name for module in loaded for name in cast("Sequence[str]", module.FIGURES)]
    wanted = frozenset(arguments or os.environ.get("ONLY", "").split() or known)
    if unknown := wanted - set(known):
        print(f"no such figure: {', '.join(sorted(unknown))}; there are: {', '.join(known)}", file=sys.stderr)
        return 2

    figures: list[Figure] = []
    for module in loaded:
        asked = wanted & set(cast("Sequence[str]", module.FIGURES))
        if asked:
            for figure in cast("Measure", module.measure)(asked):
                print(f"  {figure.name}: {figure.row()['value']} {figure.unit}", file=sys.stderr, flush=True)
                figures.append(figure)

    print(as_table(figures))
    LATEST.write_text(as_json(figures), encoding="utf-8")
    return 1 if any(figure.kept is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
