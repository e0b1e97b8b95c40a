"""Each role's whole work over HTTP, in its own name and with nothing but its own grants."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.http.conftest import District, cadre_of
from tests.http.test_access import People
from tests.http.test_commands import leave, problem

WHY = {"Taizhang-Purpose": "duty"}


class Walk:
    """Acts one after the other; whoever reads or acts next knows what was written before."""

    def __init__(self, people: People) -> None:
        self.people, self.positions = people, dict[str, int]()
        self.cadre, self.unit = people.one, people.unit
        self.own: dict[str, Any] = {"cadre_id": self.cadre}

    def fresh(self, prefix: str) -> str:
        return self.people.district.fresh(prefix)

    def does(self, name: str, service: str, command: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        answer = self.people.act(name, service, command, body, **self._after(service), **headers)
        assert answer.status_code in (200, 201), (name, command, answer.text)
        self.positions[service] = max(self.positions.get(service, 0), answer.json()["position"])
        return answer

    def reads(self, name: str, service: str, path: str, **headers: str) -> Any:
        """Again where the service says that it has not read that far yet."""
        for _ in range(4):
            answer = self.people.ask(name, service, path, **self._after(service), **headers)
            if answer.status_code != 503:
                break
        assert answer.status_code == 200, (name, path, answer.text)
        return answer.json()

    def _after(self, service: str) -> dict[str, str]:
        followed = {"registry": (), "assignments": ("registry",), "compliance": ("registry", "assignments", "compliance")}[service]
        known = {s: p for s, p in self.positions.items() if s in followed}
        return {"Taizhang-After": ", ".join(f"{s}={p}" for s, p in known.items())} if known else {}


@pytest.fixture(scope="module")
def walk(district: District) -> Walk:
    walk = Walk(People(district))
    section(walk)
    return walk


def section(w: Walk) -> None:
    left = w.own | {"unit_id": w.unit, "post": "校长", "reason": "age", "exited_on": "2024-01-08", "decision_no": "1"}
    w.does("section", "registry", "RegisterExit", left)


def test_the_section_keeps_the_registry_and_the_duties(walk: Walk) -> None:
    w, unit, cadre = walk, walk.fresh("U"), walk.fresh("C")
    w.does("section", "registry", "RegisterUnit", {"unit_id": unit, "name": "新校", "kind": "school"})
    w.does("section", "registry", "RegisterCadre", cadre_of(cadre, unit))
    w.does("section", "registry", "AppointUnitHead", {"unit_id": unit, "office": "party", "head_ref": "H-1", "from": "2024-01-01"})
    w.does("section", "registry", "RecordPostGrade", {"cadre_id": cadre, "category": "both", "post_grade": 7, "from": "2024-01-01"})
    w.does(
        "section",
        "registry",
        "TransferCadre",
        {"cadre_id": cadre, "from_unit_id": unit, "to_unit_id": w.unit, "transferred_on": "2024-02-01"},
    )
    duty = w.fresh("D")
    w.does(
        "section",
        "assignments",
        "ProposeDuty",
        w.own | {"duty_id": duty, "category": "party_building", "host_unit_id": w.unit, "proposed_on": "2024-01-15"},
    )
    w.does(
        "section",
        "assignments",
        "AssignDuty",
        w.own | {"duty_id": duty, "category": "party_building", "host_unit_id": w.unit, "from": "2024-01-22"},
    )
    w.does("section", "compliance", "PublishSchoolCalendar", {"vacations": [{"from": "2031-07-10", "until": "2031-08-31"}], "source": "x"})
    w.does(
        "section",
        "compliance",
        "RecordComplaint",
        {"complaint_id": w.fresh("K"), "unit_id": w.unit, "source_ref": "s-1", "received_on": "2024-05-06"},
    )
    assert {"section"} == {g["role"] for g in w.reads("section", "registry", "/me")["grants"]}
    assert w.reads("section", "compliance", f"/todos?cadre={w.cadre}")["items"]
    assert w.reads("section", "registry", f"/sealed/cadre-{cadre}/1?what=identity_number", **WHY)["fields"] == {}
    problem(w.people.act("section", "compliance", "HoldExitTalk", w.own | {"held_on": "2024-01-10"}), 403, "forbidden")


def test_leave_from_the_application_to_the_return(walk: Walk) -> None:
    w, it = walk, walk.fresh("L")
    step = w.own | {"leave_id": it}
    w.does("cadre", "assignments", "RequestLeave", leave(it, w.cadre, private={"grounds": "手术"}))
    problem(
        w.people.act("cadre", "assignments", "ReviewLeave", step | {"outcome": "passed", "reviewed_on": "2024-03-05"}), 403, "forbidden"
    )
    w.does(
        "cadre",
        "assignments",
        "SupplementLeave",
        step | {"evidence": [{"evidence_id": "E2", "sha256": "00", "media_type": "image/png"}], "supplied_on": "2024-03-05"},
    )
    w.does("branch", "assignments", "ReviewLeave", step | {"outcome": "passed", "reviewed_on": "2024-03-05"})
    w.does("branch", "assignments", "ReportLeave", step | {"document_no": "溪校〔2024〕1号", "reported_on": "2024-03-06"})
    decided = {"level": "committee", "from": "2024-03-11", "until": "2024-03-29", "decision_no": "2", "decided_on": "2024-03-08"}
    problem(w.people.act("section", "assignments", "ApproveLeave", step | decided), 403, "forbidden")
    w.does("committee", "assignments", "ApproveLeave", step | decided)
    w.does("cadre", "assignments", "DeclareReturn", step | {"returned_on": "2024-04-01"})
    w.does("branch", "assignments", "ConfirmReturn", step | {"returned_on": "2024-04-01"})
    assert w.reads("cadre", "assignments", f"/leaves/{it}")["state"] == "ended"
    assert w.reads("reviewer", "assignments", f"/sealed/leave-{it}/1?what=leave_grounds", **WHY)["fields"] == {"grounds": "手术"}
    assert w.reads("cadre", "assignments", f"/sealed/leave-{it}/1?what=leave_grounds")["fields"] == {"grounds": "手术"}
    who = [r["actor"] for r in w.reads("cadre", "assignments", "/reads")["items"] if r["what"] == "leave_grounds" and r["allowed"]]
    assert who == [w.people.principal("cadre"), w.people.principal("reviewer")], "who read it is told to whom it is about"


def test_the_branch_keeps_the_days_and_goes_up_the_ladder(walk: Walk) -> None:
    w, absence, duty, task, concern = walk, walk.fresh("A"), walk.fresh("D"), walk.fresh("T"), walk.fresh("N")
    away = w.own | {"absence_id": absence, "unit_id": w.unit, "from": "2024-05-13", "until": "2024-05-15"}
    w.does("branch", "assignments", "RecordAbsence", away)
    w.does("section", "assignments", "CountersignAbsence", w.own | {"absence_id": absence, "as": "awol", "countersigned_on": "2024-05-20"})
    awol = {"absence_id": absence, "as": "awol", "decided_on": "2024-05-20", "heard_on": "2024-05-17"}
    w.does("branch", "assignments", "CharacteriseAbsence", w.own | awol)
    gone = {"absence_id": absence, "removed": [{"from": "2024-05-15", "until": "2024-05-15"}], "private": {"reason": "误记"}}
    w.does("branch", "assignments", "CorrectAbsence", w.own | gone)
    w.does(
        "branch",
        "assignments",
        "RecordPresence",
        w.own | {"presence_id": w.fresh("P"), "unit_id": w.unit, "from": "2024-05-16", "until": "2024-05-16"},
    )
    w.does(
        "section",
        "assignments",
        "AssignDuty",
        w.own | {"duty_id": duty, "category": "policy_lecturing", "host_unit_id": w.unit, "from": "2024-06-03"},
    )
    w.does("branch", "assignments", "AssignTask", w.own | {"task_id": task, "duty_id": duty, "year": 2024, "due_on": "2024-06-28"})
    w.does(
        "branch",
        "assignments",
        "RecordTaskOutcome",
        w.own | {"task_id": task, "year": 2024, "outcome": "completed", "recorded_on": "2024-06-28"},
    )
    w.does("branch", "compliance", "RecordTraining", w.own | {"kind": "daily", "hours": 2, "attended_on": "2024-06-05"})
    w.does(
        "branch",
        "compliance",
        "RecordConcern",
        w.own | {"concern_id": concern, "unit_id": w.unit, "kinds": ["lax"], "recorded_on": "2024-06-10"},
    )
    for command, day in (("GiveReminder", "held_on"), ("GiveCriticism", "given_on"), ("RecordNonCorrection", "recorded_on")):
        when = {"held_on": "2024-06-11", "given_on": "2024-06-18", "recorded_on": "2024-08-01"}[day]
        w.does("branch", "compliance", command, w.own | {"concern_id": concern, day: when})
    w.does("branch", "compliance", "ReportConcern", w.own | {"concern_id": concern, "document_no": "3", "reported_on": "2024-08-02"})
    measure = {"measure_id": w.fresh("M"), "concern_id": concern, "cites": "7.2", "decided_on": "2024-08-12", "heard_on": "2024-08-09"}
    problem(w.people.act("branch", "compliance", "DecideMeasure", w.own | measure), 403, "forbidden")
    w.does("committee", "compliance", "DecideMeasure", w.own | measure)
    items = w.reads("branch", "compliance", f"/todos?unit={w.unit}")["items"]
    assert {i["unit_id"] for i in items} == {w.unit}
    assert w.reads("branch", "compliance", f"/units/{w.unit}/answer?year=2024&as_of=2024-12-31")["scorecard"]["cadres"] >= 1


def test_the_head_talks(walk: Walk) -> None:
    w = walk
    for command in ("HoldUnitTalk", "HoldThoughtExchange"):
        w.does("head", "compliance", command, w.own | {"unit_id": w.unit, "by_office": "party", "held_on": "2024-04-10"})
    assert {t["accountable"] for t in w.reads("head", "compliance", "/todos")["items"]} <= {"unit_head"}
    problem(
        w.people.act("head", "compliance", "RecordTraining", w.own | {"kind": "daily", "hours": 2, "attended_on": "2024-06-05"}),
        403,
        "forbidden",
    )
    assert w.reads("head", "compliance", f"/cadres/{w.cadre}/answer")["findings"] == [], "findings about cadres are not the head's"


def test_the_committee_decides(walk: Walk) -> None:
    w = walk
    w.does("committee", "compliance", "HoldExitTalk", w.own | {"held_on": "2024-01-10"})
    case = w.fresh("I")
    w.does("committee", "compliance", "OpenInvestigation", w.own | {"investigation_id": case, "opened_on": "2024-09-02"})
    sanction = {"sanction_id": w.fresh("S"), "kind": "warning", "from": "2024-09-10", "until": "2025-03-09"}
    w.does("committee", "compliance", "RecordSanction", w.own | sanction)
    answer = f"/cadres/{w.cadre}/answer?as_of=2024-09-20"

    def reason(name: str, **headers: str) -> dict[str, Any]:
        found: dict[str, Any] = next(
            r for r in w.reads(name, "compliance", answer, **headers)["promotion"]["reasons"] if r["code"] == "under_investigation"
        )
        return found

    assert reason("committee", **WHY)["evidence"] == [f"compliance/investigation-{case}@1"]
    for name in ("cadre", "branch", "auditor"):
        assert (reason(name)["evidence"], reason(name)["parameters"]) == ([], []), "that it is, not on what it rests"
    w.does("committee", "compliance", "CloseInvestigation", w.own | {"investigation_id": case, "closed_on": "2024-10-08"})
    w.does("committee", "compliance", "ConfirmGrade", w.own | {"year": 2023, "grade": "qualified", "confirmed_on": "2024-01-20"})
    put = {
        "kind": "policy",
        "effective_from": "2194-01-01",
        "parameters": {"art9.complaints_min": 2},
        "source": "S",
        "proposed_on": "2024-03-01",
    }
    proposal = w.fresh("G")
    w.does("section", "compliance", "ProposePolicy", put | {"proposal_id": proposal})
    w.does("committee", "compliance", "ApprovePolicy", {"proposal_id": proposal, "approved_on": "2024-03-04"})
    grant = {"principal": w.fresh("P"), "role": "auditor", "from": "2024-01-01"}
    w.does("committee", "registry", "GrantRole", grant)
    problem(w.people.act("committee", "registry", "GrantRole", grant | {"principal": w.people.principal("committee")}), 403, "own-grant")


def test_the_cadre_says_what_is_theirs_to_say(walk: Walk) -> None:
    w = walk
    w.does("cadre", "assignments", "DeclareDutyPreference", w.own | {"categories": ["party_building"], "declared_on": "2024-01-09"})
    asked, one = w.fresh("L"), w.fresh("V")
    w.does(
        "cadre",
        "assignments",
        "RequestLeave",
        leave(asked, w.cadre) | {"from": "2024-11-11", "until": "2024-11-15", "requested_on": "2024-11-04"},
    )
    w.does("cadre", "assignments", "WithdrawLeave", w.own | {"leave_id": asked, "withdrawn_on": "2024-11-05"})
    grade = w.does(
        "committee", "compliance", "ConfirmGrade", w.own | {"year": 2022, "grade": "basically_qualified", "confirmed_on": "2023-01-20"}
    ).json()["events"][0]
    w.does("cadre", "compliance", "RequestReview", w.own | {"review_id": one, "against": grade, "requested_on": "2023-01-30"})
    kinds = {f["type"].split(".")[2] for f in w.reads("cadre", "compliance", f"/cadres/{w.cadre}/facts?limit=500")["items"]}
    assert {"CadreExited", "LeaveRequested", "ReviewRequested"} <= kinds
    assert "InvestigationOpened" not in kinds
    assert w.reads("cadre", "compliance", f"/cadres/{w.cadre}/answer?explain=true")["cadre_id"] == w.cadre


def test_auditor_operator_and_subscriber_read_and_record_nothing(walk: Walk) -> None:
    w = walk
    assert len(w.reads("auditor", "compliance", "/feed?limit=1000")) > 10
    assert w.reads("auditor", "compliance", "/kept/answers")["items"]
    assert w.reads("auditor", "compliance", "/reads")["items"]
    assert w.reads("operator", "compliance", "/kept/facts/registry")["items"]
    told = w.people.ask("operator", "registry", "/metrics")
    assert "taizhang_log_position" in told.text
    assert w.reads("subscriber", "compliance", f"/cadres/{w.cadre}/answer")["findings"] == []
    for name in ("auditor", "operator", "subscriber", "reviewer"):
        problem(w.people.act(name, "registry", "CompleteRetirement", w.own | {"completed_on": "2024-12-31"}), 403, "forbidden")
        paper = {"Taizhang-On-Behalf-Of": "section", "Taizhang-Document-No": "1"}
        problem(w.people.act(name, "registry", "CompleteRetirement", w.own | {"completed_on": "2024-12-31"}, **paper), 403, "forbidden")
