"""What each day of absence or leave is (rules 5): the first line that fits decides. A day with neither a record of absence
nor leave was worked: nothing is ever inferred from a missing record."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.assignments import (
    AbsenceCharacterised,
    AbsenceCorrected,
    AbsenceRecorded,
    AbsenceRescinded,
    PresenceRecorded,
    PresenceRescinded,
)
from contracts.message import Event
from services.compliance.law.counting import recording
from services.compliance.law.dossier import Dossier
from services.compliance.law.leaves import Leave

UNSETTLED = ("pending", "ratification", "notice", "connived", "conflict")
BEST_FIRST = ("excused", "good_faith", "pending", "ratification", "notice", "unexcused")
"""Of several applications, the best for the cadre."""
TREATED = {"strict": "unexcused", "lenient": "excused"}


@dataclass(frozen=True, slots=True)
class Day:
    """`kind`: special, ordinary, unexcused, excused, good_faith, worked, or one of `UNSETTLED`. `amount` 1, 0.5 or 0."""

    kind: str
    amount: float
    awol: bool
    missing: bool
    """In a year without calendar: not classified, and a working day only perhaps."""
    records: Sequence[Record] = ()
    leave: Leave | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One recorded absence, as it stands."""

    event: Event
    fact: AbsenceRecorded
    days: frozenset[int]
    characterised: str | None
    characterisation: Event | None

    def evidence(self) -> Iterator[str]:
        yield self.event.id
        if self.characterisation is not None:
            yield self.characterisation.id


@dataclass(frozen=True, slots=True)
class Days:
    by_day: dict[int, Day]
    """Only working days, and days of years without calendar; in ascending order."""
    absent: frozenset[int]
    """All days of standing absences, worked or not."""
    present: frozenset[int]
    records: Sequence[Record]

    def years(self) -> Iterator[int]:
        """Those with a working day of absence or leave."""
        days, at = list(self.by_day), 0
        while at < len(days):
            year = date.fromordinal(days[at]).year
            yield year
            at = bisect_left(days, date(year + 1, 1, 1).toordinal())


def standing_absences(dossier: Dossier) -> list[Record]:
    """Recorded absences less what was corrected or rescinded, up to the day of the question. A record made after its
    rescission stands."""
    recorded = dossier.of(AbsenceRecorded)
    if not recorded:
        return []
    rescinded = {r.absence_id: recording(e) for e, r in dossier.of(AbsenceRescinded)}
    removed = {c.absence_id: c.removed for _, c in dossier.of(AbsenceCorrected)}
    characterised = {c.absence_id: (e, c.as_) for e, c in dossier.of(AbsenceCharacterised)}
    found: list[Record] = []
    for event, absence in recorded:
        if absence.absence_id in rescinded and recording(event) < rescinded[absence.absence_id]:
            continue
        days = set(range(absence.from_.toordinal(), min(absence.until.toordinal(), dossier.today) + 1))
        for period in removed.get(absence.absence_id, ()):
            days.difference_update(range(period.from_.toordinal(), period.until.toordinal() + 1))
        how = characterised.get(absence.absence_id)
        found.append(Record(event, absence, frozenset(days), how[1] if how else None, how[0] if how else None))
    return found


def classify(dossier: Dossier, leaves: Sequence[Leave]) -> Days:
    """Every working day of absence or leave up to the day of the question."""
    records = standing_absences(dossier)
    by_day: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        for day in record.days:
            by_day[day].append(record)
    granted = _granted(leaves, dossier.today)
    if not by_day and not granted:
        return Days({}, frozenset(), frozenset(), records)
    present = _presence(dossier)
    waiting, is_worked = _waiting(leaves, sorted(by_day)), dossier.workdays.day_by_day
    found: dict[int, Day] = {}
    same = Day("", 0.0, False, False)
    for day in sorted(by_day.keys() | granted.keys()):
        worked = is_worked(day)
        if worked is False:
            continue
        known, given = by_day.get(day, ()), granted.get(day)
        if given and not known and day not in present:
            if same.leave is not given[1] or same.kind != given[0] or same.missing != (worked is None):
                same = Day(given[0], 1.0, False, worked is None, (), given[1])
            found[day] = same
            continue
        kind, awol, leave = _kind(day, known, given, day in present, waiting.get(day, ()))
        amount = 1.0 if kind in ("special", "ordinary") else _amount(dossier, day, known)
        found[day] = Day(kind, amount, awol, worked is None, known, leave)
    return Days(found, frozenset(by_day), present, records)


