"""Random histories of one cadre, dense enough that facts meet: few ids, a short stretch of days, late and double recording.

`history(random.Random(seed))` is the same history on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from contracts.message import end_of_day
from tests.law.circumstances import law_in_force, who, working_days
from tests.law.telling import EVIDENCE, STRETCHES, History, Statement, Telling, To, recorded
from tests.scenarios.golden import BY_NAME


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
        t.say("LeaveRejected", on, level=t.pick("committee", "committee", "unit"), decision_no="D", decided_on=on, **about)
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
