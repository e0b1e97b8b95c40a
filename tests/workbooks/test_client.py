"""The client against a server that fails on purpose: what was not answered is asked again under the same key, once it is answered
it counts once, and one person's commands stay in order."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from contracts.registry import CompleteRetirement
from services.client import Client, Order, Recorded
from services.problems import Problem

Answer = tuple[int, dict[str, Any]]


@dataclass
class Standin:
    """Keeps to the contract of a service: a key has one effect, however often it comes."""

    url: str = ""
    fail: Callable[[int], Answer | None] = lambda _: None
    """Given the number of the request: an answer instead of carrying it out; status 0 carries it out and hangs up."""
    log: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Answer:
        with self.lock:
            self.requests += 1
            failure = self.fail(self.requests)
            if failure and failure[0]:
                return failure
            key = headers["Idempotency-Key"]
            if key not in self.done:
                self.done[key] = len(self.done) + 1
                self.log.append((path, body, headers))
            position = self.done[key]
        return (0, {}) if failure else (201, {"events": [f"registry/cadre-x@{position}"], "position": position})


def _handler(standin: Standin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with standin.lock:
                standin.at_once += 1
                standin.most_at_once = max(standin.most_at_once, standin.at_once)
            time.sleep(0.002)
            status, said = standin.answer(self.path, dict(self.headers), body)
            with standin.lock:
                standin.at_once -= 1
            if status == 0:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            text = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what some of these tests are about."""


@pytest.fixture
def standin() -> Iterator[Standin]:
    there = Standin()
    server = _Server(("127.0.0.1", 0), _handler(there))
    there.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield there
    server.shutdown()
    server.server_close()
    thread.join()


def retirement(cadre: str = "C1", day: int = 1) -> CompleteRetirement:
    return CompleteRetirement(cadre_id=cadre, completed_on=date(2024, 9, day))


def client(standin: Standin, tries: int = 8) -> Client:
    return Client({"registry": standin.url, "assignments": standin.url}, "secret", tries=tries)


def test_a_command_as_the_contract_has_it(standin: Standin) -> None:
    with client(standin) as c:
        assert c.command("registry", retirement(), "branch", "溪教体干〔2024〕1号") == Recorded(("registry/cadre-x@1",), 1)
        c.command("assignments", retirement())
    (path, body, headers), (_, _, later) = standin.log
    assert (path, body) == ("/commands/CompleteRetirement", {"cadre_id": "C1", "completed_on": "2024-09-01"})
    assert (headers["Taizhang-On-Behalf-Of"], headers["Authorization"]) == ("branch", "Bearer secret")
    assert headers["Taizhang-Document-No"].startswith("%E6%BA%AA") and "Taizhang-After" not in headers
    assert later["Taizhang-After"] == "registry=1", "another service must know what was written before"
    assert later["Idempotency-Key"] != headers["Idempotency-Key"]


def test_not_yet_known_is_asked_again_and_a_lost_answer_counts_once(standin: Standin) -> None:
    standin.fail = {1: (503, {"code": "not-yet-known"}), 2: (0, {}), 3: (0, {})}.get
    with client(standin) as c:
        assert c.command("registry", retirement()).position == 1
    assert standin.requests == 4 and len(standin.log) == 1


def test_a_refusal_says_why_in_both_languages_and_is_not_repeated(standin: Standin) -> None:
    standin.fail = lambda _: (409, {"code": "already-retired", "title_zh": "已退休", "title_en": "Already retired", "errors": []})
    with client(standin) as c, pytest.raises(Problem) as refused:
        c.command("registry", retirement())
    assert (refused.value.code, refused.value.zh, refused.value.en) == ("already-retired", "已退休", "Already retired")
    assert standin.requests == 1 and not refused.value.unavailable


def test_where_nobody_listens_it_is_said_after_some_tries() -> None:
    with Client({"registry": "http://127.0.0.1:9"}, tries=2) as nobody, pytest.raises(Problem) as refused:
        nobody.command("registry", retirement())
    assert refused.value.unavailable and refused.value.code == "unreachable"


def test_many_at_once_each_lane_in_order(standin: Standin) -> None:
    standin.fail = lambda n: (503, {"code": "not-yet-known"}) if n % 7 == 0 else (0, {}) if n % 11 == 0 else None
    outcomes: list[Recorded | Problem] = []
    orders = [Order("registry", retirement(f"C{cadre}", day), f"C{cadre}") for day in range(1, 9) for cadre in range(30)]
    with client(standin) as c:
        c.commands(orders, lambda _, outcome: outcomes.append(outcome))
    assert len(outcomes) == len(standin.log) == 240 and all(isinstance(o, Recorded) for o in outcomes)
    assert 4 < standin.most_at_once <= 16
    for cadre in range(30):
        days = [body["completed_on"][-1] for _, body, _ in standin.log if body["cadre_id"] == f"C{cadre}"]
        assert days == list("12345678")


def test_a_refused_command_does_not_stop_the_others(standin: Standin) -> None:
    standin.fail = lambda n: (422, {"code": "invalid-fields"}) if n == 2 else None
    outcomes: list[Recorded | Problem] = []
    with client(standin) as c:
        c.commands([Order("registry", retirement(day=day), "C1") for day in (1, 2, 3)], lambda _, outcome: outcomes.append(outcome))
    assert [type(o) for o in outcomes] == [Recorded, Problem, Recorded]


def test_when_nobody_answers_any_more_the_rest_is_not_sent(standin: Standin) -> None:
    standin.fail = lambda n: (503, {"code": "unavailable"}) if n > 20 else None
    orders = [Order("registry", retirement(f"C{n}"), f"C{n}") for n in range(200)]
    with client(standin, tries=2) as c, pytest.raises(Problem) as refused:
        c.commands(orders, lambda *_: None)
    assert refused.value.unavailable and len(standin.log) == 20 and standin.requests < 100
