"""Exports and documents over HTTP: made of what the services tell the caller, and of nothing else."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import httpx
import pytest

from contracts.registry import TransferCadre
from services.client import Client
from services.local.init import First
from services.local.supervisor import Taizhang
from services.workbooks.asking import ask
from services.workbooks.book import open_book
from services.workbooks.importing import import_file
from tests.console.conftest import Console, People, There
from tests.console.test_imports import recorded, told
from tests.workbooks.district import person, roster_of, workbook

EXPORTS = ("/exports/roster", "/exports/attendance-month", "/exports/scorecard", "/exports/case-file")
DOCUMENTS = ("/documents/explanation", "/documents/circular")


def asked(path: str, cadre: str, unit: str) -> dict[str, Any]:
    about: dict[str, dict[str, Any]] = {
        "/exports/roster": {"unit": unit}, "/exports/attendance-month": {"unit": unit, "month": "2024-05"}, "/exports/scorecard": {"unit": unit, "year": 2024},
        "/exports/case-file": {"cadre": cadre}, "/documents/explanation": {"cadre": cadre}, "/documents/circular": {"unit": unit, "year": 2024},
    }  # fmt: skip
    return about[path]


def said(content: bytes) -> str:
    return " ".join(str(cell) for sheet in open_book(content).sheets for row in sheet.rows for cell in row)


def test_the_section_has_them_all(section: Console, there: There, taizhang: Taizhang) -> None:
    for path in (*EXPORTS, *DOCUMENTS):
        found = section.get(path, **asked(path, there.near, "U01"))
        assert found.status_code == 200 and zipfile.is_zipfile(io.BytesIO(found.content)), path
        disposition = found.headers["Content-Disposition"]
        assert disposition.startswith("attachment;") and found.headers["X-Content-Type-Options"] == "nosniff"
        assert "某" not in disposition and "%E6%9F%90" not in disposition and found.headers["Cache-Control"] == "no-store"
    paper = section.get("/documents/explanation", cadre=there.near, form="pdf", lang="en")
    assert paper.content.startswith(b"%PDF-") and paper.headers["Content-Type"] == "application/pdf"
    assert "某近" in said(section.get("/exports/roster").content) and "某远" in said(section.get("/exports/roster").content)
    assert "某近" not in taizhang.folder.log("console").read_text()


def test_an_export_says_why_and_is_recorded(section: Console, people: People, there: There, taizhang: Taizhang) -> None:
    """Names go out for the section, the committee and the unit's branch, for a purpose, and each time it is recorded first."""
    auditing = people("p-committee").http

    def rows(actor: str) -> list[tuple[str, str, str | None, bool]]:
        found = auditing.get(f"{taizhang.urls['registry']}/reads", params={"actor": actor, "limit": 100}).json()["items"]
        return [(r["object"], r["cadre"], r["purpose"], r["allowed"]) for r in found if r["what"] == "export_personal"]

    before = len(rows("p-section"))
    silent = {name: value for name, value in section.http.headers.items() if name != "taizhang-purpose"}
    unsaid = httpx.get(f"{taizhang.urls['console']}/exports/roster", params={"unit": "U01"}, headers=silent, trust_env=False)
    assert told(unsaid, 400)["code"] == "purpose-missing"
    assert len(rows("p-section")) == before
    assert section.get("/exports/roster", unit="U01").status_code == section.get("/exports/case-file", cadre=there.near).status_code == 200
    assert rows("p-section")[:2] == [("case-file", there.near, "duty", True), ("roster", "U01", "duty", True)]
    assert people("p-subscriber").get("/exports/roster", unit="U01").status_code == 403
    assert rows("p-subscriber")[0] == ("roster", "U01", None, False)


REACH = {
    "p-branch": {"/exports/roster": 200, "/exports/attendance-month": 200, "/exports/scorecard": 200, "/exports/case-file": 200,
                 "/documents/explanation": 200, "/documents/circular": 200},
    "p-cadre": dict.fromkeys(EXPORTS, 403) | {"/documents/explanation": 200, "/documents/circular": 403},
    "p-subscriber": dict.fromkeys((*EXPORTS, *DOCUMENTS), 403),
    "p-nobody": dict.fromkeys((*EXPORTS, *DOCUMENTS), 403),
}  # fmt: skip


