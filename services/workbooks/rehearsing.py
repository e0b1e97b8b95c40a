"""What the services would say, before anything is sent: the row's commands, decided by the services' own deciders on what is
recorded and on what earlier rows of the file propose. A row is carried out whole or not at all, and a dry run knows it too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from contracts.message import Event, Fact
from services.assignments import deciding
from services.kernel.line import Actor
from services.workbooks.acting import on_behalf_of

_COUNTS = frozenset({"CadreRegistered", "UnitRegistered", "RetirementCompleted", "CadreDeceased"})
"""Facts of the registry that the deciders of assignments ask for."""


class Rehearsal:
    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._about: dict[str, list[Event]] = defaultdict(list)
        """Facts of the registry, by whom they are about."""
        self._streams: dict[str, list[Event]] = defaultdict(list)
        self._leaves: dict[str, dict[str, tuple[date, date]]] = defaultdict(dict)
        """By cadre: stream of a leave → the days that its facts name, from the first to the last."""
        self._next = 1
        for event in events:
            self.keep(event)

    def copy(self) -> Rehearsal:
        """On the same stage: what is tried on the copy leaves this one as it is."""
        other = Rehearsal()
        other._about.update({k: list(v) for k, v in self._about.items()})
        other._streams.update({k: list(v) for k, v in self._streams.items()})
        other._leaves.update({k: dict(v) for k, v in self._leaves.items()})
        other._next = self._next
        return other

    def add(self, fact: Fact) -> None:
        self.keep(self._event(fact))

    def carry_out(self, commands: Sequence[Fact]) -> list[Fact]:
        """Those that would add something; what they add counts for the rows that follow. Raises Refused, and then none counts."""
        own: list[Event] = []
        added: list[Fact] = []
        for command in commands:
            if deciding.decide(command, [*self._history(command), *own], _actor(command)):
                own.append(self._event(command))
                added.append(command)
        for event in own:
            self.keep(event)
        return added

    def _history(self, command: Fact) -> list[Event]:
        """All that can matter to the decision, and little else: a person may have hundreds of leaves."""
        cadre_id = str(getattr(command, "cadre_id", ""))
        found = [*self._about[cadre_id], *self._about[str(getattr(command, "host_unit_id", ""))]]
        streams = {command.stream()}
        if duty := getattr(command, "duty_id", None):
            streams.add(f"duty-{duty}")
        if days := _days(command):
            streams |= {s for s, (first, last) in self._leaves[cadre_id].items() if first <= days[1] and days[0] <= last}
        return found + [event for stream in sorted(streams) for event in self._streams[stream]]

    def keep(self, event: Event) -> None:
        if event.service == "registry":
            if event.data.event_name() in _COUNTS:
                self._about[event.subject].append(event)
            return
        self._streams[event.stream].append(event)
        if event.stream.startswith("leave-") and (days := _days(event.data)):
            first, last = self._leaves[event.subject].get(event.stream, days)
            self._leaves[event.subject][event.stream] = (min(first, days[0]), max(last, days[1]))

    def _event(self, fact: Fact) -> Event:
        self._next += 1
        stream, service = fact.stream(), fact.SERVICE
        place: dict[str, Any] = dict.fromkeys(("recordedtime", "actor", "role", "unitref", "correlationid", "causationid"), "")
        return Event(
            id=f"{service}/{stream}@{self._next}",
            source=f"/taizhang/{service}",
            type=fact.type(),
            subject=fact.subject(),
            time=date.min,
            sequence=self._next,
            data=fact,
            **place,
        )


def _actor(command: Fact) -> Actor:
    """The section, with the import as its paper."""
    return Actor("-", "section", on_behalf_of=on_behalf_of(command), document="import")


def _days(fact: Fact) -> tuple[date, date] | None:
    if not fact.event_name().startswith("Leave"):
        return None
    until = getattr(fact, "until", None)
    first = getattr(fact, "from_", until)
    return (first, until) if first and until else None
