"""What stands in the query and the headers of a request, read strictly."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Request

from services.kernel.body import EARLIEST, LATEST
from services.kernel.line import Actor
from services.kernel.refusal import refused

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SUBJECT = re.compile(r"[A-Za-z0-9_-]{1,200}")
TYPE = re.compile(r"[A-Za-z0-9_.]{1,200}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CODE = re.compile(r"[a-z_]{1,32}")
KEY = re.compile(r"[\x21-\x7e]{1,200}")
TAG = re.compile(r'(W/)?("[\x21\x23-\x7e]*")')
TAGS = re.compile(rf"\s*{TAG.pattern}(\s*,\s*{TAG.pattern}){{0,31}}\s*")
VERSION = re.compile(r'"[0-9]{1,10}(-[0-9a-f]{16})?"')
AFTER = re.compile(r"\s*(registry|assignments|compliance)\s*=\s*([0-9]{1,18})\s*")


PURPOSES = ("review", "decision", "audit", "correction", "request", "duty")
"""Why: a review, a decision to take, an audit, a correction, because the person asks for it, or another duty."""
SEVERAL = frozenset({"type"})
"""Parameters that may be repeated."""


def known(request: Request[Any, Any, Any], names: frozenset[str]) -> None:
    """Every parameter has a value, once, and is one that this address knows: a misspelt one would be answered as if it were not
    there."""
    given = request.query_params
    for name in given:
        if name not in names or not all(given.getall(name)) or (len(given.getall(name)) > 1 and name not in SEVERAL):
            raise refused("bad-query", name if name in names else None)


def whole(name: str, text: str | None, absent: int, lowest: int, highest: int) -> int:
    """A whole number of the query."""
    if text is None:
        return absent
    if not re.fullmatch(r"[0-9]{1,19}", text) or not lowest <= int(text) <= highest:
        raise refused("bad-query", name)
    return int(text)


def identifier(name: str, text: str | None, form: re.Pattern[str] = ID) -> str | None:
    if text is not None and not form.fullmatch(text):
        raise refused("bad-query", name)
    return text


def named(text: str, unknown: str) -> None:
    """An id in a path: what cannot be one names nothing."""
    if not ID.fullmatch(text):
        raise refused(unknown)


def one_of(name: str, text: str | None, codes: tuple[str, ...]) -> str | None:
    if text is not None and text not in codes:
        raise refused("bad-query", name)
    return text


def day(name: str, text: str | None) -> date | None:
    """A civil day, YYYY-MM-DD, on which the calendar can count on and back."""
    if text is None:
        return None
    try:
        found = date.fromisoformat(text if DAY.fullmatch(text) else "")
    except ValueError:
        raise refused("bad-query", name) from None
    if not EARLIEST <= found <= LATEST:
        raise refused("bad-query", name)
    return found


def shows(request: Request[Any, Any, Any], token: str) -> bool:
    """Whether the request shows the token of the services among themselves; where none is set nobody can."""
    shown = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())


def content_type(request: Request[Any, Any, Any]) -> str:
    return request.headers.get("Content-Type", "").split(";")[0].strip().lower()


async def of_json(request: Request[Any, Any, Any]) -> bytes:
    """The body of a request that says that it is JSON. Raises Refused."""
    if content_type(request) != "application/json":
        raise refused("not-json-content-type")
    return await request.body()


def named_actor(request: Request[Any, Any, Any]) -> str | None:
    """For whom a program with the instance's own key enters something; anybody else may only name themselves."""
    return _header(request, "Taizhang-Actor", ID)


def role(request: Request[Any, Any, Any]) -> str | None:
    """The role in which somebody who has several asks or acts."""
    return _header(request, "Taizhang-Role", CODE)


def unit(request: Request[Any, Any, Any]) -> str | None:
    return _header(request, "Taizhang-Unit", ID)


def purpose(request: Request[Any, Any, Any]) -> str | None:
    """Why somebody reads what is not everybody's to read: a code."""
    text = _header(request, "Taizhang-Purpose", CODE)
    if text is not None and text not in PURPOSES:
        raise refused("bad-header", "Taizhang-Purpose")
    return text


def actor(request: Request[Any, Any, Any], principal: str) -> Actor:
    """Who says it, and on whose paper; in which role is found when it is known what about. Ids and codes only: no name belongs there.
    A document number may be written in Chinese: percent-encoded UTF-8."""
    behalf = _header(request, "Taizhang-On-Behalf-Of", CODE)
    return Actor(principal, role(request) or "-", unit(request) or "-", behalf, _document(request))


def acting(by: Actor, on_behalf_of: str | None, document: str | None) -> Actor:
    """The same person entering a paper act that a command of many names for itself."""
    if on_behalf_of is not None and not CODE.fullmatch(on_behalf_of):
        raise refused("bad-header", "on_behalf_of")
    if document is not None and not _is_document(document):
        raise refused("bad-header", "document_no")
    return replace(by, on_behalf_of=on_behalf_of or by.on_behalf_of, document=document or by.document)


def key(name: str, text: str | None) -> str | None:
    if text is not None and not KEY.fullmatch(text):
        raise refused("bad-header", name)
    return text


def has_already(request: Request[Any, Any, Any], tag: str) -> bool:
    """Whether If-None-Match names these bytes; whether they were said to be equivalent only (`W/`) does not matter here."""
    text = request.headers.get("If-None-Match")
    return text is not None and (text.strip() == "*" or tag in (t for _, t in _tags("If-None-Match", text)))


def if_match(request: Request[Any, Any, Any]) -> Callable[[int], bool] | None:
    """Whether a version of the stream is one that the caller names: the whole ETag of what was read, or the version alone, `"3"`.
    `*`: whatever there is. A weak tag never matches."""
    return matching("If-Match", request.headers.get("If-Match"))


def matching(name: str, text: str | None) -> Callable[[int], bool] | None:
    if text is None:
        return None
    if text.strip() == "*":
        return lambda version: version > 0
    named = {int(t.strip('"').partition("-")[0]) for weak, t in _tags(name, text) if not weak and VERSION.fullmatch(t)}
    return lambda version: version in named


def _tags(name: str, text: str) -> list[tuple[str, str]]:
    """Entity tags: `W/` or nothing, and the tag between its quotation marks."""
    if not TAGS.fullmatch(text):
        raise refused("bad-header", name)
    return TAG.findall(text)


def idempotency_key(request: Request[Any, Any, Any]) -> str | None:
    return _header(request, "Idempotency-Key", KEY)


def after(request: Request[Any, Any, Any]) -> dict[str, int]:
    """`Taizhang-After: registry=17, assignments=40`."""
    text = request.headers.get("Taizhang-After")
    if text is None:
        return {}
    wanted = {}
    for part in text.split(","):
        said = AFTER.fullmatch(part)
        if not said:
            raise refused("bad-header", "Taizhang-After")
        wanted[said[1]] = int(said[2])
    return wanted


def _header(request: Request[Any, Any, Any], name: str, form: re.Pattern[str]) -> str | None:
    text = request.headers.get(name)
    if text is not None and not form.fullmatch(text):
        raise refused("bad-header", name)
    return text


def _document(request: Request[Any, Any, Any]) -> str | None:
    name = "Taizhang-Document-No"
    text = request.headers.get(name)
    if text is None:
        return None
    try:
        number = unquote_to_bytes(text).decode()
    except UnicodeError:
        raise refused("bad-header", name) from None
    if not _is_document(number):
        raise refused("bad-header", name)
    return number


def _is_document(number: str) -> bool:
    return 1 <= len(number) <= 300 and number.isprintable()
