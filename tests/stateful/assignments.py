"""The aggregates of assignments but for leave, told plainly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from contracts import assignments as a
from contracts.message import Fact
from services.assignments.deciding import decide
from services.kernel.line import Actor
from tests.dsl import day
from tests.proposals import DAYS
from tests.stateful.machine import CADRE, CADRES, KNOWN, NONE, PAPER, UNIT, UNITS, Model, pick, strangers, unsaid, whole

ONE = {"cadre_id": CADRE}
REASON = pick(None, {"reason": "x"}, {"reason": "x"})


class Assignments(Model):
    decide = staticmethod(decide)
    retraction: ClassVar[type[Fact] | None] = a.RetractAssignmentsFact


class Told(Assignments):
    """An aggregate whose facts are remembered by kind and key, the last that was said."""

    def __init__(self) -> None:
        self.told = dict[Any, Any]()

    def key(self, c: Any) -> Any:
        raise NotImplementedError

    def of(self, kind: type[Any], *key: Any) -> Any:
        return self.told.get((kind, *key))

    def stands(self, c: Any) -> bool:
        stated = self.of(type(c), *self.key(c))
        return stated is not None and whole(stated) == whole(c) and not unsaid(c, stated)

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        self.told.pop((type(c), *self.key(c)), None)
        self.told[type(c), *self.key(c)] = c

    def used(self, c: Any) -> bool:
        """Its key names something else."""
        return (type(c), *self.key(c)) in self.told and not self.stands(c)


class Preference(Told):
    commands = {a.DeclareDutyPreference: {**ONE, "private": NONE, "categories": pick((), ("party_building",), ("policy_lecturing",))}}

    def key(self, c: Any) -> Any:
        return c.cadre_id, c.declared_on

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if not c.categories:
            yield "nothing-given"


class Duty(Told):
    who = {**ONE, "duty_id": pick("D1", "D1", "D2")}
    what = {**who, "host_unit_id": UNIT, "private": NONE, "category": pick("responsible_inspector", "party_building")}
    commands = {
        a.ProposeDuty: what,
        a.DeclineDuty: who,
        a.AssignDuty: {**what, "from_": pick(*DAYS[:2]), "until": pick(None, None, DAYS[-1])},
        a.EndDuty: who,
        a.RecordDutyActivity: {**who, "unit_id": pick(None, "U1", "U2", "U3", "U9"), "kind": pick("inspection_visit", "lecture")},
    }

    def key(self, c: Any) -> Any:
        return (c.activity_id,) if isinstance(c, a.RecordDutyActivity) else (c.duty_id,)

    put = a.DutyProposed.model_validate(
        {"duty_id": "D1", "cadre_id": "C1", "category": "party_building", "host_unit_id": "U1", "proposed_on": DAYS[1]}
    )
    before = (*KNOWN, put)

    def __init__(self) -> None:
        super().__init__()
        self.told[a.ProposeDuty, "D1"] = self.put

    def conflict(self, cadre: str, unit: str) -> bool:
        """Both belong to U1; C1 led U2."""
        return unit == "U1" or (cadre == "C1" and unit == "U2")

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        proposed, assigned, ended = (self.of(kind, c.duty_id) for kind in (a.ProposeDuty, a.AssignDuty, a.EndDuty))
        first = proposed or assigned
        if self.used(c):
            taken: dict[Any, str] = {a.DeclineDuty: "duty-already-declined", a.EndDuty: "duty-already-ended"}
            yield taken.get(type(c), "id-in-use")
        if isinstance(c, a.AssignDuty) and c.until and c.until < c.from_:
            yield "until-before-from"
        if isinstance(c, a.ProposeDuty | a.AssignDuty):
            if not self.used(c):
                yield from strangers(c)
                if first and (first.cadre_id != c.cadre_id or isinstance(c, a.ProposeDuty)):
                    yield "id-in-use"
                if c.category == "responsible_inspector" and actor.document is None and self.conflict(c.cadre_id, c.host_unit_id):
                    yield "conflict-of-interest"
            return
        if c.cadre_id not in CADRES:
            yield "unknown-cadre"
        if not first or first.cadre_id != c.cadre_id:
            yield "unknown-duty"
        if isinstance(c, a.DeclineDuty):
            if ended and not self.used(c):
                yield "duty-already-ended"
            if proposed and c.declined_on < proposed.proposed_on:
                yield "dates-out-of-order"
        elif assigned is None:
            yield "duty-not-assigned"
        elif isinstance(c, a.EndDuty):
            if c.ended_on < assigned.from_:
                yield "dates-out-of-order"
        else:
            last = min(d for d in (assigned.until, ended and ended.ended_on, date.max) if d)
            if not assigned.from_ <= c.done_on <= last:
                yield "outside-duty"
            if c.unit_id not in (None, *UNITS):
                yield "unknown-unit"
            if c.kind == "inspection_visit" and self.conflict(c.cadre_id, c.unit_id or assigned.host_unit_id):
                yield "conflict-of-interest"


class Task(Told):
    duty = a.DutyAssigned.model_validate(
        {"duty_id": "D1", "cadre_id": "C1", "category": "party_building", "host_unit_id": "U1", "from": day("2024-03-01")}
    )
    before = (*KNOWN, duty)
    who = {**ONE, "task_id": pick("T1", "T2")}
    commands = {a.AssignTask: {**who, "duty_id": pick("D1", "D1", "D2"), "private": NONE, "year": pick(2024)}, a.RecordTaskOutcome: who}

    def key(self, c: Any) -> Any:
        return (c.task_id,)

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, a.AssignTask):
            if self.used(c):
                yield "id-in-use"
            elif (c.duty_id, c.cadre_id) != ("D1", "C1"):
                yield "unknown-duty"
            if c.assigned_on and c.due_on < c.assigned_on:
                yield "dates-out-of-order"
            return
        task = self.of(a.AssignTask, c.task_id)
        if task is None or task.cadre_id != c.cadre_id:
            yield "unknown-task"
            return
        if task.year != c.year:
            yield "wrong-year"
        if task.assigned_on and c.recorded_on < task.assigned_on:
            yield "dates-out-of-order"


class Roster(Told):
    commands = {a.PublishRoster: {"unit_id": UNIT, "private": NONE, "cadre_ids": pick((), ("C1",), ("C1", "C2"), ("C9",))}}

    def key(self, c: Any) -> Any:
        return (c.roster_id,)

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if c.until < c.from_:
            yield "until-before-from"
        if not c.cadre_ids:
            yield "nothing-given"
        if not set(c.cadre_ids) <= CADRES:
            yield "unknown-cadre"
        if self.used(c):
            yield "id-in-use"


class Sheet(Told):
    commands = {
        a.ImportAttendanceSheet: {"unit_id": UNIT, "sha256": pick("00", "01"), "absences": pick(3)},
        a.RecordPresence: {**ONE, "unit_id": UNIT},
        a.RescindPresence: {**ONE, "private": NONE},
    }

    def key(self, c: Any) -> Any:
        if isinstance(c, a.ImportAttendanceSheet):
            return (c.sheet_id,)
        if isinstance(c, a.RecordPresence) and c.presence_id is None:
            return c.cadre_id, c.unit_id, c.from_, c.until
        return (c.presence_id,)

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, a.RescindPresence):
            stated = self.of(a.RecordPresence, c.presence_id)
            if stated is None or stated.cadre_id != c.cadre_id:
                yield "unknown-presence"
            return
        if isinstance(c, a.RecordPresence) and c.until < c.from_:
            yield "until-before-from"
        if self.used(c):
            yield "id-in-use"
        elif isinstance(c, a.ImportAttendanceSheet):
            others = [s for (kind, *_), s in self.told.items() if kind is a.ImportAttendanceSheet]
            if any((s.unit_id, s.sha256) == (c.unit_id, c.sha256) for s in others):
                yield "sheet-already-imported"


class Absence(Told):
    known = a.AbsenceRecorded.model_validate({"absence_id": "A1", "cadre_id": "C1", "unit_id": "U1", "from": DAYS[0], "until": DAYS[-1]})
    before = (*KNOWN, known)
    who = {**ONE, "absence_id": pick("A1", "A1", "A1", "A2")}
    signer = pick(None, None, "S1", "S2")
    commands = {
        a.RecordAbsence: {**who, "unit_id": UNIT, "sheet_id": NONE, "fraction": pick(1.0), "half": NONE},
        a.CorrectAbsence: {**who, "private": REASON},
        a.RescindAbsence: {**who, "private": REASON},
        a.CountersignAbsence: {**who, "as_": pick("awol", "excused"), "countersigned_by": signer},
        a.CharacteriseAbsence: {**who, "as_": pick("awol", "excused"), "countersigned_by": signer, "heard_on": NONE},
    }

    def __init__(self) -> None:
        super().__init__()
        self.told[a.RecordAbsence, "A1"] = self.known
        self.signed = list[tuple[str, str, str]]()

    def key(self, c: Any) -> Any:
        return (c.absence_id,)

    def signers(self, c: Any) -> list[str]:
        return [who for absence, as_, who in self.signed if (absence, as_) == (c.absence_id, c.as_)]

    def stands(self, c: Any) -> bool:
        if isinstance(c, a.CountersignAbsence):
            return False
        stated = self.of(type(c), *self.key(c))
        if stated is None:
            return False
        filled = {"countersigned_by": c.countersigned_by or stated.countersigned_by} if isinstance(c, a.CharacteriseAbsence) else {}
        return whole(stated) == whole(c) | filled

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, a.RecordAbsence):
            if c.until < c.from_:
                yield "until-before-from"
            if self.used(c):
                yield "id-in-use"
            return
        absence = self.of(a.RecordAbsence, c.absence_id)
        if absence is None or absence.cadre_id != c.cadre_id:
            yield "unknown-absence"
            return
        if self.of(a.RescindAbsence, c.absence_id):
            yield "absence-rescinded"
        if isinstance(c, a.CorrectAbsence):
            for part in c.removed:
                if part.until < part.from_:
                    yield "until-before-from"
                if part.from_ < absence.from_ or part.until > absence.until:
                    yield "outside-absence"
        if isinstance(c, a.CorrectAbsence | a.RescindAbsence):
            if c.private is None:
                yield "reason-missing"
            return
        if (c.countersigned_on if isinstance(c, a.CountersignAbsence) else c.decided_on) < absence.from_:
            yield "dates-out-of-order"
        yield from self.unsigned(c, actor)

    def unsigned(self, c: Any, actor: Actor) -> Iterator[str]:
        """Nobody was granted the role of the section here, so a paper that names somebody else of it is not believed."""
        named, signers = c.countersigned_by, self.signers(c)
        if isinstance(c, a.CountersignAbsence):
            if actor == PAPER:
                yield "signer-not-named" if named is None else "signer-without-role"
            elif named not in (None, actor.id):
                yield "not-your-signature"
        elif actor == PAPER:
            if named not in (None, actor.id, *signers):
                yield "signer-without-role"
        elif not signers or named not in (None, *signers):
            yield "not-countersigned"
        elif not set(signers) - {actor.id} or named == actor.id:
            yield "countersigner-is-another"

    def adds_nothing(self, c: Any, actor: Actor) -> bool:
        return isinstance(c, a.CountersignAbsence) and (c.countersigned_by or actor.id) in self.signers(c)

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        if isinstance(c, a.CountersignAbsence):
            self.signed.append((c.absence_id, c.as_, c.countersigned_by or actor.id))
            return
        if isinstance(c, a.CharacteriseAbsence):
            others = [s for s in self.signers(c) if s != actor.id]
            filled = c.countersigned_by or (actor.id if actor == PAPER else others[-1] if others else None)
            self.signed = [s for s in self.signed if s[0] != c.absence_id]
            c = c.model_copy(update={"countersigned_by": filled})
        super().record(c, actor, event_id)


MODELS: tuple[type[Model], ...] = (Preference, Duty, Task, Roster, Sheet, Absence)
