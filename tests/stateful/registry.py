"""The aggregates of the registry, told plainly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from contracts import registry as r
from contracts.message import Fact
from services.kernel.line import Actor
from services.registry.deciding import decide
from tests.stateful.machine import CADRE, CADRES, KNOWN, NONE, UNIT, UNITS, Model, pick, strangers, unsaid, whole


class Registry(Model):
    decide = staticmethod(decide)
    retraction: ClassVar[type[Fact] | None] = r.RetractRegistryFact


class Unit(Registry):
    some = pick("U1", "U1", "U2", "U3", "U4")
    commands = {
        r.RegisterUnit: {"unit_id": some, "appraisal_scale": NONE},
        r.RenameUnit: {"unit_id": some},
        r.MergeUnit: {"unit_id": some, "into_unit_id": some},
        r.CloseUnit: {"unit_id": some},
    }

    def __init__(self) -> None:
        self.units = {f.unit_id: f for f in KNOWN if isinstance(f, r.UnitRegistered)}
        self.names = dict[tuple[str, date], Any]()
        self.merged, self.closed = dict[str, Any](), dict[str, Any]()

    def shut(self, unit: str, on: date) -> Iterator[str]:
        if unit in self.merged and self.merged[unit].merged_on <= on:
            yield "unit-merged"
        if unit in self.closed and self.closed[unit].closed_on <= on:
            yield "unit-closed"

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        if isinstance(c, r.RegisterUnit):
            if c.unit_id in self.units and not self.stands(c):
                yield "id-in-use"
            return
        if c.unit_id not in self.units:
            yield "unknown-unit"
        if isinstance(c, r.RenameUnit) and (c.unit_id, c.renamed_on) not in self.names:
            yield from self.shut(c.unit_id, c.renamed_on)
        if isinstance(c, r.MergeUnit):
            if c.into_unit_id == c.unit_id:
                yield "merge-into-itself"
            if c.unit_id in self.merged:
                yield "unit-merged"
            else:
                yield from self.shut(c.unit_id, c.merged_on)
                if c.into_unit_id not in self.units:
                    yield "unknown-unit"
                yield from self.shut(c.into_unit_id, c.merged_on)
        if isinstance(c, r.CloseUnit):
            yield from ["unit-closed"] if c.unit_id in self.closed else self.shut(c.unit_id, c.closed_on)

    def stands(self, c: Any) -> bool:
        said: dict[Any, Any] = {
            r.RegisterUnit: self.units.get(c.unit_id),
            r.RenameUnit: self.names.get((c.unit_id, getattr(c, "renamed_on", date.min))),
            r.MergeUnit: self.merged.get(c.unit_id),
            r.CloseUnit: self.closed.get(c.unit_id),
        }
        told = said[type(c)]
        return told is not None and whole(told) == whole(c)

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        match c:
            case r.RegisterUnit():
                self.units[c.unit_id] = c
            case r.RenameUnit():
                self.names[c.unit_id, c.renamed_on] = c
            case r.MergeUnit():
                self.merged[c.unit_id] = c
            case _:
                self.closed[c.unit_id] = c


class Heads(Registry):
    who = {"unit_id": pick("U1", "U1", "U9"), "office": pick("party", "party", "administrative"), "head_ref": pick("A", "B")}
    commands = {r.AppointUnitHead: who, r.VacateUnitHead: who}

    def __init__(self) -> None:
        self.terms, self.left = list[Any](), list[Any]()

    def holder(self, office: str, on: date) -> str | None:
        """Who was appointed last by that day, unless they have left since."""
        begun = sorted((t for t in self.terms if t.office == office and t.from_ <= on), key=lambda t: t.from_)
        if not begun:
            return None
        who, since = str(begun[-1].head_ref), begun[-1].from_
        return None if any(v.office == office and v.head_ref == who and since <= v.vacated_on <= on for v in self.left) else who

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        yield from strangers(c)
        if isinstance(c, r.AppointUnitHead):
            if self.holder(c.office, c.from_) not in (None, c.head_ref):
                yield "office-occupied"
            return
        begun = [t.from_ for t in self.terms if (t.office, t.head_ref) == (c.office, c.head_ref)]
        if begun and c.vacated_on < min(begun):
            yield "dates-out-of-order"
        if self.holder(c.office, c.vacated_on) != c.head_ref:
            yield "not-in-office"

    def stands(self, c: Any) -> bool:
        if isinstance(c, r.VacateUnitHead):
            return any(whole(v) == whole(c) for v in self.left)
        known = c.unit_id in UNITS
        return known and (any(whole(t) == whole(c) for t in self.terms) or self.holder(c.office, c.from_) == c.head_ref)

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        (self.terms if isinstance(c, r.AppointUnitHead) else self.left).append(c)


class Cadre(Registry):
    before = tuple(f for f in KNOWN if not isinstance(f, r.CadreExited))
    who = {"cadre_id": pick("C1", "C1", "C2", "C3", "C9")}
    commands = {
        r.RegisterCadre: {**who, "unit_id": UNIT, "private": pick({"name": "X"}), "post_grade": NONE},
        r.ChangeManagement: who,
        r.RecordPostGrade: who,
        r.PromotePostGrade: {**who, "determination_id": NONE},
        r.TransferCadre: {**who, "from_unit_id": pick("U1", "U9"), "to_unit_id": UNIT},
        r.CompleteRetirement: who,
        r.RecordDeath: who,
    }
    day = {"ChangeManagement": "from_", "RecordPostGrade": "from_", "PromotePostGrade": "promoted_on", "TransferCadre": "transferred_on"}

    def __init__(self) -> None:
        self.told: dict[Any, Any] = {self.key(f): f for f in KNOWN if isinstance(f, r.CadreRegistered)}

    def key(self, c: Any) -> Any:
        """What may be stated anew is stated of a day; the rest once."""
        name = "RegisterCadre" if isinstance(c, r.CadreRegistered) else type(c).__name__
        return name, c.cadre_id, getattr(c, self.day[name]) if name in self.day else None

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        here, dead = ("RegisterCadre", c.cadre_id, None) in self.told, self.told.get(("RecordDeath", c.cadre_id, None))
        stated = self.told.get(self.key(c))
        if isinstance(c, r.RegisterCadre):
            if stated:
                yield "id-in-use"
            elif c.unit_id not in UNITS:
                yield "unknown-unit"
            return
        if not here:
            yield "unknown-cadre"
        on = {"PromotePostGrade": "promoted_on", "TransferCadre": "transferred_on", "CompleteRetirement": "completed_on"}.get(
            type(c).__name__
        )
        restated = stated and isinstance(c, r.TransferCadre)
        if on and dead and dead.died_on < getattr(c, on) and not restated:
            yield "already-deceased"
        if isinstance(c, r.PromotePostGrade) and c.from_grade == c.to_grade:
            yield "grade-unchanged"
        if isinstance(c, r.TransferCadre):
            if c.from_unit_id == c.to_unit_id:
                yield "transfer-to-same-unit"
            if not {c.from_unit_id, c.to_unit_id} <= UNITS:
                yield "unknown-unit"
        if stated and isinstance(c, r.CompleteRetirement):
            yield "already-retired"
        if stated and isinstance(c, r.RecordDeath):
            yield "already-deceased"

    def stands(self, c: Any) -> bool:
        stated = self.told.get(self.key(c))
        return stated is not None and whole(stated) == whole(c) and not unsaid(c, stated)

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        self.told[self.key(c)] = c


class Exits(Registry):
    before = tuple(f for f in KNOWN if not isinstance(f, r.CadreExited))
    cited = pick(*(f"registry/cadre-{c}@{n}" for c in ("C1", "C2") for n in (2, 3, 4)))
    commands = {
        r.RegisterExit: {"cadre_id": CADRE, "unit_id": UNIT},
        r.CorrectExit: {"cadre_id": CADRE, "corrects": cited},
        r.ReinstateCadre: {"cadre_id": CADRE, "unit_id": UNIT},
        r.CompleteRetirement: {"cadre_id": CADRE},
    }

    def __init__(self) -> None:
        self.exits, self.corrected = dict[str, Any](), list[Any]()
        self.back, self.retired = dict[Any, Any](), dict[str, Any]()

    def days(self, cadre: str) -> list[tuple[date, bool]]:
        """Of the exits as corrected last, and whether each was from a post in a subordinate unit."""
        found = []
        for event_id, e in self.exits.items():
            if e.cadre_id == cadre:
                said = [c.exited_on for c in self.corrected if c.corrects == event_id and c.exited_on]
                found.append((said[-1] if said else e.exited_on, e.subordinate_unit))
        return sorted(found)

    def returned(self, cadre: str, first: date, last: date) -> bool:
        return any(c == cadre and first <= on <= last for c, on in self.back)

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        if isinstance(c, r.CorrectExit):
            yield from strangers(c)
            if c.exited_on is None and c.reason is None:
                yield "nothing-given"
            if c.corrects not in self.exits or self.exits[c.corrects].cadre_id != c.cadre_id:
                yield "unknown-fact"
            return
        restated = isinstance(c, r.ReinstateCadre) and (c.cadre_id, c.reinstated_on) in self.back
        yield from strangers(c) if not restated else ()
        days = self.days(c.cadre_id)
        if isinstance(c, r.RegisterExit):
            gone, before = self.retired.get(c.cadre_id), [d for d, s in days if s == c.subordinate_unit and d <= c.exited_on]
            if gone and gone.completed_on < c.exited_on:
                yield "exit-after-retirement"
            if before and not self.returned(c.cadre_id, before[-1], c.exited_on):
                yield "already-exited"
        if isinstance(c, r.ReinstateCadre) and not restated:
            before = [d for d, _ in days if d <= c.reinstated_on]
            if not before or self.returned(c.cadre_id, before[-1], c.reinstated_on):
                yield "not-exited"
        if isinstance(c, r.CompleteRetirement):
            if c.cadre_id in self.retired:
                yield "already-retired"
            elif any(d > c.completed_on for d, _ in days):
                yield "exit-after-retirement"

    def stands(self, c: Any) -> bool:
        match c:
            case r.RegisterExit():
                return any(whole(e) == whole(c) for e in self.exits.values())
            case r.CorrectExit():
                said = [x for x in self.corrected if (x.cadre_id, x.corrects) == (c.cadre_id, c.corrects)]
                return bool(said) and whole(said[-1]) == whole(c) and c.corrects in self.exits
            case r.ReinstateCadre():
                told = self.back.get((c.cadre_id, c.reinstated_on))
            case _:
                told = self.retired.get(c.cadre_id)
        return told is not None and whole(told) == whole(c)

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        match c:
            case r.RegisterExit():
                self.exits[event_id] = c
            case r.CorrectExit():
                self.corrected.append(c)
            case r.ReinstateCadre():
                self.back[c.cadre_id, c.reinstated_on] = c
            case _:
                self.retired[c.cadre_id] = c


class Secondment(Registry):
    where = {"cadre_id": CADRE, "host_unit_id": pick("U2", "U2", "U3", "U9")}
    commands = {r.StartSecondment: where, r.EndSecondment: where}

    def __init__(self) -> None:
        self.told = list[Any]()

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        if isinstance(c, r.StartSecondment):
            yield from strangers(c)
            return
        if c.cadre_id not in CADRES:
            yield "unknown-cadre"
        own = [t for t in self.told if (t.cadre_id, t.host_unit_id) == (c.cadre_id, c.host_unit_id)]
        begun = sum(isinstance(t, r.StartSecondment) and t.from_ <= c.ended_on for t in own)
        if begun <= sum(isinstance(t, r.EndSecondment) and t.ended_on <= c.ended_on for t in own):
            yield "not-seconded"

    def stands(self, c: Any) -> bool:
        return any(type(t) is type(c) and whole(t) == whole(c) for t in self.told)

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        self.told.append(c)


class Role(Registry):
    who = {"principal": pick("X1", "X2", "S1"), "unit_id": pick(None, "U1", "U9"), "role": pick("branch", "section", "committee", "cadre")}
    commands = {r.GrantRole: {**who, "cadre_id": NONE}, r.RevokeRole: who}

    def __init__(self) -> None:
        self.grants, self.ends = list[Any](), list[Any]()

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        if isinstance(c, r.RevokeRole):
            own = [g for g in self.grants if (g.principal, g.role, g.unit_id) == (c.principal, c.role, c.unit_id)]
            if not any(g.from_ <= c.revoked_on and (g.until is None or c.revoked_on <= g.until) for g in own):
                yield "not-granted"
            return
        yield from strangers(c)
        if c.principal == actor.id:
            yield "own-case"
        if c.until and c.until < c.from_:
            yield "until-before-from"
        if c.role == "cadre" or (c.role == "branch" and c.unit_id is None):
            yield "scope-missing"

    def stands(self, c: Any) -> bool:
        if isinstance(c, r.RevokeRole):
            return any(whole(e) == whole(c) for e in self.ends)
        same = [g for g in self.grants if (g.principal, g.role, g.unit_id, g.from_) == (c.principal, c.role, c.unit_id, c.from_)]
        return bool(same) and whole(same[-1]) == whole(c)

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        (self.grants if isinstance(c, r.GrantRole) else self.ends).append(c)


class Workbook(Registry):
    commands = {r.RecordWorkbookImport: {"sha256": pick("00")}}

    def __init__(self) -> None:
        self.told = dict[str, Any]()

    def broken(self, c: Any, actor: Actor) -> Iterator[str]:
        if c.import_id in self.told:
            yield "id-in-use"

    def stands(self, c: Any) -> bool:
        return c.import_id in self.told and whole(self.told[c.import_id]) == whole(c)

    def record(self, c: Any, actor: Actor, event_id: str) -> None:
        self.told[c.import_id] = c


MODELS: tuple[type[Model], ...] = (Unit, Heads, Cadre, Exits, Secondment, Role, Workbook)
