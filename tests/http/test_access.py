"""Who is let through, over HTTP, with grants that are facts: and that nobody learns from a refusal whether what they named exists."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from statistics import median
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from services.kernel.clock import today
from services.kernel.scope import Scope
from tests.http.conftest import KNOWN, SIGNER, District, cadre_of
from tests.http.test_commands import leave, problem

PAPER = {"Taizhang-On-Behalf-Of": "committee", "Taizhang-Document-No": "2024-1"}


class People:
    """Two units with a cadre each, and a principal in every role; `of(name)` is a client for each service in that name."""

    def __init__(self, district: District) -> None:
        self.district, self.token = district, dict[str, str]()
        self.http = httpx.Client(timeout=20, trust_env=False)
        self.one, self.other = district.cadre(), district.cadre()
        self.unit, self.far = (district.registry.get(f"/cadres/{c}").json()["unit_id"] for c in (self.one, self.other))
        for name, role, whose in (
            ("section", "section", {}),
            ("committee", "committee", {}),
            ("branch", "branch", {"unit_id": self.unit}),
            ("far branch", "branch", {"unit_id": self.far}),
            ("head", "unit_head", {"unit_id": self.unit}),
            ("cadre", "cadre", {"cadre_id": self.one}),
            ("reviewer", "medical_reviewer", {"cadre_id": self.one}),
            ("auditor", "auditor", {}),
            ("operator", "operator", {}),
            ("subscriber", "subscriber", {}),
        ):
            self.grant(name, role, **whose)
        self.sign("nobody")
        self.position = district.registry.get("/feed", params={"after": 0, "limit": 1}).status_code

    def grant(self, name: str, role: str, **whose: Any) -> None:
        self.sign(name)
        said = {"principal": self.principal(name), "role": role, "from": "2024-01-01"} | whose
        told = self.district.registry.command("GrantRole", said)
        assert told.status_code == 201, told.text
        self.after = {"Taizhang-After": told.headers["Taizhang-Position"]}

    def principal(self, name: str) -> str:
        return f"{name.replace(' ', '-')}-{self.one}"

    def sign(self, name: str) -> None:
        self.token[name] = SIGNER.sign(self.principal(name), "session", 3600)[0]

    def ask(self, name: str, service: str, path: str, **headers: str) -> httpx.Response:
        return self._send("GET", name, service, path, headers)

    def act(self, name: str, service: str, command: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        return self._send("POST", name, service, f"/commands/{command}", headers, json=body)

    def _send(self, method: str, name: str, service: str, path: str, headers: dict[str, str], **said: Any) -> httpx.Response:
        base = getattr(self.district, service).base_url
        shown = {"Authorization": f"Bearer {self.token[name]}"} | self.after | headers
        return self.http.request(method, f"{base}{path}", headers=shown, **said)


@pytest.fixture(scope="module")
def people(district: District) -> People:
    return People(district)


MAY: dict[str, dict[str, str]] = {
    "registry /cadres/{one}": dict.fromkeys(("section", "committee", "branch", "head", "cadre", "auditor"), "yes"),
    "registry /cadres/{other}": dict.fromkeys(("section", "committee", "far branch", "auditor"), "yes"),
    "registry /units/{far}": dict.fromkeys(
        ("section", "committee", "branch", "far branch", "head", "cadre", "reviewer", "auditor", "operator", "subscriber"), "yes"
    ),
    "registry /feed": dict.fromkeys(("section", "committee", "auditor", "operator", "subscriber"), "yes"),
    "registry /metrics": dict.fromkeys(("section", "auditor", "operator"), "yes"),
    "assignments /leaves?cadre={one}": dict.fromkeys(("section", "committee", "branch", "far branch", "cadre", "auditor"), "yes"),
    "assignments /absences": dict.fromkeys(("section", "committee", "branch", "far branch", "head", "cadre", "auditor"), "yes"),
    "compliance /cadres/{one}/answer": dict.fromkeys(("section", "committee", "branch", "head", "cadre", "auditor", "subscriber"), "yes"),
    "compliance /cadres/{one}/facts": dict.fromkeys(("section", "committee", "branch", "head", "cadre", "auditor"), "yes"),
    "compliance /units/{unit}/answer": dict.fromkeys(("section", "committee", "branch", "head", "auditor"), "yes"),
    "compliance /investigations": {},
    "compliance /complaints": {},
    "compliance /policies": dict.fromkeys(
        ("section", "committee", "branch", "far branch", "head", "cadre", "reviewer", "auditor", "operator", "subscriber"), "yes"
    ),
    "compliance /kept/answers": dict.fromkeys(("auditor", "operator"), "yes"),
    "compliance /reads": dict.fromkeys(("committee", "auditor", "cadre"), "yes"),
}
"""Of every address, who may read it without giving a purpose."""
NAMES = ("section", "committee", "branch", "far branch", "head", "cadre", "reviewer", "auditor", "operator", "subscriber", "nobody")


@pytest.mark.parametrize("address", MAY)
def test_who_reads_what(people: People, address: str) -> None:
    service, path = address.split(" ", 1)
    path = path.format(one=people.one, other=people.other, unit=people.unit, far=people.far)
    found = {name for name in NAMES if people.ask(name, service, path).status_code == 200}
    assert found == set(MAY[address])


def test_a_list_shows_ones_own(people: People) -> None:
    def listed(name: str) -> set[str]:
        items = people.ask(name, "registry", "/cadres?limit=500").json()["items"]
        return {i["cadre_id"] for i in items} & {people.one, people.other}

    assert listed("branch") == listed("cadre") == listed("head") == {people.one}
    assert listed("far branch") == {people.other}
    assert listed("section") == listed("auditor") == {people.one, people.other}
    assert people.ask("branch", "registry", f"/cadres?unit={people.far}").json()["items"] == []


TRIED = [
    *[("GET", who, service, path) for who in ("branch", "cadre") for service, path in (
        ("registry", "/cadres/{x}"), ("compliance", "/cadres/{x}/answer"), ("compliance", "/cadres/{x}/answer?explain=true"),
        ("compliance", "/cadres/{x}/answers"), ("compliance", "/cadres/{x}/facts"), ("registry", "/sealed/cadre-{x}/1?what=identity"),
        ("registry", "/sealed/cadre-{x}/1?what=identity_number"), ("assignments", "/sealed/leave-{l}/1?what=leave_grounds"),
        ("assignments", "/leaves/{l}"), ("compliance", "/concerns/{l}"),
    )],
    *[("POST", "branch", "assignments", name) for name in ("ReviewLeave", "ReportLeave", "ApproveLeave", "ConfirmReturn", "RecordAbsence",
      "ServeNotice", "RecordTaskOutcome", "AssignTask", "RecordPresence")],
    *[("POST", "branch", "compliance", name) for name in ("RecordConcern", "GiveCriticism", "RecordTraining", "DeterminePerformance")],
    *[("POST", "cadre", "assignments", name) for name in ("RequestLeave", "WithdrawLeave", "RatifyLeave", "DeclareReturn",
      "DeclareDutyPreference", "DeclineDuty")],
]  # fmt: skip
"""What a branch and a cadre may do for their own, tried on somebody else's."""


