"""Who the cadres and the units are."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from contracts.codes import ExitReason, ManagedBy, Office, PostCategory, Scale, UnitKind
from contracts.message import Command, EventId, Fact, Id, Part, Prose, Text


class UnitRegistered(Fact):
    """A school, kindergarten or office of the system, there from `from` on. `appraisal_scale` is the scale of its appraisals up
    to 2022. Holds until a later fact changes it. Art. 3."""

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
    """The unit bears another name from `renamed_on` on; its id stays. Art. 3."""

    SERVICE = "registry"
    STREAM = "unit-{unit_id}"
    TIME = "renamed_on"
    ARTICLES = (3,)
    BY = "section"

    unit_id: Id
    name: Text
    renamed_on: date


class UnitMerged(Fact):
    """From `merged_on` on the cadres of the unit belong to `into_unit_id`, which answers for them. Art. 3."""

    SERVICE = "registry"
    STREAM = "unit-{unit_id}"
    TIME = "merged_on"
    ARTICLES = (3,)
    BY = "section"

    unit_id: Id
    into_unit_id: Id
    merged_on: date


class UnitClosed(Fact):
    """The unit is no more from `closed_on` on. Art. 3."""

    SERVICE = "registry"
    STREAM = "unit-{unit_id}"
    TIME = "closed_on"
    ARTICLES = (3,)
    BY = "section"

    unit_id: Id
    closed_on: date


class UnitHeadAppointed(Fact):
    """Somebody holds one of the two main offices of the unit and owes its talks. `head_ref` is an opaque reference; one person
    may hold both offices. Art. 6."""

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
    """The office stands empty from `vacated_on` on: a vacant office owes no talk. Art. 6."""

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
    """What is sealed of CadreRegistered."""

    name: Text
    id_number: Text | None = None
    birth_date: date | None = None


class CadreRegistered(Fact):
    """A cadre, the unit of the personnel relation, by whom managed and in which kind of post (`post_grade` 1 is the highest).
    Name, identity number and birth date are sealed. Holds until a later fact changes it; registration alone brings nobody into
    scope. Art. 2."""

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
    """What is sealed of CadreIdentityCorrected."""

    name: Text | None = None
    id_number: Text | None = None
    birth_date: date | None = None


class CadreIdentityCorrected(Fact):
    """What was sealed about the identity is replaced, as if it had been said so in the event that `corrects` names; only the
    fields given change. Art. 2."""

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
    """From `from` on the cadre is managed by somebody else; only committee-managed cadres are in scope. Art. 2."""

    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "from"
    ARTICLES = (2,)
    BY = "committee"

    cadre_id: Id
    managed_by: ManagedBy
    from_: date = Field(alias="from")


class PostGradeRecorded(Fact):
    """Category and grade of the post as found on `from`: a statement, not a promotion. The category decides whether there is a
    professional-technical appraisal at all. Art. 7."""

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
    """A promotion that was made, lawful or not, by `decision_no`. `determination_id` is the determination of performance that
    it relied on. Never refused here: a promotion despite a bar is a finding. Art. 7."""

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
    """The cadre left a leading post on `exited_on`, not yet retired: the entry into scope, if the post was in a subordinate
    unit (`subordinate_unit`). Days before 2022-04-07 count from then on. Art. 2."""

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
    """Day or reason of an exit, as they should have been said; what is not given stays as it was. Art. 2."""

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
    """The personnel relation moves on `transferred_on`; from then on the new unit answers. Runs of absence go on across it.
    Art. 3."""

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
    """Works at a host unit from `from` on; the own unit goes on answering. Art. 3."""

    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "from"
    ARTICLES = (3,)
    BY = "section"

    cadre_id: Id
    host_unit_id: Id
    from_: date = Field(alias="from")


class SecondmentEnded(Fact):
    """The work at the host unit is over on `ended_on`. Art. 3."""

    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "ended_on"
    ARTICLES = (3,)
    BY = "section"

    cadre_id: Id
    host_unit_id: Id
    ended_on: date


class CadreReinstated(Fact):
    """Holds a leading post again: out of scope from `reinstated_on` on, until the next exit. Art. 2."""

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
    """The formalities are completed: out of scope from `completed_on` on. Reaching an age does nothing of this kind. Art. 2."""

    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "completed_on"
    ARTICLES = (2,)
    BY = "section"

    cadre_id: Id
    completed_on: date


class CadreDeceased(Fact):
    """Died on `died_on`: out of scope from that day on. Art. 2."""

    SERVICE = "registry"
    STREAM = "cadre-{cadre_id}"
    TIME = "died_on"
    ARTICLES = (2,)
    BY = "section"

    cadre_id: Id
    died_on: date


class RoleGranted(Fact):
    """A principal may act in a role from `from` until `until` (both included, open when not given), for one unit or as one
    cadre where the role asks for it. Art. 3, 4."""

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
    events: tuple[Id, ...] | None = None


class RoleRevoked(Fact):
    """The role, for that unit if one is named, ends: `revoked_on` is the first day without it. Art. 3, 4."""

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


class TokenIssued(Fact):
    """A token for a program of the principal's, good until the end of `until`. The token itself is nowhere: it is signed. Art. 3, 4."""

    SERVICE = "registry"
    STREAM = "principal-{principal}"
    TIME = "recorded"
    GRANT = "restricted"
    ARTICLES = (3, 4)
    BY = "the principal, or operator"

    principal: Id
    token_id: Id
    client: Id | None = None
    until: date


