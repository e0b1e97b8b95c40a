"""Compares an answer with what a golden question names; what it does not name is not asserted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def differences(answer: Mapping[str, Any], ask: Mapping[str, Any]) -> list[str]:
    """Every named expectation that the answer does not meet, in words."""
    found: list[str] = []
    if "unit" not in ask:
        found += _outcome(answer, ask, "promotion")
        found += _outcome(answer, ask, "appraisal")
        found += _same("allowed_grades", ask.get("allowed_grades"), list(answer["appraisal"]["allowed_grades"]))
        for name, expected in ask.get("counts", {}).items():
            found += _same(name, expected, answer["counts"][name])
    codes = {f["code"] for f in answer["findings"]}
    found += [f"finding {code} is missing" for code in ask.get("findings", ()) if code not in codes]
    found += [f"finding {code} must not be there" for code in ask.get("not_findings", ()) if code in codes]
    return found


def _outcome(answer: Mapping[str, Any], ask: Mapping[str, Any], of: str) -> list[str]:
    part = answer[of]
    return _same(of, ask.get(of), part["outcome"]) + _same(f"{of}_code", ask.get(f"{of}_code"), part["reasons"][0]["code"])


def _same(name: str, expected: object, actual: object) -> list[str]:
    return [] if expected is None or expected == actual else [f"{name}: expected {expected}, found {actual}"]
