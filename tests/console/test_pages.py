"""What the documents say can be done at the console is done, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.local.supervisor import Taizhang
from tests.console.conftest import Console, There
from tests.house.tree import ROOT, commands
from tests.http.test_http_page import run

TRAINING = "姓名,单位,培训日期,类别,学时\n某近,,2024-05-06,日常学习,2\n无此人,,2024-05-06,日常学习,2\n"


def lines(page: str) -> list[str]:
    return [line for line in commands(ROOT / "docs" / page) if line.startswith("curl") and "$CONSOLE" in line]


def test_imports(section: Console, there: There, taizhang: Taizhang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("training.csv").write_text(TRAINING, encoding="utf-8")
    said = {"CONSOLE": taizhang.urls["console"], "TOKEN": section.token}
    statuses = []
    for line in lines("imports.md"):
        answer = run(line, said)
        statuses.append(answer.status_code)
        if answer.status_code == 201:
            said["IMPORT"] = answer.json()["import_id"]
            assert (answer.json()["counts"]["accepted"], answer.json()["counts"]["rejected"]) == (1, 1)
    assert statuses == [201, 200, 200, 200, 202]
    assert section.ended(said["IMPORT"])["state"] == "recorded"


def test_documents(section: Console, there: There, taizhang: Taizhang) -> None:
    said = {"CONSOLE": taizhang.urls["console"], "TOKEN": section.token, "CADRE": there.near}
    answers = {line: run(line, said) for line in lines("documents.md")}
    assert len(answers) == 6
    assert {line: a.text[:200] for line, a in answers.items() if a.status_code != 200} == {}
