"""The first later day on which an answer changes although no new fact arrives (`next_change_on`): a fact known today begins
to hold, a leave begins, a sanction ends, a year ends, an absence recorded ahead crosses a threshold. Candidate days come
from the facts; the very function that gave the answer confirms each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import cast

from contracts.assignments import (
    AbsenceRecorded,
    DutyActivityRecorded,
    DutyPreferenceDeclared,
    DutyProposed,
    LeaveApproved,
    LeaveExtended,
    LeaveRequested,
    PresenceRecorded,
    TaskAssigned,
    TaskOutcomeRecorded,
)
from contracts.compliance import (
    AppealDecided,
    AppealFiled,
    ConcernReported,
    CriticismGiven,
    ExitTalkHeld,
    GradeConfirmed,
    GradeRevised,
    MeasureDecided,
    NonCorrectionRecorded,
    ReminderTalkHeld,
    ReviewDecided,
    ReviewRequested,
    SanctionRecorded,
    ThoughtExchangeHeld,
    TrainingAttended,
    UnitTalkHeld,
)
from contracts.message import Fact
from contracts.registry import ExitCorrected, PostGradePromoted
from services.compliance.law import in_force, numbers
from services.compliance.law.case import Case
from services.compliance.law.counting import ALWAYS
from services.compliance.law.superior_appraisal_2023 import BELOW_QUALIFIED

NEVER = date.max.toordinal()
PERIODS = (AbsenceRecorded, LeaveApproved, LeaveRequested, PresenceRecorded)

Spans = Sequence[tuple[int, int]]
"""(first, day after the last)."""
Signature = Callable[[date], Hashable]
"""What an answer says on a day; two days with equal signatures have the same answer."""


OF_FINDINGS: frozenset[type[Fact]] = frozenset({
    ConcernReported, CriticismGiven, DutyActivityRecorded, DutyPreferenceDeclared, DutyProposed, ExitTalkHeld, MeasureDecided,
    NonCorrectionRecorded, PostGradePromoted, ReminderTalkHeld, ThoughtExchangeHeld, TrainingAttended, UnitTalkHeld,
})  # fmt: skip
"""Facts that neither article reads for its answer; they make findings, or nothing."""
OF_APPRAISAL: frozenset[type[Fact]] = frozenset({
    AppealDecided, AppealFiled, ReviewDecided, ReviewRequested, TaskAssigned, TaskOutcomeRecorded
})  # fmt: skip
"""Facts that only the appraisal reads."""


def next_change(case: Case, signature: Signature, silent: Collection[type[Fact]]) -> date | None:
    """The first day after that of the question whose signature differs, or None. `silent`: types that the signature never reads."""
    points, spans = candidates(case, silent)
    if not points:
        return None
    remembered = cache(signature)
    now, before = remembered(case.as_of), case.dossier.today
    for point in points:
        if remembered(date.fromordinal(point)) != now:
            return first_between(remembered, now, before, point, spans)
        before = point
    return None


@dataclass(frozen=True, slots=True)
class Ahead:
    """After the day of the question: by type the days on which something known begins, other days on which something ends or
    begins, recorded days still to come."""

    begins: Mapping[type[Fact], Sequence[int]]
    others: Collection[int]
    spans: Spans


def candidates(case: Case, silent: Collection[type[Fact]] = ()) -> tuple[Sequence[int], Spans]:
    """(days after that of the question on which something known begins or ends, recorded days still to come)"""
    ahead = _ahead(case)
    points = {*ahead.others, *(day for kind, days in ahead.begins.items() if kind not in silent for day in days)}
    if not (points or ahead.spans):
        return (), ()
    ends = {*points, *(day for span in ahead.spans for day in span)}
    before_them = {day - 1 for day in ends if any(first < day <= last for first, last in ahead.spans)}
    return sorted(p for p in {*ends, *before_them} if case.dossier.today < p < NEVER), ahead.spans


def _ahead(case: Case) -> Ahead:
    """The same for every answer and finding about the day."""
    memory = case.dossier.memory
    if Ahead not in memory:
        begins: dict[type[Fact], Sequence[int]] = {}
        known = case.dossier.known
        for kind, events in known.by_type.items() if known.until > case.as_of else ():
            if kind not in ALWAYS and (days := [e.time.toordinal() for e in events if e.time > case.as_of]):
                begins[kind] = days
        memory[Ahead] = Ahead(begins, tuple(_others(case)), _spans(case))
    return cast(Ahead, memory[Ahead])


def first_between(signature: Signature, now: Hashable, same: int, different: int, spans: Spans) -> date:
    """The first day after `same` that differs: `different` itself, unless recorded days lie between."""
    inside = any(first <= different and same < last for first, last in spans)
    return _first(signature, now, same, different) if inside else date.fromordinal(different)


def _first(signature: Signature, now: Hashable, same: int, different: int) -> date:
    while different - same > 1:
        middle = (same + different) // 2
        if signature(date.fromordinal(middle)) == now:
            same = middle
        else:
            different = middle
    return date.fromordinal(different)


def _others(case: Case) -> Iterator[int]:
    """Days on which a law begins or ends to hold, a unit merges, a sanction or an extension ends, an exit is that was corrected to
    them, a grade begins to bar or no longer does."""
    known, system = case.dossier.known, case.dossier.system
    yield from system.remembered(_others, lambda: (*system.ahead, *_texts(case.as_of)))
    ends = [cast(SanctionRecorded, e.data).until.toordinal() + 1 for e in known.all((SanctionRecorded, LeaveExtended))]
    ends += [x.exited_on.toordinal() for e in known.all((ExitCorrected,)) if (x := cast(ExitCorrected, e.data)).exited_on]
    yield from ends
    grades = [cast(GradeConfirmed, e.data) for e in known.all((GradeConfirmed, GradeRevised))]
    if any(g.grade in BELOW_QUALIFIED for g in grades):
        yield from (date(year + 1, 1, 1).toordinal() for year in {case.as_of.year, *(g.year + 1 for g in grades)})


def _texts(as_of: date) -> Iterator[int]:
    """Days on which a text or a number begins."""
    return (day.toordinal() for day in (*in_force.DAYS, *numbers.first_days()) if day > as_of)


def _spans(case: Case) -> Spans:
    """(first, day after the last) of recorded days still to come, any of which may cross a threshold."""
    tomorrow = case.dossier.today + 1
    as_of = case.as_of
    recorded = [x for e in case.dossier.known.all(PERIODS) if (x := cast(AbsenceRecorded, e.data)).until > as_of]
    periods = [(x.from_.toordinal(), x.until.toordinal() + 1) for x in recorded]
    periods += [(leave.special[0], leave.special[1] + 1) for leave in case.leaves if leave.special is not None]
    return [(max(first, tomorrow), last) for first, last in periods if last >= tomorrow]
