"""Who may read what, and who may cause what: a pure table (`access.yaml`, and `BY` of every fact) over grants.

Default: nothing. Who somebody is, which grants they hold on a day, and where a cadre belongs on it, are arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

from contracts.message import Event, Fact

ROLES = ("section", "committee", "branch", "unit_head", "cadre", "medical_reviewer", "auditor", "operator", "subscriber")
"""In the order in which one is taken where several would do."""
BEGINNING = "system"
"""Who makes the first grants of a ledger, before there is anybody who could: a program with the instance's own key."""
ANYWHERE = "*"
"""Stands for every unit and every cadre in a grant that no fact makes: that of a program with the instance's own key."""
Verdict = Literal["no", "yes", "logged"]
"""`logged`: yes, and the reading itself is recorded before the answer is sent."""
ANSWERS = ("PromotionEligibilityDerived", "AppraisalEligibilityDerived")


class Grant(NamedTuple):
    """A role on the day in question. One that names a unit or a cadre counts for nothing else; `events`: the restricted events that a
    subscriber may have, and if any are named, no others."""

    role: str
    unit_id: str | None = None
    cadre_id: str | None = None
    events: tuple[str, ...] = ()


class About(NamedTuple):
    """What is read or acted upon: a cadre in the unit of the day, or a unit, or neither (the law, the calendar)."""

    cadre_id: str | None = None
    unit_id: str | None = None


NOBODY = About()


class Table(NamedTuple):
    reads: Mapping[str, Mapping[str, str]]
    system_acts: Mapping[str, Mapping[str, str]]
    classes: Mapping[str, str]
    """Event name → the class of `reads` to which it belongs."""


@cache
def table() -> Table:
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "access.yaml").read_text("utf-8"))
    classes = {event: name for name, events in loaded["events"].items() for event in events}
    return Table(loaded["reads"], loaded["system_acts"], classes)


def held(facts: Iterable[Event], on: date) -> tuple[Grant, ...]:
    """The grants of one principal on a day, from all facts about the principal. A revocation ends what was granted before it was
    recorded; what was retracted was never said."""
    told = sorted(facts, key=lambda e: (e.recordedtime, e.sequence))
    gone = {getattr(e.data, "retracts", None) for e in told}
    standing: list[tuple[Grant, date | None]] = []
    for event in told:
        said: Any = event.data
        if event.id in gone or said.event_name() not in ("RoleGranted", "RoleRevoked"):
            continue
        if said.event_name() == "RoleGranted" and said.from_ <= on:
            standing.append((Grant(said.role, said.unit_id, said.cadre_id, tuple(said.events or ())), said.until))
        elif said.event_name() == "RoleRevoked" and said.revoked_on <= on:
            standing = [(g, until) for g, until in standing if (g.role, g.unit_id) != (said.role, said.unit_id)]
    found = {grant for grant, until in standing if until is None or on <= until}
    return tuple(sorted(found, key=lambda g: (ROLES.index(g.role), g.unit_id or "", g.cadre_id or "", g.events)))


def may_read(what: str, grants: Sequence[Grant], about: About = NOBODY) -> Verdict:
    """`what`: a class of `reads`. KeyError for one that is not in the table."""
    return _best(table().reads[what], what, grants, about)


def may_do(what: str, grants: Sequence[Grant], about: About = NOBODY) -> Verdict:
    """`what`: one of `system_acts`."""
    return _best(table().system_acts[what], what, grants, about)


def class_of(fact: Fact) -> str:
    """The class of `reads` to which a fact belongs: what takes back a fact of which only some may know is of that fact's class."""
    stream = str(getattr(fact, "retracts", "")).partition("/")[2].partition("-")[0]
    return _UNTOLD.get(stream) or table().classes[fact.event_name()]


_UNTOLD: Mapping[str, str] = {"investigation": "investigation", "complaint": "complainants", "principal": "grants"}
"""First words of streams."""


