"""Two people decide the same at once: one wins, the other is told how it is now. Each pair of commands leaves two clients together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest

from tests.http.conftest import Client, District, of_committee
from tests.http.test_commands import leave, problem

ROUNDS = 6
Said = tuple[str, dict[str, Any], dict[str, str]]
NUMBERS = {"art9.complaints_min": 2}


def race(client: Client, one: Said, other: Said) -> tuple[httpx.Response, httpx.Response]:
    """Who won, and who did not."""
    start = Barrier(2)

    def say(said: Said) -> httpx.Response:
        name, body, who = said
        with Client(base_url=client.base_url, timeout=20, trust_env=False, headers=client.headers) as own:
            own.get("/health/live")
            start.wait()
            return own.command(name, body, **who)

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(say, (one, other)), key=lambda a: a.status_code)
    assert [a.status_code for a in answers] == [201, 409], [a.text for a in answers]
    return answers[0], answers[1]


def lost(answer: httpx.Response, code: str, won: httpx.Response) -> dict[str, Any]:
    """The refusal shows the state that the winner left, down to the event."""
    now: dict[str, Any] = problem(answer, 409, code)["now"]
    assert now["position"] >= won.json()["position"]
    return now


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_committee_approves_and_rejects_one_leave(district: District, round_: int) -> None:
    cadre, one = district.cadre(), district.fresh("L")
    assert district.assignments.command("RequestLeave", leave(one, cadre)).status_code == 201
    decided = {"leave_id": one, "cadre_id": cadre, "level": "committee", "decision_no": "1", "decided_on": "2024-03-08"}
    approve: Said = ("ApproveLeave", decided | {"from": "2024-03-11", "until": "2024-03-29"}, of_committee("K1"))
    reject: Said = ("RejectLeave", decided, of_committee("K2"))
    won, other = race(district.assignments, *((approve, reject) if round_ % 2 else (reject, approve)))
    now = lost(other, "leave-already-decided", won)
    assert now["last_event"] == won.json()["events"][-1]
    assert now["state"] == district.assignments.get(f"/leaves/{one}").json()
    (event,) = district.assignments.get("/feed", params={"after": won.json()["position"] - 1, "limit": 1}).json()
    assert now["state"]["state"] == {"LeaveApproved": "approved", "LeaveRejected": "rejected"}[event["type"].split(".")[2]]


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_duty_is_assigned_once(district: District, round_: int) -> None:
    cadre, one = district.cadre(), district.fresh("D")
    unit = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    duty = {"duty_id": one, "cadre_id": cadre, "host_unit_id": unit, "from": "2024-03-11"}
    said: list[Said] = [("AssignDuty", duty | {"category": c}, {"Taizhang_Actor": c[0]}) for c in ("policy_lecturing", "party_building")]
    won, other = race(district.assignments, *(said if round_ % 2 else reversed(said)))
    now = lost(other, "id-in-use", won)
    assert now["last_event"] == won.json()["events"][0]
    assert now["state"]["category"] == district.assignments.get(f"/duties/{one}").json()["category"]


def approved(district: District, proposal: str) -> None:
    put = {"proposal_id": proposal, "kind": "policy", "source": "S", "proposed_on": "2022-04-07"}
    said = put | {"effective_from": "2195-01-01", "parameters": NUMBERS}
    assert district.compliance.command("ProposePolicy", said).status_code == 201
    for who in ("K1", "K2"):
        approve = {"proposal_id": proposal, "approved_on": "2022-04-08"}
        assert district.compliance.command("ApprovePolicy", approve, **of_committee(who)).status_code == 201


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_proposal_is_published_once_or_rejected(district: District, round_: int) -> None:
    """Under two ids at once, or published by one and rejected by another: what they race for is the proposal."""
    proposal = district.fresh("G")
    approved(district, proposal)
    policy = {"effective_from": "2195-01-01", "parameters": NUMBERS, "source": "S", "document_no": "1", "proposal_id": proposal}
    publish: Said = ("PublishPolicy", policy | {"policy_id": district.fresh("P")}, of_committee("K1"))
    again: Said = ("PublishPolicy", policy | {"policy_id": district.fresh("P")}, of_committee("K2"))
    reject: Said = ("CloseProposal", {"proposal_id": proposal, "outcome": "rejected", "closed_on": "2022-04-09"}, of_committee("K2"))
    won, other = race(district.compliance, *((publish, again) if round_ % 2 else (reject, publish)))
    now = lost(other, "proposal-closed", won)
    shown = district.compliance.get(f"/proposals/{proposal}").json()
    assert shown["state"] == ("adopted" if len(won.json()["events"]) == 2 else "rejected")
    assert shown["last_event"] == won.json()["events"][-1]
    assert now["state"] == shown
    assert shown["approvers"] == ["K1", "K2"]


def test_an_approval_that_is_taken_back_while_it_is_published(district: District) -> None:
    """Either it was taken back in time, and nothing is law; or it is law, and stays."""
    for _ in range(ROUNDS):
        proposal, policy = district.fresh("G"), district.fresh("P")
        approved(district, proposal)
        said = {"effective_from": "2195-01-01", "parameters": NUMBERS, "source": "S", "document_no": "1", "proposal_id": proposal}
        back = {"retracts": f"compliance/proposal-{proposal}@2", "retracted_on": "2022-04-09"}
        with ThreadPoolExecutor(2) as both:
            published = both.submit(district.compliance.command, "PublishPolicy", said | {"policy_id": policy}, **of_committee("K2"))
            taken = both.submit(district.compliance.command, "RetractComplianceFact", back, **of_committee("K1"))
        outcomes = published.result().status_code, taken.result().status_code
        assert outcomes in ((201, 409), (422, 201)), (published.result().text, taken.result().text)
        assert (district.compliance.get(f"/policies/{policy}").status_code == 200) == (outcomes[0] == 201)
