"""What people write about people is found nowhere outside its ciphertext: not on the bus, not in a log, not in the files of
PostgreSQL or NATS, not in an answer to a mistake."""

from __future__ import annotations

import asyncio
import json
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from contracts import assignments, compliance, registry
from contracts.message import Fact
from services.local.nats import READS
from services.local.supervisor import Taizhang
from tests.assignments.test_deciders import STORY as ASSIGNMENTS
from tests.canary.planting import BIRTH_DATE, COMMON, Place, canary, forms, found_in, places, planted, spoiled
from tests.compliance.deciders.test_deciders import STORY as COMPLIANCE
from tests.dsl import By, entered
from tests.everybody import shown, token
from tests.faults.bus import messages
from tests.kernel.courier import Message
from tests.registry.test_deciders import STORY as REGISTRY

COMMANDS = (*registry.COMMANDS, *assignments.COMMANDS, *compliance.COMMANDS)
PEOPLE = tuple(c for c in REGISTRY if type(c).__name__ in ("RegisterUnit", "RegisterCadre"))
STORIES: tuple[Sequence[Fact | By], ...] = (PEOPLE, ASSIGNMENTS, COMPLIANCE, REGISTRY)
NOTHING = {"birth date": BIRTH_DATE.encode(), **COMMON}


class Lived(NamedTuple):
    """What is left of a system through which every story went, after it was stopped."""

    folder: Path
    bus: dict[str, list[Message]]
    logs: str
    answers: list[httpx.Response]
    recorded: set[type[Fact]]
    control: str
    """A word that stands in a field that travels."""
    metrics: str


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    control = f"offen{secrets.token_hex(8)}"
    with tempfile.TemporaryDirectory(prefix="canary-") as name:
        folder = Path(name)
        with Taizhang(folder) as t, httpx.Client(timeout=20, trust_env=False, headers=shown(token(folder))) as client:
            answers, recorded = _told(t, client, control)
            answers += _mistaken(t, client)
            metrics = "".join(client.get(f"{url}/metrics").text for url in t.urls.values())
            bus = _bus(t, client)
        logs = "".join(p.read_text(errors="replace") for p in folder.rglob("*.log*") if p.is_file())
        yield Lived(folder, bus, logs, answers, recorded, control, metrics)


def _told(t: Taizhang, client: httpx.Client, control: str) -> tuple[list[httpx.Response], set[type[Fact]]]:
    """The stories, with canaries; refusals are no mistake of the test as long as every command was recorded once."""
    answers, recorded, position = list[httpx.Response](), set[type[Fact]](), dict[str, int]()
    answers.append(_post(t, client, "RegisterUnit", "registry", {"unit_id": "U0", "name": control, "kind": "school"}, {}))
    assert answers[0].status_code == 201, answers[0].text
    for story in STORIES:
        for actor, command in map(entered, story):
            body, _ = planted(command)
            after = ", ".join(f"{k}={v}" for k, v in position.items() if k in READS[command.SERVICE])
            headers = {"Taizhang-Actor": actor.id} | ({"Taizhang-After": after} if after else {})
            answer = _post(t, client, type(command).__name__, command.SERVICE, body, headers)
            answers.append(answer)
            if answer.status_code == 201:
                recorded.add(type(command))
                position[command.SERVICE] = answer.json()["position"]
    return answers, recorded


def _mistaken(t: Taizhang, client: httpx.Client) -> list[httpx.Response]:
    answers, kinds = list[httpx.Response](), {type(c): c for story in STORIES for _, c in map(entered, story)}
    for kind, command in kinds.items():
        for body in spoiled(command):
            answers.append(_post(t, client, kind.__name__, kind.SERVICE, body, {}))
            assert 400 <= answers[-1].status_code < 500, (kind.__name__, answers[-1].text)
    bird = canary(Fact, ["anywhere"])
    plain = bird.split()[1]
    for service, url in t.urls.items():
        answers.append(
            client.post(f"{url}/commands/RegisterUnit", content=f'{{"{bird}": '.encode(), headers={"Content-Type": "application/json"})
        )
        answers.append(client.post(f"{url}/commands/{bird}", json={}))
        answers.append(client.get(f"{url}/{bird}", params={"x": bird}))
        answers.append(client.get(f"{url}/feed", params={"after": bird, "limit": bird}))
        answers.append(client.get(f"{url}/schemas/{plain}.json"))
        for header in ("Taizhang-Actor", "Taizhang-Role", "Taizhang-Unit", "Taizhang-After", "Idempotency-Key", "Authorization"):
            answers.append(client.post(f"{url}/commands/RegisterUnit", json={}, headers={header: f"{plain} {plain}"}))
        assert service
    return answers


