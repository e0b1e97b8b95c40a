"""The appraisal and promotion: sections 6 and 7 of the decision procedure told a second time, for tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tests.law import plain
from tests.law.plain import PlainDay
from tests.law.plain_facts import PlainFacts, days, order
from tests.law.plain_law import PlainLaw, number, over
from tests.law.plain_leaves import applications, leaves

UNSETTLED = {
    "pending": "leave_pending",
    "ratification": "awaiting_ratification",
    "notice": "notice_not_served",
    "connived": "connivance_uncharacterised",
    "conflict": "attendance_conflict",
}
PROTECTED = ("maternity", "work_injury")
READINGS = ("R1", "R2", "R3", "R4")


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    outcome: str
    codes: tuple[str, ...]


def settled(of: dict[date, PlainDay], *kinds: str) -> dict[date, PlainDay]:
    """Those of these kinds counted as unexcused."""
    return {day: replace(what, kind="unexcused") if what.kind in kinds else what for day, what in of.items()}


class PlainCase:
    def __init__(self, facts: PlainFacts) -> None:
        self.facts, self.law = facts, PlainLaw(facts)
        self.days = plain.classify(facts, facts.as_of)
        self.appraised: dict[int, tuple[PlainAnswer, dict[str, str], tuple[str, ...]]] = {}

    def protected(self, leave_id: str) -> bool:
        request = self.facts.one("LeaveRequested", leave_id)
        return request is not None and request.reason_class in PROTECTED

    def away(self, day: date) -> list[Any]:
        absences = plain.standing(self.facts, "Absence", "absence_id")
        return [a for a in absences if a.from_ <= day <= a.until and not plain.removed(self.facts, a, day)]

    # 6

    def appraisal(self, year: int) -> tuple[PlainAnswer, dict[str, str], tuple[str, ...]]:
        if year not in self.appraised:
            reading = self.law.of("art8.reading", year)
            answers = {r: self.by(r, year) for r in READINGS}
            outcomes, grades = {r: a.outcome for r, a in answers.items()}, self.grades(answers[reading].outcome, year)
            self.appraised[year] = answers[reading], outcomes, grades
        return self.appraised[year]

    def by(self, reading: str, year: int) -> PlainAnswer:
        if codes := self.not_applicable(year):
            return PlainAnswer("not_applicable", codes)
        base = self.decided(reading, year, self.days, ())
        if base.outcome in ("no_grade", "ineligible"):
            return base
        missing = ("calendar_missing",) if self.calendar_missing(year) else ()
        if base.outcome == "undetermined" or missing:
            return PlainAnswer("undetermined", (*base.codes * (base.outcome == "undetermined"), *missing))
        present = [k for k in UNSETTLED if any(w.kind == k and w.in_scope for w in self.days.values())]
        alone = [k for k in present if self.matters(reading, year, (k,))]
        kinds = alone or (present if self.matters(reading, year, tuple(present)) else [])
        return PlainAnswer("undetermined", tuple(UNSETTLED[k] for k in kinds)) if kinds else base

    def matters(self, reading: str, year: int, kinds: tuple[str, ...]) -> bool:
        as_leave = tuple(k for k in kinds if k in ("pending", "ratification"))
        return (
            self.decided(reading, year, settled(self.days, *kinds), ()).outcome != "eligible"
            or self.decided(reading, year, self.days, as_leave).outcome != "eligible"
        )

    def not_applicable(self, year: int) -> tuple[str, ...]:
        last = min(date(year, 12, 31), self.facts.as_of)
        covered = any(self.facts.in_scope(day) for day in days(date(year, 1, 1), last)) if year <= self.facts.as_of.year else False
        only = self.category(last) == "management" and self.law.of("art8.cap_target", year) != "annual"
        return ("no_technical_post",) * only + ("out_of_scope",) * (not covered)

    def category(self, day: date) -> str | None:
        found = None
        for registered in self.facts.all("CadreRegistered"):
            found = registered.category
        for post in sorted(self.facts.list.get("PostGradeRecorded", []), key=lambda e: (e.data.from_, order(e))):  # type: ignore[attr-defined]
            if post.data.from_ <= day:  # type: ignore[attr-defined]
                found = post.data.category  # type: ignore[attr-defined]
        return found

    def decided(self, reading: str, year: int, of: dict[date, PlainDay], as_leave: tuple[str, ...]) -> PlainAnswer:
        if codes := self.no_grade(year, as_leave):
            return PlainAnswer("no_grade", codes)
        long = self.law.long_for(year, of)
        truant = not self.law.of("art8.long_modifies_awol", year) and self.truant(year, of, self.law.of("art8.awol.min_workdays", year))
        outcomes = self.outcomes(year)
        failed = "not_completed" in outcomes
        rebutted = bool(outcomes) and all(o in ("completed", "not_attributable") for o in outcomes)
        duty = self.duty_while_absent(year, of) or bool(outcomes)
        presumed = failed or (long and not rebutted and duty)
        holds = {
            "R1": (long or truant) and failed,
            "R2": (long or truant) and presumed,
            "R3": long or truant,
            "R4": long or truant or failed,
        }[reading]
        codes = (("long_unexcused_absence" if long or truant else "task_failure"),) if holds else ()
        rules = self.law.superior("art8.awol.min_workdays", year)
        if any(self.truant(year, of, rule.parameters["art8.awol.min_workdays"], rule.effective_from) for rule in rules):
            codes += ("superior_rule",)
        if codes:
            return PlainAnswer("ineligible", codes)
        if reading == "R2" and long and not rebutted and not duty:
            return PlainAnswer("undetermined", ("no_duty_assigned",))
        return PlainAnswer("eligible", ("no_ground",))

    def truant(self, year: int, of: dict[date, PlainDay], limit: Any, since: date = date.min) -> bool:
        only = {
            day: what if what.awol or what.kind != "unexcused" else replace(what, kind="worked") for day, what in of.items() if day >= since
        }
        return any(over(n, limit) for run in plain.runs(self.facts, only) if (n := sum(d.year == year for d in run)))

    def outcomes(self, year: int) -> list[str | None]:
        """The last of each task of the year; none as yet."""
        of_year = {t.task_id for name in ("TaskAssigned", "TaskOutcomeRecorded") for t in self.facts.all(name) if t.year == year}
        found = [self.facts.one("TaskOutcomeRecorded", task) for task in sorted(of_year)]
        return [o.outcome if o else None for o in found]

    def duties(self) -> list[tuple[date, date]]:
        found = []
        for duty in self.facts.all("DutyAssigned"):
            ended = self.facts.one("DutyEnded", duty.duty_id)
            found.append((duty.from_, min(duty.until or date.max, ended.ended_on if ended else date.max)))
        return found

    def duty_while_absent(self, year: int, of: dict[date, PlainDay]) -> bool:
        absent = [d for d, w in of.items() if d.year == year and w.in_scope and w.kind == "unexcused" and w.amount]
        return any(first <= day <= last for day in absent for first, last in self.duties())

    def no_grade(self, year: int, as_leave: tuple[str, ...]) -> tuple[str, ...]:
        codes: tuple[str, ...] = ()
        if year >= 2023 and self.over_half(year, as_leave):
            codes += ("leave_over_half_year",)
        for opened in self.facts.all("InvestigationOpened"):
            if opened.opened_on.year <= year and self.facts.one("InvestigationClosed", opened.investigation_id) is None:
                codes += ("under_investigation",)
                break
        sanctions = [(s.kind, s.from_.year) for s in self.facts.all("SanctionRecorded")]
        if {("demerit", year), ("post_downgrade", year), ("post_downgrade", year - 1)} & set(sanctions):
            codes += ("demerit_period",)
        return codes

    def over_half(self, year: int, as_leave: tuple[str, ...]) -> bool:
        share = self.law.of("appraisal.no_grade.leave_share", year)
        if str(share).endswith("calendar_days"):
            return self.calendar_days_over(year, share, as_leave)
        if not self.facts.calendar_known(year):
            return False
        unprotected = [a.leave_id for a in self.facts.all("LeaveApproved") if not self.protected(a.leave_id)]
        granted = [leave for leave in leaves(self.facts) if leave.id in unprotected]
        asked = [a for a in applications(self.facts) if not self.protected(a.id)]
        n = 0
        for day, what in self.days.items():
            if day.year != year or not what.in_scope:
                continue
            if what.kind in plain.LEAVE:
                n += any(leave.first <= day <= leave.last for leave in granted)
            elif what.kind in as_leave:
                n += any(a.makes(day) == what.kind for a in asked)
        of = self.facts.year_workdays(year)
        operator, part = number(share)
        return n > part * of if operator == ">" else n >= part * of

    def calendar_days_over(self, year: int, share: Any, as_leave: tuple[str, ...]) -> bool:
        """Rest days within the leave included."""
        periods = [(x.first, x.last) for x in leaves(self.facts) if not self.protected(x.id)]
        for asked in applications(self.facts):
            refused, approval = asked.decision()
            if not self.protected(asked.id) and not refused and not approval:
                periods += asked.periods if ("pending" if asked.ratified else "ratification") in as_leave else []
        last = min(date(year, 12, 31), self.facts.as_of)
        within = [d for d in days(date(year, 1, 1), last) if any(a <= d <= b for a, b in periods) and self.facts.in_scope(d)]
        n = sum(self.case_kind(d) != "worked" for d in within)
        of = (date(year, 12, 31) - date(year, 1, 1)).days + 1
        return over(n / of, share)

    def case_kind(self, day: date) -> str:
        """What was worked within a period of leave: only a day with a record of presence."""
        present = any(p.from_ <= day <= p.until for p in plain.standing(self.facts, "Presence", "presence_id"))
        return "worked" if present and day in self.days else "leave"

    def calendar_missing(self, year: int) -> bool:
        if self.facts.calendar_known(year):
            return False
        known = plain.classify(self.facts, self.facts.as_of, missing=True)
        return any(d.year == year and w.in_scope and w.kind != "worked" for d, w in known.items())

    def grades(self, outcome: str, year: int) -> tuple[str, ...]:
        three = year <= 2022 and self.three_grade(min(date(year, 12, 31), self.facts.as_of))
        below = ("unqualified",) if three else ("basically_qualified", "unqualified")
        if outcome == "eligible":
            warned = any(s.kind == "warning" and s.from_.year == year for s in self.facts.all("SanctionRecorded"))
            return ("excellent",) * (not warned) + ("qualified",) + below
        return {"no_grade": ("no_grade",), "ineligible": below}.get(outcome, ())

    def three_grade(self, day: date) -> bool:
        unit = self.facts.unit(day)
        registered: Any = self.facts.one("UnitRegistered", unit) if unit else None
        return registered is not None and registered.appraisal_scale == "three_grade"
