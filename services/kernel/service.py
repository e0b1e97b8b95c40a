"""One running service: its ledger, its place on the bus, and whom it follows, started and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog

from contracts.message import instant
from services.kernel.arrivals import HttpFeed, OnTheBus, OwnLog, Source
from services.kernel.broker import Broker
from services.kernel.clock import system
from services.kernel.ending import end
from services.kernel.follow import Apply, Follower
from services.kernel.ledger import Ledger, Subjects
from services.kernel.observe import Metrics
from services.kernel.past import Decide
from services.kernel.relay import Relay
from services.kernel.seal import Vault, read_keks
from services.kernel.settings import Settings
from services.kernel.tokens import Verifier

log = structlog.get_logger(__name__)


class Service:
    """Built before it runs, and without touching a server: a service starts with both database and broker down, and serves what it
    can. What follows is added with `follow`, other tasks with `background`."""

    def __init__(self, name: str, settings: Settings, decide: Decide, subjects: Subjects) -> None:
        self.name, self.settings, self.clock = name, settings, settings.now()
        self.dsn = settings.dsn.get_secret_value()
        vault = Vault(settings.keys_dsn.get_secret_value(), read_keks(settings.kek_file))
        self.ledger = Ledger(name, self.dsn, vault, decide, subjects, self.clock)
        self.broker = Broker(settings.nats_url.get_secret_value(), name)
        monitors = [m.strip() for m in settings.nats_monitor.split(",") if m.strip()]
        self.relay = Relay(self.dsn, self.broker, name, monitors)
        self.followers: dict[str, Follower] = {}
        self.metrics = Metrics()
        self.verifier = Verifier.read(settings.token_keys_file)
        self.probes: dict[str, Callable[[], Coroutine[Any, Any, dict[str, Any]]]] = {}
        """Parts of the service's own for its health: each says `ok` and what an operator wants to know."""
        self.turn = asyncio.Lock()
        self._tasks: list[Callable[[], Coroutine[Any, Any, None]]] = [self.relay.run]

    def follow(self, source: str, apply: Apply) -> Follower:
        """The facts of another service from the bus, or the service's own from its database. What one follower derives rests on all
        that the others have committed."""
        came: Source
        if source == self.name:
            came = OwnLog(self.dsn, source)
        else:
            feed = HttpFeed(self.settings.owner_url(source), self.settings.service_token.get_secret_value())
            came = OnTheBus(self.broker, source, feed)
        follower = Follower(self.dsn, came, apply, self.turn)
        self.followers[source] = follower
        self._tasks.append(follower.run)
        return follower

    def background(self, task: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Runs as long as the service does; one that ends by an error is logged and started again."""
        self._tasks.append(task)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.ledger.open()
        tasks = [asyncio.create_task(_for_ever(task), name=f"{self.name}-{n}") for n, task in enumerate(self._tasks)]
        try:
            yield
        finally:
            await end(*tasks)
            with suppress(Exception):
                await self.broker.close()
            await self.ledger.close()

    async def head(self) -> int:
        """Position of the last fact in the log. Raises what psycopg raises when the database is away."""
        async with self.ledger.pool.connection() as c:
            row = await (await c.execute("select position from head")).fetchone()
        return int(row[0]) if row else 0

    async def reach(self) -> tuple[int, str]:
        """The position of the last fact, and an instant: every fact recorded up to it lies at or before that position."""
        told = None if self.clock is system else self.clock()
        async with self.ledger.pool.connection() as c:
            row = await (await c.execute("select place, at from reach(%s)", (told,), prepare=True)).fetchone()
        assert row
        return int(row[0]), instant(row[1])

    async def reached(self, source: str, position: int, patience: float) -> bool:
        """Whether this service has read that far of a service's facts, waiting for it so long. Its own log it reads directly where
        it does not follow it; what it does not read at all cannot make its answers older."""
        if source in self.followers:
            return await self.followers[source].reached(position, patience)
        return source != self.name or await self.head() >= position


async def _for_ever(task: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        try:
            await task()
        except Exception as error:
            log.exception("a task of the service ended and is started again", exc_info=error)
        await asyncio.sleep(1)
