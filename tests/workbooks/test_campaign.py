"""A slice of `make workbooks`: a few spoilt workbooks, and what an office may do to one without changing what it says."""

from __future__ import annotations

import random

import pytest

from services.workbooks.book import open_book
from services.workbooks.reading import read_upload
from tests.workbooks import district, innocent, spoiling
from tests.workbooks.campaign import Case
from tests.workbooks.spoiling import Spoil
from tests.workbooks.trial import alone

QUICK: tuple[Spoil, ...] = (
    spoiling.absurd, spoiling.merged, spoiling.evil_texts, spoiling.entities, spoiling.damaged_parts, spoiling.said_over_and_over,
    spoiling.other_ole, spoiling.overlapping,
)  # fmt: skip


@pytest.mark.parametrize("way", QUICK, ids=lambda way: way.__name__)
def test_a_spoilt_workbook_gets_a_clear_answer(way: Spoil) -> None:
    told = alone("leave", "leave_ledger.xlsx", district.bytes_of("leave_ledger.xlsx"), way, "slice")
    assert not told.wrong and told.said


def test_a_cell_that_no_sheet_has_ends_no_process() -> None:
    """The library would ask for hundreds of gigabytes, and end the process when it does not get them."""

    def far(data: bytes, _: random.Random) -> bytes:
        return spoiling.parts(
            data, lambda name, part: part.replace(b'r="A1"', b'r="A99999999999999999999"') if spoiling.is_sheet(name) else part
        )

    assert alone("duties", "duties.xlsx", district.bytes_of("duties.xlsx"), far, "slice").said == "unreadable-workbook"


@pytest.mark.parametrize("way", [innocent.macros, innocent.external_links, innocent.drawn_forms], ids=lambda way: way.__name__)
def test_what_changes_nothing_is_read_as_before(way: Spoil) -> None:
    assert not Case("duties.xlsx", way, "slice", True).run().wrong


def test_a_crash_is_seen() -> None:
    def crash(data: bytes, _: random.Random) -> bytes:
        raise SystemExit(3)

    assert alone("units", "units.csv", district.bytes_of("units.csv"), crash, "slice").wrong == ["the process ended with 256"]


def test_a_csv_in_any_encoding_says_the_same() -> None:
    plain = district.read("training", district.the_people(), "training_2023.csv").made.commands
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        data = spoiling.text_of(district.bytes_of("training_2023.csv")).encode(encoding)
        assert read_upload(data, "x.csv", "training", district.the_people()).made.commands == plain, encoding


def test_an_xls_that_says_to_be_vast_is_refused_before_it_is_read() -> None:
    data = bytearray(district.bytes_of("roster_2022.xls"))
    at = data.index(b"\xfd\x00\x0a\x00")
    data[at + 4 : at + 8] = b"\xff\xff\xff\x00"
    with pytest.raises(Exception, match="large"):
        open_book(bytes(data))
