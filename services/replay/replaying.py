"""Every derived answer and finding anew, from the logs alone, beside the one that stands.

Compared at one position: what was recorded meanwhile is read on, and those who differ are looked at again, until nothing new has come.
So a difference that is told is one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from contracts.message import civil_day
from services.client import Client
from services.compliance import law
from services.compliance.circulars import ABOUT_UNITS
from services.compliance.rebuilding import Answered, Derivation, Then, standing, standing_of_unit, told
from services.replay.kept import Kept, Row, Say, facts
from services.replay.logs import DERIVED, PAGE, SERVICES, Line, Logs, digest
from services.replay.report import Report, Side

ROUNDS = 10
"""How often what was recorded meanwhile is read on."""
OF_FACT = ("digest", "subject", "type")
OF_ANSWER = ("outcome", "codes", "digest", "event_id")
OF_FINDING = ("event_id", "open")


class Moving(Exception):
    """So much is recorded that no position could be compared."""


class Pair(NamedTuple):
    """What stands, and what should."""

    kind: str
    about: str
    live: Side | None
    rebuilt: Side | None


class Replay:
    def __init__(self, client: Client, logs: Logs, say: Say) -> None:
        self.client, self.logs, self.say = client, logs, say
        self.report = Report(logs.positions)
        self._kept = Kept()
        self._tolerating: dict[str, frozenset[str]] = {}
        """By cadre: the units that have an absence to answer for."""

    def standing(self) -> None:
        """The facts that compliance keeps, the answers and findings that stand. Raises Problem, or Moving."""
        self._read_on()
        for service in SERVICES:
            self._beyond(service)
        self._kept.read(self.client, self.say)
        day, differing = self._today(), dict[str, list[Pair]]()
        for who, pairs in self._pairs(day):
            if all(p.live == p.rebuilt for p in pairs):
                self.report.equal.update(p.kind for p in pairs)
            else:
                differing[who] = pairs
        self.report.as_of, differing = self._settled(day, differing)
        for who, pairs in differing.items():
            for pair in pairs:
                self.report.add(pair.kind, who, *pair[1:])

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

    def _settled(self, day: date, differing: dict[str, list[Pair]]) -> tuple[date, dict[str, list[Pair]]]:
        """Of those who differ, what differs when nothing new has come."""
        for _ in range(ROUNDS):
            before, (day, new) = day, (self._today(), self._read_on())
            if not differing or (not new and day == before):
                return before, differing
            for who in differing:
                self._kept.read(self.client, self.say, who)
            differing = dict(self._pairs(day, differing))
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
        kept = {int(k["position"]): k for k in facts(self.client, service, first - 1) if int(k["position"]) <= last}
        logged = {int(e["sequence"]): e for e in page if e["type"] not in DERIVED}
        for position in sorted({*kept, *logged}):
            line = logged.get(position)
            should = _side({**line, "digest": digest(line)}, OF_FACT) if line else None
            self.report.add("fact", service, str(position), _side(kept.get(position), OF_FACT), should)

    def _beyond(self, service: str) -> None:
        """Facts that compliance keeps and no log has."""
        kept = facts(self.client, service, self.logs.positions[service])
        end = int(self.client.get(service, "/reach")["position"])
        for row in kept:
            if int(row["position"]) > end:
                self.report.add("fact", service, str(row["position"]), _side(row, OF_FACT), None)

    def _today(self) -> date:
        """Of the instance."""
        return civil_day(self.client.get("compliance", "/reach")["at"])

    def _pairs(self, day: date, wanted: Mapping[str, object] | None = None) -> Iterator[tuple[str, list[Pair]]]:
        """Of all cadres, then of all units; or of those wanted."""
        common = law.Common.of(self.logs.shared)
        cadres = self.logs.cadres | self._kept.answers.keys()
        for number, cadre in enumerate(sorted(cadres if wanted is None else cadres & wanted.keys()), 1):
            try:
                yield cadre, self._of_cadre(common, cadre, day)
            except ValueError as trouble:  # facts that cannot be understood: what was published last still stands
                unread = {"trouble": type(trouble).__name__}
                yield cadre, [Pair("answer", about, _side(row, OF_ANSWER), unread) for about, row in self._kept.answers[cadre].items()]
            if number % PAGE == 0:
                self.say(f"已重算 {number} 名干部", f"{number} cadres derived anew")
        units = {e.subject for e in self.logs.shared if isinstance(e.data, ABOUT_UNITS)} | (self._kept.findings.keys() - cadres)
        units.update(*self._tolerating.values())
        tolerated = {cadre: self.logs.facts(cadre) for cadre, of in self._tolerating.items() if of}
        for unit in sorted(units if wanted is None else units & wanted.keys()):
            yield unit, self._findings(unit, standing_of_unit(common, unit, tolerated, day))

    def _of_cadre(self, common: law.Common, cadre: str, day: date) -> list[Pair]:
        rows = self._kept.answers.get(cadre, {})
        own = self.logs.facts(cadre)
        should = standing(common, cadre, own, day, [int(about) for about in rows if about.isdigit()])
        self._tolerating[cadre] = should.tolerating
        answers = [
            Pair("answer", about, _side(rows.get(about), OF_ANSWER), self._answer(cadre, about, should.answers.get(about)))
            for about in sorted({*rows, *should.answers})
        ]
        return answers + self._findings(cadre, should.findings)

    def _answer(self, cadre: str, about: str, rebuilt: Answered | None) -> Side | None:
        """With the event that published it: the last of its stream, if that says so."""
        if rebuilt is None:
            return None
        last = self.logs.last.get((cadre, about))
        event_id = last.event_id if last and last[1:] == rebuilt[:2] else None
        return {"outcome": rebuilt.outcome, "codes": list(rebuilt.codes), "digest": rebuilt.digest, "event_id": event_id}

    def _findings(self, about: str, holding: frozenset[str]) -> list[Pair]:
        rows, log = self._kept.findings.get(about, {}), self.logs.findings
        pairs = list[Pair]()
        for id_ in sorted({*rows, *holding}):
            said = log[id_].event_id if id_ in log and log[id_].open == (id_ in holding) else None
            pairs.append(Pair("finding", id_, _side(rows.get(id_), OF_FINDING), {"event_id": said, "open": id_ in holding}))
        return pairs

    def _reproduced(self, then: Then, cadre: str, said: Sequence[tuple[str, Derivation]]) -> None:
        own = self.logs.facts(cadre)
        for _, together in groupby(said, lambda one: (one[1].as_of, one[1].inputs)):
            ids, derivations = zip(*together, strict=True)
            for event_id, live, rebuilt in zip(ids, derivations, then.told(cadre, own, derivations), strict=True):
                self.report.add("published", cadre, event_id, told(live)._asdict(), rebuilt._asdict())


def _side(row: Row | None, names: Sequence[str]) -> Side | None:
    return row and {name: row[name] for name in names}
