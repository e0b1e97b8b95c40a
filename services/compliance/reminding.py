"""Reminders: of each to-do once when it is new, once when its day is near, once when it is overdue; at most one message a day to each
recipient, with all of it. What is to be sent is written down first, and only then given to the courier, so that nothing is lost and
nothing is said twice, whatever is restarted or delivered again in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import psycopg
import structlog
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from contracts.message import CHINA
from services.compliance import digests
from services.compliance.notifying import LOG, SMTP, Digest, Notifier, Recipient
from services.compliance.todo_table import COLUMNS, EVERY, of_nobody, owed
from services.compliance.todos import Owed
from services.kernel.broker import DUPLICATES, Broker, stream_name
from services.kernel.clock import Clock
from services.kernel.reactor import Reaction

DDL = """
create table if not exists reminders (channel text collate "C" not null, recipient text collate "C" not null, todo text collate "C" not null,
  stage text not null, digest text collate "C", primary key (channel, recipient, todo, stage));
create index if not exists reminders_waiting on reminders (channel, recipient) where digest is null;
create table if not exists digests (id text collate "C" primary key, channel text not null, recipient text not null, day date not null,
  subject text not null, body text not null, counts jsonb not null, sent_at timestamptz, unique (channel, recipient, day));
create index if not exists digests_unsent on digests (id) where sent_at is null;
"""
LOCK = 0x7A68_0004
NOTE = f"""{EVERY}
insert into reminders select channel, recipient, id, stage, null from (
  select id, case when due_on < %(today)s then 'overdue' when due_on <= %(today)s + %(soon)s then 'due_soon' else 'new' end stage,
    channel, recipient, rank() over (partition by id, channel order by of_all) k
  from (select t.id, t.due_on, %(log)s channel, t.role || coalesce(' ' || t.unit, '') recipient, false of_all from owed t
    union all select t.id, t.due_on, %(smtp)s, r.a, r.u is null from owed t
      join unnest(%(roles)s::text[], %(units)s::text[], %(addresses)s::text[]) r(o, u, a) on r.o = t.role and (r.u is null or r.u = t.unit)) x
  ) y where k = 1 and not exists (select from reminders m where (m.channel, m.recipient, m.todo, m.stage) = (y.channel, y.recipient, y.id, y.stage))
  on conflict do nothing"""  # noqa: S608
SETTLED = f"""{EVERY} delete from reminders where digest is null
  and (not exists (select from owed where id = todo) or (channel = %(smtp)s and recipient <> all(%(addresses)s::text[])))"""  # noqa: S608
"""Also what waits for an address that is no longer named."""
WAITING = """select distinct channel, recipient from reminders m where digest is null
  and not exists (select from digests d where d.channel = m.channel and d.recipient = m.recipient and d.day = %s)"""
OF = f"""{EVERY} select {COLUMNS} from owed
  where id in (select todo from reminders where channel = %(channel)s and recipient = %(recipient)s and digest is null)"""  # noqa: S608
WRITE = "insert into digests values (%s, %s, %s, %s, %s, %s, %s)"
TAKEN = "update reminders set digest = %s where channel = %s and recipient = %s and digest is null"
UNSENT = "select id from digests where sent_at is null and channel = any(%s) order by id"
READ = "select channel, recipient, subject, body, counts from digests where id = %s and sent_at is null for update"
SUBJECT = "reminders.digest"
COURIER = "reminders"
DURABLE = "compliance-reminders"
LOOK = 20.0
"""Seconds between two looks at what is to be sent."""
AT_ONCE = 2
"""Messages given away at the same time."""

Conn = psycopg.AsyncConnection[Any]
Also = Callable[[Conn, date], Awaitable[Sequence[Owed]]]
log = structlog.get_logger(__name__)


class Reminding:
    """`hour`: of the day in Asia/Shanghai, from which on reminders go out. `soon`: days before the due day from which on it is near.
    `link`: where those reminded find the list. `also`: to-dos of a day that are about no cadre and no unit, and kept nowhere."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Any],
        broker: Broker,
        clock: Clock,
        by: Mapping[str, Notifier],
        to: Sequence[Recipient] = (),
        *,
        hour: int = 8,
        soon: int = 3,
        link: str = "",
        also: Also | None = None,
    ) -> None:
        self.pool, self.broker, self.clock, self.by, self.to, self.also = pool, broker, clock, by, to, also
        self.hour, self.soon, self.link = hour, soon, link
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def health(self) -> dict[str, Any]:
        """What waits to be sent. A mail server that is away is nothing that a service is not ready for."""
        async with self.pool.connection() as conn:
            row = await (await conn.execute("select count(*), min(day)::text from digests where sent_at is null")).fetchone()
        waiting, since = row or (0, None)
        return {"ok": True, "waiting": waiting, "since": since}

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.look()
            except (NatsError, TimeoutError, OSError, psycopg.OperationalError) as trouble:
                log.warning("reminders wait", trouble=type(trouble).__name__)
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Writes down what is to be said today, then gives to the courier what was not sent yet."""
        now = self.clock().astimezone(CHINA)
        if now.hour >= self.hour:
            await self.write(now.date())
        async with self.pool.connection() as conn:
            unsent = [id_ for (id_,) in await (await conn.execute(UNSENT, (sorted(self.by),))).fetchall()]
        if unsent:
            js = (await self.broker.client()).jetstream(timeout=2)
            await provision(js)
            for id_ in unsent:
                await js.publish(SUBJECT, id_.encode(), headers={"Nats-Msg-Id": id_})

    async def write(self, today: date) -> None:
        """One digest a day for each recipient of whom something is not said yet."""
        async with self.pool.connection() as conn, conn.transaction():
            await conn.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
            every = self._noting(today) | of_nobody(await self.also(conn, today) if self.also else ())
            await conn.execute(SETTLED, every)
            await conn.execute(NOTE, every)
            waiting = await (await conn.execute(WAITING, (today,))).fetchall()
            for channel, recipient in waiting:
                if channel in self.by:
                    await self._compose(conn, channel, recipient, today, every)

    def _noting(self, today: date) -> dict[str, Any]:
        columns = {"roles": [r.role for r in self.to], "units": [r.unit for r in self.to], "addresses": [r.address for r in self.to]}
        return {"today": today, "soon": self.soon, "log": LOG, "smtp": SMTP, **columns}

    async def _compose(self, conn: Conn, channel: str, recipient: str, today: date, every: Mapping[str, Any]) -> None:
        rows = await (await conn.execute(OF, {**every, "channel": channel, "recipient": recipient})).fetchall()
        staged = [(digests.stage(one.due_on, today, self.soon), one) for one in map(owed, rows)]
        if not staged:
            return
        id_ = sha256(f"{channel}|{recipient}|{today}".encode()).hexdigest()[:32]
        said = digests.subject(staged), digests.body(staged, today, self.link), Jsonb(digests.counts(staged))
        await conn.execute(WRITE, (id_, channel, recipient, today, *said))
        await conn.execute(TAKEN, (id_, channel, recipient))

    async def deliver(self, id_: str) -> None:
        """Once, however often it is asked: who sends it holds it until it is marked as sent. Raises what kept it from being sent."""
        async with self._turn, self.pool.connection() as conn, conn.transaction():
            row = await (await conn.execute(READ, (id_,))).fetchone()
            if row is None or row[0] not in self.by:
                return
            channel, recipient, subject, body, counts = row
            await self.by[channel].send(Digest(id_, recipient, subject, body, counts))
            await conn.execute("update digests set sent_at = %s where id = %s", (self.clock().astimezone(CHINA), id_))

    def reaction(self) -> Reaction:
        return Reaction(COURIER, DURABLE, (SUBJECT,), self.deliver, parse=bytes.decode)


async def provision(js: JetStreamContext) -> None:
    """The courier's stream: a message is in it until it was delivered. What is to be sent stands in the database."""
    await js.add_stream(
        StreamConfig(
            name=stream_name(COURIER),
            subjects=[f"{COURIER}.>"],
            storage=StorageType.FILE,
            retention=RetentionPolicy.WORK_QUEUE,
            duplicate_window=DUPLICATES,
        )
    )
