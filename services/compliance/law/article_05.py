"""Article 5 - work is arranged in both directions: the cadre says what he would do, the organisation arranges it.

Not computed: whether a duty suits the person, or how well it is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.assignments import DutyAssigned, DutyDeclined, DutyEnded, DutyPreferenceDeclared, DutyProposed
from contracts.message import Event
from services.compliance.law.case import Case
from services.compliance.law.findings import Inquiry, Raised

ARTICLE = "5"


def duties(case: Case, since: date) -> list[tuple[date, date, Event]]:
    """(first day, last day or the end of time, the assignment) of duties in force on or after a day, in order."""
    ended = {x.duty_id: x.ended_on for _, x in case.dossier.of(DutyEnded)}
    found = [(d.from_, min(d.until or date.max, ended.get(d.duty_id, date.max)), e) for e, d in case.dossier.of(DutyAssigned)]
    return sorted((d for d in found if d[1] >= since), key=lambda d: (d[0], d[2].recordedtime))


def duty_not_assigned_in_time(inquiry: Inquiry) -> Iterator[Raised]:
    """For each exit: no duty after it, or after a refusal with reason, or after the end of the last duty."""
    case = inquiry.case
    exits = case.scope.exits
    for i, exit_ in enumerate(exits):
        until = exits[i + 1].on if i + 1 < len(exits) else date.max
        after = duties(case, exit_.on)
        held = [d for d in after if d[0] < until]
        if len(held) < len(after):
            continue  # the duty came, if only after the next exit
        running = any(last == date.max for _, last, _ in held)
        refused = sorted((x.declined_on, x.reason_given) for _, x in case.dossier.of(DutyDeclined) if exit_.on <= x.declined_on < until)
        if running:
            continue
        trigger = max([exit_.on, *(last for _, last, _ in held), *(on for on, reason_given in refused if reason_given)])
        if any(not reason_given and on >= trigger for on, reason_given in refused):
            continue
        due = inquiry.due("art5.assign_within_workdays", trigger)
        if not _proposed(case, exit_.on, due):
            yield from inquiry.overdue(
                "duty_not_assigned_in_time",
                ARTICLE,
                "section",
                due,
                [exit_.event.id, *(e.id for *_, e in held[-1:])],
                owed_since=trigger,
            )


def _proposed(case: Case, since: date, due: date) -> bool:
    """A proposal that nobody has answered yet."""
    answered = {x.duty_id for _, x in case.dossier.of(DutyDeclined)} | {x.duty_id for _, x in case.dossier.of(DutyAssigned)}
    return any(since <= p.proposed_on <= due and p.duty_id not in answered for _, p in case.dossier.of(DutyProposed))


def preference_not_invited(inquiry: Inquiry) -> Iterator[Raised]:
    """The first duty after an exit, with neither a declaration nor a proposal before it. Cannot be made good."""
    case = inquiry.case
    asked = [p.declared_on for _, p in case.dossier.of(DutyPreferenceDeclared)] + [p.proposed_on for _, p in case.dossier.of(DutyProposed)]
    for exit_ in case.scope.exits:
        first = next((d for d in duties(case, exit_.on) if d[0] >= exit_.on), None)
        if first is not None and not any(on <= first[0] for on in asked):
            yield from inquiry.act("preference_not_invited", ARTICLE, "section", first[0], [first[2].id])


def preference_to_invite(inquiry: Inquiry) -> Iterator[Raised]:
    """Before the first duty after the exit, nobody asked the cadre and he said nothing."""
    case = inquiry.case
    exit_ = case.scope.on(case.dossier.today).exit
    asked = [*case.dossier.of(DutyPreferenceDeclared), *case.dossier.of(DutyProposed)]
    if exit_ is not None and not asked and not any(first >= exit_.on for first, *_ in duties(case, exit_.on)):
        yield from inquiry.waits("preference_not_invited", ARTICLE, "section", exit_.on, [exit_.event.id])
