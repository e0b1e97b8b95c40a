"""Random histories of one cadre, dense enough that facts meet: few ids, a short stretch of days, late and double recording.

`history(random.Random(seed))` is the same history on every machine.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from contracts.effective import effective_on
from contracts.message import CHINA, Event, end_of_day
from tests.law.asking import EVIDENCE
from tests.scenarios.golden import BY_NAME, line

STRETCHES = (
    date(2022, 3, 20), date(2024, 4, 22), date(2024, 12, 16), date(2025, 6, 23), date(2025, 9, 22), date(2025, 12, 8), date(2026, 8, 20),
    date(2026, 12, 10),
)  # fmt: skip
"""The Measures taking effect, holidays with make-up days, vacations, New Year, the year that has no calendar yet."""


@dataclass(frozen=True, slots=True)
class To:
    """The event that another statement became."""

    statement: int


@dataclass(slots=True)
class Statement:
    name: str
    data: dict[str, Any]
    known: date


@dataclass(frozen=True, slots=True)
class History:
    events: tuple[Event, ...]
    as_of: date
    known_at: str
    year: int

    def without(self, gone: Event) -> History:
        return History(tuple(e for e in self.events if e is not gone), self.as_of, self.known_at, self.year)

    def __str__(self) -> str:
        lines = [f"as_of {self.as_of} known_at {self.known_at} year {self.year}"]
        for e in sorted(self.events, key=lambda e: (e.recordedtime, e.sequence)):
            lines.append(f"  {e.recordedtime} {e.id} {e.type.split('.')[2]} time {e.time} {e.data.public()}")
        return "\n".join(lines)


@dataclass(slots=True)
class Telling:
    """A history while it is told."""

    chance: random.Random
    first: date
    length: int
    said: list[Statement] = field(default_factory=list)
    periods: list[tuple[date, int]] = field(default_factory=list)

    def day(self, spread: int = 0) -> date:
        return self.first + timedelta(days=self.chance.randint(-spread, self.length + spread))

    def pick(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def odds(self, share: float) -> bool:
        return self.chance.random() < share

    def period(self) -> dict[str, date]:
        """As often as not about the same days as an earlier one."""
        first, length = self.day(5), self.pick(0, 1, 2, 3, 4, 5, 8, 13, 21, 30)
        if self.periods and self.odds(0.55):
            first, length = self.chance.choice(self.periods)
            first, length = first + timedelta(days=self.pick(0, 0, 0, 1, 3, -2)), max(0, length + self.pick(0, 0, 0, 2, -3))
        self.periods.append((first, length))
        return {"from": first, "until": first + timedelta(days=length)}

    def say(self, name: str, on: date, /, **data: Any) -> int:
        delay = self.pick(-3, 0, 0, 0, 0, 1, 2, 5, 12, 40)
        given = {k.rstrip("_"): v for k, v in data.items() if v is not None}
        self.said.append(Statement(name, given, on + timedelta(days=delay)))
        return len(self.said) - 1

    def known_long(self, name: str, on: date, /, **data: Any) -> int:
        number = self.say(name, on, **data)
        self.said[number].known = on
        return number


def history(chance: random.Random, more: Callable[[Telling], None] | None = None) -> History:
    """`more` tells what else happened, before some of it is told again."""
    first = chance.choice(STRETCHES) + timedelta(days=chance.randint(-5, 15))
    telling = Telling(chance, first, chance.choice((8, 15, 30, 60)))
    who(telling)
    working_days(telling)
    law_in_force(telling)
    for number in range(chance.randint(1, 6)):
        absence(telling, f"a{number % 5}")
    for number in range(chance.randint(0, 4)):
        leave(telling, f"L{number % 3}")
    for number in range(chance.choice((0, 0, 0, 1, 2))):
        presence(telling, number)
    if more:
        more(telling)
    anew(telling)
    as_of = telling.day() + timedelta(days=20) if chance.random() < 0.4 else first + timedelta(days=telling.length + 25)
    known = telling.day() + timedelta(days=25) if chance.random() < 0.2 else date(2030, 1, 1)
    year = as_of.year - (chance.random() < 0.2)
    return History(tuple(recorded(telling.said, chance)), as_of, end_of_day(known), year)


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


def absence(t: Telling, id_: str) -> None:
    p = t.period()
    fraction, half, knew = t.pick(None, None, None, 0.5, 1), t.pick(None, None, None, "morning", "afternoon"), t.odds(0.2) or None
    part = t.odds(0.5)
    number = t.say(
        "AbsenceRecorded", p["until"], absence_id=id_, unit_id="U1", fraction=fraction if part else None, half=half if part else None,
        unit_knew=knew, **p,
    )  # fmt: skip
    known = t.said[number].known
    within = {"from": p["from"] + timedelta(days=t.pick(0, 0, 1, 2)), "until": p["from"] + timedelta(days=t.pick(0, 1, 3, 30))}
    if t.odds(0.3):
        t.say("AbsenceCharacterised", known, absence_id=id_, as_=t.pick("awol", "other", "excused", "official_business"), decided_on=known)
    if t.odds(0.2):
        t.say("AbsenceCorrected", known, absence_id=id_, removed=[within][: t.pick(0, 1, 1, 1)])
    if t.odds(0.1):
        t.say("AbsenceRescinded", known, absence_id=id_)


def presence(t: Telling, number: int) -> None:
    p = t.period()
    id_ = t.pick(None, "p1", f"p{number}")
    t.say("PresenceRecorded", p["until"], presence_id=id_, unit_id="U1", **p)
    if id_ and t.odds(0.25):
        t.say("PresenceRescinded", p["until"], presence_id=id_)


def leave(t: Telling, id_: str) -> None:
    p = t.period()
    about: dict[str, Any] = {"leave_id": id_}
    on = p["from"] + timedelta(days=t.pick(-8, -2, 0, 0, 1, 5, 12, 25))
    if t.odds(0.85):
        proxy = t.odds(0.3)
        t.say(
            "LeaveRequested", on, applicant="proxy" if proxy else "self", incapacitated=t.pick(None, True, True) if proxy else None,
            reason_class=t.pick("health", "personal", "maternity", "study"), written=t.odds(0.92), evidence=EVIDENCE[: t.odds(0.8)],
            requested_on=on, **about, **p,
        )  # fmt: skip
        if proxy and t.odds(0.4):
            t.say("LeaveRatified", on, outcome=t.pick(None, "ratified", "refused"), ratified_on=on, **about)
    step = timedelta(days=t.pick(0, 1, 2, 4, 9))
    if t.odds(0.15):
        t.say("LeaveReturned", on + step, missing=["evidence"], returned_on=on + step, **about)
    if t.odds(0.15):
        supplied = on + step * t.pick(1, 1, 2) + timedelta(days=t.pick(-1, 0, 1))
        t.say("LeaveSupplemented", supplied, evidence=EVIDENCE, supplied_on=supplied, **about)
    if t.odds(0.3):
        t.say("LeaveUnitReviewed", on + step, outcome=t.pick("passed", "passed", "refused"), reviewed_on=on + step, **about)
    if t.odds(0.2):
        t.say("LeaveReported", on + step, document_no="D", reported_on=on + step, **about)
    decided(t, on + step * t.pick(1, 1, 2), about, p)


def decided(t: Telling, on: date, about: dict[str, Any], asked: dict[str, date]) -> None:
    if t.odds(0.4):
        other = t.pick(asked, asked, t.period(), {"from": asked["from"], "until": asked["from"] + timedelta(days=t.pick(0, 2, 4))})
        level = t.pick("committee", "committee", "unit")
        number = t.say("LeaveApproved", on, level=level, decision_no="D", decided_on=on, **about, **other)
        if t.odds(0.15):
            until = other["until"] + timedelta(days=t.pick(1, 3, 10))
            t.say("LeaveExtended", t.said[number].known, until=until, decision_no="D", decided_on=on + timedelta(days=2), **about)
        if t.odds(0.15):
            since = other["from"] + timedelta(days=t.pick(-1, 0, 1, 3, 8))
            t.say("LeaveRevoked", on, revoked_from=since, decision_no="D", decided_on=on, **about)
    if t.odds(0.2):
        t.say("LeaveRejected", on, level="committee", decision_no="D", decided_on=on, **about)
    if t.odds(0.2):
        served = on + timedelta(days=t.pick(0, 1, 3, 8))
        t.say("NoticeServed", served, served_on=served, **about)
    if t.odds(0.1):
        gone = on + timedelta(days=t.pick(-2, 0, 2))
        t.say("LeaveWithdrawn", gone, withdrawn_on=gone, **about)
    if t.odds(0.3):
        back = asked["from"] + timedelta(days=t.pick(0, 1, 3, 6, 10, 20))
        t.say(t.pick("ReturnDeclared", "ReturnConfirmed", "ReturnConfirmed"), back, returned_on=back, **about)


def anew(t: Telling) -> None:
    """Some things are said again, shifted or as they were; some are taken back; some are about somebody else."""
    for number, statement in enumerate(t.said[:]):
        known = statement.known + timedelta(days=t.pick(0, 1, 7))
        if t.odds(0.03):
            moved = {k: v + timedelta(days=1) if k in ("until", "decided_on") else v for k, v in statement.data.items()}
            t.said.append(Statement(statement.name, moved, known))
        service = BY_NAME[statement.name].SERVICE.capitalize()
        if t.odds(0.03) and statement.name not in ("CadreRegistered", "UnitRegistered"):
            whose = {"cadre_id": "C1"} if "cadre_id" in BY_NAME[statement.name].model_fields else {}
            t.said.append(Statement(f"{service}FactRetracted", {"retracts": To(number), "retracted_on": known} | whose, known))
        if t.odds(0.02) and "absence_id" in statement.data:
            other = statement.data | {"cadre_id": "C2", "absence_id": "b1"}
            t.said.append(Statement(statement.name, other, known))


def recorded(said: list[Statement], chance: random.Random) -> list[Event]:
    """In the order in which they were known; what refers to something that is not there is refused, as a service would."""
    sequences: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    events: list[Event] = []
    became: dict[int, str] = {}
    order = sorted(range(len(said)), key=lambda i: (said[i].known, chance.random() if i > 3 else 0))
    for position, i in enumerate(order):
        data, kind = dict(said[i].data), BY_NAME[said[i].name]
        target = next((v for v in data.values() if isinstance(v, To)), None)
        if target is not None and target.statement not in became:
            continue
        data = {k: became[v.statement] if isinstance(v, To) else v for k, v in data.items()}
        if kind.model_fields.get("cadre_id") and kind.model_fields["cadre_id"].is_required():
            data.setdefault("cadre_id", "C1")
        known = said[i].known
        try:
            day = effective_on(kind.model_validate(data), known, events)
        except LookupError:
            continue
        at = datetime(known.year, known.month, known.day, 10, tzinfo=CHINA) + timedelta(microseconds=position)
        events.append(Event.parse(line(kind, data, day, at, sequences, versions)))
        became[i] = events[-1].id
    return events
