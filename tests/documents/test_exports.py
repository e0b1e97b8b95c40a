"""The exports as workbooks: opened again, every cell is what was recorded."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from contracts.labels import Language
from services.documents.attendance_month import Month, attendance_month
from services.documents.case_file import Case, case_file
from services.documents.making import of_book
from services.documents.roster import roster
from services.documents.scorecard import scorecard
from services.documents.table import Book, Column, Sheet
from services.documents.workbook import workbook
from tests.documents import samples
from tests.documents.samples import UNIT, UNITS, absence, cadre, leave

OCTOBER = date(2024, 10, 1)
WORKED = [date(2024, 10, d) for d in (8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 28, 29, 30, 31)]
"""With the Saturday that makes up for a holiday."""


def opened(book: Book, lang: Language = "zh") -> Workbook:
    return load_workbook(io.BytesIO(workbook(book, lang)))


def sheet(book: Book, number: int = 0, lang: Language = "zh") -> Worksheet:
    page = opened(book, lang).worksheets[number]
    assert isinstance(page, Worksheet)
    return page


def texts(page: Worksheet) -> list[Any]:
    return [plain(c.value) for row in page.iter_rows() for c in row if c.value is not None]


def plain(value: Any) -> Any:
    """A day as a day: a workbook has instants."""
    return value.date() if isinstance(value, datetime) else value


def row_of(page: Worksheet, first: object) -> list[Any]:
    return next([plain(c.value) for c in row] for row in page.iter_rows() if row[0].value == first)


def test_the_roster_says_who_is_who() -> None:
    people = [cadre("C2", name="李四", unit_id="U2", state="retired"), cadre()]
    page = sheet(roster(people, UNITS, date(2025, 8, 29)))
    assert row_of(page, "序号")[1:7] == ["姓名", "编号", "所在单位", "原任职务", "退出日期", "决定文号"]
    assert row_of(page, 1) == [
        1, "张三", "C1", "溪岚区槐荫中学", "校长", date(2023, 9, 1), "溪教体干〔2023〕9号", "专业技术岗位", 8, "局党工委", "已退出",
    ]  # fmt: skip
    assert row_of(page, 2)[1:4] == ["李四", "C2", "溪岚区知岭中学"]
    assert any("共2人，其中在管1人" in str(t) for t in texts(page))
    assert page.freeze_panes == "C4"


def test_it_can_be_printed() -> None:
    page = sheet(roster([cadre()], UNITS, date(2025, 8, 29)))
    assert (page.page_setup.paperSize, page.page_setup.orientation, page.page_setup.fitToHeight) == (9, "landscape", 0)
    assert page.sheet_properties.pageSetUpPr and page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$3:$3"
    assert page.print_area == "'花名册'!$A$1:$K$4"


def test_a_month_is_what_was_recorded_on_days_that_are_worked() -> None:
    absences = [
        absence(date(2024, 10, 11), date(2024, 10, 15), removed=[{"from": "2024-10-15", "until": "2024-10-15"}]),
        absence(date(2024, 10, 21), date(2024, 10, 21), fraction=0.5),
        absence(date(2024, 10, 22), date(2024, 10, 22), state="rescinded"),
        absence(date(2024, 10, 29), date(2024, 10, 30)),
    ]
    leaves = [
        leave(date(2024, 9, 20), date(2024, 10, 9)),
        leave(date(2024, 10, 29), date(2024, 10, 29), state="reported", decision=None),
        leave(date(2024, 10, 31), date(2024, 11, 8), state="rejected", decision="rejected"),
    ]
    book = attendance_month(UNIT, Month.of(OCTOBER, WORKED), [cadre(), cadre("C2", name="李四")], absences, leaves)
    page = sheet(book)
    marks = dict(enumerate(row_of(page, 1)[2:33], 1))
    assert {d: m for d, m in marks.items() if m} == {8: "假", 9: "假", 11: "缺", 12: "缺", 14: "缺", 21: "半", 29: "缺待", 30: "缺"}
    assert row_of(page, 1)[-3:] == [5.5, 2, 1]
    assert row_of(page, 2)[-3:] == [0, 0, 0]
    assert [c.value for c in page[page.max_row - 2]][-3:] == [5.5, 2, 1], "the sums"
    grey = [c.value for c in page[3] if c.fill.start_color.rgb == "FFD9D9D9"]
    assert grey == [str(d) for d in range(1, 32) if date(2024, 10, d) not in WORKED]
    assert "本月工作日：19天" in page["A2"].value


def test_a_month_without_calendar_says_so_and_counts_every_day() -> None:
    page = sheet(attendance_month(UNIT, Month.of(date(2031, 2, 1), None), [cadre()], [absence(date(2031, 2, 1), date(2031, 2, 28))], []))
    assert row_of(page, 1)[-3:] == [28, 0, 0]
    assert "工作日历尚未公布" in page["A2"].value


def test_the_scorecard_counts_and_names() -> None:
    answer = samples.of_unit("G03-1")
    assert answer["findings"]
    book = scorecard(UNIT, answer, {"C1": "张三"})
    summary, details = sheet(book), sheet(book, 1)
    counted = answer["scorecard"]["by_code"]
    assert row_of(summary, None)[3:] == [sum(c["raised"] for c in counted.values()), sum(c["open"] for c in counted.values())]
    assert {r[2].value for r in details.iter_rows(min_row=4)} >= {"交心谈心逾期"}
    assert "张三" in texts(details)
    overdue = next(list(map(plain, r)) for r in details.iter_rows(min_row=4, values_only=True) if r[2] == "谈话提醒逾期")
    assert overdue[3:6] == ["《办法》第七条第二款", "所在单位党（总）支部", date(2024, 9, 29)]


def test_the_case_file_has_every_side() -> None:
    found = samples.of_cadre(samples.events(samples.asked("G03-1")))
    answer = samples.answered("G03-1")
    duty = {"duty_id": "d1", "category": "responsible_inspector", "unit_id": "U2", "state": "assigned", "from": "2023-09-15", "until": None}
    task = {"task_id": "t2024", "year": 2024, "unit_id": "U2", "due_on": "2024-12-31", "state": "open"}
    gone = absence(date(2024, 9, 23), date(2024, 10, 17))
    case = Case(cadre(), UNITS, [duty], [task], [leave(date(2024, 3, 4), date(2024, 3, 8))], [gone], found, answer)
    book = opened(case_file(case))
    assert book.sheetnames == ["基本情况", "工作安排", "请假", "缺勤", "谈话学习", "结论", "事项", "时间线"]
    seen = [t for page in book.worksheets for t in texts(page) if isinstance(page, Worksheet)]
    for word in (
        "张三",
        "责任督学挂牌督导",
        "溪教体委〔2024〕7号",
        "退出领导岗位谈话",
        "长期无故缺勤",
        "《办法》第八条第二款",
        "谈话提醒逾期",
        "年龄",
    ):
        assert word in seen, word
    assert any("未经批准缺勤16个工作日" in str(t) for t in seen)
    assert date(2024, 9, 23) in seen
    timeline = book["时间线"]
    assert timeline.max_row - 3 == sum(e.time <= date(2024, 10, 17) for e in found) == 9


def test_what_came_after_the_day_is_not_in_the_case_file() -> None:
    found = samples.of_cadre(samples.events(samples.asked("G03-1")))
    early = samples.answered("G03-1") | {"as_of": "2024-09-30"}
    later = leave(date(2024, 10, 14), date(2024, 10, 18))
    book = opened(case_file(Case(cadre(), UNITS, [], [], [later], [absence(date(2024, 9, 23), date(2024, 10, 17))], found, early)))
    assert "L1" not in texts(book["请假"]) and "a1" in texts(book["缺勤"])
    days = [row[0] for row in book["时间线"].iter_rows(min_row=4, values_only=True)]
    assert days and max(plain(d) for d in days if isinstance(d, datetime)) <= date(2024, 9, 30)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_codes_have_words_and_the_languages_do_not_mix(lang: Language) -> None:
    found = samples.of_cadre(samples.events(samples.asked("G03-1")))
    english = {"U1": "School A", "U2": "School B"}
    person = cadre(name="Zhang", post="principal", decision_no="X-1")
    book = case_file(Case(person, english, [], [], [], [], found, samples.answered("G03-1")), lang)
    said = [t for page in opened(book, lang).worksheets for t in texts(page) if isinstance(t, str)]
    codes = {"long_unexcused_absence", "responsible_inspector", "professional_technical", "reminder_overdue", "ineligible", "branch"}
    assert not codes & set(said)
    if lang == "en":
        assert [t for t in said if any("\u4e00" <= c <= "\u9fff" for c in t)] == []


def test_what_is_not_there_is_said_to_be_not_there() -> None:
    answer = samples.answered("G03-1")
    book = case_file(Case(cadre(), UNITS, [], [], [], [], [], answer))
    assert "（无记录）" in texts(sheet(book, 2))


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "＝A1", "\u200b=1", "校长", "{=1}"]), min_size=1, max_size=4))
def test_no_cell_is_a_formula(said: list[str]) -> None:
    book = Book("x", [Sheet(said[0][:3].replace("{", "x") or "x", said[0], [Column(s, 10) for s in said], [said], about=said, notes=said)])
    safe = Book("x", [Sheet("甲", s.title, s.columns, s.rows, s.about, s.notes) for s in book.sheets])
    page = sheet(safe)
    assert [c.coordinate for row in page.iter_rows() for c in row if c.data_type == "f"] == []
    for cell in texts(page):
        assert str(cell).lstrip(" \t\u200b")[:1] not in set("=+-@＝")


def test_the_same_book_is_the_same_file_and_its_name_names_nobody() -> None:
    book = roster([cadre()], UNITS, date(2025, 8, 29), unit="U1")
    made = of_book(book)
    assert made.content == of_book(book).content
    assert made.name == "花名册_U1_2025-08-29.xlsx"
    assert made.media_type.endswith("spreadsheetml.sheet")
