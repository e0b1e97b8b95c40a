"""What is stored is the canonical form, its leaf is the hash of it, and the head is the root of the tree over all leaves."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

import psycopg
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kernel.log import Log
from tests.kernel import merkle
from tests.kernel.drafts import draft, head, make, table, whole

NASTY = [
    '"recordedtime":""',
    '"sequence":""',
    '\\"sequence\\":""',
    "\\",
    "\0\x01\x1f\x7f\u2028\ufeff",
    "\U0001f600 汉字 é é",
    "'; drop table log; --",
    "%s %(a)b {0}",
    '","sequence":"',
    "/",
    "",
]


@pytest.fixture
def log(database: str) -> Iterator[Log]:
    make(database)
    with closing(Log("test", database)) as log:
        yield log


@pytest.mark.parametrize("group", [1, 5])
def test_stored_is_the_canonical_form(log: Log, group: int) -> None:
    log.append([draft("first")])
    facts = [draft("s", n, text=text, list=[text, n, {"b": None, "a": True, text or "k": 0.5}]) for n, text in enumerate(NASTY, 1)]
    for n in range(0, len(facts), group):
        log.append(facts[n : n + group])
    rows = table(log.dsn)
    whole(rows)
    for row, text in zip(rows[1:], NASTY, strict=True):
        assert row.event["data"]["text"] == text
        assert row.line.encode() == rfc8785.dumps(row.event)
        assert row.leaf == merkle.leaf(row.line)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=8))
def test_whatever_is_said_comes_back(log: Log, texts: list[str]) -> None:
    at = head(log.dsn)[0]
    log.append([draft(f"s{at}", n, text=text) for n, text in enumerate(texts, 1)])
    for row, text in zip(table(log.dsn)[at:], texts, strict=True):
        assert row.event["data"] == {"text": text}
        assert row.line.encode() == rfc8785.dumps(row.event)
        assert row.leaf == merkle.leaf(row.line)


def test_head_is_the_root_at_every_size(log: Log) -> None:
    rng, n = random.Random(1), 0
    while n < 300:
        size = rng.choice([1, 1, 1, 2, 3, 7, 8, 33])
        log.append([draft(f"s{n + k}", text="x" * rng.randrange(50)) for k in range(size)])
        n += size
        position, recorded, frontier = head(log.dsn)
        rows = table(log.dsn)
        assert (position, recorded) == (n, rows[-1].recorded)
        assert merkle.folded(frontier, n) == merkle.root([merkle.leaf(r.line) for r in rows])


def test_the_tree_is_the_published_one() -> None:
    """The vectors that Certificate Transparency logs are tried with, so that two mistakes of ours do not agree."""
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    hashed = [merkle.leaf(bytes.fromhex(x)) for x in leaves]
    assert {n: merkle.root(hashed[:n]).hex() for n in roots} == roots


def test_ciphertext_stands_beside_its_line(log: Log) -> None:
    log.append([draft("a", sealed=b"\x00one"), draft("b"), draft("c", sealed=b"")])
    log.append([draft("d", sealed=b"\xfftwo")])
    with psycopg.connect(log.dsn) as c:
        stored = [r[0] for r in c.execute("select sealed from log order by position").fetchall()]
    assert stored == [b"\x00one", None, b"", b"\xfftwo"]
    assert sha256(b"one").hexdigest() not in json.dumps([r.line for r in table(log.dsn)])
