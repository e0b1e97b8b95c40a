"""An answer rests on the same articles, facts and numbers until somebody changes the law and says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.message import Event
from services.compliance.law.article_10 import SUPERIOR
from services.compliance.law.regulation import MEASURES
from tests.law.citing import cited
from tests.scenarios.golden import Asked, questions

BEFORE: dict[str, Any] = yaml.load(
    (Path(__file__).parent / "cited.yaml").read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
)
ARTICLES = {a.number for a in (*MEASURES.articles, *SUPERIOR.articles)}


@pytest.mark.parametrize("asked", questions(), ids=str)
def test_an_answer_rests_on_what_it_rested_on(asked: Asked) -> None:
    assert cited(asked) == BEFORE[str(asked)], "if this is meant: python -m tests.law.citing > tests/law/cited.yaml"


def test_only_recorded_facts_are_cited() -> None:
    for asked in questions():
        recorded = {Event.parse(line).id for line in asked.lines}
        for line in [line for lines in BEFORE[str(asked)].values() if isinstance(lines, list) for line in lines]:
            ids = {part for piece in line.split("; ") for part in piece.split(", ") if "@" in part}
            assert ids <= recorded, line


def test_every_question_is_there() -> None:
    assert list(BEFORE) == sorted(map(str, questions()))
