"""One module, one noun, about a screen or two."""

import ast
import re
from pathlib import Path

from tests.house.tree import ROOT, name, text_of, tracked

MOST = 250
LONGER = {
    "contracts/registry.py": "the catalogue: one class an event",
    "contracts/assignments.py": "the catalogue: one class an event",
    "contracts/compliance.py": "the catalogue: one class an event",
}
SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "stuff"}


def modules(*tops: str) -> list[Path]:
    return [p for p in tracked() if p.suffix == ".py" and name(p).split("/")[0] in tops]


def test_modules_are_short() -> None:
    long = {name(p): text_of(p) for p in modules("contracts", "services", "deploy", "bench")}
    lines = {p: (text or "").count("\n") for p, text in long.items()}
    assert lines, "no modules were found"
    assert {p: n for p, n in lines.items() if n > MOST and p not in LONGER} == {}, "does each still hold one noun?"


def test_exceptions_are_needed() -> None:
    assert [p for p in LONGER if (text_of(ROOT / p) or "").count("\n") <= MOST] == []


def test_names_say_something() -> None:
    named = [p for p in tracked() if p.suffix == ".py"]
    assert [name(p) for p in named if SAY_NOTHING & {p.stem, *p.relative_to(ROOT).parts[:-1]}] == []


def test_product_modules_say_what_they_are() -> None:
    silent = [
        p
        for p in modules("contracts", "services", "deploy", "bench")
        if p.stat().st_size and not ast.get_docstring(ast.parse(p.read_bytes()))
    ]
    assert [name(p) for p in silent] == []


def test_no_mocks() -> None:
    mocked = re.compile(r"\b(MagicMock|AsyncMock|mock\.patch|unittest\.mock|pytest_mock|mocker)\b")
    assert [name(p) for p in modules("tests") if p != Path(__file__) and mocked.search(text_of(p) or "")] == []


def test_nothing_is_skipped_in_silence() -> None:
    hidden = re.compile(r"pytest\.skip\(\)|mark\.skip\b(?!if)|mark\.xfail|\bassert True\b|except( Exception)?:\s*\n?\s*pass\b")
    assert [name(p) for p in modules("tests", "services", "contracts") if p != Path(__file__) and hidden.search(text_of(p) or "")] == []
