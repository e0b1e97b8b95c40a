"""What stands in the query and the headers of a request, read strictly."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Request

from services.kernel.line import Actor
from services.kernel.refusal import refused

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
CODE = re.compile(r"[a-z_]{1,32}")
KEY = re.compile(r"[\x21-\x7e]{1,200}")
AFTER = re.compile(r"\s*(registry|assignments|compliance)\s*=\s*([0-9]{1,18})\s*")


def whole(name: str, text: str | None, absent: int, lowest: int, highest: int) -> int:
    """A whole number of the query."""
    if text is None:
        return absent
    if not re.fullmatch(r"[0-9]{1,19}", text) or not lowest <= int(text) <= highest:
        raise refused("bad-query", name)
    return int(text)


def identifier(name: str, text: str | None) -> str | None:
    if text is not None and not ID.fullmatch(text):
        raise refused("bad-query", name)
    return text


def one_of(name: str, text: str | None, codes: tuple[str, ...]) -> str | None:
    if text is not None and text not in codes:
        raise refused("bad-query", name)
    return text


def day(name: str, text: str | None) -> date | None:
    """A civil day, YYYY-MM-DD."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        raise refused("bad-query", name) from None


def actor(request: Request[Any, Any, Any]) -> Actor:
    """Who says it, as long as nobody is asked to prove it. Ids and codes only: no name belongs there. A document number may be
    written in Chinese: percent-encoded UTF-8."""
    return Actor(
        _header(request, "Taizhang-Actor", ID) or "local",
        _header(request, "Taizhang-Role", CODE) or "section",
        _header(request, "Taizhang-Unit", ID) or "-",
        _header(request, "Taizhang-On-Behalf-Of", CODE),
        _document(request),
    )


def idempotency_key(request: Request[Any, Any, Any]) -> str | None:
    return _header(request, "Idempotency-Key", KEY)


def after(request: Request[Any, Any, Any]) -> dict[str, int]:
    """`Taizhang-After: registry=17, assignments=40`."""
    text = request.headers.get("Taizhang-After")
    if not text:
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
    if not 1 <= len(number) <= 300 or not number.isprintable():
        raise refused("bad-header", name)
    return number
