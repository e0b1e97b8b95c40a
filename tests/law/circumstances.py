"""Who the cadre of a random history was, which days were worked, and what the law said about leave and absence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.law.telling import Telling, To


def who(t: Telling) -> None:
    for unit in ("U1", "U2", "U3"):
        t.known_long("UnitRegistered", date(2020, 1, 1), unit_id=unit, name=unit, kind=t.pick("school", "school", "kindergarten", "office"))
    managed = "committee" if t.odds(0.97) else "school"
    t.known_long(
        "CadreRegistered", date(2020, 1, 1), unit_id="U1", managed_by=managed, category="professional_technical", private={"name": "N"}
    )
    exits = [date(2021, 9, 1) if t.odds(0.92) else t.day(3)]
    if t.odds(0.1):
        exits.append(t.day())
    for on in exits:
        below = False if t.odds(0.05) else None
        number = t.say(
            "CadreExited", on, unit_id="U1", post="principal", reason="age", exited_on=on, decision_no="X", subordinate_unit=below
        )
        for _ in range(t.pick(0, 0, 0, 0, 0, 0, 1, 2)):
            to = t.day(3) if t.odds(0.7) else None
            t.say("ExitCorrected", t.day(), corrects=To(number), exited_on=to, reason="health")
    rare: tuple[tuple[float, Callable[[date], int]], ...] = (
        (0.04, lambda on: t.say("CadreReinstated", on, unit_id="U2", post="principal", reinstated_on=on)),
        (0.03, lambda on: t.say("RetirementCompleted", on, completed_on=on)),
        (0.015, lambda on: t.say("CadreDeceased", on, died_on=on)),
        (0.07, lambda on: t.say("ManagementChanged", on, managed_by=t.pick("committee", "school"), from_=on)),
        (0.04, lambda on: t.say("ManagementChanged", on, managed_by=t.pick("committee", "other"), from_=on)),
        (0.2, lambda on: t.say("CadreTransferred", on, from_unit_id="U1", to_unit_id=t.pick("U2", "U3"), transferred_on=on)),
        (0.1, lambda on: t.say("CadreTransferred", on, from_unit_id="U2", to_unit_id=t.pick("U1", "U3"), transferred_on=on)),
        (0.1, lambda on: t.say("UnitMerged", on, unit_id="U1", into_unit_id=t.pick("U2", "U3"), merged_on=on)),
        (0.07, lambda on: t.say("UnitMerged", on, unit_id="U2", into_unit_id="U3", merged_on=on)),
        (0.05, lambda on: t.say("SecondmentStarted", on, host_unit_id="U3", from_=on)),
        (0.03, lambda on: t.say("CadreRegistered", date(2020, 1, 1), unit_id=t.pick("U1", "U2"), managed_by="committee", category="both", private={"name": "N"})),
        (0.03, lambda on: t.say("UnitRegistered", date(2020, 1, 1), unit_id="U1", name="U", kind=t.pick("office", "school"))),
    )  # fmt: skip
    for share, happens in rare:
        if t.odds(share):
            happens(t.day(3))


def working_days(t: Telling) -> None:
    if t.odds(0.35):
        for _ in range(t.pick(1, 1, 2)):
            unit = t.pick(None, "U1", "U2", "U3")
            t.say("SchoolCalendarPublished", t.day(), unit_id=unit, vacations=[t.period() for _ in range(t.pick(1, 1, 2))], source="S")
    if t.odds(0.25):
        for number in range(t.pick(1, 1, 2)):
            who_ = t.pick(["C1"], ["C1", "C2"], ["C2"])
            t.say("RosterPublished", t.day(), roster_id=f"r{t.pick(0, number)}", unit_id="U1", cadre_ids=who_, **t.period())
    if t.odds(0.25):
        for version in range(1, t.pick(2, 2, 3)):
            year = t.pick(t.first.year, t.first.year + 1)
            off = sorted({t.day(10) for _ in range(4)})
            at_weekends = sorted({d for d in (t.day(10) for _ in range(6)) if d.weekday() > 4} - set(off))
            weekdays = [d for d in off if d.weekday() < 5 and d.year == year]
            worked = [d for d in at_weekends if d.year == year]
            t.say("CalendarPublished", t.day(20), year=year, version=version, off_days=weekdays, work_days=worked, notice="N")


def law_in_force(t: Telling) -> None:
    values: dict[str, tuple[Any, ...]] = {
        "leave.pending_treatment": ("strict", "lenient", "suspend"), "leave.retroactive": ("forbidden", "forbidden", "named_dates"),
        "leave.ordinary_max_workdays": (0, 1, 2, 5, 10), "absence.day_fraction": (1, 1, 0.5),
        "absence.excused_day_breaks_run": (False, False, True),
    }  # fmt: skip
    if not t.odds(0.4):
        return
    for number in range(t.pick(1, 1, 2, 3)):
        names = t.chance.sample(sorted(values), t.pick(1, 1, 2))
        parameters = {name: t.chance.choice(values[name]) for name in names}
        on = t.pick(date(2022, 4, 7), t.day(), t.day())
        shared: dict[str, Any] = {"parameters": parameters, "document_no": "D"}
        match t.pick("policy", "policy", "policy", "interpretation", "superior"):
            case "policy":
                t.say("PolicyPublished", on, policy_id=f"P{number}", effective_from=on, source="S", **shared)
            case "superior":
                t.say(
                    "SuperiorPolicyRegistered", on, policy_id=f"P{number}", effective_from=on, source="S", favourable=t.odds(0.4), **shared
                )
            case _:
                since = t.pick(None, on, on - timedelta(days=20))
                t.say("InterpretationIssued", on, interpretation_id=f"P{number}", clause="8", issued_on=on, applies_from=since, **shared)
        if t.odds(0.15):
            ended = t.day(10)
            t.say("PolicyRepealed", ended, policy_id=f"P{number}", repealed_on=ended, document_no="D")
    if t.odds(0.1):
        on = t.day()
        t.say("AppraisalYearClosed", on, year=t.first.year - t.pick(0, 1), closed_on=on)
