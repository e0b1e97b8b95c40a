from __future__ import annotations

from datetime import date, datetime

import pytest

from services.workbooks.cells import Cell
from services.workbooks.days import NotADay, day


@pytest.mark.parametrize(
    "cell",
    [
        "2024-09-01", "2024.9.1", "2024/9/1", "2024年9月1日", " 2024 年 9 月 1 日 ", "２０２４．９．１", "20240901", 20240901.0, 45536.0,
        "二〇二四年九月一日", "2024-09-01 00:00:00", date(2024, 9, 1), datetime(2024, 9, 1, 8, 30),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_day_in_any_hand(cell: Cell) -> None:
    assert day(cell) == date(2024, 9, 1)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2023-02-30", "impossible_date"), ("2022.13.5", "impossible_date"), ("2023年6月31日", "impossible_date"),
        ("202213", "impossible_date"),
        ("202206", "date_without_day"), (202206.0, "date_without_day"), ("2024年9月", "date_without_day"), (2024.9, "date_without_day"),
        ("2024", "date_without_day"), ("2024年上半年", "date_without_day"), ("2024.9.1-2024.9.3", "date_not_single"),
        ("2024.9.1、3", "date_not_single"),
        ("", "missing_required"), ("至今", "date_unreadable"), ("24.9.1", "date_unreadable"), (True, "date_unreadable"),
    ],
)  # fmt: skip
def test_no_day_is_guessed(cell: Cell, code: str) -> None:
    with pytest.raises(NotADay) as refusal:
        day(cell)
    assert refusal.value.code == code


def test_the_date_system_of_1904() -> None:
    assert day(44074.0, date1904=True) == day(45536.0) == date(2024, 9, 1)
