"""The codes of what comes back from an import, in Chinese and English. Stable: spreadsheets and scripts hold on to them."""

from __future__ import annotations

REASONS: dict[str, tuple[str, str]] = {
    "duplicate_row": ("同一人的相同内容已在前面出现", "the same person with the same facts stands in an earlier row"),
    "impossible_date": ("没有这一天", "there is no such day"),
    "date_without_day": ("只有年月，缺少具体日期", "year and month only; the day is needed"),
    "date_unreadable": ("日期无法识别", "the date cannot be read"),
    "date_not_single": ("此栏只能填一个日期", "one day is needed, several are given"),
    "unknown_unit": ("单位未登记", "the unit is not registered"),
    "unit_unclear": ("表上写了几个不同的单位", "the sheet names several different units"),
    "exit_after_retirement": ("退出时间晚于办理退休时间", "the exit lies after the completed retirement"),
    "unknown_person": ("本单位没有此人", "there is no such person in this unit"),
    "ambiguous_person": ("符合的不止一人，本行无法区分", "several persons fit and the row does not say which"),
    "after_retirement": ("本月开始前已办理退休", "the person's retirement was completed before the month began"),
    "missing_required": ("必填项为空", "a required field is empty"),
    "unknown_reason": ("退出原因无法归类", "the wording of the exit reason fits no code"),
    "unknown_category": ("岗位类别无法归类", "the wording of the post category fits no code"),
    "unknown_kind": ("单位类别无法归类", "the wording of the unit's kind fits no code"),
    "calendar_missing": ("没有这一年的工作日历", "there is no working-day calendar for this year"),
    "month_unclear": ("表上没有月份，或月份与星期对不上", "the sheet names no month, or one that does not fit its weekdays"),
    "until_before_from": ("结束早于开始", "the period ends before it begins"),
    "unknown_leave_type": ("请假类别无法归类", "the wording of the kind of leave fits no code"),
    "applicant_unclear": ("看不出是本人申请还是他人代办", "it is not clear whether the cadre applied or somebody else did"),
    "form_unclear": ("看不出是否书面申请", "it is not clear whether the application was in writing"),
    "two_categories": ("此栏只能填一个类别", "two duty categories in a field that holds one"),
    "unknown_duty": ("安排类别不属于五类工作任务", "the wording fits none of the five categories of duty"),
    "not_yet_assigned": ("尚未安排", "the row says that nothing has been arranged"),
    "conflicting_row": ("同一任务在前面已有不同内容", "an earlier row says something else of the same duty"),
    "office_unclear": ("谈话人身兼两职，无法判断以哪一职务谈话", "one talk by a person who holds both offices: which office talked?"),
    "talker_not_head": ("谈话人不是单位党政主要负责人", "the talker is not one of the two main heads of the unit"),
    "talker_not_committee": (
        "退出谈话应由局党工委安排，谈话人是单位的人",
        "an exit talk is held by the committee; the talker is of the unit",
    ),
    "no_concern_to_attach": (
        "提醒谈话须对应已记录的问题，本行没有写明",
        "a reminder talk belongs to a recorded concern; the row names none",
    ),
    "unknown_talk": ("谈话类别无法归类", "the wording of the kind of talk fits no code"),
    "unknown_training": ("学习培训类别无法归类", "the wording of the kind of training fits no code"),
    "hours_not_a_number": ("学时不是数字", "the hours are not a number"),
    "participants_not_named": ("参加人员须写姓名", "names are needed"),
    "half_day_rows": (
        "按上午、下午分行的考勤表无法读取，请改为一人一行",
        "a row for each half of the day cannot be read: use one row a person",
    ),
    "invalid_value": ("内容超出允许的长度或格式", "the value is too long or has a wrong form"),
}