def _post(t: Taizhang, client: httpx.Client, name: str, service: str, body: Any, headers: dict[str, str]) -> httpx.Response:
    return client.post(f"{t.urls[service]}/commands/{name}", json=body, headers=headers)


def _bus(t: Taizhang, client: httpx.Client) -> dict[str, list[Message]]:
    """Everything, when everything has been published."""
    bus = dict[str, list[Message]]()
    for service, url in t.urls.items():
        for _ in range(40):
            bus[service] = asyncio.run(messages(t.nats.url("compliance"), service))
            there = len(client.get(f"{url}/feed", params={"limit": 1000}).json())
            if len(bus[service]) >= there:
                break
    return bus


def test_every_command_with_something_to_say_was_recorded(lived: Lived) -> None:
    """Else nothing was planted, and nothing found means nothing."""
    speaking = {c for c in COMMANDS if any(p.free for p in places(c))}
    assert len(speaking) > 15
    assert {c.__name__ for c in speaking - lived.recorded} == set(), [a.text for a in lived.answers if a.status_code >= 400][:5]


def test_every_string_is_known_for_what_it_is() -> None:
    """An id, a code, a document's number, or planted: a new field of a command is one of these or is searched for."""
    strings = [(c, p) for c in COMMANDS for p in places(c)]
    assert len(strings) > 150
    assert all(p.free for _, p in strings if p.private and p.form is None and not p.codes)
    assert Place(("private", "grounds"), None).free
    assert not Place(("decision_no",), None).free


def test_the_search_finds_what_is_there(lived: Lived, tmp_path: Path) -> None:
    """A word in a field that travels is found in PostgreSQL, in NATS, on the bus and in the answer of the feed; each form is found."""
    hits = found_in(lived.folder.rglob("*"), {lived.control.encode(): "control"})
    assert {Path(p).relative_to(lived.folder).parts[0] for p in hits} >= {"postgres", "nats"}
    assert any(lived.control.encode() in m.body for m in lived.bus["registry"])
    for n, (form, needle) in enumerate(forms(canary(Fact, ["x"])).items()):
        (tmp_path / str(n)).write_bytes(b"\0" * 5000 + needle + b"\0")
        assert found_in(tmp_path.iterdir(), {v: k for k, v in COMMON.items()}), form
        (tmp_path / str(n)).unlink()


def test_not_on_the_bus(lived: Lived) -> None:
    assert {s: len(m) > 10 for s, m in lived.bus.items()} == {"registry": True, "assignments": True, "compliance": True}
    for found in lived.bus.values():
        for m in found:
            said = m.body + m.subject.encode() + json.dumps(m.headers, ensure_ascii=False).encode()
            assert [form for form, needle in NOTHING.items() if needle in said] == [], m.subject
    sealed = [m for found in lived.bus.values() for m in found if b'"sealed":' in m.body]
    assert len(sealed) > 15, "the canaries were sealed"


def test_not_in_logs_nor_metrics(lived: Lived) -> None:
    assert "registry" in lived.logs, "there are logs"
    for text in (lived.logs, lived.metrics):
        assert [form for form, needle in NOTHING.items() if needle.decode("utf-8", "replace") in text] == []


def test_not_in_any_file(lived: Lived) -> None:
    assert sum(p.stat().st_size for p in lived.folder.rglob("*") if p.is_file()) > 10_000_000
    assert found_in(lived.folder.rglob("*"), {v: k for k, v in NOTHING.items()}) == {}


def test_not_in_an_answer(lived: Lived) -> None:
    """A mistake is named by its field and code; it is not repeated."""
    for answer in lived.answers:
        said = answer.content + json.dumps(dict(answer.headers)).encode()
        assert [form for form, needle in NOTHING.items() if needle in said] == [], answer.request.url.path
