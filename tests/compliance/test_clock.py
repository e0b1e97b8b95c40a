"""The clock goes through the years and no new fact arrives: what was published by timers alone is on every day what is computed afresh,
and on a day on which nothing changes nobody is derived."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import pytest

from contracts.answers import Answer
from contracts.message import CHINA, Event
from services.compliance import law, marking
from services.compliance.facts import Facts
from services.compliance.todos import of
from services.kernel.follow import Conn
from tests.compliance.projecting import connected, every, page, prepare, projecting
from tests.law.asking import FIXTURES, absent, approved, fact, requested
from tests.scenarios.golden import lines

BEGIN, END = date(2022, 12, 1), date(2026, 1, 31)
Given = list[dict[str, Any]]


def talk(on: str, office: str = "party", kind: str = "UnitTalkHeld", unit: str = "U1") -> dict[str, Any]:
    return fact(kind, on, by_office=office, held_on=on, unit_id=unit)


ABSENT: Given = [
    *FIXTURES["F25"],
    absent("2024-09-02", "2024-09-27"),
    absent("2025-03-03", "2025-03-05", "a2", unit_knew=True),
    fact("AbsenceCharacterised", "2025-03-03", "2025-05-06", absence_id="a2", as_="excused", decided_on="2025-05-06"),
    fact("ConcernRecorded", "2025-06-03", concern_id="k", kinds=["lax"], recorded_on="2025-06-03"),
    fact("ReminderTalkHeld", "2025-06-30", concern_id="k", held_on="2025-06-30"),
    fact("PerformanceDetermined", "2025-11-03", result="restored", from_="2025-11-03"),
    talk("2023-10-09"), talk("2024-03-04", "administrative"), talk("2025-12-31"),
    fact("TrainingAttended", "2024-12-31", kind="daily", hours=2, attended_on="2024-12-31"),
    fact("RetirementCompleted", "2026-01-15", completed_on="2026-01-15"),
]  # fmt: skip
ON_LEAVE: Given = [
    *FIXTURES["FNOTALK"],
    fact("ExitTalkHeld", "2024-05-06", held_on="2024-05-06"),
    requested("2024-03-25", "2024-04-01", "2025-04-30", reason_class="personal"),
    fact("LeaveUnitReviewed", "2024-03-29", leave_id="L1", outcome="passed", reviewed_on="2024-03-29"),
    fact("LeaveReported", "2024-04-15", leave_id="L1", document_no="R", reported_on="2024-04-15"),
    approved("2024-05-13", "2024-04-01", "2025-04-30"),
    fact("ReturnDeclared", "2025-05-06", leave_id="L1", returned_on="2025-05-06"),
    fact("ReturnConfirmed", "2025-05-06", "2025-06-16", leave_id="L1", returned_on="2025-05-06"),
    fact("GradeConfirmed", "2025-01-20", year=2024, grade="basically_qualified", confirmed_on="2025-01-20"),
    fact("SanctionRecorded", "2025-08-01", sanction_id="s", kind="warning", from_="2025-08-01", until="2026-01-30"),
    fact("DutyEnded", "2025-12-01", duty_id="d1", ended_on="2025-12-01", why="completed"),
]
MOVED: Given = [
    *FIXTURES["F0"],
    fact("UnitHeadAppointed", "2023-01-01", unit_id="U1", office="party", head_ref="h1", from_="2023-01-01"),
    fact("UnitHeadAppointed", "2024-01-15", unit_id="U1", office="administrative", head_ref="h2", from_="2024-01-15"),
    fact("UnitHeadVacated", "2024-02-20", unit_id="U1", office="party", head_ref="h1", vacated_on="2024-02-20"),
    fact("CadreTransferred", "2024-10-08", from_unit_id="U1", to_unit_id="U2", transferred_on="2024-10-08"),
    fact("UnitMerged", "2025-09-01", unit_id="U2", into_unit_id="U1", merged_on="2025-09-01"),
    fact("TaskOutcomeRecorded", "2024-12-20", task_id="t2024", year=2024, outcome="not_completed", recorded_on="2024-12-20"),
    fact("InvestigationOpened", "2025-02-10", investigation_id="i", opened_on="2025-02-10"),
    fact("InvestigationClosed", "2025-07-01", investigation_id="i", closed_on="2025-07-01"),
    fact("PolicyPublished", "2025-01-01", policy_id="P1", effective_from="2025-01-01", source="t", document_no="T",
         parameters={"art6.unit_talk.max_interval_days": 60}),
    fact("CadreReinstated", "2025-12-08", unit_id="U1", post="p", reinstated_on="2025-12-08"),
]  # fmt: skip


Standing = tuple[dict[str, Any], set[str], set[tuple[str, date | None]]]
"""Answers, findings, and what is to be done by which day."""


async def published(conn: Conn) -> Standing:
    answers = {about: (outcome, codes) for about, outcome, codes in await every(conn, "select about, outcome, codes from answers")}
    findings = await every(conn, "select distinct on (stream) line from log where stream like 'finding-%' order by stream, version desc")
    events = [orjson.loads(line) for (line,) in findings]
    to_do = {(id_, due) for id_, due in await every(conn, "select id, due_on from todos")}
    return answers, {e["data"]["finding_id"] for e in events if "FindingRaised" in e["type"]}, to_do


def computed(facts: Facts, events: dict[str, Event], day: date, known_at: str, years: set[int]) -> tuple[dict[str, Any], set[str]]:
    found = law.answers(facts.common, facts.cadres["C1"], day, known_at, sorted(years) or [day.year], next_change=False)
    first = next(iter(found.values()))
    answers: dict[str, Any] = {"promotion": (first.promotion.outcome, [r.code for r in first.promotion.reasons])}
    answers |= {str(y): (a.appraisal.outcome, [r.code for r in a.appraisal.reasons]) for y, a in found.items() if y in years}
    findings = {id_ for a in found.values() for id_ in ids(a, events)} if years else set(ids(first, events))
    return answers, findings


def to_be_done(facts: Facts, day: date, known_at: str) -> set[tuple[str, date | None]]:
    return {(one.id, one.due_on) for one in of("C1", law.owed(facts.common, facts.cadres["C1"], day, known_at), day)}


def ids(answer: Answer, events: dict[str, Event]) -> list[str]:
    """As the catalogue says them. The window of the alert moves over its evidence; the id is that of its beginning."""
    found = []
    for f in answer.findings:
        day = f.due_on or min(events[i].time for i in f.evidence)
        found.append(f"{f.code}-C1-{'2024-09-02' if f.code == 'dismissal_threshold_alert' else day}")
    return found


@pytest.mark.parametrize("given", [ABSENT, ON_LEAVE, MOVED], ids=["absent", "on-leave", "moved"])
def test_timers_alone_say_on_every_day_what_holds(database: str, given: Given) -> None:
    async def story() -> None:
        prepare(database)
        told = [BEGIN]
        p = projecting(database, lambda: datetime(told[0].year, told[0].month, told[0].day, 9, tzinfo=CHINA))
        own = list(lines(given))
        parsed = [Event.parse(line) for line in own]
        facts, events = Facts.divide(parsed), {e.id: e for e in parsed}
        known_at = max("2027", *(e.recordedtime for e in parsed))
        changed = list[date]()
        async with connected(database) as conn:
            for service in ("registry", "assignments", "compliance"):
                if mine := [line for e, line in zip(parsed, own, strict=True) if e.service == service]:
                    async with conn.transaction():
                        await p.apply(conn, page(*mine))
            while await p.some(conn):
                pass
            now = await published(conn)
            while told[0] < END:
                told[0] += timedelta(days=1)
                await marking.mark_due(conn, told[0])
                if await marking.waiting(conn, 1):
                    while await p.some(conn):
                        pass
                    before, now = now, await published(conn)
                    assert now != before, f"{told[0]}: derived, and nothing changed"
                    changed.append(told[0])
                years = {int(about) for about in now[0] if about != "promotion"}
                years |= set(law.years_in_scope(facts.common, facts.cadres["C1"], told[0], known_at))
                assert now[:2] == computed(facts, events, told[0], known_at, years), told[0]
                if told[0] in changed[-1:] or told[0].day % 7 == 0:
                    assert now[2] == to_be_done(facts, told[0], known_at), told[0]
        assert len(changed) > 15
        assert date(2025, 1, 1) in changed

    asyncio.run(story())