QUESTIONS: dict[str, tuple[str, str]] = {
    "working_day_unmarked": (
        "这个工作日全表都没有标记，是否到岗？",
        "the sheet leaves this working day empty for everybody: present or absent?",
    ),
    "blank_on_working_day": ("工作日没有标记，是否到岗？", "no mark on a working day: present or absent?"),
    "rest_marked_on_working_day": ("工作日标了“休”，是什么情况？", "marked as rest on a working day: what was it?"),
    "unknown_symbol": ("符号不在图例中，是什么意思？", "the symbol is in no legend: what does it mean?"),
    "symbol_without_legend": ("本表没有图例，这个符号是什么意思？", "the sheet has no legend: what does this symbol mean?"),
    "day_outside_month": ("本月没有这一天，标记未采用", "the month has no such day; the mark is ignored"),
    "two_grades": ("一格里有两个岗位等级，是哪一个？", "two post grades in one cell: which one?"),
    "grade_unreadable": ("岗位等级无法识别，是几级？", "the post grade cannot be read: which one is it?"),
    "retirement_unclear": ("办理退休时间无法识别，是哪一天？", "the day of retirement cannot be read: which day?"),
    "id_number_unreadable": ("身份证号无法识别，已略去", "the identity number cannot be read; it is left out"),
    "hidden_sheet": ("工作表被隐藏，是否读取？", "the sheet is hidden: is it to be read?"),
    "evidence_named_not_attached": ("写有证明材料但没有附文件，请另行上传", "evidence is named but no file is there: hand it in"),
    "review_without_date": ("单位审核没有日期，是哪一天？", "the unit's review has no date: which day?"),
    "review_unclear": ("单位审核意见无法识别，是否同意，哪一天？", "the unit's review cannot be read: passed or refused, and when?"),
    "review_missing": ("已上报但没有单位审核意见，是否同意，哪一天？", "reported without a review: passed or refused, and when?"),
    "report_without_date": ("有上报文号但没有日期，是哪一天？", "a report with a number but no date: which day?"),
    "report_without_number": ("有上报日期但没有文号，文号是什么？", "a report with a date but no number: which number?"),
    "decision_level_unclear": ("看不出由谁批准：本单位还是局党工委？", "it is not clear who decided: the unit or the committee?"),
    "decision_without_date": ("批准没有日期，是哪一天？", "the decision has no date: which day?"),
    "decision_without_number": ("批准没有文号，文号是什么？", "the decision has no number: which one?"),
    "return_unclear": ("销假日期无法识别，是哪一天？", "the day of return cannot be read: which day?"),
    "until_unclear": ("终止时间无法识别，是哪一天，还是长期？", "the end cannot be read: which day, or is it open?"),
    "preference_without_date": ("个人意愿没有日期，是哪一天申报的？", "the preference has no date: when was it declared?"),
    "preference_unclear": ("个人意愿不属于五类工作任务，请另行登记", "the preference fits none of the five categories: enter it by itself"),
    "due_unclear": ("任务完成时限无法识别，是哪一天？", "the day by which the task is due cannot be read: which day?"),
    "outcome_unclear": ("完成情况无法归类，是哪一种？", "the outcome fits no code: which one is it?"),
    "outcome_without_task": ("有完成情况但没有任务时限，请另行登记", "an outcome without a task: enter the task by itself"),
    "table_without_date": ("表上没有填表日期，完成情况是哪一天的？", "the table has no date: of which day are the outcomes?"),
    "unknown_person_in_list": ("名单中有查无此人的姓名，是谁？", "one of the names is unknown: who is it?"),
    "ambiguous_person_in_list": ("名单中有重名，是谁？", "one of the names fits several persons: who is it?"),
    "list_not_complete": ("名单写了“等”，其余的人没有写出", "the list says that there were others and does not name them"),
    "differs_from_register": ("与台账已有记录不一致，应按哪个？", "it differs from what is registered: which is right?"),
}

WARNINGS: dict[str, tuple[str, str]] = {
    "hidden_row": ("此行在表中被隐藏", "the row is hidden in the workbook"),
    "answer_refused": ("答复与已有记录不符，问题仍待答", "the answer does not go with what is recorded; the question stays open"),
    "highlighted_row": ("此行有底色，底色没有规定含义", "the row is coloured; the colour has no defined meaning"),
    "days_disagree": ("天数与起止时间不一致", "the stated number of days is neither the working nor the civil days of the period"),
    "absence_on_non_working_day": ("非工作日标了缺勤，不计入", "an absence mark on a day that is not worked; not counted"),
    "mark_on_rest_day": ("休息日标了出勤", "presence marked on a rest day"),
    "vacation_marked": ("标为寒暑假", "marked as school vacation"),
}

_ALL = REASONS | QUESTIONS | WARNINGS


def words(code: str) -> tuple[str, str]:
    return _ALL.get(code, (code, code))