def _waiting(leaves: Sequence[Leave], absent: Sequence[int]) -> dict[int, list[Leave]]:
    """By day of absence, the effective applications that cover it."""
    found: dict[int, list[Leave]] = defaultdict(list)
    for leave in leaves:
        if leave.state:
            for first, last in leave.covers:
                for day in absent[bisect_left(absent, first) : bisect_right(absent, last)]:
                    found[day].append(leave)
    return found


def _granted(leaves: Sequence[Leave], today: int) -> dict[int, tuple[str, Leave]]:
    """By day, the approved leave that covers it; one of the committee goes before one of the unit."""
    found: dict[int, tuple[str, Leave]] = {}
    for kind in ("ordinary", "special"):
        for leave in leaves:
            period = leave.special if kind == "special" else leave.ordinary
            if period is not None:
                found.update(dict.fromkeys(range(period[0], min(period[1], today) + 1), (kind, leave)))
    return found


def _presence(dossier: Dossier) -> frozenset[int]:
    rescinded = {r.presence_id: recording(e) for e, r in dossier.of(PresenceRescinded)}
    found: set[int] = set()
    for event, p in dossier.of(PresenceRecorded):
        if p.presence_id not in rescinded or rescinded[p.presence_id] < recording(event):
            found.update(range(p.from_.toordinal(), min(p.until.toordinal(), dossier.today) + 1))
    return frozenset(found)


def _kind(
    day: int, records: Sequence[Record], granted: tuple[str, Leave] | None, present: bool, leaves: Sequence[Leave]
) -> tuple[str, bool, Leave | None]:
    """(kind, awol, the leave or application that decided)."""
    if present and (granted or not records):
        return "worked", False, None
    if granted:
        return granted[0], False, granted[1]
    how = {r.characterised for r in records}
    if how & {"awol", "other"}:
        return "unexcused", "awol" in how, None
    if how & {"official_business", "excused"}:
        return ("worked" if "official_business" in how else "excused"), False, None
    if present:
        return "conflict", False, None
    if suspended := _suspended(day, leaves):
        return suspended[0], False, suspended[1]
    return ("connived" if any(r.fact.unit_knew for r in records) else "unexcused"), False, None


def _suspended(day: int, leaves: Sequence[Leave]) -> tuple[str, Leave] | None:
    found: list[tuple[int, str, Leave]] = []
    for leave in leaves:
        state = leave.state
        if state in ("refused", "decided"):
            inside = state == "decided" and leave.own is not None and leave.own[0] <= day <= leave.own[1]
            if inside or day > leave.good_faith_until:
                continue
            state = "good_faith"
        kind = TREATED.get(leave.treatment, state)
        found.append((BEST_FIRST.index(kind), kind, leave))
    if not found:
        return None
    best = min(found, key=lambda f: f[0])
    return best[1], best[2]


def _amount(dossier: Dossier, day: int, records: Sequence[Record]) -> float:
    """Records of a day add up to at most one day; the same half twice is one half."""
    halves = {r.fact.half for r in records if r.fact.half is not None}
    total = 0.5 * len(halves) + sum(r.fact.fraction for r in records if r.fact.half is None)
    if total >= 1:
        return 1.0
    smallest = dossier.system.policies.on("absence.day_fraction", date.fromordinal(day)).value
    return total if total >= float(smallest) else 0.0  # type: ignore[arg-type]
