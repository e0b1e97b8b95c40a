"""Many commands in one request: each with its own outcome, in order where they touch one cadre, and the whole of it again adds nothing."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from services.kernel.bulk import MOST
from services.kernel.refusals import TABLE
from tests.http.conftest import Client, District, cadre_of
from tests.http.test_commands import problem, unit

Item = dict[str, Any]


def item(command: str, data: Item, **around: str) -> Item:
    return {"command": command, "data": data} | around


def send(client: Client, items: list[Any], **headers: str) -> Any:
    answer = client.post("/commands", json=items, headers={k.replace("_", "-"): v for k, v in headers.items()})
    assert answer.status_code == 207, answer.text
    told = answer.json()
    assert len(told["items"]) == len(items)
    assert all(i["status"] in (200, 201) or i["problem"]["code"] in TABLE for i in told["items"])
    return told


def statuses(told: Any) -> list[int]:
    return [i["status"] for i in told["items"]]


def whole_unit(district: District, cadres: int) -> list[Item]:
    """A unit, its cadres, and what happened to each, in the order of a workbook."""
    there = district.fresh("U")
    names = [district.fresh("C") for _ in range(cadres)]
    left = {"unit_id": there, "post": "principal", "reason": "age", "exited_on": "2024-03-01", "decision_no": "1"}
    return [
        item("RegisterUnit", unit(there)),
        *(item("RegisterCadre", cadre_of(name, there)) for name in names),
        *(item("RegisterExit", left | {"cadre_id": name}) for name in names),
        *(item("CompleteRetirement", {"cadre_id": name, "completed_on": "2025-03-01"}) for name in names),
    ]


def test_a_whole_unit_at_once_and_again(district: District) -> None:
    items, key = whole_unit(district, 20), district.fresh("key")
    told = send(district.registry, items, Idempotency_Key=key)
    assert statuses(told) == [201] * 61, "each cadre is registered before it leaves, the unit before its cadres"
    assert (told["recorded"], told["already_true"], told["refused"]) == (61, 0, 0)
    assert told["position"] == max(i["position"] for i in told["items"])
    assert send(district.registry, items, Idempotency_Key=key) == told, "the same again gives the first outcome"
    told = send(district.registry, items, Idempotency_Key=district.fresh("key"))
    assert statuses(told) == [200] * 61, "and under another key nothing new"


def test_every_one_is_tried(district: District) -> None:
    good, renamed = unit(district.fresh("U")), {"name": "Second", "renamed_on": "2024-03-01"}
    unknown = {"unit_id": "U-none", **renamed}
    odd: list[Any] = [
        item("RegisterUnit", {"unit_id": "a b"}), item("RegisterElephant", {}), item("RenameUnit", unknown), 7, {"command": "RegisterUnit"},
        item("RegisterUnit", good, colour="red"), item("RegisterUnit", good, if_match="3"), item("RegisterUnit", good, key="a b"),
        item("RegisterUnit", good, document_no="\x00"), item("RegisterUnit", good, on_behalf_of="The Boss"), item("RegisterUnit", good),
        item("RenameUnit", {"unit_id": good["unit_id"], **renamed}, if_match='"1"'),
        item("RenameUnit", {"unit_id": good["unit_id"], **renamed} | {"name": "Third"}, if_match='"1"'),
    ]  # fmt: skip
    told = send(district.registry, odd)
    assert statuses(told) == [422, 404, 404, 422, 422, 422, 400, 400, 400, 400, 201, 201, 412]
    assert told["items"][0]["problem"]["errors"]
    assert told["items"][-1]["problem"]["now"]["state"]["name"] == "Second"
    assert (told["recorded"], told["refused"]) == (2, 11)


def test_what_stands_around_each_stands_in_its_fact(district: District) -> None:
    paper = {"document_no": "示字〔2024〕3号", "on_behalf_of": "section"}
    told = send(district.registry, [item("RegisterUnit", unit(district.fresh("U")), **paper)], Taizhang_Actor="P7", Taizhang_Role="branch")
    (event,) = district.registry.get("/feed", params={"after": told["position"] - 1, "limit": 1}).json()
    said = [event[name] for name in ("actor", "role", "onbehalfof", "documentno")]
    assert said == ["P7", "branch", "section", "示字〔2024〕3号"]


def test_a_key_of_its_own(district: District) -> None:
    one, other, key = unit(district.fresh("U")), unit(district.fresh("U")), district.fresh("key")
    told = send(district.registry, [item("RegisterUnit", one, key=key), item("RegisterUnit", other, key=key)])
    assert sorted(statuses(told)) == [201, 422], "one key is one command"
    alone = district.registry.command("RegisterUnit", one, Idempotency_Key=key)
    assert alone.status_code in (201, 422), "the same key as alone"


def test_lines(district: District) -> None:
    good = orjson.dumps(item("RegisterUnit", unit(district.fresh("U"))))
    body = b"\n".join([good, b"", b"{", good, b'"x"', b'{"command": "RegisterUnit", "data": {"name": "\\ud800"}}'])
    answer = district.registry.post("/commands", content=body, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 207
    assert sorted(statuses(answer.json())) == [200, 201, 400, 400, 422]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "not-json"),
        (b"{}", "application/json", 422, "invalid-fields"),
        (b"[]", "application/json", 422, "nothing-given"),
        (b"\n \n", "application/x-ndjson", 422, "nothing-given"),
        (b"[]", "text/plain", 415, "not-json-content-type"),
        (b"[" + b"7," * MOST + b"7]", "application/json", 413, "too-many-commands"),
        (b'["' + b"x" * 8 * 1024 * 1024 + b'"]', "application/json", 413, "body-too-large"),
    ],
)
def test_what_is_no_list_of_commands(district: District, body: bytes, kind: str, status: int, code: str) -> None:
    problem(district.registry.post("/commands", content=body, headers={"Content-Type": kind}), status, code)


def test_a_long_list_is_within_what_a_body_may_hold(district: District) -> None:
    """Larger than one command may be."""
    items = [item("RenameUnit", {"unit_id": "U-none", "name": "学" * 290, "renamed_on": "2024-03-01"}) for _ in range(1200)]
    assert 8 * 1024 * 1024 > len(orjson.dumps(items)) > 1024 * 1024
    answer: httpx.Response = district.registry.post("/commands", json=items)
    assert answer.json()["refused"] == 1200
