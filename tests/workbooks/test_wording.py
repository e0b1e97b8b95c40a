"""Every code that an import can give is explained in both languages, and in the docs."""

from __future__ import annotations

import re
from pathlib import Path

from services.workbooks.answering import form_of
from services.workbooks.wording import QUESTIONS, REASONS, WARNINGS
from tests.workbooks.district import expected

ROOT = Path(__file__).parents[2]


def test_every_expected_code_has_words() -> None:
    files = expected()["files"].values()
    rows = [row for file in files for row in file["rows"]]
    sheets = [sheet for file in files for sheet in file.get("sheets", {}).values() if isinstance(sheet, dict)]
    assert {row["reason"] for row in rows if "reason" in row} <= REASONS.keys()
    assert {q["code"] for one in [*rows, *sheets] for q in one.get("questions", [])} <= QUESTIONS.keys()
    assert {code for row in rows for code in row.get("warnings", [])} <= WARNINGS.keys()


def test_the_docs_explain_every_code() -> None:
    page = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8").split("## Sent back")[1]
    codes, answers = page.split("## Answers")
    said = set(re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", codes, re.MULTILINE))
    assert said == {(code, zh, en) for table in (REASONS, QUESTIONS, WARNINGS) for code, (zh, en) in table.items()}
    rows = re.findall(r"^\| (`.+`) \| (.+) \| (.+) \|$", answers, re.MULTILINE)
    told = {(code, zh, en) for named, zh, en in rows for code in re.findall(r"`(\w+)`", named)}
    assert told == {(code, form_of(code).zh, form_of(code).en) for code in QUESTIONS}


def test_no_reader_uses_a_code_without_words() -> None:
    known = REASONS.keys() | QUESTIONS.keys() | WARNINGS.keys()
    sources = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "services" / "workbooks").glob("*.py"))
    used = set(re.findall(r'(?:reject|ask|warn|SentBack|NotADay|_asked_day|_day_or_asked|append)\(\(?(?:[\w.]+, )?"([a-z_0-9]+)"', sources))
    assert len(used) > 15 and used <= known
