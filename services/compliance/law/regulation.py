"""The Measures as the programme has them: an explicit table of contents. Each article with its versions, each version with what it
computes; `article_10.SUPERIOR` is the like table of what prevails over them. Nothing registers itself."""

from __future__ import annotations

from contracts.assignments import (
    AbsenceRecorded,
    DutyAssigned,
    LeaveApproved,
    LeaveRejected,
    LeaveReported,
    LeaveRequested,
    LeaveUnitReviewed,
    ReturnDeclared,
)
from contracts.compliance import ConcernRecorded, GradeConfirmed, GradeRevised, MeasureDecided, NonCorrectionRecorded, ReviewRequested
from contracts.message import Fact
from contracts.registry import PostGradePromoted
from services.compliance.law import (
    appraisal_year,
    article_02,
    article_03,
    article_04,
    article_05,
    article_06,
    article_07,
    article_07_ladder,
    article_08,
    article_08_procedure,
    article_09,
    grades,
    tasks,
)
from services.compliance.law.findings import Detector
from services.compliance.law.policy import MEASURES_FROM
from services.compliance.law.versions import Article, Contents, Detects, Version


def _d(by: Detector, *codes: str, rests_on: tuple[type[Fact], ...] = ()) -> Detects:
    return Detects(by, codes, rests_on=rests_on)


