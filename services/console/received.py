"""A workbook as a request brings it: as the body, or as a part of a form. Nothing of it touches a disk here."""

from __future__ import annotations

import asyncio
import io
import re
from typing import NamedTuple
from urllib.parse import unquote

from litestar.exceptions import HTTPException
from multipart import MultipartError, MultipartParser, parse_options_header

from services.console.asking import Asker
from services.kernel import query
from services.kernel.refusal import refused

LARGEST = 20 * 1024 * 1024
"""Bytes of a request."""
NAME = 200
"""Characters of the name of a file."""


class Received(NamedTuple):
    """`name`: of the file; the month of an attendance sheet may stand in it alone. `columns`: HEADING=MEANING."""

    data: bytes
    name: str
    columns: tuple[str, ...] = ()


async def received(request: Asker) -> Received:
    """Raises Refused."""
    try:
        body = await request.body()
    except HTTPException as error:
        raise (refused("workbook-too-large") if error.status_code == 413 else error) from None
    found = Received(body, _named(request.headers.get("Content-Disposition", "")))
    if query.content_type(request) == "multipart/form-data":
        found = await asyncio.to_thread(_of_form, body, request.headers.get("Content-Type", ""))
    if not found.data:
        raise refused("nothing-given")
    return found


def _of_form(body: bytes, content_type: str) -> Received:
    """`file`, and `columns` as often as there is one."""
    _, options = parse_options_header(content_type)
    data, name, columns = b"", "", list[str]()
    try:
        boundary = options.get("boundary", "")
        whole = {"spool_limit": LARGEST, "memory_limit": 2 * LARGEST, "disk_limit": 0}
        for part in MultipartParser(io.BytesIO(body), boundary, len(body), **whole) if boundary else ():
            if part.name == "file":
                data, name = part.raw, _plain(part.filename or "")
            elif part.name == "columns" and part.size <= 1000:
                columns.append(part.raw.decode("utf-8"))  # whatever it is said to be in
            else:
                raise refused("bad-request")
    except (MultipartError, UnicodeError):
        raise refused("bad-request") from None
    return Received(data, name, tuple(columns))


def _named(disposition: str) -> str:
    """`attachment; filename*=UTF-8''%E8%80%83…`, or a plain `filename`."""
    if encoded := re.search(r"filename\*=UTF-8''([^;\s]+)", disposition, re.IGNORECASE):
        return _plain(unquote(encoded[1], errors="replace"))
    plain = re.search(r'filename="([^"]*)"|filename=([^";\s]+)', disposition, re.IGNORECASE)
    return _plain(_as_sent(plain[1] or plain[2] or "") if plain else "")


def _as_sent(name: str) -> str:
    """UTF-8 as programs put it into a header, against the rules."""
    try:
        return name.encode("latin-1").decode()
    except UnicodeError:
        return name


def _plain(name: str) -> str:
    """Without a path and without what a terminal obeys."""
    return re.sub(r"[\x00-\x1f\x7f]", "", name.replace("\\", "/").rsplit("/", 1)[-1])[:NAME]
