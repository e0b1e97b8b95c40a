"""Who signs, over HTTP: in their own name, or as a paper names them whose role the registry knows."""

from __future__ import annotations

from typing import Any

from tests.http.conftest import Client, District, of_committee
from tests.http.test_commands import problem

PAPER = {"Taizhang_Actor": "S1", "Taizhang_Role": "section", "Taizhang_Document_No": "1"}
BRANCH = {"Taizhang_Actor": "B1", "Taizhang_Role": "branch"}


def granted(district: District, role: str) -> tuple[str, str]:
    """Somebody who holds the role, and what the registry has come to."""
    who = district.fresh("P")
    told = district.registry.command("GrantRole", {"principal": who, "role": role, "from": "2024-01-01"}, **of_committee("K1"))
    assert told.status_code == 201, told.text
    return who, told.headers["Taizhang-Position"]


def test_a_paper_names_who_approved_it(district: District) -> None:
    who, after = granted(district, "committee")
    proposal, paper = district.fresh("G"), PAPER | {"Taizhang_On_Behalf_Of": "committee", "Taizhang_After": after}
    put = {"proposal_id": proposal, "kind": "policy", "effective_from": "2195-01-01", "parameters": {"art9.complaints_min": 2}}
    put |= {"source": "S", "proposed_on": "2024-03-01"}
    proposed = district.compliance.command("ProposePolicy", put, Taizhang_Actor="K9", Taizhang_Role="section")
    assert proposed.status_code == 201, proposed.text
    approve = {"proposal_id": proposal, "approved_on": "2024-03-04"}
    problem(district.compliance.command("ApprovePolicy", approve, **paper), 422, "signer-not-named")
    early = approve | {"approver": who, "approved_on": "2023-12-31"}
    problem(district.compliance.command("ApprovePolicy", early, **paper), 422, "signer-without-role")
    assert district.compliance.command("ApprovePolicy", approve | {"approver": who}, **paper).status_code == 201
    problem(district.compliance.command("ApprovePolicy", approve, **of_committee("K9")), 403, "own-proposal")
    assert district.compliance.get(f"/proposals/{proposal}").json()["approvers"] == [who]


def test_branch_and_section_characterise_an_absence_together(district: District) -> None:
    cadre, absence = district.cadre(), district.fresh("A")
    said: dict[str, Any] = {"absence_id": absence, "cadre_id": cadre}
    unit = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    days = {"unit_id": unit, "from": "2024-03-04", "until": "2024-03-08"}
    assert district.assignments.command("RecordAbsence", said | days, **BRANCH).status_code == 201
    awol = said | {"as": "awol", "decided_on": "2024-03-15", "heard_on": "2024-03-14"}
    problem(district.assignments.command("CharacteriseAbsence", awol, **BRANCH), 409, "not-countersigned")
    signed = said | {"as": "awol", "countersigned_on": "2024-03-15"}
    told = district.assignments.command("CountersignAbsence", signed, Taizhang_Actor="S1", Taizhang_Role="section")
    assert told.status_code == 201, told.text
    told = district.assignments.command("CharacteriseAbsence", awol, **BRANCH)
    assert told.status_code == 201, told.text
    assert last(district.assignments)["data"]["countersigned_by"] == "S1", "filled in"


def test_nobody_reviews_their_own_leave(district: District) -> None:
    cadre, who, leave = district.cadre(), district.fresh("P"), district.fresh("L")
    is_cadre = {"principal": who, "role": "cadre", "cadre_id": cadre, "from": "2024-01-01"}
    told = district.registry.command("GrantRole", is_cadre, **of_committee("K1"))
    asked: dict[str, Any] = {"leave_id": leave, "cadre_id": cadre, "applicant": "self", "reason_class": "health", "from": "2024-03-11"}
    asked |= {"until": "2024-03-29", "written": True, "requested_on": "2024-03-04", "evidence": []}
    own = {"Taizhang_Actor": who, "Taizhang_After": told.headers["Taizhang-Position"]}
    assert district.assignments.command("RequestLeave", asked, Taizhang_Role="cadre", **own).status_code == 201
    review = {"leave_id": leave, "cadre_id": cadre, "outcome": "passed", "reviewed_on": "2024-03-05"}
    problem(district.assignments.command("ReviewLeave", review, Taizhang_Role="branch", **own), 403, "own-case")
    assert district.assignments.command("ReviewLeave", review, **BRANCH).status_code == 201


def last(client: Client) -> dict[str, Any]:
    position = client.get("/health/ready").json()["parts"]["database"]["position"]
    (event,) = client.get("/feed", params={"after": position - 1, "limit": 1}).json()
    found: dict[str, Any] = event
    return found
