"""The workbook that goes back can be read, corrected and handed in again, and starts no formula."""

from __future__ import annotations

from services.harmless import harmless
from services.workbooks.book import open_book
from services.workbooks.cells import text
from services.workbooks.outcome import Understood
from services.workbooks.returned import returned
from tests.workbooks import district
from tests.workbooks.district import person, roster_of


def back(data: bytes, made: Understood) -> bytes:
    return returned(open_book(data), made)


def test_each_rejected_row_with_its_reason_in_both_languages() -> None:
    data = district.bytes_of("roster.xlsx")
    made = district.roster(district.the_units())
    sheet = open_book(back(data, made)).sheets[0]
    rows = {str(row[-1]): row for row in sheet.rows[4:]}
    for rejected in made.rejected:
        row = next(row for row in rows.values() if row[-1] == rejected.row)
        assert row[-4:-1] == [rejected.code, rejected.zh, rejected.en]
        assert row[:13] == open_book(data).sheets[0].rows[rejected.row - 1]
    assert open_book(back(data, made)).sheets[1].rows[1][2] == made.questions[0].code


def test_it_can_be_corrected_and_handed_in_again() -> None:
    data = roster_of(person(), person("某乙", 退出时间="2023.2.30"))
    handed_back = back(data, district.roster(district.the_units(), data=data))
    again = district.roster(district.the_units(), data=handed_back)
    assert [(r.code, r.raw) for r in again.rejected] == [("impossible_date", "2023.2.30")] and not again.accepted


def test_an_attendance_sheet_comes_back_with_its_month_and_its_legend() -> None:
    data = district.bytes_of("attendance/2024-09.xlsx")
    made = district.attendance(district.the_people(), data=data)
    again = district.attendance(district.the_people(), "x", back(data, made))
    assert [(r.sheet, r.code) for r in again.rejected if r.code != "duplicate_row"] == [
        (r.sheet, r.code) for r in made.rejected if r.code != "duplicate_row"
    ]


def test_no_cell_starts_a_formula() -> None:
    evil = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1")
    data = roster_of(*(person("某乙", 退出时间="2023.2.30", 原任职务=said) for said in evil))
    sheet = open_book(back(data, district.roster(district.the_units(), data=data))).sheets[0]
    said = [row[3] for row in sheet.rows[2:]]
    assert len(said) == len(evil) and all(str(cell).startswith("'") for cell in said)
    assert [text(cell) for cell in said] == [cell.strip() for cell in evil]
    assert harmless("校长") == "校长"
