"""The log of one service: many concurrent commands, one commit, positions that a reader can count.

A fact is durable when `append` returns. What is stored is the line that is published, exported and hashed; see log.sql.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import psycopg

from services.kernel.drafts import Busy, CommandReused, Conflict, Draft, Placed, Unreachable, Waiting, call, deliver, firsts, spoken

__all__ = ["DDL", "Busy", "Clock", "CommandReused", "Conflict", "Draft", "Log", "Placed", "Unreachable"]

DDL = Path(__file__).with_name("log.sql").read_text(encoding="utf-8")
GROUP = 512
"""Facts a commit."""
WAITING = 10_000
"""Commands that may wait for the committer before others are turned away."""
LOST = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)
"""The connection is gone, or the server became a standby: committed or not, the command ids will tell."""

Clock = Callable[[], datetime | None]
"""None = the database's own clock."""


class Log:
    """One committer per process takes whatever waits and commits it at once; several processes may share a log.

    `append` blocks, `append_async` awaits. They raise Conflict or CommandReused (for this command only), Busy, ValueError
    for drafts that do not follow each other, or Unreachable. Open it after forking, close it before exit."""

    def __init__(self, service: str, dsn: str, clock: Clock = lambda: None, patience: float = 10) -> None:
        self.service, self.dsn, self.clock, self.patience = service, dsn, clock, patience
        self._arrived, self._held = SimpleQueue[Waiting | None](), deque[Waiting]()
        self._conn: psycopg.Connection[Any] | None = None
        self._committing = threading.Lock()
        self._closed, self._alone = False, True
        self._thread = threading.Thread(target=self._run, name=f"log-{service}", daemon=True)
        self._thread.start()

    def append(
        self, drafts: Sequence[Draft], command: str | None = None, digest: bytes = b"", guards: Mapping[str, int] | None = None
    ) -> Placed:
        waiting = self._waiting(drafts, command, digest, guards)
        answer: Future[Placed] = Future()
        waiting.answer = answer
        idle = self._alone and not self._closed and self._arrived.empty()
        if idle and self._committing.acquire(blocking=False):  # no need for two thread switches
            try:
                self._commit([waiting])
            finally:
                self._committing.release()
        else:
            self._put(waiting)
        return answer.result()

    async def append_async(
        self, drafts: Sequence[Draft], command: str | None = None, digest: bytes = b"", guards: Mapping[str, int] | None = None
    ) -> Placed:
        waiting = self._waiting(drafts, command, digest, guards)
        waiting.loop = asyncio.get_running_loop()
        answer: asyncio.Future[Placed] = waiting.loop.create_future()
        waiting.answer = answer
        self._put(waiting)
        return await answer

    def close(self) -> None:
        """Commits what waits, then stops."""
        self._closed = True
        self._arrived.put(None)
        self._thread.join()
        self._turn_away()
        with self._committing:
            self._disconnect()

    def _put(self, waiting: Waiting) -> None:
        self._arrived.put(waiting)
        if not self._thread.is_alive():  # closed meanwhile
            self._turn_away()

    def _turn_away(self) -> None:
        """Those that spoke while it closed: nobody takes them any more."""
        with suppress(Empty):
            while True:
                if waiting := self._arrived.get_nowait():
                    waiting.outcome = Unreachable(f"the log of {self.service} is closed")
                    deliver([waiting])

    def _waiting(self, drafts: Sequence[Draft], command: str | None, digest: bytes, guards: Mapping[str, int] | None) -> Waiting:
        if self._closed:
            raise Unreachable(f"the log of {self.service} is closed")
        if self._arrived.qsize() + len(self._held) > WAITING:
            raise Busy(self.service)
        until = time.monotonic() + self.patience
        return Waiting(command or f"auto-{uuid.uuid4()}", digest, drafts, guards or {}, firsts(drafts), until)

    def _run(self) -> None:
        open_ = True
        while open_ or self._held:
            if not self._held:
                open_ = self._hold(self._arrived.get())
            with self._committing:
                while not self._arrived.empty():
                    open_ = self._hold(self._arrived.get()) and open_
                group = self._take()
                self._alone = len(group) < 2
                self._commit(group)

    def _hold(self, waiting: Waiting | None) -> bool:
        if waiting:
            self._held.append(waiting)
        return waiting is not None

    def _take(self) -> list[Waiting]:
        """The next group: at most one command per stream, subject and id, so that none depends on another."""
        group, later, busy, size = list[Waiting](), list[Waiting](), set[str](), 0
        while self._held and size < GROUP:
            waiting = self._held.popleft()
            keys = {d.stream for d in waiting.drafts} | {f"\0{d.subject}" for d in waiting.drafts}
            keys |= {f"\0{s}" for s in waiting.guards} | {f"\1{waiting.command}"}
            (later if keys & busy else group).append(waiting)
            busy |= keys
            size += len(waiting.drafts)
        self._held.extendleft(reversed(later))
        return group

    def _commit(self, group: list[Waiting]) -> None:
        """Answers every command of the group, whatever happens."""
        waiting, pause = group, 0.02
        while waiting:
            try:
                if self._conn is None or self._conn.closed:
                    self._conn = psycopg.connect(self.dsn, autocommit=True, connect_timeout=5)
                query, arguments = call(self.clock(), waiting)
                (base,) = self._conn.execute(query, arguments, prepare=True).fetchone() or (None,)
                if base is None:
                    waiting = self._settle_misfits(self._conn, waiting)
                    continue
                for w in waiting:
                    w.outcome = Placed(base + 1, base + len(w.drafts))
                    base += len(w.drafts)
                break
            except LOST as error:
                self._disconnect()
                for w in waiting:
                    if time.monotonic() > w.until:
                        w.outcome = Unreachable(f"{self.service}: {type(error).__name__}")
                waiting = [w for w in waiting if w.outcome is None]
                if waiting:
                    time.sleep(pause := min(pause * 2, 1))
            except Exception as error:  # somebody's fact is unacceptable: find out whose
                if len(waiting) == 1:
                    waiting[0].outcome = spoken(error)
                else:
                    for w in waiting:
                        self._commit([w])
                break
        deliver(group)

    def _disconnect(self) -> None:
        if self._conn is not None:
            with suppress(psycopg.Error):
                self._conn.close()
        self._conn = None

    @staticmethod
    def _settle_misfits(conn: psycopg.Connection[Any], group: Sequence[Waiting]) -> list[Waiting]:
        """Repeated ids get their first positions, stale commands a Conflict; returns the others."""
        done = {i: (a, z, d) for i, a, z, d in conn.execute("select * from commands where id = any(%s)", ([w.command for w in group],))}
        last = dict(
            conn.execute(
                "select s, (select version from log where stream = s order by version desc limit 1) from unnest(%s::text[]) s",
                ([d.stream for w in group for d in w.drafts],),
            ).fetchall()
        )
        about = dict(
            conn.execute(
                "select s, (select position from log where subject = s order by position desc limit 1) from unnest(%s::text[]) s",
                ([s for w in group for s in w.guards],),
            ).fetchall()
        )
        fit = []
        for w in group:
            stale = [d for d in (w.drafts[n] for n in w.firsts) if d.version != (last[d.stream] or 0) + 1]
            moved = [s for s, seen in w.guards.items() if (about[s] or 0) > seen]
            if w.command in done:
                first, until, digest = done[w.command]
                w.outcome = Placed(first, until, True) if digest == w.digest else CommandReused(w.command)
            elif stale:
                w.outcome = Conflict(f"{stale[0].stream}@{stale[0].version}: the stream is at {last[stale[0].stream] or 0}")
            elif moved:
                w.outcome = Conflict(f"{moved[0]}: there are facts beyond {w.guards[moved[0]]}")
            else:
                fit.append(w)
        return fit
