"""The logs of a running instance, read through its feeds as far as they reach: facts by whom they are about, and what was published.
They are kept in a file without a name: 8 bytes of memory for each."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from tempfile import TemporaryFile
from typing import Any, NamedTuple, Self

from contracts.canonical import canonical
from contracts.compliance import AppraisalEligibilityDerived, PromotionEligibilityDerived
from contracts.message import Event, facts
from services.client import Client
from services.compliance.raising import CLEARED, RAISED
from services.compliance.rebuilding import Derivation

SERVICES = ("registry", "assignments", "compliance")
PAGE = 1000
PUBLISHED = (PromotionEligibilityDerived.type(), AppraisalEligibilityDerived.type())
FOUND = (RAISED, CLEARED)
DERIVED = frozenset(name for name, fact in facts().items() if fact.DERIVED)

Line = dict[str, Any]


class Finding(NamedTuple):
    """The last event about a finding."""

    about: str
    event_id: str
    open: bool


class Last(NamedTuple):
    """The last answer that was published, about somebody and something."""

    event_id: str
    outcome: str
    codes: tuple[str, ...]


class Logs:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._file = TemporaryFile()  # noqa: SIM115 -- closed with this
        self.positions = dict.fromkeys(SERVICES, 0)
        self.shared = list[Event]()
        """Facts about no single cadre."""
        self.last: dict[tuple[str, str], Last] = {}
        self.findings: dict[str, Finding] = {}
        self._facts: dict[str, array[int]] = defaultdict(lambda: array("q"))
        self._published: dict[str, array[int]] = defaultdict(lambda: array("q"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def cadres(self) -> set[str]:
        return set(self._facts)

    def pages(self, service: str) -> Iterator[list[Line]]:
        """What is new in the log of a service, page by page; each is taken in when the next is asked for."""
        while batch := self._client.get(service, "/feed", {"after": self.positions[service], "limit": PAGE}):
            yield batch
            for event in batch:
                self._take(event)
            self.positions[service] = int(batch[-1]["sequence"])

    def facts(self, cadre: str) -> list[Event]:
        """Raises ValueError when one of them cannot be understood."""
        return self._read(self._facts, cadre)

    def published(self, cadre: str) -> list[tuple[str, Derivation]]:
        """Answers about the cadre with the events that published them, in their order."""
        read = self._read(self._published, cadre)
        return [(e.id, e.data) for e in read if isinstance(e.data, PromotionEligibilityDerived | AppraisalEligibilityDerived)]

    def published_ids(self) -> list[str]:
        return [event_id for cadre in sorted(self._published) for event_id, _ in self.published(cadre)]

    def _take(self, event: Line) -> None:
        cadre = event["data"].get("cadre_id")
        if event["type"] in PUBLISHED:
            about, codes = str(event["data"].get("year", "promotion")), tuple(r["code"] for r in event["data"]["reasons"])
            self.last[cadre, about] = Last(event["id"], event["data"]["outcome"], codes)
            self._published[cadre].append(self._keep(event))
        elif event["type"] in FOUND:
            self.findings[event["data"]["finding_id"]] = Finding(event["data"]["about"], event["id"], event["type"] == RAISED)
        elif cadre:
            self._facts[cadre].append(self._keep(event))
        else:
            self.shared.append(Event.of(event))

    def _keep(self, event: Line) -> int:
        at = self._file.seek(0, 2)
        self._file.write(canonical(event) + b"\n")
        return at

    def _read(self, of: Mapping[str, array[int]], cadre: str) -> list[Event]:
        found = []
        for offset in of.get(cadre, ()):
            self._file.seek(offset)
            found.append(Event.parse(self._file.readline()))
        return found


def digest(event: Line) -> str:
    """Of the stored line."""
    return sha256(canonical(event)).hexdigest()
