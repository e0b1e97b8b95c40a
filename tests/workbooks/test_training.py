"""Registers of talks and of training: whose talk it was, who took part, how long."""

from __future__ import annotations

import pytest

from services.workbooks.people import listed
from services.workbooks.reading import Reading
from services.workbooks.talk_words import hours, offices
from tests.workbooks import district
from tests.workbooks.district import workbook

TALKS = ("谈话日期", "谈话对象", "单位", "谈话类别", "谈话人", "谈话人职务")
TRAINING = ("日期", "培训内容", "类别", "学时", "参加人员")


def talks(*rows: tuple[object, ...]) -> Reading:
    return district.read("training", district.the_people(), data=workbook([("谈话登记",), TALKS, *rows]))


def training(*rows: tuple[object, ...], answers: dict[str, str] | None = None) -> Reading:
    return district.read("training", district.the_people(), data=workbook([("培训登记",), TRAINING, *rows]), answers=answers)


def talk(title: str, kind: str = "谈心", who: str = "罗建明") -> tuple[object, ...]:
    return ("2024.9.2", who, "槐荫中学", kind, "某甲", title)


def test_only_the_two_main_heads_talk_for_the_unit() -> None:
    assert [sorted(offices(t)) for t in ("党支部书记", "校长", "书记、校长", "党总支书记兼园长", "书记校长", "副校长", "办公室主任", "局党工委书记")] == [
        ["party"], ["administrative"], ["administrative", "party"], ["administrative", "party"], ["administrative", "party"], [], [], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (talk("副校长"), "talker_not_head"), (talk("书记、校长"), "office_unclear"), (talk("校长", "退出谈话"), "talker_not_committee"),
        (talk("校长", "提醒谈话"), "no_concern_to_attach"), (talk("校长", "闲谈"), "unknown_talk"), (talk(""), "missing_required"),
        (talk("校长", who="查无此"), "unknown_person"),
    ],
)  # fmt: skip
def test_a_talk_that_goes_back(said: tuple[object, ...], code: str) -> None:
    reading = talks(said)
    assert [r.code for r in reading.rejected] == [code] and not reading.made.proposed


def test_lists_of_names_whatever_separates_them() -> None:
    assert listed("段胜平 向清花 许华、无此人") == ["段胜平", "向清花", "许华", "无此人"]
    assert listed("张 伟、古丽·艾山；李 䶮\n王喆") == ["张伟", "古丽·艾山", "李䶮", "王喆"]


def test_hours_are_numbers() -> None:
    assert [hours(h) for h in (2.0, "1.5学时", "３课时", "半天", "1天", "", "0", "-2")] == [2, 1.5, 3, None, None, None, None, None]


def test_the_others_of_a_list_count_and_an_answer_names_the_missing() -> None:
    said = ("2024.9.2", "党纪", "日常", 2, "罗建明、张伟、无此人、傅学立等5人")
    asked = training(said)
    assert [(q.code, q.raw) for q in asked.questions] == [
        ("ambiguous_person_in_list", "张伟"), ("unknown_person_in_list", "无此人"), ("list_not_complete", "傅学立等5人"),
    ]  # fmt: skip
    assert asked.accepted == 1 and len(asked.made.commands) == 2
    other = next(c.cadre_id for c in district.the_people().cadres.values() if c.name == "万青正")
    answered = training(said, answers={asked.questions[1].id(asked.made.document): other})
    assert [c.subject() for c in answered.made.commands][2] == other and len(answered.questions) == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("2024.9.2", "", "日常", 2, "全体退出领导岗位干部"), "participants_not_named"), (("2024.9.2", "", "日常", "半天", "罗建明"), "hours_not_a_number"),
        (("2024.9.2-4", "", "日常", 2, "罗建明"), "date_not_single"), (("2024.9.2", "", "远足", 2, "罗建明"), "unknown_training"),
        (("2024.9.2", "", "日常", "", "罗建明"), "missing_required"), (("2024.9.2", "", "日常", 2, "查无此"), "unknown_person"),
    ],
)  # fmt: skip
def test_a_training_that_goes_back(said: tuple[object, ...], code: str) -> None:
    reading = training(said)
    assert [r.code for r in reading.rejected] == [code] and not reading.made.proposed


def test_what_is_recorded_already_is_a_duplicate_that_adds_nothing() -> None:
    known = district.the_people()
    for command in district.read("training", known, "training_2023.csv").made.commands:
        known.add(command)
    again = district.read("training", known, "training_2023.csv")
    assert (again.accepted, again.duplicates, again.made.proposed) == (36, 36, [])
