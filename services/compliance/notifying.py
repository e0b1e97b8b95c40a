"""Who is reminded, and by what: a line in the log for everybody who answers for something, and mail to addresses that the configuration
gives to roles and units. A message holds codes, articles, ids and days; no name and nothing personal."""

from __future__ import annotations

import asyncio
import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

import structlog

from contracts.answers import Accountable
from services.kernel.clock import Clock
from services.kernel.settings import Settings, is_loopback

LOG, SMTP = "log", "smtp"
ROLES: tuple[str, ...] = Accountable.__args__  # type: ignore[attr-defined]
RECIPIENT = re.compile(r"([a-z_]+)(?::([A-Za-z0-9_-]{1,64}))?=([^\s@,;=<>\"]+@[^\s@,;=<>\"]+)")
TIMEOUT = 20.0
PORTS = {"smtp": 25, "smtps": 465}

log = structlog.get_logger(__name__)


class Recipient(NamedTuple):
    """Whose to-dos go to an address: those of a role, of one unit or of all that have no address of their own."""

    role: str
    unit: str | None
    address: str


class Digest(NamedTuple):
    """What one recipient is told on one day. `id` is the same however often it is sent."""

    id: str
    recipient: str
    subject: str
    body: str
    counts: dict[str, int]


class Notifier(Protocol):
    async def send(self, digest: Digest) -> None:
        """Raises what kept it from being taken on; then it is tried again."""
        ...


class LogNotifier:
    async def send(self, digest: Digest) -> None:
        log.info("to be done", digest=digest.id, answers=digest.recipient, **digest.counts)


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is given away. Over `smtps` encrypted from the first byte, over `smtp` as soon as the server offers it."""

    host: str
    port: int
    encrypted: bool
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, url: str) -> Server:
        """`smtp://user:password@host:587`. Raises ValueError for what is none."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError(
                "TAIZHANG_SMTP_URL 应写作 smtp://用户:密码@主机:端口 或 smtps://… · "
                "TAIZHANG_SMTP_URL has to be smtp://user:password@host:port or smtps://…"
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, parts.port or PORTS[parts.scheme], parts.scheme == "smtps", user, password)


class Unencrypted(Exception):
    """The server offers no encryption, and a password would be read on the way."""


class SmtpNotifier:
    def __init__(self, server: Server, sender: str, clock: Clock) -> None:
        self.server, self.sender, self.clock = server, sender, clock

    async def send(self, digest: Digest) -> None:
        await asyncio.to_thread(self._send, self.message(digest))

    def message(self, digest: Digest) -> EmailMessage:
        """A server or a reader that gets it twice knows it again by its Message-ID."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, digest.recipient, digest.subject
        message["Message-ID"] = f"<{digest.id}@taizhang.invalid>"
        message["Date"] = format_datetime(self.clock())
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(digest.body, charset="utf-8", cte="base64")
        return message

    def _send(self, message: EmailMessage) -> None:
        server, context = self.server, ssl.create_default_context()
        if server.encrypted:
            session: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
        else:
            session = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        with session:
            session.ehlo()
            if not server.encrypted and session.has_extn("starttls"):
                session.starttls(context=context)
                session.ehlo()
            elif server.user and not server.encrypted and not is_loopback(server.host):
                raise Unencrypted
            if server.user:
                session.login(server.user, server.password)
            session.send_message(message)


def recipients(text: str) -> tuple[Recipient, ...]:
    """`section=a@example.org, branch:U01=b@example.org`, separated by commas or lines. Raises ValueError naming the entry that is none."""
    found = list[Recipient]()
    for n, entry in enumerate((part.strip() for part in re.split(r"[,;\n]", text) if part.strip()), 1):
        parts = RECIPIENT.fullmatch(entry)
        if parts is None or parts[1] not in ROLES:
            raise ValueError(
                f"TAIZHANG_REMINDER_RECIPIENTS 第 {n} 项应写作 角色=地址 或 角色:单位=地址 · entry {n} of TAIZHANG_REMINDER_RECIPIENTS has to be "
                f"role=address or role:unit=address, the role one of {', '.join(ROLES)}"
            )
        found.append(Recipient(parts[1], parts[2], parts[3]))
    return tuple(found)


def notifiers(settings: Settings, clock: Clock) -> tuple[dict[str, Notifier], Sequence[Recipient]]:
    """By channel, and who gets mail. Raises ValueError for settings that cannot be."""
    found: dict[str, Notifier] = {LOG: LogNotifier()}
    to = recipients(settings.reminder_recipients)
    if url := settings.smtp_url.get_secret_value():
        found[SMTP] = SmtpNotifier(Server.of(url), settings.smtp_from, clock)
    return found, to if SMTP in found else ()
