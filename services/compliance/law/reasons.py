"""Reasons in both languages: one sentence each, in our own words, with the numbers in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contracts.answers import Accountable, Reason
from services.compliance.law.policy import InForce, Threshold

ORDER = (
    "performing_normally", "no_ground",
    "long_unexcused_absence", "on_special_leave", "determined_cannot_perform", "basically_qualified_last_year", "under_sanction",
    "task_failure", "superior_rule", "leave_over_half_year", "under_investigation", "demerit_period",
    "no_duty_assigned", "duty_declined", "concern_open", "leave_pending", "awaiting_ratification", "notice_not_served",
    "return_unconfirmed", "connivance_uncharacterised", "attendance_conflict", "calendar_missing",
    "not_exited", "retired", "reinstated", "deceased", "not_committee_managed", "measures_not_in_force",
    "no_technical_post", "out_of_scope",
)  # fmt: skip
APPRAISAL_UNDETERMINED = (
    "leave_pending", "awaiting_ratification", "notice_not_served", "no_duty_assigned", "connivance_uncharacterised",
    "attendance_conflict", "calendar_missing",
)  # fmt: skip

SENTENCES: dict[str, tuple[str, str]] = {
    "performing_normally": ("未见妨碍正常履职的情形，可以列入考虑", "Nothing stands against normal performance; may be considered"),
    "long_unexcused_absence": (
        "未经批准缺勤{days}个工作日，{span}，界限为{threshold}",
        "Absent without leave for {days} working days ({span_en}); long is {threshold_en}",
    ),
    "on_special_leave": ("自{since}起经批准请假，至今未确认销假", "On approved leave since {since}; no return has been confirmed"),
    "determined_cannot_perform": ("{since}被认定不能正常履职", "Determined on {since} that the cadre cannot perform normally"),
    "basically_qualified_last_year": ("{year}年度考核等次为{grade}", "The grade of {year} is {grade_en}"),
    "under_sanction": ("处分期至{until}", "A sanction runs until {until}"),
    "under_investigation": ("正在接受调查，{since}立案", "Under investigation since {since}"),
    "no_duty_assigned": ("退出后尚未安排工作任务，无从判断履职", "No duty was ever assigned, so there is nothing to judge by"),
    "duty_declined": ("{since}无故推辞所安排的工作，须由组织认定", "A duty was declined without reason on {since}; people must determine"),
    "concern_open": ("{since}记录的作风纪律问题尚未确认改正", "A concern recorded on {since} has not been confirmed as corrected"),
    "leave_pending": ("请假申请尚未决定，涉及{days}个工作日", "An application for leave is undecided; it concerns {days} working days"),
    "awaiting_ratification": (
        "代为提出的请假尚待本人追认，涉及{days}个工作日",
        "Leave asked for by another awaits ratification; it concerns {days} working days",
    ),
    "notice_not_served": (
        "不予批准的决定尚未送达本人，涉及{days}个工作日",
        "A refusal has not been served; it concerns {days} working days",
    ),
    "return_unconfirmed": ("本人已于{since}报告返岗，单位尚未确认", "Declared his return on {since}; the branch has not confirmed it"),
    "connivance_uncharacterised": (
        "单位知情的缺勤{days}个工作日尚未定性",
        "{days} working days of absence that the unit knew of have not been characterised",
    ),
    "attendance_conflict": (
        "{days}个工作日的出勤与缺勤记录相互矛盾",
        "For {days} working days presence and absence are both recorded",
    ),
    "calendar_missing": (
        "{year}年工作日历尚未公布，缺勤无法计算",
        "The working calendar of {year} is not published, so absence cannot be counted",
    ),
    "not_exited": ("尚未退出领导岗位", "Has not left a leading post"),
    "retired": ("{since}已办理退休手续", "Retirement was completed on {since}"),
    "reinstated": ("{since}重新任职", "Returned to a leading post on {since}"),
    "deceased": ("{since}去世", "Died on {since}"),
    "not_committee_managed": ("不是局党工委管理的干部", "Not managed by the work committee"),
    "measures_not_in_force": ("办法自2022-04-07起施行", "The Measures hold from 2022-04-07"),
    "no_ground": ("未见限制考核等次的情形", "No ground that limits the grade"),
    "task_failure": ("{year}年度有未完成的工作任务", "A task of {year} was not completed"),
    "superior_rule": (
        "连续旷工{days}个工作日，按上级规定，{threshold}个工作日的不得评为合格",
        "Truant for {days} working days in a run; by a superior rule {threshold_en} of them means a grade below qualified",
    ),
    "leave_over_half_year": (
        "经批准请假{days}{counted}，全年{total}{counted}，{threshold}的不确定等次",
        "On approved leave for {days} of {total} {counted_en}; {threshold_en} means no grade",
    ),
    "demerit_period": ("受记过以上处分，本年度不确定等次", "Under a sanction of demerit or heavier: no grade for the year"),
    "no_technical_post": ("仅聘管理岗位，没有专业技术年度考核", "Holds a management post only: there is no technical appraisal"),
    "out_of_scope": ("{year}年度内没有适用本办法的日子", "No day of {year} is within the Measures"),
}


def reason(
    code: str,
    article: str,
    evidence: Iterable[str] = (),
    settings: Sequence[InForce] = (),
    owed_by: Accountable | None = None,
    *,
    clauses: Sequence[tuple[str, str]] = (),
    **words: object,
) -> Reason:
    """`clauses`: what else the sentence has to say, in both languages, with nothing left to fill in."""
    zh, en = SENTENCES[code]
    said = {k: plain(v) for k, v in words.items()}
    if isinstance(threshold := words.get("threshold"), Threshold):
        said["threshold"], said["threshold_en"] = in_words(threshold)
        said["counted"], said["counted_en"] = COUNTED.get(threshold.unit, ("个工作日", "working days"))
    return Reason(
        code=code,
        article=article,
        zh="；".join((zh.format(**said), *(c for c, _ in clauses))) + "。",
        en="; ".join((en.format(**said), *(c for _, c in clauses))) + ".",
        evidence=tuple(dict.fromkeys(evidence)),
        parameters=tuple([s.shown for s in settings]),
        owed_by=owed_by,
    )


OPERATORS = {">=": ("达到", "at least"), ">": ("超过", "more than")}
COUNTED = {"calendar_days": ("天", "days")}
UNITS = {"calendar_days": ("（日历日）", " (calendar days)")}


def in_words(threshold: Threshold) -> tuple[str, str]:
    """`> 15` as 超过15, more than 15."""
    (zh, en), (unit_zh, unit_en) = OPERATORS[threshold.op], UNITS.get(threshold.unit, ("", ""))
    return f"{zh}{threshold.number}{unit_zh}", f"{en} {threshold.number}{unit_en}"


def plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def ordered(reasons: Iterable[Reason], order: Sequence[str] = ORDER) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda r: order.index(r.code)))
