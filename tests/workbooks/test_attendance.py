"""What an attendance sheet says for certain, what it asks, and how a later sheet replaces an earlier one. 罗建明 and 傅学立 are
the two cadres of 槐荫中学; September 2024 begins on a Sunday, and the 14th, a Saturday, was worked."""

from __future__ import annotations

from contracts.assignments import CorrectAbsence, ImportAttendanceSheet, RecordAbsence, RescindAbsence
from contracts.message import Fact
from contracts.registry import CompleteRetirement, TransferCadre
from services.workbooks.known import Known
from services.workbooks.outcome import Understood
from tests.workbooks import district
from tests.workbooks.district import month_sheet

HERE = ".√√√√√..√√√√√√...√√√..√√√√√.√√"
A, B = "罗建明", "傅学立"


def marks(changes: dict[int, str]) -> str:
    return "".join(changes.get(day, mark) for day, mark in enumerate(HERE, 1))


def read(known: Known, data: bytes) -> Understood:
    return district.attendance(known, "sheet.xlsx", data)


def told(known: Known, *sheets: bytes) -> list[Fact]:
    """What the last of these sheets leaves to record after the others."""
    made = Understood()
    for sheet in sheets:
        for command in made.commands:
            known.add(command)
        made = read(known, sheet)
    return [c for c in made.commands if not isinstance(c, ImportAttendanceSheet)]


def periods(commands: list[Fact]) -> list[tuple[str, float]]:
    return [(f"{c.from_:%m-%d}/{c.until:%m-%d}", c.fraction) for c in commands if isinstance(c, RecordAbsence)]


def test_days_without_a_working_day_between_are_one_absence_and_marks_do_not_mix() -> None:
    sheet = month_sheet({A: marks({6: "×", 9: "×", 10: "○", 11: "半"}), B: HERE})
    assert periods(told(district.the_people(), sheet)) == [("09-06/09-09", 1), ("09-10/09-10", 1), ("09-11/09-11", 0.5)]


def test_a_day_that_cannot_be_read_ends_an_absence() -> None:
    assert periods(told(district.the_people(), month_sheet({A: marks({9: "×", 10: "调", 11: "×"}), B: HERE}))) == [
        ("09-09/09-09", 1),
        ("09-11/09-11", 1),
    ]


def test_a_later_sheet_takes_back_what_it_says_otherwise() -> None:
    first, second = month_sheet({A: marks({9: "×", 10: "×"}), B: HERE}), month_sheet({A: marks({9: "×", 10: "公"}), B: HERE})
    (correction,) = told(district.the_people(), first, second)
    assert isinstance(correction, CorrectAbsence)
    assert [(p.from_.day, p.until.day) for p in correction.removed] == [(10, 10)]


def test_a_second_correction_names_all_that_is_out() -> None:
    sheets = [month_sheet({A: marks(changes), B: HERE}) for changes in ({9: "×", 10: "×", 11: "×"}, {9: "×", 11: "×"}, {9: "×"})]
    (correction,) = told(district.the_people(), *sheets)
    assert isinstance(correction, CorrectAbsence)
    assert [(p.from_.day, p.until.day) for p in correction.removed] == [(10, 11)]


def test_an_absence_of_which_nothing_is_left_is_rescinded() -> None:
    (rescinded,) = told(district.the_people(), month_sheet({A: marks({6: "×", 9: "×"}), B: HERE}), month_sheet({A: HERE, B: HERE}))
    assert isinstance(rescinded, RescindAbsence)


def test_a_blank_takes_nothing_back() -> None:
    assert told(district.the_people(), month_sheet({A: marks({9: "×"}), B: HERE}), month_sheet({A: marks({9: "."}), B: HERE})) == []


def test_a_later_sheet_adds_only_what_is_new() -> None:
    first, second = month_sheet({A: marks({9: "×"}), B: HERE}), month_sheet({A: marks({9: "×", 10: "×"}), B: HERE})
    assert periods(told(district.the_people(), first, second)) == [("09-10/09-10", 1)]


def test_half_a_day_instead_of_a_whole_one() -> None:
    first, second = month_sheet({A: marks({9: "×"}), B: HERE}), month_sheet({A: marks({9: "半"}), B: HERE})
    commands = told(district.the_people(), first, second)
    assert [type(c) for c in commands] == [RescindAbsence, RecordAbsence] and periods(commands) == [("09-09/09-09", 0.5)]


def test_a_superseded_sheet_that_comes_again_changes_nothing() -> None:
    first, second = month_sheet({A: marks({9: "×", 10: "×"}), B: HERE}), month_sheet({A: marks({10: "×", 11: "×"}), B: HERE})
    assert told(district.the_people(), first, second, first) == []


def test_a_day_taken_back_can_be_stated_again_by_a_third_sheet() -> None:
    sheets = [month_sheet({A: marks({9: "×"}), B: b}) for b in (HERE, marks({3: "公"}))]
    assert periods(told(district.the_people(), sheets[0], month_sheet({A: HERE, B: HERE}), sheets[1])) == [("09-09/09-09", 1)]


