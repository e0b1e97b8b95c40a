"""`taizhang document` against running services: what is asked for comes back as a file, with the rights of whoever asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from services.cli import app
from tests.http.conftest import TOKEN, District


@pytest.fixture(scope="module")
def told(district: District) -> tuple[str, str, str]:
    """A cadre, the unit, and a leave that the committee approved; absent on a day of October 2024."""
    cadre, leave = district.cadre(), district.fresh("L")
    unit = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    own = {"cadre_id": cadre}
    left = {"unit_id": unit, "post": "校长", "reason": "age", "exited_on": "2024-03-01", "decision_no": "溪教体干〔2024〕1号"}
    asked = {"applicant": "self", "reason_class": "health", "from": "2024-11-04", "until": "2024-11-29", "written": True}
    evidence = [{"evidence_id": "E1", "sha256": "0" * 64, "media_type": "application/pdf"}]
    approved = {"level": "committee", "from": "2024-11-04", "until": "2024-11-29", "decision_no": "溪教体委〔2024〕7号"}
    gone = {"absence_id": district.fresh("A"), "unit_id": unit, "from": "2024-10-12", "until": "2024-10-12"}
    answers = [
        district.registry.command("RegisterExit", own | left),
        district.assignments.command(
            "RequestLeave", own | {"leave_id": leave, **asked, "evidence": evidence, "requested_on": "2024-11-01"}
        ),
        district.assignments.command(
            "ApproveLeave", own | {"leave_id": leave, **approved, "decided_on": "2024-11-02"}, Taizhang_Role="committee"
        ),
        district.assignments.command("RecordAbsence", own | gone),
    ]
    assert [a.status_code for a in answers] == [201] * 4, [a.text for a in answers]
    after = ", ".join(a.headers["Taizhang-Position"] for a in (answers[0], answers[-1]))
    assert district.compliance.get(f"/cadres/{cadre}/answer", headers={"Taizhang-After": after}).status_code == 200
    return cadre, unit, leave


def typed(district: District, *words: str, token: str = TOKEN) -> Result:
    urls = [f"--url={s}={c.base_url}" for s, c in vars(district).items() if s in ("registry", "assignments", "compliance")]
    return CliRunner().invoke(app, ["document", *words, *urls, "--token", token])


def test_every_export(district: District, told: tuple[str, str, str], tmp_path: Path) -> None:
    cadre, unit, _ = told
    for words, phrase in (
        (["roster", "--unit", unit, "--as-of", "2024-12-31"], "溪教体干〔2024〕1号"),
        (["attendance", unit, "2024-10"], "缺"),
        (["scorecard", unit, "--year", "2024", "--as-of", "2024-12-31"], "退出谈话逾期"),
        (["case", cadre, "--as-of", "2024-12-31"], "溪教体委〔2024〕7号"),
    ):
        ran = typed(district, *words, "--to", str(tmp_path))
        assert ran.exit_code == 0, ran.output
        file = Path(ran.stdout.strip().splitlines()[-1])  # services of this process may have logged before it
        assert cadre in file.name or unit in file.name
        cells = [c.value for page in load_workbook(file).worksheets for row in page.iter_rows() for c in row]
        assert phrase in cells, words
        assert any("张三" in str(c) for c in cells), words


def test_every_official_document(district: District, told: tuple[str, str, str], tmp_path: Path) -> None:
    cadre, unit, leave = told
    ran = typed(district, "leave-decision", leave, "--issuer", "区委教育工作委员会", "--to", str(tmp_path / "a.docx"))
    assert ran.exit_code == 0, ran.output
    said = [p.text for p in Document(str(tmp_path / "a.docx")).paragraphs]
    assert "关于批准张三同志请假的决定" in said and "区委教育工作委员会" in said
    for words in (["explanation", cadre, "--as-of", "2024-12-31"], ["circular", unit, "--year", "2024", "--as-of", "2024-12-31"]):
        ran = typed(district, *words, "--to", str(tmp_path / "b.pdf"))
        assert ran.exit_code == 0, ran.output
        assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF-"), "the form follows from the name"


def test_what_cannot_be_made_says_why(district: District, told: tuple[str, str, str], tmp_path: Path) -> None:
    nobody = typed(district, "case", "C-nobody", "--to", str(tmp_path))
    assert nobody.exit_code == 3 and "no such cadre" in nobody.stderr.lower() + nobody.output.lower()
    undecided = district.fresh("L")
    asked = {"applicant": "self", "reason_class": "personal", "from": "2025-03-04", "until": "2025-03-05", "written": True, "evidence": []}
    answer = district.assignments.command(
        "RequestLeave", {"cadre_id": told[0], "leave_id": undecided, **asked, "requested_on": "2025-03-03"}
    )
    assert answer.status_code == 201, answer.text
    ran = typed(district, "leave-decision", undecided, "--to", str(tmp_path))
    assert ran.exit_code == 3 and "nobody has decided" in ran.output + ran.stderr
    folder = typed(district, "roster", "--to", str(tmp_path / "none" / "x.xlsx"))
    assert folder.exit_code == 2 and "cannot write" in folder.output + folder.stderr
    misnamed = typed(district, "roster", "--unit", told[1], "--to", str(tmp_path / "roster.pdf"))
    assert misnamed.exit_code == 2 and "no name for a .xlsx file" in misnamed.output + misnamed.stderr
    assert list(tmp_path.iterdir()) == [], "nothing half made is left"
