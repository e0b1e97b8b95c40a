"""A command becomes facts: load what is known about its subjects, decide, seal, append; if somebody was faster, once more.

The cadre is the consistency boundary: a decision rests on every fact about its first subject, and about whatever it adds facts to,
and is recorded only if none has been added since."""

from __future__ import annotations

import asyncio
import hmac
import select
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar
from weakref import WeakValueDictionary

import psycopg
from psycopg_pool import AsyncConnectionPool

from contracts.canonical import canonical
from contracts.effective import effective_on
from contracts.message import Event, Fact
from services.kernel.clock import Clock, system, today
from services.kernel.histories import Histories, Told
from services.kernel.known import Past
from services.kernel.line import Actor, envelope
from services.kernel.log import CommandReused, Conflict, Draft, Log, Unreachable
from services.kernel.past import Decide
from services.kernel.refusal import Refused, refused
from services.kernel.seal import FOR_EVER, PATIENCE, Erased, Vault

T = TypeVar("T")
TRIES = 8
Subjects = Callable[[Fact], tuple[str, ...]]
Still = Callable[[int], bool]
Admit = Callable[[Fact, Sequence[Event]], Awaitable[Actor]]
"""(command, what is known about its subjects) -> who acts, in which role. Raises Refused."""


class Outcome(NamedTuple):
    """Ids of the facts (none: it was already true) and the position at which they can be read; `repeat`: the same command
    was answered before, and this is that answer."""

    events: tuple[str, ...]
    position: int
    repeat: bool = False


