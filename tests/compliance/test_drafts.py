"""A draft of the law: what is read, what is refused and where, and that commands are refused for the same reasons."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.message import end_of_day
from services.compliance import drafts
from services.compliance.draft_files import BadDraft, DraftFile
from services.compliance.drafts import named
from services.compliance.facts import Facts
from services.compliance.law.numbers import numbers
from services.compliance.parameters import check
from services.kernel.body import Invalid
from services.kernel.refusal import Refused
from tests.law.asking import events, fact, policy

NOW = end_of_day(date(2026, 1, 1))
SOME = "parameters:\n  art8.reading: R1\n"


def of(path: Path, text: str | bytes) -> DraftFile:
    path = path / "draft.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return DraftFile(path)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "object"),
        ("- effective_from: 2025-01-01", 1, "object"),
        ("nothing", 1, "object"),
        ("a: b: c", 1, "neither YAML nor JSON"),
        ("effective_from: 2025-01-01\nparameters:\n  absence.long.consecutive: > 10\n", 3, "quotes"),
        (f"effective_from: 2025-01-01\n{SOME}effective_from: 2025-02-01\n", 4, "effective_from stands twice"),
        (f"effective_from: 2025-01-01\n{SOME}  art8.reading: R2\n", 4, "art8.reading stands twice"),
        (f"effective_from: 2025-01-01\nextra: 1\n{SOME}", 2, "extra: There is no such field"),
        (f"effective_from: 2025-02-30\n{SOME}", 1, "effective_from: A day"),
        (f"effective_from: 20250101\n{SOME}", 1, "effective_from: A day"),
        (SOME, 1, "effective_from: This field is missing"),
        ("effective_from: 2025-01-01\nparameters: {}\n", 2, "parameters: Nothing is given"),
        ("effective_from: 2025-01-01\nparameters:\n  absence.long.consecutiv: 10\n", 3, "the nearest is absence.long.consecutive"),
        ('effective_from: 2025-01-01\nparameters:\n  absence.long.consecutive: "> abc"\n', 3, '"> 15"'),
        ("effective_from: 2025-01-01\nparameters:\n  absence.long.consecutive: 10\n", 3, "a threshold with its operator"),
        ('effective_from: 2025-01-01\nparameters:\n  absence.long.consecutive: "> 10 days"\n', 3, '"> 15"'),
        ("effective_from: 2025-01-01\nparameters:\n  art8.reading: R5\n", 3, "one of R1, R2, R3, R4"),
        ("effective_from: 2025-01-01\nparameters:\n  absence.excused_day_breaks_run: 1\n", 3, "one of true, false"),
        ("effective_from: 2025-01-01\nparameters:\n  art9.complaints_min: 2.5\n", 3, "a whole number"),
        ("effective_from: 2025-01-01\nparameters:\n  art8.reading: {R: 1}\n", 3, "Text, a number"),
        ("effective_from: 2025-01-01\nparameters:\n  art8.reading: .nan\n", 3, "Text, a number"),
        ("kind: law\n", 1, "kind: Not one of the codes: policy, interpretation, superior, repeal"),
        (f"kind: superior\neffective_from: 2025-01-01\n{SOME}", 1, "favourable: This field is missing"),
        ("kind: repeal\nrepealed_on: 2025-01-01\n", 1, "policy_id: This field is missing"),
        ("a: &a [1]\nb: *a\n", 1, "references"),
        ("? [a]\n: 1\n", 1, "the name of a field"),
        ("a: 1\n# 中".encode("gbk"), 2, "UTF-8"),
        ("a" * 70_000, None, "larger than 64 KiB"),
        ("[" * 20_000, None, "neither YAML nor JSON"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str | bytes, line: int | None, said: str) -> None:
    with pytest.raises(BadDraft) as bad:
        of(tmp_path, text)
    first = str(bad.value).splitlines()[0]
    assert said in first
    assert f"draft.yaml, line {line}" in first if line else "line" not in first
    assert f"draft.yaml 第 {line} 行" in first if line else "第" not in first


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadDraft) as bad:
        of(tmp_path, "effective_from: 2025-01-01\nparameters:\n  art8.reading: R5\n  art8.readin: R1\n  absence.long.window: week\n")
    assert [line.rsplit("line ", 1)[1][0] for line in str(bad.value).splitlines()] == ["3", "4", "5"]


def test_json_is_read_too(tmp_path: Path) -> None:
    said = {"effective_from": "2025-01-01", "parameters": {"absence.long.consecutive": "> 10"}}
    assert of(tmp_path, json.dumps(said, indent="\t")).proposed == drafts.of_json(json.dumps(said).encode())


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"nothing"])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(Refused, match="not-json"):
        drafts.of_json(text)


@pytest.mark.parametrize("text", [b"[]", b"1", b'{"effective_from": "2025-01-01", "effective_from": "2025-01-01"}'])
def test_what_is_no_object_of_distinct_fields_is_refused(text: bytes) -> None:
    with pytest.raises(Invalid):
        drafts.of_json(text)


def judged(draft: dict[str, Any], *given: dict[str, Any]) -> Any:
    common = Facts.divide(events(given)).common
    event = drafts.judged(drafts.of(draft), common, NOW)
    return event, named(event, common)


P1 = policy("2024-06-01", art8__reading="R1")
N1 = fact(
    "InterpretationIssued", "2024-01-01", "2024-05-01", interpretation_id="N1", clause="8.2", parameters={"absence.long.window": "rolling_12m"},
    issued_on="2024-05-01", applies_from="2024-01-01", document_no="N",
)  # fmt: skip


def test_a_draft_becomes_the_fact_that_it_would_become() -> None:
    event, names = judged({"effective_from": "2025-01-01", "parameters": {"art8.reading": "R3"}})
    assert (event.type, event.time, event.recordedtime, names) == (
        "taizhang.compliance.PolicyPublished.v1",
        date(2025, 1, 1),
        NOW,
        {"art8.reading"},
    )
    event, names = judged({"kind": "interpretation", "issued_on": "2025-09-01", "parameters": {"art8.reading": "R3"}})
    assert (event.time, names) == (date(2025, 9, 1), {"art8.reading"})
    event, names = judged({"kind": "repeal", "policy_id": "P1", "repealed_on": "2025-10-01"}, P1)
    assert (event.id, event.time, names) == ("compliance/policy-P1@2", date(2025, 10, 1), {"art8.reading"})
    _, names = judged({"kind": "repeal", "policy_id": "N1", "repealed_on": "2025-10-01"}, P1, N1)
    assert names == {"absence.long.window"}


def test_a_draft_is_refused_when_the_command_would_be() -> None:
    for said, code in (
        ({"policy_id": "P1", "effective_from": "2025-01-01", "parameters": {"art8.reading": "R3"}}, "id-in-use"),
        ({"kind": "repeal", "policy_id": "P9", "repealed_on": "2025-01-01"}, "unknown-policy"),
        ({"kind": "repeal", "policy_id": "P1", "repealed_on": "2024-05-31"}, "repealed-before-it-begins"),
        ({"kind": "repeal", "policy_id": "N1", "repealed_on": "2023-12-31"}, "repealed-before-it-begins"),
    ):
        with pytest.raises(Refused, match=f"^{code}$"):
            judged(said, P1, N1)
    judged({"kind": "repeal", "policy_id": "P1", "repealed_on": "2024-06-01"}, P1)


def test_who_approved_it_is_not_asked_of_a_draft() -> None:
    said = {"effective_from": "2025-01-01", "parameters": {"art8.reading": "R3"}, "proposal_id": "G1", "approved_by": ["x"]}
    assert judged(said)[0].data.approved_by is None


def test_every_number_can_be_said_anew() -> None:
    for name, lines in numbers().items():
        for line in lines:
            check({name: line.value})
            for alternative in line.alternatives:
                check({name: alternative})
    with pytest.raises(Refused, match="unknown-parameter") as refusal:
        check({"art8.reading": "R9", "no.such": 1})
    assert [e["code"] for e in refusal.value.errors] == ["bad-parameter-value", "unknown-parameter"]


def test_the_example_is_a_draft() -> None:
    root = Path(__file__).parents[2]
    example = root / "examples" / "draft.yaml"
    assert DraftFile(example).proposed.event_name() == "PolicyPublished"
    shown = (root / "docs" / "policies.md").read_text().split("```yaml\n")[1].split("```")[0]
    assert shown == example.read_text().split("\n", 1)[1]
