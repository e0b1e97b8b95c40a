"""The connection to NATS, the stream of a service, and what must be true before anything is published."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx
import nats
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

DUPLICATES = 3600.0
"""Seconds in which the server knows an id again."""
PENDING = 64 * 1024 * 1024
"""Bytes that wait in this process for the socket: several pages of the relay."""

log = structlog.get_logger(__name__)


class Alarm(Exception):
    """What a person has to look at. Nothing is published until it is put right; `code` is stable."""

    def __init__(self, code: str, en: str, zh: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code, self.en, self.zh = code, en, zh


class Broker:
    """One connection, made when it is first needed and kept for ever: a service starts and serves with NATS down.

    Several servers of a cluster are separated by commas. A denied request shows only as a timeout there and as `trouble` here."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name
        self.trouble: str | None = None
        self._client: Client | None = None
        self._making = asyncio.Lock()

    async def client(self) -> Client:
        """Waits until there is a connection for the first time; from then on nats-py reconnects."""
        async with self._making:
            if self._client is None or self._client.is_closed:
                self._client = await connect(self.url, self.name, self)
            return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    @property
    def connected(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def on_error(self, error: Exception) -> None:
        if "ermission" in str(error):  # a violation names a subject, never a body
            self.trouble = str(error)
            log.error("denied by the broker", service=self.name, trouble=self.trouble)

    async def _back(self) -> None:
        self.trouble = None
        log.info("connected to the broker again", service=self.name)


async def connect(url: str, name: str, owner: Broker | None = None) -> Client:
    """A connection with its own inbox, `_INBOX_<user>`, so that users of one account cannot read each other's replies."""
    servers = [u.strip() for u in url.split(",")]
    user = urlsplit(servers[0]).username
    owner = owner or Broker(url, name)
    return await nats.connect(
        servers,
        name=name,
        inbox_prefix=f"_INBOX_{user}" if user else "_INBOX",
        error_cb=owner.on_error,  # without one nats-py prints a traceback for every failed attempt
        reconnected_cb=owner._back,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.1,
        connect_timeout=2,
        pending_size=PENDING,
    )


def stream_name(service: str) -> str:
    return f"TAIZHANG_{service.upper()}"


def stream_config(service: str, replicas: int = 1) -> StreamConfig:
    """Nothing leaves the stream by itself, and nobody can take anything out of it short of deleting it whole."""
    return StreamConfig(
        name=stream_name(service),
        subjects=[f"taizhang.{service}.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        deny_delete=True,
        deny_purge=True,
        allow_atomic=True,
        allow_direct=True,
        duplicate_window=DUPLICATES,
        num_replicas=replicas,
    )


async def provision(js: JetStreamContext, service: str, replicas: int = 1) -> None:
    """Makes the stream, or raises Alarm when there is one that promises less. An existing stream is never changed."""
    want = stream_config(service, replicas)
    try:
        have = (await js.stream_info(stream_name(service))).config
    except NotFoundError:
        await js.add_stream(want)
        return
    exact = ("subjects", "storage", "retention", "discard", "deny_delete", "deny_purge", "allow_atomic", "allow_direct")
    drift = [f"{a} is {getattr(have, a)}, not {getattr(want, a)}" for a in exact if getattr(have, a) != getattr(want, a)]
    limits = ("max_msgs", "max_bytes", "max_age", "max_msgs_per_subject", "max_msg_size")
    drift += [f"{a} is {getattr(have, a)}, not unlimited" for a in limits if (getattr(have, a) or 0) > 0]
    foreign = ("sealed", "no_ack", "mirror", "sources", "subject_transform", "allow_rollup_hdrs")
    drift += [f"{a} is set" for a in foreign if getattr(have, a)]
    if (have.duplicate_window or 0) < DUPLICATES:
        drift.append(f"duplicate_window is {have.duplicate_window} s, not {DUPLICATES} s or more")
    if (have.num_replicas or 1) < replicas:
        drift.append(f"num_replicas is {have.num_replicas}, not {replicas}")
    if drift:
        raise Alarm(
            "stream-drift",
            f"{want.name} is not as it must be: {'; '.join(drift)}. Correct it, or delete it to have it rebuilt from the log.",
            f"消息流 {want.name} 的设置不符合要求：{'；'.join(drift)}。请更正设置，或删除该流，由台账重建。",
        )


async def require_sync_always(nc: Client, monitors: Sequence[str]) -> None:
    """Raises Alarm unless every monitored server writes to disk before it acknowledges and the connected one is among them.

    Only a server's monitoring port tells (`/varz`); a client cannot ask."""
    if not monitors:
        raise Alarm(
            "sync-unknown",
            "nothing is published while it is unknown whether NATS runs with `sync_interval: always`: set TAIZHANG_NATS_MONITOR "
            "to the monitoring URL of every server (http://127.0.0.1:8222), separated by commas.",
            "无法确认 NATS 是否以 `sync_interval: always` 运行，因此不发布任何事件：请将 TAIZHANG_NATS_MONITOR 设为每台服务器的监控地址"
            "（如 http://127.0.0.1:8222），以逗号分隔。",
        )
    seen = set[str]()
    async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
        for url in monitors:
            try:
                server = (await http.get(f"{url.rstrip('/')}/varz")).raise_for_status().json()
                always = bool(server["jetstream"]["config"].get("sync_always"))
                seen.add(str(server["server_id"]))
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                raise Alarm(
                    "sync-unknown",
                    f"the monitoring port of NATS does not answer as expected ({type(error).__name__}): check TAIZHANG_NATS_MONITOR.",
                    f"NATS 监控端口没有给出预期的回答（{type(error).__name__}）：请检查 TAIZHANG_NATS_MONITOR。",
                ) from None
            if not always:
                raise Alarm(
                    "sync-lazy",
                    "NATS acknowledges before it has written to disk: set `jetstream { sync_interval: always }` on every server.",
                    "NATS 在写入磁盘之前就确认收到：请在每台服务器上设置 `jetstream { sync_interval: always }`。",
                )
    if nc._server_info.get("server_id") not in seen:
        raise Alarm(
            "sync-unknown",
            "the connected NATS server is not among those of TAIZHANG_NATS_MONITOR: name the monitoring URL of every server.",
            "当前连接的 NATS 服务器不在 TAIZHANG_NATS_MONITOR 所列之中：请列出每台服务器的监控地址。",
        )
