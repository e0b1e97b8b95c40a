"""Random laws that change often, with thresholds that random histories can reach, and the work to which they apply."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.law import careers
from tests.law.telling import Telling

VALUES: dict[str, tuple[Any, ...]] = {
    "absence.long.consecutive": ("> 2", "> 3", ">= 3", "> 4", "> 5", ">= 5", "> 8"),
    "absence.long.cumulative": ("> 4", "> 6", ">= 6", ">= 10", "> 12"), "art8.reading": ("R1", "R2", "R3", "R4"),
    "absence.run_attribution": ("split", "all_years", "crossing_year"), "absence.long.window": ("rolling_12m", "calendar_year"),
    "policy.transition": ("crossing_day", "non_retroactive_favourable"), "art8.long_modifies_awol": (False, True),
    "art7.bar_duration": ("permanent", "until_restored"), "art8.awol.min_workdays": (">= 1", ">= 2", "> 2", ">= 4"),
    "appraisal.no_grade.leave_share": ("> 1/100", ">= 1/50", "> 1/30"), "art8.cap_target": ("annual", "professional_technical_annual"),
}  # fmt: skip


def laws_and_work(t: Telling) -> None:
    if t.odds(0.7):
        careers.work(t)
    if t.odds(0.25):
        careers.concern(t, "c0")
    if t.odds(0.2):
        careers.standing(t)
    if t.odds(0.3):
        careers.grades(t)
    for _ in range(t.pick(0, 0, 0, 0, 1, 2)):
        on = t.day(10)
        t.say("PerformanceDetermined", on, result=t.pick("can", "cannot", "restored", "restored"), from_=on)
    if t.odds(0.75):
        for number in range(t.pick(1, 2, 2, 3, 4)):
            law(t, f"N{number}")
    if t.odds(0.35):
        on = t.day(15)
        t.say("AppraisalYearClosed", on, year=on.year - t.pick(0, 0, 1), closed_on=on)


def law(t: Telling, id_: str) -> None:
    names = [*t.chance.sample(sorted(VALUES), t.pick(0, 1, 1, 2)), t.pick("absence.long.consecutive", "absence.long.cumulative")]
    shared: dict[str, Any] = {"parameters": {name: t.chance.choice(VALUES[name]) for name in names}, "document_no": "D"}
    on = t.pick(date(2022, 4, 7), t.day(), t.day(), t.day(30))
    match t.pick("policy", "policy", "policy", "interpretation", "superior"):
        case "policy":
            t.say("PolicyPublished", on, policy_id=id_, effective_from=on, source="S", **shared)
        case "superior":
            t.say("SuperiorPolicyRegistered", on, policy_id=id_, effective_from=on, source="S", favourable=t.odds(0.4), **shared)
        case _:
            since = t.pick(None, None, on, on - timedelta(days=20))
            t.say("InterpretationIssued", on, interpretation_id=id_, clause="8", issued_on=on, applies_from=since, **shared)
    if t.odds(0.2):
        ended = t.day(10)
        t.say("PolicyRepealed", ended, policy_id=id_, repealed_on=ended, document_no="D")
