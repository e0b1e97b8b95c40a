"""Investigations (Law on Administrative Sanctions for public officials 52; appraisal rules 2023-42): while one is open nobody
is promoted and nobody's retirement is completed, and the year that it falls in gets no grade until it is closed.
Not computed: the grade that is made up for afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from contracts.compliance import InvestigationClosed, InvestigationOpened
from contracts.registry import RetirementCompleted
from services.compliance.law.case import Case
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.grounds import Ground
from services.compliance.law.policy import InForce

ARTICLE = "sanctions-law-52"
ONE_DAY = timedelta(days=1)


def under_investigation(case: Case) -> Ground | None:
    """Open on the day: from its opening until the day before its closing."""
    return _ground(ARTICLE, _open(case), *case.documented("promotion.investigation"))


def no_grade(case: Case, year: int, _assumed: frozenset[str]) -> Ground | None:
    """Opened in or before the year and not closed by the day of the question."""
    return _ground("2023-42", [(id_, on) for id_, on in _open(case) if on.year <= year])


def _open(case: Case) -> list[tuple[str, date]]:
    closed = {c.investigation_id: c.closed_on for _, c in case.dossier.of(InvestigationClosed)}
    opened = case.dossier.of(InvestigationOpened)
    return [(e.id, i.opened_on) for e, i in opened if closed.get(i.investigation_id, date.max) > case.as_of]


def _ground(article: str, opened: list[tuple[str, date]], *settings: InForce) -> Ground | None:
    if not opened:
        return None
    return Ground("under_investigation", article, tuple(id_ for id_, _ in opened), {"since": opened[0][1]}, settings=settings)


def retired_while_investigated(inquiry: Inquiry) -> Iterator[Raised]:
    """Cannot be made good. The last day in scope is the day before."""
    dossier = inquiry.case.dossier
    closed = {c.investigation_id: c.closed_on for _, c in dossier.of(InvestigationClosed)}
    for event, retirement in dossier.of(RetirementCompleted):
        on = retirement.completed_on
        running = [e.id for e, i in dossier.of(InvestigationOpened) if i.opened_on <= on < closed.get(i.investigation_id, date.max)]
        if running:
            ids = [event.id, *running]
            for raised in inquiry.act("retired_while_investigated", ARTICLE, "section", on - ONE_DAY, ids):
                yield raised._replace(since=on)
