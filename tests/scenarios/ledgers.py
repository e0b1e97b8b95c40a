"""The golden scenarios as ledgers that a system can be begun with: those whose facts are only about their own people and units share
one, under names of their own; one with a fact about everybody (a policy, a calendar, a closed year) is a ledger by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from contracts.message import Fact
from services.compliance.marking import EVERYBODY
from tests.scenarios.golden import BY_NAME, ENVELOPE, Asked, lines, loaded, questions, scenarios

Given = dict[str, Any]
SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Ledger:
    name: str
    lines: tuple[bytes, ...]
    asked: tuple[Asked, ...]

    def write(self, folder: Path) -> Path:
        log = folder / f"{self.name}.jsonl"
        log.write_bytes(b"\n".join(self.lines) + b"\n")
        return log


@cache
def ledgers() -> tuple[Ledger, ...]:
    """The shared one first, then the others as they come."""
    own = [id_ for id_, facts in _facts().items() if any(issubclass(_kind(f)[1], EVERYBODY) for f in facts)]
    together = {id_: renamed(id_, facts) for id_, facts in _facts().items() if id_ not in own}
    whole = tuple(lines([fact for facts in together.values() for fact in facts]))
    asked = tuple(_asked_there(q, whole) for q in questions() if q.scenario in together)
    alone = (Ledger(id_, scenarios()[id_][0], tuple(q for q in questions() if q.scenario == id_)) for id_ in own)
    return (Ledger(SHARED, whole, asked), *alone)


def name_in(scenario: str, name: str) -> str:
    """Of somebody or something of a scenario, where scenarios share a ledger."""
    return f"{scenario}-{name}"


def renamed(scenario: str, facts: Sequence[Given]) -> list[Given]:
    """The same facts about others: every id begins with the scenario's, and where a fact names an event, so does that."""
    first = [_with_ids(scenario, fact) for fact in facts]
    ids = dict(zip(map(_id, lines(_complete(list(facts)))), map(_id, lines(first)), strict=True))
    return [_replaced(fact, ids) for fact in first]


def _facts() -> dict[str, list[Given]]:
    document = loaded()
    return {s["id"]: [*document["fixtures"].get(s.get("fixture"), []), *s["facts"]] for s in document["scenarios"]}


def _kind(fact: Given) -> tuple[str, type[Fact]]:
    name = next(key for key in fact if key not in ENVELOPE)
    return name, BY_NAME[name]


def _complete(facts: Sequence[Given]) -> list[Given]:
    """With the cadre and the unit that `golden.line` would add."""
    found = []
    for fact in facts:
        name, kind = _kind(fact)
        fields = kind.model_fields
        added = {n: d for n, d in (("cadre_id", "C1"), ("unit_id", "U1")) if n in fields and fields[n].is_required()}
        found.append(fact | {name: added | fact[name]})
    return found


def _with_ids(scenario: str, fact: Given) -> Given:
    (complete,), (name, _) = _complete([fact]), _kind(fact)
    data = {key: _prefixed(scenario, value) if key.endswith(("_id", "_ids")) else value for key, value in complete[name].items()}
    return complete | {name: data}


def _prefixed(scenario: str, value: Any) -> Any:
    return [name_in(scenario, v) for v in value] if isinstance(value, list) else name_in(scenario, value)


def _replaced(fact: Given, ids: Mapping[str, str]) -> Given:
    name, _ = _kind(fact)
    return fact | {name: {key: ids.get(value, value) if isinstance(value, str) else value for key, value in fact[name].items()}}


def _id(line: bytes) -> str:
    return str(orjson.loads(line)["id"])


def _asked_there(asked: Asked, whole: tuple[bytes, ...]) -> Asked:
    who = "unit" if "unit" in asked.ask else "cadre"
    named = name_in(asked.scenario, asked.ask.get(who, "C1"))
    return Asked(asked.scenario, asked.number, whole, asked.ask | {who: named})
