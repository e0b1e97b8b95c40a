"""The page on reading an explanation shows what the command really prints."""

from pathlib import Path
from shlex import split

import pytest
from typer.testing import CliRunner

from services.cli import app
from tests.house.tree import ROOT, blocks, commands, text_of
from tests.scenarios.golden import scenarios

PAGE = ROOT / "docs" / "explanations.md"


def test_the_answer_on_the_page_is_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, _ = scenarios()["G03"]
    (tmp_path / "ledger.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    monkeypatch.chdir(tmp_path)
    (command,) = commands(PAGE)
    ran = CliRunner().invoke(app, split(command)[1:])
    assert ran.exit_code == 0, ran.output
    (shown,) = blocks(PAGE, "text")
    assert ran.stdout.strip().splitlines() == shown.strip().splitlines()


def test_every_part_of_an_answer_is_on_the_page() -> None:
    text = text_of(PAGE) or ""
    for word in ("as of", "known at", "owed by", "readings", "parameters", "findings", "not tried", "政策参数，办法未作规定"):
        assert word in text, word
