"""Every name and code in Chinese and English: one catalogue for services, console, schemas and documents."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Language = Literal["zh", "en"]
Pair = tuple[str, str]
SAME = {"allowed_grades": "grade", "owed_by": "accountable", "by_office": "office", "categories": "category"}
"""Fields that hold the codes of another."""


def label(code: str, lang: Language, kind: str = "event") -> str:
    """The word for `code` in one language. `kind` is `event`, `command`, `field` (a name, or `Event.name`), the name of the
    field that holds the code (`reason_class`, `grade` …), `promotion_reason`, `appraisal_reason`, `finding`, `role`,
    `service`, `reading`, `mark`, `act`, `todo`, `cadre_state` (and `duty_`, `leave_`, `absence_`, `task_state`), or
    for the numbers of the law `parameter`, `unit`, `window`, `use`. A code that has no
    word, as one of a later version, stands for itself."""
    words = catalogue().get(SAME.get(kind, kind), {})
    pair = words.get(code) or words.get(code.rpartition(".")[2], (code, code))
    return pair[0 if lang == "zh" else 1]


@cache
def catalogue() -> Mapping[str, Mapping[str, Pair]]:
    """kind → code → (Chinese, English)."""
    codes = _read("codes") | _read("parameters")
    return {"event": _pairs(_read("events")), "command": _pairs(_read("commands")), "field": _pairs(_read("fields"))} | {
        kind: _pairs(words) for kind, words in codes.items()
    }


def _read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text("utf-8"))
    return loaded


def _pairs(words: Mapping[str, object]) -> dict[str, Pair]:
    found = {}
    for code, pair in words.items():
        if not (isinstance(pair, list) and len(pair) == 2):
            raise ValueError(f"labels: {code} needs one Chinese and one English word")
        found[code] = (str(pair[0]), str(pair[1]))
    return found
