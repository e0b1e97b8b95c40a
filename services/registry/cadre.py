"""Cadres: who they are, which unit and post grade, and when they left for good (Articles 2, 3, 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from contracts.message import Fact
from contracts.registry import (
    CadreDeceased,
    CadreExited,
    CadreIdentityCorrected,
    CadreRegistered,
    CadreTransferred,
    ChangeManagement,
    CompleteRetirement,
    CorrectCadreIdentity,
    ManagementChanged,
    PostGradePromoted,
    PostGradeRecorded,
    PromotePostGrade,
    RecordDeath,
    RecordPostGrade,
    RegisterCadre,
    RetirementCompleted,
    TransferCadre,
)
from services.kernel.past import Past, final, once, restated, same
from services.kernel.refusal import refused
from services.registry.unit import Unit


@dataclass(frozen=True, slots=True)
class Cadre:
    registered: CadreRegistered
    retired: RetirementCompleted | None
    deceased: CadreDeceased | None

    @classmethod
    def of(cls, past: Past, cadre_id: str) -> Self:
        """Refuses `unknown-cadre`."""
        registered = past.last(CadreRegistered, cadre_id=cadre_id)
        if registered is None:
            raise refused("unknown-cadre", "cadre_id")
        return cls(registered, past.last(RetirementCompleted, cadre_id=cadre_id), past.last(CadreDeceased, cadre_id=cadre_id))

    def must_live(self, on: date) -> None:
        if self.deceased and self.deceased.died_on < on:
            raise refused("already-deceased")


def register(c: RegisterCadre, past: Past) -> Sequence[Fact]:
    stated = past.last(CadreRegistered, cadre_id=c.cadre_id)
    if stated is None:
        Unit.of(past, c.unit_id)
    return once(c, stated)


def correct_identity(c: CorrectCadreIdentity, past: Past) -> Sequence[Fact]:
    """What is corrected stays; the correction is stated about it. A correction can be corrected in turn."""
    Cadre.of(past, c.cadre_id)
    if not c.personal():
        raise refused("nothing-given", "private")
    corrected = past.event(c.corrects)
    if corrected is None or c.corrects in past.retracted or corrected.subject != c.cadre_id:
        raise refused("unknown-fact", "corrects")
    if not isinstance(corrected.data, CadreRegistered | CadreIdentityCorrected):
        raise refused("unknown-fact", "corrects")
    return restated(c, past.last(CadreIdentityCorrected, cadre_id=c.cadre_id, corrects=c.corrects))


def change_management(c: ChangeManagement, past: Past) -> Sequence[Fact]:
    Cadre.of(past, c.cadre_id)
    return restated(c, past.last(ManagementChanged, cadre_id=c.cadre_id, from_=c.from_))


def record_post_grade(c: RecordPostGrade, past: Past) -> Sequence[Fact]:
    Cadre.of(past, c.cadre_id)
    return restated(c, past.last(PostGradeRecorded, cadre_id=c.cadre_id, from_=c.from_))


def promote(c: PromotePostGrade, past: Past) -> Sequence[Fact]:
    """A promotion despite a bar is recorded too: the law answers for it with a finding, not with a refusal."""
    cadre = Cadre.of(past, c.cadre_id)
    if c.from_grade == c.to_grade:
        raise refused("grade-unchanged", "to_grade")
    stated = past.last(PostGradePromoted, cadre_id=c.cadre_id, promoted_on=c.promoted_on)
    if not same(c, stated):
        cadre.must_live(c.promoted_on)
    return restated(c, stated)


def transfer(c: TransferCadre, past: Past) -> Sequence[Fact]:
    cadre = Cadre.of(past, c.cadre_id)
    if c.from_unit_id == c.to_unit_id:
        raise refused("transfer-to-same-unit", "to_unit_id")
    Unit.of(past, c.from_unit_id, "from_unit_id")
    to = Unit.of(past, c.to_unit_id, "to_unit_id")
    stated = past.last(CadreTransferred, cadre_id=c.cadre_id, transferred_on=c.transferred_on)
    if stated is None:
        to.must_be_open(c.transferred_on, "to_unit_id")
        cadre.must_live(c.transferred_on)
    return restated(c, stated)


def retire(c: CompleteRetirement, past: Past) -> Sequence[Fact]:
    """Retirement is when the formalities are completed, whatever the age; that it was unlawful is a finding."""
    cadre = Cadre.of(past, c.cadre_id)
    if cadre.retired is None:
        cadre.must_live(c.completed_on)
        if any(e.exited_on > c.completed_on for e in past.all(CadreExited, cadre_id=c.cadre_id)):
            raise refused("exit-after-retirement", "completed_on")
    return final(c, cadre.retired, "already-retired")


def record_death(c: RecordDeath, past: Past) -> Sequence[Fact]:
    return final(c, Cadre.of(past, c.cadre_id).deceased, "already-deceased")
