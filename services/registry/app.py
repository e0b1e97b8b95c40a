"""The registry as a process: who the cadres and the units are. It follows nobody."""

from __future__ import annotations

from litestar import Litestar

from contracts.registry import COMMANDS
from services.kernel import http, pages
from services.kernel.caller import Gate
from services.kernel.service import Service
from services.kernel.settings import Settings
from services.registry import accounts, api_tokens, bus, exporting, oidc, search, signing_in, web
from services.registry.deciding import TABLE, decide, subjects

DDL = accounts.DDL + oidc.DDL + pages.DDL


def create(settings: Settings) -> Litestar:
    service = Service("registry", settings, decide, subjects)
    gate = Gate(service)
    resources = web.resources(service, gate)
    looking, searched = search.handler(service, gate, next(r for r in resources if r.path == "/cadres"))
    service.background(looking.run)
    own = [
        searched,
        *signing_in.handlers(service, gate),
        *api_tokens.handlers(service, gate),
        *oidc.handlers(service, gate),
        *bus.handlers(service, gate),
        *exporting.handlers(service, gate),
    ]
    told = search.TOLD | signing_in.TOLD | api_tokens.TOLD | bus.TOLD | exporting.TOLD
    return http.create(service, gate, COMMANDS, resources, own, told=told, deciders=TABLE)