MEASURES = Contents(
    (
        Article(
            "1", "目的", "Purpose", None, (Version(MEASURES_FROM),),
            idle=("只说明目的，不设义务；据以在几种理解之间取舍", "Says what the Measures are for and obliges nobody; a ground for choosing among readings"),
        ),
        Article(
            "2", "适用对象", "To whom the Measures apply", "article_02", (Version(MEASURES_FROM, scope=article_02.scope),),
            parameters=(
                "scope.requires", "scope.exit_reasons", "scope.bureau_organ_posts_included", "scope.count_facts_before_effect",
            ),
            reasons=(
                "not_exited", "retired", "reinstated", "deceased", "not_committee_managed", "measures_not_in_force", "out_of_scope",
            ),
        ),
        Article(
            "3", "领导与分工", "Leadership and who answers for what", "article_03",
            (Version(MEASURES_FROM, detectors=(_d(article_03.late_registration, "late_registration"),)),),
            parameters=("registry.late_after_workdays",),
        ),
        Article(
            "4", "退出不离岗", "The exit is no leave of absence", "article_04",
            (Version(MEASURES_FROM, detectors=(_d(article_04.unit_connivance, "unit_connivance", rests_on=(AbsenceRecorded,)),)),),
            parameters=("art4.connivance_treatment",),
        ),
        Article(
            "5", "工作安排", "Duties", "article_05",
            (
                Version(
                    MEASURES_FROM,
                    detectors=(
                        _d(article_05.duty_not_assigned_in_time, "duty_not_assigned_in_time"),
                        _d(article_05.preference_not_invited, "preference_not_invited", rests_on=(DutyAssigned,)),
                    ),
                    awaits=(article_05.preference_to_invite,),
                ),
            ),
            parameters=(
                "art5.assign_within_workdays", "art5.inspector.min_visits_per_term", "art5.inspector.term_years", "art5.inspector.max_terms",
            ),
            reasons=("no_duty_assigned", "duty_declined"),
        ),
        Article(
            "6", "教育关爱", "Education and care", "article_06",
            (
                Version(
                    MEASURES_FROM,
                    detectors=(
                        _d(article_06.exit_talk_overdue, "exit_talk_overdue"),
                        _d(article_06.unit_talk_overdue, "unit_talk_overdue"),
                        _d(article_06.thought_exchange_overdue, "thought_exchange_overdue"),
                        _d(article_06.training_gap, "training_gap"),
                    ),
                ),
            ),
            parameters=(
                "art6.exit_talk_within_workdays", "art6.unit_talk.max_interval_days", "art6.thought_exchange.max_interval_days",
                "art6.training.min_per_year",
            ),
        ),
        Article(
            "7.1", "正常履职与晋升", "Normal performance and promotion", "article_07",
            (
                Version(
                    MEASURES_FROM,
                    promotion=article_07.promotion,
                    detectors=(
                        _d(grades.promoted_despite_bar, "promoted_despite_bar", rests_on=(PostGradePromoted,)),
                        _d(article_07.determination_owed, "determination_owed", rests_on=(AbsenceRecorded,)),
                    ),
                    awaits=(article_07.determination_to_make,),
                ),
            ),
            parameters=("art7.impairment_presumption", "art7.bar_duration", "art7.determination_within_days"),
            reasons=(
                "performing_normally", "long_unexcused_absence", "on_special_leave", "determined_cannot_perform", "leave_pending",
                "awaiting_ratification", "notice_not_served", "return_unconfirmed", "connivance_uncharacterised", "attendance_conflict",
                "calendar_missing",
            ),
        ),
        Article(
            "7.2", "提醒、批评、报告、处理", "The ladder: reminder, criticism, report, measure", "article_07_ladder",
            (
                Version(
                    MEASURES_FROM,
                    detectors=(
                        _d(article_07_ladder.reminder, "reminder_due", "reminder_overdue", rests_on=(AbsenceRecorded, ConcernRecorded)),
                        _d(article_07_ladder.ladder_step_skipped, "ladder_step_skipped", rests_on=(MeasureDecided, NonCorrectionRecorded)),
                        _d(article_07_ladder.report_overdue, "report_overdue", rests_on=(NonCorrectionRecorded,)),
                    ),
                    awaits=(article_07_ladder.ladder,),
                ),
            ),
            parameters=("art7.reminder_within_workdays", "art7.correction_observation_days", "art7.report_within_workdays"),
            reasons=("concern_open",),
        ),
        Article(
            "8.1", "请假程序", "The way of an application for leave", "article_08_procedure",
            (
                Version(
                    MEASURES_FROM,
                    detectors=(
                        _d(article_08_procedure.unit_review_overdue, "unit_review_overdue", rests_on=(LeaveRequested,)),
                        _d(
                            article_08_procedure.unit_failed_to_report, "unit_failed_to_report", rests_on=(LeaveApproved, LeaveUnitReviewed)
                        ),
                        _d(article_08_procedure.committee_decision_overdue, "committee_decision_overdue", rests_on=(LeaveReported,)),
                        _d(article_08_procedure.notice_not_served, "notice_not_served", rests_on=(LeaveRejected, LeaveUnitReviewed)),
                        _d(article_08_procedure.applicant_not_the_cadre, "applicant_not_the_cadre", rests_on=(LeaveRequested,)),
                        _d(article_08_procedure.evidence_missing, "evidence_missing", rests_on=(LeaveRequested,)),
                        _d(article_08_procedure.return_not_confirmed, "return_not_confirmed", rests_on=(ReturnDeclared,)),
                    ),
                    awaits=(article_08_procedure.materials_to_supply, article_08_procedure.return_to_declare),
                ),
            ),
            parameters=(
                "leave.applicant_must_be_self", "leave.requires_written", "leave.requires_evidence", "leave.chain",
                "leave.ordinary_max_workdays", "leave.pending_treatment", "leave.retroactive", "leave.proxy_approval", "leave.sla.review",
                "leave.sla.report", "leave.sla.committee", "leave.return_confirm_within_workdays",
            ),
            reasons=("leave_pending", "awaiting_ratification"),
        ),
        Article(
            "8.2", "年度专业技术考核的限制", "The cap on the yearly technical appraisal", "article_08",
            (
                Version(
                    MEASURES_FROM,
                    appraisal=article_08.appraisal,
                    absence=appraisal_year.long_absence_of,
                    detectors=(
                        Detects(
                            grades.grade_findings, ("grade_above_cap", "grade_review_required", "grade_confirmed_while_pending"),
                            of_a_year=True, rests_on=(GradeConfirmed, GradeRevised),
                        ),
                        _d(article_08_procedure.attendance_conflict, "attendance_conflict", rests_on=(AbsenceRecorded,)),
                        _d(article_08_procedure.calendar_missing, "calendar_missing"),
                        Detects(grades.reading_disagreement, ("reading_disagreement",), of_a_year=True),
                    ),
                    awaits=(tasks.outcome_to_record, article_08_procedure.characterisation_to_make, grades.grade_to_confirm),
                ),
            ),
            parameters=(
                "absence.long.consecutive", "absence.long.cumulative", "absence.long.window", "absence.run_attribution",
                "absence.day_fraction", "absence.excused_day_breaks_run", "absence.nonworking_days_break_run", "art8.reading",
                "art8.long_modifies_awol", "art8.awol.min_workdays", "art8.cap_target", "art8.cap", "calendar.base",
                "calendar.missing_year", "calendar.school_overlay",
            ),
            reasons=(
                "no_ground", "long_unexcused_absence", "task_failure", "no_duty_assigned", "leave_pending", "awaiting_ratification",
                "notice_not_served", "connivance_uncharacterised", "attendance_conflict", "calendar_missing", "no_technical_post",
            ),
        ),
        Article(
            "9", "单位考核与通报", "Assessment of the unit, and circulars", "article_09",
            (Version(MEASURES_FROM, candidate=article_09.circular_candidate),),
            parameters=("art9.complaints_min", "art9.distinct_sources_min", "art9.reading"),
        ),
        Article(
            "10", "解释、上级规定、施行", "Interpretation, superior rules, effect", "article_10",
            (
                Version(
                    MEASURES_FROM,
                    detectors=(
                        _d(grades.review_filed_late, "review_filed_late", rests_on=(ReviewRequested,)),
                        _d(grades.review_decision_overdue, "review_decision_overdue", rests_on=(ReviewRequested,)),
                    ),
                    awaits=(grades.appeal_to_decide,),
                ),
            ),
            parameters=(
                "policy.effective_from", "policy.trial", "policy.expires_on", "policy.transition", "interpretation.default_scope",
                "review.apply_days", "review.decide_days", "appeal.apply_days", "appeal.decide_days", "appeal.decide_days_ext",
            ),
            reasons=("superior_rule",),
        ),
    )
)  # fmt: skip
