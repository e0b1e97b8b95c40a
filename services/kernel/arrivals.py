"""Where facts arrive from: another service's stream on the bus, or the service's own log in its own database.

Either gives pages in order without a hole: `last + 1`, or the gap is fetched from the owner.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

import httpx
import orjson
import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from contracts.canonical import canonical
from services.kernel.broker import Broker, stream_name

PAGE = 2000
IDLE = 1.0
"""Seconds without a fact after which a source asks whether it still hears."""
EXPIRES = 30_000_000_000
"""Nanoseconds that a request for facts stays open at the server."""
EXPIRED = "408"


class Arrived(NamedTuple):
    """A fact as it came: its position, the event as JSON, and the line."""

    position: int
    event: dict[str, Any]
    line: bytes


class Gap(Exception):
    """Facts are missing and the owner does not give them: nothing after them is taken."""


class Source(Protocol):
    @property
    def name(self) -> str:
        """The service whose facts these are."""

    @property
    def behind(self) -> int:
        """Facts known to wait beyond the last page."""

    async def holds(self, position: int, digest: bytes) -> bool:
        """Whether the fact at a position still has this hash; raises trouble while nobody can tell."""

    def pages(self, after: int) -> AsyncGenerator[Sequence[Arrived], None]:
        """From `after + 1` on; an empty page now and then says that nothing is there. Ends when it should be asked again."""


Feed = Callable[[int, int], Awaitable[Sequence[Arrived]]]
"""Some or all of the facts (after, upto], in order, from the service that owns them."""


def arrived(line: bytes) -> Arrived:
    event = orjson.loads(line)
    return Arrived(int(event["sequence"]), event, line)


class OnTheBus:
    """A stream, read without acknowledgements: the reader's own database knows how far it is.

    The consumer is the server's to lose (restart, rebuilt stream): after a second of silence it is asked for, and made again.
    It is pulled here rather than by the client's `fetch`, which asks twice and starts a task for every message."""

    def __init__(self, broker: Broker, service: str, feed: Feed) -> None:
        self.broker, self.name, self.feed = broker, service, feed
        self.behind = 0
        self.gaps = 0

    async def holds(self, position: int, digest: bytes) -> bool:
        """The stream may be on its way of being rebuilt, or another ledger's: unless it says yes, the owner is asked."""
        js, streamed = (await self.broker.client()).jetstream(timeout=2), None
        with suppress(NotFoundError):
            streamed = (await js.get_msg(stream_name(self.name), position)).data
        if streamed is not None and sha256(streamed).digest() == digest:
            return True
        owned = await self.feed(position - 1, position)
        if not owned or owned[0].position != position or sha256(owned[0].line).digest() != digest:
            return False
        if streamed is not None:
            raise Gap(f"{stream_name(self.name)} holds another fact at {position} than its owner")
        return True

    async def pages(self, after: int) -> AsyncGenerator[Sequence[Arrived], None]:
        nc = await self.broker.client()
        async with aclosing(_pull(nc, self.name, after + 1)) as pulled:
            async for messages in pulled:
                if not messages:
                    self.behind = 0
                    yield ()
                    continue
                self.behind = messages[-1].metadata.num_pending
                page = await self._whole([arrived(m.data) for m in messages], after)
                if page:
                    after = page[-1].position
                    if after != (at := messages[-1].metadata.sequence.stream):
                        raise Gap(f"{stream_name(self.name)} holds {after} at {at}")
                    yield page

    async def _whole(self, came: Sequence[Arrived], after: int) -> Sequence[Arrived]:
        """`came` without what is known already (a stream being rebuilt delivers from its beginning), holes filled."""
        page = list[Arrived]()
        for fact in came:
            while fact.position > after + 1:
                self.gaps += 1
                missing = await self.feed(after, fact.position - 1)
                if [m.position for m in missing] != list(range(after + 1, after + 1 + len(missing))) or not missing:
                    raise Gap(f"{self.name} does not give what follows {after}")
                page += missing
                after = missing[-1].position
            if fact.position == after + 1:
                page.append(fact)
                after = fact.position
        return page