def bodies(x: str, far: str, thing: str) -> dict[str, dict[str, Any]]:
    own: dict[str, Any] = {"cadre_id": x}
    steps = own | {"leave_id": thing}
    return {
        "ReviewLeave": steps | {"outcome": "passed", "reviewed_on": "2024-03-05"},
        "ReportLeave": steps | {"document_no": "1", "reported_on": "2024-03-06"},
        "ApproveLeave": steps
        | {"level": "unit", "from": "2024-03-11", "until": "2024-03-12", "decision_no": "1", "decided_on": "2024-03-08"},
        "ConfirmReturn": steps | {"returned_on": "2024-04-01"},
        "ServeNotice": steps | {"served_on": "2024-04-01"},
        "RecordAbsence": own | {"absence_id": thing, "unit_id": far, "from": "2024-04-01", "until": "2024-04-02"},
        "RecordPresence": own | {"unit_id": far, "from": "2024-04-01", "until": "2024-04-02"},
        "RecordTaskOutcome": own | {"task_id": thing, "year": 2024, "outcome": "completed", "recorded_on": "2024-05-01"},
        "AssignTask": own | {"task_id": thing, "duty_id": thing, "year": 2024, "due_on": "2024-06-28"},
        "RecordConcern": own | {"concern_id": thing, "unit_id": far, "kinds": ["lax"], "recorded_on": "2024-05-01"},
        "GiveCriticism": own | {"concern_id": thing, "given_on": "2024-05-01"},
        "RecordTraining": own | {"kind": "daily", "hours": 2, "attended_on": "2024-05-01"},
        "DeterminePerformance": own | {"result": "can", "from": "2024-05-01", "private": {}},
        "RequestLeave": leave(thing, x),
        "WithdrawLeave": steps | {"withdrawn_on": "2024-03-05"},
        "RatifyLeave": steps | {"ratified_on": "2024-03-05"},
        "DeclareReturn": steps | {"returned_on": "2024-04-01"},
        "DeclareDutyPreference": own | {"categories": ["party_building"], "declared_on": "2024-04-01"},
        "DeclineDuty": own | {"duty_id": thing, "declined_on": "2024-04-01", "reason_given": True},
    }


