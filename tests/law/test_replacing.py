"""Which facts are about one object (rules 1.1): what is recorded anew takes the place of what was known, whatever else stands."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import contracts
from contracts.message import Event, facts
from services.compliance.law.counting import OBJECTS, counting

EXAMPLES = Path(contracts.__file__ or "").parent / "examples"
BY_NAME = {kind.__name__: kind for kind in facts().values()}
ABOUT = {
    "unit_id": "UnitRegistered UnitMerged UnitClosed",
    "cadre_id": "CadreRegistered RetirementCompleted CadreDeceased",
    "cadre_id from_": "ManagementChanged PostGradeRecorded",
    "cadre_id exited_on subordinate_unit": "CadreExited",
    "cadre_id transferred_on": "CadreTransferred",
    "cadre_id reinstated_on": "CadreReinstated",
    "duty_id": "DutyProposed DutyDeclined DutyAssigned DutyEnded",
    "task_id": "TaskAssigned TaskOutcomeRecorded",
    "roster_id": "RosterPublished",
    "leave_id": "LeaveRequested LeaveRatified LeaveReturned LeaveUnitReviewed LeaveReported LeaveApproved LeaveRejected NoticeServed "
    "LeaveExtended LeaveWithdrawn LeaveRevoked ReturnDeclared ReturnConfirmed",
    "absence_id": "AbsenceRecorded AbsenceCharacterised AbsenceCorrected AbsenceRescinded",
    "presence_id": "PresenceRecorded",
    "concern_id": "ConcernRecorded CriticismGiven CorrectionConfirmed NonCorrectionRecorded ConcernReported",
    "measure_id": "MeasureDecided",
    "sanction_id": "SanctionRecorded",
    "investigation_id": "InvestigationOpened InvestigationClosed",
    "cadre_id year": "GradeConfirmed GradeRevised",
    "year": "AppraisalYearClosed",
    "review_id": "ReviewRequested ReviewDecided",
    "appeal_id": "AppealFiled AppealDecided",
    "complaint_id": "ComplaintReceived ComplaintDecided",
    "unit_id year": "UnitNeglectDetermined",
    "policy_id": "PolicyPublished SuperiorPolicyRegistered PolicyRepealed",
    "interpretation_id": "InterpretationIssued",
    "year version": "CalendarPublished",
}
PAIRS = [(name, fields.split()) for fields, names in ABOUT.items() for name in names.split()]
OCCURRENCES = ("ExitTalkHeld", "UnitTalkHeld", "ThoughtExchangeHeld", "TrainingAttended", "LeaveSupplemented", "PostGradePromoted")


def example(name: str) -> Event:
    return Event.parse((EXAMPLES / f"{BY_NAME[name].type()}.json").read_bytes())


def again(event: Event, **changed: Any) -> Event:
    """The same told once more, recorded next."""
    n = event.sequence + 1
    return event._replace(id=f"{event.id}{n}", sequence=n, data=event.data.model_copy(update=changed))


def another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + timedelta(days=1) if isinstance(value, date) else value + 1 if isinstance(value, int) else f"{value}x"


def test_every_object_of_the_law_is_known_here() -> None:
    assert {kind.__name__ for kind in OBJECTS} == {name for name, _ in PAIRS}


@pytest.mark.parametrize(("name", "fields"), PAIRS, ids=[name for name, _ in PAIRS])
def test_two_facts_about_one_object_replace_each_other(name: str, fields: list[str]) -> None:
    first = example(name)
    if name == "PresenceRecorded":
        first = first._replace(data=first.data.model_copy(update={"presence_id": "P1"}))
    later = again(first)
    assert list(counting(BY_NAME[name], [first, later], date.max)) == [later]
    for field in fields:
        other = again(first, **{field: another(getattr(first.data, field))})
        assert list(counting(BY_NAME[name], [first, other], date.max)) == [first, other], field


@pytest.mark.parametrize("name", OCCURRENCES)
def test_what_happens_twice_happened_twice(name: str) -> None:
    first = example(name)
    assert list(counting(BY_NAME[name], [first, again(first)], date.max)) == [first, again(first)]


def test_a_presence_without_an_id_is_by_itself() -> None:
    first = example("PresenceRecorded")
    nameless = first._replace(data=first.data.model_copy(update={"presence_id": None}))
    assert len(counting(BY_NAME["PresenceRecorded"], [nameless, again(nameless)], date.max)) == 2


@pytest.mark.parametrize("name", ["CalendarPublished", "SchoolCalendarPublished", "RosterPublished", "AbsenceRecorded"])
def test_calendars_and_rosters_count_once_they_are_known(name: str) -> None:
    ahead = example(name)._replace(time=date(2030, 1, 1))
    assert len(counting(BY_NAME[name], [ahead], date(2029, 12, 31))) == (name != "AbsenceRecorded")
