"""Article 10 - who interprets the Measures, what prevails over them, and from when they hold.

The committee interprets; where superior rules differ, they are followed. So each article that can be overruled asks here what
prevails over it, and `policy.py` reads which number of whom is in force on a day. The article obliges nobody by itself.
Not computed: what the spirit of a superior body would want where it has set no rule; that needs an interpretation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.compliance import SuperiorPolicyRegistered
from services.compliance.law import superior_appraisal_2023, superior_investigation, superior_sanctions
from services.compliance.law.case import NOTHING, Case
from services.compliance.law.grounds import Ground
from services.compliance.law.policy import InForce, Threshold, problem
from services.compliance.law.truancy import AWOL, awol_run

ARTICLE = "10"


def bars(case: Case) -> Iterator[Ground]:
    """What bars promotion on the day, whatever Article 7 says."""
    found = (
        superior_appraisal_2023.low_grade_last_year(case),
        superior_sanctions.under_sanction(case),
        superior_investigation.under_investigation(case),
    )
    yield from (ground for ground in found if ground is not None)


def no_grade(case: Case, year: int, assumed: frozenset[str] = NOTHING) -> list[Ground]:
    """What leaves the year without a grade, whatever Article 8 says. `assumed`: kinds of unsettled days taken as leave."""
    found = (
        superior_appraisal_2023.leave_over_half_year(case, year, assumed),
        superior_investigation.no_grade(case, year),
        superior_sanctions.demerit_period(case, year),
    )
    return [ground for ground in found if ground is not None]


def stricter_on_truancy(case: Case, year: int) -> Ground | None:
    """A registered superior rule that caps a run of truancy by itself, for days from its first day on."""
    day = min(date(year, 12, 31), case.as_of)
    for event, rule in reversed(case.dossier.system.of(SuperiorPolicyRegistered)):
        standing = next((r for r in case.policies.naming(AWOL) if r.event_id == event.id), None)
        if standing is None or not standing.of_year(year, day, case.policies.closed) or problem(AWOL, rule.parameters[AWOL]):
            continue
        threshold = Threshold.parse(rule.parameters[AWOL], ">=")
        if found := awol_run(case, year, threshold, since=rule.effective_from):
            setting = InForce(AWOL, rule.parameters[AWOL], rule.policy_id, rule.source, ">=", "superior")
            return Ground("superior_rule", ARTICLE, (*case.evidence(found), event.id), {"days": len(found)}, setting)
    return None
