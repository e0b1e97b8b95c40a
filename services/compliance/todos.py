"""To-dos: what somebody has to do by law, until when, and which command settles it. A pure function of facts, day and knowledge; what is
owed and until when, the articles say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from contracts.answers import Settles, Todo
from contracts.compliance import ComplianceFactRetracted, PolicyApproved, PolicyProposed, ProposalClosed
from contracts.labels import label
from contracts.message import Event
from services.compliance import law
from services.compliance.adoption import PEOPLE, Proposal
from services.compliance.law.findings import NEVER, Raised
from services.compliance.remedies import NONE, REMEDIES, TOO_LATE
from services.kernel.past import Past

NOBODY = "-"
PROPOSING = frozenset(kind.type() for kind in (PolicyProposed, PolicyApproved, ProposalClosed, ComplianceFactRetracted))
"""Types of the facts of which a proposal consists, and what takes them back."""
SETTLES: Mapping[str, tuple[Settles, ...]] = {
    code: tuple(Settles(command=c.__name__, service=c.SERVICE) for c in commands) for code, commands in REMEDIES.items()
}


class Owed(NamedTuple):
    """A to-do as far as it is the same on every day on which it is owed."""

    id: str
    about: str
    code: str
    article: str
    unit: str | None
    role: str
    office: str | None
    since_on: date
    due_on: date | None
    evidence: tuple[str, ...]

    @property
    def order(self) -> tuple[date, str]:
        """The first due first, what has no day last."""
        return self.due_on or date.max, self.id


def todos(facts: Sequence[Event], as_of: date, known_at: str) -> list[Todo]:
    """Of everybody, of every unit, and the calendars."""
    common = law.Common.of(facts)
    own: dict[str, list[Event]] = {}
    for event in facts:
        if cadre := getattr(event.data, "cadre_id", None):
            own.setdefault(cadre, []).append(event)
    cadres = [law.Cadre.of(cadre, events) for cadre, events in sorted(own.items())]
    found = [t for cadre in cadres for t in of(cadre.id, law.owed(common, cadre, as_of, known_at), as_of)]
    for unit in sorted({unit for e in facts if (unit := getattr(e.data, "unit_id", None)) and e.subject == unit}):
        raised, _ = law.unit_outlook(common, cadres, unit, as_of, known_at)
        found += of(unit, law.unit_owed(common, unit, as_of, known_at, raised.values()), as_of)
    found += of_calendars(common, as_of, known_at)
    found += of_proposals([e for e in facts if e.recordedtime <= known_at], as_of)
    return [shown(one, as_of) for one in sorted(found, key=lambda one: one.order)]


def of(about: str, owed: Iterable[Raised], as_of: date) -> list[Owed]:
    """About one cadre or unit: what can still be done."""
    found: dict[str, Owed] = {}
    for one in owed:
        if one.code not in NONE and not (one.since <= as_of and one.code in TOO_LATE):
            todo = _owed(about, one)
            found.setdefault(todo.id, todo)
    return list(found.values())


def of_calendars(common: law.Common, as_of: date, known_at: str) -> list[Owed]:
    """About nobody: the years without calendar that are there, or near."""
    found = list[Owed]()
    for year in law.calendars_owed(common, as_of, known_at):
        since = date(year - 1, law.NOTICE_FROM, 1)
        found += of(f"calendar-{year}", [Raised("calendar_missing", "8.2", "section", NEVER, NOBODY, owed_since=since)], as_of)
    return found


def of_proposals(facts: Iterable[Event], as_of: date) -> list[Owed]:
    """About what is put forward as law: approved by two people, then published, or rejected."""
    known = sorted((e for e in facts if e.type in PROPOSING and e.time <= as_of), key=lambda e: e.recordedtime)
    past, found = Past(known), list[Owed]()
    for name in sorted({p.proposal_id for p in past.all(PolicyProposed)}):
        proposal = Proposal.of(past, name)
        if proposal.closed is None:
            enough = len(proposal.approvers) >= PEOPLE
            code = "proposal_to_publish" if enough else "proposal_to_approve"
            since = max((a.approved_on for a in proposal.approvals), default=as_of) if enough else proposal.proposed.proposed_on
            owed = Raised(code, "10", "committee", NEVER, NOBODY, None, (proposal.entered.id,), owed_since=since)
            found += of(name, [owed], as_of)
    return found


def _owed(about: str, one: Raised) -> Owed:
    unit = None if one.unit == NOBODY else one.unit
    since = one.owed_since or one.first or one.since
    return Owed(one.todo(about), about, one.code, one.article, unit, one.accountable, one.office, since, one.due_on, one.evidence)


def shown(one: Owed, as_of: date) -> Todo:
    """As it stands on the day."""
    zh, en = sentences(one.code, one.due_on, as_of)
    return Todo.model_validate(
        {
            "id": one.id,
            "code": one.code,
            "article": one.article,
            "about": one.about,
            "unit_id": one.unit,
            "accountable": one.role,
            "office": one.office,
            "since_on": one.since_on,
            "due_on": one.due_on,
            "overdue": one.due_on is not None and one.due_on < as_of,
            "settles": SETTLES[one.code],
            "evidence": one.evidence,
            "zh": zh,
            "en": en,
        }
    )


def sentences(code: str, due_on: date | None, as_of: date) -> tuple[str, str]:
    """What is to be done, and how the day stands to it."""
    if due_on is None:
        until = "制度未定期限", "no day is set"
    elif due_on < as_of:
        days = (as_of - due_on) // timedelta(days=1)
        until = f"期限为{due_on}，已逾期{days}天", f"was due on {due_on}, {days} day{'s' * (days > 1)} ago"
    else:
        until = f"期限为{due_on}（含当日）", f"due on {due_on}"
    return f"{label(code, 'zh', 'todo')}：{until[0]}。", f"{label(code, 'en', 'todo')}: {until[1]}."
