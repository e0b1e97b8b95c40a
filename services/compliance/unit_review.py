"""What is recorded about a unit's management: complaints, neglect, circulars (Article 9). Whether the threshold of a circular is met
is a finding; that one is issued is the committee's decision."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compliance import (
    ComplaintDecided,
    ComplaintReceived,
    DecideComplaint,
    DetermineUnitNeglect,
    FindingCleared,
    FindingRaised,
    IssueUnitCircular,
    RecordComplaint,
    UnitCircularIssued,
    UnitCircularWithdrawn,
    UnitNeglectDetermined,
    WithdrawUnitCircular,
)
from contracts.message import Fact
from services.compliance import known
from services.kernel.past import Past, final, in_order, once, restated
from services.kernel.refusal import refused


def record_complaint(c: RecordComplaint, past: Past) -> Sequence[Fact]:
    known.unit(past, c.unit_id)
    return once(c, past.last(ComplaintReceived, complaint_id=c.complaint_id))


def decide_complaint(c: DecideComplaint, past: Past) -> Sequence[Fact]:
    known.unit(past, c.unit_id)
    received = past.last(ComplaintReceived, complaint_id=c.complaint_id, unit_id=c.unit_id)
    if received is None:
        raise refused("unknown-complaint", "complaint_id")
    in_order(received.received_on, c.decided_on, "decided_on")
    return final(c, past.last(ComplaintDecided, complaint_id=c.complaint_id), "complaint-already-decided")


def determine_neglect(c: DetermineUnitNeglect, past: Past) -> Sequence[Fact]:
    known.unit(past, c.unit_id)
    return restated(c, past.last(UnitNeglectDetermined, unit_id=c.unit_id, year=c.year))


def issue_circular(c: IssueUnitCircular, past: Past) -> Sequence[Fact]:
    """The unit is a candidate, or its neglect was determined with reasons."""
    known.unit(past, c.unit_id)
    stated = past.last(UnitCircularIssued, unit_id=c.unit_id, year=c.year, document_no=c.document_no)
    if stated is None and not past.last(UnitNeglectDetermined, unit_id=c.unit_id, year=c.year) and not _candidate(past, c.unit_id):
        raise refused("circular-without-ground", "unit_id")
    return once(c, stated)


def _candidate(past: Past, unit_id: str) -> bool:
    said = past.any_of(FindingRaised, FindingCleared, about=unit_id, code="circular_candidate")
    return bool(said) and isinstance(said[-1], FindingRaised)


def withdraw_circular(c: WithdrawUnitCircular, past: Past) -> Sequence[Fact]:
    known.unit(past, c.unit_id)
    issued = past.last(UnitCircularIssued, unit_id=c.unit_id, year=c.year, document_no=c.document_no)
    if issued is None:
        raise refused("unknown-circular", "document_no")
    in_order(issued.issued_on, c.withdrawn_on, "withdrawn_on")
    stated = past.last(UnitCircularWithdrawn, unit_id=c.unit_id, year=c.year, document_no=c.document_no)
    return final(c, stated, "circular-withdrawn")
