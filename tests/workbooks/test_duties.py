"""What a table of duties says for certain, what it asks, and what follows from an answer."""

from __future__ import annotations

import pytest

from contracts.assignments import AssignDuty, AssignTask, DeclareDutyPreference, RecordTaskOutcome
from services.workbooks.duty_words import categories, outcome
from services.workbooks.known import Known
from services.workbooks.reading import Reading
from tests.workbooks import district
from tests.workbooks.district import workbook

HEADING = (
    "姓名",
    "所在单位",
    "个人意愿",
    "意愿申报日期",
    "安排类别",
    "具体工作",
    "服务单位",
    "起始时间",
    "终止时间",
    "年度任务完成时限",
    "2024年度完成情况",
)
USUAL = (
    "罗建明",
    "槐荫中学",
    "责任督学、政策宣讲",
    "2024.1.5",
    "责任督学挂牌督导",
    "督导",
    "知岭中学",
    "2024.2.1",
    "长期",
    "2024.12.20",
    "已完成",
)


def row(**changes: object) -> list[object]:
    return list((dict(zip(HEADING, USUAL, strict=True)) | {k.removeprefix("y"): v for k, v in changes.items()}).values())


def read(
    *rows: list[object], dated: str = "填表日期：2025年1月10日", answers: dict[str, str] | None = None, known: Known | None = None
) -> Reading:
    return district.read(
        "duties", known or district.the_people(), data=workbook([("工作安排表",), (dated,), HEADING, *rows]), answers=answers
    )


def test_preference_duty_task_and_outcome() -> None:
    preference, duty, task, result = read(row()).made.commands
    assert isinstance(preference, DeclareDutyPreference) and preference.categories == ("responsible_inspector", "policy_lecturing")
    assert isinstance(duty, AssignDuty) and (duty.host_unit_id, duty.until) == ("U02", None)
    assert isinstance(task, AssignTask) and (task.year, task.duty_id) == (2024, duty.duty_id)
    assert isinstance(result, RecordTaskOutcome) and (result.outcome, str(result.recorded_on)) == ("completed", "2025-01-10")


def test_words_of_a_table_of_duties() -> None:
    assert [categories(w) for w in ("党建督导、巡察", "责任督学、政策宣讲", "信访维稳,维稳", "教学", "")] == [
        ["party_building"], ["responsible_inspector", "policy_lecturing"], ["petitions_and_stability"], None, None,
    ]  # fmt: skip
    assert [outcome(w) for w in ("已完成", "部分完成", "未完成", "基本完成")] == ["completed", "partly", "not_completed", None]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"安排类别": "待安排"}, "not_yet_assigned"), ({"安排类别": "责任督学、政策宣讲"}, "two_categories"), ({"安排类别": "教学"}, "unknown_duty"),
        ({"安排类别": ""}, "missing_required"), ({"服务单位": "海棠湾小学"}, "unknown_unit"), ({"起始时间": "2024.2.30"}, "impossible_date"),
        ({"终止时间": "2023.1.1"}, "until_before_from"), ({"姓名": "查无此"}, "unknown_person"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_goes_back_whole(changes: dict[str, object], code: str) -> None:
    reading = read(row(**changes))
    assert [r.code for r in reading.rejected] == [code] and not reading.made.proposed and not reading.questions


def test_each_question_and_what_its_answer_brings() -> None:
    unclear = row(意愿申报日期="", 终止时间="待定", y年度任务完成时限="年底", 个人意愿="责任督学、政策宣讲")
    asked = read(unclear)
    assert [q.code for q in asked.questions] == ["preference_without_date", "until_unclear", "due_unclear"]
    assert [type(c) for c in asked.made.commands] == [AssignDuty]
    ids = [q.id(asked.made.document) for q in asked.questions]
    answered = read(unclear, answers=dict(zip(ids, ("2024-01-05", "长期", "2024-12-20"), strict=True)))
    assert answered.made.commands == read(row()).made.commands and not answered.questions


def test_an_outcome_that_fits_no_code_or_no_day_is_asked() -> None:
    vague: list[object] = [*USUAL[:-1], "基本完成"]
    asked = read(vague)
    assert [(q.code, q.raw) for q in asked.questions] == [("outcome_unclear", "基本完成")] and len(asked.made.commands) == 3
    answered = read(vague, answers={asked.questions[0].id(asked.made.document): "部分完成"}).made.commands
    assert isinstance(answered[3], RecordTaskOutcome) and answered[3].outcome == "partly"
    undated = read(row(), row(姓名="傅学立"), dated="")
    assert [q.code for q in undated.questions] == ["table_without_date"], "asked once for the sheet"


def test_an_end_that_is_answered_after_the_duty_was_recorded_ends_it() -> None:
    unclear = row(终止时间="待定")
    known = district.the_people()
    asked = read(unclear, known=known)
    for command in asked.made.commands:
        known.add(command)
    answered = read(unclear, known=known, answers={asked.questions[0].id(asked.made.document): "2025-01-31"})
    (ended,) = answered.made.commands
    assert ended.public() | {"duty_id": "", "cadre_id": ""} == {"duty_id": "", "cadre_id": "", "ended_on": "2025-01-31", "why": "other"}


def test_an_end_before_the_beginning_leaves_the_question_open() -> None:
    unclear = row(终止时间="待定")
    asked = read(unclear)
    wrong = read(unclear, answers={asked.questions[0].id(asked.made.document): "2020-01-01"})
    assert [w.code for w in wrong.made.warnings] == ["answer_refused"] and [q.code for q in wrong.questions] == ["until_unclear"]
    assert wrong.made.commands == asked.made.commands


def test_the_same_duty_twice() -> None:
    assert [r.code for r in read(row(), row()).rejected] == ["duplicate_row"]
    assert [r.code for r in read(row(), row(具体工作="另一工作")).rejected] == ["conflicting_row"]
