"""What the documents say can be done can be done."""

import json
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer
from typer.core import TyperGroup

from services.cli import app
from tests.house.tree import ROOT, blocks, commands, documents, name, text_of, tracked

ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
LOG = ROOT / "tests" / "data" / "facts.jsonl"


@cache
def program() -> TyperGroup:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


def typed() -> list[tuple[str, str]]:
    """Every line of a bash block in a document, with the document's name."""
    return [(name(page), line) for page in documents() for line in commands(page)]


def of_taizhang() -> list[tuple[str, list[str]]]:
    """Arguments of every `taizhang …` in a bash block or between backticks."""
    spans = [(name(page), span) for page in documents() for span in re.findall(r"`([^`\n]+)`", text_of(page) or "")]
    called = [(page, re.match(r"(?:\.venv/bin/|docker compose run --rm )?taizhang ([a-z].*)", line)) for page, line in [*typed(), *spans]]
    return [(page, shlex.split(match[1].split(" > ")[0].split(" | ")[0])) for page, match in called if match]


def test_both_readmes_begin_with_the_two_commands() -> None:
    assert commands(ENGLISH)[:2] == ["make demo", "make test"]
    assert commands(CHINESE) == commands(ENGLISH)


def test_both_readmes_show_the_same_picture_and_lead_to_the_same_pages() -> None:
    def linked(page: Path) -> set[str]:
        return {link for link in re.findall(r"\]\(([^)]+)\)", text_of(page) or "") if not link.startswith("README")}

    assert "docs/images/demo.png" in linked(ENGLISH)
    assert linked(CHINESE) == linked(ENGLISH)


def test_the_first_sentence_says_what_it_is() -> None:
    for page, word in ((ENGLISH, "ledger of cadres"), (CHINESE, "干部的动态管理台账")):
        paragraph = (text_of(page) or "").split("\n\n")[1].replace("\n", " ")
        assert word in paragraph


def test_links_lead_somewhere() -> None:
    dead = []
    for page in documents():
        text = re.sub(r"```.*?```", "", text_of(page) or "", flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            path = unquote(link.partition("#")[0])
            if path and "://" not in path and not (page.parent / path).exists():
                dead.append((name(page), link))
    assert dead == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ENGLISH]
    while waiting:
        page = waiting.pop()
        if page in seen or not page.is_file():
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s]+\.md)", text_of(page) or "")
        waiting += [(page.parent / link).resolve() for link in links if "://" not in link]
    pages = {p for p in documents() if name(p).split("/")[0] in ("docs", "deploy") or "/" not in name(p)} - {ROOT / "CHANGELOG.md"}
    assert {name(p) for p in pages - seen} == set()


def test_every_command_of_taizhang_exists_with_its_options() -> None:
    called = of_taizhang()
    assert called
    wrong = []
    for page, (verb, *arguments) in called:
        command = program().commands.get(verb)
        for argument in arguments:
            command = command.commands.get(argument, command) if isinstance(command, TyperGroup) else command
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} if command else set()
        options = {argument.partition("=")[0] for argument in arguments if argument.startswith("-") and argument != "-"}
        if command is None or not options <= known | {"--help"}:
            wrong.append((page, verb, sorted(options - known)))
    assert wrong == []


def test_programs_that_are_run_are_in_the_repository() -> None:
    scripts = {
        (page, word) for page, line in typed() for word in shlex.split(line) if re.fullmatch(r"(?:examples|deploy)/[\w./-]+\.py", word)
    }
    assert scripts
    assert {(page, word) for page, word in scripts if not (ROOT / word).is_file()} == set()


def contiguous(log: Path) -> list[bytes]:
    """Of a collection of examples the facts that could have been the first ones of a log."""
    next_of: dict[str, int] = {}
    kept = []
    for line in log.read_bytes().splitlines(keepends=True):
        event = json.loads(line)
        if int(event["sequence"]) == next_of.get(event["source"], 1):
            next_of[event["source"]] = int(event["sequence"]) + 1
            kept.append(line)
    return kept


@pytest.mark.parametrize("line", [line for line in commands(ENGLISH) if "taizhang decide" in line])
def test_answers_come_from_a_log_as_the_readme_says(line: str, tmp_path: Path) -> None:
    (tmp_path / "ledger.jsonl").write_bytes(b"".join(contiguous(LOG)))
    words = shlex.split(line)
    assert words[0] == ".venv/bin/taizhang"
    ran = subprocess.run([sys.executable, "-m", "services.cli", *words[1:]], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def test_python_blocks_can_be_compiled() -> None:
    for page in documents():
        for block in blocks(page, "python"):
            compile(block, name(page), "exec")


def test_settings_in_documents_are_real() -> None:
    """Variables that a document names are read somewhere."""
    named = {
        (name(page), v) for page in documents() for v in re.findall(r"\bTAIZHANG_[A-Z_]+\b", text_of(page) or "") if not v.endswith("_")
    }
    source = "\n".join(text_of(p) or "" for p in tracked() if name(p).startswith("services/") and p.suffix == ".py")
    settings = [text_of(ROOT / "services" / page) or "" for page in ("kernel/settings.py", "console/configured.py")]
    fields = set(re.findall(r"^    ([a-z_]+): ", "\n".join(settings), re.MULTILINE))
    known = {f"TAIZHANG_{field.upper()}" for field in fields} | set(re.findall(r"TAIZHANG_[A-Z_]+\b", source))
    streams = {f"TAIZHANG_{name}" for name in ("REGISTRY", "ASSIGNMENTS", "COMPLIANCE", "REMINDERS")}
    strange = {(page, v) for page, v in named if v.removesuffix("_FILE") not in {k.removesuffix("_FILE") for k in known} | streams}
    assert strange == set()


def test_the_changelog_is_kept() -> None:
    text = text_of(ROOT / "CHANGELOG.md") or ""
    assert re.findall(r"^## (\[.*?\])", text, re.MULTILINE)[0] == "[Unreleased]"
    assert set(re.findall(r"^### (\w+)", text, re.MULTILINE)) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_decisions_are_numbered_and_listed() -> None:
    pages = sorted(p for p in documents() if p.parent == ROOT / "docs" / "decisions" and p.name != "README.md")
    assert [int(p.name[:4]) for p in pages] == list(range(1, len(pages) + 1))
    listed = text_of(ROOT / "docs" / "decisions" / "README.md") or ""
    assert [p.name for p in pages if p.name not in listed] == []
