"""What the registry refuses, on the day itself and on the day beside it."""

from __future__ import annotations

import pytest

from contracts.message import Fact
from contracts.registry import (
    AppointUnitHead,
    CloseUnit,
    CompleteRetirement,
    CorrectCadreIdentity,
    CorrectExit,
    EndSecondment,
    GrantRole,
    MergeUnit,
    PromotePostGrade,
    RecordDeath,
    ReinstateCadre,
    RenameUnit,
    RevokeRole,
    StartSecondment,
    TransferCadre,
    VacateUnitHead,
)
from services.registry.deciding import decide
from tests.dsl import Asked, day, given
from tests.proposals import strangers
from tests.registry.test_deciders import LEFT, STORY, cadre, exit_on, head, unit

KNOWN = (unit(), unit("U2"), cadre(), cadre("C2"))


def when(command: Fact, *before: Fact) -> Asked:
    return given(*KNOWN, *before).when(command, decide)


def transfer(on: str, to: str = "U2") -> TransferCadre:
    return TransferCadre(cadre_id="C1", from_unit_id="U1", to_unit_id=to, transferred_on=day(on))


def merge(on: str) -> MergeUnit:
    return MergeUnit(unit_id="U2", into_unit_id="U1", merged_on=day(on))


def close(on: str) -> CloseUnit:
    return CloseUnit(unit_id="U2", closed_on=day(on))


def rename(on: str) -> RenameUnit:
    return RenameUnit(unit_id="U2", name="Second school", renamed_on=day(on))


def appoint(on: str) -> AppointUnitHead:
    return AppointUnitHead.model_validate({"unit_id": "U2", "office": "party", "head_ref": "H1", "from": day(on)})


def promote(on: str, to: int = 6) -> PromotePostGrade:
    return PromotePostGrade(cadre_id="C1", from_grade=7, to_grade=to, promoted_on=day(on), decision_no="N")


def second(on: str) -> StartSecondment:
    return StartSecondment.model_validate({"cadre_id": "C1", "host_unit_id": "U2", "from": day(on)})


def recall(on: str) -> EndSecondment:
    return EndSecondment(cadre_id="C1", host_unit_id="U2", ended_on=day(on))


def back(on: str) -> ReinstateCadre:
    return ReinstateCadre(cadre_id="C1", unit_id="U1", post="principal", reinstated_on=day(on))


def retire(on: str) -> CompleteRetirement:
    return CompleteRetirement(cadre_id="C1", completed_on=day(on))


def vacate(on: str, ref: str = "H1") -> VacateUnitHead:
    return VacateUnitHead(unit_id="U1", office="party", head_ref=ref, vacated_on=day(on))


GRANTED = GrantRole.model_validate(
    {"principal": "P7", "role": "branch", "unit_id": "U1", "from": day("2024-03-01"), "until": day("2024-03-31")}
)


def revoke(on: str) -> RevokeRole:
    return RevokeRole(principal="P7", role="branch", unit_id="U1", revoked_on=day(on))


DIED = RecordDeath(cadre_id="C1", died_on=day("2024-06-10"))
H1, H2 = head("H1", "2024-01-01"), head("H2", "2024-06-30")