@pytest.fixture(scope="module")
def far_leave(people: People) -> str:
    """Of the cadre of the other unit, with grounds."""
    thing = people.district.fresh("L")
    told = people.district.assignments.command("RequestLeave", leave(thing, people.other, private={"grounds": "秘密"}))
    assert told.status_code == 201, told.text
    return thing


def test_what_is_somebody_elses_is_as_if_it_were_not_there(people: People, far_leave: str) -> None:
    """Status and every byte are the same for what exists and for what does not; and each try is recorded."""
    before = len(recorded(people))
    tried = 0
    for method, who, service, what in TRIED:
        answers = []
        for x, thing in ((people.other, far_leave), ("C-nobody", "L-nothing")):
            if method == "GET":
                answers.append(people.ask(who, service, what.format(x=x, l=thing), **{"Taizhang-Purpose": "duty"}))
            else:
                answers.append(people.act(who, service, what, bodies(x, people.far, thing)[what]))
        told = {(a.status_code, a.content) for a in answers}
        assert len(told) == 1, (who, what, [a.text for a in answers])
        assert answers[0].status_code in (403, 404), (who, what, answers[0].text)
        tried += 1
    assert tried >= 35
    assert len(recorded(people)) - before == 2 * tried, "all refused, all recorded"


NEVER = [
    *[("subscriber", service, path) for service, path in (
        ("registry", "/cadres"), ("registry", "/cadres/{one}"), ("registry", "/tokens?principal=local"), ("registry", "/reads"),
        ("registry", "/metrics"), ("assignments", "/leaves"), ("assignments", "/absences"), ("assignments", "/duties"),
        ("assignments", "/sealed/leave-{l}/1?what=leave_grounds"), ("compliance", "/cadres/{one}/facts"), ("compliance", "/concerns"),
        ("compliance", "/sanctions"), ("compliance", "/investigations"), ("compliance", "/units/{unit}/answer"),
        ("compliance", "/kept/findings"), ("compliance", "/reads?cadre={one}"), ("compliance", "/complaints"), ("compliance", "/measures"),
    )],
    *[("cadre", service, path) for service, path in (
        ("registry", "/feed"), ("registry", "/metrics"), ("assignments", "/feed"), ("compliance", "/feed"), ("compliance", "/investigations"),
        ("compliance", "/complaints"), ("compliance", "/reads?cadre={other}"), ("compliance", "/kept/facts/registry"),
        ("registry", "/tokens?principal=local"), ("compliance", "/units/{unit}/answer"), ("registry", "/tokens?principal=section-{one}"),
    )],
    *[("branch", service, path) for service, path in (
        ("registry", "/feed"), ("registry", "/metrics"), ("assignments", "/feed"), ("compliance", "/feed"), ("compliance", "/investigations"),
        ("compliance", "/complaints"), ("compliance", "/reads"), ("compliance", "/units/{far}/answer"), ("compliance", "/kept/answers"),
        ("registry", "/tokens?principal=committee-{one}"), ("compliance", "/units/U-none/answer"),
    )],
]  # fmt: skip


