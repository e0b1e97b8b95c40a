"""A mail server of its own process, and what it took on."""

from __future__ import annotations

import mailbox
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any, ClassVar

from aiosmtpd.handlers import Mailbox

from services.local.process import free_ports
from tests.house.tree import ROOT

PARSE = BytesParser(policy=policy.default)


class LaterPlease(Mailbox):
    """Refuses every address the first time, as servers do that do not know a sender yet."""

    seen: ClassVar[set[str]] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 later, please"
        envelope.rcpt_tos.append(address)
        return "250 OK"


class MailServer:
    def __init__(self, folder: Path, handler: str = "aiosmtpd.handlers.Mailbox") -> None:
        self.folder, self.handler = folder, handler
        (self.port,) = free_ports(1)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[None]:
        program = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{self.port}", "-c", self.handler, str(self.folder)]
        with subprocess.Popen(program, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE) as server:
            try:
                self._wait(server)
                yield
            finally:
                server.terminate()
                server.wait(10)

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + 20
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                assert server.poll() is None, server.stderr and server.stderr.read()
                assert time.monotonic() < end
                time.sleep(0.05)

    def messages(self) -> list[EmailMessage]:
        """In no order that means anything."""
        if not self.folder.is_dir():
            return []
        box = mailbox.Maildir(self.folder, create=False)
        return [PARSE.parsebytes(box.get_bytes(key)) for key in box.keys()]  # noqa: SIM118