@pytest.mark.parametrize(
    ("code", "command", "before"),
    [
        ("unit-merged", transfer("2024-03-01"), [merge("2024-03-01")]),
        ("unit-closed", transfer("2024-03-01"), [close("2024-03-01")]),
        ("unit-closed", rename("2024-03-02"), [close("2024-03-01")]),
        ("unit-closed", merge("2024-03-02"), [close("2024-03-01")]),
        ("unit-merged", merge("2024-03-02"), [merge("2024-03-01")]),
        ("unit-merged", close("2024-03-02"), [merge("2024-03-01")]),
        ("unit-closed", close("2024-03-02"), [close("2024-03-01")]),
        ("unit-closed", appoint("2024-03-01"), [close("2024-03-01")]),
        ("office-occupied", head("H2", "2024-01-01"), [H1]),
        ("office-occupied", head("H2", "2024-06-29"), [H1, LEFT]),
        ("not-in-office", vacate("2024-07-15"), [H1, LEFT]),
        ("not-in-office", vacate("2024-07-15"), [H1, LEFT, H2]),
        ("not-in-office", vacate("2024-05-15", "H2"), [H1]),
        ("already-deceased", promote("2024-06-11"), [DIED]),
        ("already-deceased", transfer("2024-06-11"), [DIED]),
        ("already-deceased", retire("2024-06-11"), [DIED]),
        ("already-deceased", second("2024-06-11"), [DIED]),
        ("already-deceased", exit_on("2024-06-11"), [DIED]),
        ("already-deceased", back("2024-06-11"), [exit_on("2024-03-01"), DIED]),
        ("grade-unchanged", promote("2024-03-01", 7), []),
        ("transfer-to-same-unit", transfer("2024-03-01", "U1"), []),
        ("exit-after-retirement", retire("2024-02-29"), [exit_on("2024-03-01")]),
        ("already-exited", exit_on("2024-03-01", post="deputy"), [exit_on("2024-03-01")]),
        ("not-exited", back("2024-05-01"), [exit_on("2024-03-01"), back("2024-04-01")]),
        ("not-exited", back("2024-02-29"), [exit_on("2024-03-01")]),
        ("not-seconded", recall("2024-03-01"), []),
        ("not-seconded", recall("2024-02-29"), [second("2024-03-01")]),
        ("not-seconded", recall("2024-05-01"), [second("2024-03-01"), recall("2024-04-01")]),
        ("not-granted", revoke("2024-02-29"), [GRANTED]),
        ("not-granted", revoke("2024-04-01"), [GRANTED]),
    ],
)
def test_refused(code: str, command: Fact, before: list[Fact]) -> None:
    when(command, *before).refused(code)


@pytest.mark.parametrize(
    ("command", "before"),
    [
        (rename("2024-02-29"), [close("2024-03-01")]),
        (transfer("2024-02-29"), [merge("2024-03-01")]),
        (close("2024-02-29"), [merge("2024-03-01")]),
        (H2, [H1, LEFT]),
        (vacate("2024-01-01"), [H1]),
        (promote("2024-06-10"), [DIED]),
        (exit_on("2024-06-10"), [DIED]),
        (retire("2024-03-01"), [exit_on("2024-03-01")]),
        (exit_on("2024-03-04"), [exit_on("2024-03-01", subordinate_unit=False)]),
        (exit_on("2024-03-01"), [exit_on("2024-03-04")]),
        (back("2024-03-01"), [exit_on("2024-03-01")]),
        (exit_on("2024-04-01"), [exit_on("2024-03-01"), back("2024-04-01")]),
        (recall("2024-03-01"), [second("2024-03-01")]),
        (recall("2024-06-01"), [second("2024-03-01"), recall("2024-04-01"), second("2024-05-01")]),
        (recall("2024-05-01"), [second("2024-03-01"), recall("2024-04-01"), second("2024-04-01")]),
        (exit_on("2024-04-01"), [exit_on("2024-03-01"), back("2024-03-01")]),
        (revoke("2024-03-01"), [GRANTED]),
        (revoke("2024-03-31"), [GRANTED]),
    ],
)
def test_recorded(command: Fact, before: list[Fact]) -> None:
    when(command, *before).accepted()


def test_a_correction_names_a_fact_of_its_own_kind_and_cadre() -> None:
    identity = {"cadre_id": "C1", "corrects": "registry/cadre-C1@2", "private": {"name": "Chang"}}
    when(CorrectCadreIdentity.model_validate(identity), exit_on("2024-03-01")).refused("unknown-fact")
    when(CorrectExit(cadre_id="C1", corrects="registry/cadre-C1@1", reason="health"), exit_on("2024-03-01")).refused("unknown-fact")
    when(CorrectExit(cadre_id="C2", corrects="registry/cadre-C1@2", reason="health"), exit_on("2024-03-01")).refused("unknown-fact")


def test_the_cadres_own_role_names_the_cadre() -> None:
    said = {"principal": "P7", "role": "cadre", "from": day("2024-03-01")}
    when(GrantRole.model_validate(said)).refused("scope-missing")
    when(GrantRole.model_validate(said | {"cadre_id": "C9"})).refused("unknown-cadre")


def test_strangers_are_named() -> None:
    assert strangers(decide, (), STORY, "cadre_id", "unknown-cadre") == ["RegisterCadre", "RetractRegistryFact: unknown-fact"]
    assert strangers(decide, (), STORY, "unit_id", "unknown-unit") == ["RegisterUnit"]
    assert strangers(decide, (), STORY, "into_unit_id", "unknown-unit") == []
    assert strangers(decide, (), STORY, "to_unit_id", "unknown-unit") == []
    assert strangers(decide, (), STORY, "host_unit_id", "unknown-unit") == ["EndSecondment: not-seconded"]
