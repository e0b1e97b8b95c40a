"""Which decider answers which command, and what it must see to do so."""

from __future__ import annotations

from contracts.message import Fact
from contracts.registry import (
    AppointUnitHead,
    ChangeManagement,
    CloseUnit,
    CompleteRetirement,
    CorrectCadreIdentity,
    CorrectExit,
    EndSecondment,
    GrantRole,
    IssueToken,
    MergeUnit,
    PromotePostGrade,
    RecordDeath,
    RecordPostGrade,
    RecordWorkbookImport,
    RegisterCadre,
    RegisterExit,
    RegisterUnit,
    ReinstateCadre,
    RenameUnit,
    RetractRegistryFact,
    RevokeRole,
    RevokeToken,
    StartSecondment,
    TransferCadre,
    VacateUnitHead,
)
from services.kernel.deciding import Deciders, InPerson, decide_with
from services.kernel.past import retract
from services.kernel.subjects import concerned
from services.registry import cadre, exits, heads, role, secondment, token, unit, workbook

TABLE: Deciders = {
    RegisterUnit: unit.register,
    RenameUnit: unit.rename,
    MergeUnit: unit.merge,
    CloseUnit: unit.close,
    AppointUnitHead: heads.appoint,
    VacateUnitHead: heads.vacate,
    RegisterCadre: cadre.register,
    CorrectCadreIdentity: cadre.correct_identity,
    ChangeManagement: cadre.change_management,
    RecordPostGrade: cadre.record_post_grade,
    PromotePostGrade: cadre.promote,
    RegisterExit: exits.register,
    CorrectExit: exits.correct,
    TransferCadre: cadre.transfer,
    StartSecondment: secondment.start,
    EndSecondment: secondment.end,
    ReinstateCadre: exits.reinstate,
    CompleteRetirement: cadre.retire,
    RecordDeath: cadre.record_death,
    GrantRole: InPerson(role.grant),
    RevokeRole: role.revoke,
    IssueToken: token.issue,
    RevokeToken: token.revoke,
    RecordWorkbookImport: workbook.record,
    RetractRegistryFact: retract,
}

decide = decide_with(TABLE)


def subjects(command: Fact) -> tuple[str, ...]:
    """The ids whose facts the decision must see; the first is the one that it is guarded by."""
    return concerned(command, "unit_id", "into_unit_id", "from_unit_id", "to_unit_id", "host_unit_id", "cadre_id")
