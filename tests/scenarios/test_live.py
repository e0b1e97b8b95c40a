"""The golden scenarios through running services: those that share a ledger, and of the others as many as there is time for. All of
them: `make scenarios`."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.registry import CadreRegisteredPrivate, RegisterCadre, RegisterUnit
from services.replay.running import EQUAL
from services.replay.running import run as replay
from tests.scenarios.golden import questions, scenarios
from tests.scenarios.ledgers import SHARED, ledgers, name_in
from tests.scenarios.live import TODAY, Live, live
from tests.scenarios.test_golden import answered, divided, pure

ALONE = 2
"""Ledgers of one scenario that are begun here."""
BY_NAME = {ledger.name: ledger for ledger in ledgers()}
DRAWN = random.Random(os.environ.get("SEED", "7")).sample([name for name in BY_NAME if name != SHARED], ALONE)


def test_every_question_is_in_one_ledger() -> None:
    assert sorted(str(q) for ledger in ledgers() for q in ledger.asked) == sorted(map(str, questions()))
    assert {q.scenario for ledger in ledgers() for q in ledger.asked} == scenarios().keys()
    assert len(BY_NAME[SHARED].asked) > 100
    assert max(json.loads(line)["recordedtime"] for ledger in ledgers() for line in ledger.lines) < TODAY.isoformat()


def test_who_shares_a_ledger_is_answered_as_if_alone() -> None:
    """So that it is the scenarios which are asked about, only under other names."""
    facts, alone = divided(BY_NAME[SHARED].lines), {str(q): q for q in questions()}
    for asked in BY_NAME[SHARED].asked:
        together = json.dumps(answered(facts, asked)).replace(name_in(asked.scenario, ""), "")
        assert json.loads(together) == json.loads(json.dumps(pure(alone[str(asked)]))), asked


@pytest.fixture(scope="module", params=[SHARED, *DRAWN])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(BY_NAME[request.param], tmp_path_factory.mktemp("live")) as begun:
        yield begun


def test_what_is_asked_is_answered_as_decide_does_and_rightly(running: Live) -> None:
    assert {str(asked): wrong for asked in running.ledger.asked if (wrong := running.wrong(asked))} == {}


def test_what_was_published_is_what_decide_says(running: Live) -> None:
    assert running.published()
    assert running.unlike_published() == []


def test_a_replay_finds_all_of_it_equal(running: Live, capsys: pytest.CaptureFixture[str]) -> None:
    status = replay(True, None, "jsonl", running.taizhang.urls, running.taizhang.token)
    assert (status, capsys.readouterr().out) == (EQUAL, "")


@pytest.mark.parametrize("running", [SHARED], indirect=True)
def test_the_comparison_can_fail(running: Live, tmp_path: Path) -> None:
    """A log that says otherwise, and a fact that only the services know, are both found out."""
    log = tmp_path / "changed.jsonl"
    log.write_bytes(running.log.read_bytes().replace(b'"category":"professional_technical"', b'"category":"management"'))
    changed = replace(running, log=log)
    assert changed.wrong(running.ledger.asked[0])
    named = CadreRegisteredPrivate(name="王某某")
    post = {"managed_by": "committee", "category": "professional_technical", "post_grade": 8}
    running.client.command("registry", RegisterUnit.model_validate({"unit_id": "U9", "name": "某中学", "kind": "school"}))
    running.client.command("registry", RegisterCadre.model_validate({"cadre_id": "C9", "unit_id": "U9", "private": named, **post}))
    assert running.unlike_published() == ["C9 promotion"]
