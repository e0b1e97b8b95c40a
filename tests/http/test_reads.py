"""What can be read: the feed, the schemas, the lists, health and figures."""

from __future__ import annotations

import time
from typing import Any

import httpx
import jsonschema
import pytest

from contracts.canonical import canonical
from contracts.message import Event, facts
from contracts.registry import COMMANDS
from services.kernel.body import read
from tests.http.conftest import Client, District, cadre_of
from tests.http.test_commands import leave, problem, unit


def test_the_feed_gives_the_stored_lines_in_order(district: District) -> None:
    district.cadre()
    district.cadre()
    answer = district.registry.get("/feed", params={"limit": 3})
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    events = answer.json()
    assert [int(e["sequence"]) for e in events] == [1, 2, 3]
    assert b"[" + b",".join(canonical(e) for e in events) + b"]" == answer.content
    assert district.registry.get("/feed", params={"after": 2, "limit": 1}).json() == events[2:]


def test_the_feed_by_type_and_subject(district: District) -> None:
    cadre = district.cadre()
    kind = "taizhang.registry.CadreRegistered.v1"
    (event,) = district.registry.get("/feed", params={"type": kind, "subject": cadre}).json()
    assert (event["type"], event["subject"]) == (kind, cadre)
    assert "张三" not in str(event)
    assert Event.of(event).sealed
    assert district.registry.get("/feed", params={"type": "taizhang.registry.Elephant.v1"}).json() == []


def test_events_are_as_their_schema_says(district: District) -> None:
    cadre = district.cadre()
    for event in district.registry.get("/feed", params={"subject": cadre}).json():
        schema = district.registry.get(event["dataschema"])
        assert schema.headers["content-type"] == "application/schema+json"
        jsonschema.validate(event, schema.json())
    problem(district.registry.get("/schemas/taizhang.registry.Elephant.v1.json"), 404, "unknown-type")
    problem(district.registry.get("/schemas/taizhang.registry.CadreExited.v1"), 404, "unknown-type")


def test_the_document_describes_every_command(district: District) -> None:
    described = district.registry.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert {f"/commands/{c.__name__}" for c in COMMANDS} <= set(described["paths"])
    assert {"/feed", "/cadres", "/cadres/{cadre_id}", "/units", "/units/{unit_id}", "/health/ready"} <= set(described["paths"])
    assert "/commands/{name}" not in described["paths"]
    for command in COMMANDS:
        content = described["paths"][f"/commands/{command.__name__}"]["post"]["requestBody"]["content"]["application/json"]
        schema = content["schema"] | {"components": described["components"]}
        if example := content.get("example"):
            jsonschema.validate(example, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"elephant": 1}, schema)


