"""Every fact of the catalogue in words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from contracts.labels import catalogue
from contracts.message import Event
from services.documents.told import told

EXAMPLES = Path(__file__).parents[2] / "contracts" / "examples"
FACTS = [e for f in sorted(EXAMPLES.glob("*.json")) if not (e := Event.of(json.loads(f.read_text(encoding="utf-8")))).data.DERIVED]
CODES = {
    code
    for kind, words in catalogue().items()
    if kind not in ("event", "command", "field", "parameter", "article", "value")
    for code in words
}


def test_there_is_one_of_each() -> None:
    assert len(FACTS) > 70


@pytest.mark.parametrize("fact", FACTS, ids=lambda e: e.data.event_name())
def test_a_fact_has_no_code_and_no_field_without_a_word(fact: Event) -> None:
    said = told(fact.data.public(), fact.data.event_name(), {"U01": "溪岚区槐荫中学"}, "zh")
    parts = [part.partition("：") for part in said.split("；")] if said else []
    assert [name for name, _, _ in parts if not re.search("[\u4e00-\u9fff]", name)] == []
    assert [value for _, _, value in parts if value in CODES] == []
    assert not re.search(r"\d{4}-\d{2}-\d{2}|None|True|False", said)


def test_periods_lists_and_units_read_as_people_write_them() -> None:
    corrected = {"absence_id": "a1", "removed": [{"from": "2024-10-15", "until": "2024-10-16"}], "unit_id": "U01"}
    assert told(corrected, "AbsenceCorrected", {"U01": "甲中学"}, "zh").split("；")[1:] == [
        "更正掉的日期：2024年10月15日至2024年10月16日",
        "所在单位：甲中学",
    ]
    assert told({"written": True, "hours": 1.5}, "TrainingAttended", {}, "en") == "In writing: yes; Hours: 1.5"
