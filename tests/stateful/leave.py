"""The leave of Article 8, told plainly: in its order for those who must keep it, in any for the committee."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from contracts import assignments as a
from services.kernel.line import Actor
from tests.proposals import DAYS
from tests.stateful.assignments import ONE, Assignments
from tests.stateful.machine import CADRES, KNOWN, NONE, Model, pick, strangers, whole

DECISIONS = (a.ApproveLeave, a.RejectLeave)
MUST_STAND = (
    a.SupplementLeave, a.ReturnLeave, a.ReviewLeave, a.ReportLeave, a.RatifyLeave, a.DeclareReturn, a.ConfirmReturn, a.ExtendLeave,
    a.RevokeLeave, a.RequestLeave, *DECISIONS,
)  # fmt: skip
CODE: dict[Any, str] = {
    a.ReviewLeave: "leave-already-reviewed", a.ReportLeave: "leave-already-reported", a.RatifyLeave: "leave-already-ratified",
    a.ServeNotice: "notice-already-served", a.WithdrawLeave: "leave-withdrawn", a.RevokeLeave: "leave-already-revoked",
    a.ConfirmReturn: "return-already-confirmed",
}  # fmt: skip
"""Steps that are taken once."""
AGAIN = (a.RequestLeave, a.SupplementLeave, a.ReturnLeave, a.ExtendLeave, a.DeclareReturn)
"""Steps that may be taken anew."""
Steps = dict[Any, Any]


class Leave(Assignments):
    who = {**ONE, "leave_id": pick("L1", "L1", "L1", "L2")}
    some = pick("unit", "committee", "committee")
    paper = ({"evidence_id": "E1", "sha256": "00", "media_type": "application/pdf"},)
    early = {"from_": pick(DAYS[1], DAYS[1], DAYS[2]), "until": pick(DAYS[2], DAYS[3])}
    commands = {
        a.RequestLeave: {
            **who,
            **early,
            "private": NONE,
            "requested_on": pick(DAYS[0]),
            "evidence": pick((), paper),
            "incapacitated": NONE,
        },
        a.SupplementLeave: {**who, "evidence": pick((), paper)},
        a.RatifyLeave: who,
        a.ReturnLeave: {**who, "missing": pick((), ("dates",))},
        a.ReviewLeave: {**who, "outcome": pick("passed", "passed", "refused")},
        a.ReportLeave: who,
        a.ApproveLeave: {**who, **early, "level": some},
        a.RejectLeave: {**who, "level": some},
        a.ServeNotice: who,
        a.ExtendLeave: who,
        a.WithdrawLeave: who,
        a.RevokeLeave: who,
        a.DeclareReturn: who,
        a.ConfirmReturn: who,
    }

    asked = a.LeaveRequested.model_validate(
        {"leave_id": "L1", "cadre_id": "C1", "applicant": "proxy", "reason_class": "health", "from": DAYS[1], "until": DAYS[3], "written": True,
         "evidence": paper, "requested_on": DAYS[0]}
    )  # fmt: skip
    before = (*KNOWN, asked)

    def __init__(self) -> None:
        self.leaves: dict[str, Steps] = {"L1": {"cadre": "C1", a.RequestLeave: self.asked}}

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        steps = self.leaves.setdefault(c.leave_id, {"cadre": c.cadre_id})
        forgets: tuple[Any, ...] = ()
        if isinstance(c, a.RequestLeave):
            forgets = (a.SupplementLeave, a.ReturnLeave, a.ReviewLeave, a.ReportLeave)
        elif isinstance(c, a.ReturnLeave):
            forgets = (a.SupplementLeave, a.ReviewLeave, a.ReportLeave)
        elif isinstance(c, a.SupplementLeave):
            forgets = (a.ReturnLeave,)
        elif isinstance(c, a.ReviewLeave):
            forgets = (a.ServeNotice,)
        elif isinstance(c, DECISIONS):
            forgets = (a.ServeNotice, a.ExtendLeave)
        for step in forgets:
            steps.pop(step, None)
        steps[c.level if isinstance(c, DECISIONS) else type(c)] = c

    def stands(self, c: Any) -> bool:
        steps = self.leaves.get(c.leave_id, {})
        stated = steps.get(c.level if isinstance(c, DECISIONS) else type(c))
        if isinstance(c, a.RequestLeave) and a.ReturnLeave in steps:
            return False
        return stated is not None and stated.event_name() == c.event_name() and whole(stated) == whole(c)

    def approved(self, steps: Steps) -> Any:
        decision = steps.get("committee") or steps.get("unit")
        return decision if isinstance(decision, a.ApproveLeave) else None

    def days(self, steps: Steps) -> tuple[date, date] | None:
        """Those of the approval, else those asked for; extended, or cut by what ended it."""
        stated = self.approved(steps) or steps.get(a.RequestLeave)
        if stated is None:
            return None
        last = max(stated.until, steps[a.ExtendLeave].until) if a.ExtendLeave in steps else stated.until
        ends = ((a.RevokeLeave, "revoked_from"), (a.WithdrawLeave, "withdrawn_on"), (a.ConfirmReturn, "returned_on"))
        return stated.from_, min([last, *(getattr(steps[k], f) - timedelta(days=1) for k, f in ends if k in steps)])

    def claims(self, steps: Steps) -> tuple[date, date] | None:
        approved, decided = self.approved(steps), "committee" in steps or "unit" in steps
        refused = a.ReviewLeave in steps and steps[a.ReviewLeave].outcome == "refused"
        if a.WithdrawLeave in steps:
            return self.days(steps) if approved else None
        if a.ConfirmReturn not in steps and not approved and (decided or a.ReturnLeave in steps or refused):
            return None
        return self.days(steps)

    def overlaps(self, c: Any, first: date, last: date) -> Iterator[str]:
        for leave_id, steps in self.leaves.items():
            taken = self.claims(steps) if leave_id != c.leave_id and steps["cadre"] == c.cadre_id else None
            if taken and taken[0] <= last and first <= taken[1]:
                yield "leave-overlaps"

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        steps = self.leaves.get(c.leave_id)
        begins = isinstance(c, a.RequestLeave | a.ApproveLeave)
        if begins and c.until < c.from_:
            yield "until-before-from"
        if steps is None:
            if not begins and c.cadre_id in CADRES:
                yield "unknown-leave"
            if isinstance(c, a.ApproveLeave) and c.level == "unit":
                yield "leave-not-requested"
            if begins:
                yield from self.overlaps(c, c.from_, c.until)
            return
        if steps["cadre"] != c.cadre_id:
            yield "id-in-use" if begins else "unknown-leave"
        stated = steps.get(c.level if isinstance(c, DECISIONS) else type(c))
        if stated is not None and type(c) not in AGAIN:
            yield CODE.get(type(c), "leave-already-decided")
        yield from self.order(c, steps, stated)

    def order(self, c: Any, steps: Steps, stated: Any) -> Iterator[str]:
        asked, decided = steps.get(a.RequestLeave), steps.get("committee") or steps.get("unit")
        approved, days, fresh = self.approved(steps), self.days(steps), stated is None or type(c) in AGAIN
        if a.WithdrawLeave in steps and isinstance(c, MUST_STAND):
            yield "leave-withdrawn"
        if asked is None and isinstance(c, a.SupplementLeave | a.ReturnLeave | a.ReviewLeave):
            yield "leave-not-requested"
        on = next((getattr(c, f) for f in ("supplied_on", "ratified_on", "reviewed_on", "withdrawn_on") if hasattr(c, f)), None)
        on = c.returned_on if isinstance(c, a.ReturnLeave) else c.decided_on if isinstance(c, DECISIONS) else on
        if asked and on and on < asked.requested_on:
            yield "dates-out-of-order"
        if isinstance(c, a.RequestLeave):
            yield from ["leave-already-decided"] if decided else []
            yield from ["id-in-use"] if a.ReturnLeave not in steps else []
            yield from self.overlaps(c, c.from_, c.until)
        if (isinstance(c, a.SupplementLeave) and not c.evidence) or (isinstance(c, a.ReturnLeave) and not c.missing):
            yield "nothing-given"
        if isinstance(c, a.RatifyLeave) and (asked is None or asked.applicant != "proxy"):
            yield "nothing-to-ratify"
        if isinstance(c, a.ReturnLeave) and decided:
            yield "leave-already-decided"
        if isinstance(c, a.ReviewLeave | a.ReportLeave) and a.ReturnLeave in steps:
            yield "leave-returned"
        review = steps.get(a.ReviewLeave)
        if isinstance(c, a.ReportLeave):
            if review is None or review.outcome != "passed":
                yield "leave-not-reviewed"
            elif c.reported_on < review.reviewed_on:
                yield "dates-out-of-order"
        if isinstance(c, DECISIONS) and c.level == "unit":
            yield from ["leave-already-decided"] if "committee" in steps else []
            yield from ["leave-not-requested"] if asked is None else []
        if isinstance(c, a.ServeNotice):
            first = decided.decided_on if decided else review.reviewed_on if review and review.outcome == "refused" else None
            if first is None:
                yield "nothing-to-serve"
            elif c.served_on < first:
                yield "dates-out-of-order"
        if isinstance(c, a.WithdrawLeave) and fresh:
            refused = decided is None and a.ReturnLeave not in steps and review is not None and review.outcome == "refused"
            if (decided and not approved) or refused:
                yield "leave-already-decided"
            if a.ConfirmReturn in steps or a.RevokeLeave in steps:
                yield "leave-ended"
        if isinstance(c, a.ExtendLeave | a.RevokeLeave) and approved is None:
            yield "leave-not-approved"
        if isinstance(c, a.ExtendLeave) and approved and days:
            if a.RevokeLeave in steps or a.ConfirmReturn in steps:
                yield "leave-ended"
            if c.until <= days[1]:
                yield "extension-not-later"
            yield from self.overlaps(c, approved.from_, c.until)
        if isinstance(c, a.RevokeLeave) and days and c.revoked_from > days[1]:
            yield "outside-leave"
        if isinstance(c, a.DeclareReturn) and a.ConfirmReturn in steps:
            yield "return-already-confirmed"
        if isinstance(c, a.DeclareReturn | a.ConfirmReturn) and days and c.returned_on < days[0]:
            yield "outside-leave"


MODELS: tuple[type[Model], ...] = (Leave,)
