"""What assignments refuses, on the day itself and on the day beside it."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.assignments import (
    ConfirmReturn,
    CorrectAbsence,
    DeclareDutyPreference,
    DeclareReturn,
    DeclineDuty,
    EndDuty,
    ProposeDuty,
    PublishRoster,
    RatifyLeave,
    RecordTaskOutcome,
    ReportLeave,
    ReturnLeave,
    ReviewLeave,
    SupplementLeave,
    WithdrawLeave,
)
from contracts.message import Fact
from contracts.registry import CadreDeceased
from services.assignments.deciding import decide
from tests.assignments.test_deciders import (
    APPROVED,
    CONFIRMED,
    DECLARED,
    DECLINED,
    ENDED,
    EVIDENCE,
    EXTENDED,
    KNOWN,
    PROPOSED,
    REPORTED,
    RETURNED,
    REVIEWED,
    REVOKED,
    ROSTER,
    STORY,
    SUPPLIED,
    WITHDRAWN,
    about,
    absence,
    activity,
    characterised,
    correction,
    duty,
    outcome,
    presence,
    request,
    task,
    when,
)
from tests.dsl import day
from tests.proposals import strangers


def of(fact: Fact, **other: Any) -> Fact:
    """The same, but for these fields."""
    return fact.model_copy(update=other)


def died(on: str) -> Fact:
    return CadreDeceased(cadre_id="C1", died_on=day(on))


PROXY = request(applicant="proxy")


@pytest.mark.parametrize(
    ("code", "command", "before"),
    [
        ("nothing-given", DeclareDutyPreference(cadre_id="C1", categories=(), declared_on=day("2024-03-01")), []),
        ("already-deceased", duty(), [died("2024-03-11")]),
        ("already-deceased", PROPOSED, [died("2024-03-01")]),
        ("unknown-unit", of(PROPOSED, host_unit_id="U9"), []),
        ("id-in-use", PROPOSED, [duty()]),
        ("id-in-use", of(PROPOSED, category="policy_lecturing"), [PROPOSED]),
        ("dates-out-of-order", DeclineDuty(duty_id="D1", cadre_id="C1", declined_on=day("2024-02-29"), reason_given=True), [PROPOSED]),
        ("duty-already-ended", DECLINED, [duty(), ENDED]),
        ("duty-already-declined", of(DECLINED, reason_given=False), [PROPOSED, DECLINED]),
        ("unknown-duty", of(ENDED, cadre_id="C2"), [duty()]),
        ("unknown-duty", of(activity("2024-03-11"), cadre_id="C2"), [duty()]),
        ("duty-not-assigned", activity("2024-03-11"), [PROPOSED]),
        ("outside-duty", activity("2024-04-01"), [duty(until=day("2024-03-31"))]),
        ("unknown-duty", task(cadre_id="C2"), [duty()]),
        (
            "dates-out-of-order",
            RecordTaskOutcome(task_id="T1", cadre_id="C1", year=2024, outcome="partly", recorded_on=day("2024-03-10")),
            [duty(), task()],
        ),
        ("unknown-task", of(outcome("completed"), cadre_id="C2"), [duty(), task()]),
        ("until-before-from", of(ROSTER, until=day("2024-07-14")), []),
        ("nothing-given", of(ROSTER, cadre_ids=()), []),
        ("id-in-use", of(ROSTER, until=day("2024-07-16")), [ROSTER]),
        ("dates-out-of-order", characterised(decided_on=day("2024-03-03"), heard_on=None), [absence()]),
        ("nothing-given", CorrectAbsence(absence_id="A1", cadre_id="C1", removed=()), [absence()]),
        ("until-before-from", presence(until=day("2024-03-04")), []),
        ("id-in-use", request(until="2024-03-28"), [request(), REVIEWED]),
        ("id-in-use", of(APPROVED, cadre_id="C2"), [request()]),
        ("id-in-use", request(cadre_id="C2"), [request(), RETURNED]),
        ("id-in-use", request(), [request(private=None)]),
        ("leave-not-requested", SUPPLIED, [APPROVED]),
        ("leave-withdrawn", SUPPLIED, [request(), WITHDRAWN]),
        ("dates-out-of-order", about(SupplementLeave, evidence=(EVIDENCE,), supplied_on="2024-03-03"), [request()]),
        ("leave-withdrawn", about(RatifyLeave, ratified_on="2024-03-06"), [PROXY, WITHDRAWN]),
        ("dates-out-of-order", about(RatifyLeave, ratified_on="2024-03-03"), [PROXY]),
        ("nothing-to-ratify", about(RatifyLeave, ratified_on="2024-03-06"), [APPROVED]),
        ("leave-not-requested", RETURNED, [APPROVED]),
        ("leave-withdrawn", RETURNED, [request(), WITHDRAWN]),
        ("nothing-given", about(ReturnLeave, missing=(), returned_on="2024-03-05"), [request()]),
        ("dates-out-of-order", about(ReturnLeave, missing=("dates",), returned_on="2024-03-03"), [request()]),
        ("leave-withdrawn", REPORTED, [request(), REVIEWED, WITHDRAWN]),
        ("leave-returned", REPORTED, [request(), REVIEWED, RETURNED]),
        ("dates-out-of-order", about(ReportLeave, document_no="D1", reported_on="2024-03-04"), [request(), REVIEWED]),
        ("dates-out-of-order", about(WithdrawLeave, withdrawn_on="2024-03-03"), [request()]),
        ("leave-withdrawn", EXTENDED, [request(), APPROVED, WITHDRAWN]),
        ("leave-withdrawn", REVOKED, [request(), APPROVED, WITHDRAWN]),
        ("leave-withdrawn", DECLARED, [request(), WITHDRAWN]),
        ("leave-withdrawn", CONFIRMED, [request(), WITHDRAWN]),
        ("outside-leave", about(DeclareReturn, returned_on="2024-03-10"), [request(), APPROVED]),
        ("unknown-cadre", of(REVIEWED, cadre_id="C9"), [request()]),
    ],
)
def test_refused(code: str, command: Fact, before: list[Fact]) -> None:
    when(command, *before).refused(code)


@pytest.mark.parametrize(
    ("command", "before"),
    [
        (duty(), [died("2024-03-12")]),
        (PROPOSED, [died("2024-03-02")]),
        (DeclineDuty(duty_id="D1", cadre_id="C1", declined_on=day("2024-03-01"), reason_given=True), [PROPOSED]),
        (DECLINED, [duty()]),
        (EndDuty(duty_id="D1", cadre_id="C1", ended_on=day("2024-03-11"), why="other"), [duty()]),
        (activity("2024-03-31"), [duty(until=day("2024-03-31"))]),
        (RecordTaskOutcome(task_id="T1", cadre_id="C1", year=2024, outcome="partly", recorded_on=day("2024-03-11")), [duty(), task()]),
        (correction("2024-03-04", "2024-03-08"), [absence()]),
        (about(SupplementLeave, evidence=(EVIDENCE,), supplied_on="2024-03-04"), [request()]),
        (about(ReviewLeave, outcome="passed", reviewed_on="2024-03-04"), [request()]),
        (about(ReportLeave, document_no="D1", reported_on="2024-03-05"), [request(), REVIEWED]),
        (about(ConfirmReturn, returned_on="2024-03-11"), [request(), APPROVED]),
        (about(DeclareReturn, returned_on="2024-03-11"), [request(), APPROVED]),
        (about(DeclareReturn, returned_on="2024-03-12"), [request(), APPROVED, about(DeclareReturn, returned_on="2024-03-11")]),
        (CONFIRMED, [request()]),
        (PublishRoster.model_validate(ROSTER.model_dump(by_alias=True, exclude_unset=True) | {"until": day("2024-07-15")}), []),
        (ProposeDuty(duty_id="D2", cadre_id="C1", category="party_building", host_unit_id="U1", proposed_on=day("2024-03-01")), [PROPOSED]),
    ],
)
def test_recorded(command: Fact, before: list[Fact]) -> None:
    when(command, *before).accepted()


def test_strangers_are_named() -> None:
    assert strangers(decide, KNOWN, STORY, "cadre_id", "unknown-cadre") == ["RetractAssignmentsFact: unknown-fact"]
    assert strangers(decide, KNOWN, STORY, "unit_id", "unknown-unit") == []
    assert strangers(decide, KNOWN, STORY, "host_unit_id", "unknown-unit") == []


def test_an_activity_at_a_stranger_unit() -> None:
    when(of(activity("2024-03-11"), unit_id="U9"), duty()).refused("unknown-unit")
