"""Codes that several facts share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from contracts.message import Id, Part, Text

UnitKind = Literal["school", "kindergarten", "office", "other"]
Scale = Literal["four_grade", "three_grade"]
Office = Literal["party", "administrative"]
ManagedBy = Literal["committee", "school", "other"]
PostCategory = Literal["professional_technical", "management", "both"]
ExitReason = Literal["age", "health", "institutional_reform", "up_down", "other"]
Category = Literal["policy_lecturing", "responsible_inspector", "party_building", "petitions_and_stability", "other_central_work"]
LeaveReason = Literal["health", "family_care", "personal", "maternity", "work_injury", "study", "other"]
Level = Literal["unit", "committee"]
Grade = Literal["excellent", "qualified", "basically_qualified", "unqualified", "no_grade"]
ReviewOutcome = Literal["upheld", "changed", "revoked"]


def _half_or_whole(value: float) -> float:
    if value not in (0.5, 1):
        raise ValueError("1 or 0.5")
    return value


DayFraction = Annotated[float, AfterValidator(_half_or_whole), WithJsonSchema({"enum": [1, 0.5]})]


class Period(Part):
    """Civil days, both ends included."""

    from_: date = Field(alias="from")
    until: date


class Evidence(Part):
    """An attachment by reference; the file itself is in the attachment store."""

    evidence_id: Id
    sha256: Text
    media_type: Text
