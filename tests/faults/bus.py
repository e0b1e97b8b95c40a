"""A stream as somebody reads it who knows how much there must be."""

from __future__ import annotations

import time

from nats.js.api import AckPolicy, ConsumerConfig

from services.kernel.broker import connect
from tests.kernel.courier import Message

SERVERS_OWN = ("Nats-Batch-", "Nats-Expected-")
"""Headers in which the server notes how a message came: another batch each time."""


async def messages(url: str, service: str, seconds: float = 20) -> list[Message]:
    """All that the stream holds now, in its order. Fewer than it says when it does not give them in time."""
    nc = await connect(url, "reader")
    found, end = list[Message](), time.monotonic() + seconds
    try:
        js, stream = nc.jetstream(timeout=10), f"TAIZHANG_{service.upper()}"
        there = (await js.stream_info(stream)).state.messages
        config = ConsumerConfig(ack_policy=AckPolicy.NONE)
        subscription = await js.pull_subscribe(f"taizhang.{service}.>", stream=stream, config=config)
        while len(found) < there and time.monotonic() < end:
            try:
                for m in await subscription.fetch(min(1000, there - len(found)), timeout=2):
                    headers = {k: v for k, v in (m.headers or {}).items() if not k.startswith(SERVERS_OWN)}
                    found.append(Message(m.metadata.sequence.stream, m.subject, tuple(sorted(headers.items())), m.data))
            except TimeoutError:
                continue
    finally:
        await nc.close()
    return found
