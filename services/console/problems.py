"""What goes wrong, told as every service tells it: the services' own refusals as they are, the readers' and printers' under codes."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request, Response

from services.kernel import problem
from services.kernel.body import FieldError, Invalid
from services.kernel.refusal import Refused, refused
from services.kernel.refusals import TABLE
from services.problems import Problem

CODE = re.compile(r"[a-z0-9-]{1,60}")


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return problem.handle(request, _known(error) or error)


def _known(error: Exception) -> Exception | None:
    match error:
        case Problem():
            return _of_service(error)
        case Refused() | Invalid():
            return None
    name = type(error).__name__  # of modules that are loaded when they are first needed
    if name == "Unreadable":
        return _unreadable(error)
    if name == "BadColumns":
        code, zh, en = getattr(error, "code", ""), getattr(error, "zh", ""), getattr(error, "en", "")
        if code == "unknown-heading":  # without the heading
            zh, en = "表里没有这一列", "There is no such heading in the workbook"
        return Invalid([FieldError("columns", code, zh, en)])
    codes = {"Undecided": "leave-undecided", "NoChineseFont": "no-typeface", "Unprintable": "not-printable"}
    return refused(codes[name]) if name in codes else None


def _of_service(said: Problem) -> Refused:
    """In the words of the service; one that does not answer is told as such."""
    if said.unavailable and said.code not in TABLE:
        return refused("services-unavailable")
    if said.code in TABLE:
        told = refused(said.code)
    else:
        told = Refused(said.code if CODE.fullmatch(said.code) else "bad-request", said.zh, said.en, max(said.status, 400))
    told.errors = [dict(e) for e in said.errors]
    return told


def _unreadable(error: Exception) -> Refused:
    """What is wrong with the file as a whole; of a heading that is missing only that, for what stands there may be a name."""
    if getattr(error, "code", "") == "unknown-layout":
        return refused("unknown-layout")
    row = TABLE["unreadable-workbook"]
    zh, en = getattr(error, "zh", row.next_zh), getattr(error, "en", row.next_en)
    return Refused(row.code, row.zh, row.en, row.status, next_zh=zh, next_en=en)
