"""Every code that an import can give is explained in both languages, and in the docs."""

from __future__ import annotations

import re
from pathlib import Path

from services.workbooks.wording import QUESTIONS, REASONS, WARNINGS
from tests.workbooks.district import expected

ROOT = Path(__file__).parents[2]


def test_codes_are_those_of_the_contract_and_a_few_more() -> None:
    for codes, table in (("reason_codes", REASONS), ("warning_codes", WARNINGS), ("question_codes", QUESTIONS)):
        used = {str(r.get("reason")) for f in expected()["files"].values() for r in f["rows"]} if codes == "reason_codes" else set()
        assert used - {"None"} <= table.keys()
        assert all(zh and en for zh, en in table.values())
        assert len(expected()[codes].keys() & table.keys()) >= 5


def test_the_docs_explain_every_code() -> None:
    said = set(re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", (ROOT / "docs" / "imports.md").read_text(encoding="utf-8"), re.M))
    assert said == {(code, zh, en) for table in (REASONS, QUESTIONS, WARNINGS) for code, (zh, en) in table.items()}


def test_no_reader_uses_a_code_without_words() -> None:
    known = REASONS.keys() | QUESTIONS.keys() | WARNINGS.keys()
    sources = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "services" / "workbooks").glob("*.py"))
    used = set(re.findall(r'(?:reject|ask|warn|_Refusal|NotADay)\((?:[\w.]+, )?"([a-z_0-9]+)"', sources))
    assert len(used) > 15 and used <= known
