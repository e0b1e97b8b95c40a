"""The files of the repository, for tests about the repository."""

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """What is committed or about to be, without what only this machine has. Where there is no git, everything but hidden folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        return tuple(p for p in ROOT.rglob("*") if p.is_file() and not any(part.startswith(".") for part in p.relative_to(ROOT).parts))
    return tuple(p for name in listed.stdout.split("\0") if name and (p := ROOT / name).is_file())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def text_of(path: Path) -> str | None:
    """None when it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def documents() -> list[Path]:
    return [p for p in tracked() if p.suffix == ".md"]


def blocks(path: Path, language: str) -> list[str]:
    """Fenced blocks of one language."""
    return re.findall(rf"^[ ]*```{language}\n(.*?)^[ ]*```$", text_of(path) or "", re.DOTALL | re.MULTILINE)


def commands(path: Path) -> list[str]:
    """Lines of the bash blocks, without remarks."""
    lines = (line.strip() for block in blocks(path, "bash") for line in block.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
