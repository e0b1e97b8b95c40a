"""What `make documents` finds wrong with a page."""

from __future__ import annotations

from tests.documents.rendering import Page, Word

WIDE, HIGH = 842.0, 595.0


def page(*words: Word, width: float = WIDE, height: float = HIGH) -> Page:
    return Page(width, height, words)


def test_words_on_top_of_each_other() -> None:
    first = Word("缺勤记录", 100, 100, 150, 112)
    assert page(first, Word("下一行", 100, 114, 150, 126)).on_top_of_each_other() == []
    assert page(first, Word("下一行", 100, 106, 150, 118)).on_top_of_each_other() == ["缺勤记录 / 下一行"]
    assert page(first, Word("隔壁", 148, 100, 180, 112)).on_top_of_each_other() == []
    assert page(first, Word("隔壁的格", 120, 100, 180, 112)).on_top_of_each_other() == ["缺勤记录 / 隔壁的格"]


def test_words_that_leave_the_paper() -> None:
    assert page(Word("在内", 20, 20, 60, 30)).outside() == []
    assert page(Word("在外", 800, 20, 840, 30), Word("上", 100, 2, 110, 12)).outside() == ["在外", "上"]


def test_the_paper_is_a4() -> None:
    assert page().is_a4 and page(width=HIGH, height=WIDE).is_a4
    assert not page(width=612, height=792).is_a4