def test_what_they_may_never(people: People, far_leave: str) -> None:
    before = len(recorded(people))
    for who, service, path in NEVER:
        there = path.format(one=people.one, other=people.other, unit=people.unit, far=people.far, l=far_leave)
        problem(people.ask(who, service, there, **{"Taizhang-Purpose": "duty"}), 403, "forbidden")
    assert len(recorded(people)) - before == len(NEVER)
    for who in ("subscriber", "cadre", "branch"):
        said = {"policy_id": "P9", "effective_from": "2027-01-01", "parameters": {}, "source": "x", "document_no": "1"}
        problem(people.act(who, "compliance", "PublishPolicy", said), 403, "forbidden")
        grant = {"principal": "P8", "role": "committee", "from": "2024-01-01"}
        problem(people.act(who, "registry", "GrantRole", grant), 403, "forbidden")
        assert people.act(who, "registry", "GrantRole", grant, **PAPER).status_code == 403, "nor on anybody's paper"


def recorded(people: People) -> list[Any]:
    """Refusals of all three services, by these people."""
    found: list[Any] = []
    for client in (people.district.registry, people.district.assignments, people.district.compliance):
        for name in NAMES:
            items = client.get("/reads", params={"actor": people.principal(name), "limit": 500}).json()["items"]
            found += [i for i in items if not i["allowed"]]
    return found


def test_time_does_not_tell(people: People) -> None:
    """Neither is the answer about somebody who exists slower: half of the tries on each side of the other's median."""

    def took(cadre: str) -> float:
        began = time.perf_counter()
        assert people.ask("branch", "registry", f"/cadres/{cadre}").status_code == 404
        return time.perf_counter() - began

    there, nowhere = zip(*((took(people.other), took("C-nobody")) for _ in range(40)), strict=True)
    slower = sum(t > median(nowhere) for t in there)
    assert 6 <= slower <= 34, (slower, median(there), median(nowhere))


def test_a_role_that_ends_ends_at_once(people: People) -> None:
    people.grant("passing", "auditor")
    assert people.ask("passing", "registry", f"/cadres/{people.one}").status_code == 200
    on = today(people.district.settings["registry"].now()).isoformat()
    told = people.district.registry.command("RevokeRole", {"principal": people.principal("passing"), "role": "auditor", "revoked_on": on})
    assert told.status_code == 201, told.text
    after = {"Taizhang-After": told.headers["Taizhang-Position"]}
    for service in ("registry", "assignments", "compliance"):
        deadline = time.monotonic() + 5
        while people.ask("passing", service, "/feed", **after).status_code != 403:
            assert time.monotonic() < deadline, f"{service} still lets through"
            time.sleep(0.1)


def test_a_unit_is_that_of_the_day(people: People) -> None:
    """After a transfer the new unit reads, and the old one reads of the days before."""
    cadre = people.district.cadre()
    home = people.district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    people.grant("home", "branch", unit_id=home)
    moved = today(people.district.settings["registry"].now()) - timedelta(days=30)
    said = {"cadre_id": cadre, "from_unit_id": home, "to_unit_id": people.unit, "transferred_on": moved.isoformat()}
    told = people.district.registry.command("TransferCadre", said)
    assert told.status_code == 201, told.text
    people.after = {"Taizhang-After": told.headers["Taizhang-Position"]}
    before, since = f"/cadres/{cadre}?as_of={moved - timedelta(days=1)}", f"/cadres/{cadre}?as_of={moved}"
    assert [people.ask("home", "registry", p).status_code for p in (before, since)] == [200, 404]
    assert [people.ask("branch", "registry", p).status_code for p in (before, since)] == [404, 200]
    absence = {"cadre_id": cadre, "unit_id": home, "from": str(moved - timedelta(days=9)), "until": str(moved - timedelta(days=9))}
    assert people.act("branch", "assignments", "RecordAbsence", absence | {"absence_id": secrets.token_hex(4)}).status_code == 403
    assert people.act("home", "assignments", "RecordAbsence", absence | {"absence_id": secrets.token_hex(4)}).status_code == 201


