"""Guards that ask who somebody is, not only in which role: nobody acts in their own case, a signature is another's, what is decided
again is decided by another. Only opaque ids are compared. Where the paper act of somebody else is entered, the envelope names who
entered it; who acted is what the paper says, and then the fact itself names the person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from contracts.message import Event, Fact
from contracts.registry import RoleGranted, RoleRevoked
from services.kernel.line import Actor
from services.kernel.past import Past
from services.kernel.refusal import refused


def is_cadre(past: Past, principal: str, cadre_id: str) -> bool:
    """Whether they were ever said to be one person: that does not end with a grant."""
    return past.last(RoleGranted, principal=principal, role="cadre", cadre_id=cadre_id) is not None


def holds(past: Past, principal: str, role: str, on: date) -> bool:
    """Whether this role, which is of no single unit, was granted to them on that day."""
    granted = [g for g in past.all(RoleGranted, principal=principal, role=role) if g.from_ <= on and (g.until is None or on <= g.until)]
    ends = [r.revoked_on for r in past.all(RoleRevoked, principal=principal, role=role)]
    return any(not any(g.from_ <= end <= on for end in ends) for g in granted)


def acts_in_person(event: Event) -> bool:
    return event.onbehalfof is None


def must_be_another(actor: Actor, events: Iterable[Event], code: str, field: str | None = None) -> None:
    """Refuses with `code` who entered one of these as an act of their own, and now acts in person again."""
    if actor.on_behalf_of is None and any(acts_in_person(e) and e.actor == actor.id for e in events):
        raise refused(code, field)


def not_their_own(command: Fact, past: Past, actor: Actor) -> None:
    """Refuses `own-case`: what others decide or record about a cadre is not entered by that cadre, in whatever role."""
    cadre_id = getattr(command, "cadre_id", None)
    if cadre_id is not None and not command.BY.startswith("cadre") and is_cadre(past, actor.id, cadre_id):
        raise refused("own-case", "cadre_id")


def signed(past: Past, actor: Actor, named: str | None, field: str, role: str, on: date) -> str:
    """Whose signature it is: who acts in person signs for themselves; on a paper of others it is who the paper names, and they held the
    role on that day."""
    if actor.on_behalf_of is None:
        if named is not None and named != actor.id:
            raise refused("not-your-signature", field)
        return actor.id
    if named is None:
        raise refused("signer-not-named", field)
    if not holds(past, named, role, on):
        raise refused("signer-without-role", field)
    return named


def countersigner(past: Past, actor: Actor, named: str | None, signatures: Sequence[str], on: date) -> str:
    """Who of the section countersigned an act of the branch: another than who acts. The section's own entry of the branch's paper is its
    countersignature, unless the paper names a colleague who held the role on that day."""
    if actor.on_behalf_of is not None and actor.role == "section":
        if named is None or named == actor.id or named in signatures or holds(past, named, "section", on):
            return named or actor.id
        raise refused("signer-without-role", "countersigned_by")
    if not signatures or (named is not None and named not in signatures):
        raise refused("not-countersigned", "countersigned_by")
    others = [s for s in signatures if s != actor.id]
    if not others or named == actor.id:
        raise refused("countersigner-is-another", "countersigned_by")
    return named or others[-1]
