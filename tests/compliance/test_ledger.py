"""A log that does not fit into memory gives the same answers as one that does, and leaves nothing behind."""

from __future__ import annotations

import ast
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench import ledger as invented
from contracts.envelope import ACTOR, REQUIRED
from services.compliance import law
from services.compliance.offline import run
from services.compliance.piles import HELD
from tests.law.asking import d

DAY, CADRES = "2026-06-17", 60
PROGRAM = """
import sys
from services.compliance.offline import *
sys.exit(run([Path(sys.argv[1])], None, None, date(2026, 6, 17), "2026-06-17", None, None, "jsonl", held=int(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("district") / "log.jsonl"
    assert invented.write(file, CADRES) > 40 * CADRES
    return file


def decided(capsys: pytest.CaptureFixture[str], log: Path, held: int = HELD, output: str = "jsonl", unit: str | None = None) -> str:
    assert run([log], None, unit, d(DAY), DAY, None, None, output, held=held) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("output", ["jsonl", "json", "csv", "table"])
def test_laid_aside_or_not_the_answers_are_the_same(log: Path, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    held = decided(capsys, log, output=output)
    assert held.count("C000") >= CADRES
    assert decided(capsys, log, 5_000, output) == held


def test_a_unit_laid_aside_or_not(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert decided(capsys, log, 5_000, "json", "U0002") == decided(capsys, log, HELD, "json", "U0002")


def test_the_order_of_the_lines_changes_nothing(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    other = tmp_path / "other.jsonl"
    for order in (sorted(lines), random.Random(7).sample(lines, len(lines))):
        assert order != lines
        other.write_bytes(b"".join(order))
        assert decided(capsys, other, 5_000) == decided(capsys, log)


@pytest.mark.parametrize("wrong", ["gap", "double", "no fact"])
def test_what_is_wrong_is_found_when_laid_aside_and_nothing_is_answered(
    log: Path, tmp_path: Path, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    n = next(i for i, line in enumerate(lines) if b"TrainingAttended" in line)
    bad = {"gap": [], "double": [lines[n], lines[n].replace(b'"daily"', b'"other"')], "no fact": [lines[n].replace(b'"daily"', b'"Zhang"')]}
    file = tmp_path / "bad.jsonl"
    file.write_bytes(b"".join([*lines[:n], *bad[wrong], *lines[n + 1 :]]))
    assert run([file], None, None, d(DAY), DAY, None, None, "jsonl", held=5_000) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert {"gap": "lacks position", "double": "twice, differently", "no fact": f"line {n + 1} is not a fact of Taizhang: check data.kind"}[
        wrong
    ] in said.err
    assert "Zhang" not in said.err


@pytest.mark.parametrize("ended", ["well", "by a wrong log", "by a signal"])
def test_nothing_is_left_in_the_temporary_folder(log: Path, tmp_path: Path, ended: str) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    file = tmp_path / "log.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[1:] if ended == "by a wrong log" else lines))
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(file), "5000"], env=os.environ | {"TMPDIR": str(folder)}, stdout=-3, stderr=-3
    )
    if ended == "by a signal":
        _wait_until_it_is_in_use(process.pid, folder)
        process.send_signal(signal.SIGKILL)  # SIGINT is ignored below a shell that put the tests into the background
    code = process.wait(60)
    assert {"well": code == 0, "by a wrong log": code == 2, "by a signal": code != 0}[ended]
    assert list(folder.iterdir()) == []


ANSWERING = """
import resource, sys
from contextlib import closing
from services.compliance.badlog import NoRoom
from services.compliance.piles import Answers
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    with closing(Answers(100)) as answers:
        for n in range(int(sys.argv[1])):
            answers.put(str(n), b"x" * 100)
        print(sum(map(len, answers)))
except NoRoom as full:
    print("no room", full)
"""


@pytest.mark.parametrize(("answers", "said"), [(190, "19000"), (205, "no room"), (1000, "no room")])
def test_a_temporary_folder_that_is_full_is_said_whenever_it_shows(answers: int, said: str) -> None:
    done = subprocess.run([sys.executable, "-c", ANSWERING, str(answers)], capture_output=True, text=True, check=False)
    assert done.stdout.startswith(said), done.stderr
    assert "Traceback" not in done.stderr


def _wait_until_it_is_in_use(pid: int, folder: Path) -> None:
    """A file without a name shows only among those that the process has open."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                if str(folder) in str(link.readlink()):
                    return
        time.sleep(0.01)
    raise AssertionError("it never used the temporary folder")


def test_what_is_not_laid_aside_is_read_by_no_rule() -> None:
    """Who entered a fact, for whom and by which request."""
    left_out = set(REQUIRED[ACTOR:])
    for module in Path(law.__file__).parent.rglob("*.py"):
        read = {node.attr for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute)}
        assert not read & left_out, module.name
