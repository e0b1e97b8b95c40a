"""Sanctions (rules on sanctions for staff of public institutions; Law on Administrative Sanctions for public officials 20;
appraisal rules 2023-43): nobody is promoted while one runs; in the year of a demerit, and in that of a post downgrade and
the next, there is no grade; in the year of a warning none that is excellent. Not computed: what a sanction should have been."""

from __future__ import annotations

from contracts.codes import Grade
from contracts.compliance import SanctionRecorded
from services.compliance.law.case import Case
from services.compliance.law.grounds import Ground


def under_sanction(case: Case) -> Ground | None:
    """A sanction that runs on the day, its first and last day included."""
    running = [(e.id, s.until) for e, s in case.dossier.of(SanctionRecorded) if s.from_ <= case.as_of <= s.until]
    if not running:
        return None
    words = {"until": max(until for _, until in running)}
    rules = case.documented("promotion.sanction_period")
    return Ground("under_sanction", "sanctions-6", tuple(id_ for id_, _ in running), words, settings=rules)


def demerit_period(case: Case, year: int, _assumed: frozenset[str]) -> Ground | None:
    demerits = [
        e.id
        for e, s in case.dossier.of(SanctionRecorded)
        if (s.kind == "demerit" and s.from_.year == year) or (s.kind == "post_downgrade" and s.from_.year in (year, year - 1))
    ]
    return Ground("demerit_period", "2023-43", tuple(demerits), {}) if demerits else None


def warnings(case: Case, year: int) -> list[str]:
    return [e.id for e, s in case.dossier.of(SanctionRecorded) if s.kind == "warning" and s.from_.year == year]


def not_excellent(case: Case, year: int) -> frozenset[Grade]:
    """In the year of a warning."""
    return frozenset({"excellent"}) if warnings(case, year) else frozenset()
