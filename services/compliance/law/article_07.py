"""Article 7.1 - who keeps performing normally may be considered for a higher post grade; who cannot, may not.

Approved leave and long unexcused absence are presumed to keep from normal performance; what people determine beats every
presumption. A bar for absence ends with a determination, not with presence or a new year. Being free of a bar is never an
entitlement. Not computed: performance itself, and whether somebody should be promoted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from contracts.answers import Promotion, Reason
from contracts.assignments import DutyAssigned, DutyDeclined, DutyEnded, ReturnConfirmed, ReturnDeclared
from contracts.compliance import ConcernRecorded, CorrectionConfirmed, PerformanceDetermined
from contracts.message import Event
from services.compliance.law import article_10
from services.compliance.law.case import CODES, NOTHING, OWED_BY, Case
from services.compliance.law.counting import recording
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.leaves import Leave
from services.compliance.law.reasons import ordered, reason
from services.compliance.law.runs import Crossing
from services.compliance.law.wording import long_absence, open_kind, owed_by

ARTICLE = "7.1"


@dataclass(frozen=True, slots=True)
class Barring:
    """A leave, from the first of its days in scope on."""

    leave: Leave
    since: int


@dataclass(eq=False)
class Present:
    """The present scope: only what lies after the exit that counts."""

    case: Case
    exited_on: date

    @cached_property
    def determinations(self) -> list[tuple[date, Event, str]]:
        found = [(d.from_, e, d.result) for e, d in self.case.dossier.of(PerformanceDetermined) if d.from_ >= self.exited_on]
        return sorted(found, key=lambda d: (d[0], recording(d[1])))

    @cached_property
    def restored_on(self) -> date:
        """First day of the last determination that he can perform, or the beginning of time."""
        return max((on for on, _, result in self.determinations if result != "cannot"), default=date.min)

    @cached_property
    def permanent(self) -> bool:
        return self.case.setting("art7.bar_duration").value == "permanent"

    @cached_property
    def returns(self) -> list[int]:
        return [x.last(ReturnConfirmed).returned_on.toordinal() for x in self.case.leaves if x.event(ReturnConfirmed)]  # type: ignore[union-attr]

    def began(self, first: int, last: int) -> int | None:
        """The first of the days that lies in the present scope, up to the day of the question."""
        return self.case.scope.first_within(max(first, self.exited_on.toordinal()), min(last, self.case.dossier.today))


def promotion(case: Case) -> Promotion:
    span = case.scope.on(case.dossier.today)
    if span.why_out is not None:
        since = span.event.time if span.event else ""
        settled = reason(span.why_out, "2", [span.event.id] if span.event else (), since=since)
        return Promotion(outcome="out_of_scope", reasons=(settled,))
    assert span.exit is not None
    present = Present(case, span.exit.on)
    if barred := list(_bars(present)):
        return Promotion(outcome="ineligible", reasons=ordered(barred))
    if open_ := list(_open(present)):
        return Promotion(outcome="undetermined", reasons=ordered(open_))
    return Promotion(outcome="eligible", reasons=(reason("performing_normally", ARTICLE),))


def _bars(present: Present) -> Iterator[Reason]:
    case = present.case
    for barring in leaves_that_bar(present):
        if present.permanent or not _declared_back(case, barring):
            since = date.fromordinal(barring.since)
            yield reason("on_special_leave", ARTICLE, barring.leave.ids(*barring.leave.facts), since=since)
            break
    if long := standing_absence(present):
        yield long_absence(case, long, ARTICLE, [])
    last = present.determinations[-1:] if not present.permanent else [d for d in present.determinations if d[2] == "cannot"][:1]
    if last and last[0][2] == "cannot":
        yield reason("determined_cannot_perform", ARTICLE, [last[0][1].id], since=last[0][0])
    yield from (ground.reason() for ground in article_10.bars(case))


def leaves_that_bar(present: Present) -> Iterator[Barring]:
    """Approved special leaves of the present scope that have begun and from which nobody confirmed a return."""
    for leave in present.case.leaves:
        if leave.special is None or leave.protected:
            continue
        began = present.began(*leave.special)
        if began is None:
            continue
        ended = any(day > leave.special[0] for day in present.returns) or began < present.restored_on.toordinal()
        if present.permanent or not ended:
            yield Barring(leave, began)


def _declared_back(case: Case, barring: Barring) -> bool:
    declared = [x.last(ReturnDeclared) for x in case.leaves]
    first = barring.leave.special[0] if barring.leave.special else 0
    return any(d is not None and d.returned_on.toordinal() > first for d in declared)


def standing_absence(present: Present, assumed: frozenset[str] = NOTHING, *, missing: bool = False) -> Crossing | None:
    """The crossing that bars. A determination resets the count; where bars are permanent, one that stood before it stays."""
    case = present.case
    if not case.in_scope:
        return None
    resets = sorted({on for on, _, result in present.determinations if result != "cannot"})
    starts = [present.exited_on, *resets]
    for i, start in enumerate(starts):
        if present.permanent or i == len(starts) - 1:
            end = starts[i + 1].toordinal() if i + 1 < len(starts) else case.dossier.today + 1
            if found := _crossing(case, start.toordinal(), end, assumed, missing):
                return found
    return None


def _crossing(case: Case, since: int, end: int, assumed: frozenset[str], missing: bool) -> Crossing | None:
    transition, window = (str(case.setting(name).value) for name in ("policy.transition", "absence.long.window"))
    found: list[Crossing] = []
    for run in case.runs(assumed, since=since, missing=missing):
        within = [(day, 1.0) for day in run if day < end]
        if long := case.over("absence.long.consecutive", within, transition):
            found.append(long)
    counted = [c for c in case.counted(assumed, since=since, missing=missing) if c[0] < end]
    for year in sorted({date.fromordinal(day).year for day, _ in counted}):
        if long := case.over_cumulative(counted, year, window, transition):
            found.append(long)
    return min(found, key=lambda c: c.day) if found else None


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
            days = sum(case.dossier.workdays.count(*x.asked, missing=True) for x in waiting if x.asked)
            evidence = [i for x in waiting for i in x.ids(*x.facts)]
            yield reason(code, "8.1", evidence, owed_by=owed_by(waiting, kind), days=days)
    for kind in kinds:
        yield open_kind(case, kind, ARTICLE)
    back = [b for b in leaves_that_bar(present) if _declared_back(case, b)]
    if back:
        since = max(r.returned_on for x in case.leaves if (r := x.last(ReturnDeclared)))
        ids = back[0].leave.ids(*back[0].leave.facts)
        yield reason("return_unconfirmed", ARTICLE, ids, owed_by=OWED_BY["return_unconfirmed"], since=since)
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
        exited = case.scope.on(case.dossier.today).exit
        ids = [*([exited.event.id] if exited else []), *(d[2].id for d in standing)]
        yield reason("no_duty_assigned", "5", ids, owed_by=OWED_BY["no_duty_assigned"])


def _applications(present: Present) -> Iterator[Leave]:
    """Undecided applications that would bar if they were approved."""
    case = present.case
    for leave in case.leaves:
        if not leave.undecided or leave.protected or leave.asked is None:
            continue
        began = present.began(*leave.asked)
        if began is None or began < present.restored_on.toordinal() or any(day > leave.asked[0] for day in present.returns):
            continue
        most = case.policies.on("leave.ordinary_max_workdays", date.fromordinal(leave.asked[0])).number
        if case.dossier.workdays.count(*leave.asked, missing=True) > most:
            yield leave


def _kinds_that_matter(present: Present) -> list[str]:
    """Unsettled kinds that make the absence long when counted as unexcused: each by itself, or else all of them together."""
    kinds = present.case.unsettled
    matter = [k for k in kinds if standing_absence(present, frozenset({k}))]
    if not matter and len(kinds) > 1 and standing_absence(present, frozenset(kinds)):
        matter = list(kinds)
    return [k for k in matter if k in CODES]


def _calendar_missing(present: Present) -> Reason | None:
    """Absence in a year without calendar that would be long if each of its days were a working day."""
    case = present.case
    days = [day for day, d in case.in_scope.items() if d.missing]
    if not days or not standing_absence(present, frozenset(case.unsettled), missing=True):
        return None
    if standing_absence(present, frozenset(case.unsettled)):
        return None
    year = date.fromordinal(days[0]).year
    return reason("calendar_missing", ARTICLE, case.evidence(days), owed_by=OWED_BY["calendar_missing"], year=year)


def determination_owed(inquiry: Inquiry) -> Iterator[Raised]:
    """A bar that only a determination ends makes the determination due, once the absence has been over for a while."""
    case = inquiry.case
    span = case.scope.on(case.dossier.today)
    if span.why_out is not None or span.exit is None:
        return
    present = Present(case, span.exit.on)
    if long := standing_absence(present):
        since = max(present.exited_on, present.restored_on).toordinal()
        last = case.counted(since=since)[-1][0] if case.counted(since=since) else long.days[-1]
        due = inquiry.due("art7.determination_within_days", date.fromordinal(last), workdays=False)
        yield from inquiry.overdue("determination_owed", ARTICLE, "branch", due, case.evidence(long.days))
