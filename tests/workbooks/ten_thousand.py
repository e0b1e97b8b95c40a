"""Ten thousand rows of each kind: how long they take to read, and to record on running servers."""

from __future__ import annotations

import io
import json
import os
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from services.client import Client
from services.local.supervisor import Taizhang
from services.workbooks.importing import import_file
from services.workbooks.reading import KINDS as ALL
from services.workbooks.reading import Kind, read_upload
from tests.workbooks import district, test_duties, test_leave
from tests.workbooks.trial import forget_the_peak, peak

ROWS = 10_000
KINDS: tuple[Kind, ...] = ALL


def workbook_of(kind: Kind) -> bytes:
    """Of so many people as the district has, as often as it takes."""
    people = [(c.name, district.the_units().units[c.registered.unit_id][-1]) for c in district.the_people().cadres.values()]
    rows: list[Any] = []
    match kind:
        case "units":
            rows = [("单位编号", "单位名称", "单位类别"), *((f"N{n}", f"第{n}中学", "学校") for n in range(ROWS))]
        case "roster":
            return district.roster_of(*(district.person(f"某{n}") for n in range(ROWS)))
        case "attendance":
            return _attendance(people)
        case "leave":
            rows = [test_leave.HEADING, *(_leave(n, *people[n % len(people)]) for n in range(ROWS))]
        case "duties":
            rows = [("填表日期：2025年1月10日",), test_duties.HEADING, *(_duty(n, *people[n % len(people)]) for n in range(ROWS))]
        case "training":
            rows = [("姓名", "单位", "培训日期", "类别", "学时"), *(_training(n, *people[n % len(people)]) for n in range(ROWS))]
    return district.workbook(rows)


def _attendance(people: list[tuple[str, str]]) -> bytes:
    """Months of sheets, a unit each, as the district hands them in."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as out:
        by_unit: dict[str, list[str]] = {}
        for name, unit in people:
            by_unit.setdefault(unit, []).append(name)
        months = [(year, month) for year in (2021, 2022, 2023, 2024, 2025) for month in range(1, 13)]
        written = 0
        for year, month in months * 2:
            for unit, names in by_unit.items():
                if written >= ROWS:
                    break
                page = out.add_worksheet(f"{len(out.worksheets())}")
                page.write_row(0, 0, [f"{unit}{year}年{month}月考勤表"])
                page.write_row(1, 0, ["姓名", *range(1, 29)])
                for row, name in enumerate(names, 2):
                    page.write_row(row, 0, [name, *("√×"[(row + d) % 9 == 0] for d in range(28))])
                    written += 1
    return made.getvalue()


def _leave(n: int, name: str, unit: str) -> list[object]:
    first = date(2022, 1, 1) + timedelta(days=15 * (n // 146))
    return test_leave.row(姓名=name, 单位=unit, 起止时间=f"{first}至{first + timedelta(days=3)}", 申请日期=str(first), 单位审核意见=f"同意 {first}",
                          上报日期=str(first), 批准日期=str(first), 销假日期=str(first + timedelta(days=4)), 天数="")  # fmt: skip


def _duty(n: int, name: str, unit: str) -> list[object]:
    return test_duties.row(姓名=name, 所在单位=unit, 起始时间=str(date(2022, 5, 1) + timedelta(days=n // 146)))


def _training(n: int, name: str, unit: str) -> list[object]:
    return [name, unit, str(date(2022, 1, 1) + timedelta(days=n // 146)), "日常学习", n % 7 + 1]


def read_rows(kind: Kind) -> tuple[float, int]:
    """Seconds of one core, and bytes at most, in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        data = workbook_of(kind)
        known = district.the_units() if kind in ("units", "roster") else district.the_people()
        forget_the_peak()
        began = time.process_time()
        read = read_upload(data, "x.xlsx", kind, known)
        told = [time.process_time() - began, peak(), read.accepted]
        with os.fdopen(writing, "w") as out:
            json.dump(told, out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        seconds, memory, accepted = json.loads(answer.read())
    os.waitpid(child, 0)
    assert accepted >= ROWS * 0.9, (kind, accepted)
    return seconds, memory


def record_rows() -> tuple[int, float]:
    """Rows accepted and seconds by the clock, on servers of its own."""
    with tempfile.TemporaryDirectory() as folder, Taizhang(Path(folder) / "data") as running, Client(running.urls, running.token) as client:
        for kind, name in (("units", "units.csv"), ("roster", "roster.xlsx")):
            import_file(client, kind, district.bytes_of(name), name)  # type: ignore[arg-type]
        data = workbook_of("training")
        began = time.monotonic()
        reading = import_file(client, "training", data, "x.xlsx")
        assert not reading.rejected
        return reading.accepted, time.monotonic() - began
