"""`GET /docs`: the API of this service to be read by people, laid out in the browser from /openapi.json. It needs nothing from anywhere
else, and a strict policy lets it have nothing from anywhere else."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from services.kernel.refusal import refused

FILES = {"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def handlers() -> list[Any]:
    @get("/docs", include_in_schema=False)
    async def page() -> Response[bytes]:
        return _file("index.html", "text/html; charset=utf-8")

    @get("/docs/{name:str}", include_in_schema=False)
    async def part(name: FromPath[str]) -> Response[bytes]:
        if name not in FILES:
            raise refused("not-found")
        return _file(name, FILES[name])

    return [page, part]


def _file(name: str, media_type: str) -> Response[bytes]:
    return Response((files("services.kernel.page") / name).read_bytes(), media_type=media_type, headers=HEADERS)
