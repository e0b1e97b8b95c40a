"""A socket between a client and PostgreSQL that loses what it is told to lose."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from psycopg.conninfo import conninfo_to_dict, make_conninfo

Loss = Literal["answer", "request", "late", "down"]
NAME = ".s.PGSQL.5432"
CALL = b"SELECT 1\0"
"""The tag of a statement that returned one row, as an append does."""


class Wire:
    """`lose("answer")`: the next append reaches the server, its answer nobody. "request": it does not reach the server. "late": the
    server gets it half a second after the client has given the connection up. "down": nobody gets through until `mend`."""

    def __init__(self, server: Path, folder: Path) -> None:
        self.server, self.lost = server, 0
        self._armed: Loss | None = None
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / NAME))
        self._listener.listen(64)
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def lose(self, what: Loss) -> None:
        self._armed = what
        if what == "down":
            self._cut()

    def mend(self) -> None:
        self._armed = None

    def close(self) -> None:
        self._armed = "down"
        self._listener.close()
        self._cut()

    def _cut(self) -> None:
        while self._open:
            _end(self._open.pop())

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._armed == "down":
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self.server / NAME))
            self._open += [client, server]
            threading.Thread(target=self._forth, args=(client, server), daemon=True).start()
            threading.Thread(target=self._back, args=(client, server), daemon=True).start()

    def _forth(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if self._armed in ("request", "late") and data[:1] in (b"B", b"P"):  # an extended query begins
                    late = self._armed == "late"
                    self._armed, self.lost = None, self.lost + 1
                    _end(client)
                    if late:
                        time.sleep(0.5)
                        server.sendall(data)
                        time.sleep(0.5)
                    break
                server.sendall(data)
        _end(client)
        _end(server)

    def _back(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if self._armed == "answer" and CALL in data:
                    self._armed, self.lost = None, self.lost + 1
                    break
                client.sendall(data)
        _end(client)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def between(dsn: str) -> Iterator[tuple[Wire, str]]:
    """The wire, and the DSN that leads through it."""
    given = conninfo_to_dict(dsn)
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        wire = Wire(Path(str(given["host"])), Path(folder))
        try:
            yield wire, make_conninfo(dsn, host=folder, port=5432)
        finally:
            wire.close()
