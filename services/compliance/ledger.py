"""A ledger read from log files, its lines in any order, in two passes: every line is taken once, its place in the log and its
attributes checked, and laid aside with its cadre; then cadre by cadre the facts are read in full. Memory holds what is about no
single cadre and the cadres of one pile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

import orjson

from contracts.assignments import AttendanceSheetImported
from contracts.envelope import ACTOR, DATA, RECORDED, SEQUENCE, SOURCE
from contracts.message import Attributes, Event, attributes, facts
from contracts.registry import RoleGranted, RoleRevoked, WorkbookImported
from services.compliance import cores
from services.compliance.checking import Contradiction, Misplaced, Twice, fact, versions
from services.compliance.law import Cadre, Common
from services.compliance.law.counting import recording
from services.compliance.logfiles import PARTIAL, found_again, not_a_fact, opened, said, size, there_twice
from services.compliance.piles import HELD, Piles
from services.compliance.positions import Positions

T = TypeVar("T")
Watch = Callable[[str, str, float], None]
"""Told what is going on, in Chinese and English, and which share of it is done."""
EVERY = 8192
NOBODY = ("",) * (DATA - ACTOR)
"""Who entered a fact, for whom and by which request, is not laid aside: no rule reads it."""
RECORDING = itemgetter(RECORDED, SOURCE, SEQUENCE)
"""The order of `recording`, of attributes: positions are written with leading zeros."""
UNREAD = frozenset(kind.type() for kind in (AttendanceSheetImported, RoleGranted, RoleRevoked, WorkbookImported))
"""About no single cadre and read by no rule, though there are more of them than of all others: checked, and let go."""


def unwatched(zh: str, en: str, share: float) -> None:
    """For those who do not look."""


class Ledger:
    """Raises BadLog for what cannot be read, contradicts itself or is incomplete without saying so. With `only`, the facts about other
    cadres are taken but not read in full. Derived events are never facts."""

    def __init__(self, logs: Sequence[Path], known_at: str, *, only: str | None = None, held: int = HELD, watch: Watch = unwatched) -> None:
        self._logs, self._watch = logs, watch
        self._piles = Piles(held)
        positions, common = Positions(known_at), list[Event]()
        total, done = size(logs), 0
        for log in logs:
            with opened(log) as (lines, place):
                for number, line in enumerate(lines, 1):
                    try:
                        if not line.isspace():
                            self._take(orjson.loads(line), positions, common, only)
                    except Contradiction as wrong:
                        raise said(log, number, wrong) from None
                    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as wrong:
                        raise not_a_fact(log, number, wrong) from None
                    except Twice as twice:
                        raise there_twice(logs, log, number, line, twice.source, twice.position) from None
                    if not number % EVERY:
                        watch("读入", "reading", (done + place()) / total if total else 0)
                done += place()
        positions.check()
        self.empty = not len(positions)
        self.inputs: Mapping[str, int] = positions.inputs()
        with self._located():
            positions.in_order()
            versions(sorted(common, key=recording))
        self.common = Common(common)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._piles.close()

    @contextmanager
    def _located(self) -> Iterator[None]:
        try:
            yield
        except Misplaced as wrong:
            raise found_again(self._logs, wrong.source, wrong.position, wrong) from None

    def _take(self, e: Any, positions: Positions, common: list[Event], only: str | None) -> None:
        kind = e["type"]
        if kind == PARTIAL:
            positions.leave_out(e.get("data"))
            return
        fact(e)
        found = attributes(e)
        positions.take(found[SOURCE], int(found[SEQUENCE]), found[RECORDED])
        reads = _reads().get(kind, _whoever)
        if reads is None:
            return
        cadre_id = reads(found[DATA])
        if cadre_id is None:
            event = Event.read(found)
            if kind not in UNREAD:
                common.append(event)
        elif only is None or cadre_id == only:
            row = orjson.dumps((*found[:ACTOR], *NOBODY, *found[DATA:]))
            self._piles.put(cadre_id, b"%b\t%b\n" % (row, orjson.dumps(cadre_id)))

    def each(self, of: Callable[[Cadre], T]) -> Iterator[T]:
        """What `of` gives for every cadre, once, in no order that means anything; by as many processes as there are cores where the log
        did not fit into memory. Raises BadLog for a fact that is none."""
        numbers = range(len(self._piles))
        found = cores.each(
            lambda number: [of(cadre) for cadre in self._pile(number)], numbers, cores.usable() if self._piles.laid_aside else 1
        )
        for done, some in enumerate(found, 1):
            yield from some
            self._watch("判定", "deciding", done / len(numbers))

    def _pile(self, number: int) -> Iterator[Cadre]:
        """One cadre is read after the other: what was just read is still at hand when it is asked about."""
        cadres: dict[bytes, list[bytes]] = defaultdict(list)
        for line in self._piles.pile(number):
            found, _, cadre_id = line.rpartition(b"\t")
            cadres[cadre_id].append(found)
        for own in cadres.values():
            rows = list(map(orjson.loads, own))
            rows.sort(key=RECORDING)
            events = list(map(self._event, rows))
            with self._located():
                versions(events)
            yield Cadre(events[0].data.cadre_id, events, in_order=True)  # type: ignore[attr-defined]

    def _event(self, found: Attributes) -> Event:
        try:
            return Event.read(found)
        except ValueError:
            raise found_again(self._logs, found[SOURCE], int(found[SEQUENCE])) from None


@cache
def _reads() -> dict[str, Callable[[Any], str | None] | None]:
    """For each type, what finds the cadre in its data; nothing for what is derived, and so no fact."""
    return {name: None if kind.DERIVED else _the_cadre if "cadre_id" in kind.model_fields else _nobody for name, kind in facts().items()}


def _the_cadre(data: Any) -> str | None:
    return data.get("cadre_id")  # type: ignore[no-any-return]


def _nobody(data: Any) -> None:
    return None


def _whoever(data: Any) -> str | None:
    """Of a type that this version does not know."""
    found = data.get("cadre_id")
    return found if isinstance(found, str) and found else None