def test_the_rows_alone(people: People, far_leave: str) -> None:
    """Row-level security, with no handler before it: a reader of a scope sees its rows, whatever is asked; without one, none."""
    on = today(people.district.settings["assignments"].now())
    dsn = people.district.settings["assignments"].dsn.get_secret_value()
    scopes = {
        "none": Scope(on), "branch": Scope(on, units=frozenset({people.unit})), "far": Scope(on, units=frozenset({people.far})),
        "cadre": Scope(on, cadres=frozenset({people.other})), "all": Scope(on, sees_all=True),
        "hidden": Scope(on, sees_all=True, hidden=("taizhang.assignments.LeaveRequested.v1",)),
    }  # fmt: skip
    seen = {}
    with psycopg.connect(make_conninfo(dsn), autocommit=True) as c:
        for name, scope in scopes.items():
            with c.transaction():
                c.execute("select set_config('role', 'assignments_reader', true), set_config('taizhang.scope', %s, true)", (scope.text(),))
                row = c.execute("select count(*) from log where subject = %s", (people.other,)).fetchone()
                seen[name] = bool(row and row[0])
        assert seen == {"none": False, "branch": False, "far": True, "cadre": True, "all": True, "hidden": False}
        with c.transaction():
            c.execute("select set_config('role', 'assignments_reader', true)")
            assert c.execute("select count(*) from log").fetchone() == (0,)
        for statement in ("insert into reads (actor) values ('x')", "select * from reads", "select * from commands", "delete from log"):
            c.execute("set role assignments_reader")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                c.execute(statement.encode())
            c.execute("reset role")


