"""What is known about subjects, as decisions rest on it: read once, and after that only what has come since. Whoever asks while a
query is under way is answered by the next one, together with all who asked meanwhile."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import psycopg
from psycopg_pool import AsyncConnectionPool

from contracts.message import Event
from services.kernel import arrays

ABREAST = 2
"""Queries under way at once."""
TOGETHER = 256
"""Who is answered by one query, at most."""
MOST = 20_000
"""Facts kept at hand: some 50 MB."""
KNOWN = """select n, line, sealed, position from unnest(%b, %b, %b) with ordinality w(id, seen, version, n), lateral (
    select line, sealed, position from log where subject = w.id and position > w.seen
    union all select line, sealed, position from log l where stream = w.id and l.version > w.version and subject <> w.id) l
  union all select n, line, null, null from unnest(%b, %b) with ordinality w(id, held, n), lateral (
    select line from facts where subject = w.id and source <> %b) f
    where held <> (select count(*) from facts where subject = w.id and source <> %b)
  union all select 0, id, null, null from commands where id = any(%b)"""
"""Own facts beyond the position that was seen: positions are in the order of commits, so none comes later at an earlier one. Followed
facts, which may (see parking), all anew when there are more of them than before: none is ever taken away."""


class Told(NamedTuple):
    """An own fact with its ciphertext, if it has one."""

    event: Event
    sealed: bytes | None = None


class About(NamedTuple):
    """Of one id, subject or stream: own facts in order, followed facts, versions of the streams and last positions of the subjects in
    the own log, and the position up to which that is all."""

    own: tuple[Told, ...] = ()
    followed: tuple[Event, ...] = ()
    versions: Mapping[str, int] = {}
    last: Mapping[str, int] = {}
    seen: int = 0

    def with_own(self, came: Sequence[tuple[Told, int]]) -> About:
        versions, last = dict(self.versions), dict(self.last)
        for (event, _), position in came:
            versions[event.stream] = max(versions.get(event.stream, 0), event.version)
            last[event.subject] = max(last.get(event.subject, 0), position)
        own = sorted((*self.own, *(told for told, _ in came)), key=lambda t: t.event.sequence)
        return self._replace(own=tuple(own), versions=versions, last=last, seen=max(self.seen, *(p for _, p in came)))

    @property
    def size(self) -> int:
        return len(self.own) + len(self.followed)


class Found(NamedTuple):
    """By each id that was asked for; `answered`: whether the command is there already."""

    abouts: tuple[About, ...]
    answered: bool


class Asked(NamedTuple):
    ids: Sequence[str]
    command: str | None
    answer: asyncio.Future[Found]


class Histories:
    """Of one service. Nothing private is kept but as ciphertext."""

    def __init__(self, pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]], service: str) -> None:
        self._pool, self._service = pool, service
        self._kept = OrderedDict[str, About]()
        self._facts = 0
        self._waiting = list[Asked]()
        self._reading = set[asyncio.Task[None]]()

    async def of(self, ids: Sequence[str], command: str | None = None) -> Found:
        """Raises what psycopg raises when the database is away."""
        asked = Asked(ids, command, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if len(self._reading) < ABREAST:
            task = asyncio.create_task(self._read())
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)
        return await asked.answer

    def forget(self, ids: Iterable[str] | None = None) -> None:
        """What was kept of these ids, or all of it: what is asked for next is read from its beginning."""
        for name in list(self._kept) if ids is None else ids:
            self._facts -= self._kept.pop(name, About()).size

    async def _read(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            try:
                await self._answer(together)
            except BaseException as error:
                if isinstance(error, psycopg.OperationalError | OSError):
                    self.forget()  # perhaps another server answers next
                for asked in together:
                    if not asked.answer.done():
                        asked.answer.set_exception(error) if isinstance(error, Exception) else asked.answer.cancel()
                if not isinstance(error, Exception):
                    raise

    async def _answer(self, together: Sequence[Asked]) -> None:
        ids = list(dict.fromkeys(i for asked in together for i in asked.ids))
        before = [self._kept.get(i, About()) for i in ids]
        names = arrays.text([i.encode() for i in ids])
        seen = arrays.int8([b.seen for b in before])
        versions = arrays.int8([b.versions.get(i, 0) for i, b in zip(ids, before, strict=True)])
        held = arrays.int8([len(b.followed) for b in before])
        commands = arrays.text([asked.command.encode() for asked in together if asked.command])
        arguments = (names, seen, versions, names, held, self._service, self._service, commands)
        async with self._pool.connection() as c:
            rows = await (await c.execute(KNOWN, arguments, prepare=True, binary=True)).fetchall()
        own, followed, answered = dict[int, list[tuple[Told, int]]](), dict[int, list[Event]](), set[str]()
        read = cache(Event.parse)  # a fact may be asked for by its subject and by its stream
        for n, line, sealed, position in rows:
            if n == 0:
                answered.add(line)
            elif position is None:
                followed.setdefault(n, []).append(read(line))
            else:
                own.setdefault(n, []).append((Told(read(line), sealed), position))
        abouts = dict[str, About]()
        for n, (name, kept) in enumerate(zip(ids, before, strict=True), 1):
            about = kept._replace(followed=tuple(followed[n])) if n in followed else kept
            abouts[name] = self._keep(name, about.with_own(own[n]) if n in own else about)
        for asked in together:
            if not asked.answer.done():
                asked.answer.set_result(Found(tuple(abouts[i] for i in asked.ids), asked.command in answered))

    def _keep(self, name: str, about: About) -> About:
        if about.size:
            self.forget((name,))
            self._kept[name] = about
            self._facts += about.size
            while self._facts > MOST:
                self._facts -= self._kept.popitem(last=False)[1].size
        return about
