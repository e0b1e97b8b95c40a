"""Who may act in which role: grants are facts, so that past access can be replayed (Articles 3, 4)."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.message import Fact
from contracts.registry import GrantRole, RevokeRole, RoleGranted, RoleRevoked
from services.kernel.line import Actor
from services.kernel.past import Past, period, restated
from services.kernel.refusal import refused
from services.registry.cadre import Cadre
from services.registry.unit import Unit


def grant(c: GrantRole, past: Past, actor: Actor) -> Sequence[Fact]:
    """The cadre's own role names the cadre, the roles of a unit their unit. Nobody grants themselves anything; the first grants are
    made by the system."""
    period(c.from_, c.until)
    if c.role == "cadre" and c.cadre_id is None:
        raise refused("scope-missing", "cadre_id")
    if c.role in ("branch", "unit_head") and c.unit_id is None:
        raise refused("scope-missing", "unit_id")
    if c.unit_id is not None:
        Unit.of(past, c.unit_id)
    if c.cadre_id is not None:
        Cadre.of(past, c.cadre_id)
    stated = past.last(RoleGranted, principal=c.principal, role=c.role, unit_id=c.unit_id, cadre_id=c.cadre_id, from_=c.from_)
    said = restated(c, stated)
    if said and c.principal == actor.id and actor.role != "system":
        raise refused("own-case", "principal")
    return said


def revoke(c: RevokeRole, past: Past) -> Sequence[Fact]:
    stated = past.last(RoleRevoked, principal=c.principal, role=c.role, unit_id=c.unit_id, revoked_on=c.revoked_on)
    if stated is not None:
        return ()
    grants = past.all(RoleGranted, principal=c.principal, role=c.role, unit_id=c.unit_id)
    if not any(g.from_ <= c.revoked_on and (g.until is None or c.revoked_on <= g.until) for g in grants):
        raise refused("not-granted", "role")
    return (c,)
