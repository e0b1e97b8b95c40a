"""What counts, who the cadre was and which days were working days: the decision procedure told a second time, for tests.

Written from the text alone (its sections 1 to 4), day by day with lists and ifs. Slow, and easy to read beside the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import chinese_calendar

from contracts.message import Event

ONE = timedelta(days=1)
FIRST_DAY = date(2022, 4, 7)
WHENEVER_KNOWN = ("CalendarPublished", "SchoolCalendarPublished", "RosterPublished")
OBJECT = {
    "UnitRegistered": "unit_id", "UnitMerged": "unit_id", "CadreRegistered": "cadre_id", "RosterPublished": "roster_id",
    "LeaveRequested": "leave_id", "LeaveRatified": "leave_id", "LeaveReturned": "leave_id", "LeaveUnitReviewed": "leave_id",
    "LeaveApproved": "leave_id", "LeaveRejected": "leave_id", "NoticeServed": "leave_id", "LeaveExtended": "leave_id",
    "LeaveWithdrawn": "leave_id", "LeaveRevoked": "leave_id", "ReturnConfirmed": "leave_id", "LeaveSupplemented": "leave_id",
    "AbsenceRecorded": "absence_id", "AbsenceCharacterised": "absence_id", "AbsenceCorrected": "absence_id",
    "AbsenceRescinded": "absence_id", "PresenceRecorded": "presence_id", "PresenceRescinded": "presence_id",
    "PolicyPublished": "policy_id", "SuperiorPolicyRegistered": "policy_id", "PolicyRepealed": "policy_id",
    "InterpretationIssued": "interpretation_id", "RetirementCompleted": "cadre_id", "CadreDeceased": "cadre_id",
    "DutyProposed": "duty_id", "DutyDeclined": "duty_id", "DutyAssigned": "duty_id", "DutyEnded": "duty_id", "TaskAssigned": "task_id",
    "TaskOutcomeRecorded": "task_id", "ReturnDeclared": "leave_id", "LeaveReported": "leave_id", "ConcernRecorded": "concern_id",
    "ReminderTalkHeld": "concern_id", "CriticismGiven": "concern_id", "NonCorrectionRecorded": "concern_id",
    "ConcernReported": "concern_id", "CorrectionConfirmed": "concern_id", "MeasureDecided": "measure_id",
    "SanctionRecorded": "sanction_id", "InvestigationOpened": "investigation_id", "InvestigationClosed": "investigation_id",
    "GradeConfirmed": "year", "GradeRevised": "year", "AppraisalYearClosed": "year", "ReviewRequested": "review_id",
    "ReviewDecided": "review_id",
}  # fmt: skip
"""What a fact is about when a later one of its type says the same thing anew (1.1)."""

DEFAULTS: dict[str, Any] = {
    "leave.pending_treatment": "suspend",
    "leave.retroactive": "named_dates",
    "leave.ordinary_max_workdays": 3,
    "absence.day_fraction": 0.5,
    "absence.excused_day_breaks_run": True,
}


def order(event: Event) -> tuple[str, int]:
    return event.recordedtime, event.sequence


class PlainFacts:
    """The facts that count for (cadre, as_of, known_at), by the names of their types."""

    def __init__(self, events: Iterable[Event], cadre: str, as_of: date, known_at: str) -> None:
        self.cadre, self.as_of = cadre, as_of
        known = sorted({e.id: e for e in events if e.recordedtime <= known_at}.values(), key=order)
        retracted = {e.data.retracts for e in known if e.data.event_name().endswith("FactRetracted")}  # type: ignore[attr-defined]
        self.list: dict[str, list[Event]] = {}
        self.of_year: dict[int, int] = {}
        self.exited: list[Event] = []
        for event in known:
            name = event.data.event_name()
            if event.id in retracted or getattr(event.data, "cadre_id", cadre) != cadre:
                continue
            if name == "CadreExited":
                self.exited.append(event)
            if event.time > as_of and name not in WHENEVER_KNOWN:
                continue
            standing = self.list.setdefault(name, [])
            about = getattr(event.data, OBJECT[name]) if name in OBJECT else None
            if about is not None:
                standing[:] = [e for e in standing if getattr(e.data, OBJECT[name]) != about]
            standing.append(event)

    def all(self, name: str) -> list[Any]:
        return [e.data for e in self.list.get(name, [])]

    def event(self, name: str, about: str) -> Event | None:
        for event in self.list.get(name, []):
            if getattr(event.data, OBJECT[name]) == about:
                return event
        return None

    def one(self, name: str, about: str) -> Any:
        event = self.event(name, about)
        return event.data if event else None

    # 2.2: the value of a parameter of a day

    def parameter(self, name: str, day: date) -> Any:
        best: tuple[Any, ...] | None = None
        value = DEFAULTS[name]
        for kind, first, rank in (
            ("PolicyPublished", "effective_from", 0),
            ("InterpretationIssued", "applies_from", 0),
            ("SuperiorPolicyRegistered", "effective_from", 1),
        ):
            for event in self.list.get(kind, []):
                law: Any = event.data
                if name not in law.parameters or not self._governs(event, getattr(law, first, None) or law.issued_on, day):
                    continue
                later = law.issued_on if kind == "InterpretationIssued" else law.effective_from
                if best is None or (rank, later, order(event)) > best:
                    best, value = (rank, later, order(event)), law.parameters[name]
        return value

    def _governs(self, event: Event, first: date, day: date) -> bool:
        """A repealed one governs until then; what was published anew after its repeal, to hold from then on, stands."""
        law: Any = event.data
        id_ = getattr(law, "policy_id", None) or law.interpretation_id
        repeal = self.event("PolicyRepealed", id_)
        if repeal:
            until = repeal.data.repealed_on  # type: ignore[attr-defined]
            anew = order(event) > order(repeal) and first >= until
            if day >= until and not anew:
                return False
        if first <= day:
            return True
        if not getattr(law, "favourable", False):
            return False
        closed = [y for y in self.all("AppraisalYearClosed") if y.year == day.year and y.closed_on <= first]
        return not closed

    # 3: scope

    def exits(self) -> list[date]:
        return [day for day, _ in self.exit_events()]

    def exit_events(self) -> list[tuple[date, Event]]:
        """Each as last corrected. Exits of one day from posts of one sort are one, which a correction brings with it."""
        found = []
        for event in self.exited:
            exit_: Any = event.data
            same = [e.id for e in self.exited if e.time == event.time and e.data.subordinate_unit == exit_.subordinate_unit]  # type: ignore[attr-defined]
            corrections = [c for c in self.all("ExitCorrected") if c.corrects in same]
            day = exit_.exited_on
            for correction in corrections:
                day = correction.exited_on or day
            if exit_.subordinate_unit is not False and day <= self.as_of and (event.time <= self.as_of or corrections):
                found.append((day, event))
        return found

    def in_scope(self, day: date) -> bool:
        if day < FIRST_DAY:
            return False
        managed = None
        for registered in self.all("CadreRegistered"):
            managed = registered.managed_by
        for change in sorted(self.list.get("ManagementChanged", []), key=lambda e: (e.data.from_, order(e))):  # type: ignore[attr-defined]
            if change.data.from_ <= day:  # type: ignore[attr-defined]
                managed = change.data.managed_by  # type: ignore[attr-defined]
        if managed != "committee":
            return False
        exits = [x for x in self.exits() if x <= day]
        if not exits:
            return False
        if any(max(exits) <= r.reinstated_on <= day for r in self.all("CadreReinstated")):
            return False
        return not any(r.completed_on <= day for r in self.all("RetirementCompleted")) and not any(
            d.died_on <= day for d in self.all("CadreDeceased")
        )

    # 4: working days

    def calendar_known(self, year: int) -> bool:
        return 2004 <= year <= 2026 or any(c.year == year for c in self.all("CalendarPublished"))

    def statutory(self, day: date) -> bool:
        best: Any = None
        for calendar in self.all("CalendarPublished"):
            if calendar.year == day.year and (best is None or calendar.version >= best.version):
                best = calendar
        if best is not None:
            return (day.weekday() < 5 and day not in best.off_days) or day in best.work_days
        if self.calendar_known(day.year):
            return built_in(day)
        return day.weekday() < 5  # for deadlines only

    def unit(self, day: date) -> str | None:
        found = None
        for registered in self.all("CadreRegistered"):
            found = registered.unit_id
        for transfer in sorted(self.list.get("CadreTransferred", []), key=lambda e: (e.data.transferred_on, order(e))):  # type: ignore[attr-defined]
            if transfer.data.transferred_on <= day:  # type: ignore[attr-defined]
                found = transfer.data.to_unit_id  # type: ignore[attr-defined]
        seen: set[str] = set()
        while found is not None and found not in seen:
            seen.add(found)
            merged = self.one("UnitMerged", found)
            if merged is None or merged.merged_on > day:
                break
            found = merged.into_unit_id
        return found

    def vacation(self, day: date) -> bool:
        unit = self.unit(day)
        registered = self.one("UnitRegistered", unit) if unit else None
        if registered is None or registered.kind not in ("school", "kindergarten"):
            return False
        return any(v.from_ <= day <= v.until for to in (None, unit) for v in self.vacations(to))

    def vacations(self, to: str | None) -> list[Any]:
        """Of one addressee; a later calendar replaces the vacations that it overlaps."""
        found: list[Any] = []
        for calendar in self.all("SchoolCalendarPublished"):
            if calendar.unit_id == to:
                kept = [v for v in found if not any(v.from_ <= w.until and w.from_ <= v.until for w in calendar.vacations)]
                found = kept + list(calendar.vacations)
        return found

    def rostered(self, day: date) -> bool:
        return any(r.from_ <= day <= r.until and self.cadre in r.cadre_ids for r in self.all("RosterPublished"))

    def working(self, day: date) -> bool:
        """Whether it is a working day of this cadre; the year has a calendar."""
        return self.statutory(day) and (not self.vacation(day) or self.rostered(day))

    def workdays(self, first: date, last: date) -> int:
        return sum(self.calendar_known(day.year) and self.working(day) for day in days(first, last))

    def year_workdays(self, year: int) -> int:
        """Asked for again and again, and counted once."""
        if year not in self.of_year:
            self.of_year[year] = self.workdays(date(year, 1, 1), date(year, 12, 31))
        return self.of_year[year]

    def due(self, after: date, n: int) -> date:
        """The n-th statutory working day after a day (4.3)."""
        day = after
        while n:
            day += ONE
            n -= self.statutory(day)
        return day


@cache
def built_in(day: date) -> bool:
    """The package looks through all its years for each day."""
    return bool(chinese_calendar.is_workday(day))


def days(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
