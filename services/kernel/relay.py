"""Log → JetStream. The stream's sequence is the log's position: nothing else has to be remembered anywhere.

What is published is the stored line, byte for byte. A stream that was deleted is made again, with the same ids, sequences,
subjects, bodies and headers, those apart in which the server notes the batch.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson
import psycopg
import structlog
from nats.aio.client import Client
from nats.errors import ConnectionReconnectingError
from nats.errors import Error as NatsError

from services.kernel.broker import Alarm, Broker, provision, require_sync_always, stream_name

PAGE = 1000
"""The server takes at most this many messages a batch."""
PAGE_BYTES = 8_000_000
POLL = 0.25
REST = 2.0
"""Seconds between two looks at what an alarm complained about."""
LOCK = 0x7A68_0002
AGAIN = {10071, 10174, 10176, 10199, 10201}
"""Another sequence or id than expected, or the batch was given up: look where the stream stands."""
ROWS = "select position, stream, version, subject, type, line from log where position > %s order by position limit %s"
CORRELATION = b'"correlationid":"'
SUBJECT = re.compile(r"taizhang(\.[A-Za-z0-9_-]+){3}").fullmatch
PRINTABLE = re.compile(r"[!-~]+").fullmatch

log = structlog.get_logger(__name__)

Conn = psycopg.AsyncConnection[Any]
Row = tuple[int, str, int, str, str, str]


class Relay:
    """Run one per process; one of all is active: by an advisory lock, and in any case by the expected sequence of every batch.

    Trouble with either server is waited out. An Alarm stops publishing at the last good position; it is looked at again every
    two seconds, so that what a person repairs counts without a restart."""

    def __init__(self, dsn: str, broker: Broker, service: str, monitors: Sequence[str], replicas: int = 1) -> None:
        self.dsn, self.broker, self.service, self.monitors, self.replicas = dsn, broker, service, monitors, replicas
        self.stream = stream_name(service)
        self.active = False
        self.position = 0
        """Of the last fact known to be on the bus, as far as this process saw."""
        self.published = 0
        self.fenced = 0
        self.alarm: Alarm | None = None
        self.trouble: str | None = None

    async def run(self) -> None:
        """For ever."""
        while True:
            pause = POLL
            try:
                nc = await self.broker.client()
                async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as conn:
                    await self._alone(conn)
                    self.active = True
                    await require_sync_always(nc, self.monitors)
                    await conn.execute("listen log")
                    await self._publish(conn, nc)
            except Alarm as alarm:
                if self.alarm is None or self.alarm.code != alarm.code:
                    log.warning("publishing stopped", service=self.service, code=alarm.code, en=alarm.en)
                self.alarm, pause = alarm, REST
            except (psycopg.OperationalError, psycopg.InterfaceError, NatsError, TimeoutError, OSError) as trouble:
                self.trouble = type(trouble).__name__
            finally:
                self.active = False
            await asyncio.sleep(pause)

    async def _alone(self, conn: Conn) -> None:
        """Returns when no other relay of this log is active. Asked again and again: a waiting lock would hold back vacuum."""
        while True:
            row = await (await conn.execute("select pg_try_advisory_lock(%s)", (LOCK,))).fetchone()
            if row and row[0]:
                return
            self.trouble = None  # to wait is not to be in trouble
            await asyncio.sleep(POLL)

    async def _publish(self, conn: Conn, nc: Client) -> None:
        last = await self._where(conn, nc)
        while True:
            self.position = last
            rows: list[Row] = await (await conn.execute(ROWS, (last, PAGE), prepare=True, binary=True)).fetchall()
            if rows:
                last = await self._batch(nc, rows, last) or await self._where(conn, nc)
            elif not [n async for n in conn.notifies(timeout=POLL, stop_after=1)] and await self._last(nc) != last:
                last = await self._where(conn, nc)  # NOTIFY is a hint, the poll the promise; and the quiet asks whether the stream is there

    async def _last(self, nc: Client) -> int:
        return (await nc.jetstream(timeout=2).stream_info(self.stream)).state.last_seq

    async def _where(self, conn: Conn, nc: Client) -> int:
        """The position to continue after: that of the stream's last message, if it is the same fact, byte for byte, in the log."""
        js = nc.jetstream(timeout=2)
        await provision(js, self.service, self.replicas)
        state = (await js.stream_info(self.stream)).state
        last = state.last_seq
        if last:
            if state.first_seq != 1 or state.messages != last:
                raise Alarm(
                    "stream-incomplete",
                    f"{self.stream} holds {state.messages} messages from {state.first_seq} to {last}: delete it to have it rebuilt.",
                    f"消息流 {self.stream} 不完整（{state.first_seq} 至 {last} 之间只有 {state.messages} 条）：请删除该流，由台账重建。",
                )
            there = await js.get_msg(self.stream, last)
            row = await (await conn.execute("select stream, version, line from log where position = %s", (last,))).fetchone()
            if row is None:
                raise Alarm(
                    "stream-ahead",
                    f"{self.stream} ends at {last}, the log before: was an older database restored, or does somebody else publish there?",
                    f"消息流 {self.stream} 已到 {last}，台账却不到：是否恢复了较旧的数据库，或有他人向该流发布？",
                )
            if ((there.headers or {}).get("Nats-Msg-Id"), there.data) != (f"{self.service}/{row[0]}@{row[1]}", row[2].encode()):
                raise Alarm(
                    "stream-differs",
                    f"{self.stream} has another message at {last} than the log: it is another ledger's, or somebody else publishes there.",
                    f"消息流 {self.stream} 第 {last} 条与台账不同：该流属于另一台账，或有他人向其发布。",
                )
        self.alarm = self.trouble = None
        return last

    async def _batch(self, nc: Client, rows: Sequence[Row], last: int) -> int | None:
        """Publishes the rows, or as many as fit, whole or not at all. The new last position, or None: look again."""
        if not nc.is_connected:
            raise ConnectionReconnectingError
        batch, wire, messages = uuid.uuid4().hex, list[bytes](), self._messages(nc, rows, last)
        for k, (subject, own, body) in enumerate(messages, 1):
            headers = own + f"Nats-Batch-Id: {batch}\r\nNats-Batch-Sequence: {k}\r\n"
            if k == 1:
                headers = f"{headers}Nats-Expected-Last-Sequence: {last}\r\n"
            if k < len(messages):
                wire.append(_hpub(subject, headers, body))
        await nc._send_command(b"".join(wire))
        commit = dict(header.split(": ", 1) for header in headers.splitlines()) | {"Nats-Batch-Commit": "1"}
        reply = await nc.request(subject, body, headers=commit, timeout=2)
        ack = orjson.loads(reply.data)
        if error := ack.get("error"):
            if error["err_code"] not in AGAIN:
                why = f"{error.get('description')} ({error['err_code']})"
                raise Alarm("refused-by-the-broker", f"{self.stream}: {why}.", f"消息服务器拒绝了 {self.stream}：{why}。")
            self.fenced += 1
            return None
        self.published += int(ack["seq"]) - last
        return int(ack["seq"])

    def _messages(self, nc: Client, rows: Sequence[Row], last: int) -> list[tuple[str, str, bytes]]:
        """Subject, headers and body of as many facts as one batch takes, one at least."""
        found, size = list[tuple[str, str, bytes]](), 0
        for position, stream, version, about, kind, line in rows:
            body, event = line.encode(), f"{self.service}/{stream}@{version}"
            subject = f"taizhang.{self.service}.{kind.split('.', 3)[2]}.{about}"
            size += len(body)
            stuck = len(body) + 1000 > nc.max_payload or not SUBJECT(subject) or not PRINTABLE(event)
            if found and (size > PAGE_BYTES or stuck):
                break
            if position != last + len(found) + 1:
                raise Alarm("log-gap", f"the log has a hole before {position}.", f"台账在第 {position} 条之前有缺口。")
            if stuck:
                raise Alarm(
                    "cannot-travel",
                    f"the fact at {position} does not fit into the server's max_payload of {nc.max_payload}, or its subject is no token.",
                    f"第 {position} 条无法发布：超过服务器 max_payload（{nc.max_payload}），或其 subject 含有不允许的字符。",
                )
            headers = f"Content-Type: application/cloudevents+json\r\nNats-Msg-Id: {event}\r\ntraceparent: {traceparent(event, body)}\r\n"
            found.append((subject, headers, body))
        return found


def _hpub(subject: str, headers: str, body: bytes) -> bytes:
    """A message of the NATS protocol. The client's `publish` checks and copies each header: more than half of a relay's time."""
    size = len(headers) + 12  # NATS/1.0 and the empty line
    return f"HPUB {subject} {size} {size + len(body)}\r\nNATS/1.0\r\n{headers}\r\n".encode() + body + b"\r\n"


def traceparent(event: str, body: bytes) -> str:
    """W3C trace context made from the event alone, so that a rebuilt stream is equal: the request is the trace, the event the span.

    In a canonical line the attribute stands before `data`, and no value can contain its quotes unescaped: the first find is it."""
    start = body.find(CORRELATION) + len(CORRELATION)
    correlation = body[start : body.index(b'"', start)]
    if b"\\" in correlation:
        correlation = orjson.loads(body)["correlationid"].encode()
    return f"00-{sha256(correlation).hexdigest()[:32]}-{sha256(event.encode()).hexdigest()[:16]}-01"
