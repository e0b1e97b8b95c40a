"""Grades of a year as the appraisal body confirmed and revised them, and the closing of the year (Article 8). A grade above the
cap is recorded: it is the body's violation, and a finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.compliance import AppraisalYearClosed, CloseAppraisalYear, ConfirmGrade, GradeConfirmed, GradeRevised, ReviseGrade
from contracts.message import Fact
from services.compliance import known
from services.kernel.past import Past, final, in_order, restated
from services.kernel.refusal import refused


def confirm_grade(c: ConfirmGrade, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    _not_before(c.year, c.confirmed_on, "confirmed_on")
    return final(c, past.last(GradeConfirmed, cadre_id=c.cadre_id, year=c.year), "grade-already-confirmed")


def revise_grade(c: ReviseGrade, past: Past) -> Sequence[Fact]:
    known.cadre(past, c.cadre_id)
    confirmed = past.last(GradeConfirmed, cadre_id=c.cadre_id, year=c.year)
    if confirmed is None:
        raise refused("grade-not-confirmed", "year")
    in_order(confirmed.confirmed_on, c.revised_on, "revised_on")
    return restated(c, past.last(GradeRevised, cadre_id=c.cadre_id, year=c.year))


def close_year(c: CloseAppraisalYear, past: Past) -> Sequence[Fact]:
    _not_before(c.year, c.closed_on, "closed_on")
    return final(c, past.last(AppraisalYearClosed, year=c.year), "year-already-closed")


def _not_before(year: int, on: date, field: str) -> None:
    if on.year < year:
        raise refused("before-the-year", field)
