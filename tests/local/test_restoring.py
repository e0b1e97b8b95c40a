"""Log files as the beginning of a ledger."""

from __future__ import annotations

import gzip
import json
import random
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from contracts.canonical import canonical
from services.kernel import log
from services.kernel.restore import NotEmpty
from services.local.progress import silent
from services.local.restoring import PARTIAL, Ledger, NotALedger

SERVICES = ("registry", "assignments", "compliance")


def line(service: str, n: int, **changed: str) -> bytes:
    event = {
        "specversion": "1.0",
        "id": f"{service}/s-{n}@1",
        "source": f"/taizhang/{service}",
        "type": f"taizhang.{service}.Thing.v1",
        "subject": "C1",
        "time": "2024-01-01T00:00:00+08:00",
        "recordedtime": f"2024-01-01T00:00:{n:02}.000000Z",
        "sequence": f"{n:020}",
        "actor": "P1",
        "role": "section",
        "unitref": "-",
        "correlationid": "rq-1",
        "causationid": "cmd-1",
        "data": {"name": "溪岚"},
    }
    return canonical(event | changed)


def written(folder: Path, name: str, lines: Sequence[bytes]) -> Path:
    file, text = folder / name, b"\n".join(lines) + b"\n"
    file.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return file


@pytest.fixture
def databases(postgres: str) -> Iterator[dict[str, str]]:
    """An empty log for each service."""
    names = {service: f"{service}_{secrets.token_hex(4)}" for service in SERVICES}
    with psycopg.connect(postgres, autocommit=True) as admin:
        for name in names.values():
            admin.execute(f"create database {name}".encode())
        dsns = {service: make_conninfo(postgres, dbname=name) for service, name in names.items()}
        for dsn in dsns.values():
            with psycopg.connect(dsn) as c:
                c.execute(log.DDL.encode())
        yield dsns
        for name in names.values():
            admin.execute(f"drop database if exists {name} with (force)".encode())


def test_mixed_files_in_any_order_become_the_same_lines(tmp_path: Path, databases: dict[str, str]) -> None:
    lines = {service: [line(service, n) for n in range(1, 41)] for service in SERVICES}
    mixed = [x for of in lines.values() for x in of]
    random.Random(7).shuffle(mixed)
    loose = [json.dumps(json.loads(x)).encode() for x in mixed[:60]]  # not canonical: it becomes so
    ledger = Ledger([written(tmp_path, "b.jsonl.gz", mixed[60:]), written(tmp_path, "a.jsonl", loose)])
    assert len(ledger) == 120
    ledger.load(databases.__getitem__, silent)
    for service, dsn in databases.items():
        with psycopg.connect(dsn) as c:
            assert [row[0].encode() for row in c.execute("select line from log order by position")] == lines[service]
    with pytest.raises(NotEmpty):
        ledger.load(databases.__getitem__, silent)


def test_log_that_is_not_empty_leaves_the_others_alone(tmp_path: Path, databases: dict[str, str]) -> None:
    Ledger([written(tmp_path, "one.jsonl", [line("compliance", 1)])]).load(databases.__getitem__, silent)
    with pytest.raises(NotEmpty):
        Ledger([written(tmp_path, "two.jsonl", [line(s, 1) for s in SERVICES])]).load(databases.__getitem__, silent)
    with psycopg.connect(databases["registry"]) as c:
        assert c.execute("select position from head").fetchone() == (0,)


def test_log_that_breaks_on_the_way_leaves_nothing(tmp_path: Path, databases: dict[str, str]) -> None:
    broken = [line("compliance", 1), line("compliance", 2, id="compliance/s-2@7")]
    ledger = Ledger([written(tmp_path, "log.jsonl", [line("registry", 1), *broken])])
    with pytest.raises(NotALedger, match="compliance does not hold together"):
        ledger.load(databases.__getitem__, silent)
    for dsn in databases.values():
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(dsn)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([line("registry", 1), line("registry", 3)], "registry lacks position 2"),
        ([line("registry", 2)], "registry lacks position 1"),
        ([line("registry", 1), line("registry", 1, subject="C2")], "position 1 of registry is there twice"),
        ([line("registry", 1), line("registry", 2, recordedtime="2024-01-01T00:00:01.000000Z")], "does not rise at position 2"),
        ([line("registry", 1, type=PARTIAL)], "a part of a ledger only"),
        ([line("registry", 1), b"{"], "line 2 is not a fact"),
        ([line("payroll", 1)], "line 1: it is foreign"),
        ([line("registry", 1, recordedtime="2024-01-01T00:00:01")], "line 1 is not a fact"),
    ],
)
def test_what_is_not_a_whole_ledger_is_refused(tmp_path: Path, lines: list[bytes], says: str) -> None:
    with pytest.raises(NotALedger, match=says):
        Ledger([written(tmp_path, "log.jsonl", lines)])


def test_file_that_is_not_there_or_broken_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "log.jsonl.gz"
    broken.write_bytes(gzip.compress(line("registry", 1))[:-9])
    for file in (broken, tmp_path / "none.jsonl"):
        with pytest.raises(NotALedger, match=file.name):
            Ledger([file])
