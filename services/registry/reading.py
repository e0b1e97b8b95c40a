"""Cadres and units as they are on a day: folded from their facts, with no name and no reason of leaving. `post` and `decision_no`
are those of the last exit."""

from __future__ import annotations

from datetime import date

from contracts.message import Event
from contracts.registry import (
    CadreDeceased,
    CadreReinstated,
    CadreTransferred,
    ManagementChanged,
    PostGradePromoted,
    PostGradeRecorded,
    RetirementCompleted,
    UnitClosed,
    UnitMerged,
    UnitRegistered,
    UnitRenamed,
)
from contracts.registry import CadreRegistered as Registered
from services.kernel.past import Past
from services.kernel.resource import Item
from services.registry.exits import exits
from services.registry.heads import holder


def cadre(first: Event, past: Past, on: date) -> Item | None:
    """None when no such cadre is registered."""
    cadre_id = first.subject
    registered = past.last(Registered, cadre_id=cadre_id)
    if registered is None:
        return None
    found: Item = {
        "cadre_id": cadre_id,
        "unit_id": registered.unit_id,
        "managed_by": registered.managed_by,
        "category": registered.category,
        "post_grade": registered.post_grade,
        "state": "registered",
        "exited_on": None,
        "post": None,
        "decision_no": None,
    }
    for move in sorted(past.all(CadreTransferred, cadre_id=cadre_id), key=lambda m: m.transferred_on):
        if move.transferred_on <= on:
            found["unit_id"] = move.to_unit_id
    for change in sorted(past.all(ManagementChanged, cadre_id=cadre_id), key=lambda m: m.from_):
        if change.from_ <= on:
            found["managed_by"] = change.managed_by
    _grade(past, cadre_id, on, found)
    _state(past, cadre_id, on, found)
    return found


def _grade(past: Past, cadre_id: str, on: date, found: Item) -> None:
    steps: list[tuple[date, int, str | None]] = [
        (g.from_, g.post_grade, g.category) for g in past.all(PostGradeRecorded, cadre_id=cadre_id)
    ]
    steps += [(p.promoted_on, p.to_grade, None) for p in past.all(PostGradePromoted, cadre_id=cadre_id)]
    for day, grade, category in sorted(steps, key=lambda s: s[0]):
        if day <= on:
            found["post_grade"], found["category"] = grade, category or found["category"]


def _state(past: Past, cadre_id: str, on: date, found: Item) -> None:
    left = [(day, exited) for day, exited in exits(past, cadre_id) if day <= on]
    if left:
        day, exited = left[-1]
        found |= {"exited_on": day.isoformat(), "state": "exited", "post": exited.post, "decision_no": exited.decision_no}
        if any(day <= r.reinstated_on <= on for r in past.all(CadreReinstated, cadre_id=cadre_id)):
            found["state"] = "reinstated"
    retired, deceased = past.last(RetirementCompleted, cadre_id=cadre_id), past.last(CadreDeceased, cadre_id=cadre_id)
    if retired and retired.completed_on <= on:
        found["state"] = "retired"
    if deceased and deceased.died_on <= on:
        found["state"] = "deceased"


def unit(first: Event, past: Past, on: date) -> Item | None:
    unit_id = first.subject
    registered = past.last(UnitRegistered, unit_id=unit_id)
    if registered is None:
        return None
    name = registered.name
    for renamed in sorted(past.all(UnitRenamed, unit_id=unit_id), key=lambda r: r.renamed_on):
        name = renamed.name if renamed.renamed_on <= on else name
    merged, closed = past.last(UnitMerged, unit_id=unit_id), past.last(UnitClosed, unit_id=unit_id)
    is_merged, is_closed = merged is not None and merged.merged_on <= on, closed is not None and closed.closed_on <= on
    party, administrative = holder(past, unit_id, "party", on), holder(past, unit_id, "administrative", on)
    return {
        "unit_id": unit_id,
        "name": name,
        "kind": registered.kind,
        "appraisal_scale": registered.appraisal_scale,
        "state": "closed" if is_closed else "merged" if is_merged else "open",
        "into_unit_id": merged.into_unit_id if merged and is_merged else None,
        "heads": {"party": party and party.head_ref, "administrative": administrative and administrative.head_ref},
    }
