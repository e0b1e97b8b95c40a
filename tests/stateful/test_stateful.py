"""A seeded slice of `make stateful`; and that a decider that errs is noticed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from contracts import assignments, compliance, registry
from contracts.message import Event, Fact
from services.assignments.deciding import decide
from services.kernel.line import Actor
from services.kernel.refusal import Refused
from tests.stateful.__main__ import run
from tests.stateful.leave import Leave
from tests.stateful.machine import Model
from tests.stateful.models import MODELS

WITHOUT: set[type[Fact]] = {
    registry.CorrectCadreIdentity, registry.IssueToken, registry.RevokeToken, registry.RetractRegistryFact, assignments.RetractAssignmentsFact, compliance.RetractComplianceFact,
}  # fmt: skip
"""Told by their own tests, or by taking back at random."""


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_decider_and_plain_model_agree(model: type[Model]) -> None:
    assert run(model, 20241017, 8, 20).outcomes.get("recorded", 0) > (0 if model.__name__ != "Erasure" else -1)


def test_every_command_is_told_to_a_model() -> None:
    told = {kind for model in MODELS for kind in model.commands}
    assert told | WITHOUT == {*registry.COMMANDS, *assignments.COMMANDS, *compliance.COMMANDS}


def erring(command: Fact, history: Sequence[Event], actor: Actor) -> Sequence[Fact]:
    """Lets the unit report what it did not pass."""
    try:
        return decide(command, history, actor)
    except Refused as refusal:
        if refusal.code == "leave-not-reviewed":
            return (command,)
        raise


def test_a_step_out_of_order_is_noticed() -> None:
    with pytest.raises(AssertionError, match=r"ReportLeave by .*: recorded, not .*leave-not-reviewed"):
        run(type("Leave", (Leave,), {"decide": staticmethod(erring)}), 1, 300)
