"""The law in time and what is long under it: section 2, and the measuring of 6.1 and 6.2, told a second time, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from tests.law import plain
from tests.law.plain import PlainDay
from tests.law.plain_facts import FIRST_DAY, ONE, PlainFacts, order

NUMBERS: dict[str, Any] = {
    "absence.long.consecutive": "> 15",
    "absence.long.cumulative": "> 30",
    "absence.long.window": "calendar_year",
    "absence.run_attribution": "crossing_year",
    "policy.transition": "non_retroactive_favourable",
    "art8.reading": "R2",
    "art8.long_modifies_awol": True,
    "art8.awol.min_workdays": ">= 3",
    "art8.cap_target": "professional_technical_annual",
    "appraisal.no_grade.leave_share": "> 1/2",
    "art7.bar_duration": "until_restored",
}
DEADLINES: dict[str, int] = {
    "registry.late_after_workdays": 10, "art5.assign_within_workdays": 30, "art6.exit_talk_within_workdays": 10,
    "art6.unit_talk.max_interval_days": 90, "art6.thought_exchange.max_interval_days": 180, "art7.reminder_within_workdays": 5,
    "art7.correction_observation_days": 30, "art7.report_within_workdays": 5, "art7.determination_within_days": 30, "leave.sla.review": 3,
    "leave.sla.report": 3, "leave.sla.committee": 10, "leave.return_confirm_within_workdays": 3, "review.apply_days": 30,
    "review.decide_days": 30,
}  # fmt: skip
NUMBERS |= DEADLINES
LAWS = (("PolicyPublished", "effective_from"), ("InterpretationIssued", "applies_from"), ("SuperiorPolicyRegistered", "effective_from"))


def number(written: Any) -> tuple[str, float]:
    """`"> 15"`, `">= 3"`, `"> 1/2 calendar_days"`."""
    if isinstance(written, int | float):
        return ">=", float(written)
    operator, amount = str(written).split()[:2]
    above, _, below = amount.partition("/")
    return operator, float(above) / float(below or 1)


def over(amount: float, written: Any) -> bool:
    operator, limit = number(written)
    return amount > limit if operator == ">" else amount >= limit


def mildest(versions: Iterable[Any]) -> Any:
    """The hardest to exceed (2.4)."""
    return max(versions, key=lambda v: (number(v)[1], number(v)[0] == ">"))


class PlainLaw:
    def __init__(self, facts: PlainFacts) -> None:
        self.facts = facts

    def closed(self, year: int, by: date) -> bool:
        return any(y.year == year and y.closed_on <= by for y in self.facts.all("AppraisalYearClosed"))

    def on(self, name: str, day: date) -> Any:
        """A parameter of a day."""
        return self._found(name, day, None)[0]

    def of(self, name: str, year: int) -> Any:
        """A parameter of a year."""
        return self._found(name, min(date(year, 12, 31), self.facts.as_of), year)[0]

    def superior(self, name: str, year: int) -> list[Any]:
        """The superior rules in force that give it."""
        day = min(date(year, 12, 31), self.facts.as_of)
        events = self.facts.list.get("SuperiorPolicyRegistered", [])
        return [e.data for e in events if name in e.data.parameters and self._governs(e, e.data.effective_from, day, year)]  # type: ignore[attr-defined]

    def _found(self, name: str, day: date, year: int | None) -> tuple[Any, Any]:
        best: tuple[Any, ...] | None = None
        value, giving = NUMBERS.get(name), None
        for kind, field in LAWS:
            for event in self.facts.list.get(kind, []):
                law: Any = event.data
                if name not in law.parameters or not self._governs(event, getattr(law, field, None), day, year):
                    continue
                later = getattr(law, "issued_on", None) or law.effective_from
                rank = (kind == "SuperiorPolicyRegistered", later, order(event))
                if best is None or rank > best:
                    best, value, giving = rank, law.parameters[name], law
        return value, giving

    def _governs(self, event: Any, first: date | None, day: date, year: int | None) -> bool:
        law: Any = event.data
        repeal = self.facts.event("PolicyRepealed", getattr(law, "policy_id", None) or law.interpretation_id)
        since = first or law.issued_on
        if repeal and day >= repeal.data.repealed_on and not (order(event) > order(repeal) and since >= repeal.data.repealed_on):  # type: ignore[attr-defined]
            return False
        if first is None and year is not None:
            return not self.closed(year, law.issued_on)
        if since <= day:
            return True
        return bool(getattr(law, "favourable", False)) and not self.closed(day.year if year is None else year, since)

    def versions(self, name: str) -> list[tuple[date, date, Any]]:
        """Each with the day from which it holds and its own first day, later where it reached back, up to the day of the question."""
        days = {FIRST_DAY} | {date(y, 1, 1) for y in range(2023, self.facts.as_of.year + 1)}
        for kind, field in (*LAWS, ("PolicyRepealed", "repealed_on"), ("InterpretationIssued", "issued_on")):
            days |= {getattr(x, field) for x in self.facts.all(kind) if getattr(x, field) is not None}
        found: list[tuple[date, date, Any]] = []
        for day in sorted(d for d in days if FIRST_DAY <= d <= self.facts.as_of):
            value, law = self._found(name, day, None)
            if not found or found[-1][2] != value:
                own = getattr(law, "effective_from", day)
                found.append((day, max(day, own), value))
        return found

    def crossing(self, name: str, counted: list[tuple[date, float]], transition: str) -> date | None:
        """2.4: the first day on which the counted days are over."""
        versions, found = self.versions(name), []
        if transition == "crossing_day":
            for n, (day, _) in enumerate(counted):
                if over(sum(a for _, a in counted[: n + 1]), self.on(name, day)):
                    return day
            return None
        for v, (first, _, _) in enumerate(versions):
            until = versions[v + 1][0] if v + 1 < len(versions) else date.max
            if not any(first <= day < until for day, _ in counted):
                continue
            mine = [c for c in counted if c[0] >= first]
            for n, (day, _) in enumerate(mine):
                reaching = [w for f, own, w in versions[v:] if f <= day or not self.closed(day.year, own)]
                if over(sum(a for _, a in mine[: n + 1]), mildest(reaching)):
                    found.append(day)
                    break
        return min(found, default=None)

    # 6.1 and 6.2

    def long_for(self, year: int, days: dict[date, PlainDay]) -> bool:
        """B."""
        return self.long_since(year, days) is not None

    def long_since(self, year: int, days: dict[date, PlainDay]) -> date | None:
        """The crossing day of B: of a run if one is over, else of the count."""
        transition, attribution = self.of("policy.transition", year), self.of("absence.run_attribution", year)
        for run in plain.runs(self.facts, days):
            part = [d for d in run if d.year == year] if attribution == "split" else run
            crossed = self.crossing("absence.long.consecutive", [(d, 1.0) for d in part], transition)
            if crossed and (any(d.year == year for d in run) if attribution == "all_years" else crossed.year == year):
                return crossed
        window = self.of("absence.long.window", year)
        return next((day for day in self.cumulative(days, window, transition) if day.year == year), None)

    def cumulative(self, days: dict[date, PlainDay], window: str, transition: str) -> Iterator[date]:
        """The days on which the count of a year or of twelve months is over first."""
        counted = sorted((day, what.amount) for day, what in days.items() if what.in_scope and what.kind == "unexcused" and what.amount)
        if window == "calendar_year":
            for year in sorted({day.year for day, _ in counted}):
                if crossed := self.crossing("absence.long.cumulative", [c for c in counted if c[0].year == year], transition):
                    yield crossed
            return
        for last, _ in counted:
            within = [c for c in counted if twelve_months_to(last) <= c[0] <= last]
            if self.crossing("absence.long.cumulative", within, transition):
                yield last

    def long_on(self, days: dict[date, PlainDay]) -> date | None:
        """The day on which the bar of 7.2 begins."""
        transition, window = self.on("policy.transition", self.facts.as_of), self.on("absence.long.window", self.facts.as_of)
        found = [
            crossed
            for run in plain.runs(self.facts, days)
            if (crossed := self.crossing("absence.long.consecutive", [(d, 1.0) for d in run], transition))
        ]
        return min([*found, *self.cumulative(days, window, transition)], default=None)


def twelve_months_to(last: date) -> date:
    try:
        return last.replace(year=last.year - 1) + ONE
    except ValueError:
        return date(last.year - 1, 3, 1)
