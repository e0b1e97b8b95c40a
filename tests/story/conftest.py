"""Everything on this machine, once for all tests of the story: real PostgreSQL, real JetStream, the three services."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.client import Client
from services.local.supervisor import Taizhang
from tests.everybody import EVERY_ROLE


@pytest.fixture(scope="module")
def taizhang() -> Iterator[Taizhang]:
    with tempfile.TemporaryDirectory(prefix="taizhang-story-") as folder, Taizhang(Path(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def client(taizhang: Taizhang) -> Iterator[Client]:
    with Client(taizhang.urls, taizhang.token_for(*EVERY_ROLE)) as c:
        yield c