class TokenRevoked(Fact):
    """The token, one for a program or of somebody who signed in, is good for nothing from now on. Art. 3, 4."""

    SERVICE = "registry"
    STREAM = "principal-{principal}"
    TIME = "recorded"
    GRANT = "restricted"
    ARTICLES = (3, 4)
    BY = "the principal, or operator"

    principal: Id
    token_id: Id


class WorkbookImported(Fact):
    """A file was read: its SHA-256, the rows that were understood and those that came back. What it brought is recorded by
    events of its own, which name it by their correlation. Art. 3."""

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
    unit_id: Id | None = None


class RegistryFactRetractedPrivate(Part):
    """What is sealed of RegistryFactRetracted."""

    reason: Prose | None = None


class RegistryFactRetracted(Fact):
    """An event of this service that should never have been recorded: as if it had not been, from when this is known. It joins
    the stream of what it retracts. Art. 10."""

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
    TokenIssued,
    TokenRevoked,
    WorkbookImported,
    RegistryFactRetracted,
)


class RegisterUnit(UnitRegistered, Command):
    """Enter a unit."""


class RenameUnit(UnitRenamed, Command):
    """Give a unit another name."""


class MergeUnit(UnitMerged, Command):
    """Merge a unit into another."""


class CloseUnit(UnitClosed, Command):
    """Close a unit."""


class AppointUnitHead(UnitHeadAppointed, Command):
    """Name the holder of a main office of a unit."""


class VacateUnitHead(UnitHeadVacated, Command):
    """Leave a main office of a unit empty."""


class RegisterCadre(CadreRegistered, Command):
    """Enter a cadre; the name is required."""

    private: CadreRegisteredPrivate


class CorrectCadreIdentity(CadreIdentityCorrected, Command):
    """Correct what is sealed about the identity."""


class ChangeManagement(ManagementChanged, Command):
    """Place the cadre under another manager."""


class RecordPostGrade(PostGradeRecorded, Command):
    """State category and grade of the post."""


class PromotePostGrade(PostGradePromoted, Command):
    """Record a promotion that was made."""


class RegisterExit(CadreExited, Command):
    """Enter that a cadre left a leading post."""


class CorrectExit(ExitCorrected, Command):
    """Correct day or reason of an exit."""


class TransferCadre(CadreTransferred, Command):
    """Move the personnel relation to another unit."""


class StartSecondment(SecondmentStarted, Command):
    """Second the cadre to a host unit."""


class EndSecondment(SecondmentEnded, Command):
    """End a secondment."""


class ReinstateCadre(CadreReinstated, Command):
    """Return the cadre to a leading post."""


class CompleteRetirement(RetirementCompleted, Command):
    """Record that the formalities of retirement are completed."""


class RecordDeath(CadreDeceased, Command):
    """Record a death."""


class GrantRole(RoleGranted, Command):
    """Grant a role to a principal."""


class RevokeRole(RoleRevoked, Command):
    """Take a role from a principal."""


class IssueToken(TokenIssued, Command):
    """Records that a token was made."""


class RevokeToken(TokenRevoked, Command):
    """Takes a token back."""


class RecordWorkbookImport(WorkbookImported, Command):
    """Record that a file was read, and with what result."""


class RetractRegistryFact(RegistryFactRetracted, Command):
    """Take back an event of this service that should never have been recorded."""


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
    IssueToken,
    RevokeToken,
    RecordWorkbookImport,
    RetractRegistryFact,
)