def test_the_handlers_alone(people: People, far_leave: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every row let through by the database, the handlers still tell nobody what is not theirs."""
    everything = Scope(today(people.district.settings["registry"].now()), sees_all=True).text()
    monkeypatch.setattr(Scope, "text", lambda _: everything)
    assert people.ask("branch", "registry", f"/cadres/{people.other}").status_code == 404
    listed = people.ask("branch", "registry", "/cadres?limit=500").json()["items"]
    assert {i["cadre_id"] for i in listed} & {people.one, people.other} == {people.one}
    assert people.ask("branch", "assignments", f"/leaves/{far_leave}").status_code == 404
    assert people.ask("branch", "assignments", f"/leaves?cadre={people.other}").json()["items"] == []
    assert people.ask("branch", "compliance", f"/cadres/{people.other}/answer").status_code == 404
    assert people.ask("far branch", "assignments", f"/leaves/{far_leave}").status_code == 200


def test_what_is_sealed_is_opened_and_remembered(people: People, far_leave: str) -> None:
    path, why = f"/sealed/leave-{far_leave}/1?what=leave_grounds", {"Taizhang-Purpose": "duty"}
    problem(people.ask("far branch", "assignments", path), 400, "purpose-missing")
    assert people.ask("far branch", "assignments", path, **why).json()["fields"] == {"grounds": "秘密"}
    problem(people.ask("section", "assignments", path, **why), 403, "forbidden")
    problem(people.ask("committee", "assignments", path, **why), 403, "forbidden")
    (read,) = [
        r
        for r in people.district.assignments.get("/reads", params={"cadre": people.other, "limit": 500}).json()["items"]
        if r["what"] == "leave_grounds" and r["allowed"]
    ]
    assert (read["actor"], read["role"], read["purpose"]) == (people.principal("far branch"), "branch", "duty")
    assert people.ask("cadre", "registry", f"/sealed/cadre-{people.one}/1?what=identity").json()["fields"] == {"name": "张三"}


def positions(answer: httpx.Response) -> set[int]:
    runs = [run.split("-") for run in answer.headers.get("Taizhang-Withheld", "").split(",") if run]
    return {n for run in runs for n in range(int(run[0]), int(run[-1]) + 1)}


def test_the_feed_names_what_it_withholds(people: People) -> None:
    whole = people.district.registry.get("/feed", params={"limit": 1000}).json()
    answer = people.ask("subscriber", "registry", "/feed?limit=1000")
    withheld = positions(answer)
    assert {int(e["sequence"]) for e in answer.json()} | withheld == {int(e["sequence"]) for e in whole}
    assert "RoleGranted" not in answer.text
    people.grant("told more", "subscriber", events=["RoleGranted"])
    more = people.ask("told more", "registry", "/feed?limit=1000").json()
    assert {e["type"] for e in more} == {"taizhang.registry.RoleGranted.v1"}, "those named, and no others"


def test_the_feed_tells_nothing_about_somebody(people: People) -> None:
    """Asked for a kind or for somebody, what is withheld is as if it were not there, and a page is empty at the end alone."""
    kind = "type=taizhang.registry.RoleGranted.v1"
    for path in (f"/feed?{kind}", f"/feed?subject={people.principal('auditor')}", f"/feed?{kind}&subject=P-nobody"):
        answer = people.ask("subscriber", "registry", path)
        assert (answer.json(), answer.headers.get("Taizhang-Withheld")) == ([], None)
    people.grant("told of roles", "subscriber", events=["RoleGranted"])
    first = people.ask("told of roles", "registry", "/feed?limit=1")
    assert [e["type"] for e in first.json()] == ["taizhang.registry.RoleGranted.v1"]
    assert positions(first) >= set(range(1, min(int(e["sequence"]) for e in first.json())))
    problem(people.ask("told of roles", "compliance", "/notices"), 403, "forbidden")


def test_a_grant_that_names_somebody_is_for_nothing_else(people: People) -> None:
    people.grant("warrant", "auditor", cadre_id=people.one)
    lines = people.ask("warrant", "registry", "/feed?limit=1000").json()
    assert {e["subject"] for e in lines if "cadre_id" in e["data"]} == {people.one}
    assert {e["subject"] for e in lines if "RoleGranted" in e["type"]} <= {people.one}
    problem(people.ask("warrant", "compliance", "/kept/answers"), 403, "forbidden")
    assert people.ask("warrant", "registry", f"/units/{people.far}").status_code == 200, "the law is everybody's"
    people.grant("committee of a unit", "committee", unit_id=people.unit)
    said = {"principal": "P8", "role": "committee", "from": "2024-01-01"}
    problem(people.act("committee of a unit", "registry", "GrantRole", said), 403, "forbidden")


def test_nobody_comes_to_a_grant_by_a_detour(people: People) -> None:
    on = today(people.district.settings["registry"].now()).isoformat()
    people.grant("detour", "auditor")
    said = {"principal": people.principal("detour"), "role": "auditor", "revoked_on": on}
    revoked = people.district.registry.command("RevokeRole", said).json()["events"][0]
    people.grant("detour", "committee")
    retraction = {"retracts": revoked, "retracted_on": on, "private": {"reason": "x"}}
    problem(people.act("detour", "registry", "RetractRegistryFact", retraction), 403, "own-grant")
    assert people.act("committee", "registry", "RetractRegistryFact", retraction).status_code == 201
    grant = {"principal": "P8", "from": "2024-01-01", "unit_id": people.unit}
    problem(people.act("branch", "registry", "GrantRole", grant | {"role": "committee"}, **PAPER), 403, "forbidden")
    assert people.act("branch", "registry", "GrantRole", grant | {"role": "unit_head"}, **PAPER).status_code == 201


def test_of_several_roles_each_is_good_for_its_own(people: People) -> None:
    """A warrant asks for a purpose though one is a cadre too; and who may read their own number looks for nobody else's."""
    number, cadre = "11010519491231002X", people.district.fresh("C")
    private = {"name": "李四", "id_number": number}
    known = people.district.registry.command("RegisterCadre", cadre_of(cadre, people.far) | {"private": private})
    assert known.status_code == 201, known.text
    people.grant("both", "cadre", cadre_id=people.one)
    people.grant("both", "branch", unit_id=people.far)
    people.grant("both", "auditor", cadre_id=cadre)
    problem(people.ask("both", "registry", f"/sealed/cadre-{cadre}/1?what=identity_number"), 400, "purpose-missing")
    assert people.ask("both", "registry", f"/sealed/cadre-{people.one}/1?what=identity_number").status_code == 200
    people.grant("neighbour", "cadre", cadre_id=people.one)
    people.grant("neighbour", "branch", unit_id=people.far)

    def found(who: str, **asked: str) -> list[str]:
        answer = people._send("POST", who, "registry", "/cadres/search", {"Taizhang-Purpose": "duty"}, json=asked)
        assert answer.status_code == 200, answer.text
        return [i["cadre_id"] for i in answer.json()["items"] if i["cadre_id"] == cadre]

    assert found("neighbour", name="李四") == [cadre]
    assert found("neighbour", id_number=number) == []
    assert found("section", id_number=number) == [cadre]


def test_an_investigation_is_not_read_unrecorded(people: People) -> None:
    cadre = people.district.cadre()
    unit = people.district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    left = {"cadre_id": cadre, "unit_id": unit, "post": "校长", "reason": "age", "decision_no": "1", "exited_on": "2024-03-01"}
    exited = people.district.registry.command("RegisterExit", left).headers["Taizhang-Position"]
    said = {"cadre_id": cadre, "investigation_id": people.district.fresh("I"), "opened_on": "2024-05-01"}
    told = people.district.compliance.command("OpenInvestigation", said, Taizhang_After=exited)
    assert told.status_code == 201, told.text
    after = {"Taizhang-After": f"{exited}, {told.headers['Taizhang-Position']}"}
    assert "under_investigation" in people.ask("committee", "compliance", f"/cadres/{cadre}/answers", **after).text
    read = people.district.compliance.get("/reads", params={"cadre": cadre, "actor": people.principal("committee")}).json()["items"]
    assert [r["what"] for r in read if r["allowed"]] == ["investigation"]
    people.grant("investigated", "cadre", cadre_id=cadre)
    back = {"retracts": told.json()["events"][0], "cadre_id": cadre, "retracted_on": "2024-05-02", "private": {"reason": "x"}}
    gone = people.district.compliance.command("RetractComplianceFact", back)
    assert gone.status_code == 201, gone.text
    people.after = {"Taizhang-After": f"{people.after['Taizhang-After']}, {gone.headers['Taizhang-Position']}"}
    why = {"Taizhang-Purpose": "duty"}
    kinds = [
        {e["type"].split(".")[2] for e in people.ask(who, "compliance", f"/cadres/{cadre}/facts", **headers).json()["items"]}
        for who, headers in (("investigated", why), ("committee", why), ("committee", {}))
    ]
    assert ["ComplianceFactRetracted" in k for k in kinds] == [False, True, False], "what takes it back would tell of it"
    stream, version = gone.json()["events"][0].split("/")[1].split("@")
    problem(people.ask("investigated", "compliance", f"/sealed/{stream}/{version}?what=free_text"), 404, "unknown-fact")


def test_nobody_is_let_in_without_a_token(people: People) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}, {"Authorization": f"{KNOWN['Authorization']}x"}):
        problem(httpx.get(f"{people.district.registry.base_url}/cadres", headers=headers, trust_env=False), 401, "unauthenticated")
    other = SIGNER.sign("x", "session", -5)[0]
    said = httpx.get(f"{people.district.registry.base_url}/cadres", headers={"Authorization": f"Bearer {other}"}, trust_env=False)
    problem(said, 401, "token-expired")
    problem(people.ask("branch", "registry", "/cadres", **{"Taizhang-Role": "committee"}), 403, "role-not-held")
    problem(people.ask("branch", "registry", "/cadres", **{"Taizhang-Actor": "somebody"}), 403, "not-yourself")
    tried = people.district.registry.get("/reads", params={"actor": people.principal("branch"), "limit": 2}).json()["items"]
    assert [(t["what"], t["code"]) for t in tried] == [("admission", "not-yourself"), ("admission", "role-not-held")]