def test_a_command_of_the_document_is_accepted(district: District) -> None:
    described = district.registry.get("/openapi.json").json()
    schema = described["paths"]["/commands/RegisterCadre"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body = cadre_of("C1", "U1")
    jsonschema.validate(body, schema | {"components": described["components"]})
    command = next(c for c in COMMANDS if c.__name__ == "RegisterCadre")
    assert read(command, canonical(body)).type() in facts()


def pages(client: Client, path: str, **query: Any) -> list[dict[str, Any]]:
    """All items, two at a time."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        said = client.get(path, params={k: v for k, v in {**query, "limit": 2, "cursor": cursor}.items() if v is not None}).json()
        assert len(said["items"]) <= 2
        found += said["items"]
        cursor = said["next"]
        if cursor is None:
            return found


def test_cadres_and_units_as_they_are(district: District) -> None:
    cadre = district.cadre()
    problem(district.registry.get(f"/cadres/{cadre}", headers={"Taizhang-Role": "operator"}), 403, "forbidden")
    there = district.registry.get(f"/cadres/{cadre}", headers={"Taizhang-Role": "auditor"}).json()
    assert (there["state"], there["exited_on"]) == ("registered", None)
    assert "张三" not in str(there), "an auditor reads a name with a warrant alone"
    left = {
        "cadre_id": cadre, "unit_id": there["unit_id"], "post": "principal", "reason": "health", "exited_on": "2024-03-01", "decision_no": "1",
    }  # fmt: skip
    assert district.registry.command("RegisterExit", left).status_code == 201
    now = district.registry.get(f"/cadres/{cadre}").json()
    assert (now["state"], now["exited_on"], now["post"], now["decision_no"]) == ("exited", "2024-03-01", "principal", "1")
    assert "health" not in str(now)
    assert district.registry.get(f"/cadres/{cadre}", params={"as_of": "2024-02-29"}).json()["state"] == "registered"
    assert [c["cadre_id"] for c in pages(district.registry, "/cadres", unit=there["unit_id"])] == [cadre]
    assert pages(district.registry, "/cadres", unit=there["unit_id"], state="retired") == []
    assert district.registry.get(f"/units/{there['unit_id']}").json()["state"] == "open"
    problem(district.registry.get("/cadres/C-nobody"), 404, "unknown-cadre")
    problem(district.registry.get("/units/U-none"), 404, "unknown-unit")
    problem(district.registry.get("/cadres", params={"state": "happy"}), 400, "bad-query")
    problem(district.registry.get("/cadres", params={"as_of": "2024-02-30"}), 400, "bad-query")


def test_names_are_for_those_who_may_know_them(district: District) -> None:
    there = f"/cadres/{district.cadre()}"
    assert district.registry.get(there, headers={"Taizhang-Role": "section"}).json()["name"] == "张三"
    auditor = {"Taizhang-Role": "auditor"}
    assert "张三" not in district.registry.get(there, headers=auditor).text
    assert "张三" not in district.registry.get("/cadres", params={"limit": 500}, headers=auditor).text
    problem(district.registry.get(there, headers={"Authorization": "Bearer another"}), 401, "unauthenticated")
    problem(httpx.get(f"{district.registry.base_url}{there}"), 401, "unauthenticated")


def test_lists_lose_nothing_between_pages(district: District) -> None:
    made = {district.fresh("U") for _ in range(5)}
    for unit_id in made:
        district.registry.command("RegisterUnit", unit(unit_id))
    listed = [u["unit_id"] for u in pages(district.registry, "/units")]
    assert made <= set(listed)
    assert len(listed) == len(set(listed))


def test_leaves_duties_tasks_absences(district: District) -> None:
    cadre, leave_id, duty, task = district.cadre(), district.fresh("L"), district.fresh("D"), district.fresh("T")
    host = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    ask = district.assignments.command
    own = {"cadre_id": cadre}
    assigned = own | {"duty_id": duty, "category": "party_building", "host_unit_id": host, "from": "2024-03-01"}
    assert ask("RequestLeave", leave(leave_id, cadre, private={"grounds": "秘密"})).status_code == 201
    assert ask("ReviewLeave", own | {"leave_id": leave_id, "outcome": "passed", "reviewed_on": "2024-03-05"}).status_code == 201
    assert ask("AssignDuty", assigned).status_code == 201
    assert ask("AssignTask", own | {"task_id": task, "duty_id": duty, "year": 2024, "due_on": "2024-06-28"}).status_code == 201
    absent = own | {"absence_id": district.fresh("A"), "unit_id": host, "from": "2024-04-01", "until": "2024-04-02"}
    assert ask("RecordAbsence", absent).status_code == 201
    (one,) = pages(district.assignments, "/leaves", cadre=cadre)
    assert (one["leave_id"], one["state"], one["from"], one["until"]) == (leave_id, "reviewed", "2024-03-11", "2024-03-29")
    assert "health" not in str(one)
    assert [x["leave_id"] for x in pages(district.assignments, "/leaves", unit=host, state="reviewed")] == [leave_id]
    assert [d["duty_id"] for d in pages(district.assignments, "/duties", unit=host, state="assigned")] == [duty]
    assert [t["state"] for t in pages(district.assignments, "/tasks", cadre=cadre)] == ["open"]
    assert [a["state"] for a in pages(district.assignments, "/absences", cadre=cadre, state="recorded")] == ["recorded"]
    assert pages(district.assignments, "/absences", cadre="C-nobody") == []


def test_what_is_not_known_yet_is_waited_for(district: District) -> None:
    begun = time.monotonic()
    answer = district.assignments.get("/leaves", headers={"Taizhang-After": "registry=999999"})
    problem(answer, 503, "not-yet-known")
    assert answer.headers["Retry-After"] == "1"
    assert 1.5 < time.monotonic() - begun < 6
    problem(district.registry.get("/cadres", headers={"Taizhang-After": "registry=999999"}), 503, "not-yet-known")
    assert district.registry.get("/cadres", headers={"Taizhang-After": "assignments=9"}).status_code == 200, "it reads none of them"
    problem(district.registry.get("/cadres", headers={"Taizhang-After": "elephants=0"}), 400, "bad-header")


def test_health_and_figures(district: District) -> None:
    assert district.registry.get("/health/live").json() == {"live": True}
    ready = district.assignments.get("/health/ready").json()
    assert ready["ready"]
    assert ready["commands"]
    problem(district.assignments.get("/health/ready", params={"for": "elephants"}), 400, "bad-query")
    assert set(ready["parts"]) == {"database", "broker", "relay", "follows registry", "attachments"}
    cadre = district.cadre()
    figures = district.registry.get("/metrics").text
    assert 'taizhang_commands_total{command="RegisterCadre",outcome="recorded"}' in figures
    assert "taizhang_log_position" in figures
    assert cadre not in figures


@pytest.mark.parametrize(
    "path",
    ["/cadres?unti=U1", "/cadres?unit=", "/cadres?unit=U1&unit=U2", "/cadres/C1?knownat=2024-01-01", "/feed?afer=3", "/units?after=3"],
)
def test_a_parameter_that_is_not_known_is_not_passed_over(district: District, path: str) -> None:
    problem(district.registry.get(path), 400, "bad-query")


def test_a_type_may_be_repeated(district: District) -> None:
    kinds = "type=taizhang.registry.UnitRegistered.v1&type=taizhang.registry.CadreRegistered.v1"
    assert district.registry.get(f"/feed?{kinds}&after=0&limit=5").status_code == 200


def test_the_days_that_are_worked_in_a_unit(district: District) -> None:
    cadre = district.cadre()
    host = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    position = district.registry.get("/health/ready").json()["parts"]["database"]["position"]
    path, after = f"/units/{host}/workdays", {"Taizhang-After": f"registry={position}"}
    found = district.compliance.get(path, params={"year": 2024}, headers=after).json()
    assert (found["unit_id"], found["year"], found["calendar"]) == (host, 2024, "2024.1")
    assert "2024-10-12" in found["workdays"], "a Saturday that makes up for a holiday"
    assert "2024-10-07" not in found["workdays"]
    unpublished = district.compliance.get(path, params={"year": 2035}, headers=after).json()
    assert (unpublished["calendar"], unpublished["workdays"]) == (None, [])
    problem(district.compliance.get("/units/U-none/workdays", headers=after), 404, "unknown-unit")


def test_an_answer_explained(district: District) -> None:
    cadre = district.cadre()
    position = district.registry.get("/health/ready").json()["parts"]["database"]["position"]
    path, after = f"/cadres/{cadre}/answer", {"Taizhang-After": f"registry={position}"}
    assert "would_change" not in district.compliance.get(path, params={"explain": "false"}, headers=after).json()
    found = district.compliance.get(path, params={"explain": "true"}, headers=after).json()
    assert found["would_change"]["changes"] == []
    described = district.compliance.get("/openapi.json").json()["paths"]["/cadres/{cadre_id}/answer"]["get"]["parameters"]
    assert [p["description"] for p in described if p["name"] == "explain"] == ["true: also which acts would change the answer"]
