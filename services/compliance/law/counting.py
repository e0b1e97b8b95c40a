"""Which facts count (rules 1): those that are true by the day of the question and known by its instant, less what was
retracted, and of two facts about one object the one recorded later. The order in which they are given never matters."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from operator import attrgetter

from contracts import assignments as a
from contracts import compliance as c
from contracts import registry as r
from contracts.message import Event, Fact

ALWAYS: tuple[type[Fact], ...] = (c.CalendarPublished, c.SchoolCalendarPublished, a.RosterPublished)
"""Count once they are known, whatever their time."""

RETRACTIONS: tuple[type[Fact], ...] = (r.RegistryFactRetracted, a.AssignmentsFactRetracted, c.ComplianceFactRetracted)

OBJECTS: dict[type[Fact], tuple[str, ...]] = {
    r.UnitRegistered: ("unit_id",),
    r.UnitMerged: ("unit_id",),
    r.UnitClosed: ("unit_id",),
    r.CadreRegistered: ("cadre_id",),
    r.ManagementChanged: ("cadre_id", "from_"),
    r.PostGradeRecorded: ("cadre_id", "from_"),
    r.CadreExited: ("cadre_id", "exited_on", "subordinate_unit"),
    r.CadreTransferred: ("cadre_id", "transferred_on"),
    r.CadreReinstated: ("cadre_id", "reinstated_on"),
    r.RetirementCompleted: ("cadre_id",),
    r.CadreDeceased: ("cadre_id",),
    a.DutyProposed: ("duty_id",),
    a.DutyDeclined: ("duty_id",),
    a.DutyAssigned: ("duty_id",),
    a.DutyEnded: ("duty_id",),
    a.TaskAssigned: ("task_id",),
    a.TaskOutcomeRecorded: ("task_id",),
    a.RosterPublished: ("roster_id",),
    a.LeaveRequested: ("leave_id",),
    a.LeaveRatified: ("leave_id",),
    a.LeaveReturned: ("leave_id",),
    a.LeaveUnitReviewed: ("leave_id",),
    a.LeaveReported: ("leave_id",),
    a.LeaveApproved: ("leave_id",),
    a.LeaveRejected: ("leave_id",),
    a.NoticeServed: ("leave_id",),
    a.LeaveExtended: ("leave_id",),
    a.LeaveWithdrawn: ("leave_id",),
    a.LeaveRevoked: ("leave_id",),
    a.ReturnDeclared: ("leave_id",),
    a.ReturnConfirmed: ("leave_id",),
    a.AbsenceRecorded: ("absence_id",),
    a.AbsenceCharacterised: ("absence_id",),
    a.AbsenceCorrected: ("absence_id",),
    a.AbsenceRescinded: ("absence_id",),
    a.PresenceRecorded: ("presence_id",),
    c.ConcernRecorded: ("concern_id",),
    c.CriticismGiven: ("concern_id",),
    c.CorrectionConfirmed: ("concern_id",),
    c.NonCorrectionRecorded: ("concern_id",),
    c.ConcernReported: ("concern_id",),
    c.MeasureDecided: ("measure_id",),
    c.SanctionRecorded: ("sanction_id",),
    c.InvestigationOpened: ("investigation_id",),
    c.InvestigationClosed: ("investigation_id",),
    c.GradeConfirmed: ("cadre_id", "year"),
    c.GradeRevised: ("cadre_id", "year"),
    c.AppraisalYearClosed: ("year",),
    c.ReviewRequested: ("review_id",),
    c.ReviewDecided: ("review_id",),
    c.AppealFiled: ("appeal_id",),
    c.AppealDecided: ("appeal_id",),
    c.ComplaintReceived: ("complaint_id",),
    c.ComplaintDecided: ("complaint_id",),
    c.UnitNeglectDetermined: ("unit_id", "year"),
    c.PolicyPublished: ("policy_id",),
    c.InterpretationIssued: ("interpretation_id",),
    c.SuperiorPolicyRegistered: ("policy_id",),
    c.PolicyRepealed: ("policy_id",),
    c.CalendarPublished: ("year", "version"),
}
"""What makes two facts of a type speak of the same object. Types that are not here are occurrences: each stands."""


KEYS: dict[type[Fact], Callable[[Fact], Hashable]] = {kind: attrgetter(*names) for kind, names in OBJECTS.items()}

recording: Callable[[Event], tuple[str, str, int]] = attrgetter("recordedtime", "source", "sequence")
"""The order in which facts became known; ties between services do not decide anything."""


def retracted(retractions: Iterable[Event]) -> frozenset[str]:
    """Ids that are as if never recorded. A retraction that was itself retracted takes nothing back."""
    gone: set[str] = set()
    for event in sorted(retractions, key=recording, reverse=True):
        if event.id not in gone:
            gone.add(event.data.retracts)  # type: ignore[attr-defined]
    return frozenset(gone)


def counting(kind: type[Fact], known: Sequence[Event], as_of: date) -> Sequence[Event]:
    """Of facts of one type in the order of their recording, all of them known and none retracted: those that count on the
    day. What is recorded anew about an object takes the place of what was known of it."""
    return standing(kind, known if kind in ALWAYS else [e for e in known if e.time <= as_of])


def standing(kind: type[Fact], events: Sequence[Event]) -> Sequence[Event]:
    """Without those whose place another of them takes."""
    key = KEYS.get(kind)
    if key is None or len(events) < 2:
        return events
    last = {e.id if (about := key(e.data)) is None else about: e for e in events}
    return events if len(last) == len(events) else list(last.values())
