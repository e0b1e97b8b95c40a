"""What an export holds, what it names as left out, and what it needs to be written."""

from __future__ import annotations

import gzip
import json
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services import exporting
from services.compliance.ledger import Ledger
from tests.compliance.projecting import cadre, fact, left, merger, retraction, unit


def read(log: Path) -> int:
    with Ledger([log], "9999") as ledger:
        return len(ledger.common.events) + sum(ledger.each(lambda cadre: len(cadre.events)))


class Feeds:
    """The `/feed` of every service over real HTTP, from lists of lines; `asked` are the positions asked for."""

    def __init__(self, url: str) -> None:
        self.urls = {s: f"{url}/{s}" for s in exporting.SERVICES}
        self.lines: dict[str, Callable[[int], bytes]] = {}
        self.lengths = dict.fromkeys(exporting.SERVICES, 0)
        self.asked = list[tuple[str, int]]()
        self.broken_after = 10**9

    def hold(self, service: str, *lines: bytes) -> None:
        self.lines[service], self.lengths[service] = lambda n: lines[n - 1], len(lines)

    def page(self, service: str, after: int, limit: int) -> bytes | None:
        self.asked.append((service, after))
        if after >= self.broken_after:
            return None
        positions = range(after + 1, min(after + limit, self.lengths[service]) + 1)
        return b"[" + b",".join(self.lines[service](n) for n in positions) + b"]"


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = parse_qs(url.query)
            body = held.page(url.path.split("/")[1], int(query["after"][0]), int(query["limit"][0]))
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"{}")

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    held = Feeds(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield held
    server.shutdown()
    server.server_close()


def calendar(position: int, kind: str, version: int, /, **data: Any) -> bytes:
    return fact("compliance", kind, f"calendar-2025@{version}", position, "calendar-2025", "2025-01-02", **data)


def exported(feeds: Feeds, to: Path, cadre_id: str | None = None, start: int = 1) -> list[dict[str, Any]]:
    assert exporting.run(None, start, cadre_id, to, feeds.urls, "") == exporting.OK
    content = gzip.decompress(to.read_bytes()) if to.suffix == ".gz" else to.read_bytes()
    return [json.loads(line) for line in content.splitlines()]


def district(feeds: Feeds) -> None:
    merged_by_mistake = {"retracts": "registry/unit-U1@2", "unit_id": "U1", "retracted_on": "2025-02-01"}
    feeds.hold(
        "registry",
        unit(1, "U1"), cadre(2, "C1"), cadre(3, "C2"), left(4, "C2"), left(5, "C1"), merger(6, "U1", "U2", "2024-02-01"),
        fact("registry", "RegistryFactRetracted", "unit-U1@3", 7, "U1", "2025-02-01", **merged_by_mistake),
        retraction(8, "C2", "registry/cadre-C2@2", 3),
    )  # fmt: skip
    taken_back = {"retracts": "compliance/calendar-2025@1", "retracted_on": "2025-01-02"}
    feeds.hold(
        "compliance",
        calendar(1, "CalendarPublished", 1, year=2025, version=1, off_days=[], work_days=[], notice="x"),
        calendar(2, "ComplianceFactRetracted", 2, **taken_back),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["case.jsonl", "case.jsonl.gz"])
def test_a_case_has_the_retractions_of_what_is_about_nobody(feeds: Feeds, tmp_path: Path, name: str) -> None:
    district(feeds)
    head, *events = exported(feeds, tmp_path / name, "C1")
    assert (head["type"], head["data"]) == (exporting.PARTIAL, {"left_out": {"registry": [[3, 4], [8, 8]]}})
    positions = [(e["source"].rsplit("/", 1)[1], int(e["sequence"])) for e in events]
    assert positions == [*(("registry", n) for n in (1, 2, 5, 6, 7)), ("compliance", 1), ("compliance", 2)]
    assert read(tmp_path / name) == 7


def test_from_a_position_on_nothing_before_it_is_read(feeds: Feeds, tmp_path: Path) -> None:
    district(feeds)
    head, *events = exported(feeds, tmp_path / "rest.jsonl", start=6)
    assert head["data"]["left_out"]["registry"] == [[1, 5]]
    assert [int(e["sequence"]) for e in events] == [6, 7, 8]
    assert min(after for _, after in feeds.asked) == 5
    assert read(tmp_path / "rest.jsonl") == 3


@pytest.mark.parametrize("cadre_id", [None, "C000001"])
def test_a_long_log_needs_little_memory(feeds: Feeds, tmp_path: Path, cadre_id: str | None) -> None:
    def line(n: int) -> bytes:
        return cadre(n, "C000001" if n == 1 else f"C{n:06d}") if n % 2 else unit(n, f"U{n:06d}", name="校" * 500)

    feeds.lines["registry"], feeds.lengths["registry"] = line, 20_000
    tracemalloc.start()
    events = exporting.run(None, 1, cadre_id, tmp_path / "long.jsonl", feeds.urls, "")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = (tmp_path / "long.jsonl").stat().st_size
    assert (events, size > 15_000_000) == (exporting.OK, True)
    assert peak < 45_000_000, "a few pages as they are read; all of it takes 70 MB"


@pytest.mark.parametrize("cadre_id", [None, "C000001"])
def test_what_breaks_off_leaves_no_file_and_what_was_there_before(feeds: Feeds, tmp_path: Path, cadre_id: str | None) -> None:
    feeds.lines["registry"], feeds.lengths["registry"], feeds.broken_after = lambda n: cadre(n, f"C{n:06d}"), 5000, 2000
    (tmp_path / "old.jsonl").write_text("old")
    for name in ("old.jsonl", "new.jsonl"):
        assert exporting.run(None, 1, cadre_id, tmp_path / name, feeds.urls, "") == exporting.UNAVAILABLE
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("old.jsonl", "old")]


def test_nobody_is_said_to_be_nobody(feeds: Feeds, tmp_path: Path) -> None:
    district(feeds)
    assert exporting.run(None, 1, "C9", tmp_path / "x.jsonl", feeds.urls, "") == exporting.NOT_FOUND
    assert list(tmp_path.iterdir()) == []
