"""Assignments as a process: what cadres do, when they are away, and whether they asked. It follows the registry."""

from __future__ import annotations

from litestar import Litestar

from contracts.assignments import COMMANDS
from services.assignments import web
from services.assignments.deciding import TABLE, decide, subjects
from services.kernel import facts, http, pages
from services.kernel.caller import Gate
from services.kernel.follow import Conn, Page
from services.kernel.service import Service
from services.kernel.settings import Settings

DDL = pages.DDL + pages.MANY_DDL


async def keep(conn: Conn, page: Page) -> None:
    await facts.store(conn, page.events, page.lines)


def create(settings: Settings) -> Litestar:
    service = Service("assignments", settings, decide, subjects)
    service.follow("registry", keep)
    return http.create(service, Gate(service), COMMANDS, web.RESOURCES, deciders=TABLE)
