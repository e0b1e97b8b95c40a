"""The console as a process: workbooks handed in, exports and documents fetched, everything with the caller's own token. It holds no key,
no database and no right of its own: what may be done and seen is decided by the services that it asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import orjson
from litestar import Litestar, MediaType, Request, Response, get
from litestar.openapi.config import OpenAPIConfig

from services.console import downloads, health, import_pages
from services.console.configured import Settings
from services.console.imports import READING, RECORDING, Imports
from services.console.problems import handle
from services.console.told import TOLD
from services.console.uploads import Uploads
from services.kernel import openapi, page, query
from services.kernel.ending import end
from services.kernel.problem import report

SETTINGS = Settings
LARGEST = 1024 * 1024
"""Bytes of a body that is no workbook."""
THREADS = 4 * (READING + RECORDING + downloads.AT_ONCE)
"""Most wait for a service. More than may be busy for long, so that everybody else is answered meanwhile, however few processors there are."""
SWEEP = 600.0
"""Seconds between two looks for what is past its time."""


def create(settings: Settings) -> Litestar:
    uploads = Uploads(settings.uploads, settings.upload_days)
    imports, document = Imports(uploads), dict[str, Any]()

    def describe(app: Litestar) -> dict[str, Any]:
        if not document:
            document.update(openapi.document(app, (), told=TOLD))
        return document

    @get("/openapi.json", include_in_schema=False)
    async def described(request: Request[Any, Any, Any]) -> Response[bytes]:
        return Response(orjson.dumps(describe(request.app)), media_type=MediaType.JSON)

    async def before(request: Request[Any, Any, Any]) -> None:
        if request.scope["query_string"]:
            query.known(request, openapi.parameters(describe(request.app), request.scope["path_template"], request.method))

    async def sweep() -> None:
        while True:
            try:
                await asyncio.to_thread(uploads.sweep)
            except OSError as error:  # told, and tried again: whatever else happens, what is past its time has to go
                report(error, "uploads")
            await asyncio.sleep(SWEEP)

    @asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        sweeping = asyncio.create_task(sweep())
        yield
        await end(sweeping)
        await imports.end()

    return Litestar(
        route_handlers=[
            described,
            *page.handlers(),
            *health.handlers(settings),
            *import_pages.handlers(imports, settings.urls),
            *downloads.handlers(settings),
        ],
        lifespan=[running],
        before_request=before,
        exception_handlers={Exception: handle},
        request_max_body_size=LARGEST,
        openapi_config=OpenAPIConfig(title="Taizhang console", version="1", path="/openapi", render_plugins=[]),
        logging_config=None,
    )
