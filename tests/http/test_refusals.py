"""The table of refusals: complete, used, and the same as its document."""

from __future__ import annotations

import re
from pathlib import Path

from services.kernel.refusals import SECTIONS, TABLE, markdown

ROOT = Path(__file__).parents[2]


def test_codes_are_stable_names() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in TABLE)
    assert sum(len(rows) for _, _, rows in SECTIONS) == len(TABLE), "a code is given once"
    assert all(400 <= r.status < 600 and all(r) for r in TABLE.values())


def test_every_code_is_raised_somewhere_and_every_raised_code_is_there() -> None:
    source = "\n".join(p.read_text() for p in (ROOT / "services").rglob("*.py") if p.name != "refusals.py")
    used = set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', source))
    assert set(TABLE) - used == set()
    assert set(re.findall(r'refused\(\s*"([^"]+)"', source)) <= set(TABLE)


def test_the_document_is_made_from_the_table() -> None:
    assert (ROOT / "docs" / "refusals.md").read_text() == markdown(), "run python -m services.kernel.refusals > docs/refusals.md"
