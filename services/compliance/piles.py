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


class Piles:
    """Whatever is about one cadre lies in one pile, in the order in which it was put there."""

    def __init__(self, held: int = HELD) -> None:
        self._limit, self._held = held, 0
        self._piles = [bytearray() for _ in range(PILES)]
        self._written: list[list[tuple[int, int]]] = [[] for _ in range(PILES)]
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return PILES

    @property
    def laid_aside(self) -> bool:
        """Not all of it fitted into memory."""
        return self._file is not None

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
            assert self._file is not None
            yield from os.pread(self._file.fileno(), length, offset).splitlines()
        yield from bytes(self._piles[number]).splitlines()
        self._piles[number] = bytearray()

    def close(self) -> None:
        """What did not go to the file any more is not wanted."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    def _write(self) -> None:
        with room():
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with this
            for pile, written in zip(self._piles, self._written, strict=True):
                if pile:
                    written.append((self._file.tell(), self._file.write(pile)))
                    pile.clear()
            self._file.flush()
        self._held = 0


class Answers:
    """Texts by id, in any order at first; given back in the order of their ids."""

    def __init__(self, held: int = HELD) -> None:
        self._limit, self._held = held, bytearray()
        self._places: list[tuple[str, int, int]] = []
        self._written = 0
        self._file: IO[bytes] | None = None

    def put(self, id_: str, text: bytes) -> None:
        self._places.append((id_, self._written + len(self._held), len(text)))
        self._held += text
        if len(self._held) > self._limit:
            self._write()

    def __iter__(self) -> Iterator[bytes]:
        for _, offset, length in sorted(self._places):
            if offset < self._written:
                assert self._file is not None
                yield os.pread(self._file.fileno(), length, offset)
            else:
                start = offset - self._written
                yield bytes(self._held[start : start + length])

    def close(self) -> None:
        """What did not go to the file any more is not wanted."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    def _write(self) -> None:
        with room():
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with this
            self._file.write(self._held)
            self._file.flush()
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
