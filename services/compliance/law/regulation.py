"""The Measures as the programme has them: each article and what detects a breach of it. An explicit table; nothing registers
itself. Articles 1 (purpose) and 10 (interpretation, superior rules, effect) oblige nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.compliance.law import (
    article_03,
    article_04,
    article_05,
    article_06,
    article_07,
    article_07_ladder,
    article_08_procedure,
    grades,
    superior_appraisal_2023,
    superior_dismissal,
    superior_health,
    superior_investigation,
)
from services.compliance.law.findings import Detector, Inquiry, Raised

DETECTORS: tuple[tuple[str, Detector], ...] = (
    ("3", article_03.late_registration),
    ("6.1", article_06.exit_talk_overdue),
    ("6.1", article_06.unit_talk_overdue),
    ("6.1", article_06.thought_exchange_overdue),
    ("6.2", article_06.training_gap),
    ("5", article_05.duty_not_assigned_in_time),
    ("5", article_05.preference_not_invited),
    ("4.1", article_04.unit_connivance),
    ("8.1", article_08_procedure.unit_review_overdue),
    ("8.1", article_08_procedure.unit_failed_to_report),
    ("8.1", article_08_procedure.committee_decision_overdue),
    ("8.1", article_08_procedure.notice_not_served),
    ("8.1", article_08_procedure.applicant_not_the_cadre),
    ("8.1", article_08_procedure.evidence_missing),
    ("7.2", article_07_ladder.reminder),
    ("7.2", article_07_ladder.ladder_step_skipped),
    ("7.2", article_07_ladder.report_overdue),
    ("7.1", grades.promoted_despite_bar),
    ("8.2", grades.grade_findings),
    ("10", superior_investigation.retired_while_investigated),
    ("10", superior_dismissal.dismissal_threshold_alert),
    ("10", superior_health.health_inability_alert),
    ("10", superior_appraisal_2023.superior_rule_advisory),
    ("8.2", article_08_procedure.attendance_conflict),
    ("8.2", article_08_procedure.calendar_missing),
    ("8.2", grades.reading_disagreement),
    ("8.1", article_08_procedure.return_not_confirmed),
    ("7.1", article_07.determination_owed),
    ("10", grades.review_filed_late),
    ("10", grades.review_decision_overdue),
)


OF_A_YEAR = frozenset({grades.grade_findings, superior_appraisal_2023.superior_rule_advisory, grades.reading_disagreement})
"""What they find depends on the appraisal year asked about; all others find the same for every year."""


def raised(inquiry: Inquiry, found: dict[Detector, Sequence[Raised]], *, of_year_only: bool = False) -> Iterator[Raised]:
    """Every finding about one cadre, in the order of this table, those that were made good included. `found` remembers what is the
    same for all years of one day."""
    for _, detector in DETECTORS:
        if detector in OF_A_YEAR:
            yield from detector(inquiry)
        elif not of_year_only:
            if detector not in found:
                found[detector] = tuple(detector(inquiry))
            yield from found[detector]
