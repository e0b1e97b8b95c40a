"""The registry as a process: who the cadres and the units are. It follows nobody."""

from __future__ import annotations

from litestar import Litestar

from contracts.registry import COMMANDS
from services.kernel import http, pages
from services.kernel.service import Service
from services.kernel.settings import Settings
from services.registry import search, web
from services.registry.deciding import TABLE, decide, subjects

DDL = pages.DDL


def create(settings: Settings) -> Litestar:
    service = Service("registry", settings, decide, subjects)
    resources = web.resources(service)
    looking, searched = search.handler(service, next(r for r in resources if r.path == "/cadres"))
    service.background(looking.run)
    return http.create(service, COMMANDS, resources, [searched], told=search.TOLD, deciders=TABLE)
