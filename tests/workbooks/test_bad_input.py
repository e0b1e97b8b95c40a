"""Whatever is handed in: a refusal in both languages with a stable code, or rows; never a crash, never a guess."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.workbooks.book import Unreadable, open_book
from services.workbooks.known import Known
from services.workbooks.legend import find_legend
from services.workbooks.roster_words import exit_reason, post_category, post_grade
from tests.workbooks import district
from tests.workbooks.district import person, roster_of


def refusal(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        open_book(data)
    assert refused.value.zh and refused.value.en
    return refused.value


def rezipped(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
    return made.getvalue()


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_refused_or_a_harmless_table(data: bytes) -> None:
    for prefix in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        try:
            open_book(prefix + data)
        except Unreadable as refused:
            assert refused.code == "unreadable-workbook"


@pytest.mark.parametrize("name", ["roster.xlsx", "roster_2022.xls"])
def test_a_damaged_workbook_is_refused_or_read(name: str) -> None:
    data, chance = district.bytes_of(name), random.Random(7)
    assert refusal(data[: len(data) // 2]).code == "unreadable-workbook"
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(20):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            open_book(bytes(broken))
        except Unreadable as refused:
            assert refused.code == "unreadable-workbook"


def test_what_is_no_table_is_refused() -> None:
    for data in (b"", b"\n\n", b"%PDF-1.7 \x00\x01\x02", b"\xff\xd8\xff\xe0\x00\x10JFIF", "姓名,单位".encode("utf-16-le")):
        assert refusal(data).code == "unreadable-workbook"


def test_a_workbook_without_a_sheet_is_refused() -> None:
    none = rezipped(roster_of(), lambda name, part: part.replace(b"<sheet ", b"<gone ") if name == "xl/workbook.xml" else part)
    assert refusal(none).code == "unreadable-workbook"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = rezipped(roster_of(), lambda name, part: part + b" " * 210_000_000 if name.startswith("xl/worksheets") else part)
    assert len(bomb) < 2_000_000
    start = time.monotonic()
    assert "size" in refusal(bomb).en and time.monotonic() - start < 10


def test_a_sheet_with_one_cell_at_the_far_end_is_refused() -> None:
    far = rezipped(roster_of(person()), lambda name, part: part.replace(b'r="A1"', b'r="XFD1048576"') if "sheet1" in name else part)
    assert "large" in refusal(far).en


def test_entities_are_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><workbook>&a;</workbook>'
    assert refusal(rezipped(roster_of(), lambda name, part: laughs if name == "xl/workbook.xml" else part)).code == "unreadable-workbook"


def test_a_password_is_named_as_the_cause() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(locked).en and "密码" in refusal(locked).zh


def test_a_table_without_the_heading_is_refused() -> None:
    for read in (district.units, lambda data: district.roster(Known(), data=data), lambda data: district.attendance(Known(), data=data)):
        with pytest.raises(Unreadable) as refused:
            read(district.workbook([("甲", "乙"), (1, 2)]))
        assert refused.value.code == "unknown-layout"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_encoding_of_an_office(encoding: str) -> None:
    said = "单位编号,单位名称,单位类别\r\nU01,溪岚区槐荫中学,学校\r\nU02,𠮷䶮中学,学校\r\n"
    assert [c.public()["name"] for c in district.units(said.encode(encoding)).commands] == ["溪岚区槐荫中学", "𠮷䶮中学"]


def test_csv_in_another_encoding_is_refused() -> None:
    assert refusal("單位編號,單位名稱\r\nU01,槐蔭中學\r\n".encode("big5") + b"\xff").code == "unreadable-workbook"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"姓名": ""}, "missing_required"), ({"批准文号": ""}, "missing_required"), ({"单位": "海棠湾小学"}, "unknown_unit"),
        ({"单位": "中学"}, "unknown_unit"), ({"退出时间": "2023.2.30"}, "impossible_date"), ({"退出时间": "2023年9月"}, "date_without_day"),
        ({"退出原因": "工作需要"}, "unknown_reason"), ({"退出原因": "到龄、身体原因"}, "unknown_reason"), ({"岗位类别": "工勤"}, "unknown_category"),
        ({"办理退休时间": "2023-08-31"}, "exit_after_retirement"), ({"姓名": "某" * 301}, "invalid_value"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_rejected(changes: dict[str, object], code: str) -> None:
    made = district.roster(district.the_units(), data=roster_of(person(), person("某乙", **changes)))
    assert [r.code for r in made.rejected] == [code] and len(made.accepted) == 1


def test_a_roster_that_does_not_say_whose_cadres_they_are_is_rejected() -> None:
    made = district.roster(district.the_units(), data=roster_of(person(), title="退出领导岗位干部花名册"))
    assert [r.code for r in made.rejected] == ["missing_required"]


def test_a_retirement_that_cannot_be_read_is_asked() -> None:
    made = district.roster(district.the_units(), data=roster_of(person(办理退休时间="2024年9月"), person("某乙", 办理退休时间="未办理")))
    assert [q.code for q in made.questions] == ["retirement_unclear"] and len(made.commands) == 4


def test_words_of_offices() -> None:
    assert [exit_reason(w) for w in ("到龄", "因病", "机构改革（撤并）", "“能上能下”调整", "个人申请辞去领导职务", "组织调整")] == [
        "age", "health", "institutional_reform", "up_down", "other", None,
    ]  # fmt: skip
    assert [post_category(w) for w in ("专技", "双肩挑", "管理岗", "")] == ["professional_technical", "both", "management", None]
    assert [post_grade(w) for w in ("八级", "专业技术十二级", 7.0, "７级", "七级职员", "", "副高", "14", "专技五级/管理八级")] == [
        8, 12, 7, 7, 7, None, "grade_unreadable", "grade_unreadable", "two_grades",
    ]  # fmt: skip


def test_a_mark_that_the_legend_explains_twice_is_explained_by_nobody() -> None:
    assert find_legend([["√出勤 ×旷工 ○事假 ○病假"]]).read("○") == "unknown_symbol"


def test_dates_of_1904_and_five_thousand_rows_in_good_time() -> None:
    old = district.workbook([("花名册（局党工委管理）",), district.ROSTER_HEADING, person(退出时间=43708)], date_1904=True)
    assert district.roster(district.the_units(), data=old).commands[1].public()["exited_on"] == "2023-09-01"
    many = roster_of(*(person(f"某{n}") for n in range(5000)))
    start = time.process_time()
    made = district.roster(district.the_units(), data=many)
    assert len(made.accepted) == 5000 and time.process_time() - start < 8
