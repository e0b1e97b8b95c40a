"""A stopped database and a stopped broker: clear answers, nothing half-written, and back again without a restart."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from services.local.nats import Nats
from services.local.postgres import Postgres
from tests.http.conftest import District
from tests.http.test_commands import problem, unit


@pytest.fixture
def without_broker(nats_server: Nats, district: District) -> Iterator[None]:
    nats_server.stop()
    try:
        yield
    finally:
        nats_server.start()
        _until(lambda: district.registry.get("/health/ready").status_code == 200)
        _until(lambda: district.assignments.get("/health/ready").status_code == 200)


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("not back in 30 s")


def test_with_the_broker_stopped_no_command_fails(district: District, without_broker: None) -> None:
    told = district.registry.command("RegisterUnit", unit(district.fresh("U")))
    assert told.status_code == 201
    _until(lambda: district.registry.get("/health/ready").status_code == 503)
    said = problem(district.registry.get("/health/ready"), 503, "not-ready")
    assert said["parts"]["database"]["ok"]
    assert not said["parts"]["broker"]["ok"]
    assert (said["ready"], said["commands"]) == (False, True)
    there = district.registry.get("/health/ready", params={"for": "commands"})
    assert (there.status_code, there.json()["ready"], there.json()["commands"]) == (200, False, True)


def test_with_the_database_stopped_nothing_is_written_and_a_retry_works(district: District, postgres_server: Postgres) -> None:
    there, key = district.fresh("U"), district.fresh("key")
    before = district.registry.get("/health/ready").json()["parts"]["database"]["position"]
    postgres_server.stop()
    try:
        refused = district.registry.command("RegisterUnit", unit(there), Idempotency_Key=key)
        problem(refused, 503, "database-unavailable")
        problem(district.registry.get("/units"), 503, "database-unavailable")
        said = problem(district.registry.get("/health/ready"), 503, "not-ready")
        assert not said["parts"]["database"]["ok"]
        assert not said["commands"]
        problem(district.registry.get("/health/ready", params={"for": "commands"}), 503, "not-ready")
        assert district.registry.get("/health/live").status_code == 200
        assert district.registry.get("/metrics").status_code == 200
    finally:
        postgres_server.start()
    told: list[httpx.Response] = []

    def recorded() -> bool:
        told.append(district.registry.command("RegisterUnit", unit(there), Idempotency_Key=key))
        return told[-1].status_code == 201

    _until(recorded)
    assert [e["id"] for e in district.registry.get("/feed", params={"after": before}).json()] == [f"registry/unit-{there}@1"]
    _until(lambda: district.registry.get("/health/ready").status_code == 200)
    _until(lambda: district.assignments.get("/health/ready").status_code == 200)
