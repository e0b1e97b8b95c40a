"""The published files: made from the models, committed beside them, and guarded. `export` writes them, `check` says what
is out of date and what would break a subscriber."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from contracts.asyncapi import document
from contracts.compatibility import breaking
from contracts.message import facts
from contracts.schema import schema

HERE = Path(__file__).parent
SCHEMAS = HERE / "schemas"
EXAMPLES = HERE / "examples"
ASYNCAPI = "asyncapi.json"


class Breaking(ValueError):
    """A change that would break those who hold on to the published schemas: it needs a new major version beside the old."""


@cache
def files() -> dict[str, bytes]:
    """Name → content of every published file. The same models give the same bytes."""
    made: dict[str, Any] = {f"{name}.json": schema(fact) for name, fact in sorted(facts().items())}
    examples = {name: json.loads((EXAMPLES / f"{name}.json").read_bytes()) for name in facts()}
    return {name: _text(content) for name, content in (made | {ASYNCAPI: document(examples)}).items()}


def export(to: Path | None = None) -> list[Path]:
    """Writes all files into a folder. Without one, into the committed folder: there it raises Breaking rather than publish a
    breaking change."""
    folder = to or SCHEMAS
    if to is None and (broken := breaks(folder)):
        raise Breaking("\n".join(broken))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files()]


def check(published: Path = SCHEMAS) -> list[str]:
    """What is wrong with the published files, a line each: breaking changes first, then what is not as the models make it."""
    made = files()
    there = {p.name: p.read_bytes() for p in published.glob("*.json")}
    stale = [f"{name}: not published; run `taizhang contract export`" for name in made if name not in there]
    stale += [f"{name}: out of date; run `taizhang contract export`" for name in made if name in there and there[name] != made[name]]
    return breaks(published) + stale


def breaks(published: Path = SCHEMAS) -> list[str]:
    """Breaking changes of the models against published schemas; events and fields that are new are none."""
    known = {f"{name}.json": fact for name, fact in facts().items()}
    found = []
    for path in sorted(published.glob("taizhang.*.json")):
        if path.name in known:
            found += [f"{path.stem}: {change}" for change in breaking(json.loads(path.read_bytes()), schema(known[path.name]))]
        else:
            found.append(f"{path.stem}: no longer published")
    return found


def _text(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
