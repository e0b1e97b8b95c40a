"""What the OpenAPI document tells of the answers: examples as they are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.compliance.kept import PLACE
from services.compliance.law.policy import BUILT_IN
from services.compliance.todo_pages import CURSOR, ROLES
from services.kernel.query import SUBJECT
from services.kernel.shapes import DAY, ID, one_of
from services.kernel.told import FACT, Told

PROMOTION = ("eligible", "ineligible", "undetermined", "out_of_scope")
APPRAISAL = ("eligible", "ineligible", "no_grade", "undetermined", "not_applicable")
REASON = {
    "code": "long_unexcused_absence", "article": "7.1", "zh": "连续无故缺勤 16 个工作日", "en": "Absent without reason for 16 working days",
    "evidence": ["assignments/absence-A0001@1"],
    "parameters": [{"name": "art8.absence.consecutive_workdays", "value": "> 15", "policy": BUILT_IN, "source": "试行办法第八条"}],
}  # fmt: skip
FINDING = {
    "code": "reminder_overdue", "article": "7.2", "accountable": "branch", "unit_id": "U01", "due_on": "2024-09-29", "evidence": [],
}  # fmt: skip
ANSWER: dict[str, Any] = {
    "cadre_id": "C0001", "as_of": "2024-10-17", "known_at": "2024-10-17T15:59:59.999999Z", "year": 2024,
    "promotion": {"outcome": "ineligible", "reasons": [REASON], "next_change_on": None},
    "appraisal": {
        "outcome": "ineligible", "allowed_grades": ["basically_qualified", "unqualified"], "provisional": True,
        "reasons": [REASON | {"article": "8.2"}], "readings": {"R1": "eligible", "R2": "ineligible", "R3": "ineligible", "R4": "ineligible"},
        "reading_sensitive": True, "under_review": False, "next_change_on": None,
    },
    "findings": [FINDING],
    "counts": {
        "unexcused_workdays": 16, "longest_unexcused_run": 16, "pending_workdays": 0, "leave_workdays": 0, "year_workdays": 251,
    },
    "policy": [BUILT_IN], "calendars": ["2024.1"], "inputs": {"registry": 3, "assignments": 9, "compliance": 2},
}  # fmt: skip
UNIT: dict[str, Any] = {
    "unit_id": "U01", "as_of": "2024-10-17", "known_at": "2024-10-17T15:59:59.999999Z", "year": 2024, "findings": [FINDING | {"about": "C0001"}],
    "scorecard": {
        "cadres": 3, "by_code": {"reminder_overdue": {"raised": 1, "open": 1}},
        "complaints": {"received": 2, "substantiated": 1, "sources": 2}, "circular": None,
    },
}  # fmt: skip
STANDING = {
    "cadre_id": "C0001",
    "about": "promotion",
    "outcome": "eligible",
    "codes": ["performing_normally"],
    "event_id": "compliance/promotion-C0001@2",
}
NOTICE = {
    "number": 7, "event_id": "compliance/promotion-C0001@2", "unit_id": "U01", "cadre_id": "C0001", "kind": "promotion", "year": None,
    "outcome": "eligible", "codes": ["performing_normally"], "supersedes": "compliance/promotion-C0001@1", "as_of": "2024-10-17", "at_position": 42,
}  # fmt: skip
DRAFT = {
    "type": "object", "required": ["parameters"],
    "properties": {
        "kind": one_of("policy", "interpretation", "superior", "repeal"), "effective_from": DAY, "parameters": {"type": "object"},
    },
}  # fmt: skip
QUESTION = ("bad-query", "not-yet-known")


def paged(item: dict[str, Any]) -> dict[str, Any]:
    return {"items": [item], "next": None}


TOLD: Mapping[str, Told] = {
    "/cadres/{cadre_id}/answer": Told(ANSWER, ("unknown-cadre", *QUESTION)),
    "/units/{unit_id}/answer": Told(UNIT, ("unknown-unit", *QUESTION)),
    "/units/{unit_id}/workdays": Told(
        {
            "unit_id": "U01", "as_of": "2024-12-31", "known_at": "2024-12-31T15:59:59.999999Z", "year": 2024, "calendar": "2024.1",
            "workdays": ["2024-01-02"],
        },
        ("unknown-unit", *QUESTION),
    ),
    "/cadres/{cadre_id}/answers": Told(
        paged(FACT), ("unknown-cadre", *QUESTION), {"cursor": {"type": "string", "pattern": "^[1-9][0-9]{0,17}$"}}
    ),
    "/cadres/{cadre_id}/facts": Told(paged(FACT), ("unknown-cadre", *QUESTION), {"cursor": {"type": "string", "pattern": "^[0-9]{1,6}$"}}),
    "/answers": Told(paged(STANDING | {"as_of": "2024-10-17"}), QUESTION, {"promotion": one_of(*PROMOTION), "appraisal": one_of(*APPRAISAL), "cursor": ID}),
    "/kept/answers": Told(paged(STANDING | {"digest": "0" * 64}), QUESTION, {"cursor": {"type": "string", "pattern": f"^{PLACE.pattern}$"}}),
    "/kept/findings": Told(
        paged({"about": "C0001", "finding_id": "exit_talk_overdue-C0001-2024-03-15", "event_id": "compliance/finding-1@1", "open": True}),
        QUESTION, {"cursor": {"type": "string", "pattern": f"^{SUBJECT.pattern}$"}},
    ),
    "/kept/facts/{source}": Told(
        paged({"position": 1, "subject": "C0001", "type": FACT["type"], "digest": "0" * 64}), ("not-found", *QUESTION),
        {"source": one_of("registry", "assignments", "compliance")},
    ),
    "/todos": Told(
        {"items": [], "next": None}, QUESTION,
        {
            "role": one_of(*ROLES), "due_before": DAY, "overdue": one_of("true", "false"),
            "cursor": {"type": "string", "pattern": f"^{CURSOR.pattern}$"},
        },
    ),
    "/notices": Told(paged(NOTICE), QUESTION),
    "/policies/preview": Told(
        {"changes": []}, ("bad-parameter-value", "nothing-given", "unknown-parameter", *QUESTION), open=("422",),
        body=(DRAFT, {"kind": "policy", "effective_from": "2025-01-01", "parameters": {"art9.complaints_min": ">= 2"}}),
    ),
}  # fmt: skip
