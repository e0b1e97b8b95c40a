"""Which column means what: proposed, corrected, remembered for the layout; and sheets that are merged or hidden."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter

from services.workbooks.book import Unreadable, open_book
from services.workbooks.columns import Columns
from services.workbooks.reading import BadColumns, columns_said
from tests.workbooks import district
from tests.workbooks.district import ROSTER_HEADING, month_sheet, person, roster_of, workbook

STRANGE = ("人", *ROSTER_HEADING[1:])


def strange(*rows: list[object]) -> bytes:
    return workbook([("花名册（局党工委管理干部）",), STRANGE, *rows])


def test_the_proposal_names_every_column() -> None:
    shown = district.read("leave", district.the_people(), "leave_ledger.xlsx").made.described
    assert [(c.letter, c.heading, c.meaning) for c in shown[:4]] == [
        ("A", "序号", None), ("B", "姓名", "name"), ("C", "单位", "unit"), ("D", "请假类别", "reason_class"),
    ]  # fmt: skip
    assert len(shown) == 19


def test_an_unknown_heading_says_what_is_missing_and_can_be_explained() -> None:
    with pytest.raises(Unreadable) as refused:
        district.read("roster", district.the_units(), data=strange(person()))
    assert refused.value.code == "unknown-layout" and "缺少：姓名" in refused.value.zh and "--map" in refused.value.en
    explained = district.read("roster", district.the_units(), data=strange(person()), columns=Columns(columns_said("roster", ["人=姓名"])))
    assert explained.accepted == 1
    assert next((c.heading, c.meaning, c.said) for c in explained.made.described) == ("人", "name", True)


def test_what_was_said_is_remembered_for_the_layout_alone() -> None:
    said = columns_said("roster", ["人=name"])
    layouts = district.read("roster", district.the_units(), data=strange(person()), columns=Columns(said)).layouts(said)
    remembered = Columns(remembered=layouts)
    assert district.read("roster", district.the_units(), data=strange(person("某乙"), person("某丙")), columns=remembered).accepted == 2
    other = workbook([("花名册（局党工委管理干部）",), (*STRANGE, "备注"), person()])
    with pytest.raises(Unreadable):
        district.read("roster", district.the_units(), data=other, columns=remembered)


def test_a_meaning_that_was_proposed_wrongly_is_taken_away() -> None:
    rows = [("局党工委管理",), (*ROSTER_HEADING, "现单位"), [*person(单位="槐荫中学"), "知岭中学"]]
    usual = district.read("roster", district.the_units(), data=workbook(rows))
    moved = district.read(
        "roster", district.the_units(), data=workbook(rows), columns=Columns(columns_said("roster", ["单位=-", "现单位=单位"]))
    )
    assert [r.made.commands[0].public()["unit_id"] for r in (usual, moved)] == ["U01", "U02"]


@pytest.mark.parametrize(("said", "code"), [("人=年龄", "unknown-meaning"), ("姓名", "unknown-meaning"), ("籍贯=姓名", "unknown-heading")])
def test_what_cannot_be_said_of_columns(said: str, code: str) -> None:
    with pytest.raises(BadColumns) as refused:
        district.read("roster", district.the_units(), data=strange(person()), columns=Columns(columns_said("roster", [said])))
    assert refused.value.code == code and refused.value.zh


def drawn(write: Any, *sheets: str) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as out:
        for name in sheets:
            write(out, out.add_worksheet(name))
    return made.getvalue()


def test_a_hidden_sheet_is_read_when_somebody_says_so() -> None:
    def write(out: xlsxwriter.Workbook, page: Any) -> None:
        page.write_row(0, 0, ["局党工委管理"])
        page.write_row(1, 0, ROSTER_HEADING)
        page.write_row(2, 0, person(page.get_name()))
        if page.get_name() == "去年":
            page.hide()

    data = drawn(write, "今年", "去年")
    asked = district.read("roster", district.the_units(), data=data)
    assert asked.accepted == 1 and [(q.sheet, q.code) for q in asked.questions] == [("去年", "hidden_sheet")]
    question = asked.questions[0].id(asked.made.document)
    assert district.read("roster", district.the_units(), data=data, answers={question: "读取"}).accepted == 2
    ignored = district.read("roster", district.the_units(), data=data, answers={question: "不读取"})
    assert ignored.accepted == 1 and not ignored.questions


def test_what_is_merged_over_rows_is_said_by_each_and_over_days_on_each() -> None:
    def roster(out: xlsxwriter.Workbook, page: Any) -> None:
        page.write_row(0, 0, ["局党工委管理"])
        page.write_row(1, 0, ROSTER_HEADING)
        page.write_row(2, 0, person("某甲"))
        page.write_row(3, 0, person("某乙", 单位=""))
        page.merge_range(2, 2, 3, 2, "知岭中学")

    made = district.read("roster", district.the_units(), data=drawn(roster, "名册"))
    assert [c.public()["unit_id"] for c in made.made.commands if "post" in c.public()] == ["U02", "U02"]

    def sheet(out: xlsxwriter.Workbook, page: Any) -> None:
        page.write_row(0, 0, ["槐荫中学2024年9月考勤表"])
        page.write_row(1, 0, ["姓名", *range(1, 31)])
        page.write_row(2, 0, ["罗建明", *("√" if d in "23456" else "" for d in "1234567" * 4 + "12")])
        page.merge_range(2, 9, 2, 11, "×")

    absences = [c.public() for c in district.read("attendance", district.the_people(), data=drawn(sheet, "槐荫中学")).made.commands]
    assert {(a["from"], a["until"]) for a in absences if "absence_id" in a} == {("2024-09-09", "2024-09-11")}


def test_a_row_for_each_half_of_the_day_goes_back() -> None:
    rows = [["槐荫中学2024年9月考勤表"], ["姓名", "时段", *range(1, 31)], ["罗建明", "上午", *"×" * 30], ["", "下午", *"√" * 30]]
    made = district.read("attendance", district.the_people(), data=workbook(rows, "槐荫中学"))
    assert [r.code for r in made.rejected] == ["half_day_rows", "missing_required"] and not [
        c for c in made.made.commands if "absence_id" in c.public()
    ]


def test_an_answer_about_a_mark_is_recorded_even_when_the_sheet_was_imported_before() -> None:
    marks = ".√√√√√..×调√√√√...√√√..√√√√√.√√"
    known = district.the_people()
    sheet = month_sheet({"罗建明": marks, "傅学立": marks.replace("×调", "√√")})
    asked = district.read("attendance", known, data=sheet)
    assert [(q.code, q.raw) for q in asked.questions] == [("unknown_symbol", "调")]
    for command in asked.made.commands:
        known.add(command)
    question = asked.questions[0].id(asked.made.document)
    answered = district.read("attendance", known, data=sheet, answers={question: "病假"})
    assert [(c.public()["from"], c.public()["until"]) for c in answered.made.commands] == [("2024-09-10", "2024-09-10")]
    assert not answered.questions and not district.read("attendance", known, data=sheet, answers={question: "公差"}).made.commands


def test_a_grade_that_was_asked_about_is_recorded_of_whoever_is_registered() -> None:
    known = district.the_units()
    data = roster_of(person(岗位等级="副高"))
    asked = district.read("roster", known, data=data)
    question = asked.questions[0].id(asked.made.document)
    assert district.read("roster", known, data=data, answers={question: "副高"}).questions, "what is no answer leaves the question open"
    fresh = district.read("roster", known, data=data, answers={question: "五级"})
    assert fresh.made.commands[0].public()["post_grade"] == 5
    for command in asked.made.commands:
        known.add(command)
    late = district.read("roster", known, data=data, answers={question: "5"})
    assert [(c.event_name(), c.public()["post_grade"]) for c in late.made.commands] == [("PostGradeRecorded", 5)]


def test_an_xls_shows_what_is_hidden_and_is_measured_before_it_is_read() -> None:
    book = open_book(district.bytes_of("roster_2022.xls"))
    assert not book.sheets[0].hidden and len(book.sheets[0].rows) == 43
