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
    "differs_from_register": ("与台账已有记录不一致，应按哪个？", "it differs from what is registered: which is right?"),
}

WARNINGS: dict[str, tuple[str, str]] = {
    "hidden_row": ("此行在表中被隐藏", "the row is hidden in the workbook"),
    "highlighted_row": ("此行有底色，底色没有规定含义", "the row is coloured; the colour has no defined meaning"),
    "absence_on_non_working_day": ("非工作日标了缺勤，不计入", "an absence mark on a day that is not worked; not counted"),
    "mark_on_rest_day": ("休息日标了出勤", "presence marked on a rest day"),
    "vacation_marked": ("标为寒暑假", "marked as school vacation"),
}

_ALL = REASONS | QUESTIONS | WARNINGS


def words(code: str) -> tuple[str, str]:
    return _ALL.get(code, (code, code))
