"""Attendance as it was recorded (Articles 4, 8): sheets, absences, presence. An absence is not yet 旷工: that is a decision of
its own, after the person was heard. Nothing is inferred from a missing record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from contracts.assignments import (
    AbsenceCorrected,
    AbsenceRecorded,
    AbsenceRescinded,
    AttendanceSheetImported,
    CorrectAbsence,
    ImportAttendanceSheet,
    PresenceRecorded,
    PresenceRescinded,
    RecordAbsence,
    RecordPresence,
    RescindAbsence,
    RescindPresence,
)
from contracts.message import Fact
from services.assignments import known
from services.kernel.past import Past, in_order, once, period, restated, same
from services.kernel.refusal import refused


@dataclass(frozen=True, slots=True)
class Absence:
    recorded: AbsenceRecorded
    rescinded: AbsenceRescinded | None

    @classmethod
    def of(cls, past: Past, absence_id: str, cadre_id: str) -> Self:
        """Refuses `unknown-absence`, also when it is another cadre's."""
        known.cadre(past, cadre_id)
        recorded = past.last(AbsenceRecorded, absence_id=absence_id, cadre_id=cadre_id)
        if recorded is None:
            raise refused("unknown-absence", "absence_id")
        return cls(recorded, past.last(AbsenceRescinded, absence_id=absence_id))

    def must_stand(self) -> None:
        if self.rescinded:
            raise refused("absence-rescinded", "absence_id")


def import_sheet(c: ImportAttendanceSheet, past: Past) -> Sequence[Fact]:
    known.unit(past, c.unit_id)
    stated = past.last(AttendanceSheetImported, sheet_id=c.sheet_id)
    if stated is None and past.last(AttendanceSheetImported, unit_id=c.unit_id, sha256=c.sha256):
        raise refused("sheet-already-imported", "sha256")
    return once(c, stated)


def record_absence(c: RecordAbsence, past: Past) -> Sequence[Fact]:
    """Saying a rescinded absence again does not bring it back."""
    period(c.from_, c.until)
    stated = past.last(AbsenceRecorded, absence_id=c.absence_id)
    if stated is None:
        known.serving(past, c.cadre_id, c.from_)
        known.unit(past, c.unit_id)
    return once(c, stated)


def correct(c: CorrectAbsence, past: Past) -> Sequence[Fact]:
    """`removed` is all that is taken out of the absence: a later correction replaces an earlier one."""
    absence = Absence.of(past, c.absence_id, c.cadre_id)
    if not c.removed:
        raise refused("nothing-given", "removed")
    for part in c.removed:
        in_order(part.from_, part.until, "removed", "until-before-from")
        if part.from_ < absence.recorded.from_ or part.until > absence.recorded.until:
            raise refused("outside-absence", "removed")
    stated = past.last(AbsenceCorrected, absence_id=c.absence_id)
    if not same(c, stated):
        absence.must_stand()
        _with_reason(c)
    return restated(c, stated)


def rescind(c: RescindAbsence, past: Past) -> Sequence[Fact]:
    said = restated(c, Absence.of(past, c.absence_id, c.cadre_id).rescinded)
    if said:
        _with_reason(c)
    return said


def _with_reason(c: CorrectAbsence | RescindAbsence) -> None:
    if not (c.private and c.private.reason):
        raise refused("reason-missing", "private.reason")


def record_presence(c: RecordPresence, past: Past) -> Sequence[Fact]:
    period(c.from_, c.until)
    known.cadre(past, c.cadre_id)
    known.unit(past, c.unit_id)
    if c.presence_id is None:
        return () if any(same(c, p) for p in past.all(PresenceRecorded, cadre_id=c.cadre_id)) else (c,)
    return once(c, past.last(PresenceRecorded, presence_id=c.presence_id))


def rescind_presence(c: RescindPresence, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    if past.last(PresenceRecorded, presence_id=c.presence_id, cadre_id=c.cadre_id) is None:
        raise refused("unknown-presence", "presence_id")
    return restated(c, past.last(PresenceRescinded, presence_id=c.presence_id))
