"""Grades of a year as the appraisal body confirmed and revised them, and the closing of the year (Article 8). A grade above the
cap is recorded when the body says why: it is the body's violation, and a finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.codes import Grade
from contracts.compliance import (
    AppraisalEligibilityDerived,
    AppraisalYearClosed,
    CloseAppraisalYear,
    ConfirmGrade,
    GradeConfirmed,
    GradeRevised,
    ReviseGrade,
)
from contracts.message import Fact
from services.compliance import known
from services.kernel.past import Past, final, in_order, restated
from services.kernel.refusal import refused


def confirm_grade(c: ConfirmGrade, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    _not_before(c.year, c.confirmed_on, "confirmed_on")
    stated = past.last(GradeConfirmed, cadre_id=c.cadre_id, year=c.year)
    if stated is None and not (c.private and c.private.override_reason):
        _within_the_cap(past, c.cadre_id, c.year, c.grade, "private.override_reason")
    return final(c, stated, "grade-already-confirmed")


def revise_grade(c: ReviseGrade, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    confirmed = past.last(GradeConfirmed, cadre_id=c.cadre_id, year=c.year)
    if confirmed is None:
        raise refused("grade-not-confirmed", "year")
    in_order(confirmed.confirmed_on, c.revised_on, "revised_on")
    said = restated(c, past.last(GradeRevised, cadre_id=c.cadre_id, year=c.year))
    if said and not (c.private and c.private.reason):
        _within_the_cap(past, c.cadre_id, c.year, c.grade, "private.reason")
    return said


def close_year(c: CloseAppraisalYear, past: Past) -> Sequence[Fact]:
    _not_before(c.year, c.closed_on, "closed_on")
    return final(c, past.last(AppraisalYearClosed, year=c.year), "year-already-closed")


def _within_the_cap(past: Past, cadre_id: str, year: int, grade: Grade, field: str) -> None:
    """Refuses `override-reason-missing` for a grade that the answer published last does not allow. Where nothing is allowed nothing is
    settled either: that is a finding of its own."""
    answer = past.last(AppraisalEligibilityDerived, cadre_id=cadre_id, year=year)
    if answer and answer.allowed_grades and grade not in answer.allowed_grades:
        raise refused("override-reason-missing", field)


def _not_before(year: int, on: date, field: str) -> None:
    if on.year < year:
        raise refused("before-the-year", field)
