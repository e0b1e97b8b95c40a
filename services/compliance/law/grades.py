"""Grades, reviews and appeals: what was confirmed stands until it is revised; a review by itself changes nothing."""

from __future__ import annotations

import re

from contracts.compliance import AppealDecided, AppealFiled, GradeConfirmed, GradeRevised, ReviewDecided, ReviewRequested
from services.compliance.law.case import Case

YEAR_IN_ID = re.compile(r"-([0-9]{4})@[0-9]+$")


def under_review(case: Case, year: int) -> bool:
    """A review or an appeal against the grade of the year, or against the answer about it, waits for its decision."""
    dossier = case.dossier
    reviewed = {d.review_id for _, d in dossier.of(ReviewDecided)}
    appealed = {d.appeal_id for _, d in dossier.of(AppealDecided)}
    waiting = [r.against for _, r in dossier.of(ReviewRequested) if r.review_id not in reviewed]
    waiting += [a.against for _, a in dossier.of(AppealFiled) if a.appeal_id not in appealed]
    return any(_year_of(case, against) == year for against in waiting)


def _year_of(case: Case, event_id: str) -> int | None:
    for event in case.dossier.known:
        if event.id == event_id:
            return event.data.year if isinstance(event.data, GradeConfirmed | GradeRevised) else None
    found = YEAR_IN_ID.search(event_id)
    return int(found[1]) if found else None
