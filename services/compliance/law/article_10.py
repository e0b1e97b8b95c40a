"""Article 10 - who interprets the Measures, what prevails over them, and from when they hold.

The committee interprets; where superior rules differ, they are followed. So each article that can be overruled asks here what
prevails over it, and `policy.py` reads which number of whom is in force on a day. The article obliges nobody by itself.
Not computed: what the spirit of a superior body would want where it has set no rule; that needs an interpretation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.assignments import AbsenceRecorded, LeaveRequested, TaskOutcomeRecorded
from contracts.codes import Grade
from contracts.compliance import InvestigationOpened, NonCorrectionRecorded, SuperiorPolicyRegistered
from services.compliance.law import superior_appraisal_2023 as appraisal
from services.compliance.law import superior_dismissal as dismissal
from services.compliance.law import superior_health as health
from services.compliance.law import superior_investigation as investigation
from services.compliance.law import superior_sanctions as sanctions
from services.compliance.law.case import NOTHING, Case
from services.compliance.law.grounds import Ground
from services.compliance.law.policy import MEASURES_FROM, InForce, Threshold
from services.compliance.law.truancy import AWOL, awol_run
from services.compliance.law.versions import Article, Contents, Detects, Version

ARTICLE = "10"


UNTIL_NOW = MEASURES_FROM
"""Applied from the first day of the Measures on, although the superior rule is younger: the procedure names no later day."""

SUPERIOR = Contents(
    (
        Article(
            "2023-10", "考核等次为四个", "Four grades", "superior_appraisal_2023",
            (Version(UNTIL_NOW, scale=appraisal.scale_of_the_unit), Version(date(2023, 1, 1), scale=appraisal.four_grades)),
            parameters=("appraisal.scale", "appraisal.year_basis", "appraisal.transfer", "appraisal.refusal_grade"),
            uncited=("只提供等次设置，由其他各条援用", "It only gives the scale on which the others allow grades"),
            issued=date(2023, 1, 12),
        ),
        Article(
            "2023-13", "工作纪律不强的，应为基本合格", "Want of discipline: basically qualified", "superior_appraisal_2023",
            (Version(UNTIL_NOW, detectors=(Detects(appraisal.advice_on_discipline, (appraisal.ADVICE,), of_a_year=True, rests_on=(NonCorrectionRecorded,)),)),),
            issued=date(2023, 1, 12),
        ),
        Article(
            "2023-14", "未完成工作任务的，应为不合格", "Tasks not done: unqualified", "superior_appraisal_2023",
            (Version(UNTIL_NOW, detectors=(Detects(appraisal.advice_on_tasks, (appraisal.ADVICE,), of_a_year=True, rests_on=(AbsenceRecorded, TaskOutcomeRecorded)),)),),
            issued=date(2023, 1, 12),
        ),
        Article(
            "2023-29", "上年度基本合格以下的，不得晋升", "Basically qualified or lower: no promotion in the next year", "superior_appraisal_2023",
            (Version(UNTIL_NOW, bars=(appraisal.low_grade_last_year,)),),
            parameters=("promotion.after_basic_qualified", "appraisal.tenure_min_grade"),
            reasons=("basically_qualified_last_year",), issued=date(2023, 1, 12),
        ),
        Article(
            "2023-41", "请假超过半年的，不确定等次", "On leave for over half of the year: no grade", "superior_appraisal_2023",
            (Version(date(2023, 1, 1), no_grade=(appraisal.leave_over_half_year,)),),
            parameters=(appraisal.LEAVE_SHARE, "art7.protected_leave_types"),
            reasons=("leave_over_half_year",), issued=date(2023, 1, 12),
        ),
        Article(
            "2023-42", "接受审查调查的，暂不确定等次", "Under investigation: no grade for the time being", "superior_investigation",
            (Version(UNTIL_NOW, no_grade=(investigation.no_grade,)),),
            reasons=("under_investigation",), issued=date(2023, 1, 12),
        ),
        Article(
            "2023-43", "记过以上处分的，不确定等次", "Sanction of demerit or heavier: no grade", "superior_sanctions",
            (Version(UNTIL_NOW, no_grade=(sanctions.demerit_period,)),),
            reasons=("demerit_period",), issued=date(2023, 1, 12),
        ),
        Article(
            "sanctions-6", "处分期内不得晋升，警告年度不得优秀", "No promotion while a sanction runs, nothing excellent in the year of a warning",
            "superior_sanctions",
            (Version(UNTIL_NOW, bars=(sanctions.under_sanction,), excludes=(sanctions.not_excellent,)),),
            parameters=("promotion.sanction_period",), reasons=("under_sanction",), issued=date(2023, 11, 6),
        ),
        Article(
            "sanctions-law-52", "审查调查期间不得晋升、不得办理退休", "No promotion and no retirement under investigation", "superior_investigation",
            (
                Version(
                    date(2020, 7, 1), bars=(investigation.under_investigation,),
                    detectors=(Detects(investigation.retired_while_investigated, ("retired_while_investigated",), rests_on=(InvestigationOpened,)),),
                ),
            ),
            parameters=("promotion.investigation",), reasons=("under_investigation",),
        ),
        Article(
            "652-15", "连续或累计旷工的，可以解除聘用合同", "Truancy for which a contract may be ended", "superior_dismissal",
            (Version(date(2014, 7, 1), detectors=(Detects(dismissal.dismissal_threshold_alert, ("dismissal_threshold_alert",), rests_on=(AbsenceRecorded,)),)),),
            parameters=("alert.dismissal.consecutive", "alert.dismissal.cumulative"),
        ),
        Article(
            "up-and-down", "因健康原因一年以上不能履职", "Unable to serve for a year and more for reasons of health", "superior_health",
            (Version(UNTIL_NOW, detectors=(Detects(health.health_inability_alert, ("health_inability_alert",), rests_on=(LeaveRequested,)),)),),
            parameters=("art7.health_inability_alert_days",), issued=date(2022, 9, 8),
        ),
    )
)  # fmt: skip
"""What prevails, rule by rule. A year is measured by what is in force at its end, or on the day of the question if that is
earlier."""


def bars(case: Case) -> Iterator[Ground]:
    """What bars promotion on the day, whatever Article 7 says."""
    for version in SUPERIOR.on(case.as_of):
        for bar in version.bars:
            if ground := bar(case):
                yield ground


def no_grade(case: Case, year: int, assumed: frozenset[str] = NOTHING) -> list[Ground]:
    """What leaves the year without a grade, whatever Article 8 says. `assumed`: kinds of unsettled days taken as leave."""
    found = (rule(case, year, assumed) for version in _of_year(case, year) for rule in version.no_grade)
    return [ground for ground in found if ground is not None]


def grades(case: Case, year: int, *, capped: bool) -> tuple[Grade, ...]:
    """The grades of the year's scale that stand open."""
    versions = _of_year(case, year)
    scale = next((v.scale(case, year) for v in versions if v.scale is not None), appraisal.FOUR_GRADES)
    if capped:
        return tuple(g for g in scale if g in appraisal.BELOW_QUALIFIED)
    excluded = {g for v in versions for excludes in v.excludes for g in excludes(case, year)}
    return tuple(g for g in scale if g not in excluded)


def _of_year(case: Case, year: int) -> tuple[Version, ...]:
    return SUPERIOR.on(min(date(year, 12, 31), case.as_of))


def stricter_on_truancy(case: Case, year: int) -> Ground | None:
    """A registered superior rule that caps a run of truancy by itself, for days from its first day on."""
    day = min(date(year, 12, 31), case.as_of)
    for event, rule in reversed(case.dossier.system.of(SuperiorPolicyRegistered)):
        standing = next((r for r in case.policies.naming(AWOL) if r.event_id == event.id), None)
        if standing is None or not standing.of_year(year, day, case.policies.closed):
            continue
        threshold = Threshold.parse(rule.parameters[AWOL], ">=")
        if found := awol_run(case, year, threshold, since=rule.effective_from):
            setting = InForce(AWOL, rule.parameters[AWOL], rule.policy_id, rule.source, ">=", "superior")
            return Ground("superior_rule", ARTICLE, (*case.evidence(found), event.id), {"days": len(found)}, setting)
    return None
