"""compliance: what people did about it, the law, and what follows from both."""

from __future__ import annotations

from functools import partial

from litestar import Litestar

from contracts.compliance import COMMANDS
from services.compliance import kept, notices, previews, projector, reminding, todo_pages, web
from services.compliance.deciding import TABLE, decide, subjects
from services.compliance.notifying import notifiers
from services.compliance.projector import Projector
from services.compliance.reads import RESOURCES
from services.compliance.reminding import Reminding
from services.compliance.retrying import Retrying
from services.compliance.settling import Settling
from services.compliance.told import TOLD
from services.kernel import http, pages
from services.kernel.caller import Gate
from services.kernel.reactor import Reactor
from services.kernel.service import Service
from services.kernel.settings import Settings

NAME = "compliance"
DDL = pages.DDL + pages.MANY_DDL + projector.DDL + notices.DDL + reminding.DDL


def create(settings: Settings) -> Litestar:
    service = Service(NAME, settings, decide, subjects)
    projecting = Projector(service.dsn, service.clock, service.turn)
    for source in ("registry", "assignments", NAME):
        service.follow(source, projecting.apply)
    told = notices.Notices(service.ledger.pool)
    owed = todo_pages.Todos(service, projecting.shared)
    reminders = _reminders(service, settings, owed.of_nobody)
    reactions = [notices.reaction(told), reminders.reaction()]
    telling = Reactor(service.broker, reactions, service.metrics.registry, reminding.provision)
    service.background(projecting.run)
    service.background(Retrying(service.dsn, service.followers).run)
    service.background(telling.run)
    service.background(reminders.run)
    service.probes["answers"] = partial(projecting.health, service.ledger.pool)
    service.probes["notices"] = telling.health
    service.probes["reminders"] = reminders.health
    settling = Settling(service)
    gate = Gate(service)
    own = [
        *web.handlers(service, gate, projecting.shared, settling),
        *previews.handlers(service, gate, projecting.shared),
        *notices.handlers(told, gate, settling.told),
        *kept.handlers(service, gate, settling),
        *todo_pages.handlers(service, gate, owed, settling),
    ]
    return http.create(service, gate, COMMANDS, RESOURCES, own, told=TOLD, deciders=TABLE)


def _reminders(service: Service, settings: Settings, also: reminding.Also) -> Reminding:
    by, to = notifiers(settings, service.clock)
    link = settings.reminder_link or settings.compliance_url
    hour, soon = settings.reminder_hour, settings.reminder_days
    return Reminding(service.ledger.pool, service.broker, service.clock, by, to, hour=hour, soon=soon, link=link, also=also)
