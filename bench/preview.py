"""How long it takes to see who changes under a draft: 1,000 cadres, each with five years in scope and about fifty facts, read from
PostgreSQL and worked out by the service's own function in its processes, without HTTP."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from bench.figures import Figure
from bench.published import run_as_served
from bench.servers import database, postgres
from contracts.canonical import canonical
from contracts.message import end_of_day, facts
from services.compliance import drafts, projector
from services.compliance.asking import Asking
from services.compliance.previewing import Preview, Previewing
from services.compliance.shared import Shared
from services.kernel import follow, log

FIGURES = ("preview",)
CADRES, YEARS, RUNS, MOST = 1_000, range(2022, 2027), 3, 5_000
AS_OF = date(2026, 6, 30)
DRAFT = {"effective_from": "2022-04-07", "parameters": {"absence.long.consecutive": "> 5", "art8.reading": "R3"}}


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    with postgres() as admin, database(admin, log.DDL + follow.DDL + projector.DDL) as dsn:
        fill(dsn)
        took = [run_as_served(_preview(dsn)) for _ in range(RUNS)]
    yield Figure.against("preview", statistics.median(took) * 1000, "ms", MOST, most=1)


async def _preview(dsn: str) -> float:
    """Seconds, processes and their law included: nothing is kept from one preview to the next."""
    async with AsyncConnectionPool(dsn, min_size=1, kwargs={"autocommit": True}) as pool:
        previewing, known_at = Previewing(Asking(pool, Shared())), end_of_day(AS_OF)
        begun = time.perf_counter()
        draft = await previewing.judged(drafts.of(DRAFT), known_at)
        made: Preview = await previewing.preview(draft, AS_OF, known_at, None, lambda *_: None)
        made.changes.seek(0)
        lines = sum(1 for _ in made.changes)
        took = time.perf_counter() - begun
    totals = made.told["totals"]
    assert (totals["population"], totals["answers"], totals["unanswered"]) == (CADRES, CADRES * (1 + len(YEARS)), 0)
    assert lines == totals["changed"] > CADRES / 10, "a draft that changes something"
    return took


def fill(dsn: str) -> None:
    """Straight into the table that the follower fills, and the cadres that it marks."""
    with psycopg.connect(dsn, autocommit=True) as c:
        with c.cursor() as cursor, cursor.copy("copy facts (source, position, subject, type, time, recordedtime, line) from stdin") as copy:
            for row in _lines():
                copy.write_row(row)
        c.execute("insert into cadres select distinct subject, false from facts where subject like 'C%'")
        c.execute("insert into positions select source, max(position) from facts group by source")
        c.execute("vacuum analyze facts")


def _lines() -> Iterator[tuple[Any, ...]]:
    named = {f.event_name(): f for f in facts().values()}
    positions, versions = Counter[str](), Counter[str]()
    for name, subject, day, data in _told():
        fact = named[name]
        said = {k.rstrip("_"): v.isoformat() if isinstance(v, date) else v for k, v in data.items()}
        stream = f"{fact.SERVICE}/{fact.model_validate(said).stream()}"
        positions[fact.SERVICE] += 1
        versions[stream] += 1
        recorded = f"{max(day, date(2022, 4, 8))}T02:00:00.{positions[fact.SERVICE]:06d}Z"
        event = {
            "specversion": "1.0", "id": f"{stream}@{versions[stream]}", "source": f"/taizhang/{fact.SERVICE}", "type": fact.type(),
            "subject": subject, "time": f"{day}T00:00:00+08:00", "recordedtime": recorded, "sequence": f"{positions[fact.SERVICE]:020d}",
            "actor": "p-s1", "role": "section", "unitref": "U1", "correlationid": "r", "causationid": "c",
            "dataschema": f"/schemas/{fact.type()}.json", "datacontenttype": "application/json", "data": said,
        }  # fmt: skip
        yield fact.SERVICE, positions[fact.SERVICE], subject, fact.type(), day, recorded, canonical(event).decode()


Told = tuple[str, str, date, dict[str, Any]]


def _told() -> Iterator[Told]:
    begun = date(2022, 4, 7)
    for u in range(50):
        yield "UnitRegistered", f"U{u}", begun, {"unit_id": f"U{u}", "name": f"第{u}中学", "kind": "school"}
    for year in YEARS:
        vacation = [{"from": f"{year}-07-10", "until": f"{year}-08-25"}]
        yield "SchoolCalendarPublished", f"year-{year}", date(year, 7, 10), {"vacations": vacation, "source": "校历"}
        if year < AS_OF.year:
            yield "AppraisalYearClosed", f"year-{year}", date(year + 1, 2, 1), {"year": year, "closed_on": date(year + 1, 2, 1)}
    for n in range(CADRES):
        yield from _cadre(n, f"C{n:05d}", f"U{n % 50}")


def _cadre(n: int, cadre: str, unit: str) -> Iterator[Told]:
    """Out of the post since April 2022; every year a task, talks, a training, a leave and some days away, more of them with every tenth."""
    begun, who = date(2022, 4, 11), {"cadre_id": cadre}
    category = "professional_technical"
    yield "CadreRegistered", cadre, begun, {**who, "unit_id": unit, "managed_by": "committee", "category": category}
    post = {"unit_id": unit, "post": "校长", "reason": "age", "decision_no": "1", "exited_on": begun}
    yield "CadreExited", cadre, begun, {**who, **post}
    duty = {"duty_id": f"D{n}", "category": "party_building", "host_unit_id": unit, "from": date(2022, 5, 9)}
    yield "DutyAssigned", cadre, date(2022, 5, 9), {**who, **duty}
    for year in YEARS:
        day, id_ = date(year, 5, 9), f"{n}-{year}"
        yield "TaskAssigned", cadre, day, {**who, "task_id": f"T{id_}", "duty_id": f"D{n}", "year": year, "due_on": date(year, 6, 1)}
        outcome = {"task_id": f"T{id_}", "year": year, "outcome": "completed", "recorded_on": date(year, 6, 2)}
        yield "TaskOutcomeRecorded", cadre, date(year, 6, 2), {**who, **outcome}
        yield "UnitTalkHeld", cadre, day, {**who, "unit_id": unit, "by_office": "party", "held_on": day}
        yield "TrainingAttended", cadre, day, {**who, "kind": "daily", "hours": 8, "attended_on": day}
        first = date(year, 5, 16) + timedelta(n % 5)
        leave = {"leave_id": f"L{id_}", "from": first, "until": first + timedelta(1)}
        asked = {"applicant": "self", "reason_class": "health", "written": True, "evidence": [], "requested_on": day}
        yield "LeaveRequested", cadre, day, {**who, **leave, **asked}
        granted = {"level": "unit", "decision_no": "1", "decided_on": day}
        yield "LeaveApproved", cadre, day, {**who, **leave, **granted}
        for k in range(2):
            first = date(year, 6, 6) + timedelta(7 * k)
            until = first + timedelta(11 if n % 10 == 0 else 1)
            yield "AbsenceRecorded", cadre, first, {**who, "absence_id": f"A{id_}-{k}", "unit_id": unit, "from": first, "until": until}
        if year < AS_OF.year:
            yield (
                "GradeConfirmed",
                cadre,
                date(year + 1, 1, 20),
                {**who, "year": year, "grade": "qualified", "confirmed_on": date(year + 1, 1, 20)},
            )
