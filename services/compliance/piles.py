"""Facts by cadre, however many: in memory while they are few, else in a temporary file that has no name, so that nothing of it can be
left behind, whatever ends the program. It lies where the environment says (TMPDIR) and is gone when it is closed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from services.compliance.badlog import NoRoom

PILES = 256
HELD = 48 << 20
"""Bytes kept in memory before they are written away."""


class Aside:
    """What does not fit into memory: the file is made when it is first needed."""

    _file: IO[bytes] | None = None

    @property
    def laid_aside(self) -> bool:
        """Not all of it fitted into memory."""
        return self._file is not None

    def close(self) -> None:
        """What did not go to the file any more is not wanted."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with this
        return self._file

    def _at(self, offset: int, length: int) -> bytes:
        return os.pread(self._opened().fileno(), length, offset)


class Piles(Aside):
    """Whatever is about one cadre lies in one pile, in the order in which it was put there."""

    def __init__(self, held: int = HELD) -> None:
        self._limit, self._held = held, 0
        self._piles = [bytearray() for _ in range(PILES)]
        self._written: list[list[tuple[int, int]]] = [[] for _ in range(PILES)]

    def __len__(self) -> int:
        return PILES

    def put(self, cadre_id: str, line: bytes) -> None:
        """With its line feed. The line is copied: what made it may have asked for more room than it needed."""
        pile = self._piles[hash(cadre_id) % PILES]
        pile += line
        self._held += len(line)
        if self._held > self._limit:
            self._write()

    def pile(self, number: int) -> Iterator[bytes]:
        """Read once: what was in memory is let go."""
        for offset, length in self._written[number]:
            yield from self._at(offset, length).splitlines()
        yield from bytes(self._piles[number]).splitlines()
        self._piles[number] = bytearray()

    def _write(self) -> None:
        with room():
            file = self._opened()
            for pile, written in zip(self._piles, self._written, strict=True):
                if pile:
                    written.append((file.tell(), file.write(pile)))
                    pile.clear()
            file.flush()
        self._held = 0


class Answers(Aside):
    """Texts by id, in any order at first; given back in the order of their ids."""

    def __init__(self, held: int = HELD) -> None:
        self._limit, self._held = held, bytearray()
        self._places: list[tuple[str, int, int]] = []
        self._written = 0

    def put(self, id_: str, text: bytes) -> None:
        self._places.append((id_, self._written + len(self._held), len(text)))
        self._held += text
        if len(self._held) > self._limit:
            self._write()

    def __iter__(self) -> Iterator[bytes]:
        for _, offset, length in sorted(self._places):
            if offset < self._written:
                yield self._at(offset, length)
            else:
                start = offset - self._written
                yield bytes(self._held[start : start + length])

    def _write(self) -> None:
        with room():
            file = self._opened()
            file.write(self._held)
            file.flush()
        self._written += len(self._held)
        self._held.clear()


@contextmanager
def room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        folder = _folder()
        raise NoRoom(
            f"临时文件夹 {folder} 写不下（{error.strerror}），请腾出空间或以 TMPDIR 另指一处 · "
            f"the temporary folder {folder} takes no more ({error.strerror}); make room or name another by TMPDIR"
        ) from None


def _folder() -> str:
    """The one in use, or the one that was asked for where none can be written."""
    try:
        return tempfile.gettempdir()
    except OSError:
        return os.environ.get("TMPDIR", "/tmp")  # noqa: S108 -- named, not used
