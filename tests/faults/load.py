"""People who go on working while things break: every command is sent, with its key, until somebody answers it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx

from tests.faults.system import System

FIRST = date(2024, 1, 2)
PATIENCE = 90.0
"""Seconds after which somebody stops asking: the test has failed."""


@dataclass(frozen=True)
class Acknowledged:
    service: str
    events: tuple[str, ...]
    position: int


@dataclass
class Worker:
    """Who works on, from one fault to the next, on cadres of their own. `known`: up to where they have read each service."""

    name: str
    cadres: list[str] = field(default_factory=list)
    absences: list[tuple[str, str]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)
    done: int = 0


@dataclass
class Load:
    """`refused`: commands that were right and were turned down all the same. `again`: how many were sent more than once; `longest`:
    seconds until one was answered."""

    system: System
    workers: list[Worker] = field(default_factory=lambda: [Worker(f"w{n}") for n in range(4)])
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    again: int = 0
    longest: float = 0.0

    @contextmanager
    def running(self, seed: int, newcomers: bool = True) -> Iterator[None]:
        """Everything that was begun is answered when this ends. Without `newcomers` nobody says to one service what rests on
        something that another one has only just been told."""
        over = threading.Event()
        if not self.acknowledged:
            self._say(Worker("-"), "registry", "RegisterUnit", {"unit_id": "U1", "name": "第一小学", "kind": "school"}, "unit")
        jobs = [(w, random.Random(f"{seed}-{w.name}"), newcomers, over) for w in self.workers]
        threads = [threading.Thread(target=self._work, args=job) for job in jobs]
        for t in threads:
            t.start()
        try:
            yield
        finally:
            over.set()
            for t in threads:
                t.join(PATIENCE + 30)
                assert not t.is_alive(), "somebody is never answered"

    def _work(self, me: Worker, rng: random.Random, newcomers: bool, over: threading.Event) -> None:
        while not over.is_set():
            me.done += 1
            key, what, day = f"{me.name}-{me.done}", rng.random(), str(FIRST + timedelta(days=me.done % 700))
            if len(me.cadres) < 2 or what < 0.1:
                self._new(me, key, newcomers)
                continue
            cadre = rng.choice(me.cadres)
            if me.absences and what < 0.35:
                absence, cadre = me.absences.pop(rng.randrange(len(me.absences)))
                body = {"absence_id": absence, "cadre_id": cadre, "as": rng.choice(["awol", "excused", "official_business"])}
                paper = {"Taizhang-On-Behalf-Of": "branch", "Taizhang-Document-No": "1"}
                self._say(me, "assignments", "CharacteriseAbsence", body | {"decided_on": "2025-12-30"}, key, paper)
            elif what < 0.75:
                body = {"absence_id": f"A{key}", "cadre_id": cadre, "unit_id": "U1", "from": day, "until": day}
                if self._say(me, "assignments", "RecordAbsence", body, key):
                    me.absences.append((f"A{key}", cadre))
            else:
                self._say(me, "compliance", "HoldExitTalk", {"cadre_id": cadre, "held_on": day}, key)

    def _new(self, me: Worker, key: str, newcomers: bool) -> None:
        cadre, read = f"C{key}", dict(me.known)
        said = {"cadre_id": cadre, "unit_id": "U1", "managed_by": "committee", "category": "professional_technical", "from": "2022-05-01"}
        self._say(me, "registry", "RegisterCadre", said | {"private": {"name": "王小明"}}, f"{key}a")
        left = {"cadre_id": cadre, "unit_id": "U1", "post": "校长", "reason": "age", "exited_on": "2023-09-01", "decision_no": "1"}
        self._say(me, "registry", "RegisterExit", left, f"{key}b")
        if newcomers:
            me.cadres.append(cadre)
        else:
            me.known = read

    def _say(self, me: Worker, service: str, name: str, body: dict[str, Any], key: str, paper: Mapping[str, str] | None = None) -> bool:
        """Until an answer comes that is about the command: what is said of the service's own state is no such answer."""
        headers, began, tries = {**self.system.shown, "Idempotency-Key": key, **(paper or {})}, time.monotonic(), 0
        if service != "registry" and "registry" in me.known:
            headers["Taizhang-After"] = f"registry={me.known['registry']}"
        while time.monotonic() < began + PATIENCE:
            tries += 1
            try:
                answer = httpx.post(f"{self.system.urls[service]}/commands/{name}", json=body, headers=headers, timeout=10, trust_env=False)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code >= 500:
                time.sleep(0.05)
                continue
            self.again += tries > 1
            self.longest = max(self.longest, time.monotonic() - began)
            if answer.status_code not in (200, 201):
                self.refused.append(f"{name}: {answer.json().get('code')} at attempt {tries}")
                return False
            told = answer.json()
            self.acknowledged.append(Acknowledged(service, tuple(told["events"]), told["position"]))
            me.known[service] = max(me.known.get(service, 0), told["position"])
            return True
        self.refused.append(f"{name}: never answered")
        return False
