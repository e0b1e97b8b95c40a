"""A line is read, written and refused alike everywhere."""

from __future__ import annotations

import json
import math
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.canonical import canonical
from contracts.compliance import RecordTraining
from contracts.malformed import Malformed, malformed
from contracts.message import Event, Unknown, civil_day, end_of_day, line_of, midnight
from contracts.registry import RegisterCadre

LINES = (Path(__file__).parents[1] / "data" / "facts.jsonl").read_bytes().splitlines()
ONE = {orjson.loads(line)["type"]: line for line in LINES}
CANARY = "Kanarienvogel王小明"

TEXT = st.text(max_size=30)
"""Every code point that UTF-8 can write: controls, escapes, astral planes."""
NUMBER = (
    st.integers(-(2**53) + 1, 2**53 - 1) | st.integers(-(10**9), 10**9).map(lambda n: n / 2) | st.decimals(-100, 100, places=3).map(float)
)
SCALAR = st.none() | st.booleans() | NUMBER | TEXT
KEY = st.text(st.sampled_from([chr(c) for c in range(128)]), max_size=12)
JSON = st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4), max_leaves=20)


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The first text on a fresh machine waits for the table of all characters."""


@UNHURRIED
@given(st.dictionaries(KEY, JSON, max_size=6))
def test_canonical_is_rfc_8785(value: dict[str, Any]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("number", [0.0, -0.0, 1.0, 2.5, -3.0, 1e15, 2**53 - 1, 0.5])
def test_numbers_at_the_edges(number: float) -> None:
    assert canonical({"n": [number, {"m": number}]}) == rfc8785.dumps({"n": [number, {"m": number}]})


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_of_json_gets_into_no_command(number: str) -> None:
    with pytest.raises(ValidationError, match="finite"):
        RecordTraining.model_validate_json(f'{{"cadre_id": "C1", "kind": "daily", "hours": {number}, "attended_on": "2024-03-01"}}')


def test_a_recorded_line_is_read_and_written_byte_for_byte() -> None:
    for line in LINES:
        assert line_of(Event.parse(line)) == line


@given(
    st.sampled_from(sorted(ONE)), st.fixed_dictionaries({}, optional={k: TEXT.filter(bool) for k in ("documentno", "onbehalfof", "sealed")})
)
def test_attributes_are_written_when_they_were_given(kind: str, given: dict[str, str]) -> None:
    e = {k: v for k, v in orjson.loads(ONE[kind]).items() if k not in ("documentno", "onbehalfof", "sealed")} | given
    assert line_of(Event.of(e)) == canonical(e)


def test_a_type_of_a_later_version_is_kept_as_it_is() -> None:
    e = orjson.loads(LINES[0]) | {"type": "taizhang.registry.UnitRegistered.v2", "data": {"unit": {"id": "U1"}, "kinds": ["school", 1]}}
    e["dataschema"] = f"/schemas/{e['type']}.json"
    assert isinstance(Event.of(e).data, Unknown)
    assert line_of(Event.of(e)) == canonical(e)


def test_what_a_later_version_adds_is_ignored() -> None:
    e = orjson.loads(LINES[0])
    later = e | {"severity": "low", "data": e["data"] | {"telephone": "1"}}
    assert Event.of(later) == Event.of(e)


@pytest.mark.parametrize(
    ("time", "day"),
    [("2024-03-01T00:00:00+08:00", "2024-03-01"), ("2024-02-29T16:00:00Z", "2024-03-01"), ("2024-02-29T15:59:59.999999Z", "2024-02-29")],
)
def test_the_civil_day_is_that_of_shanghai(time: str, day: str) -> None:
    assert civil_day(time).isoformat() == day
    assert civil_day(midnight(civil_day(time))).isoformat() == day
    assert civil_day(end_of_day(civil_day(time))).isoformat() == day


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"1", b"null", b'"event"', b"{}", b'{"type": 1}', b"\xff", b"[" * 100_000])
def test_what_is_no_event_is_malformed(line: bytes) -> None:
    with pytest.raises(Malformed):
        Event.parse(line)


@pytest.mark.parametrize(
    ("attribute", "value", "problem"),
    [
        ("id", "registry/cadre-C1", "id: form"),
        ("id", "registry/cadre-C1@0", "id: form"),
        ("id", "registry/cadre-C1@1\n", "id: form"),
        ("id", None, "id: string_type"),
        ("source", "/taizhang/compliance", "source: form"),
        ("source", "registry", "source: form"),
        ("time", "2024-02-30T00:00:00+08:00", "time: form"),
        ("time", "2024-02-28T00:00:00", "time: offset_missing"),
        ("recordedtime", "2024-02-28T00:00:00Z", "recordedtime: form"),
        ("recordedtime", "2024-02-28T00:00:00.00000०Z", "recordedtime: form"),
        ("sequence", "1", "sequence: form"),
        ("sequence", 1, "sequence: string_type"),
        ("actor", 7, "actor: string_type"),
        ("documentno", 7, "documentno: string_type"),
        ("sealed", ["x"], "sealed: string_type"),
        ("data", "text", "data: model_type"),
        ("data", {"unit_id": "U1", "name": "n", "kind": "zoo"}, "data.kind: literal_error"),
        ("data", {"unit_id": "U 1", "name": "n", "kind": "school"}, "data.unit_id: string_pattern_mismatch"),
    ],
)
def test_a_malformed_event_is_refused_by_name(attribute: str, value: Any, problem: str) -> None:
    with pytest.raises(Malformed) as refused:
        Event.of(orjson.loads(LINES[0]) | {attribute: value})
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    "attribute", ["id", "source", "type", "subject", "time", "recordedtime", "sequence", "actor", "role", "unitref", "data"]
)
def test_a_missing_attribute_is_named(attribute: str) -> None:
    e = orjson.loads(LINES[0])
    del e[attribute]
    with pytest.raises(Malformed) as refused:
        Event.of(e)
    assert str(refused.value) == f"{attribute}: missing"


def spoilt(value: Any) -> Iterator[Any]:
    """The value with a canary in one place, by turns in every place and in several forms."""
    yield from (CANARY, [CANARY], {CANARY: CANARY}, {CANARY: {CANARY: [CANARY]}}, None, math.nan)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: bad} for bad in spoilt(inner))
            yield {k: v for k, v in value.items() if k != key} | {CANARY: inner}
    if isinstance(value, list):
        for i, inner in enumerate(value[:2]):
            yield from ([*value[:i], bad, *value[i + 1 :]] for bad in spoilt(inner))


def refusal(e: Any) -> Exception | None:
    try:
        Event.of(e)
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize("kind", sorted(ONE))
def test_no_refusal_repeats_what_it_was_given(kind: str) -> None:
    refusals = [error for bad in spoilt(json.loads(ONE[kind])) if (error := refusal(bad))]
    assert len(refusals) > 50
    for error in refusals:
        assert isinstance(error, Malformed)
        assert CANARY not in "".join(traceback.format_exception(error)) + repr(error)


def test_a_command_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError) as invalid:
        RegisterCadre.model_validate_json(json.dumps({"cadre_id": CANARY, CANARY: CANARY, "private": {"name": 7, "nickname": CANARY}}))
    problems = malformed(invalid.value)
    assert CANARY not in str(problems)
    assert {"cadre_id: string_pattern_mismatch", "private.name: string_type", "*: extra_forbidden"} <= set(str(problems).split("; "))
