"""What a leave ledger says for certain, what it asks, and what follows from an answer."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.assignments import ApproveLeave, ConfirmReturn, RejectLeave, ReportLeave, RequestLeave, ReviewLeave
from contracts.message import Fact
from services.workbooks.days import NotADay
from services.workbooks.known import Known
from services.workbooks.leave_words import applicant, decision, in_writing, leave_reason, period, review
from services.workbooks.reading import Reading
from tests.workbooks import district
from tests.workbooks.district import workbook

HEADING = ("姓名", "单位", "请假类别", "起止时间", "天数", "申请人", "申请形式", "申请日期", "证明材料", "单位审核意见", "上报文号", "上报日期",
           "批准机关", "批准文号", "批准日期", "销假日期")  # fmt: skip
USUAL = ("罗建明", "槐荫中学", "病假", "2024.9.2—9.30", "29", "本人", "书面", "2024-08-30", "无", "同意 2024.8.30", "槐报1号", "2024.8.31",
         "局党工委", "工委批1号", "2024.9.1", "2024.10.8")  # fmt: skip


def row(**changes: object) -> list[object]:
    return list((dict(zip(HEADING, USUAL, strict=True)) | changes).values())


def read(*rows: list[object], known: Known | None = None, answers: dict[str, str] | None = None) -> Reading:
    return district.read("leave", known or district.the_people(), data=workbook([("请假台账",), HEADING, *rows]), answers=answers)


def kinds(reading: Reading) -> list[type[Fact]]:
    return [type(p.command) for p in reading.made.proposed]


def test_the_whole_procedure_in_its_order() -> None:
    assert kinds(read(row())) == [RequestLeave, ReviewLeave, ReportLeave, ApproveLeave, ConfirmReturn]
    assert kinds(read(row(批准机关="局党工委（不予批准）", 销假日期=""))) == [RequestLeave, ReviewLeave, ReportLeave, RejectLeave]


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2025.1.22—1.24", (2025, 1, 22), (2025, 1, 24)), ("2025年1月15日至2月13日", (2025, 1, 15), (2025, 2, 13)),
        ("2024-12-16—2025-01-14", (2024, 12, 16), (2025, 1, 14)), ("20240913-20240915", (2024, 9, 13), (2024, 9, 15)),
        ("2024.9.13-15", (2024, 9, 13), (2024, 9, 15)), ("２０２４．９．１３～９．１５（共3天）", (2024, 9, 13), (2024, 9, 15)),
        ("2024年9月13日", (2024, 9, 13), (2024, 9, 13)), ("2024.9.13起至2024.9.15止", (2024, 9, 13), (2024, 9, 15)),
    ],
)  # fmt: skip
def test_periods_as_offices_write_them(said: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert period(said) == (date(*first), date(*last))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("2025.2.27-2025.2.30", "impossible_date"),
        ("2025.2.27-", "date_unreadable"),
        ("2025年2月", "date_without_day"),
        ("上周", "date_unreadable"),
    ],
)
def test_what_is_no_period(said: str, code: str) -> None:
    with pytest.raises(NotADay) as refused:
        period(said)
    assert refused.value.code == code


def test_words_of_a_ledger() -> None:
    assert [leave_reason(w) for w in ("因病住院", "护理假", "工伤", "产假（剖宫产）", "旷工", "")] == [
        "health", "family_care", "work_injury", "maternity", None, None,
    ]  # fmt: skip
    assert [applicant(w, "罗建明") for w in ("本人", "罗建明", "其妻代办", "家属代", "某某")] == ["self", "self", "proxy", "proxy", None]
    assert [in_writing(w) for w in ("书面", "电话", "微信")] == [True, False, None]
    assert [review(w)[0] for w in ("同意 2025.1.20", "不同意 2025.1.20", "情况属实，同意", "请领导审定")] == [
        "passed",
        "refused",
        "passed",
        None,
    ]
    assert [decision(w) for w in ("本单位", "局党工委（不予批准）", "上级", "学校报局党工委")] == [
        ("unit", True), ("committee", False), (None, True), (None, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"姓名": "查无此"}, "unknown_person"), ({"单位": "海棠湾小学"}, "unknown_unit"), ({"单位": "知岭中学"}, "unknown_person"),
        ({"姓名": "张伟", "单位": ""}, "ambiguous_person"), ({"申请日期": ""}, "missing_required"), ({"申请日期": "2024年8月"}, "date_without_day"),
        ({"请假类别": "旷工"}, "unknown_leave_type"), ({"申请人": "某某"}, "applicant_unclear"), ({"申请形式": "微信"}, "form_unclear"),
        ({"起止时间": "2024.9.30—9.2"}, "until_before_from"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_goes_back_whole(changes: dict[str, object], code: str) -> None:
    reading = read(row(**changes))
    assert [r.code for r in reading.rejected] == [code] and not reading.made.proposed and not reading.questions


def test_what_the_service_would_refuse_goes_back_whole_and_in_its_words() -> None:
    reading = read(
        row(), row(起止时间="2024.9.9—9.10", 申请日期="2024-09-06", 单位审核意见="", 上报文号="", 上报日期="", 批准日期="2024-09-06")
    )
    (refused,) = reading.rejected
    assert (refused.row, refused.code) == (4, "leave-overlaps") and refused.zh and reading.accepted == 1
    assert len(reading.made.proposed) == 5, "an approval whose application is refused is not recorded either"


def test_the_same_row_again_is_a_duplicate_and_a_later_ledger_adds_what_is_new() -> None:
    assert [r.code for r in read(row(), row()).rejected] == ["duplicate_row"]
    known = district.the_people()
    for command in read(row(批准机关="", 批准文号="", 批准日期="", 销假日期=""), known=known).made.commands:
        known.add(command)
    assert kinds(read(row(), known=known)) == [ApproveLeave, ConfirmReturn]
    for command in read(row(), known=known).made.commands:
        known.add(command)
    again = read(row(), known=known)
    assert (again.accepted, again.duplicates, again.made.proposed) == (1, 1, [])


def test_an_answer_brings_what_depended_on_it() -> None:
    open_row = row(单位审核意见="同意", 上报日期="", 批准文号="", 销假日期="下周")
    asked = read(open_row)
    assert [q.code for q in asked.questions] == ["review_without_date", "report_without_date", "decision_without_number", "return_unclear"]
    assert kinds(asked) == [RequestLeave]
    ids = [q.id(asked.made.document) for q in asked.questions]
    answers = dict(zip(ids, ("2024.8.30", "2024年8月31日", "工委批1号", "2024-10-08"), strict=True))
    assert kinds(read(open_row, answers=answers)) == kinds(read(row())) and not read(open_row, answers=answers).questions


def test_an_answer_that_cannot_be_so_leaves_the_row_as_it_was_and_the_question_open() -> None:
    asked = read(row(上报日期=""))
    question = asked.questions[0].id(asked.made.document)
    wrong = read(row(上报日期=""), answers={question: "2024-08-01"})
    assert [w.code for w in wrong.made.warnings] == ["answer_refused"] and not wrong.rejected
    assert [q.code for q in wrong.questions] == ["report_without_date"] and kinds(wrong) == kinds(asked)


def test_a_report_waits_for_the_answer_about_the_review() -> None:
    asked = read(row(单位审核意见=""))
    assert [q.code for q in asked.questions] == ["review_missing"] and ReportLeave not in kinds(asked)
    answered = read(row(单位审核意见=""), answers={asked.questions[0].id(asked.made.document): "同意 2024-08-30"})
    assert kinds(answered) == kinds(read(row()))


def test_days_that_disagree_are_remarked_and_change_nothing() -> None:
    assert [w.code for w in read(row(天数="5")).made.warnings] == ["days_disagree"]
    assert not read(row(天数="21个工作日")).made.warnings and not read(row(天数="29天")).made.warnings
