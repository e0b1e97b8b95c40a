"""Assignments as a process: what cadres do, when they are away, and whether they asked. It follows the registry."""

from __future__ import annotations

from litestar import Litestar

from contracts.assignments import COMMANDS
from services.assignments import attachment_pages, attachments, web
from services.assignments.attachments import Attachments
from services.assignments.deciding import TABLE, decide, subjects
from services.assignments.scanning import Scanning
from services.kernel import facts, http, pages
from services.kernel.caller import Gate
from services.kernel.follow import Conn, Page
from services.kernel.service import Service
from services.kernel.settings import Settings

DDL = pages.DDL + pages.MANY_DDL + attachments.DDL


async def keep(conn: Conn, page: Page) -> None:
    await facts.store(conn, page.events, page.lines)


def create(settings: Settings) -> Litestar:
    service = Service("assignments", settings, decide, subjects)
    service.follow("registry", keep)
    files, gate = Attachments(service, scanned=bool(settings.scanner)), Gate(service)
    service.probes["attachments"] = files.health
    if settings.scanner:
        service.background(Scanning(files, settings.scanner).run)
    own = attachment_pages.handlers(service, gate, files)
    return http.create(service, gate, COMMANDS, web.RESOURCES, own, told=attachment_pages.TOLD, deciders=TABLE, agree=files.agree)