async def _pull(nc: Client, service: str, start: int) -> AsyncGenerator[Sequence[Msg], None]:
    """Whatever has come since the last time, from the sequence `start` on; nothing when the stream is known to be silent. Ends when
    the consumer is gone or messages were sent into the void; raises NotFoundError when there is no stream."""
    js, stream, last = nc.jetstream(timeout=2), stream_name(service), start - 1
    came, woken, asked, gone = list[Msg](), asyncio.Event(), 0, False

    async def take(message: Msg) -> None:
        nonlocal asked, gone
        if status := message.headers and message.headers.get("Status"):
            asked, gone = 0, gone or status != EXPIRED
        else:
            asked -= 1
            came.append(message)
        woken.set()

    inbox = nc.new_inbox()
    subscription = await nc.subscribe(inbox, cb=take)
    policy = DeliverPolicy.BY_START_SEQUENCE
    config = ConsumerConfig(
        deliver_policy=policy, opt_start_seq=start, ack_policy=AckPolicy.NONE, mem_storage=True, num_replicas=1, inactive_threshold=30
    )
    name = (await js.add_consumer(stream, config, name=f"follow-{uuid.uuid4().hex}")).name
    try:
        yield ()  # it hears: whatever was in the way is over
        while came or not gone:
            if asked <= PAGE:
                asked += PAGE
                request = orjson.dumps({"batch": PAGE, "expires": EXPIRES})
                await nc.publish(f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}", request, reply=inbox)
            try:
                async with asyncio.timeout(IDLE):
                    await woken.wait()
            except TimeoutError:
                info = await js.consumer_info(stream, name)
                if info.num_pending or (info.delivered and (info.delivered.stream_seq or 0) > last):
                    return
                yield ()
                continue
            woken.clear()
            if came:
                page, came[:] = tuple(came[:PAGE]), came[PAGE:]
                if came:
                    woken.set()
                last = max(last, page[-1].metadata.sequence.stream)
                yield page
    finally:
        with suppress(NatsError, TimeoutError):
            await subscription.unsubscribe()
            await js.delete_consumer(stream, name)


class OwnLog:
    """The service's own facts, from its own database: no broker between a service and itself."""

    behind = 0

    def __init__(self, dsn: str, service: str) -> None:
        self.dsn, self.name = dsn, service

    async def holds(self, position: int, digest: bytes) -> bool:
        async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as conn:
            row = await (await conn.execute("select line from log where position = %s", (position,))).fetchone()
        return row is not None and sha256(row[0].encode()).digest() == digest

    async def pages(self, after: int) -> AsyncGenerator[Sequence[Arrived], None]:
        async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as conn:
            await conn.execute("listen log")
            while True:
                query = "select line, (select position from head) as head from log where position > %s order by log.position limit %s"
                rows = await (await conn.execute(query, (after, PAGE), prepare=True, binary=True)).fetchall()
                page = [arrived(line.encode()) for line, _ in rows]
                if page:
                    after = page[-1].position
                    self.behind = rows[-1][1] - after
                    yield page
                elif not [n async for n in conn.notifies(timeout=IDLE / 4, stop_after=1)]:  # a hint; the poll is the promise
                    yield ()


class HttpFeed:
    """`GET /feed` of the owner, with the service token. Lines are made again from the JSON: canonical, therefore equal."""

    LIMIT = 1000

    def __init__(self, url: str, token: str) -> None:
        self.url = f"{url.rstrip('/')}/feed"
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def __call__(self, after: int, upto: int) -> Sequence[Arrived]:
        limit = min(self.LIMIT, upto - after)
        async with httpx.AsyncClient(timeout=10, trust_env=False, headers=self.headers) as http:
            answer = await http.get(self.url, params={"after": after, "limit": limit})
        if answer.status_code != 200:
            raise Gap(f"the feed answers {answer.status_code}")
        batch = orjson.loads(answer.content)
        events = batch["items"] if isinstance(batch, dict) else batch
        return [Arrived(int(e["sequence"]), e, canonical(e)) for e in events]
