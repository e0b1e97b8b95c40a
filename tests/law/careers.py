"""The rest of a random history: duties, tasks, talks, the ladder, sanctions, determinations, grades and their review."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.law.plain_law import DEADLINES
from tests.law.telling import EVIDENCE, Telling, To

CATEGORY = "responsible_inspector"


def career(t: Telling) -> None:
    work(t)
    for number in range(t.pick(0, 0, 1, 1, 2)):
        concern(t, f"c{number}")
    standing(t)
    grades(t)
    care(t)
    illness(t)
    deadlines(t)
    thresholds(t)


def work(t: Telling) -> None:
    declared = date(2021, 9, 3)
    if t.odds(0.6):
        t.say("DutyPreferenceDeclared", declared, categories=[CATEGORY], declared_on=declared)
    for number in range(t.pick(0, 1, 1, 1, 2)):
        id_, on = f"d{number}", t.pick(date(2021, 9, 10), date(2021, 9, 10), t.day(5))
        if t.odds(0.3):
            t.say("DutyProposed", on, duty_id=id_, category=CATEGORY, host_unit_id="U2", proposed_on=on)
        if t.odds(0.15):
            t.say("DutyDeclined", on, duty_id=id_, declined_on=on, reason_given=t.odds(0.5))
            continue
        until = t.day(20) if t.odds(0.15) else None
        t.say("DutyAssigned", on, duty_id=id_, category=CATEGORY, host_unit_id="U2", from_=on, until=until)
        if t.odds(0.2):
            ended = t.day()
            t.say("DutyEnded", ended, duty_id=id_, ended_on=ended, why=t.pick("completed", "reassigned"))
        for task in range(t.pick(0, 1, 1, 2)):
            about: dict[str, Any] = {"task_id": f"t{number}{task}", "year": t.first.year + t.pick(0, 0, 0, -1, 1)}
            t.say("TaskAssigned", on, duty_id=id_, due_on=t.day(40), assigned_on=on, **about)
            if t.odds(0.5):
                done = t.day(20)
                outcome = t.pick("completed", "completed", "partly", "not_completed", "not_completed", "not_attributable")
                t.say("TaskOutcomeRecorded", done, outcome=outcome, recorded_on=done, **about)


def concern(t: Telling, id_: str) -> None:
    """The ladder, with steps left out."""
    on = t.day()
    t.say("ConcernRecorded", on, concern_id=id_, unit_id="U1", kinds=["passive"], recorded_on=on)
    for name, field, share in (
        ("ReminderTalkHeld", "held_on", 0.6), ("CriticismGiven", "given_on", 0.5), ("NonCorrectionRecorded", "recorded_on", 0.4),
        ("ConcernReported", "reported_on", 0.4), ("MeasureDecided", "decided_on", 0.3), ("CorrectionConfirmed", "confirmed_on", 0.3),
    ):  # fmt: skip
        on += timedelta(days=t.pick(0, 1, 6, 31))
        if t.odds(share):
            further: dict[str, Any] = {
                "ConcernReported": {"document_no": "D"},
                "MeasureDecided": {"measure_id": f"m-{id_}", "cites": t.pick("7.2", "7.2", "Art. 9")},
            }
            about = None if name == "MeasureDecided" and t.odds(0.2) else id_
            t.say(name, on, concern_id=about, **{field: on}, **further.get(name, {}))


def standing(t: Telling) -> None:
    for number in range(t.pick(0, 0, 0, 1, 2)):
        on = t.day(10)
        kind, until = t.pick("warning", "demerit", "post_downgrade"), on + timedelta(days=t.pick(5, 180, 365))
        t.say("SanctionRecorded", on, sanction_id=f"s{number}", kind=kind, from_=on, until=until)
    if t.odds(0.15):
        on = t.day(10)
        t.say("InvestigationOpened", on, investigation_id="i1", opened_on=on)
        if t.odds(0.5):
            closed = on + timedelta(days=t.pick(1, 10, 60))
            t.say("InvestigationClosed", closed, investigation_id="i1", closed_on=closed)
    for _ in range(t.pick(0, 0, 0, 1, 2)):
        on = t.day(10)
        t.say("PerformanceDetermined", on, result=t.pick("can", "cannot", "restored"), from_=on)
    if t.odds(0.1):
        on = t.day()
        category = t.pick("management", "both", "professional_technical")
        t.say("PostGradeRecorded", on, category=category, post_grade=8, from_=on)
    if t.odds(0.15):
        on = t.day(10)
        t.say("PostGradePromoted", on, from_grade=9, to_grade=8, promoted_on=on, decision_no="D")


def grades(t: Telling) -> None:
    scale = ("excellent", "qualified", "basically_qualified", "unqualified", "no_grade")
    for year in (t.first.year - 1, t.first.year):
        if t.odds(0.5):
            on = max(date(year + 1, 1, 1) + timedelta(days=t.pick(0, 15, 40)), t.day()) if t.odds(0.5) else t.day(30)
            number = t.say("GradeConfirmed", on, year=year, grade=t.pick(*scale), confirmed_on=on)
            if t.odds(0.25):
                revised = on + timedelta(days=t.pick(5, 20))
                t.say("GradeRevised", revised, year=year, grade=t.pick(*scale), revised_on=revised)
            if t.odds(0.25):
                t.say("DecisionServed", on, decision=To(number), served_on=on)
                asked = on + timedelta(days=t.pick(5, 30, 31))
                t.say("ReviewRequested", asked, review_id=f"v{year}", against=To(number), served_on=t.pick(None, on), requested_on=asked)
                if t.odds(0.5):
                    decided = asked + timedelta(days=t.pick(10, 31))
                    t.say("ReviewDecided", decided, review_id=f"v{year}", outcome=t.pick("upheld", "changed"), decided_on=decided)


def care(t: Telling) -> None:
    for office in ("party", "administrative"):
        if t.odds(0.3):
            head, since = t.pick("h", f"h-{office}"), t.pick(date(2021, 1, 1), t.day(60))
            t.known_long("UnitHeadAppointed", since, unit_id="U1", office=office, head_ref=head, from_=since)
            if t.odds(0.2):
                left = t.day(60)
                t.say("UnitHeadVacated", left, unit_id="U1", office=office, head_ref=head, vacated_on=left)
    for name in ("UnitTalkHeld", "ThoughtExchangeHeld"):
        for _ in range(t.pick(0, 1, 2)):
            on = t.day(60)
            t.say(name, on, unit_id=t.pick("U1", "U1", "U1", "U2"), by_office=t.pick("party", "administrative"), held_on=on)
    on = t.pick(date(2021, 9, 1), t.day())
    if t.odds(0.5):
        t.say("ExitTalkHeld", on, held_on=on)
    for on in [t.day(400) for _ in range(t.pick(0, 1, 2))]:
        t.say("TrainingAttended", on, kind="daily", hours=2.0, attended_on=on)


def illness(t: Telling) -> None:
    """Leave for a year and more, in one piece or in two that nearly adjoin."""
    if not t.odds(0.1):
        return
    first, between = t.first - timedelta(days=t.pick(300, 350, 400)), t.pick(120, 364, 365, 500)
    parts = [(first, first + timedelta(days=between - 1)), (first + timedelta(days=between + t.pick(0, 0, 1, 2, 5)), t.day(60))]
    for number, (begins, ends) in enumerate(parts[: t.pick(1, 2)]):
        about: dict[str, Any] = {"leave_id": f"H{number}", "from": begins, "until": max(begins, ends)}
        kind = t.pick("health", "health", "health", "family_care")
        t.say("LeaveRequested", begins, applicant="self", reason_class=kind, written=True, evidence=EVIDENCE, requested_on=begins, **about)
        t.say("LeaveApproved", begins, level="committee", decision_no="D", decided_on=begins, **about)
        if t.odds(0.15):
            back = t.day(20)
            t.say("ReturnConfirmed", back, leave_id=f"H{number}", returned_on=back)


def deadlines(t: Telling) -> None:
    """Other times to do what is owed, from some day on."""
    if t.odds(0.3):
        names = t.chance.sample(sorted(DEADLINES), t.pick(2, 5))
        on = t.pick(date(2022, 4, 7), t.day(20))
        parameters = {name: t.pick(1, 2, 7, 20) for name in names}
        t.say("PolicyPublished", on, policy_id="T", effective_from=on, parameters=parameters, source="S", document_no="D")


def thresholds(t: Telling) -> None:
    """A law that random histories can reach: the thresholds of Decree 652 are far for them."""
    values: dict[str, tuple[Any, ...]] = {
        "absence.long.consecutive": ("> 3", "> 5", ">= 5", "> 8"), "absence.long.cumulative": ("> 6", ">= 10", "> 12"),
        "art8.reading": ("R1", "R2", "R3", "R4"), "absence.run_attribution": ("split", "all_years", "crossing_year"),
        "absence.long.window": ("rolling_12m", "calendar_year"), "policy.transition": ("crossing_day", "non_retroactive_favourable"),
        "art8.long_modifies_awol": (False, True), "art7.bar_duration": ("permanent", "until_restored"),
    }  # fmt: skip
    if t.odds(0.5):
        for number in range(t.pick(1, 1, 2, 3)):
            names = t.chance.sample(sorted(values), t.pick(1, 2, 3))
            on = t.pick(date(2022, 4, 7), date(2022, 4, 7), t.day())
            chosen = {name: t.chance.choice(values[name]) for name in names} | {"absence.long.consecutive": t.pick("> 3", "> 5")}
            t.say("PolicyPublished", on, policy_id=f"N{number}", effective_from=on, parameters=chosen, source="S", document_no="D")
