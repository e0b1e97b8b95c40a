"""The golden questions put to running services that were begun with a scenario's ledger, as `taizhang up --from` begins one; and what
they published of their own accord. Each check says what is wrong, or nothing."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from services.client import Client
from services.compliance import offline
from services.compliance.law.policy import MEASURES_FROM
from services.local.supervisor import Taizhang
from services.local.up import begun
from tests.faults.bus import messages
from tests.scenarios.check import differences
from tests.scenarios.golden import Asked
from tests.scenarios.ledgers import Ledger

TODAY = date(2027, 2, 1)
"""Of the services: after everything that is known in the scenarios."""
PATIENCE = 60.0

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Live:
    """`log`: what the services were begun with."""

    ledger: Ledger
    log: Path
    taizhang: Taizhang
    client: Client

    def wrong(self, asked: Asked) -> list[str]:
        """Of the service's answer and of that of `taizhang decide`: they must be one, and right."""
        unit, cadre = asked.ask.get("unit"), asked.ask.get("cadre", "C1")
        question = {"as_of": asked.as_of.isoformat(), "known_at": asked.known_at.isoformat(), "year": asked.year}
        told = _whole(self.client.get("compliance", f"/units/{unit}/answer" if unit else f"/cadres/{cadre}/answer", question))
        (decided,) = decide(self.log, asked.as_of, asked.known_at, asked.year, None if unit else cadre, unit)
        different = [f"live and decide differ in {key}" for key in sorted({*told, *decided}) if told.get(key) != decided.get(key)]
        return different + differences(told, asked.ask)

    def unlike_published(self) -> list[str]:
        """Cadres whose last published answers are not those of `decide` as of the day on which they were derived. For a year out of
        scope there is one only where facts that were read later took it out."""
        published, said = self.published(), dict[tuple[str, str], Said]()
        for year in range(MEASURES_FROM.year, TODAY.year + 1):
            for answer in decide(self.log, TODAY, TODAY, year):
                said[answer["cadre_id"], "promotion"] = _gist(answer["promotion"])
                said[answer["cadre_id"], str(year)] = _gist(answer["appraisal"])
        wanted = {about for about, gist in said.items() if about[1] == "promotion" or "out_of_scope" not in gist["codes"]}
        return [" ".join(about) for about in sorted(wanted | published.keys()) if said.get(about) != published.get(about)]

    def published(self) -> dict[tuple[str, str], Said]:
        """The last answer about each cadre on the bus, by cadre and by what it is about. Units are judged after everybody is answered:
        findings about them may still be added while the bus is read."""
        list(self.client.answers())  # when everybody is answered
        end, heard, there = time.monotonic() + PATIENCE, list[bytes](), self.client.get("compliance", "/reach")["position"]
        while len(heard) < there and time.monotonic() < end:
            heard = [m.body for m in asyncio.run(messages(self.taizhang.nats.url("compliance"), "compliance"))]
        assert len(heard) >= there, "not everything was published"
        events = (event for event in map(orjson.loads, heard[:there]) if event["type"].endswith("EligibilityDerived.v1"))
        return {(e["data"]["cadre_id"], str(e["data"].get("year", "promotion"))): _gist(e["data"]) for e in events}


@contextmanager
def live(ledger: Ledger, folder: Path) -> Iterator[Live]:
    log, clock = ledger.write(folder), folder / "clock"
    clock.write_text(f"{TODAY.isoformat()}T09:00:00+08:00")
    with begun(folder / "data", [log], clock=clock) as t, Client(t.urls, t.token, in_flight=1) as client:
        client.positions.update(Counter(json.loads(line)["source"].rsplit("/", 1)[1] for line in ledger.lines))
        yield Live(ledger, log, t, client)


def decide(log: Path, as_of: date, known_at: date, year: int, cadre: str | None = None, unit: str | None = None) -> list[Said]:
    """What `taizhang decide` prints: one answer, or that of every cadre."""
    with redirect_stdout(io.StringIO()) as out:
        status = offline.run([log], cadre, unit, as_of, known_at.isoformat(), year, None, "jsonl")
    assert status == offline.OK
    return [_whole(json.loads(line)) for line in out.getvalue().splitlines()]


def _whole(answer: Said) -> Said:
    """Everything that an answer is: where it was read from is not."""
    return {key: value for key, value in answer.items() if key != "inputs"}


def _gist(part: Said) -> Said:
    return {"outcome": part["outcome"], "codes": [r["code"] for r in part["reasons"]], "allowed_grades": part.get("allowed_grades", [])}
