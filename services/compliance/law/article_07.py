"""Article 7.1 - who keeps performing normally may be considered for a higher post grade; who cannot, may not.

Approved leave and long unexcused absence are presumed to keep from normal performance; what people determine beats every
presumption. A bar for absence ends with a determination, not with presence or a new year. Being free of a bar is never an
entitlement. Not computed: performance itself, and whether somebody should be promoted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from contracts.answers import Promotion, Reason
from contracts.assignments import DutyAssigned, DutyDeclined, DutyEnded, ReturnConfirmed, ReturnDeclared
from contracts.compliance import ConcernRecorded, CorrectionConfirmed, DeterminationCountersigned, PerformanceDetermined
from services.compliance.law import article_10
from services.compliance.law.bars import Present, crossing_of, declared_back, leaves_that_bar, standing_absence
from services.compliance.law.case import CODES, NOTHING, OWED_BY, Case
from services.compliance.law.considered import Considered
from services.compliance.law.counting import recording
from services.compliance.law.days import UNSETTLED
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.leaves import Leave, Period
from services.compliance.law.reasons import ordered, reason
from services.compliance.law.scope import Exit
from services.compliance.law.wording import counting, long_absence, open_kind, owed_by, unsettled_by

ARTICLE = "7.1"


def promotion(case: Case) -> Promotion:
    span = case.scope.on(case.dossier.today)
    if span.why_out is not None:
        since = span.event.time if span.event else ""
        not_yet = span.why_out == "measures_not_in_force"
        rule = case.documented("policy.effective_from") if not_yet else case.documented("scope.requires")
        settled = reason(span.why_out, "2", [span.event.id] if span.event else (), rule, since=since)
        return Promotion(outcome="out_of_scope", reasons=(settled,))
    assert span.exit is not None
    present = Present(case, span.exit.on)
    if barred := list(_bars(present)):
        return Promotion(outcome="ineligible", reasons=ordered(barred))
    if open_ := list(_open(present)):
        return Promotion(outcome="undetermined", reasons=ordered(open_))
    return Promotion(outcome="eligible", reasons=(_normally(present),))


def _normally(present: Present) -> Reason:
    """What is on record and bars nothing, and why."""
    case, considered = present.case, Considered(present.case)
    since = max(present.exited_on, present.restored_on).toordinal()
    if present.restored_on >= present.exited_on:
        event = next(e for on, e, result in reversed(present.determinations) if on == present.restored_on and result != "cannot")
        considered.restored(event, crossing_of(case, present.exited_on.toordinal(), since, NOTHING, False))
    for leave in case.leaves:
        if leave.special and (began := present.began(*leave.special)) is not None and began >= since:
            first, returned = date.fromordinal(began), leave.last(ReturnConfirmed)
            if leave.protected and leave.special[1] >= case.dossier.today:
                considered.protected(leave, first)
            elif returned is not None and not leave.protected:
                considered.returned(leave, first, returned.returned_on)
    thresholds = [case.setting("absence.long.consecutive"), case.setting("absence.long.cumulative")]
    considered.below(case.counted(since=since), thresholds)
    considered.open(since, case.dossier.today)
    return considered.reason("performing_normally", ARTICLE)


def _bars(present: Present) -> Iterator[Reason]:
    case = present.case
    for barring in leaves_that_bar(present):
        if present.permanent or not declared_back(case, barring):
            since = date.fromordinal(barring.since)
            settings = [case.setting("art7.protected_leave_types"), case.setting("art7.bar_duration")]
            settings += case.documented("art7.impairment_presumption")
            yield reason("on_special_leave", ARTICLE, barring.leave.ids(*barring.leave.facts), settings, since=since)
            break
    if long := standing_absence(present):
        bar = [case.setting("art7.bar_duration"), *case.documented("art7.impairment_presumption")]
        yield long_absence(case, long, ARTICLE, [*counting(case, long), *bar])
    last = present.determinations[-1:] if not present.permanent else [d for d in present.determinations if d[2] == "cannot"][:1]
    if last and last[0][2] == "cannot":
        lasting = [case.setting("art7.bar_duration")] if present.permanent else []
        yield reason("determined_cannot_perform", ARTICLE, [last[0][1].id], lasting, since=last[0][0])
    yield from (ground.reason() for ground in article_10.bars(case))


def _open(present: Present) -> Iterator[Reason]:
    case = present.case
    yield from _duty(present)
    corrected = {c.concern_id for _, c in case.dossier.of(CorrectionConfirmed)}
    for event, concern in case.dossier.of(ConcernRecorded):
        if concern.recorded_on >= present.exited_on and concern.recorded_on > present.restored_on and concern.concern_id not in corrected:
            yield reason("concern_open", "7.2", [event.id], owed_by=OWED_BY["concern_open"], since=concern.recorded_on)
            break
    kinds = _kinds_that_matter(present)
    applied = list(_applications(present))
    for code, kind in (("leave_pending", "pending"), ("awaiting_ratification", "ratification")):
        waiting = [x for x in applied if x.state == kind]
        if kind not in kinds and waiting:
            days = sum(case.dossier.workdays.count(*x.asked) for x in waiting if x.asked)
            evidence = [i for x in waiting for i in x.ids(*x.facts)]
            on = max(x.first_day or case.as_of for x in waiting)
            settings = [case.policies.on("leave.ordinary_max_workdays", on), *unsettled_by(case, kind, on)]
            yield reason(
                code, "8.1", evidence, [*settings, *case.documented("art7.impairment_presumption")], owed_by(waiting, kind), days=days
            )
    for kind in kinds:
        long = standing_absence(present, frozenset({kind})) or standing_absence(present, frozenset(kinds))
        yield open_kind(case, kind, ARTICLE, [long.setting, *counting(case, long)] if long else ())
    back = [b for b in leaves_that_bar(present) if declared_back(case, b)]
    if back:
        since = max(r.returned_on for x in case.leaves if (r := x.last(ReturnDeclared)))
        ids = back[0].leave.ids(*back[0].leave.facts)
        presumed = case.documented("art7.impairment_presumption")
        yield reason("return_unconfirmed", ARTICLE, ids, presumed, OWED_BY["return_unconfirmed"], since=since)
    if missing := _calendar_missing(present):
        yield missing


def _duty(present: Present) -> Iterator[Reason]:
    """A missing or declined duty of the present scope. One that ended is enough to judge by."""
    case = present.case
    ended = {x.duty_id: x.ended_on for _, x in case.dossier.of(DutyEnded)}
    for _, duty in case.dossier.of(DutyAssigned):
        if min(duty.until or date.max, ended.get(duty.duty_id, date.max)) >= present.exited_on:
            return
    declined = sorted(
        ((d.declined_on, recording(e), e, d) for e, d in case.dossier.of(DutyDeclined) if d.declined_on >= present.exited_on),
        key=lambda d: d[:2],
    )
    standing = [d for d in declined if d[0] > present.restored_on]
    if present.restored_on >= present.exited_on and not standing:
        return
    if standing and not standing[-1][3].reason_given:
        yield reason("duty_declined", "5", [standing[-1][2].id], owed_by=OWED_BY["duty_declined"], since=standing[-1][0])
    else:
        exited = cast(Exit, case.scope.on(case.dossier.today).exit)
        ids = [exited.event.id, *(d[2].id for d in standing)]
        yield reason("no_duty_assigned", "5", ids, owed_by=OWED_BY["no_duty_assigned"])


def _applications(present: Present) -> Iterator[Leave]:
    """Undecided applications that would bar if they were approved."""
    case = present.case
    for leave in case.leaves:
        if not leave.undecided or leave.protected:
            continue
        first, last = cast(Period, leave.asked)
        began = present.began(first, last)
        if began is None or began < present.restored_on.toordinal() or any(day > first for day in present.returns):
            continue
        most = case.policies.on("leave.ordinary_max_workdays", date.fromordinal(first)).number
        if case.dossier.workdays.count(first, last) > most:
            yield leave


def _kinds_that_matter(present: Present) -> list[str]:
    """Unsettled kinds that make the absence long when counted as unexcused: each by itself, or else all of them together."""
    since = present.exited_on if present.permanent else max(present.exited_on, present.restored_on)
    there = {d.kind for day, d in present.case.in_scope.items() if day >= since.toordinal() and not d.missing}
    kinds = [k for k in present.case.unsettled if k in there]
    matter = [k for k in kinds if standing_absence(present, frozenset({k}))]
    if not matter and len(kinds) > 1 and standing_absence(present, frozenset(kinds)):
        matter = list(kinds)
    return [k for k in matter if k in CODES]


def _calendar_missing(present: Present) -> Reason | None:
    """Absence in a year without calendar that would be long if each of its days were a working day, and what is unsettled on
    them unexcused."""
    case = present.case
    days = [day for day, d in case.in_scope.items() if d.missing]
    long = standing_absence(present, frozenset(UNSETTLED), missing=True) if days else None
    if long is None or standing_absence(present, frozenset(UNSETTLED)):
        return None
    settings, year = [*case.documented("calendar.missing_year"), long.setting], date.fromordinal(days[0]).year
    return reason("calendar_missing", ARTICLE, case.evidence(days), settings, OWED_BY["calendar_missing"], year=year)


def determination_owed(inquiry: Inquiry) -> Iterator[Raised]:
    """A bar that only a determination ends makes the determination due, once the absence has been over for a while."""
    case = inquiry.case
    span = case.scope.on(case.dossier.today)
    if span.why_out is not None or span.exit is None:
        return
    present = Present(case, span.exit.on)
    if long := standing_absence(present):
        last, _ = case.counted(since=present.exited_on.toordinal())[-1]
        due = inquiry.due("art7.determination_within_days", date.fromordinal(last), workdays=False)
        yield from inquiry.overdue(
            "determination_owed", ARTICLE, "branch", due, case.evidence(long.days), owed_since=date.fromordinal(long.day)
        )


def determination_to_make(inquiry: Inquiry) -> Iterator[Raised]:
    """The section has signed what is to be determined, and the branch has not determined it since."""
    made = {d.from_: recording(e) for e, d in inquiry.case.dossier.of(PerformanceDetermined)}
    for event, signed in inquiry.case.dossier.of(DeterminationCountersigned):
        if made.get(signed.from_, recording(event)) <= recording(event):
            yield from inquiry.waits("determination_to_make", ARTICLE, "branch", signed.countersigned_on, [event.id])
