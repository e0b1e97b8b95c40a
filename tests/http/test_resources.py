"""What people act on can be read back: each thing in its list and by its id, with the place of its facts; ETags; and commands that name
the state they rest on."""

from __future__ import annotations

from typing import Any

import httpx
import jsonschema
import pytest

from services.assignments.web import RESOURCES as ASSIGNMENTS
from services.compliance.reads import RESOURCES as COMPLIANCE
from services.kernel.operations import component
from services.kernel.resource import Resource
from tests.http.conftest import KINDS, TOKEN, Client, District
from tests.http.test_commands import leave, problem, unit
from tests.http.test_reads import pages

ON = "2024-03-04"


def commands(cadre: str, unit_id: str, own: str) -> list[tuple[str, str, dict[str, Any]]]:
    """One of everything, about one cadre and one unit; ids begin with `own`."""
    c, u = {"cadre_id": cadre}, {"unit_id": unit_id}
    concern, duty, review = {"concern_id": f"{own}Q"}, {"duty_id": f"{own}D"}, {"review_id": f"{own}V"}
    span, paper = {"from": ON, "until": "2024-03-08"}, {"document_no": "1"}
    grade = {"year": 2023, "grade": "qualified"}
    measure = f"compliance/measure-{own}M@1"
    rule: dict[str, Any] = {"parameters": {"art9.complaints_min": 2}, "source": "S", **paper}
    return [
        ("assignments", "DeclareDutyPreference", c | {"categories": ["party_building"], "declared_on": ON}),
        ("assignments", "AssignDuty", c | duty | {"category": "party_building", "host_unit_id": unit_id, "from": ON}),
        ("assignments", "RecordDutyActivity", c | duty | {"activity_id": f"{own}Y", "done_on": ON, "kind": "lecture"}),
        ("assignments", "AssignTask", c | {"task_id": f"{own}T", "duty_id": f"{own}D", "year": 2024, "due_on": "2024-06-28"}),
        ("assignments", "PublishRoster", u | span | {"roster_id": f"{own}R", "cadre_ids": [cadre]}),
        ("assignments", "RequestLeave", leave(f"{own}L", cadre)),
        ("assignments", "ImportAttendanceSheet", u | {"sheet_id": f"{own}S", "month": "2024-03", "sha256": "0" * 64, "absences": 1}),
        ("assignments", "RecordAbsence", c | u | span | {"absence_id": f"{own}A"}),
        ("assignments", "RecordPresence", c | u | {"presence_id": f"{own}P", "from": "2024-03-11", "until": "2024-03-11"}),
        ("compliance", "HoldExitTalk", c | {"held_on": ON}),
        ("compliance", "HoldUnitTalk", c | u | {"by_office": "party", "held_on": ON}),
        ("compliance", "RecordTraining", c | {"kind": "daily", "hours": 2, "attended_on": ON}),
        ("compliance", "DeterminePerformance", c | {"result": "can", "from": ON, "private": {"reasons": "x"}}),
        ("compliance", "ConfirmGrade", c | grade | {"confirmed_on": ON}),
        ("compliance", "ReviseGrade", c | grade | {"grade": "excellent", "revised_on": "2024-03-20"}),
        ("compliance", "RecordConcern", c | u | concern | {"kinds": ["lax"], "recorded_on": ON}),
        ("compliance", "GiveReminder", c | concern | {"held_on": "2024-03-05"}),
        ("compliance", "DecideMeasure", c | concern | {"measure_id": f"{own}M", "cites": "7.2", "decided_on": ON}),
        ("compliance", "RecordSanction", c | span | {"sanction_id": f"{own}X", "kind": "warning"}),
        ("compliance", "OpenInvestigation", c | {"investigation_id": f"{own}I", "opened_on": ON}),
        ("compliance", "ServeDecision", c | {"decision": measure, "served_on": "2024-03-06"}),
        ("compliance", "RequestReview", c | review | {"against": measure, "requested_on": "2024-03-07"}),
        ("compliance", "FileAppeal", c | {"appeal_id": f"{own}F", "against": measure, "filed_on": "2024-03-08"}),
        ("compliance", "RecordComplaint", u | {"complaint_id": f"{own}K", "source_ref": "somebody-7", "received_on": ON}),
        ("compliance", "DetermineUnitNeglect", u | {"year": 2023, "determined_on": ON}),
        ("compliance", "IssueUnitCircular", u | {"year": 2023, "document_no": "2", "issued_on": ON}),
        (
            "compliance",
            "ProposePolicy",
            rule | {"proposal_id": f"{own}O", "kind": "policy", "effective_from": "2190-01-01", "proposed_on": ON},
        ),
        ("compliance", "RegisterSuperiorPolicy", rule | {"policy_id": f"{own}B", "effective_from": "2190-01-01", "favourable": True}),
        (
            "compliance",
            "IssueInterpretation",
            {k: v for k, v in rule.items() if k != "source"}
            | {"interpretation_id": f"{own}N", "clause": "9", "issued_on": "2190-01-01", "applies_from": "2190-01-01"},
        ),
        ("compliance", "PublishSchoolCalendar", u | {"vacations": [{"from": "2024-07-15", "until": "2024-08-25"}], "source": "S"}),
        ("compliance", "PublishCalendar", {"year": 2198, "version": 1, "off_days": [], "work_days": [], "notice": "N"}),
        ("compliance", "CloseAppraisalYear", {"year": 1950, "closed_on": "1951-01-31"}),
    ]


