"""Nothing without a word, no word without a use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from contracts import answers, assignments, compliance, registry
from contracts.codes import APPRAISAL_REASONS, FINDINGS, PROMOTION_REASONS
from contracts.labels import SAME, catalogue, label
from contracts.message import facts
from services.assignments.reading import ABSENCE_STATES, DUTY_STATES, LEAVE_STATES
from services.compliance.law import numbers
from services.compliance.law.article_10 import SUPERIOR
from services.compliance.remedies import REMEDIES
from services.registry.web import CADRE

NUMBERS = {"unit": numbers.Unit, "window": numbers.Window, "use": numbers.Use}
STATES = {
    "cadre_state": CADRE["state"]["enum"], "duty_state": DUTY_STATES, "leave_state": LEAVE_STATES, "absence_state": ABSENCE_STATES, "task_state": ("open",),
}  # fmt: skip
"""As things are listed; a task that is done has the word of its outcome."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def uses(model: type[BaseModel], event: str) -> Iterator[tuple[str, str]]:
    """(kind, code) of every field of a model and every code that it can hold."""
    for key, field in model.model_fields.items():
        name = field.alias or key
        yield "field", f"{event}.{name}"
        yield from held(field.annotation, name, event)


def held(annotation: Any, name: str, event: str) -> Iterator[tuple[str, str]]:
    if get_origin(annotation) is Literal:
        yield from ((SAME.get(name, name), code) for code in get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from uses(annotation, event)
    else:
        for inner in get_args(annotation):
            yield from held(inner, name, event)


def values() -> Iterator[tuple[str, str]]:
    """Words that stand for a parameter."""
    for line in (line for lines in numbers.numbers().values() for line in lines):
        for value in (line.value, *line.alternatives):
            words = value if isinstance(value, list) else [value] if isinstance(value, str) else []
            yield from (("value", word) for word in words if re.fullmatch(r"[A-Za-z][A-Za-z_0-9]*", word))


def needed() -> set[tuple[str, str]]:
    found = {("service", s) for s in ("registry", "assignments", "compliance")} | {("role", "system")}
    for fact in facts().values():
        found |= {("event", fact.__name__), *uses(fact, fact.__name__)}
    found |= {("command", c.__name__) for module in (registry, assignments, compliance) for c in module.COMMANDS}
    found |= {("promotion_reason", c) for codes in PROMOTION_REASONS.values() for c in codes}
    found |= {("appraisal_reason", c) for codes in APPRAISAL_REASONS.values() for c in codes}
    return (
        found
        | {("finding", c) for c in FINDINGS}
        | {("todo", c) for c in REMEDIES}
        | {("reading", r) for r in get_args(answers.Reading)}
        | {("act", a) for a in get_args(answers.ActCode)}
        | {("parameter", name) for name in numbers.numbers()}
        | {("article", a.number) for a in SUPERIOR.articles}
        | {(kind, code) for kind, known in STATES.items() for code in known}
        | set(values())
        | {(kind, code) for kind, known in NUMBERS.items() for code in get_args(known)}
    )


def test_everything_has_a_word_in_both_languages() -> None:
    for kind, code in sorted(needed()):
        words = catalogue().get(kind, {})
        assert code in words or (kind == "field" and code.partition(".")[2] in words), (kind, code)


def test_no_word_is_idle() -> None:
    asked = needed()
    plain = {("field", code.partition(".")[2]) for kind, code in asked if kind == "field"}
    idle = {(kind, code) for kind, words in catalogue().items() for code in words} - asked - plain
    assert not idle


def test_chinese_words_are_chinese_and_english_ones_are_not() -> None:
    for kind, words in catalogue().items():
        for code, (zh, en) in words.items():
            assert CHINESE.search(zh), (kind, code)
            assert en.isascii(), (kind, code)
            assert en[:1].isupper() or en == "SHA-256", (kind, code)


@pytest.mark.parametrize("kind", ["event", "command", "finding", "todo", "promotion_reason", "appraisal_reason", "parameter", "mark"])
def test_two_things_have_two_words(kind: str) -> None:
    for column in (0, 1):
        words = [pair[column] for pair in catalogue()[kind].values()]
        assert len(set(words)) == len(words), sorted(w for w in words if words.count(w) > 1)


def test_outcomes_and_reasons_belong_together() -> None:
    assert set(PROMOTION_REASONS) == set(get_args(answers.PromotionOutcome))
    assert set(APPRAISAL_REASONS) == set(get_args(answers.AppraisalOutcome))


def test_a_word_by_its_kind() -> None:
    assert label("CadreExited", "zh") == "退出领导岗位"
    assert (label("health", "zh", "reason"), label("health", "zh", "reason_class")) == ("健康状况", "病假")
    assert (label("CadreRegistered.name", "zh", "field"), label("UnitRenamed.name", "zh", "field")) == ("姓名", "名称")
    assert label("basically_qualified", "en", "allowed_grades") == "Basically qualified"
    assert label("of_a_later_version", "zh", "finding") == "of_a_later_version"
