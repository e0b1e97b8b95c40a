"""What a draft of the law would change for everybody: read in one snapshot, worked out in processes of their own, nothing recorded. One
preview at a time; a few more wait for their turn."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from contracts.message import Event, Fact
from services.compliance import drafts, preview_worker
from services.compliance.asking import Asking
from services.compliance.comparing import Compared
from services.compliance.law.numbers import numbers
from services.compliance.preview_worker import Task
from services.compliance.publishing import rows
from services.compliance.turns import Turns
from services.compliance.uncertain import parked

CHUNK = 24
WORKERS = 2
WAITING = 3
IN_MEMORY = 4 * 1024 * 1024
"""Bytes of changes; more of them wait in a file without a name."""

Step = Callable[[int, int], None]
"""Told how many cadres are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Preview:
    """`told`: everything but the changes. `changes`: a line of JSON each, by cadre."""

    told: dict[str, Any]
    changes: IO[bytes]


class Previewing:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._turns = Turns(WAITING, "preview-busy")

    async def judged(self, proposed: Fact, known_at: str) -> Event:
        """Raises Refused when the draft contradicts the law that it would join."""
        async with self._asking.still() as conn:
            return drafts.judged(proposed, await self._asking.common(conn), known_at)

    async def preview(self, draft: Event, as_of: date, known_at: str, year: int | None, step: Step) -> Preview:
        """Raises Refused preview-busy when too many wait already. Cancelling it ends the work."""
        async with self._turns.mine():
            return await self._preview(draft, as_of, known_at, year, step)

    async def _preview(self, draft: Event, as_of: date, known_at: str, year: int | None, step: Step) -> Preview:
        changes, totals, done = SpooledTemporaryFile(IN_MEMORY), Compared(), 0  # noqa: SIM115 -- closed with the preview
        async with self._asking.still() as conn:
            common = await self._asking.common(conn)
            cadres = [c for (c,) in await rows(conn, "select cadre from cadres order by cadre")]
            inputs, uncertain = await self._asking.inputs(conn), len({p.subject for p in await parked(conn)})
            step(0, len(cadres))
            async with _workers(Task(common.events, draft, as_of, known_at, year)) as pool:
                under_way = deque[tuple[int, asyncio.Future[tuple[Compared, bytes]]]]()
                for some in _chunks(cadres):
                    lines = await rows(conn, "select subject, line from facts where subject = any(%s)", some)
                    under_way.append((len(some), asyncio.get_running_loop().run_in_executor(pool, preview_worker.work, some, lines)))
                    if len(under_way) <= 2 * WORKERS:
                        continue
                    done += await _gather(under_way, totals, changes)
                    step(done, len(cadres))
                while under_way:
                    done += await _gather(under_way, totals, changes)
                    step(done, len(cadres))
        told = {"draft": _said(draft), "as_of": as_of.isoformat(), "known_at": known_at} | ({"year": year} if year else {})
        notes = _notes(draft, as_of)
        return Preview(told | {"inputs": inputs, "parked": uncertain, "notes": notes, "totals": totals.totals()}, changes)


async def _gather(under_way: deque[tuple[int, asyncio.Future[tuple[Compared, bytes]]]], totals: Compared, changes: IO[bytes]) -> int:
    cadres, future = under_way.popleft()
    found, lines = await future
    totals.add(found)
    changes.write(lines)
    return cadres


@asynccontextmanager
async def _workers(task: Task) -> AsyncIterator[ProcessPoolExecutor]:
    """Processes that know the law; they are gone when the preview is done or given up."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["services.compliance.preview_worker"])
    pool = ProcessPoolExecutor(WORKERS, context, preview_worker.begin, (task,))
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _chunks(cadres: list[str]) -> Iterable[list[str]]:
    return (cadres[i : i + CHUNK] for i in range(0, len(cadres), CHUNK))


def _said(draft: Event) -> dict[str, Any]:
    return {"type": draft.type, "time": draft.time.isoformat(), "data": draft.data.public()}


def _notes(draft: Event, as_of: date) -> list[dict[str, str]]:
    found = []
    if draft.time > as_of:
        zh, en = (
            "草案在所问之日尚未生效，故无变化；可用 as_of 指定以后的日期",
            "the draft is not in force on the day asked about: ask with a later as_of",
        )
        found.append({"code": "not-yet-in-force", "zh": zh, "en": en})
    if unread := [n for n in getattr(draft.data, "parameters", ()) if all(line.use != "in_force" for line in numbers()[n])]:
        names = ", ".join(unread)
        zh = f"{names}：政策不能变更，写入草案也不影响结论；用途见 docs/regulation.md"
        en = f"{names}: no policy changes it, so the draft has no effect there; docs/regulation.md says what it is for"
        found.append({"code": "without-effect", "zh": zh, "en": en})
    return found
