"""The aggregates of compliance, told plainly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from contracts import compliance as c_
from contracts.message import Fact
from services.compliance.deciding import decide
from services.kernel.line import Actor
from tests.dsl import By
from tests.proposals import DAYS
from tests.stateful.assignments import ONE, Told
from tests.stateful.machine import KNOWN, NONE, PAPER, UNIT, Model, pick, strangers

KEYS: dict[type[Any], tuple[str, ...]] = {
    c_.HoldExitTalk: ("cadre_id", "held_on"),
    c_.HoldUnitTalk: ("cadre_id", "unit_id", "by_office", "held_on"),
    c_.HoldThoughtExchange: ("cadre_id", "unit_id", "by_office", "held_on"),
    c_.RecordTraining: ("cadre_id", "kind", "hours", "attended_on"),
    c_.RecordConcern: ("concern_id",),
    c_.GiveReminder: ("concern_id", "held_on"),
    c_.GiveCriticism: ("concern_id", "given_on"),
    c_.ConfirmCorrection: ("concern_id",),
    c_.RecordNonCorrection: ("concern_id", "recorded_on"),
    c_.ReportConcern: ("concern_id",),
    c_.DecideMeasure: ("measure_id",),
    c_.RecordSanction: ("sanction_id",),
    c_.OpenInvestigation: ("investigation_id",),
    c_.CloseInvestigation: ("investigation_id",),
    c_.ConfirmGrade: ("cadre_id", "year"),
    c_.ReviseGrade: ("cadre_id", "year"),
    c_.CloseAppraisalYear: ("year",),
    c_.ServeDecision: ("cadre_id", "decision"),
    c_.RequestReview: ("review_id",),
    c_.DecideReview: ("review_id",),
    c_.FileAppeal: ("appeal_id",),
    c_.DecideAppeal: ("appeal_id",),
    c_.RecordComplaint: ("complaint_id",),
    c_.DecideComplaint: ("complaint_id",),
    c_.DetermineUnitNeglect: ("unit_id", "year"),
    c_.IssueUnitCircular: ("unit_id", "year", "document_no"),
    c_.WithdrawUnitCircular: ("unit_id", "year", "document_no"),
    c_.PublishCalendar: ("year", "version"),
    c_.PublishSchoolCalendar: ("unit_id",),
    c_.DeterminePerformance: ("cadre_id", "from_"),
}
"""What each statement is about: said once of it, or said anew."""


class Compliance(Told):
    decide = staticmethod(decide)
    retraction: ClassVar[type[Fact] | None] = c_.RetractComplianceFact

    def key(self, c: Any) -> Any:
        return tuple(getattr(c, name) for name in KEYS[type(c)])

    def found(self, kind: type[Any], **having: Any) -> list[Any]:
        return [f for (k, *_), f in self.told.items() if k is kind and all(getattr(f, n) == v for n, v in having.items())]


class Talks(Compliance):
    talk = {**ONE, "unit_id": UNIT, "by_office": pick("party", "administrative")}
    commands = {
        c_.HoldExitTalk: ONE, c_.HoldUnitTalk: talk, c_.HoldThoughtExchange: talk, c_.RecordTraining: {**ONE, "hours": pick(0.0, 0.5, 2.0)},
    }  # fmt: skip

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, c_.RecordTraining) and c.hours <= 0:
            yield "hours-not-positive"


class Ladder(Compliance):
    known = c_.ConcernRecorded.model_validate(
        {"concern_id": "K1", "cadre_id": "C1", "unit_id": "U1", "kinds": ("lax",), "recorded_on": DAYS[1]}
    )
    before = (*KNOWN, known)
    who = {**ONE, "concern_id": pick("K1", "K1", "K1", "K2")}
    commands = {
        c_.RecordConcern: {**who, "unit_id": UNIT, "kinds": pick((), ("lax",), ("passive",))},
        c_.GiveReminder: who, c_.GiveCriticism: who, c_.ConfirmCorrection: who, c_.RecordNonCorrection: who, c_.ReportConcern: who,
        c_.DecideMeasure: {**who, "private": NONE, "concern_id": pick(None, "K1", "K2")},
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.told[c_.RecordConcern, "K1"] = self.known

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, c_.RecordConcern):
            yield from ["nothing-given"] if not c.kinds else []
            yield from ["id-in-use"] if self.used(c) else []
            return
        if isinstance(c, c_.DecideMeasure):
            yield from ["heard-after-decision"] if c.heard_on and c.decided_on < c.heard_on else []
            yield from ["id-in-use"] if self.used(c) else []
            if c.concern_id is None:
                return
        concern = self.of(c_.RecordConcern, c.concern_id)
        if concern is None or concern.cadre_id != c.cadre_id:
            yield "unknown-concern"
            return
        if isinstance(c, c_.DecideMeasure):
            return
        on = next(getattr(c, f) for f in ("held_on", "given_on", "confirmed_on", "recorded_on", "reported_on") if hasattr(c, f))
        if on < concern.recorded_on:
            yield "dates-out-of-order"
        corrected = self.of(c_.ConfirmCorrection, c.concern_id)
        if corrected and not isinstance(c, c_.ReportConcern):
            yield "concern-closed"
        if isinstance(c, c_.ReportConcern):
            if self.used(c):
                yield "concern-already-reported"
            else:
                since = [n.recorded_on for n in self.found(c_.RecordNonCorrection, concern_id=c.concern_id)]
                yield from ["dates-out-of-order" if since else "ladder-step-missing"] if not since or on < min(since) else []


class Discipline(Compliance):
    case = {**ONE, "investigation_id": pick("I1", "I2")}
    commands = {c_.RecordSanction: ONE, c_.OpenInvestigation: case, c_.CloseInvestigation: case}

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, c_.CloseInvestigation):
            opened = self.of(c_.OpenInvestigation, c.investigation_id)
            if opened is None or opened.cadre_id != c.cadre_id:
                yield "unknown-investigation"
            elif c.closed_on < opened.opened_on:
                yield "dates-out-of-order"
            yield from ["investigation-closed"] if self.used(c) else []
            return
        if isinstance(c, c_.RecordSanction) and c.until < c.from_:
            yield "until-before-from"
        yield from ["id-in-use"] if self.used(c) else []


class Appraisal(Compliance):
    allowed = ("basically_qualified", "unqualified")
    answer = c_.AppraisalEligibilityDerived.model_validate(
        {"cadre_id": "C1", "year": 2024, "as_of": DAYS[-1], "outcome": "ineligible", "allowed_grades": allowed, "reasons": (), "policy": "P0", "inputs": {}}
    )  # fmt: skip
    before = (*KNOWN, answer)
    grade = pick("qualified", *allowed)
    commands = {
        c_.ConfirmGrade: {**ONE, "grade": grade, "private": pick(None, {"override_reason": "x"})},
        c_.ReviseGrade: {**ONE, "grade": grade, "private": pick(None, {"reason": "x"})},
        c_.CloseAppraisalYear: {},
    }

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, c_.ReviseGrade):
            confirmed = self.of(c_.ConfirmGrade, c.cadre_id, c.year)
            if confirmed is None:
                yield "grade-not-confirmed"
            elif c.revised_on < confirmed.confirmed_on:
                yield "dates-out-of-order"
        elif (c.confirmed_on if isinstance(c, c_.ConfirmGrade) else c.closed_on).year < c.year:
            yield "before-the-year"
        if self.used(c) and not isinstance(c, c_.ReviseGrade):
            yield "grade-already-confirmed" if isinstance(c, c_.ConfirmGrade) else "year-already-closed"
        graded = not isinstance(c, c_.CloseAppraisalYear) and (c.cadre_id, c.year) == ("C1", 2024)
        if graded and c.grade not in self.allowed and c.private is None:
            yield "override-reason-missing"


class Determination(Compliance):
    what = {**ONE, "from_": pick(*DAYS[:2]), "countersigned_by": pick(None, None, "S1"), "result": pick("can", "cannot")}
    commands = {
        c_.CountersignDetermination: what,
        c_.DeterminePerformance: {**what, "private": pick(None, {"reasons": "x"}, {"reasons": "x"})},
    }

    def __init__(self) -> None:
        super().__init__()
        self.signed = list[tuple[str, Any, str, str]]()

    def signers(self, c: Any) -> list[str]:
        return [who for *what, who in self.signed if what == [c.cadre_id, c.from_, c.result]]

    def stands(self, c: Any) -> bool:
        if isinstance(c, c_.CountersignDetermination):
            return False
        stated = self.of(c_.DeterminePerformance, *self.key(c))
        return stated is not None and stated.result == c.result and c.countersigned_by in (None, stated.countersigned_by)

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        named, signers = c.countersigned_by, self.signers(c)
        if isinstance(c, c_.CountersignDetermination):
            if actor == PAPER:
                yield "signer-not-named" if named is None else "signer-without-role"
            elif named not in (None, actor.id):
                yield "not-your-signature"
            return
        if c.private is None:
            yield "reason-missing"
        if actor == PAPER:
            return
        if not signers or named not in (None, *signers):
            yield "not-countersigned"
        elif not set(signers) - {actor.id} or named == actor.id:
            yield "countersigner-is-another"

    def adds_nothing(self, c: Any, actor: Actor) -> bool:
        return isinstance(c, c_.CountersignDetermination) and actor.id in self.signers(c)

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        if isinstance(c, c_.CountersignDetermination):
            self.signed.append((c.cadre_id, c.from_, c.result, actor.id))
            return
        others = [s for s in self.signers(c) if s != actor.id]
        filled = c.countersigned_by or (actor.id if actor == PAPER else others[-1] if others else None)
        self.signed = [s for s in self.signed if s[:2] != (c.cadre_id, c.from_)]
        super().record(c.model_copy(update={"countersigned_by": filled}), actor, event_id)


class Review(Compliance):
    sanction = c_.SanctionRecorded.model_validate(
        {"sanction_id": "S1", "cadre_id": "C1", "kind": "warning", "from": DAYS[0], "until": DAYS[3]}
    )
    first = Actor("K1", "committee")
    before = (*KNOWN, By(first, sanction))
    cited = pick(*["compliance/sanction-S1@1"] * 4, "compliance/sanction-S9@1")
    review, appeal = {**ONE, "review_id": pick("R1", "R1", "R2")}, {**ONE, "appeal_id": pick("P1", "P1", "P2")}
    commands = {
        c_.ServeDecision: {**ONE, "decision": cited},
        c_.RequestReview: {**review, "against": cited, "served_on": NONE},
        c_.DecideReview: review,
        c_.FileAppeal: {**appeal, "against": cited, "review_id": pick(None, "R1", "R2")},
        c_.DecideAppeal: appeal,
    }

    def __init__(self) -> None:
        super().__init__()
        self.deciders = dict[str, str]()

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        super().record(c, actor, event_id)
        if isinstance(c, c_.DecideReview):
            self.deciders[c.review_id] = "paper" if actor == PAPER else actor.id

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, c_.DecideReview | c_.DecideAppeal):
            yield from self.decided(c, actor)
            return
        against = c.decision if isinstance(c, c_.ServeDecision) else c.against
        if (against, c.cadre_id) != ("compliance/sanction-S1@1", "C1") and not self.used(c):
            yield "unknown-fact"
        if isinstance(c, c_.FileAppeal) and c.review_id is not None:
            review = self.of(c_.RequestReview, c.review_id)
            yield from ["unknown-review"] if review is None or review.cadre_id != c.cadre_id else []
        if self.used(c):
            yield "decision-already-served" if isinstance(c, c_.ServeDecision) else "id-in-use"

    def decided(self, c: Any, actor: Actor) -> Iterator[str]:
        if isinstance(c, c_.DecideReview):
            asked, on, unknown = self.of(c_.RequestReview, c.review_id), "requested_on", "unknown-review"
        else:
            asked, on, unknown = self.of(c_.FileAppeal, c.appeal_id), "filed_on", "unknown-appeal"
        if asked is None or asked.cadre_id != c.cadre_id:
            yield unknown
            return
        if c.decided_on < getattr(asked, on):
            yield "dates-out-of-order"
        if self.used(c):
            yield "review-already-decided" if isinstance(c, c_.DecideReview) else "appeal-already-decided"
            return
        reviews = {r.review_id for r in self.found(c_.RequestReview, against=asked.against)}
        before = {"K1"} | {who for review, who in self.deciders.items() if review in reviews and self.of(c_.DecideReview, review)}
        if actor != PAPER and actor.id in before:
            yield "same-person-decides"


class Complaint(Compliance):
    who = {"unit_id": pick("U1", "U1", "U2", "U9"), "complaint_id": pick("Q1", "Q2")}
    commands = {c_.RecordComplaint: who, c_.DecideComplaint: who}

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, c_.RecordComplaint):
            yield from ["id-in-use"] if self.used(c) else []
            return
        received = self.of(c_.RecordComplaint, c.complaint_id)
        if received is None or received.unit_id != c.unit_id:
            yield "unknown-complaint"
        elif c.decided_on < received.received_on:
            yield "dates-out-of-order"
        yield from ["complaint-already-decided"] if self.used(c) else []


class Circular(Compliance):
    who = {"unit_id": pick("U1", "U1", "U1", "U2", "U9")}
    paper = {**who, "document_no": pick("D1", "D2")}
    commands = {c_.DetermineUnitNeglect: {**who, "private": NONE}, c_.IssueUnitCircular: paper, c_.WithdrawUnitCircular: paper}

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, c_.IssueUnitCircular):
            if self.used(c):
                yield "id-in-use"
            elif self.of(c_.DetermineUnitNeglect, c.unit_id, c.year) is None:
                yield "circular-without-ground"
        if isinstance(c, c_.WithdrawUnitCircular):
            issued = self.of(c_.IssueUnitCircular, *self.key(c))
            if issued is None:
                yield "unknown-circular"
            elif c.withdrawn_on < issued.issued_on:
                yield "dates-out-of-order"
            yield from ["circular-withdrawn"] if self.used(c) else []


class Calendar(Compliance):
    off = pick((), (DAYS[0],), (DAYS[0], DAYS[2]), (DAYS[-1],))
    forth, back = ({"from": DAYS[0], "until": DAYS[2]},), ({"from": DAYS[2], "until": DAYS[0]},)
    commands = {
        c_.PublishCalendar: {"off_days": off, "work_days": off},
        c_.PublishSchoolCalendar: {"unit_id": pick(None, "U1", "U9"), "vacations": pick((), forth, forth, back)},
    }

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, c_.PublishSchoolCalendar):
            if not c.vacations:
                yield "nothing-given"
            if any(v.until < v.from_ for v in c.vacations):
                yield "until-before-from"
            return
        if any(d.year != c.year for d in (*c.off_days, *c.work_days)):
            yield "day-outside-year"
        if set(c.off_days) & set(c.work_days):
            yield "day-both-off-and-work"
        yield from ["id-in-use"] if self.used(c) else []


class Erasure(Compliance):
    classes = {**ONE, "classes": pick(("health",))}
    commands = {c_.EraseEvidence: ONE, c_.ErasePersonalData: classes, c_.RestrictProcessing: classes, c_.LiftRestriction: classes}

    def stands(self, c: Any) -> bool:
        return False

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        """What this version cannot do it does not say."""
        yield "erasure-not-available"


MODELS: tuple[type[Model], ...] = (
    Talks, Ladder, Discipline, Appraisal, Determination, Review, Complaint, Circular, Calendar, Erasure,
)  # fmt: skip
