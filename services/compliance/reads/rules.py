"""The law as it was set (Article 10) and the calendars (Article 8): what is in force on a day, what was and what will be. What nobody
published, P0, stands in no stream: `docs/regulation.md` has it."""

from __future__ import annotations

from datetime import date

from contracts.compliance import (
    CalendarPublished,
    InterpretationIssued,
    PolicyProposed,
    PolicyPublished,
    PolicyRepealed,
    SchoolCalendarPublished,
    SuperiorPolicyRegistered,
)
from contracts.message import Event
from services.compliance.adoption import Proposal
from services.compliance.reads.belonging import written
from services.kernel.pages import identity
from services.kernel.past import Past
from services.kernel.resource import Item, Resource
from services.kernel.shapes import DAY, ID, TEXT, WHOLE, maybe, of, one_of, said

LAW = "policy_and_calendar"
STANDING = {"repealed_on": maybe(DAY), "state": one_of("future", "in_force", "repealed")}
POLICY = {
    "kind": one_of("policy", "superior"), **of(PolicyPublished), "favourable": maybe(of(SuperiorPolicyRegistered)["favourable"]), **STANDING,
}  # fmt: skip
INTERPRETATION = {**of(InterpretationIssued), **STANDING}
PROPOSAL = {
    **of(PolicyProposed), "approvers": {"type": "array", "items": ID}, "closed_on": maybe(DAY), "state": one_of("open", "adopted", "rejected"),
}  # fmt: skip
CALENDAR = {
    "year": WHOLE, "calendar": TEXT, **{name: of(CalendarPublished)[name] for name in ("off_days", "work_days", "notice")},
    "replaced": {"type": "array", "items": TEXT},
}  # fmt: skip
SCHOOL = {"school_calendar": ID, **of(SchoolCalendarPublished)}


def policy(first: Event, past: Past, on: date) -> Item | None:
    """A policy or a superior rule. What a later one says of a parameter prevails over an earlier one that is in force too."""
    stated = past.any_of(PolicyPublished, SuperiorPolicyRegistered, policy_id=identity(first, "policy-"))
    found = stated[-1] if stated else None
    if not isinstance(found, PolicyPublished | SuperiorPolicyRegistered):
        return None
    own: Item = {"kind": "policy", "favourable": None}
    if isinstance(found, SuperiorPolicyRegistered):
        own = {"kind": "superior", "favourable": found.favourable}
    return own | said(found) | _standing(past, found.policy_id, found.effective_from, on)


def interpretation(first: Event, past: Past, on: date) -> Item | None:
    found = past.last(InterpretationIssued, interpretation_id=identity(first, "interpretation-"))
    if found is None:
        return None
    return said(found) | _standing(past, found.interpretation_id, found.applies_from or found.issued_on, on)


def _standing(past: Past, name: str, begins: date, on: date) -> Item:
    repealed = past.last(PolicyRepealed, policy_id=name)
    ended = repealed is not None and repealed.repealed_on <= on
    return {
        "repealed_on": written(repealed.repealed_on) if repealed else None,
        "state": "repealed" if ended else "future" if on < begins else "in_force",
    }


def proposal(first: Event, past: Past, _: date) -> Item | None:
    """Approved by whom, and whether it is still open."""
    name = identity(first, "proposal-")
    if past.last(PolicyProposed, proposal_id=name) is None:
        return None
    stands = Proposal.of(past, name)
    closed = stands.closed
    return said(stands.proposed) | {
        "approvers": list(stands.approvers),
        "closed_on": written(closed.closed_on) if closed else None,
        "state": closed.outcome if closed else "open",
    }


def calendar(first: Event, past: Past, _: date) -> Item | None:
    """The highest version counts."""
    stated = sorted(past.all(CalendarPublished, year=int(identity(first, "calendar-"))), key=lambda c: c.version)
    if not stated:
        return None
    last = stated[-1]
    said_of = {name: value for name, value in said(last).items() if name in ("year", "off_days", "work_days", "notice")}
    return said_of | {"calendar": f"{last.year}.{last.version}", "replaced": [f"{c.year}.{c.version}" for c in stated[:-1]]}


def school(first: Event, past: Past, _: date) -> Item | None:
    """Of one unit, or `all`."""
    name = identity(first, "school-calendar-")
    found = past.last(SchoolCalendarPublished, unit_id=None if name == "all" else name)
    return {"school_calendar": name, **said(found)} if found else None


RESOURCES = (
    Resource("/policies", "policy_id", "policy", policy, POLICY, LAW, "政策与上级规定", "Policies and superior rules", "unknown-policy", dated=True),
    Resource(
        "/interpretations", "interpretation_id", "interpretation", interpretation, INTERPRETATION, LAW, "解释", "Interpretations",
        dated=True,
    ),
    Resource("/proposals", "proposal_id", "proposal", proposal, PROPOSAL, LAW, "政策提案", "Proposals", "unknown-proposal"),
    Resource("/calendars", "year", "calendar", calendar, CALENDAR, LAW, "工作日历", "Calendars"),
    Resource(
        "/school-calendars", "school_calendar", "school", school, SCHOOL, LAW, "学校假期", "School calendars", prefix="school-calendar-",
    ),
)  # fmt: skip
