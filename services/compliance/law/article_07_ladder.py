"""Article 7.2 - the ladder: who is passive or lax is reminded in time, then criticised; if that does not help the unit reports
in time, and the committee may decide a measure. The ladder itself bars nothing. Not computed: whether somebody improved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from contracts.compliance import (
    ConcernRecorded,
    ConcernReported,
    CorrectionConfirmed,
    CriticismGiven,
    MeasureDecided,
    NonCorrectionRecorded,
    ReminderTalkHeld,
)
from services.compliance.law.case import Case
from services.compliance.law.findings import Inquiry, Raised

ARTICLE = "7.2"


def reminder(inquiry: Inquiry) -> Iterator[Raised]:
    """For each run of unexcused days, cut where the unit changes, and each concern: a talk since its first day."""
    case = inquiry.case
    talks = [(t.held_on, e.id) for e, t in case.dossier.of(ReminderTalkHeld)]
    causes = [(date.fromordinal(part[0]), case.evidence(part)) for run in case.runs() for part in _by_unit(case, run)]
    causes += [(c.recorded_on, (e.id,)) for e, c in case.dossier.of(ConcernRecorded)]
    for first, evidence in causes:
        due = inquiry.due("art7.reminder_within_workdays", first)
        held = min((t for t in talks if t[0] >= first), default=None)
        if held is None and inquiry.as_of <= due and case.scope.covers(due.toordinal()):
            yield Raised("reminder_due", ARTICLE, "branch", first, inquiry.unit(first), due, evidence)
        unit = inquiry.unit(first)
        yield from inquiry.overdue("reminder_overdue", ARTICLE, "branch", due, evidence, done=held, unit=unit, owed_since=first)


def _by_unit(case: Case, run: list[int]) -> Iterator[list[int]]:
    part: list[int] = []
    for day in run:
        if part and case.dossier.workdays.unit(day) != case.dossier.workdays.unit(part[0]):
            yield part
            part = []
        part.append(day)
    yield part


def ladder_step_skipped(inquiry: Inquiry) -> Iterator[Raised]:
    """A measure without the steps before it; a non-correction without criticism, or too soon after it. Cannot be made good."""
    dossier = inquiry.case.dossier
    reminded = [(t.concern_id, t.held_on) for _, t in dossier.of(ReminderTalkHeld)]
    criticised = [(t.concern_id, t.given_on) for _, t in dossier.of(CriticismGiven)]
    uncorrected = [(t.concern_id, t.recorded_on) for _, t in dossier.of(NonCorrectionRecorded)]
    for event, measure in dossier.of(MeasureDecided):
        if measure.cites.strip().startswith(ARTICLE):
            for steps in (reminded, criticised, uncorrected):
                if not any(measure.concern_id in (None, c) and on <= measure.decided_on for c, on in steps):
                    yield from inquiry.act("ladder_step_skipped", ARTICLE, "committee", measure.decided_on, [event.id])
                    break
    for event, missed in dossier.of(NonCorrectionRecorded):
        given = [on for c, on in criticised if c == missed.concern_id and on <= missed.recorded_on]
        if not given or missed.recorded_on <= inquiry.due("art7.correction_observation_days", min(given), workdays=False):
            yield from inquiry.act("ladder_step_skipped", ARTICLE, "branch", missed.recorded_on, [event.id])


def report_overdue(inquiry: Inquiry) -> Iterator[Raised]:
    dossier = inquiry.case.dossier
    done = [(r.concern_id, (r.reported_on, e.id)) for e, r in dossier.of(ConcernReported)]
    done += [(c.concern_id, (c.confirmed_on, e.id)) for e, c in dossier.of(CorrectionConfirmed)]
    for event, missed in dossier.of(NonCorrectionRecorded):
        due = inquiry.due("art7.report_within_workdays", missed.recorded_on)
        act = min((act for concern, act in done if concern == missed.concern_id), default=None)
        yield from inquiry.overdue("report_overdue", ARTICLE, "branch", due, [event.id], done=act, owed_since=missed.recorded_on)


def ladder(inquiry: Inquiry) -> Iterator[Raised]:
    """The next step with a concern that is neither corrected nor recorded as uncorrected: criticism after the reminder, and after the
    time of observation a word on whether it helped. The Measures name no day for either."""
    dossier = inquiry.case.dossier
    reminded = [t.held_on for _, t in dossier.of(ReminderTalkHeld)]
    criticised = [(t.concern_id, t.given_on, e.id) for e, t in dossier.of(CriticismGiven)]
    over = {c.concern_id for _, c in dossier.of(CorrectionConfirmed)} | {c.concern_id for _, c in dossier.of(NonCorrectionRecorded)}
    exit_ = inquiry.case.scope.on(dossier.today).exit
    for event, concern in dossier.of(ConcernRecorded):
        if concern.concern_id in over or exit_ is None or concern.recorded_on < exit_.on:
            continue
        held = min((on for on in reminded if on >= concern.recorded_on), default=None)
        given = min(((on, id_) for c, on, id_ in criticised if c == concern.concern_id), default=None)
        if given is not None:
            observed = inquiry.due("art7.correction_observation_days", given[0], workdays=False)
            yield from inquiry.waits("correction_to_judge", ARTICLE, "branch", observed + timedelta(days=1), [event.id, given[1]])
        elif held is not None:
            yield from inquiry.waits("criticism_to_give", ARTICLE, "branch", held, [event.id])
