"""Promotion on a day: section 7 of the decision procedure told a second time, for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.law import plain
from tests.law.plain import PlainDay
from tests.law.plain_answers import UNSETTLED, PlainAnswer, PlainCase, settled
from tests.law.plain_facts import FIRST_DAY, days, order
from tests.law.plain_leaves import applications, leaves

UNDETERMINED = (
    "no_duty_assigned", "duty_declined", "concern_open", "leave_pending", "awaiting_ratification", "notice_not_served",
    "return_unconfirmed", "connivance_uncharacterised", "attendance_conflict", "calendar_missing",
)  # fmt: skip


def promotion(case: PlainCase) -> PlainAnswer:
    facts = case.facts
    if reason := out_of_scope(case):
        return PlainAnswer("out_of_scope", (reason,))
    exit_ = max(x for x in facts.exits() if x <= facts.as_of)
    barred = PlainBars(case, exit_)
    if codes := barred.ineligible():
        return PlainAnswer("ineligible", codes)
    if open_ := barred.undetermined():
        return PlainAnswer("undetermined", tuple(c for c in UNDETERMINED if c in open_))
    return PlainAnswer("eligible", ("performing_normally",))


def out_of_scope(case: PlainCase) -> str | None:
    facts, day = case.facts, case.facts.as_of
    if facts.in_scope(day):
        return None
    exits = [x for x in facts.exits() if x <= day]
    if not exits:
        return "not_exited"
    if any(r.completed_on <= day for r in facts.all("RetirementCompleted")):
        return "retired"
    if any(max(exits) <= r.reinstated_on <= day for r in facts.all("CadreReinstated")):
        return "reinstated"
    if any(d.died_on <= day for d in facts.all("CadreDeceased")):
        return "deceased"
    return "measures_not_in_force" if day < FIRST_DAY and managed(case, day) else "not_committee_managed"


def managed(case: PlainCase, day: date) -> bool:
    found = None
    for registered in case.facts.all("CadreRegistered"):
        found = registered.managed_by
    for change in sorted(case.facts.list.get("ManagementChanged", []), key=lambda e: (e.data.from_, order(e))):  # type: ignore[attr-defined]
        if change.data.from_ <= day:  # type: ignore[attr-defined]
            found = change.data.managed_by  # type: ignore[attr-defined]
    return found == "committee"


class PlainBars:
    def __init__(self, case: PlainCase, exit_: date) -> None:
        self.case, self.facts, self.exit = case, case.facts, exit_
        made = [e for e in self.facts.list.get("PerformanceDetermined", []) if e.data.from_ >= exit_]  # type: ignore[attr-defined]
        self.determined: list[Any] = [e.data for e in sorted(made, key=lambda e: (e.data.from_, order(e)))]  # type: ignore[attr-defined]
        self.permanent = case.law.on("art7.bar_duration", self.facts.as_of) == "permanent"
        restored = [x.from_ for x in self.determined if x.result != "cannot"]
        self.restored = max(restored, default=None)
        self.days = {day: what for day, what in case.days.items() if day >= self.since()}
        self.resets = sorted({exit_, *restored})

    # 7.2

    def ineligible(self) -> tuple[str, ...]:
        facts, day = self.facts, self.facts.as_of
        found = {
            "long_unexcused_absence": self.long(self.case.days),
            "on_special_leave": any(self.permanent or not self.declared(first) for first in self.special()),
            "determined_cannot_perform": self.cannot(),
            "basically_qualified_last_year": self.grade() in ("basically_qualified", "unqualified"),
            "under_sanction": any(s.from_ <= day <= s.until for s in facts.all("SanctionRecorded")),
            "under_investigation": any(
                facts.one("InvestigationClosed", i.investigation_id) is None for i in facts.all("InvestigationOpened")
            ),
        }
        return tuple(code for code, holds in found.items() if holds)

    def long(self, of: dict[date, PlainDay]) -> bool:
        """A determination resets the count; where bars are permanent, one that stood before it stays."""
        ends = [*self.resets[1:], date.max]
        stretches = list(zip(self.resets, ends, strict=True))
        return any(
            self.case.law.long_on({day: what for day, what in of.items() if first <= day < end})
            for first, end in (stretches if self.permanent else stretches[-1:])
        )

    def cannot(self) -> bool:
        said = [x.result == "cannot" for x in self.determined]
        return any(said) if self.permanent else bool(said) and said[-1]

    def special(self) -> list[date]:
        """The first days of the leaves that bar or would."""
        found = []
        for leave in leaves(self.facts):
            special = leave.kind == "special" and leave.first <= leave.last and not self.case.protected(leave.id)
            if special and self.touches(leave.first, leave.last) and (self.permanent or not self.over(leave.first, leave.last)):
                found.append(leave.first)
        return found

    def touches(self, first: date, last: date) -> date | None:
        """The first day of the present scope on it."""
        within = days(max(first, self.exit), min(last, self.facts.as_of))
        return next((day for day in within if self.facts.in_scope(day)), None)

    def over(self, first: date, last: date) -> bool:
        """Whether a leave has ended for 7.2, where bars end."""
        if any(r.returned_on > first for r in self.facts.all("ReturnConfirmed")):
            return True
        began = self.touches(first, last)
        return self.restored is not None and began is not None and self.restored > began

    def declared(self, first: date) -> bool:
        return any(r.returned_on > first for r in self.facts.all("ReturnDeclared"))

    def grade(self) -> str | None:
        year = self.facts.as_of.year - 1
        if revised := [g for g in self.facts.all("GradeRevised") if g.year == year]:
            return str(revised[-1].grade)
        confirmed = [g for g in self.facts.all("GradeConfirmed") if g.year == year]
        return str(confirmed[-1].grade) if confirmed else None

    # 7.3

    def undetermined(self) -> set[str]:
        return {*self.duty(), *self.concern(), *self.asked(), *self.unsettled(), *self.missing()} | (
            {"return_unconfirmed"} if self.special() else set()
        )

    def cleared(self, began: date) -> bool:
        return self.restored is not None and began <= self.restored

    def duty(self) -> set[str]:
        if any(last >= self.exit for _, last in self.case.duties()):
            return set()
        made = sorted(self.facts.list.get("DutyDeclined", []), key=lambda e: (e.data.declined_on, order(e)))  # type: ignore[attr-defined]
        declined: list[Any] = [e.data for e in made if e.data.declined_on >= self.exit and not self.cleared(e.data.declined_on)]  # type: ignore[attr-defined]
        if declined:
            return {"no_duty_assigned" if declined[-1].reason_given else "duty_declined"}
        return set() if self.cleared(self.exit) else {"no_duty_assigned"}

    def concern(self) -> set[str]:
        for concern in self.facts.all("ConcernRecorded"):
            corrected = self.facts.one("CorrectionConfirmed", concern.concern_id)
            if concern.recorded_on >= self.exit and corrected is None and not self.cleared(concern.recorded_on):
                return {"concern_open"}
        return set()

    def asked(self) -> set[str]:
        found = set()
        for application in applications(self.facts):
            refused, approval = application.decision()
            if refused or approval or self.case.protected(application.id):
                continue
            first, last = min(a for a, _ in application.asked), max(b for _, b in application.asked)
            limit = self.facts.parameter("leave.ordinary_max_workdays", first)
            asked = sum(not self.facts.calendar_known(day.year) or self.facts.working(day) for day in days(first, last))
            if self.touches(first, last) and not self.over(first, last) and asked > limit:
                found.add("leave_pending" if application.ratified else "awaiting_ratification")
        return found

    def unsettled(self) -> set[str]:
        present = [k for k in UNSETTLED if any(w.kind == k and w.in_scope for w in self.days.values())]
        alone = [k for k in present if self.long(settled(self.case.days, k))]
        kinds = alone or (present if self.long(settled(self.case.days, *present)) else [])
        return {UNSETTLED[k] for k in kinds}

    def missing(self) -> set[str]:
        supposed, own = settled(plain.classify(self.facts, self.facts.as_of, missing=True), *UNSETTLED), settled(self.case.days, *UNSETTLED)
        if not any(not self.facts.calendar_known(day.year) and what.kind != "worked" for day, what in supposed.items()):
            return set()
        return {"calendar_missing"} if self.long(supposed) and not self.long(own) else set()

    def since(self) -> date:
        return self.exit if self.restored is None or self.permanent else max(self.exit, self.restored)
