"""Article 2 - to whom the Measures apply.

A cadre managed by the committee who has left a leading post in a unit under the bureau, for whatever reason, and whose
retirement has not been formally completed. Scope is a property of a day; age plays no part in it. The Measures hold from
2022-04-07, also for those who had left before. The day of the ending event is already out.
Not computed: whether the post was a leading one; that is for whoever records the exit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from contracts.message import Event
from contracts.registry import (
    CadreDeceased,
    CadreExited,
    CadreRegistered,
    CadreReinstated,
    ExitCorrected,
    ManagementChanged,
    RetirementCompleted,
)
from services.compliance.law.dossier import Dossier
from services.compliance.law.policy import MEASURES_FROM
from services.compliance.law.scope import Exit, Scope, Span


def scope(dossier: Dossier) -> Scope:
    """The spans of days up to the day of the question, each in scope or out of it for the first reason that holds."""
    exits = _exits(dossier)
    registered = dossier.last(CadreRegistered)
    managed = [(date.min, registered[0], registered[1].managed_by)] if registered else []
    managed += sorted(((m.from_, e, m.managed_by) for e, m in dossier.of(ManagementChanged)), key=lambda m: m[0])
    reinstated = sorted(((x.reinstated_on, e) for e, x in dossier.of(CadreReinstated)), key=lambda x: x[0])
    retired = [(x.completed_on, e) for e, x in dossier.of(RetirementCompleted)]
    died = [(x.died_on, e) for e, x in dossier.of(CadreDeceased)]
    ends = (("retired", retired), ("reinstated", reinstated), ("deceased", died))
    starts = {date.min, MEASURES_FROM, *(x.on for x in exits), *(m[0] for m in managed), *(on for _, facts in ends for on, _ in facts)}
    spans: list[Span] = []
    for day in sorted(starts):
        last = next((x for x in reversed(exits) if x.on <= day), None)
        why, event = _reason(day, last, ends, managed)
        spans.append(Span(day.toordinal(), last, why, event))
    return Scope(spans, exits)


def years(scope: Scope, as_of: date) -> tuple[int, ...]:
    """The appraisal years, up to that of the day, with a day in scope: for each of them an answer is published."""
    return tuple(
        year
        for year in range(MEASURES_FROM.year, as_of.year + 1)
        if scope.first_within(date(year, 1, 1).toordinal(), min(date(year, 12, 31), as_of).toordinal()) is not None
    )


def _reason(
    day: date,
    last: Exit | None,
    ends: Sequence[tuple[str, Sequence[tuple[date, Event]]]],
    managed: Sequence[tuple[date, Event, str]],
) -> tuple[str | None, Event | None]:
    if last is None:
        return "not_exited", None
    for code, facts in ends:
        for on, event in facts:
            if on <= day and (code != "reinstated" or on >= last.on):
                return code, event
    by = next((m for m in reversed(managed) if m[0] <= day), None)
    if by is None or by[2] != "committee":
        return "not_committee_managed", by[1] if by else None
    return ("measures_not_in_force", None) if day < MEASURES_FROM else (None, last.event)


def _exits(dossier: Dossier) -> list[Exit]:
    """Exits from posts in subordinate units, in the order of their days, each as last corrected; a correction of something
    else than the day leaves the day alone. A correction brings with it the exit that it corrects, which may have been
    recorded for a day that is still to come."""
    standing = {(x.exited_on, x.subordinate_unit): e for e, x in dossier.of(CadreExited)}
    corrected_by = dossier.of(ExitCorrected)
    known = {e.id: (e, cast(CadreExited, e.data)) for e in dossier.known.by_type.get(CadreExited, ())} if corrected_by else {}
    corrections: dict[tuple[date, bool], tuple[date, Event]] = {}
    for event, correction in corrected_by:
        if correction.corrects in known:
            corrected, exit_ = known[correction.corrects]
            key = (exit_.exited_on, exit_.subordinate_unit)
            standing.setdefault(key, corrected)
            if correction.exited_on:
                corrections[key] = (correction.exited_on, event)
    exits: list[Exit] = []
    for key, event in standing.items():
        first, subordinate = key
        on, correcting = corrections.get(key, (first, None))
        if subordinate and on <= dossier.as_of:
            exits.append(Exit(on, event, correcting))
    return sorted(exits, key=lambda x: (x.on, x.event.recordedtime))
