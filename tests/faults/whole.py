"""Is everything there, once, everywhere, and does every answer follow from it? Each check says what is wrong, or nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import psycopg

from contracts.answers import Question
from contracts.message import Event, instant
from services.compliance import law
from services.compliance.facts import Facts
from services.compliance.shown import shown
from tests.faults.bus import messages
from tests.faults.load import Load
from tests.faults.system import SERVICES, System
from tests.kernel import merkle
from tests.kernel.courier import Message

AS_OF = ("2023-12-31", "2024-06-30", "2025-12-31")


def quiet(system: System, seconds: float = 60) -> str | None:
    """Waits until everything that was recorded has been published, followed and answered. What is still missing, if it is."""
    end = time.monotonic() + seconds
    missing = "nothing was asked"
    while time.monotonic() < end:
        missing = "; ".join(_behind(system))
        if not missing:
            return None
        time.sleep(0.1)
    return missing


def _behind(system: System) -> Iterator[str]:
    heads = {service: rows(system, service, "select position from head")[0][0] for service in SERVICES}
    for service, sources in (("assignments", ("registry",)), ("compliance", SERVICES)):
        followed = dict(rows(system, service, "select source, position from positions"))
        for source in sources:
            if followed.get(source, 0) < heads[source]:
                yield f"{service} has read {source} up to {followed.get(source, 0)} of {heads[source]}"
    if waiting := rows(system, "compliance", "select count(*) from cadres where dirty")[0][0]:
        yield f"{waiting} cadres wait for their answer"
    try:
        for service, head in heads.items():
            for line in httpx.get(f"{system.urls[service]}/metrics", timeout=5, trust_env=False, headers=system.shown).text.splitlines():
                if line.startswith("taizhang_relay_position") and float(line.split()[1]) < head:
                    yield f"the stream of {service} ends at {line.split()[1]} of {head}"
    except httpx.HTTPError as error:
        yield f"a service is not there: {type(error).__name__}"


def rows(system: System, service: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(system.database(service)) as c:
        return c.execute(query.encode()).fetchall()


def lines(system: System, service: str) -> list[str]:
    return [line for _, line in rows(system, service, "select position, line from log order by position")]


def nothing_lost(system: System, load: Load) -> list[str]:
    """Each acknowledged fact is in its log once, where it was said to be; and there is nothing that nobody said."""
    wrong = [f"refused: {r}" for r in load.refused]
    for service in SERVICES:
        at = {json.loads(line)["id"]: n for n, line in enumerate(lines(system, service), 1)}
        told = [a for a in load.acknowledged if a.service == service]
        derived = sum("/promotion-" in i or "/appraisal-" in i or "/finding-" in i for i in at)
        said = Counter(e for a in told for e in a.events)
        wrong += [f"{service}: {e} is lost" for e in said if e not in at]
        wrong += [f"{service}: {e} was acknowledged {n} times" for e, n in said.items() if n > 1]
        wrong += [f"{service}: {a.events[-1]} is not at {a.position}" for a in told if a.events and at.get(a.events[-1]) != a.position]
        if len(at) - derived != len(said):
            wrong.append(f"{service}: {len(at) - derived} facts for {len(said)} that were acknowledged")
        if len(at) != len(lines(system, service)):
            wrong.append(f"{service}: an id is there twice")
    return wrong


def logs_are_whole(system: System) -> list[str]:
    wrong = []
    for service in SERVICES:
        found = [json.loads(line) for line in lines(system, service)]
        if [int(e["sequence"]) for e in found] != list(range(1, len(found) + 1)):
            wrong.append(f"{service}: the positions are not 1 to {len(found)}")
        times = [e["recordedtime"] for e in found]
        if sorted(set(times)) != times:
            wrong.append(f"{service}: recordedtime does not rise")
        versions = Counter[str]()
        for e in found:
            stream, _, version = e["id"].rpartition("@")
            versions[stream] += 1
            if versions[stream] != int(version):
                wrong.append(f"{service}: {e['id']} follows {versions[stream] - 1}")
        ((position, frontier),) = rows(system, service, "select position, frontier from head")
        if merkle.folded(frontier, position) != merkle.root([merkle.leaf(line) for line in lines(system, service)]):
            wrong.append(f"{service}: the head is not the root of the lines")
    return wrong


def streams(system: System) -> dict[str, list[Message]]:
    return {service: asyncio.run(messages(system.nats, service)) for service in SERVICES}


def streams_are_the_logs(system: System) -> list[str]:
    wrong = []
    for service, there in streams(system).items():
        log = lines(system, service)
        if [m.sequence for m in there] != list(range(1, len(log) + 1)):
            wrong.append(f"{service}: the stream has {len(there)} messages for {len(log)} facts, or numbers them otherwise")
        elif [m.body.decode() for m in there] != log:
            wrong.append(f"{service}: a message is not the line of its position")
    return wrong


def answers_follow(system: System) -> list[str]:
    """What the service says now, and what it has published last, is what the law says to the exported logs."""
    exported = [Event.parse(line) for service in SERVICES for line in lines(system, service)]
    facts, known = Facts.divide(exported), instant(datetime.now(UTC))
    published = {
        (c, about): (outcome, codes)
        for c, about, outcome, codes in rows(system, "compliance", "select cadre, about, outcome, codes from answers")
    }
    wrong = [f"parked: {row}" for row in rows(system, "compliance", "select source, position, subject, reason from parked")]
    with httpx.Client(base_url=system.urls["compliance"], timeout=20, trust_env=False, headers=system.shown) as client:
        for cadre in facts.cadres:
            for as_of in AS_OF:
                wanted = recomputed(facts, cadre, date.fromisoformat(as_of), known)
                told = client.get(f"/cadres/{cadre}/answer", params={"as_of": as_of, "known_at": known}).json()
                if without(told) != without(wanted):
                    wrong.append(f"{cadre} as of {as_of}: the service says otherwise than its facts")
            now = client.get(f"/cadres/{cadre}/answer").json()
            if published.get((cadre, "promotion"), ("nothing",))[0] != now["promotion"]["outcome"]:
                wrong.append(f"{cadre}: {published.get((cadre, 'promotion'))} was published, {now['promotion']['outcome']} is the answer")
    return wrong + _said_twice(exported)


def recomputed(facts: Facts, cadre: str, day: date, known: str) -> dict[str, Any]:
    question = Question(cadre_id=cadre, as_of=day, known_at=known, year=day.year)
    answer: dict[str, Any] = json.loads(json.dumps(shown(law.answer(facts.common, facts.cadres[cadre], question))))
    return answer


def without(answer: dict[str, Any]) -> dict[str, Any]:
    """Where it was read is no part of an answer; nor is what is not there."""
    kept = json.loads(json.dumps(answer), parse_float=lambda x: int(float(x)) if float(x).is_integer() else float(x))
    return {k: _given(v) for k, v in kept.items() if k != "inputs" and v is not None}


def _given(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _given(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_given(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _said_twice(events: list[Event]) -> list[str]:
    """An answer is published when it changes: never twice the same in a row, and each names the one before it."""
    last: dict[str, tuple[str, Any]] = {}
    wrong = []
    for event in events:
        if event.data.DERIVED and event.stream.startswith(("promotion-", "appraisal-")):
            said: dict[str, Any] = event.data.model_dump(mode="json", exclude={"inputs", "as_of", "supersedes"})
            before, same = last.get(event.stream, (None, None))
            if same == said:
                wrong.append(f"{event.id} says what {before} said")
            if getattr(event.data, "supersedes", None) != before:
                wrong.append(f"{event.id} does not name {before}")
            last[event.stream] = event.id, said
    return wrong


CHECKS: tuple[Callable[[System, Load], list[str]], ...] = (
    nothing_lost,
    lambda system, _: logs_are_whole(system),
    lambda system, _: streams_are_the_logs(system),
    lambda system, _: answers_follow(system),
)


def problems(system: System, load: Load) -> list[str]:
    behind = quiet(system)
    return [behind] if behind else [wrong for check in CHECKS for wrong in check(system, load)]
