"""Who changes under a draft of the law, from what to what, and why: the same functions over the same facts, with it and without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from contracts.answers import Answer, Appraisal, Promotion
from contracts.labels import label
from contracts.message import Event
from services.compliance import law
from services.compliance.drafts import named

PROMOTION, APPRAISAL = "promotion", "appraisal"
Part = Promotion | Appraisal
Key = tuple[str, int | None]
"""Promotion, or the appraisal of a year."""


@dataclass(frozen=True, slots=True)
class Laws:
    """The law as it is, and as the draft would make it. `named`: the parameters that the draft can change; `alone`: the law with only
    one of them changed, where the draft can be so divided."""

    before: law.Common
    after: law.Common
    draft: Event
    named: frozenset[str]
    alone: Mapping[str, law.Common]

    @classmethod
    def of(cls, common: law.Common, draft: Event) -> Laws:
        said = getattr(draft.data, "parameters", {})
        parts = (
            {n: draft._replace(data=draft.data.model_copy(update={"parameters": {n: v}})) for n, v in said.items()} if len(said) > 1 else {}
        )
        alone = {name: common.extended([part]) for name, part in parts.items()}
        return cls(common, common.extended([draft]), draft, named(draft, common), alone)


@dataclass(slots=True)
class Compared:
    """`changes` as they are told; `moves` counts every answer by (about, year, outcome before, outcome after), `changed` those of them
    that changed. `unanswered`: whose facts cannot be read or answered. `only_readings`: answers whose outcome stays but one of whose readings does not."""

    population: int = 0
    unanswered: int = 0
    affected: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)
    moves: Counter[tuple[str, int | None, str, str]] = field(default_factory=Counter)
    changed: Counter[tuple[str, int | None, str, str]] = field(default_factory=Counter)
    only_readings: int = 0

    def add(self, other: Compared) -> None:
        """The totals of others; their changes are told where they are found."""
        self.population += other.population
        self.unanswered += other.unanswered
        self.affected += other.affected
        self.moves += other.moves
        self.changed += other.changed
        self.only_readings += other.only_readings

    def totals(self) -> dict[str, Any]:
        same = self.moves - self.changed
        return {
            "population": self.population,
            "affected": self.affected,
            "unaffected": self.population - self.affected,
            "unanswered": self.unanswered,
            "answers": self.moves.total(),
            "changed": self.changed.total(),
            "only_readings": self.only_readings,
            "transitions": [_counted(move, n) for move, n in sorted(self.changed.items(), key=_order)],
            "unchanged": [_counted(move, n) for move, n in sorted(same.items(), key=_order)],
        }


def compare(laws: Laws, cadre_id: str, events: Sequence[Event], as_of: date, known_at: str, year: int | None, compared: Compared) -> None:
    """Of a cadre with a year in scope: promotion on the day, and the appraisal of each such year, or of one."""
    cadre = law.Cadre.of(cadre_id, events)
    if in_scope := law.years_in_scope(laws.before, cadre, as_of, known_at):
        _compare(laws, cadre, as_of, known_at, [y for y in in_scope if year in (None, y)], compared)


def _compare(laws: Laws, cadre: law.Cadre, as_of: date, known_at: str, years: Sequence[int], compared: Compared) -> None:
    asked = partial(_answers, cadre=cadre, as_of=as_of, known_at=known_at, years=years)
    before, after = asked(laws.before), asked(laws.after)
    compared.population += 1
    changed = [key for key in before if _gist(before[key]) != _gist(after[key])]
    compared.affected += bool(changed)
    one_by_one = {name: asked(common) for name, common in laws.alone.items()} if changed else {}
    for key, was in before.items():
        now, move = after[key], (*key, was.outcome, after[key].outcome)
        compared.moves[move] += 1
        if key in changed:
            compared.changed[move] += 1
            deciding = frozenset(n for n, parts in one_by_one.items() if _gist(parts[key]) != _gist(was)) or laws.named
            compared.changes.append(_told(laws, cadre.id, key, was, now, _parameters(laws, deciding, key[1], as_of, known_at)))
        elif isinstance(was, Appraisal) and isinstance(now, Appraisal) and was.readings != now.readings:
            compared.only_readings += 1


def _answers(common: law.Common, cadre: law.Cadre, as_of: date, known_at: str, years: Sequence[int]) -> dict[Key, Part]:
    found: dict[int, Answer] = law.answers(common, cadre, as_of, known_at, years or (as_of.year,), findings=False, next_change=False)
    parts: dict[Key, Part] = {(PROMOTION, None): next(iter(found.values())).promotion}
    return parts | {(APPRAISAL, y): found[y].appraisal for y in years}


def _gist(part: Part) -> tuple[Any, ...]:
    return part.outcome, getattr(part, "allowed_grades", ()), tuple(r.code for r in part.reasons)


def _told(laws: Laws, cadre_id: str, key: Key, was: Part, now: Part, parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    about, year = key
    found: dict[str, Any] = {"cadre_id": cadre_id, "about": about} | ({"year": year} if year else {})
    words = {lang: _sentence(lang, cadre_id, key, was, now, parameters) for lang in ("zh", "en")}
    return found | {"before": _shown(was), "after": _shown(now), "parameters": parameters} | words


def _shown(part: Part) -> dict[str, Any]:
    told = part.model_dump(mode="json", include={"outcome", "allowed_grades", "reasons"})
    return told | {"reasons": [{k: v for k, v in r.items() if v is not None} for r in told["reasons"]]}


def _parameters(laws: Laws, deciding: Iterable[str], year: int | None, as_of: date, known_at: str) -> list[dict[str, Any]]:
    """What decided, as it is read for the year or the day; what the draft says where it holds only on other days."""
    was, now = (common.at(as_of, known_at).policies for common in (laws.before, laws.after))
    said: Mapping[str, Any] = getattr(laws.draft.data, "parameters", {})
    found = []
    for name in sorted(deciding):
        before, after = (p.of_year(name, year, as_of) if year else p.on(name, as_of) for p in (was, now))
        value, policy = (after.value, after.policy)
        if (before.value, before.policy) == (value, policy) and name in said:
            value, policy = said[name], laws.draft.subject
        settings = {"value": before.value, "policy": before.policy}, {"value": value, "policy": policy}
        found.append({"name": name, "before": settings[0], "after": settings[1]})
    return found


def _sentence(lang: Any, cadre_id: str, key: Key, was: Part, now: Part, parameters: Sequence[Mapping[str, Any]]) -> str:
    about, year = key
    outcomes = f"{_in_words(lang, about, was)} → {_in_words(lang, about, now)}"
    if lang == "zh":
        subject = f"{cadre_id} {year} 年度考核" if year else f"{cadre_id} 晋升"
        why = "；".join(f"{p['name']}：{p['before']['value']} → {p['after']['value']}" for p in parameters)
        return f"{subject}：{outcomes}。{why}。" if why else f"{subject}：{outcomes}。"
    subject = f"{cadre_id}, appraisal of {year}" if year else f"{cadre_id}, promotion"
    why = "; ".join(f"{p['name']}: {p['before']['value']} → {p['after']['value']}" for p in parameters)
    return f"{subject}: {outcomes}. {why}." if why else f"{subject}: {outcomes}."


def _in_words(lang: Any, about: str, part: Part) -> str:
    codes = ", ".join(label(r.code, lang, f"{about}_reason") for r in part.reasons)
    grades = "/".join(label(g, lang, "grade") for g in getattr(part, "allowed_grades", ()))
    return label(part.outcome, lang, "outcome") + (f" ({codes})" if codes else "") + (f" [{grades}]" if grades else "")


def _counted(move: tuple[str, int | None, str, str], n: int) -> dict[str, Any]:
    about, year, was, now = move
    return {"about": about} | ({"year": year} if year else {}) | {"before": was, "after": now, "cadres": n}


def _order(counted: tuple[tuple[str, int | None, str, str], int]) -> tuple[Any, ...]:
    (about, year, was, now), _ = counted
    return about != PROMOTION, year or 0, was, now
