"""Who somebody is, from the grants alone; and that nobody acts in their own case, through every service."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import assignments as a
from contracts import compliance as c
from contracts import registry as r
from contracts.message import Fact
from services.assignments import deciding as assignments
from services.compliance import deciding as compliance
from services.kernel.line import Actor
from services.kernel.past import Past
from services.kernel.persons import holds
from services.registry import deciding as registry
from tests.dsl import day, given, recorded

COMMANDS = (*r.COMMANDS, *a.COMMANDS, *c.COMMANDS)
DECIDE = {"registry": registry.decide, "assignments": assignments.decide, "compliance": compliance.decide}
HIMSELF = Actor("P9", "branch")


def granted(principal: str, role: str, since: str = "2024-01-01", until: str | None = None, **about: Any) -> Fact:
    said = {"principal": principal, "role": role, "from": day(since)} | ({"until": day(until)} if until else {})
    return r.RoleGranted.model_validate(said | about)


def revoked(principal: str, role: str, on: str) -> Fact:
    return r.RoleRevoked.model_validate({"principal": principal, "role": role, "revoked_on": day(on)})


@pytest.mark.parametrize(
    ("facts", "on", "held"),
    [
        ([], "2024-05-01", False),
        ([granted("P2", "section")], "2024-01-01", True),
        ([granted("P2", "section")], "2023-12-31", False),
        ([granted("P2", "section", until="2024-05-01")], "2024-05-01", True),
        ([granted("P2", "section", until="2024-05-01")], "2024-05-02", False),
        ([granted("P2", "section"), revoked("P2", "section", "2024-05-01")], "2024-04-30", True),
        ([granted("P2", "section"), revoked("P2", "section", "2024-05-01")], "2024-05-01", False),
        ([granted("P2", "section"), revoked("P2", "section", "2024-05-01"), granted("P2", "section", "2024-06-01")], "2024-06-01", True),
        ([granted("P2", "section"), revoked("P2", "committee", "2024-05-01")], "2024-05-01", True),
        ([granted("P2", "committee"), granted("P3", "section")], "2024-05-01", False),
    ],
)
def test_a_role_is_held_from_its_grant_to_its_end(facts: list[Fact], on: str, held: bool) -> None:
    assert holds(Past(recorded(*facts)), "P2", "section", day(on)) is held


@pytest.mark.parametrize("command", [c for c in COMMANDS if "cadre_id" in c.model_fields], ids=lambda c: c.__name__)
def test_nobody_acts_in_their_own_case(command: type[Fact]) -> None:
    """But for what is the cadre's own to do; and the same of another cadre is not refused for that reason."""
    asked = command.model_construct(cadre_id="C1", retracts="registry/cadre-C1@1")
    before = [granted("P9", "cadre", cadre_id="C1")]
    if command.BY.startswith("cadre"):
        assert {"RequestLeave", "RatifyLeave", "WithdrawLeave", "DeclareReturn", "SupplementLeave", "DeclareDutyPreference", "DeclineDuty",
                "RequestReview", "FileAppeal"} >= {command.__name__}  # fmt: skip
    else:
        given(*before).when(asked, DECIDE[command.SERVICE], HIMSELF).refused("own-case")
        with pytest.raises(Exception) as other:  # noqa: PT011 (whatever else is wrong with an empty command)
            DECIDE[command.SERVICE](asked.model_copy(update={"cadre_id": "C2"}), recorded(*before), HIMSELF)
        assert str(other.value) != "own-case"
