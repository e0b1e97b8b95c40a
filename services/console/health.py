"""Whether the console lives, and whether it can do its work: each service answers, and what is handed in can be kept."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import httpx
import orjson
from litestar import Response, get

from services.console.configured import Settings
from services.kernel import problem
from services.kernel.refusal import refused


async def parts(settings: Settings) -> dict[str, dict[str, Any]]:
    async with httpx.AsyncClient(timeout=2, trust_env=False) as http:

        async def lives(url: str) -> dict[str, Any]:
            try:
                return {"ok": (await http.get(f"{url.rstrip('/')}/health/live")).status_code == 200}
            except httpx.HTTPError as error:
                return {"ok": False, "trouble": type(error).__name__}

        found = await asyncio.gather(*(lives(url) for url in settings.urls.values()))
    return dict(zip(settings.urls, found, strict=True)) | {"uploads": {"ok": os.access(settings.uploads, os.W_OK)}}


def handlers(settings: Settings) -> list[Any]:
    @get("/health/live", summary="The process lives")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @get("/health/ready", summary="Every part is as it must be; 503 names those that are not")
    async def ready() -> Response[bytes]:
        found = await parts(settings)
        state = {"ready": all(part["ok"] for part in found.values()), "parts": found}
        if state["ready"]:
            return Response(orjson.dumps(state), media_type="application/json")
        return Response(orjson.dumps(problem.problem(refused("not-ready")) | state), status_code=503, media_type=problem.MEDIA_TYPE)

    return [live, ready]
