"""What people handed in, each file encrypted under a key that nobody keeps: it follows from the id of the import and from who made it.
The id is told to them alone and is no name on the disk; for anybody else there is nothing under it."""

from __future__ import annotations

import errno
import hmac
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.kernel.refusal import refused

NONCE = 12
DAY = 86_400
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Layouts = dict[str, dict[str, dict[str, str]]]
"""Kind → fingerprint of a layout → heading → meaning."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parts of one import lie until an instant (seconds since 1970). A part is there whole or not at all."""

    import_id: str
    owner: str
    folder: Path
    until: float

    def read(self, part: str) -> bytes | None:
        try:
            sealed = self._file(part).read_bytes()
        except FileNotFoundError:
            return None
        return AESGCM(self._derived("key")).decrypt(sealed[:NONCE], sealed[NONCE:], part.encode())

    def write(self, part: str, data: bytes) -> None:
        nonce = os.urandom(NONCE)
        sealed = nonce + AESGCM(self._derived("key")).encrypt(nonce, data, part.encode())
        _write(self._file(part), sealed, self.until)

    def erase(self, part: str) -> None:
        self._file(part).unlink(missing_ok=True)

    def erase_all(self) -> None:
        for file in self.folder.glob(f"{self._derived('name').hex()[:40]}.*"):
            file.unlink(missing_ok=True)

    def _file(self, part: str) -> Path:
        return self.folder / f"{self._derived('name').hex()[:40]}.{part}"

    def _derived(self, use: str) -> bytes:
        return hmac.digest(self.import_id.encode(), f"taizhang upload {use}|{self.owner}".encode(), "sha256")


class Uploads:
    """Those of one owner lie in one folder, so that they can be counted. A file's time is the one when it is erased."""

    def __init__(self, folder: Path, days: int) -> None:
        self.folder, self._days = folder, days
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def new(self, owner: str) -> Place:
        return Place(f"i-{secrets.token_urlsafe(24)}", owner, self._of(owner), time.time() + self._days * DAY)

    def find(self, owner: str, import_id: str) -> Place | None:
        place = Place(import_id, owner, self._of(owner), 0)
        try:
            until = place._file("import").stat().st_mtime
        except FileNotFoundError:
            return None
        return Place(import_id, owner, place.folder, until) if until > time.time() else None

    def count(self, owner: str, part: str) -> int:
        """Imports of which this part is there."""
        return sum(1 for _ in self._of(owner).glob(f"*.{part}"))

    def layouts(self, owner: str) -> Layouts:
        """Which heading means what, as the owner once said: no names, no term."""
        try:
            found: Layouts = orjson.loads((self._of(owner) / "layouts.json").read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return {}
        return found

    def remember(self, owner: str, kind: str, layouts: Mapping[str, dict[str, str]]) -> None:
        if layouts:
            known = self.layouts(owner)
            _write(self._of(owner) / "layouts.json", orjson.dumps(known | {kind: known.get(kind, {}) | dict(layouts)}), time.time())

    def sweep(self) -> int:
        """Erases what is past its time, and what a killed process left half written. How many files."""
        gone = [file for file, at in self._files() if file.suffix != ".json" and at < time.time() - 60 * (file.suffix == ".new")]
        for file in gone:
            file.unlink(missing_ok=True)
        return len(gone)

    def _files(self) -> Iterator[tuple[Path, float]]:
        """With their times. What is written or erased meanwhile is not there."""
        for file in self.folder.glob("*/*"):
            with suppress(FileNotFoundError):
                yield file, file.stat().st_mtime

    def _of(self, owner: str) -> Path:
        folder = self.folder / hmac.digest(b"taizhang upload owner", owner.encode(), "sha256").hex()[:32]
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


def _write(file: Path, data: bytes, at: float) -> None:
    """Whole or not at all, for its owner alone, on disk when this returns; with a time of its own. Raises Refused `no-room`."""
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.utime(new, (at, at))
        new.replace(file)
    except OSError as error:
        new.unlink(missing_ok=True)
        if error.errno in FULL:
            raise refused("no-room") from None
        raise
