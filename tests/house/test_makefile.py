"""`make` and `.ci/run` do what they say."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT, commands

ASKED = {"help", "setup", "demo", "test", "check", "bench"}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", MAKEFILE, re.MULTILINE))


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    quiet = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "ARGS", "ONLY")}
    return subprocess.run(["make", *arguments], cwd=cwd, env=quiet, capture_output=True, text=True, timeout=60)


def test_every_target_is_there_and_explained() -> None:
    assert targets() >= ASKED
    explained = set(re.findall(r"^([a-z][a-z-]*):.* ## \S", MAKEFILE, re.MULTILINE))
    assert targets() - explained == set()
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony and set(phony[1].split()) == targets()


def test_make_alone_prints_help() -> None:
    shown = make()
    assert shown.returncode == 0, shown.stderr
    assert {line.split()[0] for line in shown.stdout.splitlines() if line.startswith("  ")} == targets()


def test_setup_names_what_is_missing(tmp_path: Path) -> None:
    """With no usable Python there are words in both languages, and nothing is half made."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for needed in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / needed, tmp_path)
    only = tmp_path / "bin"
    only.mkdir()
    for tool in ("bash", "awk", "touch"):
        (only / tool).symlink_to(shutil.which(tool) or tool)
    make_itself = shutil.which("make")
    assert make_itself
    got = subprocess.run([make_itself, "setup"], cwd=tmp_path, env={"PATH": str(only)}, capture_output=True, text=True, timeout=60)
    assert got.returncode == 2
    assert "Python 3.11" in got.stderr
    assert "未找到" in got.stderr
    assert not (tmp_path / ".venv").exists()


def test_documents_name_targets_that_exist() -> None:
    named = {
        word
        for page in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")
        for c in commands(ROOT / page)
        for word in re.findall(r"^make ([a-z]+)", c)
    }
    assert named >= {"demo", "test"}
    assert named <= targets()


@pytest.mark.parametrize(
    ("test", "check", "ends_with"), [("true", "true", 0), ("false", "true", 2), ("true", "false", 2), ("false", "false", 2)]
)
def test_ci_runs_both_parts_and_tells(tmp_path: Path, test: str, check: str, ends_with: int) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "Makefile").write_text(f"test:\n\t@echo t >> ran; {test}\ncheck:\n\t@echo c >> ran; {check}\n")
    got = subprocess.run([tmp_path / ".ci" / "run"], cwd="/", capture_output=True, timeout=60, env={"PATH": os.environ["PATH"]})
    assert got.returncode == ends_with
    assert (tmp_path / "ran").read_text() == "t\nc\n"


def test_a_second_setup_has_nothing_to_do(tmp_path: Path) -> None:
    """Decided by time stamps alone: neither Python nor the network is asked."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for needed in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / needed, tmp_path)
    stamp = tmp_path / ".venv" / ".ready"
    stamp.parent.mkdir()
    stamp.touch()
    assert make("--question", "setup", cwd=tmp_path).returncode == 0
    os.utime(tmp_path / "uv.lock", (stamp.stat().st_mtime + 10, stamp.stat().st_mtime + 10))
    assert make("--question", "setup", cwd=tmp_path).returncode == 1