def test_what_was_recorded_without_a_sheet_stays() -> None:
    known = district.the_people()
    (said,) = told(known, month_sheet({A: marks({9: "×"}), B: HERE}))
    assert isinstance(said, RecordAbsence)
    known.add(said.model_copy(update={"sheet_id": None}))
    assert told(known, month_sheet({A: HERE, B: HERE})) == []


def test_a_make_up_day_that_nobody_is_marked_on_is_asked_once() -> None:
    made = read(district.the_people(), month_sheet({A: marks({14: "."}), B: marks({14: "休"})}))
    assert [(q.code, q.row, q.detail) for q in made.questions] == [("working_day_unmarked", 3, "2024-09-14")]


def test_a_sheet_of_one_person_with_a_blank_weekday_asks_about_the_person() -> None:
    made = read(district.the_people(), month_sheet({A: marks({10: "."})}))
    assert [q.code for q in made.questions] == ["blank_on_working_day"]


def test_the_legend_of_the_sheet_counts() -> None:
    odd = "注：✓出勤 ●旷工 ×事假 ＋病假 差公差 半半天 休公休 假寒暑假"
    made = read(district.the_people(), month_sheet({A: marks({9: "●", 10: "+", 11: "差", 12: "△"}), B: HERE.replace("√", "✓")}, legend=odd))
    assert periods([*made.commands]) == [("09-09/09-09", 1), ("09-10/09-10", 1)]
    assert [(q.code, q.raw) for q in made.questions] == [("unknown_symbol", "△")]


def test_without_a_legend_only_what_is_self_evident_is_read() -> None:
    made = read(district.the_people(), month_sheet({A: marks({9: "×", 10: "○", 11: "△", 12: "调"}), B: HERE}, legend=""))
    assert periods([*made.commands]) == [("09-09/09-09", 1)]
    assert [q.code for q in made.questions] == ["symbol_without_legend", "symbol_without_legend", "unknown_symbol"]


def test_a_sheet_whose_month_does_not_fit_its_weekdays_is_sent_back() -> None:
    rows = [["溪岚区槐荫中学2024年10月考勤表"], ["姓名", *range(1, 31)], ["", *("日一二三四五六" * 5)[:30]], [A, *HERE.replace(".", " ")]]
    made = read(district.the_people(), district.workbook(rows, "槐荫中学"))
    assert [r.code for r in made.rejected] == ["month_unclear"] and not made.commands


def test_a_sheet_that_names_two_units_or_none_is_sent_back() -> None:
    known = district.the_people()
    rows = [["溪岚区知岭中学2024年9月考勤表"], ["单位：槐荫中学"], ["姓名", *range(1, 31)], [A, *HERE.replace(".", " ")]]
    assert [r.code for r in read(known, district.workbook(rows)).rejected] == ["unit_unclear"]
    assert not read(known, month_sheet({A: HERE})).rejected
    assert [r.code for r in read(known, month_sheet({A: HERE}, unit="海棠湾小学")).rejected] == ["unknown_unit"]


def test_a_year_without_calendar_is_sent_back() -> None:
    assert [r.code for r in read(district.the_people(), month_sheet({A: HERE}, "2031年9月")).rejected] == ["calendar_missing"]


def test_totals_signatures_and_prepared_rows_are_nobody() -> None:
    rows = [
        ["槐荫中学2024年9月考勤表"],
        ["序号", "姓名", *range(1, 32)],
        [1, A, *HERE.replace(".", " ")],
        [2],
        ["合计", None, *[1] * 30],
        ["考勤员：某乙"],
    ]
    made = read(district.the_people(), district.workbook(rows, "槐荫中学"))
    assert (len(made.accepted), len(made.rejected)) == (1, 0)


def test_people_are_those_of_the_unit_in_that_month() -> None:
    known = district.the_people()
    cadre = known.by_name()[A][0].cadre_id
    known.add(
        TransferCadre.model_validate(
            {"cadre_id": cadre, "from_unit_id": "U01", "to_unit_id": "U02", "transferred_on": "2024-10-08"}, strict=False
        )
    )
    assert len(read(known, month_sheet({A: HERE})).accepted) == 1
    assert [r.code for r in read(known, month_sheet({A: HERE.ljust(31, "√")}, "2024年11月")).rejected] == ["unknown_person"]


def test_after_the_day_of_retirement_nothing_is_read() -> None:
    known = district.the_people()
    cadre = known.by_name()[A][0].cadre_id
    known.add(CompleteRetirement.model_validate({"cadre_id": cadre, "completed_on": "2024-09-10"}, strict=False))
    made = read(known, month_sheet({A: marks({10: "×", 11: "×", 12: "."}), B: HERE}))
    assert periods([*made.commands]) == [("09-10/09-10", 1)] and not made.questions
