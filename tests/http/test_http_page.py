"""What docs/http.md says can be done with curl is done, line by line."""

from __future__ import annotations

import shlex
from pathlib import Path

import httpx

from services.assignments.web import RESOURCES as ASSIGNMENTS
from services.compliance.reads import RESOURCES as COMPLIANCE
from tests.house.tree import ROOT, commands
from tests.http.conftest import TOKEN, District

PAGE = ROOT / "docs" / "http.md"
FLAGS = {"-s", "-i"}


def run(line: str, variables: dict[str, str]) -> httpx.Response:
    """A line as curl reads it: an address, headers, and a body that makes it a POST."""
    program, *words = shlex.split(line)
    assert program == "curl"
    headers, body, address = dict[str, str](), None, ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = _filled(value, variables)
        elif word == "-d":
            body = words.pop(0).encode()
        elif word == "--data-binary":
            body = Path(words.pop(0).removeprefix("@")).read_bytes()
        elif word == "-o":
            words.pop(0)
        elif word not in FLAGS:
            address = _filled(word, variables)
    return httpx.request("GET" if body is None else "POST", address, headers=headers, content=body, timeout=20, trust_env=False)


def _filled(text: str, variables: dict[str, str]) -> str:
    for name, value in variables.items():
        text = text.replace(f"${name}", value)
    assert "$" not in text
    return text


def test_every_line_can_be_typed(district: District) -> None:
    services = {name.upper(): str(getattr(district, name).base_url).rstrip("/") for name in ("registry", "assignments", "compliance")}
    answers = {line: run(line, services | {"TOKEN": TOKEN}) for line in commands(PAGE)}
    assert len(answers) >= 10
    assert {line: a.text for line, a in answers.items() if a.status_code >= 400} == {}
    (many,) = [a for a in answers.values() if a.status_code == 207]
    assert [item["status"] for item in many.json()["items"]] == [201, 404], "U78 is not registered"
    (found,) = [a for line, a in answers.items() if "/search" in line]
    assert [item["cadre_id"] for item in found.json()["items"]] == ["C7701"]


def test_every_resource_is_named() -> None:
    text = PAGE.read_text()
    assert [r.path for r in (*ASSIGNMENTS, *COMPLIANCE) if f"`{r.path}`" not in text] == []
