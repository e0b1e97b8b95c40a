"""Work that follows from facts and for which their order does not matter: FastStream subscribers over durable pull consumers.

A message is acknowledged when its handler has returned, and comes again, later and later, when it raised: handlers are called at
least once and make their effect unrepeatable themselves. What must be in order uses `follow`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from faststream.exceptions import NackMessage
from faststream.message import StreamMessage
from faststream.middlewares import AckPolicy, BaseMiddleware
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from faststream.nats.prometheus.provider import NatsMetricsSettingsProvider
from faststream.prometheus import ConsumeAttrs, MetricsSettingsProvider
from faststream.prometheus.middleware import PrometheusMiddleware
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy as Acknowledged
from nats.js.api import ConsumerConfig, ConsumerInfo, DeliverPolicy
from prometheus_client import CollectorRegistry

from contracts.message import Event
from services.kernel.broker import Broker, stream_name

TOGETHER = 16
"""Messages handled at once."""
LOOK = 1.0
"""Seconds between two looks at the consumers: FastStream falls silent for ever when one is lost."""
LATEST = 60.0
"""Longest pause in seconds before a message comes again."""

log = structlog.get_logger(__name__)

Handler = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Reaction:
    """`durable` names the consumer at the server, for ever: it remembers what was handled. `parse`: what the handler is given of a body."""

    service: str
    durable: str
    subjects: tuple[str, ...]
    handler: Handler
    parse: Callable[[bytes], Any] = Event.parse

    def config(self) -> ConsumerConfig:
        return ConsumerConfig(
            durable_name=self.durable,
            name=self.durable,
            filter_subjects=list(self.subjects),
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=Acknowledged.EXPLICIT,
            ack_wait=30,
            max_deliver=-1,
            max_ack_pending=1000,
        )


class KindOfFact(NatsMetricsSettingsProvider):
    """Figures by kind of fact. The library's are by subject, which here names a cadre: too many, and not for figures."""

    def get_consume_attrs_from_message(self, msg: StreamMessage[Any]) -> ConsumeAttrs:
        attributes = super().get_consume_attrs_from_message(msg)
        return {**attributes, "destination_name": attributes["destination_name"].rpartition(".")[0]}


def _counted(_: object) -> MetricsSettingsProvider[Any]:
    return KindOfFact()


class Reluctant(BaseMiddleware[Any, Any]):
    """A failed message waits before it comes again; what is logged is its id and the type of the error."""

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: StreamMessage[Any]) -> Any:
        try:
            return await call_next(msg)
        except Exception as error:
            times = msg.raw_message.metadata.num_delivered
            log.warning(
                "a reaction failed, the message comes again", id=msg.headers.get("Nats-Msg-Id"), error=type(error).__name__, times=times
            )
            raise NackMessage(delay=min(0.1 * 2 ** min(times, 20), LATEST)) from None


class Reactor:
    """Starts without a broker, and makes lost consumers and subscriptions again."""

    def __init__(
        self,
        broker: Broker,
        reactions: Sequence[Reaction],
        registry: CollectorRegistry | None = None,
        prepare: Callable[[JetStreamContext], Awaitable[None]] | None = None,
    ) -> None:
        """`prepare` makes the streams that no service relays."""
        self.broker, self.reactions, self.prepare = broker, reactions, prepare
        self.trouble: str | None = None
        self.waiting = 0
        """Messages that wait to be handled."""
        self._metrics = PrometheusMiddleware[Any, Any](
            settings_provider_factory=_counted,
            registry=registry or CollectorRegistry(),
            app_name=broker.name,
            metrics_prefix="taizhang_reactor",
        )

    async def health(self) -> dict[str, Any]:
        return {"ok": self.trouble is None, "lag": self.waiting, "trouble": self.trouble}

    def faststream(self) -> NatsBroker:
        """The subscribers, not started. Every one names its policy: the default throws away a message whose handler raised."""
        user = urlsplit(self.broker.url.split(",")[0]).username
        inbox = f"_INBOX_{user}" if user else "_INBOX"
        broker = NatsBroker(
            self.broker.url.split(","),
            name=f"{self.broker.name}-reactor",
            inbox_prefix=inbox,
            error_cb=self.broker.on_error,
            max_reconnect_attempts=-1,
            graceful_timeout=5.0,
            apply_types=False,
            logger=None,
            middlewares=(self._metrics, Reluctant),
        )
        for reaction in self.reactions:
            broker.subscriber(
                stream=JStream(stream_name(reaction.service), declare=False),
                durable=reaction.durable,
                config=reaction.config(),
                pull_sub=PullSub(batch_size=TOGETHER, timeout=5.0),
                inbox_prefix=f"{inbox}.".encode(),
                ack_policy=AckPolicy.NACK_ON_ERROR,
                no_reply=True,
                decoder=_as_it_came,
                title=reaction.durable,
            )(_parsed(reaction))
        return broker

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                js = (await self.broker.client()).jetstream(timeout=2)
                if self.prepare:
                    await self.prepare(js)
                for reaction in self.reactions:  # made, or brought up to date
                    await js.add_consumer(stream_name(reaction.service), reaction.config())
                async with self.faststream() as faststream:
                    await faststream.start()
                    self.trouble = None
                    before = dict[str, int]()
                    while True:
                        await asyncio.sleep(LOOK)
                        infos = [await js.consumer_info(stream_name(r.service), r.durable) for r in self.reactions]
                        self.waiting = sum(info.num_pending or 0 for info in infos)
                        if any(_deaf(info, before) for info in infos):
                            self.trouble = "deaf"
                            break
            except (NatsError, TimeoutError, OSError) as trouble:
                self.trouble = type(trouble).__name__
            await asyncio.sleep(LOOK / 4)


def _deaf(info: ConsumerInfo, before: dict[str, int]) -> bool:
    """Whether messages wait, nobody asks for them, and none was delivered since the last look."""
    delivered = (info.delivered.consumer_seq if info.delivered else 0) or 0
    still = before.get(info.name) == delivered
    before[info.name] = delivered
    return bool(info.num_pending) and not info.num_waiting and still


def _parsed(reaction: Reaction) -> Callable[[NatsMessage], Awaitable[None]]:
    async def handle(message: NatsMessage) -> None:
        await reaction.handler(reaction.parse(message.body))

    return handle


async def _as_it_came(message: StreamMessage[Any]) -> Any:
    return message
