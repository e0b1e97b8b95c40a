"""The demo district as the tests read it: its files, what must come out of them, and what is known after each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

from services.workbooks.attendance import read_attendance
from services.workbooks.book import open_book
from services.workbooks.identity import id_key
from services.workbooks.known import Known
from services.workbooks.outcome import Understood
from services.workbooks.reading import Kind, Reading, read_upload
from services.workbooks.roster import read_roster
from services.workbooks.units import read_units
from services.workbooks.workdays import workday

HERE = Path(__file__).parent
FILES = HERE.parents[1] / "services" / "local" / "district"
OLD_ROSTER = HERE.parent / "data" / "district" / "roster_2022.xls"


@cache
def expected() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((HERE / "expected.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


@cache
def bytes_of(name: str) -> bytes:
    return (OLD_ROSTER if name == OLD_ROSTER.name else FILES / name).read_bytes()


def units(data: bytes | None = None, known: Known | None = None) -> Understood:
    return read_units(open_book(data or bytes_of("units.csv")), known or Known())


def roster(known: Known, name: str = "roster.xlsx", data: bytes | None = None) -> Understood:
    data = data or bytes_of(name)
    return read_roster(open_book(data), known, id_key(data))


def attendance(known: Known, name: str = "attendance/2024-09.xlsx", data: bytes | None = None) -> Understood:
    return read_attendance(open_book(data or bytes_of(name)), known, workday, name)


def read(kind: Kind, known: Known, name: str = "x.xlsx", data: bytes | None = None, **said: Any) -> Reading:
    """As any upload is read."""
    return read_upload(data or bytes_of(name), name, kind, known, **said)


def after(*imports: Understood) -> Known:
    """What is known when these were recorded, one after the other."""
    return Known.of(command for made in imports for command in made.commands)


def the_units() -> Known:
    return after(units())


def the_people() -> Known:
    known = the_units()
    for command in roster(known).commands:
        known.add(command)
    return known


def workbook(rows: Sequence[Sequence[object]], sheet: str = "Sheet1", **options: Any) -> bytes:
    """An .xlsx of one sheet; None leaves a cell empty."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False} | options) as out:
        out.set_properties({"created": datetime(2024, 1, 1)})  # noqa: DTZ001 -- the same rows are the same bytes
        page = out.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    page.write(number, column, cell)
    return made.getvalue()


ROSTER_HEADING = ("姓名", "出生年月", "单位", "原任职务", "退出时间", "退出原因", "批准文号", "岗位类别", "岗位等级", "办理退休时间")


def roster_of(*rows: Sequence[object], title: str = "退出领导岗位干部花名册（局党工委管理干部）") -> bytes:
    return workbook([(title,), ROSTER_HEADING, *rows])


def person(name: str = "某甲", **changes: object) -> list[object]:
    usual: dict[str, object] = dict(
        zip(
            ROSTER_HEADING,
            (name, "1970.05", "槐荫中学", "校长", "2023-09-01", "到龄", "溪教体干〔2023〕1号", "专技", "八级", ""),
            strict=True,
        )
    )
    return list((usual | changes).values())


def month_sheet(
    people: dict[str, str],
    month: str = "2024年9月",
    unit: str = "槐荫中学",
    legend: str = "注：√出勤 ×旷工 ○事假 △病假 公公差 半半天 休公休 假寒暑假",
) -> bytes:
    """People with their marks, one character a day from the 1st; a dot is a blank."""
    marks = [[n, name, *(None if m == "." else m for m in days)] for n, (name, days) in enumerate(people.items(), 1)]
    heading = ["序号", "姓名", *range(1, 32)]
    return workbook([[f"溪岚区{unit}{month}考勤表"], [f"单位（盖章）：{unit}"], heading, *marks, [legend]], sheet=unit)
