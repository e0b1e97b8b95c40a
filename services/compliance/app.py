"""compliance: what people did about it, the law, and what follows from both."""

from __future__ import annotations

from functools import partial

from litestar import Litestar

from contracts.compliance import COMMANDS
from services.compliance import kept, notices, previews, projector, todo_pages, web
from services.compliance.deciding import decide, subjects
from services.compliance.projector import Projector
from services.compliance.reads import RESOURCES
from services.compliance.retrying import Retrying
from services.compliance.settling import Settling
from services.kernel import http, pages
from services.kernel.service import Service
from services.kernel.settings import Settings

NAME = "compliance"
DDL = pages.DDL + pages.MANY_DDL + projector.DDL + notices.DDL


def create(settings: Settings) -> Litestar:
    service = Service(NAME, settings, decide, subjects)
    projecting = Projector(service.dsn, service.clock, service.turn)
    for source in ("registry", "assignments", NAME):
        service.follow(source, projecting.apply)
    told = notices.Notices(service.ledger.pool)
    telling = notices.reactor(service, told)
    service.background(projecting.run)
    service.background(Retrying(service.dsn, service.followers).run)
    service.background(telling.run)
    service.probes["answers"] = partial(projecting.health, service.ledger.pool)
    service.probes["notices"] = telling.health
    settling = Settling(service)
    own = [
        *web.handlers(service, projecting.shared, settling),
        *previews.handlers(service, projecting.shared),
        *notices.handlers(told, settling.told),
        *kept.handlers(service, settling),
        *todo_pages.handlers(service, projecting.shared, settling),
    ]
    return http.create(service, COMMANDS, RESOURCES, own)
