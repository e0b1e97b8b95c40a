"""Who the cadres and the units are."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from contracts.codes import ExitReason, ManagedBy, Office, PostCategory, Scale, UnitKind
from contracts.message import Command, EventId, Fact, Id, Part, Prose, Text


class UnitRegistered(Fact):
    SERVICE = "registry"
    STREAM = "unit-{unit_id}"
    TIME = "from"
    ARTICLES = (3,)
    BY = "section"

    unit_id: Id
    name: Text
    kind: UnitKind
    appraisal_scale: Scale | None = None
    from_: date | None = Field(None, alias="from")


class UnitRenamed(Fact):
    SERVICE = "registry"
    STREAM = "unit-{unit_id}"
    TIME = "renamed_on"
    ARTICLES = (3,)
    BY = "section"

    unit_id: Id
    name: Text
    renamed_on: date


class UnitMerged(Fact):
    SERVICE = "registry"
    STREAM = "unit-{unit_id}"
    TIME = "merged_on"
    ARTICLES = (3,)
    BY = "section"

    unit_id: Id
    into_unit_id: Id
    merged_on: date


class UnitClosed(Fact):
    SERVICE = "registry"
    STREAM = "unit-{unit_id}"
    TIME = "closed_on"
    ARTICLES = (3,)
    BY = "section"

    unit_id: Id
    closed_on: date


class UnitHeadAppointed(Fact):
    SERVICE = "registry"
    STREAM = "unit-{unit_id}"
    TIME = "from"
    ARTICLES = (6,)
    BY = "section"

    unit_id: Id
    office: Office
    head_ref: Id
    from_: date = Field(alias="from")


class UnitHeadVacated(Fact):
    SERVICE = "registry"
    STREAM = "unit-{unit_id}"
    TIME = "vacated_on"
    ARTICLES = (6,)
    BY = "section"

    unit_id: Id
    office: Office
    head_ref: Id
    vacated_on: date


class CadreRegisteredPrivate(Part):
    name: Text
    id_number: Text | None = None
    birth_date: date | None = None


class CadreRegistered(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "from"
    CLASS = "identity"
    ARTICLES = (2,)
    BY = "section"

    cadre_id: Id
    unit_id: Id
    managed_by: ManagedBy
    category: PostCategory
    post_grade: int | None = None
    from_: date | None = Field(None, alias="from")
    private: CadreRegisteredPrivate | None = None


class CadreIdentityCorrectedPrivate(Part):
    name: Text | None = None
    id_number: Text | None = None
    birth_date: date | None = None


class CadreIdentityCorrected(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "time of the corrected fact"
    CLASS = "identity"
    GRANT = "restricted"
    ARTICLES = (2,)
    BY = "section"

    cadre_id: Id
    corrects: EventId
    private: CadreIdentityCorrectedPrivate | None = None


class ManagementChanged(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "from"
    ARTICLES = (2,)
    BY = "committee"

    cadre_id: Id
    managed_by: ManagedBy
    from_: date = Field(alias="from")


class PostGradeRecorded(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "from"
    ARTICLES = (7,)
    BY = "section"

    cadre_id: Id
    category: PostCategory
    post_grade: int
    from_: date = Field(alias="from")


class PostGradePromoted(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "promoted_on"
    ARTICLES = (7,)
    BY = "section"

    cadre_id: Id
    from_grade: int
    to_grade: int
    promoted_on: date
    decision_no: Text
    determination_id: EventId | None = None


class CadreExited(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "exited_on"
    GRANT = "restricted"
    ARTICLES = (2,)
    BY = "section"

    cadre_id: Id
    unit_id: Id
    post: Text
    reason: ExitReason
    exited_on: date
    decision_no: Text
    subordinate_unit: bool = True


class ExitCorrected(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "the earlier of the corrected time and exited_on"
    GRANT = "restricted"
    ARTICLES = (2,)
    BY = "section"

    cadre_id: Id
    corrects: EventId
    exited_on: date | None = None
    reason: ExitReason | None = None


class CadreTransferred(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "transferred_on"
    ARTICLES = (3,)
    BY = "section"

    cadre_id: Id
    from_unit_id: Id
    to_unit_id: Id
    transferred_on: date


class SecondmentStarted(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "from"
    ARTICLES = (3,)
    BY = "section"

    cadre_id: Id
    host_unit_id: Id
    from_: date = Field(alias="from")


class SecondmentEnded(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "ended_on"
    ARTICLES = (3,)
    BY = "section"

    cadre_id: Id
    host_unit_id: Id
    ended_on: date


class CadreReinstated(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "reinstated_on"
    ARTICLES = (2,)
    BY = "committee"

    cadre_id: Id
    unit_id: Id
    post: Text
    reinstated_on: date


class RetirementCompleted(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "completed_on"
    ARTICLES = (2,)
    BY = "section"

    cadre_id: Id
    completed_on: date


class CadreDeceased(Fact):
    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "died_on"
    ARTICLES = (2,)
    BY = "section"

    cadre_id: Id
    died_on: date


class RoleGranted(Fact):
    SERVICE = "registry"
    STREAM = "principal-{principal}"
    TIME = "from"
    GRANT = "restricted"
    ARTICLES = (3, 4)
    BY = "committee"

    principal: Id
    role: Literal["cadre", "branch", "unit_head", "section", "committee", "medical_reviewer", "auditor", "operator", "subscriber"]
    unit_id: Id | None = None
    cadre_id: Id | None = None
    from_: date = Field(alias="from")
    until: date | None = None


class RoleRevoked(Fact):
    SERVICE = "registry"
    STREAM = "principal-{principal}"
    TIME = "revoked_on"
    GRANT = "restricted"
    ARTICLES = (3, 4)
    BY = "committee"

    principal: Id
    role: Text
    unit_id: Id | None = None
    revoked_on: date


class WorkbookImported(Fact):
    SERVICE = "registry"
    STREAM = "import-{import_id}"
    TIME = "recorded"
    GRANT = "restricted"
    ARTICLES = (3,)
    BY = "section"

    import_id: Id
    kind: Literal["units", "roster", "attendance", "leave", "duties", "training"]
    sha256: Text
    rows_accepted: int
    rows_rejected: int


class RegistryFactRetractedPrivate(Part):
    reason: Prose | None = None


class RegistryFactRetracted(Fact):
    SERVICE = "registry"
    STREAM = "the stream of the retracted fact"
    TIME = "time of the retracted fact"
    GRANT = "restricted"
    ARTICLES = (10,)
    BY = "whoever may record the retracted fact"

    retracts: EventId
    cadre_id: Id | None = None
    unit_id: Id | None = None
    retracted_on: date
    private: RegistryFactRetractedPrivate | None = None


FACTS: tuple[type[Fact], ...] = (
    UnitRegistered,
    UnitRenamed,
    UnitMerged,
    UnitClosed,
    UnitHeadAppointed,
    UnitHeadVacated,
    CadreRegistered,
    CadreIdentityCorrected,
    ManagementChanged,
    PostGradeRecorded,
    PostGradePromoted,
    CadreExited,
    ExitCorrected,
    CadreTransferred,
    SecondmentStarted,
    SecondmentEnded,
    CadreReinstated,
    RetirementCompleted,
    CadreDeceased,
    RoleGranted,
    RoleRevoked,
    WorkbookImported,
    RegistryFactRetracted,
)


class RegisterUnit(UnitRegistered, Command):
    pass


class RenameUnit(UnitRenamed, Command):
    pass


class MergeUnit(UnitMerged, Command):
    pass


class CloseUnit(UnitClosed, Command):
    pass


class AppointUnitHead(UnitHeadAppointed, Command):
    pass


class VacateUnitHead(UnitHeadVacated, Command):
    pass


class RegisterCadre(CadreRegistered, Command):
    private: CadreRegisteredPrivate


class CorrectCadreIdentity(CadreIdentityCorrected, Command):
    pass


class ChangeManagement(ManagementChanged, Command):
    pass


class RecordPostGrade(PostGradeRecorded, Command):
    pass


class PromotePostGrade(PostGradePromoted, Command):
    pass


class RegisterExit(CadreExited, Command):
    pass


class CorrectExit(ExitCorrected, Command):
    pass


class TransferCadre(CadreTransferred, Command):
    pass


class StartSecondment(SecondmentStarted, Command):
    pass


class EndSecondment(SecondmentEnded, Command):
    pass


class ReinstateCadre(CadreReinstated, Command):
    pass


class CompleteRetirement(RetirementCompleted, Command):
    pass


class RecordDeath(CadreDeceased, Command):
    pass


class GrantRole(RoleGranted, Command):
    pass


class RevokeRole(RoleRevoked, Command):
    pass


class RecordWorkbookImport(WorkbookImported, Command):
    pass


class RetractRegistryFact(RegistryFactRetracted, Command):
    pass


COMMANDS: tuple[type[Fact], ...] = (
    RegisterUnit,
    RenameUnit,
    MergeUnit,
    CloseUnit,
    AppointUnitHead,
    VacateUnitHead,
    RegisterCadre,
    CorrectCadreIdentity,
    ChangeManagement,
    RecordPostGrade,
    PromotePostGrade,
    RegisterExit,
    CorrectExit,
    TransferCadre,
    StartSecondment,
    EndSecondment,
    ReinstateCadre,
    CompleteRetirement,
    RecordDeath,
    GrantRole,
    RevokeRole,
    RecordWorkbookImport,
    RetractRegistryFact,
)
