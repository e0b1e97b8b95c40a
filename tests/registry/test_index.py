"""Names found as people type them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.index import SURE, Index
from services.registry.spelling import fits, spellings

NAMES = {
    "C1": "张三", "C2": "张国伟", "C3": "单田芳", "C4": "吕布", "C5": "欧阳修", "C6": "阿依古丽·买买提", "C7": "John Smith", "C8": "章三",
    "C9": "曾国藩", "C10": "李四", "C11": "李四",
}  # fmt: skip


def index() -> Index:
    found = Index()
    for cadre, name in NAMES.items():
        found.put(cadre, name, f"11010119700101{cadre[1:]:>04}")
    return found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("张三", ["C1"]), ("张", ["C1", "C2"]), ("三", ["C1", "C8"]), (" 张 三 ", ["C1"]), ("国", ["C2", "C9"]), ("李四", ["C10", "C11"]),
        ("zhangsan", ["C1", "C8"]), ("Zhang San", ["C1", "C8"]), ("zs", ["C1", "C8"]), ("zhangs", ["C1", "C8"]), ("zsan", ["C1", "C8"]),
        ("zhanggw", ["C2"]), ("zgw", ["C2"]), ("san", ["C1", "C8"]), ("guowei", ["C2"]), ("lisi", ["C10", "C11"]),
        ("shantianfang", ["C3"]), ("dantian", ["C3"]), ("lvbu", ["C4"]), ("lübu", ["C4"]), ("LYU BU", ["C4"]), ("ouyangxiu", ["C5"]),
        ("oyx", ["C5"]), ("阿依古丽", ["C6"]), ("古丽买", ["C6"]), ("ayiguli", ["C6"]), ("ayiguli maimaiti", ["C6"]), ("smith", ["C7"]),
        ("ZENGGUOFAN", ["C9"]), ("ｚｓ", ["C1", "C8"]), ("王", []), ("angsan", []), ("zhangsanx", []), ("·", []), ("", []), ("[a-z]*", []),
    ],
)  # fmt: skip
def test_found_as_typed(typed: str, found: list[str]) -> None:
    assert sorted(index().named(typed)) == sorted(found)


def test_the_best_come_first() -> None:
    found = index()
    found.put("C0", "王张三丰", None)
    assert found.named("zhangsan") == ["C1", "C8", "C0"], "the name itself before one that holds it"
    found.put("C00", "曾国伟", None)
    assert found.named("zgw") == ["C2", "C00"], "before those that are usually spelt otherwise"


def test_numbers_are_found_whole() -> None:
    found = index()
    assert found.numbered("110101197001010001") == ["C1"]
    assert found.numbered("11010119700101000") == []
    found.put("C20", "张三", "11010119700101000X")
    assert found.numbered("11010119700101000x") == ["C20"]
    assert "110101197001010001" not in repr(vars(found)), "no number is kept as it is written"


def test_the_forgotten_are_not_found() -> None:
    found = index()
    found.drop("C1")
    found.put("C8", "王五", None)
    assert (found.named("张三"), found.named("zs"), found.numbered("110101197001010001"), found.numbered("110101197001010008")) == (
        [],
        [],
        [],
        [],
    )
    assert found.named("wangwu") == ["C8"]


@given(st.text("ab", min_size=1, max_size=2 * SURE), st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_expressions_and_letters_agree(typed: str, syllables: list[str]) -> None:
    line = "".join(f"'{s}" for s in syllables)
    found = Index()
    found.put("C1", "x", None)
    found._entries["C1"] = found._entries["C1"]._replace(spellings=(line,))
    expected = fits(typed, line)
    assert dict(found._spelt_so(typed)) == {}
    found._lay_out()
    ranks = dict(found._spelt_so(typed))
    whole = expected is not None and "".join(syllables) == typed
    assert ranks == ({} if expected is None else {"C1": 0 if whole else expected})


def test_no_name_takes_long() -> None:
    found = Index()
    for n in range(50):
        found.put(f"C{n}", " ".join(["aaaaaaaaaaaa"] * 20), None)
    began = time.process_time()
    found.named("a" * 63 + "b")
    assert time.process_time() - began < 1
    assert len(spellings("单" * 300)) <= 12
