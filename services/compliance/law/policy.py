"""Article 10: the law in force on a day (rules 2). A policy or interpretation overrides only the parameters that it names;
a superior rule beats both; a repealed one gives way to what was before it. A parameter of a day is read on that day, a
parameter of a year on the earlier of its 31 December and the day of the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cache, cached_property, lru_cache

from contracts.answers import Mark, Parameter
from contracts.compliance import InterpretationIssued, PolicyPublished, PolicyRepealed, SuperiorPolicyRegistered
from contracts.message import Event, Value
from services.compliance.law.numbers import THRESHOLD, Number, in_force, numbers, same

BUILT_IN = "P0"
MEASURES_FROM = date(2022, 4, 7)


@dataclass(frozen=True, slots=True)
class Threshold:
    """`number` is an integer where it is whole: those compare faster than fractions, and alike."""

    op: str
    number: Fraction | int
    unit: str = ""

    @classmethod
    def parse(cls, value: Value, op: str = ">") -> Threshold:
        """`"> 15"`, `">= 3"`, `"> 1/2 calendar_days"`; a bare number keeps the operator of the built-in value."""
        return _parsed(str(value), op)

    def met(self, count: float | Fraction) -> bool:
        """Counts are exact: halves of days are exact as floats."""
        return count >= self.number if self.op == ">=" else count > self.number

    @property
    def mildness(self) -> tuple[Fraction | int, bool]:
        """Greater is harder to exceed; at equal numbers `>` is."""
        return self.number, self.op == ">"


@lru_cache(maxsize=1024)
def _parsed(text: str, op: str) -> Threshold:
    found = THRESHOLD.match(text)
    if found is None:
        raise ValueError("not a threshold")
    number = Fraction(found[2]) / int(found[3] or 1)
    return Threshold(found[1] or op, int(number) if number.denominator == 1 else number, found[4])


@dataclass(frozen=True)
class InForce:
    """A value, who set it and where it comes from."""

    name: str
    value: Value
    policy: str
    source: str
    op: str = ">"
    mark: Mark | None = None

    @cached_property
    def threshold(self) -> Threshold:
        return Threshold.parse(self.value, self.op)

    @property
    def number(self) -> int:
        return int(self.threshold.number)

    @cached_property
    def shown(self) -> Parameter:
        return Parameter(name=self.name, value=self.value, policy=self.policy, source=self.source, mark=self.mark)


@dataclass(frozen=True, slots=True)
class Version:
    """A value and the first day from which it holds, as one piece of a parameter's history. `since`: the day on which what says so
    began, later than `first` where a favourable rule reached back to it."""

    first: int
    since: date
    setting: InForce
    threshold: Threshold


def problem(name: str, value: Value) -> str | None:
    """Why a value cannot stand for a parameter, or None. A parameter that no rule reads may say anything."""
    known = numbers().get(name)
    if known is None or known[0].use != "in_force":
        return None
    if alternatives := known[0].alternatives:
        return None if any(same(value, a) for a in alternatives) else f"{name}: one of {', '.join(map(str, alternatives))}"
    try:
        Threshold.parse(value)
    except ValueError:
        return f'{name}: a threshold such as "> 15", or a number'
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """One instrument and what it says. `order`: superior or not, then its date, then its recording."""

    id: str
    event_id: str
    source: str
    order: tuple[bool, date, str, int]
    first: date
    parameters: Mapping[str, Value]
    favourable: bool = False
    open_years_only: bool = False
    """An interpretation that does not say from when it applies."""
    repealed_on: date = date.max
    mark: Mark = "policy"

    def on(self, day: date, closed: Mapping[int, date]) -> bool:
        begun = self.first <= day or (self.favourable and is_open(closed, day.year, self.first))
        return begun and day < self.repealed_on

    def of_year(self, year: int, day: date, closed: Mapping[int, date]) -> bool:
        """`day`: the earlier of 31 December of the year and the day of the question."""
        if self.open_years_only:
            return is_open(closed, year, self.first) and max(day, self.first) < self.repealed_on
        begun = self.first <= day or (self.favourable and is_open(closed, year, self.first))
        return begun and max(day, self.first) < self.repealed_on


def is_open(closed: Mapping[int, date], year: int, on: date) -> bool:
    """No closing of the appraisal year on or before the day."""
    return closed.get(year, date.max) > on


def rules(events: Sequence[Event]) -> tuple[Rule, ...]:
    """The instruments among the counting facts, the weakest first."""
    found = [rule for event in events if (rule := _rule(event)) is not None]
    for event in events:
        if isinstance(event.data, PolicyRepealed):
            found = [_repealed(rule, event, event.data) for rule in found]
    return tuple(sorted(found, key=lambda r: r.order))


def _rule(event: Event) -> Rule | None:
    data = event.data
    if isinstance(data, InterpretationIssued):
        order = (False, data.issued_on, event.recordedtime, event.sequence)
        first, id_ = data.applies_from or data.issued_on, data.interpretation_id
        open_only = data.applies_from is None
        return Rule(id_, event.id, data.document_no, order, first, data.parameters, open_years_only=open_only, mark="interpretation")
    if isinstance(data, PolicyPublished | SuperiorPolicyRegistered):
        superior = isinstance(data, SuperiorPolicyRegistered)
        order = (superior, data.effective_from, event.recordedtime, event.sequence)
        favourable = isinstance(data, SuperiorPolicyRegistered) and data.favourable
        mark: Mark = "superior" if superior else "policy"
        return Rule(data.policy_id, event.id, data.source, order, data.effective_from, data.parameters, favourable=favourable, mark=mark)
    return None


def _repealed(rule: Rule, event: Event, repeal: PolicyRepealed) -> Rule:
    """What is published anew after its repeal, to hold from then on, stands."""
    anew = rule.order[2] > event.recordedtime and rule.first >= repeal.repealed_on
    if rule.id != repeal.policy_id or anew or rule.repealed_on <= repeal.repealed_on:
        return rule
    return replace(rule, repealed_on=repeal.repealed_on)


@dataclass(slots=True)
class Policies:
    """The law as known: all instruments that count, and the days on which appraisal years were closed."""

    rules: tuple[Rule, ...]
    closed: Mapping[int, date]
    _naming: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    _always: dict[str, InForce | None] = field(default_factory=dict)
    _said: dict[tuple[str, str, str], InForce] = field(default_factory=dict)

    def naming(self, name: str) -> tuple[Rule, ...]:
        try:
            return self._naming[name]
        except KeyError:
            named = (r for r in self.rules if name in r.parameters and problem(name, r.parameters[name]) is None)
            found = self._naming[name] = tuple(named)
            return found

    def always(self, name: str) -> InForce | None:
        """What holds on every day, where no instrument names the parameter and it has one line."""
        try:
            return self._always[name]
        except KeyError:
            lines = numbers()[name]
            found = self._always[name] = _default(name, lines[0].in_force_from) if len(lines) == 1 and not self.naming(name) else None
            return found

    def on(self, name: str, day: date) -> InForce:
        """A parameter of a day."""
        return self.always(name) or self._last(name, [r for r in self.naming(name) if r.on(day, self.closed)], day)

    def of_year(self, name: str, year: int, as_of: date) -> InForce:
        """A parameter of a year."""
        if always := self.always(name):
            return always
        day = min(date(year, 12, 31), as_of)
        return self._last(name, [r for r in self.naming(name) if r.of_year(year, day, self.closed)], day)

    def _last(self, name: str, holding: Sequence[Rule], day: date) -> InForce:
        default = _default(name, built_in(name, day).in_force_from)
        if not holding:
            return default
        rule = holding[-1]
        if (key := (name, rule.event_id, default.op)) not in self._said:
            self._said[key] = InForce(name, rule.parameters[name], rule.id, rule.source, default.op, rule.mark)
        return self._said[key]

    def versions(self, name: str, until: date) -> tuple[Version, ...]:
        """The history of a threshold up to a day, from the first day of the Measures on: each piece holds until the next begins."""
        if always := self.always(name):
            return (Version(0, MEASURES_FROM, always, always.threshold),)
        first = MEASURES_FROM
        starts = {first, *(n.in_force_from for n in numbers()[name])}
        for rule in self.naming(name):
            starts |= {rule.first, rule.repealed_on}
            if rule.favourable:
                starts |= {date(year, 1, 1) for year in range(first.year + 1, rule.first.year + 1)}
        pieces: list[Version] = []
        for start in sorted(s for s in starts if first <= s <= until):
            setting = self.on(name, start)
            if not pieces or setting.value != pieces[-1].setting.value:
                begun = max((r.first for r in self.naming(name) if r.id == setting.policy and r.on(start, self.closed)), default=start)
                pieces.append(Version(start.toordinal() if pieces else 0, max(start, begun), setting, setting.threshold))
        return tuple(pieces)

    def in_force(self, as_of: date) -> tuple[str, ...]:
        """P0 and every instrument that holds on the day."""
        others = (r.id for r in self.rules if r.on(as_of, self.closed))
        return tuple(dict.fromkeys((BUILT_IN, *others)))


@cache
def _default(name: str, first: date) -> InForce:
    """Of a line, named by its first day: a value may be a list, which has no hash."""
    number = next(n for n in numbers()[name] if n.in_force_from == first)
    return InForce(name, number.value, BUILT_IN, number.source, number.operator, number.mark)


def built_in(name: str, day: date) -> Number:
    """Before its first day the first line stands in: who asks for an earlier day has nothing else to go by."""
    lines = numbers()[name]
    return lines[0] if len(lines) == 1 else in_force(name, day) or lines[0]
