"""Every derived answer anew, from the logs alone, beside the one that stands.

Compared at one position: what was recorded meanwhile is read on, and those whose answer differs are looked at again, until nothing new
has come. So a difference that is told is one."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from contracts.message import civil_day
from services.client import Client
from services.compliance import law
from services.compliance.rebuilding import Answered, Derivation, Then, standing, told
from services.problems import Problem
from services.replay.logs import DERIVED, PAGE, SERVICES, Line, Logs, digest
from services.replay.report import Report, Side

ROUNDS = 10
"""How often what was recorded meanwhile is read on."""
PATIENCE = 600.0
"""Seconds that the instance has to answer those who wait for an answer."""

Say = Callable[[str, str], None]
Pair = tuple[str, Side | None, Side | None]
"""What an answer is about; the one that stands; the one that should."""
Kept = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Standing answers by cadre and by what they are about."""


class Moving(Exception):
    """So much is recorded that no position could be compared."""


class Replay:
    def __init__(self, client: Client, logs: Logs, say: Say) -> None:
        self.client, self.logs, self.say = client, logs, say
        self.report = Report(logs.positions)

    def standing(self) -> None:
        """The facts that compliance keeps and the answers that stand. Raises Problem, or Moving."""
        self._read_on()
        for service in SERVICES:
            self._beyond(service)
        day, kept = self._today(), self._kept()
        differing = list[str]()
        for number, (cadre, pairs) in enumerate(self._pairs(day, sorted(self.logs.cadres | kept.keys()), kept), 1):
            if all(live == rebuilt for _, live, rebuilt in pairs):
                self.report.equal["answer"] += len(pairs)
            else:
                differing.append(cadre)
            if number % PAGE == 0:
                self.say(f"已重算 {number} 名干部", f"{number} cadres derived anew")
        self.report.as_of, last = self._settled(day, differing, kept)
        for cadre, pairs in last:
            for about, live, rebuilt in pairs:
                self.report.add("answer", cadre, about, live, rebuilt)

    def published(self, sample: int | None) -> None:
        """Every answer that was ever published, or so many of them, drawn by lot: what follows from the facts at its positions."""
        then, drawn = Then(self.logs.shared), self._drawn(sample) if sample is not None else None
        for number, cadre in enumerate(sorted(self.logs.cadres), 1):
            said = [(i, d) for i, d in self.logs.published(cadre) if drawn is None or i in drawn]
            if said:
                self._reproduced(then, cadre, said)
            if number % PAGE == 0:
                self.say(f"已重算 {number} 名干部的历次答案", f"the past answers of {number} cadres derived anew")

    def _drawn(self, sample: int) -> set[str]:
        every = self.logs.published_ids()
        return set(secrets.SystemRandom().sample(every, min(sample, len(every))))

    def _settled(self, day: date, differing: Sequence[str], kept: Kept) -> tuple[date, list[tuple[str, list[Pair]]]]:
        """Of those who differ, what differs when nothing new has come."""
        for _ in range(ROUNDS):
            found = list(self._pairs(day, differing, kept))
            before, (day, new) = day, (self._today(), self._read_on())
            if not differing or (not new and day == before):
                return before, found
            kept = {cadre: rows for one in differing for cadre, rows in self._kept(one).items()}
        raise Moving

    def _read_on(self) -> int:
        """How many events were new."""
        new = 0
        for service in SERVICES:
            for page in self.logs.pages(service):
                self._facts(service, page)
                new += len(page)
                if len(page) == PAGE:
                    last = int(page[-1]["sequence"])
                    self.say(f"{service}：已读 {last} 条", f"{service}: {last} read")
        self.client.positions.update(self.logs.positions)
        return new

    def _facts(self, service: str, page: Sequence[Line]) -> None:
        """A page of the log beside what compliance keeps of it."""
        first, last = int(page[0]["sequence"]), int(page[-1]["sequence"])
        self.client.positions[service] = last
        kept = {int(k["position"]): k for k in self._kept_facts(service, first - 1) if int(k["position"]) <= last}
        logged = {int(e["sequence"]): e for e in page if e["type"] not in DERIVED}
        for position in sorted({*kept, *logged}):
            line, row = logged.get(position), kept.get(position)
            should = {"digest": digest(line), "subject": line["subject"], "type": line["type"]} if line else None
            self.report.add("fact", service, str(position), row and _fact(row), should)

    def _beyond(self, service: str) -> None:
        """Facts that compliance keeps and no log has."""
        kept = self._kept_facts(service, self.logs.positions[service])
        end = int(self.client.get(service, "/reach")["position"])
        for row in kept:
            if int(row["position"]) > end:
                self.report.add("fact", service, str(row["position"]), _fact(row), None)

    def _kept_facts(self, service: str, after: int) -> list[dict[str, str]]:
        return list(self.client.get("compliance", f"/kept/facts/{service}", {"after": after, "limit": PAGE})["items"])

    def _kept(self, cadre: str | None = None) -> Kept:
        """The answers that stand when everything that was read is answered."""
        found: dict[str, dict[str, Mapping[str, str]]] = {}
        asked: dict[str, str | int] = {"limit": PAGE} | ({"cadre": cadre} if cadre else {})
        end = time.monotonic() + PATIENCE
        while True:
            try:
                for row in self.client.items("compliance", "/kept/answers", asked):
                    found.setdefault(row["cadre_id"], {})[row["about"]] = row
                return found
            except Problem as problem:
                if problem.code != "not-yet-known" or time.monotonic() > end:
                    raise
                self.say("尚有干部的答案未推导完，等待中", "some cadres still wait for their answer: waiting for it")

    def _today(self) -> date:
        """Of the instance."""
        return civil_day(self.client.get("compliance", "/reach")["at"])

    def _pairs(self, day: date, cadres: Sequence[str], kept: Kept) -> Iterator[tuple[str, list[Pair]]]:
        common = law.Common.of(self.logs.shared)
        for cadre in cadres:
            rows, pairs = kept.get(cadre, {}), list[Pair]()
            try:
                rebuilt = standing(common, cadre, self.logs.facts(cadre), day, [int(about) for about in rows if about.isdigit()])
            except ValueError as trouble:  # facts that cannot be understood: their last answers stand
                pairs = [(about, dict(row), {"trouble": type(trouble).__name__}) for about, row in rows.items()]
            else:
                pairs = [(about, _live(rows.get(about)), self._should(cadre, about, rebuilt)) for about in sorted({*rows, *rebuilt})]
            yield cadre, pairs

    def _should(self, cadre: str, about: str, rebuilt: Mapping[str, Answered]) -> Side | None:
        """With the event that published it: the last of its stream, if that says so."""
        if about not in rebuilt:
            return None
        answer, last = rebuilt[about], self.logs.last.get((cadre, about))
        event_id = last.event_id if last and last[1:] == answer[:2] else None
        return {"outcome": answer.outcome, "codes": list(answer.codes), "digest": answer.digest, "event_id": event_id}

    def _reproduced(self, then: Then, cadre: str, said: Sequence[tuple[str, Derivation]]) -> None:
        facts = self.logs.facts(cadre)
        for _, together in groupby(said, lambda one: (one[1].as_of, one[1].inputs)):
            ids, derivations = zip(*together, strict=True)
            for event_id, live, rebuilt in zip(ids, derivations, then.told(cadre, facts, derivations), strict=True):
                self.report.add("published", cadre, event_id, told(live)._asdict(), rebuilt._asdict())


def _live(row: Mapping[str, str] | None) -> Side | None:
    return row and {name: row[name] for name in ("outcome", "codes", "digest", "event_id")}


def _fact(row: Mapping[str, str]) -> Side:
    return {name: row[name] for name in ("digest", "subject", "type")}
