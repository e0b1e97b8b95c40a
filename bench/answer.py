"""How long one answer takes about a cadre with a thousand facts, findings and the day of the next change included: from the facts
divided once, as a service asks them. CPU time, so that what else the machine does is left out."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bench.figures import Figure
from contracts.answers import Question
from contracts.canonical import canonical
from contracts.message import Event, end_of_day, facts, midnight
from services.compliance.law import Cadre, Common, answer

FIGURES = ("answer",)
FACTS, RUNS, MOST = 1_000, 21, 5.0
BEGIN, AS_OF = date(2022, 5, 9), date(2026, 6, 30)
KINDS = {kind.event_name(): (name, kind) for name, kind in facts().items()}


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    lines = list(career())
    assert len(lines) == FACTS
    question = Question(cadre_id="C1", as_of=AS_OF, known_at=end_of_day(AS_OF), year=AS_OF.year)
    answered, built, reading = list[float](), list[float](), list[float]()
    for _ in range(RUNS):
        begun = time.process_time()
        events = [Event.parse(line) for line in lines]
        read = time.process_time()
        common, cadre = Common.of(events), Cadre.of("C1", events)
        prepared = time.process_time()
        found = answer(common, cadre, question)
        done = time.process_time()
        assert found.findings and found.promotion.outcome != "out_of_scope" and found.counts.leave_workdays
        reading.append(read - begun)
        built.append(done - read)
        answered.append(done - prepared)
    ours, built_too, peer = (statistics.median(took) * 1000 for took in (answered, built, reading))
    peers = {"reading the same facts": peer, "dividing them too": built_too}
    yield Figure.against("answer", ours, "ms", MOST, peers=peers, most=1)


def career() -> Iterator[bytes]:
    """An exit, then talks, activities, tasks, leaves and short absences to the day, in the proportions of a district: one in twenty is an absence,
    two are about a leave."""
    yield _line(0, "CadreRegistered", BEGIN, unit_id="U1", category="professional_technical", managed_by="committee", post="principal")
    yield _line(
        1, "CadreExited", BEGIN, unit_id="U1", post="principal", reason="age", exited_on=BEGIN, decision_no="D", subordinate_unit=True
    )
    yield _line(2, "DutyAssigned", BEGIN, duty_id="D1", category="policy_lecturing", host_unit_id="U1", **{"from": BEGIN})
    for n in range(3, FACTS):
        day = BEGIN + timedelta(days=(n * ((AS_OF - BEGIN).days - 10)) // FACTS)
        match n % 20:
            case 0:
                until = day + timedelta(days=n % 3)
                yield _line(
                    n, "AbsenceRecorded", day, absence_id=f"a{n}", unit_id="U1", until=until, unit_knew=n % 100 == 0, **{"from": day}
                )
            case 1 | 11:
                yield _line(n, "UnitTalkHeld", day, unit_id="U1", by_office="party", held_on=day)
            case 2 | 12:
                yield _line(n, "ThoughtExchangeHeld", day, unit_id="U1", by_office="administrative", held_on=day)
            case 3 | 13:
                yield _line(n, "TaskAssigned", day, task_id=f"t{n}", duty_id="D1", year=day.year, due_on=day, assigned_on=day)
            case 4 | 14:
                yield _line(n, "TaskOutcomeRecorded", day, task_id=f"t{n - 1}", year=day.year, outcome="completed", recorded_on=day)
            case 5:
                asked = {"leave_id": f"L{n}", "from": day, "until": day + timedelta(days=3)}
                yield _line(
                    n, "LeaveRequested", day, **asked, applicant="self", reason_class="health", written=True, evidence=[], requested_on=day
                )
            case 6:
                asked = {"leave_id": f"L{n - 1}", "from": day, "until": day + timedelta(days=3)}
                yield _line(n, "LeaveApproved", day, **asked, level="unit", decision_no="D", decided_on=day)
            case _:
                yield _line(n, "DutyActivityRecorded", day, activity_id=f"v{n}", duty_id="D1", done_on=day, kind="lecture")


def _line(number: int, name: str, day: date, **data: Any) -> bytes:
    full_name, kind = KINDS[name]
    service = kind.SERVICE
    return canonical(
        {
            "specversion": "1.0", "id": f"{service}/f{number}@1", "source": f"/taizhang/{service}", "type": full_name, "subject": "C1",
            "time": midnight(day), "recordedtime": f"{day}T10:00:00.{number:06}Z", "sequence": f"{number + 1:020}", "actor": "p",
            "role": "section", "unitref": "U1", "correlationid": "r", "causationid": "c", "dataschema": f"/schemas/{full_name}.json",
            "datacontenttype": "application/json",
            "data": {"cadre_id": "C1"} | {k: v.isoformat() if isinstance(v, date) else v for k, v in data.items()},
        }
    )  # fmt: skip