class Ledger:
    """The log of a service with what a decision needs. Opened in the service's event loop, closed with it."""

    def __init__(self, service: str, dsn: str, vault: Vault, decide: Decide, subjects: Subjects, clock: Clock = system) -> None:
        self.service, self.vault, self.decide, self.subjects, self.clock = service, vault, decide, subjects, clock
        self.log = Log(service, dsn, clock=_recording(clock))
        self._turns = WeakValueDictionary[str, asyncio.Lock]()
        self.pool = AsyncConnectionPool[psycopg.AsyncConnection[Any]](
            dsn,
            min_size=1,
            max_size=8,
            timeout=PATIENCE,
            reconnect_timeout=FOR_EVER,
            kwargs={"autocommit": True},
            check=self._heard_nothing,  # after a restart of the server no request pays for a dead connection
            open=False,
            name=f"{service}-read",
        )
        self.histories = Histories(self.pool, service)

    async def open(self) -> None:
        await self.pool.open()

    async def close(self) -> None:
        await self.pool.close()
        await asyncio.to_thread(self.log.close)
        self.vault.close()

    async def _heard_nothing(self, conn: psycopg.AsyncConnection[Any]) -> None:
        """An idle connection on which something arrives was closed by the server, or is about to be: no round trip is needed to know.
        What the next one tells may be less than what was kept: it may be another server."""
        idle = select.poll()
        idle.register(conn.fileno(), select.POLLIN)
        if idle.poll(0):
            self.histories.forget()
            await conn.close()
            raise psycopg.OperationalError("closed by the server")

    async def execute(
        self,
        command: Fact,
        actor: Actor,
        key: str | None = None,
        correlation: str | None = None,
        still: Still | None = None,
        admit: Admit | None = None,
    ) -> Outcome:
        """`admit`: whether the actor may, and in which role. `still`: whether the version of the command's stream is one that the caller
        has seen. Raises Refused, CommandReused for a key that came with another command before, Busy or Unreachable when it cannot be
        recorded now: the caller may send it again."""
        command_id = f"cmd-{sha256(f'{actor.id}|{key}'.encode()).hexdigest()[:32]}" if key else f"cmd-{uuid.uuid4().hex}"
        concerned, asked = self.subjects(command), correlation or f"rq-{uuid.uuid4().hex[:16]}"
        async with self._turns.setdefault(concerned[0], asyncio.Lock()):  # commands about one cadre do not race each other here
            return await self._execute(command, actor, key is not None, command_id, concerned, asked, still, admit)

    async def _execute(
        self,
        command: Fact,
        actor: Actor,
        keyed: bool,
        command_id: str,
        concerned: Sequence[str],
        correlation: str,
        still: Still | None,
        admit: Admit | None,
    ) -> Outcome:
        for _ in range(TRIES):
            past = await self._past(concerned, command.stream() if command.personal() else None, command_id if keyed else None)
            if admit:
                actor = await admit(command, past.events)
            if past.answered and (first := await self._answered(command_id, await self._digest(command))):
                return first
            if still and not still(past.versions.get(command.stream(), 0)):
                raise refused("precondition-failed")
            facts = self.decide(command, past.events, actor)
            digest = await self._digest(command) if keyed else b""
            if not facts:
                return await self._remembered(command_id, past.position, digest) if keyed else Outcome((), past.position)
            drafts = await self._drafts(facts, past, actor, command_id, correlation)
            try:
                guards = {about: past.seen(about) for about in {concerned[0], *(d.subject for d in drafts)} & set(concerned)}
                placed = await self.log.append_async(drafts, command_id, digest, guards)
            except Conflict:
                self.histories.forget(concerned)
                continue
            except ValueError as refusal:
                raise (refused("too-large") if "23514" in str(refusal) else refusal) from None
            if placed.repeat:
                return await self._answered(command_id, digest) or Outcome((), placed.last, True)
            return Outcome(tuple(f"{self.service}/{d.stream}@{d.version}" for d in drafts), placed.last)
        raise refused("lost-race")

    async def _digest(self, command: Fact) -> bytes:
        """What tells this command from another under the same key. Where it holds personal data, only with the owner's key: a plain
        hash of a name or a birth date can be guessed, and would outlive the erasure."""
        text = f"{type(command).__name__}|".encode() + canonical(command.model_dump(mode="json", exclude_unset=True))
        if not command.personal():
            return sha256(text).digest()
        return await self._vaulted(command.subject(), command.CLASS, self.vault.digest, command.subject(), command.CLASS, text)

    async def _vaulted(self, owner: str, key_class: str, use: Callable[..., T], *arguments: Any) -> T:
        """In a thread unless the key is at hand: the key database may take its time, the event loop may not."""
        try:
            if self.vault.is_cached(owner, key_class):
                return use(*arguments)
            return await asyncio.to_thread(use, *arguments)
        except Erased:
            raise refused("personal-data-erased") from None
        except (psycopg.OperationalError, OSError) as error:
            raise Unreachable(f"{self.service} keys: {type(error).__name__}") from None

    async def _remembered(self, command_id: str, position: int, digest: bytes) -> Outcome:
        """A command that added nothing is remembered too; perhaps this very command made it true meanwhile."""
        try:
            async with self.pool.connection() as c:
                await c.execute("select remember(%s, %s, %s)", (command_id, position, digest))
        except (psycopg.OperationalError, OSError) as error:
            raise Unreachable(f"{self.service}: {type(error).__name__}") from None
        first = await self._answered(command_id, digest)
        return first if first and first.events else Outcome((), first.position if first else position)

    async def history(self, subjects: Iterable[str]) -> list[Event]:
        """All facts about these subjects that the service knows, its own and those that it follows, in order of recording."""
        return list((await self._past(tuple(subjects))).events)

    async def _past(self, subjects: Sequence[str], opened: str | None = None, command: str | None = None) -> Past:
        """`opened`: a stream whose private fields are to be read. `command`: an id that may have been answered already."""
        try:
            abouts, answered = await self.histories.of(subjects, command)
        except (psycopg.OperationalError, OSError) as error:
            raise Unreachable(f"{self.service}: {type(error).__name__}") from None
        own, versions, last = dict[str, Told](), dict[str, int](), dict[str, int]()
        for about in abouts:
            own |= {told.event.id: told for told in about.own}
            versions |= {stream: max(version, versions.get(stream, 0)) for stream, version in about.versions.items()}
            last |= {subject: max(position, last.get(subject, 0)) for subject, position in about.last.items()}
        events = [event for about in abouts for event in about.followed]
        for event, sealed in own.values():
            events.append(await self._opened(event, sealed) if sealed is not None and event.stream == opened else event)
        events.sort(key=lambda e: (e.recordedtime, e.source, e.sequence))
        return Past(tuple(events), versions, last, answered)

    async def _opened(self, event: Event, sealed: bytes) -> Event:
        try:
            private = await self._vaulted(
                event.subject, event.data.CLASS, self.vault.open, event.id, event.subject, event.data.CLASS, sealed
            )
        except Refused:  # erased
            return event
        return event._replace(data=type(event.data).model_validate({**event.data.public(), "private": private}))

    async def _answered(self, command_id: str, digest: bytes) -> Outcome | None:
        query = (
            "select c.digest, c.last, l.stream, l.version from commands c left join log l on l.position between c.first and c.last "
            "where c.id = %s order by l.position"
        )
        try:
            async with self.pool.connection() as c:
                rows = await (await c.execute(query, (command_id,))).fetchall()
        except (psycopg.OperationalError, OSError) as error:
            raise Unreachable(f"{self.service}: {type(error).__name__}") from None
        if not rows:
            return None
        if not hmac.compare_digest(rows[0][0], digest):
            raise CommandReused(command_id)
        return Outcome(tuple(f"{self.service}/{stream}@{version}" for _, _, stream, version in rows if stream), rows[0][1], True)

    async def _drafts(self, facts: Sequence[Fact], past: Past, actor: Actor, command_id: str, correlation: str) -> list[Draft]:
        versions = dict(past.versions)
        drafts = []
        for fact in facts:
            stream, subject = fact.stream(), past.subject(fact)
            version = versions[stream] = versions.get(stream, 0) + 1
            event_id = f"{self.service}/{stream}@{version}"
            sealed = await self._sealed(event_id, subject, fact)
            try:
                time = effective_on(fact, today(self.clock), past.events)
            except LookupError:
                raise refused("unknown-fact") from None
            line = envelope(fact, event_id, subject, time, actor, command_id, correlation, sealed)
            drafts.append(Draft(stream, version, subject, fact.type(), line, sealed))
        return drafts

    async def _sealed(self, event_id: str, owner: str, fact: Fact) -> bytes | None:
        private = fact.personal()
        if not private:
            return None
        return await self._vaulted(owner, fact.CLASS, self.vault.seal, event_id, owner, fact.CLASS, private)


def _recording(clock: Clock) -> Callable[[], datetime | None]:
    """The database's own clock, unless time is told."""
    return (lambda: None) if clock is system else clock
