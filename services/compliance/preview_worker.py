"""The part of a preview that takes its time, in processes of its own, so that a service goes on answering: facts of some cadres in, what
changes for them out. They yield the processor to whatever else wants it, and end when the service does."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from multiprocessing import parent_process

import orjson

from contracts.message import Event
from services.compliance import law
from services.compliance.comparing import Compared, Laws, compare

GENTLY = 2


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of everybody. `shared`: the facts about no single cadre."""

    shared: Sequence[Event]
    draft: Event
    as_of: date
    known_at: str
    year: int | None


_asked: list[tuple[Task, Laws]] = []
"""Of this process, which serves one preview."""


def begin(task: Task) -> None:
    os.nice(GENTLY)
    threading.Thread(target=_end_with_the_service, daemon=True).start()
    _asked[:] = [(task, Laws.of(law.Common.of(task.shared), task.draft))]


def work(cadres: Sequence[str], lines: Sequence[tuple[str, str]]) -> tuple[Compared, bytes]:
    """`lines`: (cadre, stored line). The changes as JSON lines, and the totals without them."""
    ((task, laws),) = _asked
    compared, of = Compared(), defaultdict[str, list[str]](list)
    for subject, line in lines:
        of[subject].append(line)
    for cadre in cadres:
        one = Compared()
        try:
            compare(laws, cadre, [Event.parse(line) for line in of[cadre]], task.as_of, task.known_at, task.year, one)
        except Exception:  # one cadre's facts must not keep the others from their answer; it is told how many were left out
            one = Compared(unanswered=1)
        compared.add(one)
        compared.changes += one.changes
    changes = b"".join(orjson.dumps(change) + b"\n" for change in compared.changes)
    compared.changes = []
    return compared, changes


def _end_with_the_service() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(0)