@pytest.mark.parametrize("who", REACH)
def test_others_have_what_their_access_gives(people: People, there: There, who: str) -> None:
    own = people(who)
    for path, status in REACH[who].items():
        found = own.get(path, **asked(path, there.near, "U01"))
        assert found.status_code == status, (path, found.text[:200])
        if path.startswith("/exports/") and status == 200:
            assert "某远" not in said(found.content), path
    assert own.get("/exports/roster").status_code == 403, "the roster of the district"
    for path in ("/exports/case-file", "/exports/scorecard", "/documents/explanation", "/documents/circular"):
        refused = own.get(path, **asked(path, there.far, "U02"))
        assert refused.status_code in (403, 404) and "某" not in refused.text, path
        assert refused.json()["title_zh"] and refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("who", ["p-cadre", "p-subscriber", "p-nobody"])
def test_nothing_is_recorded_by_those_who_may_not(people: People, there: There, taizhang: Taizhang, who: str) -> None:
    before = recorded(taizhang, "compliance"), recorded(taizhang, "registry")
    data = workbook([("姓名", "单位", "培训日期", "类别", "学时"), ("某近", "U01", "2024-05-06", "日常学习", 2)])
    assert told(people(who).hand_in("training", data), 403)["code"] == "forbidden"
    assert (recorded(taizhang, "compliance"), recorded(taizhang, "registry")) == before


def test_a_row_that_may_not_be_entered_is_sent_back(people: People, there: There, taizhang: Taizhang) -> None:
    """Committee members read what is needed to read a workbook; the talks and training of others are not theirs to enter."""
    before = recorded(taizhang, "compliance")
    data = workbook([("姓名", "单位", "培训日期", "类别", "学时"), ("某近", "", "2024-05-07", "日常学习", 2)])
    committee = people("p-committee")
    done = committee.record(told(committee.hand_in("training", data), 201)["import_id"])
    assert [r["code"] for r in done["rejected"]] == ["forbidden"] and done["counts"]["accepted"] == 0
    assert (done["state"], done["problem"]["code"]) == ("interrupted", "forbidden"), "nor is the import"
    assert recorded(taizhang, "compliance") == before


def test_what_is_asked_wrongly_is_told_by_parameter(section: Console, there: There) -> None:
    for path, wrong in (
        ("/exports/roster?unit=a%20b", "unit"), ("/exports/scorecard?unit=U01", "year"), ("/exports/attendance-month?unit=U01&month=2024-13", "month"),
        ("/documents/explanation?cadre=a%20b", "cadre"), ("/documents/circular?unit=U01&year=2024&form=odt", "form"), ("/exports/roster?as_of=2024-02-30", "as_of"),
    ):  # fmt: skip
        told_of = told(section.get(path), 400)
        assert (told_of["code"], [e["field"] for e in told_of["errors"]]) == ("bad-query", [wrong]), path
    assert told(section.get("/exports/roster?month=2024-05"), 400)["code"] == "bad-query", "a roster is of a day"
    assert told(section.get("/exports/elephant"), 404)["code"] == "not-found"
    assert told(section.get("/documents/leave-decision?leave=L-none"), 404)["code"] == "unknown-leave"
    assert told(section.get("/exports/case-file?cadre=C-none"), 404)["code"] == "unknown-cadre"


def test_who_left_the_unit_stands_on_its_scorecard_without_a_name(people: People, there: There, taizhang: Taizhang) -> None:
    """The unit still owed what it owed; the name is not the branch's to read any more."""
    with Client(taizhang.urls, taizhang.token) as client:
        import_file(client, "roster", roster_of(person("某迁", 单位=next(client.items("registry", "/units"))["name"])))
        (gone,) = (c for c in ask(client, "roster").cadres.values() if c.name == "某迁")
        unit = client.get("registry", f"/cadres/{gone.cadre_id}")["unit_id"]
        people.grant(First("p-former", "branch", unit))
        told_of = said(people("p-former").get("/exports/scorecard", unit=unit, year=2024).content)
        assert "某迁" in told_of
        moved = TransferCadre(cadre_id=gone.cadre_id, from_unit_id=unit, to_unit_id="U02", transferred_on=date(2025, 3, 3))
        client.command("registry", moved)
        after = people("p-former").get("/exports/scorecard", unit=unit, year=2024)
    assert after.status_code == 200, after.text
    assert gone.cadre_id in said(after.content) and "某迁" not in said(after.content)
