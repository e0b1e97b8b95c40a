"""What a running instance keeps: the answers and findings that stand when everything named has been answered, and copies of facts."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.client import Client
from services.problems import Problem

PAGE = 1000
PATIENCE = 600.0
"""Seconds that the instance has to answer those who wait for an answer."""

Say = Callable[[str, str], None]
Row = Mapping[str, Any]


@dataclass(slots=True)
class Kept:
    """By whom they are about: answers by what they are about, findings by their ids."""

    answers: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    findings: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))

    def read(self, client: Client, say: Say, who: str | None = None) -> None:
        """Of everybody, or anew of one cadre or unit. Raises Problem."""
        of_one = {who} if who else {*self.answers, *self.findings}
        answers = list(_waiting(client, say, "/kept/answers", {"cadre": who} if who else {}))
        findings = list(_waiting(client, say, "/kept/findings", {"about": who} if who else {}))
        for one in of_one:
            self.answers.pop(one, None)
            self.findings.pop(one, None)
        for row in answers:
            self.answers[row["cadre_id"]][row["about"]] = row
        for row in findings:
            self.findings[row["about"]][row["finding_id"]] = row


def facts(client: Client, service: str, after: int) -> list[Row]:
    """A page of the copies of a service's facts, from a position on."""
    return list(client.get("compliance", f"/kept/facts/{service}", {"after": after, "limit": PAGE})["items"])


def _waiting(client: Client, say: Say, path: str, asked: dict[str, str]) -> Iterator[Row]:
    """A list, as soon as it rests on everything that the client has read."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            yield from list(client.items("compliance", path, {"limit": PAGE, **asked}))
        except Problem as problem:
            if problem.code != "not-yet-known" or time.monotonic() > end:
                raise
            say("尚有答案未推导完，等待中", "some answers are still being derived: waiting for them")
        else:
            return
