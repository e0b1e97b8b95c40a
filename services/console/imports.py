"""Imports of uploaded workbooks: read at once, answered, then recorded while one may look on. What is kept of one suffices to go on
after a restart; each row is recorded once however often that happens."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from contracts.message import instant
from services.console.asking import Asked
from services.console.uploads import Place, Uploads
from services.kernel.problem import report
from services.kernel.refusal import refused
from services.problems import Problem

READING, RECORDING = 2, 4
"""At once; the others wait."""
OPEN = 20
"""Imports that one person may have open: those that are recorded, and ask nothing, are not."""
MOST = 200
"""Imports of one person, with those that are recorded, until their time is over."""
SHOWN = 1000
"""Rows of each kind in an answer; all of them are counted, and in the workbook that goes back."""
ROWS = ("rejected", "questions", "warnings")
Kept = dict[str, Any]
"""`kind`, `name`, `counts`, `state`, `columns`, `answers`, `reading`, `problem`; `asked`: the codes of the questions that were answered, by their ids."""


class Stopped(Exception):
    """The console ends; the rest is recorded when it is asked for again."""


@dataclass(slots=True)
class Progress:
    """In commands."""

    done: int = 0
    total: int = 0

    def step(self, number: int) -> None:
        self.total, self.done = (number, 0) if number >= 0 else (self.total, self.done + 1)


@dataclass(slots=True)
class Imports:
    uploads: Uploads
    _reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READING))
    _recording: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(RECORDING))
    _running: dict[str, Progress] = field(default_factory=dict)
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)
    _coming: Counter[str] = field(default_factory=Counter)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _ending: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def coming(self, owner: str) -> Iterator[None]:
        """There is room for one more, from its first byte on. Raises Refused where too many are open or on their way."""
        if self.uploads.count(owner, "workbook") + self._coming[owner] >= OPEN or self.uploads.count(owner, "import") >= MOST:
            raise refused("too-many-imports")
        self._coming[owner] += 1
        try:
            yield
        finally:
            self._coming[owner] -= 1

    async def take(self, ask: Asked, owner: str, kind: str, name: str, data: bytes, columns: Sequence[str]) -> Kept:
        """A dry run. Raises Unreadable, BadColumns and Problem."""
        from services.workbooks.reading import columns_said

        given = columns_said(kind, columns)  # type: ignore[arg-type]
        kept: Kept = {"kind": kind, "name": name, "state": "read", "columns": given, "answers": {}, "problem": None}
        place = self.uploads.new(owner)
        try:
            await self._read(ask, place, kept, data)
            await asyncio.to_thread(place.write, "workbook", data)
            self._keep(place, kept)
        except Exception:
            place.erase_all()
            raise
        return self._told(place, kept)

    def look(self, owner: str, import_id: str) -> Kept:
        return self._told(*self._open(owner, import_id))

    async def answer(self, ask: Asked, owner: str, import_id: str, change: Callable[[Kept], None]) -> Kept:
        """Reads again, with what was answered; `change` puts it in, or raises Invalid."""
        async with self._turn(owner, import_id) as (place, kept):
            if place.import_id in self._running:
                raise refused("import-recording")
            data = await asyncio.to_thread(place.read, "workbook")
            if data is None:
                raise refused("import-closed")
            change(kept)
            await self._read(ask, place, kept, data)
            kept["state"] = "read"
            self._keep(place, kept)
        return self._told(place, kept)

    async def record(self, ask: Asked, owner: str, import_id: str) -> tuple[Kept, bool]:
        """Begins, unless it is under way or done; whether it goes on after this."""
        async with self._turn(owner, import_id) as (place, kept):
            if place.import_id not in self._running and kept["state"] != "recorded":
                data = await asyncio.to_thread(place.read, "workbook")
                if data is None:
                    raise refused("import-closed")
                kept |= {"state": "recording", "problem": None}
                self._keep(place, kept)
                self._running[place.import_id] = progress = Progress()
                task = asyncio.create_task(self._record(ask, place, kept, data, progress))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return self._told(place, kept), place.import_id in self._running

    async def drop(self, owner: str, import_id: str) -> None:
        async with self._turn(owner, import_id) as (place, _):
            if place.import_id in self._running:
                raise refused("import-recording")
            await asyncio.to_thread(place.erase_all)

    def rejected(self, owner: str, import_id: str) -> bytes:
        """The workbook that goes back."""
        place, _ = self._open(owner, import_id)
        found = place.read("returned")
        if found is None:
            raise refused("nothing-sent-back")
        return found

    async def end(self) -> None:
        """What is under way stops where it is."""
        self._ending.set()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _read(self, ask: Asked, place: Place, kept: Kept, data: bytes) -> None:
        async with self._reading:
            await asyncio.to_thread(self._import, ask, place, kept, data, None)

    async def _record(self, ask: Asked, place: Place, kept: Kept, data: bytes, progress: Progress) -> None:
        try:
            async with self._recording:
                await asyncio.to_thread(self._import, ask, place, kept, data, progress)
            kept["state"] = "recorded"
            if not kept["reading"]["questions"]:
                await asyncio.to_thread(place.erase, "workbook")
        except Stopped:
            kept["state"] = "interrupted"
        except Problem as problem:
            kept |= {"state": "interrupted", "problem": {"code": problem.code, "zh": problem.zh, "en": problem.en}}
        except Exception as error:
            report(error, "imports")
            failed = refused("internal-error")
            kept |= {"state": "interrupted", "problem": {"code": failed.code, "zh": failed.zh, "en": failed.en}}
        finally:
            self._running.pop(place.import_id, None)
            self._keep(place, kept)

    def _import(self, ask: Asked, place: Place, kept: Kept, data: bytes, progress: Progress | None) -> None:
        """In a thread. `progress`: records, too."""
        from services.workbooks.columns import Columns
        from services.workbooks.importing import carry_out, import_file

        def step(number: int) -> None:
            if self._ending.is_set():
                raise Stopped
            if progress:
                progress.step(number)

        columns = Columns(kept["columns"], self.uploads.layouts(place.owner).get(kept["kind"], {}))
        with ask() as client:
            reading = import_file(client, kept["kind"], data, kept["name"], dry_run=True, columns=columns, answers=kept["answers"])
            try:
                if progress:
                    carry_out(client, reading, step)
            finally:  # what a service refused is known even where it was not all
                kept["reading"], kept["counts"] = _shown(reading.public())
                back = reading.returned
                place.write("returned", back) if back else place.erase("returned")
        if progress:
            self.uploads.remember(place.owner, kept["kind"], reading.layouts(kept["columns"]))

    def _open(self, owner: str, import_id: str) -> tuple[Place, Kept]:
        """Of somebody else's it is told what is told of one that is not there: for them there is none."""
        place = self.uploads.find(owner, import_id)
        said = place.read("import") if place else None
        if place is None or said is None:
            raise refused("unknown-import")
        kept: Kept = orjson.loads(said)
        if kept["state"] == "recording" and import_id not in self._running:
            kept["state"] = "interrupted"
        return place, kept

    def _keep(self, place: Place, kept: Kept) -> None:
        place.write("import", orjson.dumps(kept))

    @asynccontextmanager
    async def _turn(self, owner: str, import_id: str) -> AsyncIterator[tuple[Place, Kept]]:
        """One after the other; each finds what the one before it left."""
        self._open(owner, import_id)
        if len(self._turns) > 10_000:
            self._turns = {i: turn for i, turn in self._turns.items() if turn.locked()}
        async with self._turns.setdefault(import_id, asyncio.Lock()):
            yield self._open(owner, import_id)

    def _told(self, place: Place, kept: Kept) -> Kept:
        reading, progress = kept["reading"], self._running.get(place.import_id)
        found = {k: kept[k] for k in ("kind", "state", "answers", "problem", "counts")}
        found |= {"import_id": place.import_id, "file": kept["name"]}
        found |= {k: reading[k][:SHOWN] for k in ROWS} | {k: reading[k] for k in ("columns", "commands")}
        return found | {
            "progress": {"done": progress.done, "total": progress.total} if progress else None,
            "until": instant(datetime.fromtimestamp(place.until, UTC)),
        }


def _shown(reading: dict[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
    """No more of it than is asked for again, since it is read at each look; and how many rows there are."""
    counts = {k: reading[k] for k in ("accepted", "duplicates")} | {k: len(reading[k]) for k in ROWS}
    return reading | {k: reading[k][:SHOWN] for k in ("rejected", "warnings")}, counts