def of_everybody(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Those that name nobody: what is about everybody at once needs one of them, unless it is the law."""
    return tuple(g for g in grants if g.unit_id in (None, ANYWHERE) and g.cadre_id in (None, ANYWHERE))


def may_see(event: str, restricted: bool, grants: Sequence[Grant], about: About = NOBODY) -> bool:
    """Whether the line of an event about somebody may be handed out whole, as in the feed."""
    for grant in grants:
        if not _reaches("all", grant, about):
            continue
        if grant.role == "subscriber":
            if event in grant.events or not (restricted or grant.events):
                return True
        elif grant.role in table().reads["events_restricted" if restricted else "events_open"]:
            return True
    return False


def may_act(
    command: Fact | None, kind: type[Fact], grants: Sequence[Grant], about: About, on_behalf_of: str | None = None, *, own: bool = False
) -> Grant | None:
    """The grant under which the command may be given, None where there is none. `kind`: what it records; for a retraction, what is
    retracted. Without a command: what belongs to such facts. `on_behalf_of`: the role whose paper is entered. `own`: whether it is about the very principal who acts."""
    if kind.BY.startswith("the principal"):
        return _themselves(grants, own) if on_behalf_of is None else None
    if kind.event_name() == "RoleGranted" and (first := next((g for g in grants if g.role == BEGINNING), None)):
        return first
    owners, enterers = _by(kind.BY)
    if "branch" not in owners and kind.BY.endswith("branch for level unit") and getattr(command, "level", None) == "unit":
        owners = (*owners, "branch")
    if on_behalf_of is not None:
        if on_behalf_of not in owners:
            return None
        owners = enterers
    return next((g for g in grants if g.role in owners and _reaches(_SCOPES[g.role], g, about)), None)


def _themselves(grants: Sequence[Grant], own: bool) -> Grant | None:
    return next((g for g in grants if own or g.role == "operator"), Grant("-") if own else None)


def owners(kind: type[Fact]) -> tuple[str, ...]:
    """The roles whose act it is."""
    return _by(kind.BY)[0]


_SCOPES: Mapping[str, str] = {"cadre": "own", "branch": "unit", "unit_head": "unit", "section": "all", "committee": "all"}
_ON_PAPER = ("section", "branch")


@cache
def _by(said: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whose act it is, and who may enter it from their paper, as `_by` of the catalogue words it."""
    own, _, rest = said.partition(";")
    own = own.partition(",")[0].strip()
    if own not in _SCOPES:
        return (), ()
    names = tuple(role for role in _ON_PAPER if role in rest.partition("on behalf")[0]) if "on behalf" in rest else _ON_PAPER
    return (own,), names


def _best(rules: Mapping[str, str], what: str, grants: Sequence[Grant], about: About) -> Verdict:
    found: Verdict = "no"
    for grant in grants:
        scope, _, logged = rules.get(grant.role, "").partition("+")
        if scope and (subscribed(what, grant) if grant.role == "subscriber" and scope == "granted" else _reaches(scope, grant, about)):
            if not logged:
                return "yes"
            found = "logged"
    return found


def subscribed(what: str, grant: Grant) -> bool:
    """Whether a subscriber's grant, by the events that it names, is one for a class that is `granted`."""
    return (
        what == "events_open" or (what == "events_restricted" and bool(grant.events)) or not grant.events or set(ANSWERS) <= {*grant.events}
    )


def _reaches(scope: str, grant: Grant, about: About) -> bool:
    own = about.cadre_id is not None and grant.cadre_id in (about.cadre_id, ANYWHERE)
    unit = about.unit_id is not None and grant.unit_id in (about.unit_id, ANYWHERE)
    match scope:
        case "own":
            return own
        case "unit":
            return unit
        case "assigned" | "granted":
            return own or (unit and grant.cadre_id is None)
        case "all":  # a grant that names somebody counts for nobody else; the law is everybody's
            return (grant.cadre_id is None and grant.unit_id is None) or about == NOBODY or own or (unit and grant.cadre_id is None)
    raise ValueError(scope)
