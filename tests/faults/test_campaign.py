"""A slice of the campaigns; `make faults` runs them whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import campaign, whole
from tests.faults.load import Load
from tests.faults.system import PARTS, System

SEED = 7


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with tempfile.TemporaryDirectory(prefix="faults-") as folder, System(Path(folder)) as system:
        yield system


@pytest.fixture(scope="module")
def load(system: System) -> Load:
    return Load(system)


def test_each_part_killed_once(system: System, load: Load) -> None:
    assert campaign.killed(system, load, SEED, 1, print, PARTS) == []
    assert len(load.acknowledged) > 20, "nobody worked meanwhile"


def test_streams_deleted(system: System, load: Load) -> None:
    assert campaign.streams_deleted(system, load, SEED, restart=False) == []


def test_broker_stopped(system: System, load: Load) -> None:
    assert campaign.broker_stopped(system, load, SEED, seconds=1) == []


def test_the_checks_find_what_is_wrong(system: System, load: Load) -> None:
    """So that nothing found means something."""
    assert whole.problems(system, load) == []
    first, *others = load.acknowledged
    elsewhere = Load(system, acknowledged=[*others, first, first])
    assert any("acknowledged 2 times" in p for p in whole.nothing_lost(system, elsewhere))
    assert any("facts for" in p for p in whole.nothing_lost(system, Load(system, acknowledged=others)))
    unknown = Load(system, acknowledged=[*load.acknowledged, first.__class__("registry", ("registry/cadre-nobody@1",), 1)])
    assert any("is lost" in p for p in whole.nothing_lost(system, unknown))