class Recorded:
    """One of everything, recorded once for these tests."""

    def __init__(self, district: District) -> None:
        self.cadre, self.own = district.cadre(), district.fresh("x")
        self.unit = district.registry.get(f"/cadres/{self.cadre}").json()["unit_id"]
        position = district.registry.get("/health/ready").json()["parts"]["database"]["position"]
        for service, name, body in commands(self.cadre, self.unit, self.own):
            if name in KINDS:
                district.publish(name, body, f"registry={position}")
                continue
            paper = {"Taizhang_On_Behalf_Of": "branch", "Taizhang_Document_No": "1"} if name == "DeterminePerformance" else {}
            getattr(district, service).record(name, body, Taizhang_After=f"registry={position}", **paper)


@pytest.fixture(scope="module")
def recorded(district: District) -> Recorded:
    return Recorded(district)


def client_of(district: District, resource: Resource) -> Client:
    return district.assignments if resource in ASSIGNMENTS else district.compliance


def schema(client: Client, resource: Resource) -> dict[str, Any]:
    """What the document says that an item looks like."""
    found: dict[str, Any] = client.get("/openapi.json").json()["components"]["schemas"][component(resource)]
    return found | {"additionalProperties": False}


@pytest.mark.parametrize("resource", [*ASSIGNMENTS, *COMPLIANCE], ids=lambda r: r.path[1:])
def test_everything_is_read_back(district: District, recorded: Recorded, resource: Resource) -> None:
    client = client_of(district, resource)
    asked = {"cadre": recorded.cadre} if "cadre" in resource.filters else {"unit": recorded.unit} if "unit" in resource.filters else {}
    items = pages(client, resource.path, **asked)
    assert items, "nothing is left out"
    named = schema(client, resource)
    for item in items:
        jsonschema.validate(item, named, format_checker=jsonschema.FormatChecker())
    one = client.get(f"{resource.path}/{items[0][resource.key]}")
    assert one.json() == items[0]
    assert one.headers["ETag"].startswith(f'"{items[0]["version"]}-')
    assert items[0]["last_event"] == f"{items[0]['last_event'].split('/')[0]}/{items[0]['stream']}@{items[0]['version']}"
    (event,) = client.get("/feed", params={"after": position_of(client, items[0]["last_event"]) - 1, "limit": 1}).json()
    assert event["id"] == items[0]["last_event"]
    again = client.get(f"{resource.path}/{items[0][resource.key]}", headers={"If-None-Match": one.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for unknown in ("nobody", "nobody@1", f"{items[0]['stream']}@999", "%00"):
        problem(client.get(f"{resource.path}/{unknown}"), 404, resource.unknown)


def position_of(client: Client, event_id: str) -> int:
    """Of an event in its log."""
    events = client.get("/feed", params={"limit": 1000}).json()
    return next(int(e["sequence"]) for e in events if e["id"] == event_id)


def test_what_is_shown_of_each(district: District, recorded: Recorded) -> None:
    def one(client: Client, path: str) -> Any:
        return client.get(path, params={"cadre": recorded.cadre}).json()["items"][0]

    c, own = district.compliance, recorded.own
    grade = one(c, "/grades")
    assert (grade["grade"], grade["confirmed_grade"], grade["revised_on"], grade["state"]) == (
        "excellent",
        "qualified",
        "2024-03-20",
        "revised",
    )
    assert grade["revision"].endswith(grade["stream"] + "@" + str(grade["version"]))
    assert one(c, "/concerns")["reminded_on"] == ["2024-03-05"]
    assert one(c, "/sanctions")["state"] == "ended"
    assert c.get(f"/sanctions/{own}X", params={"as_of": "2024-03-08"}).json()["state"] == "in_force"
    assert [t["kind"] for t in c.get("/talks", params={"cadre": recorded.cadre}).json()["items"]] == ["exit_talk", "unit_talk"]
    assert [t["kind"] for t in pages(c, "/talks", cadre=recorded.cadre, kind="unit_talk", unit=recorded.unit)] == ["unit_talk"]
    assert [x["policy_id"] for x in pages(c, "/policies", state="in_force", as_of="2190-01-01")] == [f"{own}B"]
    assert pages(c, "/policies", state="in_force") == []
    assert "somebody-7" not in c.get("/complaints").text, "who complained is not shown"
    assert c.get("/calendars/2198").json()["calendar"] == "2198.1"
    problem(c.get("/grades", params={"year": "last"}), 400, "bad-query")
    problem(c.get("/concerns", params={"state": "happy"}), 400, "bad-query")
    problem(c.get("/concerns", params={"kind": "lax"}), 400, "bad-query")


def test_a_retracted_fact_is_not_read_back(district: District, recorded: Recorded) -> None:
    held = {"cadre_id": recorded.cadre, "unit_id": recorded.unit, "by_office": "administrative", "held_on": "2024-04-01"}
    (event,) = district.compliance.command("HoldThoughtExchange", held).json()["events"]
    path = f"/talks/{event.split('/')[1]}"
    assert district.compliance.get(path).json()["kind"] == "thought_exchange"
    taken = {"retracts": event, "cadre_id": recorded.cadre, "retracted_on": "2024-04-02"}
    assert district.compliance.command("RetractComplianceFact", taken).status_code == 201
    problem(district.compliance.get(path), 404, "unknown-record")


def test_etags_tell_apart_what_different_people_see(district: District) -> None:
    path = f"/cadres/{district.cadre()}"
    known = {"Authorization": f"Bearer {TOKEN}", "Taizhang-Role": "auditor"}
    openly = httpx.get(f"{district.registry.base_url}{path}", headers=known)
    assert "name" not in openly.json(), "an auditor reads a name for a purpose alone"
    named = district.registry.get(path)
    assert openly.headers["ETag"] != named.headers["ETag"]
    assert named.headers["Cache-Control"] == "private, no-cache"
    assert district.registry.get(path, headers={"If-None-Match": f'"x", W/{named.headers["ETag"]}'}).status_code == 304
    assert district.registry.get(path, headers={"If-None-Match": "*"}).status_code == 304
    assert district.registry.get(path, headers={"If-None-Match": '"1"'}).status_code == 200
    problem(district.registry.get(path, headers={"If-None-Match": "1"}), 400, "bad-header")


def test_a_command_that_names_what_it_rests_on(district: District) -> None:
    there = district.fresh("U")
    assert district.registry.command("RegisterUnit", unit(there)).status_code == 201
    tag = district.registry.get(f"/units/{there}").headers["ETag"]
    renamed = {"unit_id": there, "name": "Second school", "renamed_on": "2024-03-04"}
    key = district.fresh("key")
    assert district.registry.command("RenameUnit", renamed, If_Match=tag, Idempotency_Key=key).status_code == 201
    said = problem(district.registry.command("RenameUnit", renamed | {"name": "Third school"}, If_Match=tag), 412, "precondition-failed")
    assert said["now"]["version"] == 2
    assert said["now"]["state"] == district.registry.get(f"/units/{there}").json()
    assert district.registry.command("RenameUnit", renamed, If_Match=tag, Idempotency_Key=key).status_code == 201, "a retry is a retry"
    assert district.registry.command("RenameUnit", renamed | {"name": "X"}, If_Match=f'"{said["now"]["version"]}"').status_code == 201


@pytest.mark.parametrize(("tag", "status"), [("*", 201), ('"1"', 201), ('"7", "1"', 201), ('W/"1"', 412), ('"2"', 412), ('"abc"', 412)])
def test_only_a_strong_tag_of_this_version_matches(district: District, tag: str, status: int) -> None:
    there = district.fresh("U")
    district.registry.command("RegisterUnit", unit(there))
    renamed = {"unit_id": there, "name": "Second school", "renamed_on": "2024-03-04"}
    assert district.registry.command("RenameUnit", renamed, If_Match=tag).status_code == status


def test_nothing_is_there_yet(district: District) -> None:
    there = unit(district.fresh("U"))
    said = problem(district.registry.command("RegisterUnit", there, If_Match="*"), 412, "precondition-failed")
    assert said["now"] == {"position": 0}
    problem(district.registry.command("RegisterUnit", there, If_Match="1"), 400, "bad-header")
    assert district.registry.command("RegisterUnit", there, If_Match='"0"').status_code == 201


def test_a_refusal_shows_nobody_else_and_no_investigation(district: District, recorded: Recorded) -> None:
    other = district.cadre()
    said = problem(district.assignments.command("RequestLeave", leave(f"{recorded.own}L", other)), 409, "id-in-use")
    assert said["now"] == {"position": 0}
    opened = {"cadre_id": recorded.cadre, "investigation_id": f"{recorded.own}I", "opened_on": "2024-03-05"}
    assert "state" not in problem(district.compliance.command("OpenInvestigation", opened), 409, "id-in-use")["now"]
