"""Errors as RFC 9457 problem details, in Chinese and English, with a stable code. What was sent is never repeated."""

from __future__ import annotations

import traceback
from typing import Any

import orjson
import psycopg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from psycopg_pool import PoolTimeout

from services.kernel.body import Invalid
from services.kernel.log import Busy, CommandReused, Unreachable
from services.kernel.refusal import Refused, refused

MEDIA_TYPE = "application/problem+json"
BY_STATUS = {400: "bad-request", 401: "unauthenticated", 403: "forbidden", 404: "not-found", 405: "method-not-allowed",
             413: "body-too-large", 415: "not-json-content-type"}  # fmt: skip
NO_TEXT = {None, "22021", "22P05"}
"""SQL states of a text that no database holds: psycopg itself refuses it, or the server does."""
DATABASE = (Unreachable, PoolTimeout, psycopg.OperationalError, psycopg.InterfaceError)

log = structlog.get_logger(__name__)


def problem(refusal: Refused, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    errors = errors or refusal.errors
    if refusal.field and not errors:
        errors = [{"field": refusal.field, "code": refusal.code, "zh": refusal.zh, "en": refusal.en}]
    return {
        "type": f"urn:taizhang:problem:{refusal.code}",
        "title": refusal.en,
        "status": refusal.status,
        "code": refusal.code,
        "title_zh": refusal.zh,
        "title_en": refusal.en,
        "detail": refusal.next_en,
        "detail_zh": refusal.next_zh,
        "errors": errors,
        **({"now": refusal.now} if refusal.now else {}),
    }


def answer(refusal: Refused, errors: list[dict[str, str]] | None = None, headers: dict[str, str] | None = None) -> Response[bytes]:
    body = orjson.dumps(problem(refusal, errors))
    if refusal.status == 503:
        headers = {"Retry-After": "1"} | (headers or {})
    return Response(body, status_code=refusal.status, media_type=MEDIA_TYPE, headers=headers)


def code_of(error: Exception) -> Refused | None:
    """The refusal that an expected error stands for; None for what nobody expected."""
    match error:
        case Refused():
            return error
        case Invalid():
            return refused("invalid-fields")
        case CommandReused():
            return refused("idempotency-key-reused")
        case Busy():
            return refused("queue-full")
        case psycopg.DataError() if error.sqlstate in NO_TEXT:
            return refused("bad-query")
        case HTTPException():
            return refused(BY_STATUS.get(error.status_code, "bad-request" if error.status_code < 500 else "internal-error"))
    return refused("database-unavailable") if isinstance(error, DATABASE) else None


def of(error: Exception) -> dict[str, Any]:
    """The problem that an expected error stands for."""
    refusal = code_of(error) or refused("internal-error")
    return problem(refusal, [e._asdict() for e in error.errors] if isinstance(error, Invalid) else None)


def report(error: Exception, path: str) -> None:
    log.error("unexpected", error=type(error).__name__, where=where(error), path=path)


def tell(error: Exception, path: str) -> None:
    """For whoever runs the service: what nobody expected, and which of its parts did not answer."""
    if code_of(error) is None:
        report(error, path)
    elif isinstance(error, DATABASE):
        log.warning("database-unavailable", error=str(error) if isinstance(error, Unreachable) else type(error).__name__, path=path)


def known_as(error: Exception) -> str:
    """Its code, for figures."""
    refusal = code_of(error)
    return refusal.code if refusal else "internal-error"


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The one handler of all errors."""
    refusal = code_of(error)
    tell(error, request.scope["path"].split("/", 2)[1])
    if refusal is None:
        refusal = refused("internal-error")
    if isinstance(error, Invalid):
        return answer(refusal, [e._asdict() for e in error.errors])
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    allow = {k: v for k, v in headers.items() if k.lower() == "allow"}
    return answer(refusal, headers=allow)


def where(error: BaseException) -> str:
    """Where it was raised, without a value: the innermost lines of the traceback."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in reversed(frames))
