"""Units, heads, cadres, exits, roles, in the words of the registry."""

from __future__ import annotations

from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st

from contracts.message import Fact
from contracts.registry import (
    COMMANDS,
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
from services.kernel.line import Actor
from services.registry.deciding import TABLE, decide, subjects
from tests.dsl import Asked, day, given
from tests.proposals import lived_through, nothing_is_said_twice, proposals


def unit(unit_id: str = "U1", name: str = "First school") -> RegisterUnit:
    return RegisterUnit.model_validate({"unit_id": unit_id, "name": name, "kind": "school"})


def cadre(cadre_id: str = "C1", **other: object) -> RegisterCadre:
    said = {"cadre_id": cadre_id, "unit_id": "U1", "managed_by": "committee", "category": "professional_technical"}
    return RegisterCadre.model_validate(said | {"private": {"name": "Zhang"}} | other)


def exit_on(on: str, **other: object) -> RegisterExit:
    said = {"cadre_id": "C1", "unit_id": "U1", "post": "principal", "reason": "age", "exited_on": day(on), "decision_no": "2024-1"}
    return RegisterExit.model_validate(said | other)


def head(ref: str, on: str) -> AppointUnitHead:
    return AppointUnitHead.model_validate({"unit_id": "U1", "office": "party", "head_ref": ref, "from": day(on)})


def when(command: Fact, *before: Fact) -> Asked:
    return given(*before).when(command, decide)


LEFT = VacateUnitHead(unit_id="U1", office="party", head_ref="H1", vacated_on=day("2024-06-30"))
RETIRED = CompleteRetirement(cadre_id="C1", completed_on=day("2024-06-30"))
BACK = ReinstateCadre(cadre_id="C1", unit_id="U1", post="principal", reinstated_on=day("2024-05-06"))


def test_a_unit_is_registered_once() -> None:
    when(unit()).accepted()
    when(unit(), unit()).nothing()
    when(unit(name="Another"), unit()).refused("id-in-use")


def test_a_merged_or_closed_unit_takes_nobody() -> None:
    merged = MergeUnit(unit_id="U2", into_unit_id="U1", merged_on=day("2024-03-01"))
    when(merged, unit(), unit("U2")).accepted()
    when(merged, unit("U2")).refused("unknown-unit")
    when(MergeUnit(unit_id="U1", into_unit_id="U1", merged_on=day("2024-03-01")), unit()).refused("merge-into-itself")
    move = TransferCadre(cadre_id="C1", from_unit_id="U1", to_unit_id="U2", transferred_on=day("2024-03-04"))
    when(move, unit(), unit("U2"), cadre()).accepted()
    when(move, unit(), unit("U2"), cadre(), merged).refused("unit-merged")
    when(move, unit(), unit("U2"), cadre(), CloseUnit(unit_id="U2", closed_on=day("2024-03-04"))).refused("unit-closed")
    when(move, unit(), unit("U2"), cadre(), CloseUnit(unit_id="U2", closed_on=day("2024-03-05"))).accepted()


def test_an_office_has_one_holder() -> None:
    when(head("H1", "2024-01-01"), unit()).accepted()
    when(head("H2", "2024-06-01"), unit(), head("H1", "2024-01-01")).refused("office-occupied")
    when(LEFT, unit()).refused("not-in-office")
    when(LEFT, unit(), head("H1", "2024-01-01")).accepted()
    when(head("H2", "2024-07-01"), unit(), head("H1", "2024-01-01"), LEFT).accepted()
    when(LEFT, unit(), head("H1", "2024-07-01")).refused("dates-out-of-order")


def test_a_cadre_needs_a_unit() -> None:
    when(cadre(), unit()).accepted()
    when(cadre()).refused("unknown-unit")
    when(cadre(managed_by="school"), unit(), cadre()).refused("id-in-use")


def test_an_identity_is_corrected_by_naming_what_was_wrong() -> None:
    correction = {"cadre_id": "C1", "corrects": "registry/cadre-C1@1", "private": {"name": "Chang"}}
    when(CorrectCadreIdentity.model_validate(correction), unit(), cadre()).accepted()
    when(CorrectCadreIdentity.model_validate(correction | {"private": {}}), unit(), cadre()).refused("nothing-given")
    when(CorrectCadreIdentity.model_validate(correction | {"corrects": "registry/cadre-C1@2"}), unit(), cadre()).refused("unknown-fact")
    when(CorrectCadreIdentity.model_validate(correction | {"corrects": "registry/unit-U1@1"}), unit(), cadre()).refused("unknown-fact")


def test_an_exit_is_of_somebody_known_who_has_not_left_already() -> None:
    when(exit_on("2024-03-01"), unit(), cadre()).accepted()
    when(exit_on("2024-03-01"), unit()).refused("unknown-cadre")
    when(exit_on("2024-03-01", unit_id="U9"), unit(), cadre()).refused("unknown-unit")
    when(exit_on("2024-03-04"), unit(), cadre(), exit_on("2024-03-01")).refused("already-exited")
    when(exit_on("2024-07-01"), unit(), cadre(), RETIRED).refused("exit-after-retirement")
    when(exit_on("2024-06-30"), unit(), cadre(), RETIRED).accepted()


def test_one_may_leave_again_after_a_return() -> None:
    when(BACK, unit(), cadre()).refused("not-exited")
    when(BACK, unit(), cadre(), exit_on("2024-03-01")).accepted()
    when(exit_on("2024-08-01"), unit(), cadre(), exit_on("2024-03-01"), BACK).accepted()
    when(exit_on("2024-04-01"), unit(), cadre(), exit_on("2024-03-01"), BACK).refused("already-exited")


def test_an_exit_that_was_retracted_never_was() -> None:
    retracted = RetractRegistryFact(retracts="registry/cadre-C1@2", cadre_id="C1", retracted_on=day("2024-03-05"))
    when(retracted, unit(), cadre(), exit_on("2024-03-01")).accepted()
    when(retracted, unit(), cadre()).refused("unknown-fact")
    when(exit_on("2024-03-04"), unit(), cadre(), exit_on("2024-03-01"), retracted).accepted()
    undo = RetractRegistryFact(retracts="registry/cadre-C1@3", cadre_id="C1", retracted_on=day("2024-03-06"))
    when(undo, unit(), cadre(), exit_on("2024-03-01"), retracted).refused("not-retractable")
    other = RetractRegistryFact(retracts="registry/cadre-C1@2", cadre_id="C2", retracted_on=day("2024-03-05"))
    when(other, unit(), cadre(), exit_on("2024-03-01")).refused("unknown-fact")


def test_a_correction_moves_the_exit() -> None:
    later = CorrectExit(cadre_id="C1", corrects="registry/cadre-C1@2", exited_on=day("2024-05-10"))
    when(later, unit(), cadre(), exit_on("2024-03-01")).accepted()
    when(CorrectExit(cadre_id="C1", corrects="registry/cadre-C1@2"), unit(), cadre(), exit_on("2024-03-01")).refused("nothing-given")
    when(later, unit(), cadre()).refused("unknown-fact")
    when(BACK, unit(), cadre(), exit_on("2024-03-01"), later).refused("not-exited")


def test_retirement_and_death_come_once() -> None:
    when(RETIRED, unit(), cadre()).accepted()
    when(CompleteRetirement(cadre_id="C1", completed_on=day("2024-07-01")), unit(), cadre(), RETIRED).refused("already-retired")
    died = RecordDeath(cadre_id="C1", died_on=day("2024-02-01"))
    when(exit_on("2024-03-01"), unit(), cadre(), died).refused("already-deceased")
    when(RecordDeath(cadre_id="C1", died_on=day("2024-02-02")), unit(), cadre(), died).refused("already-deceased")


def test_a_role_is_granted_with_its_scope() -> None:
    grant = {"principal": "P7", "role": "branch", "unit_id": "U1", "from": day("2024-01-01"), "until": day("2024-12-31")}
    revoked = RevokeRole(principal="P7", role="branch", unit_id="U1", revoked_on=day("2024-03-01"))
    when(GrantRole.model_validate(grant), unit()).accepted()
    when(GrantRole.model_validate(grant | {"unit_id": None})).refused("scope-missing")
    own = GrantRole.model_validate(grant | {"principal": "P1"})
    when(own, unit()).refused("own-case")
    given(unit()).when(own, decide, Actor("P1", "system")).accepted()
    when(GrantRole.model_validate(grant | {"until": day("2023-12-31")}), unit()).refused("until-before-from")
    when(GrantRole.model_validate(grant)).refused("unknown-unit")
    when(revoked, unit(), GrantRole.model_validate(grant)).accepted()
    when(revoked, unit()).refused("not-granted")


STORY: tuple[Fact, ...] = (
    unit(),
    unit("U2"),
    unit("U3"),
    RenameUnit(unit_id="U1", name="First middle school", renamed_on=day("2023-01-01")),
    head("H1", "2023-01-01"),
    LEFT,
    cadre(),
    cadre("C2"),
    CorrectCadreIdentity.model_validate({"cadre_id": "C1", "corrects": "registry/cadre-C1@1", "private": {"name": "Chang"}}),
    ChangeManagement.model_validate({"cadre_id": "C1", "managed_by": "committee", "from": day("2023-01-01")}),
    RecordPostGrade.model_validate({"cadre_id": "C1", "category": "both", "post_grade": 7, "from": day("2023-01-01")}),
    exit_on("2024-03-01"),
    CorrectExit(cadre_id="C1", corrects="registry/cadre-C1@5", reason="health"),
    PromotePostGrade(cadre_id="C1", from_grade=7, to_grade=6, promoted_on=day("2024-04-01"), decision_no="2024-2"),
    TransferCadre(cadre_id="C1", from_unit_id="U1", to_unit_id="U2", transferred_on=day("2024-04-08")),
    StartSecondment.model_validate({"cadre_id": "C1", "host_unit_id": "U3", "from": day("2024-04-15")}),
    EndSecondment(cadre_id="C1", host_unit_id="U3", ended_on=day("2024-04-30")),
    BACK,
    RetractRegistryFact(retracts="registry/cadre-C1@11", cadre_id="C1", retracted_on=day("2024-05-07")),
    GrantRole.model_validate({"principal": "P7", "role": "cadre", "cadre_id": "C1", "from": day("2024-01-01")}),
    GrantRole.model_validate({"principal": "P8", "role": "section", "from": day("2024-01-01")}),
    RevokeRole(principal="P8", role="section", revoked_on=day("2024-06-01")),
    IssueToken(principal="P8", token_id="t-1", client="payroll", until=day("2024-12-31")),
    RevokeToken(principal="P8", token_id="t-1"),
    RecordWorkbookImport(import_id="I1", kind="roster", sha256="00", rows_accepted=2, rows_rejected=0),
    MergeUnit(unit_id="U3", into_unit_id="U2", merged_on=day("2024-08-01")),
    CloseUnit(unit_id="U1", closed_on=day("2024-08-01")),
    CompleteRetirement(cadre_id="C1", completed_on=day("2024-06-30")),
    RecordDeath(cadre_id="C1", died_on=day("2025-01-01")),
)


def test_every_command_is_answered() -> None:
    assert lived_through(decide, (), STORY) == set(COMMANDS) == set(TABLE)


@settings(max_examples=60, deadline=None)
@draw(st.lists(proposals(COMMANDS, ["registry/cadre-C1@1", "registry/cadre-C1@2", "registry/cadre-C2@2"]), min_size=5, max_size=25))
def test_nothing_is_said_twice(commands: list[Fact]) -> None:
    nothing_is_said_twice(decide, (unit(), unit("U2"), cadre(), cadre("C2")), commands)


def test_a_decision_sees_whom_it_is_about_first() -> None:
    move = TransferCadre(cadre_id="C1", from_unit_id="U1", to_unit_id="U2", transferred_on=day("2024-04-08"))
    assert subjects(move) == ("C1", "U1", "U2", "cadre-C1")
