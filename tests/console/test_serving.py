"""The console as it is served: described, looked after, and nothing without a token."""

from __future__ import annotations

import asyncio
import os
import resource
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from cryptography.exceptions import InvalidTag
from jsonschema_rs import Registry
from litestar.testing import TestClient

from services.console import app
from services.console.configured import Settings
from services.console.downloads import AT_ONCE
from services.console.imports import OPEN, READING, RECORDING
from services.console.uploads import Uploads
from services.kernel.refusal import Refused
from services.local.process import free_ports
from services.local.supervisor import Taizhang
from tests.console.conftest import SHORT, Console, People
from tests.http import test_openapi
from tests.workbooks.district import bytes_of


def test_it_is_described_as_the_services_are(section: Console) -> None:
    document = section.get("/openapi.json").json()
    test_openapi.test_it_is_openapi(document)
    test_openapi.test_every_reference_leads_somewhere(document)
    test_openapi.test_every_example_is_one(document, Registry([("urn:document", {"components": document["components"]})]))
    test_openapi.test_every_refusal_has_its_example(document)
    test_openapi.test_every_parameter_says_what_it_may_be(document)
    assert section.get("/docs").status_code == 200 and "default-src 'none'" in section.get("/docs").headers["Content-Security-Policy"]


def test_whoever_shows_no_good_token_gets_nothing(taizhang: Taizhang, people: People) -> None:
    url = taizhang.urls["console"]
    for shown in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Bearer é".encode()}, {"Authorization": "Basic eDp5"}):
        for way, path in (
            ("POST", "/imports?kind=units"),
            ("GET", "/imports/i-1"),
            ("GET", "/exports/roster"),
            ("GET", "/documents/explanation?cadre=C1"),
        ):
            answer = httpx.request(way, url + path, headers=shown, content=b"x" if way == "POST" else None, trust_env=False)  # type: ignore[arg-type]
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), (way, path)
    for path in ("/health/live", "/health/ready", "/openapi.json", "/docs"):
        assert httpx.get(url + path, trust_env=False).status_code == 200


def test_a_place_opens_for_its_owner_until_its_time(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads", 7)
    place = uploads.new("p-1")
    place.write("import", b"secret")
    assert (uploads.count("p-1", "import"), uploads.count("p-2", "import"), uploads.count("p-1", "workbook")) == (1, 0, 0)
    assert uploads.find("p-2", place.import_id) is None and uploads.find("p-1", "i-other") is None
    found = uploads.find("p-1", place.import_id)
    assert found and found.read("import") == b"secret" and 6.9 < (found.until - time.time()) / 86_400 < 7.1
    (file,) = (f for f in (tmp_path / "uploads").rglob("*") if f.is_file())
    assert b"secret" not in file.read_bytes()
    file.rename(file.with_suffix(".returned"))
    with pytest.raises(InvalidTag):
        place.read("returned")
    file.with_suffix(".returned").rename(file)
    uploads.remember("p-1", "leave", {"x": {"员工": "name"}})
    assert uploads.sweep() == 0
    os.utime(file, (0, time.time() - 1))
    assert uploads.find("p-1", place.import_id) is None and uploads.sweep() == 1 and not file.exists()
    assert uploads.layouts("p-1") == {"leave": {"x": {"员工": "name"}}}, "what a column means is kept"


def test_a_sweep_that_fails_is_not_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reported = list[str]()
    monkeypatch.setattr(app, "SWEEP", SHORT)
    monkeypatch.setattr(app, "report", lambda error, part: reported.append(part))
    place = Uploads(tmp_path, 7).new("p-1")
    place.write("import", b"x")
    (file,) = (f for f in tmp_path.rglob("*") if f.is_file())
    there = file.with_name("b.import")
    there.mkdir()  # what is no file cannot be erased like one
    os.utime(there, (0, 0))
    with TestClient(app.create(Settings(uploads=tmp_path))):
        until = time.monotonic() + 10
        while not reported and time.monotonic() < until:
            time.sleep(SHORT)
        there.rmdir()
        os.utime(file, (0, 0))
        while file.exists() and time.monotonic() < until:
            time.sleep(SHORT)
    assert not file.exists() and set(reported) == {"uploads"}


def test_where_there_is_no_room_nothing_is_left(tmp_path: Path) -> None:
    place = Uploads(tmp_path / "uploads", 7).new("p-1")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(Refused, match="no-room"):
            place.write("workbook", bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_those_who_wait_keep_nobody_from_being_answered(tmp_path: Path) -> None:
    """As many as may read, record and print at once, and one more, on a machine of any size."""
    everybody = threading.Barrier(READING + RECORDING + AT_ONCE + 1)

    async def waiting() -> None:
        await asyncio.gather(*(asyncio.to_thread(everybody.wait, 5) for _ in range(everybody.parties)))

    with TestClient(app.create(Settings(uploads=tmp_path))) as client, client.portal() as portal:
        portal.call(waiting)


def test_so_many_imports_and_no_more(taizhang: Taizhang, people: People, section: Console) -> None:
    uploads = Uploads(taizhang.folder.uploads, 1)
    for _ in range(OPEN):
        uploads.new("p-other").write("import", b"{}")  # of those that are recorded the workbook is erased
    places = [uploads.new("p-other") for _ in range(OPEN)]
    for place in places:
        place.write("workbook", b"PK")
    other = people("p-other")
    refused = other.hand_in("units", bytes_of("units.csv"))
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-imports")
    places[0].erase_all()
    with ThreadPoolExecutor(4) as together:
        codes = [a.status_code for a in together.map(lambda _: other.hand_in("units", bytes_of("units.csv")), range(4))]
    assert sorted(codes) == [201, 409, 409, 409], "one ended: there is room for one, also where several come at once"
    assert section.hand_in("units", bytes_of("units.csv")).status_code == 201, "others do not count"


def test_a_service_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    """Never as a failure of the console."""
    gone = f"http://127.0.0.1:{free_ports(1)[0]}"
    settings = Settings(uploads=tmp_path, registry_url=gone, assignments_url=gone, compliance_url=gone)
    with TestClient(app.create(settings)) as client:
        shown = {"Authorization": "Bearer abc"}
        for answer in (client.post("/imports?kind=units", content=b"x", headers=shown), client.get("/exports/roster", headers=shown)):
            assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "services-unavailable", "1")
        ready = client.get("/health/ready")
        assert ready.status_code == 503 and not ready.json()["parts"]["registry"]["ok"] and ready.json()["parts"]["uploads"]["ok"]
        assert client.get("/health/live").status_code == 200
